"""A parcel and an order of as many batches as there may be: complained about, cancelled, moved."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.complaints import NewComplaint
from chalicelib.domain.parcels import MOST_ALLOCATIONS
from chalicelib.repositories.tables import ComplaintItem, ProposalItem
from chalicelib.services import complaints
from tests.books import Books
from tests.crowd import meanwhile
from tests.world import BUYER, Json, World, new_id, ok, refused

MOST_OF_AN_OFFER = 10
"""Batches that it may sell from."""


@pytest.fixture(autouse=True)
def _books(table: None) -> Iterator[None]:
    yield
    Books.read().check()


def mixed(world: World, n: int) -> tuple[list[Json], list[tuple[Json, Json]]]:
    """So many batches as a parcel has at most, and n orders of another person each with a box of
    all of them."""
    batches = [world.passed_batch() for _ in range(MOST_ALLOCATIONS)]
    lots = [batches[:MOST_OF_AN_OFFER], batches[MOST_OF_AN_OFFER:]]
    offers = [world.offer(*own, packs_total=(n + 1) * len(own)) for own in lots]
    lines = [
        {"offer_id": offer["id"], "packs": len(own)}
        for offer, own in zip(offers, lots, strict=True)
    ]
    taken = [(line, batch, 1) for line, own in enumerate(lots) for batch in own]
    sold = []
    for at in range(n):
        buyer = BUYER | {"phone": f"139000000{at:02}"}
        order = world.order(offers[0], lines=lines, buyer=buyer)
        sold.append((order, world.pack(world.pay(order), *taken)))
    return batches, sold


def report(parcel: Json, at: int, order: Json | None = None, once: str | None = None) -> None:
    """By the order's buyer, or else by a stranger."""
    call = Call(PUBLIC, datetime.now(UTC), once or new_id())
    body, key = NewComplaint(reason="rotten"), order["access_key"] if order else None
    complaints.report(call, parcel["code"], body, f"198.51.100.{at}", key)


def test_a_box_of_many_batches_is_complained_about_in_every_way_and_alarms_for_each(
    world: World,
) -> None:
    batches, sold = mixed(world, 6)
    for _, parcel in sold:
        world.shipped(parcel)
    for at, (_, parcel) in enumerate(sold[:3]):
        report(parcel, at)
    proposals = world.cadre.everything("/v1/proposals")
    assert {entry["batch_id"] for entry in proposals} == {entry["id"] for entry in batches}
    for entry in batches:
        path = f"/v1/batches/{entry['id']}/proposal/dismiss"
        ok(world.cadre.post(path, {"reason": "看过，是快递压的"}, new_id()), 200)
    for _, parcel in sold[3:]:
        report(parcel, 0)  # from where one came before, so it alarms nobody
    assert world.cadre.everything("/v1/proposals") == []
    for at, (order, parcel) in enumerate(sold[1:], 1):
        report(parcel, at, order)  # the stranger's gives way in the same commit
    assert len(world.cadre.everything("/v1/proposals")) == MOST_ALLOCATIONS
    assert all(entry.doc.complained == 6 for entry in Books.read().all(ProposalItem))
    assert len(world.seller.everything("/v1/complaints?state=open")) == 6


def bad_boxes(world: World, n: int) -> tuple[Json, list[Json]]:
    """A batch, and so many boxes of it for a person each."""
    batch = world.passed_batch()
    offer = world.offer(batch)
    buyers = [BUYER | {"phone": f"139000001{at:02}"} for at in range(n)]
    packed = [world.pack(world.paid_order(offer, buyer=buyer)) for buyer in buyers]
    return batch, [world.shipped(box) for box in packed]


@pytest.mark.parametrize("look", ["the same again", "the next one", "the cadre"])
def test_an_alarm_that_was_cut_off_comes_at_the_next_look(look: str, world: World) -> None:
    batch, boxes = bad_boxes(world, 4)
    for at, box in enumerate(boxes[:2]):
        report(box, at)
    once = new_id()

    def cut() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError), meanwhile(9, cut) as moves:
        report(boxes[2], 2, once=once)
    assert "TransactWriteItems" in moves.operations[:-1]
    assert len(Books.read().all(ComplaintItem)) == 3
    assert world.cadre.everything("/v1/proposals") == []
    if look == "the same again":
        report(boxes[2], 2, once=once)
    elif look == "the next one":
        report(boxes[3], 3)
    else:
        seen = ok(world.cadre.get(f"/v1/batches/{batch['id']}/pattern"), 200)
        assert seen["proposed_at"] is not None
    [proposal] = world.cadre.everything("/v1/proposals")
    assert proposal["batch_id"] == batch["id"]


def test_a_box_of_many_batches_goes_its_whole_way(world: World) -> None:
    _, sold = mixed(world, 2)
    (order, parcel), (other, box) = sold
    report(box, 1)
    world.delivered(parcel)
    report(parcel, 1)
    [complaint] = [
        complaint
        for complaint in world.seller.everything("/v1/complaints?state=open")
        if complaint["parcel_code"] == parcel["code"]
    ]
    world.settle(complaint, remedy="return", refund_fen=1)
    path = f"/v1/complaints/{complaint['id']}/reopen?key={order['access_key']}"
    ok(world.nobody.post(path, {"message": "还是不行"}), 200)
    world.settle(complaint, remedy="replacement")
    ok(world.seller.post(f"/v1/parcels/{parcel['code']}/return", {}, new_id()), 200)
    path = f"/v1/orders/{other['id']}/cancel"
    assert ok(world.seller.post(path, {"reason": "x"}), 200)["state"] == "cancelled"


def of_many_batches(world: World, lines: int) -> tuple[list[list[Json]], list[Json], Json]:
    """The batches of each line, ten; their offers; and what orders ten packs of each."""
    lots = [[world.passed_batch(quantity=20) for _ in range(10)] for _ in range(lines)]
    offers = [world.offer(*own, packs_total=10) for own in lots]
    ordered = [{"offer_id": offer["id"], "packs": 10} for offer in offers]
    return lots, offers, world.order_body(offers[0], lines=ordered)


def test_nothing_is_ordered_that_could_not_be_cancelled(world: World) -> None:
    _, _, body = of_many_batches(world, 5)
    refused(world.nobody.post("/v1/orders", body, new_id()), 409, "too_large")


@pytest.mark.parametrize("closed", [False, True])
def test_the_largest_order_is_packed_complained_about_and_cancelled(
    closed: bool, world: World
) -> None:
    lots, offers, body = of_many_batches(world, 4)
    order = world.pay(ok(world.nobody.post("/v1/orders", body, new_id()), 201))
    for pair in ((0, 1), (2, 3)):
        parts = [
            {"line": line, "batch_id": batch["id"], "packs": 1}
            for line in pair
            for batch in lots[line]
        ]
        path = f"/v1/orders/{order['id']}/parcels"
        box = ok(world.seller.post(path, {"allocations": parts}, new_id()), 201)
        report(box, pair[0])
    for offer in offers if closed else ():
        ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "收摊"}, new_id()))
    path = f"/v1/orders/{order['id']}/cancel"
    cancelled = ok(world.seller.post(path, {"reason": "缺货"}, new_id()), 200)
    assert cancelled["refunded_fen"] == order["total_fen"]
    assert world.seller.everything("/v1/complaints?state=open") == []
