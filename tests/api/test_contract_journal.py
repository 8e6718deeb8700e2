"""Whatever happened: every move of every state has exactly one entry in the journal.

After a walk with refusals, repeats and races the table itself is read: for each thing with a
state, its entries form one unbroken chain from its birth to where it is now.
"""

import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from chalicelib.domain.lifecycle import CYCLES
from chalicelib.services import payments
from tests.world import Client, Json, World, new_id, ok, raw_items

BORN = {
    "batch": "registered",
    "offer": "open",
    "order": "pending_payment",
    "parcel": "packed",
    "complaint": "open",
}


def walk(world: World) -> None:
    """Something of everything, with its refusals and repeats."""
    held, sold = world.batch(), world.passed_batch()
    world.inspect(held, rate=60)
    world.inspect(held, rate=70)
    world.inspect(held, rate=10)
    world.move(held, "release")
    world.move(held, "hold")
    world.cadre.post(f"/v1/batches/{held['id']}/hold", {"reason": "again"})
    offer, over = world.offer(sold), world.offer(sold, packs_total=2)
    ok(world.seller.post(f"/v1/offers/{over['id']}/close", {"reason": "季末"}, new_id()))
    unpaid = world.order(offer)
    cancelled = world.paid_order(offer)
    world.pack(cancelled)
    path = f"/v1/orders/{cancelled['id']}/cancel"
    ok(world.seller.post(path, {"reason": "缺货"}, new_id()))
    world.seller.post(path, {"reason": "缺货"}, new_id())
    order = world.paid_order(offer, packs=2)
    batch = {"id": sold["id"]}
    first, two = world.pack(order, (0, batch, 1)), world.pack(order, (0, batch, 1))
    world.delivered(first)
    world.delivered(two)
    ok(world.seller.post(f"/v1/parcels/{two['code']}/return", {}, new_id()))
    complaint = world.complain(first)
    case, key = f"/v1/complaints/{complaint['id']}", complaint["access_key"]
    ok(world.seller.post(f"{case}/answer", {"message": "在办"}, new_id()))
    ok(world.nobody.post(f"{case}/messages?key={key}", {"message": "还有"}, new_id()))
    world.settle(complaint, refund_fen=100)
    ok(world.nobody.post(f"{case}/reopen?key={key}", {"message": "不行"}, new_id()))
    ok(world.county.post(f"{case}/reject", {"message": "不成立"}, new_id()))
    assert payments.expire_unpaid(datetime.now(UTC) + timedelta(minutes=31)) == 1
    assert ok(world.seller.get(f"/v1/orders/{unpaid['id']}"))["state"] == "expired"
    world.move(sold, "recall")
    world.move(world.passed_batch(), "close")


def test_every_change_of_state_has_exactly_one_entry(world: World) -> None:
    walk(world)
    assert_the_journal_is_whole()


def test_even_when_many_move_the_same_thing_at_once(world: World) -> None:
    offer = world.offer(packs_total=30)
    parcels = [world.pack(world.paid_order(offer)) for _ in range(3)]
    batch = {"id": offer["batch_ids"][0]}
    calls: list[tuple[Client, str, Json]] = []
    for parcel in parcels:
        path = f"/v1/parcels/{parcel['code']}"
        calls += [(world.seller, f"{path}/ship", {"carrier": "顺丰", "waybill": "SF1"})] * 3
        calls += [(world.seller, f"{path}/deliver", {})] * 2
        calls += [(world.seller, f"/v1/orders/{parcel['order_id']}/cancel", {"reason": "x"})]
    calls += [(world.cadre, f"/v1/batches/{batch['id']}/hold", {"reason": "x"})] * 3
    calls += [(world.county, f"/v1/batches/{batch['id']}/recall", {"reason": "x"})] * 2

    def send(call: tuple[Client, str, Json]) -> int:
        by, path, body = call
        return Client(world.url, by.token).post(path, body, new_id()).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(send, calls))
    assert statuses <= {200, 409}, statuses
    assert_the_journal_is_whole(at_once=True)


def assert_the_journal_is_whole(*, at_once: bool = False) -> None:
    """at_once: of two requests that overlap the later one may have come first."""
    things: dict[str, tuple[str, str, Json]] = {}
    entries: dict[str, list[tuple[int, Json]]] = defaultdict(list)
    for item in raw_items():
        kind, pk = item["kind"]["S"], item["pk"]["S"]
        if kind in CYCLES and "state" in item:  # a refund that is only recorded has none
            things[pk] = kind, item["state"]["S"], json.loads(item["doc"]["S"])
        elif kind == "change":
            number = int(item["sk"]["S"].removeprefix("CHANGE#"))
            entries[pk].append((number, json.loads(item["doc"]["S"])))
    assert {kind for kind, _, _ in things.values()} >= {"batch", "offer", "order", "parcel"}
    assert set(entries) <= set(things), "an entry of nothing"
    for pk, (kind, state, record) in things.items():
        assert state == record["state"], "the state stands in the record and beside it"
        now, at = BORN[kind], ""
        for _, entry in sorted(entries[pk], key=lambda pair: pair[0]):
            assert entry["old"] == now, f"{pk}: a move without its entry"
            assert entry["new"] in CYCLES[kind][now], f"{pk}: a move that its table forbids"
            assert entry["by"], f"{pk}: moved by nobody"
            assert at_once or entry["at"] >= at, f"{pk}: an entry out of its time"
            now, at = entry["new"], entry["at"]
        assert now == state, f"{pk}: the journal ends at {now}, the thing is {state}"
