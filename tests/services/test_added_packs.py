"""An offer gets packs of other batches while it is sold, packed, taken back and cancelled: nothing
is promised twice, and nothing stays behind."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.offer_changes import MorePacks
from chalicelib.repositories.tables import BatchItem
from chalicelib.services import offer_changes
from chalicelib.steps import batches
from tests.books import Books
from tests.crowd import SharedClient, at_once, meanwhile
from tests.world import Json, World, new_id, ok


def add(world: World, offer: Json, packs: int, *batches: Json) -> None:
    seller = Actor(
        id="seller", role="seller", shop_id=world.shop_id, village_ids=(world.village_id,)
    )
    body = MorePacks(batch_ids=[batch["id"] for batch in batches], packs=packs)
    offer_changes.add_packs(Call(seller, datetime.now(UTC), new_id()), offer["id"], body)


def finish(world: World, offer: Json) -> None:
    """Everything that is paid is packed, the rest closed: then nothing is set aside any more."""
    for order in world.seller.everything("/v1/orders"):
        if order["state"] == "pending_payment":
            world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "x"}, new_id())
        elif order["state"] == "paid":
            pack_somewhere(world, order)
    ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "x"}, new_id()))
    books = Books.read()
    books.check()
    for item in books.items.values():
        if isinstance(item, BatchItem):
            assert item.doc.available_quantity == item.doc.quantity - int(item.packed)


def pack_somewhere(world: World, order: Json) -> None:
    """From the first of its batches that has enough."""
    [line] = order["lines"]
    for batch_id in line["batch_ids"]:
        given = [{"line": 0, "batch_id": batch_id, "packs": line["packs"] - line["packed"]}]
        path = f"/v1/orders/{order['id']}/parcels"
        if world.seller.post(path, {"allocations": given}, new_id()).status_code == 201:
            return
    raise AssertionError("it cannot be packed")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_sold_packed_or_cancelled_before_the_stock_adds_up(
    world: World, seed: int
) -> None:
    chance = random.Random(seed)
    sources = [world.passed_batch(quantity=60) for _ in range(3)]
    offer = world.offer(sources[0], packs_total=chance.choice((1, 4, 6)))
    placed: list[Json] = []
    for _ in range(14):
        what = chance.choice(("sell", "sell", "pack", "cancel", "add"))
        if what == "sell":
            answer = world.nobody.post(
                "/v1/orders", world.order_body(offer, chance.choice((1, 2))), new_id()
            )
            if answer.status_code == 201:
                placed.append(world.pay(answer.json()))
        elif what == "pack" and placed:
            pack_somewhere(world, placed.pop(chance.randrange(len(placed))))
        elif what == "cancel":
            for order in world.seller.everything("/v1/orders"):
                if order["state"] in {"paid", "packed"} and chance.random() < 0.5:
                    path = f"/v1/orders/{order['id']}/cancel"
                    ok(world.seller.post(path, {"reason": "x"}, new_id()))
                    placed = [other for other in placed if other["id"] != order["id"]]
        elif what == "add":
            some = chance.sample(sources, chance.choice((1, 2)))
            with suppress(Refusal):  # there is not enough left in these
                add(world, offer, chance.choice((1, 2, 3)), *some)
        Books.read().check()
    finish(world, offer)


def test_packs_are_added_while_others_pack_void_and_buy(world: World) -> None:
    first, second = world.passed_batch(quantity=200), world.passed_batch(quantity=200)
    offer = world.offer(first, packs_total=16)
    packed = [world.paid_order(offer) for _ in range(4)]
    for order in packed:
        world.pack(order)
    waiting = [world.paid_order(offer) for _ in range(4)]
    by, anybody = SharedClient(world.seller), SharedClient(world.nobody)

    def cancel(order: Json) -> object:
        return by.post(f"/v1/orders/{order['id']}/cancel", {"reason": "x"}, new_id())

    def pack(order: Json) -> object:
        given = [{"line": 0, "batch_id": first["id"], "packs": 1}]
        return by.post(f"/v1/orders/{order['id']}/parcels", {"allocations": given}, new_id())

    def buy() -> object:
        return anybody.post("/v1/orders", world.order_body(offer), new_id())

    jobs: list[Callable[[], object]] = [
        *(partial(cancel, order) for order in packed),
        *(partial(pack, order) for order in waiting),
        *[buy] * 3,
        *[partial(add, world, offer, 5, second)] * 2,
    ]
    random.Random(1).shuffle(jobs)
    at_once(jobs)
    Books.read().check()
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_total"] == 26
    finish(world, offer)


@pytest.mark.parametrize("at", range(7, 10))
def test_two_offers_of_one_batch_that_grow_at_once_are_both_counted(world: World, at: int) -> None:
    batch, *others = (world.passed_batch(quantity=400) for _ in range(3))
    offers = [world.offer(batch, packs_total=6) for _ in range(2)]
    before = [world.paid_order(offer) for offer in offers]
    with meanwhile(at, lambda: add(world, offers[1], 3, others[1])):
        add(world, offers[0], 3, others[0])
    for order in before:  # which know of the one batch alone
        world.pack(order)
    ok(world.seller.post(f"/v1/offers/{offers[1]['id']}/close", {"reason": "x"}, new_id()))
    finish(world, offers[0])


def test_a_batch_stays_small_enough_to_be_recalled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_WIDENED", 2)
    batch, other = world.passed_batch(), world.passed_batch()
    for _ in range(2):
        offer = world.offer(batch, packs_total=1)
        add(world, offer, 1, other)
        ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "x"}, new_id()))
    with pytest.raises(Refusal, match="too_many_widened"):
        add(world, world.offer(batch, packs_total=1), 1, other)
    add(world, world.offer(batch, packs_total=1), 1, batch)  # of its own it still grows


def test_a_full_slot_and_one_that_nobody_bought_from_both_get_their_share(world: World) -> None:
    batch = world.passed_batch(quantity=100_000)
    offer = world.offer(batch, pack_quantity=1, packs_total=2500)
    world.order(offer, 20)
    add(world, offer, 700, batch)
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"] == 3180
    Books.read().check()
