"""One network address moves a code's level and a batch's pattern by little."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import pytest

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.complaints import ComplaintReason, NewComplaint
from chalicelib.domain.scans import Scans
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.tables import BatchComplaintItem, ParcelItem, PhotoItem, key_of
from chalicelib.repositories.transaction import Adjust, UnitOfWork
from chalicelib.services import complaints, traces
from tests.books import Books
from tests.crowd import at_once
from tests.visitor import Visitor
from tests.world import BUYER, Json, World, new_id, ok, stored

ONE = "203.0.113.7"
DEVICES = (f"device-{n:06}" for n in count())


@pytest.fixture(autouse=True)
def _books(world: World) -> Iterator[None]:
    yield
    Books.read().check()


def scanned(code: str, address: str, times: int = 1, days: int = 0) -> Scans:
    """By a new device each time."""
    counts = []
    for _ in range(times):
        call = Call(PUBLIC, datetime.now(UTC) + timedelta(days=days))
        counts.append(traces.count(call, code, next(DEVICES), address, ""))
    return counts[-1]


def test_one_address_never_makes_a_code_suspect(world: World) -> None:
    code = world.parcel()["code"]
    scans = scanned(code, ONE, 27)
    assert (scans.count, scans.level) == (27, "normal")
    assert world.trace(code)["scans"]["level"] == "normal"
    for days in range(1, 8):
        assert scanned(code, ONE, 3, days).level != "suspect"  # a new month may begin


def test_scans_from_many_addresses_do(world: World) -> None:
    code = world.parcel()["code"]
    levels = [scanned(code, f"198.51.100.{n}").level for n in range(16)]
    assert levels == ["normal"] * 5 + ["notice"] * 10 + ["suspect"]


def test_one_address_does_not_use_up_the_count_of_others(world: World) -> None:
    code = world.parcel()["code"]
    for n in (1, 2):
        scanned(code, f"203.0.113.{n}", 55)
    assert scanned(code, "203.0.113.3", 10).count < 110
    assert [scanned(code, f"198.51.100.{n}").level for n in range(16)][-1] == "suspect"


def test_of_this_machine_each_device_counts(world: World) -> None:
    code = world.parcel()["code"]
    seen = [world.scan(code, next(DEVICES)) for _ in range(27)][-1]
    assert (seen["count"], seen["level"]) == (27, "suspect")


def boxes(world: World, n: int) -> tuple[Json, list[tuple[Json, Json]]]:
    """A batch, and so many orders of it with their keys and delivered parcels."""
    batch = world.passed_batch()
    offer = world.offer(batch)
    sold = []
    for at in range(n):
        order = world.order(offer, buyer=BUYER | {"phone": f"139000002{at:02}"})
        sold.append((order, world.delivered(world.pack(world.pay(order)))))
    return batch, sold


def complain(
    parcel: Json, address: str, key: str | None = None, reason: ComplaintReason = "rotten"
) -> None:
    call = Call(PUBLIC, datetime.now(UTC), new_id())
    complaints.report(call, parcel["code"], NewComplaint(reason=reason), address, key)


def pattern(world: World, batch: Json) -> Json:
    figures: Json = ok(world.cadre.get(f"/v1/batches/{batch['id']}/pattern"))
    return figures


def test_one_address_brings_about_no_proposal_and_is_told(world: World) -> None:
    batch, sold = boxes(world, 6)
    for _, parcel in sold[:4]:
        complain(parcel, ONE)
    figures = pattern(world, batch)
    assert (figures["complained"], figures["repeats"], figures["alarming"]) == (4, 3, False)
    assert figures["proposed_at"] is None
    for n, (_, parcel) in enumerate(sold[4:]):
        complain(parcel, f"198.51.100.{n}")
    assert pattern(world, batch)["proposed_at"] is not None
    for language, words in (("zh-CN", "有 3 个和别的来自同一"), ("en", "3 of these came from the")):
        desk = Visitor(world.url).signed_in("cadre")
        assert words in desk.get(f"/cadre/batches?lang={language}").words


def test_from_three_addresses_it_is_proposed(world: World) -> None:
    batch, sold = boxes(world, 4)
    for n, (_, parcel) in enumerate(sold[:3]):
        assert pattern(world, batch)["proposed_at"] is None
        complain(parcel, f"198.51.100.{n}")
    assert pattern(world, batch)["proposed_at"] is not None
    complain(sold[3][1], "198.51.100.0")
    assert pattern(world, batch)["repeats"] == 1


def test_buyers_behind_one_address_count_by_their_orders(world: World) -> None:
    batch, sold = boxes(world, 3)
    for order, parcel in sold:
        complain(parcel, ONE, order["access_key"])
    assert pattern(world, batch)["proposed_at"] is not None


def test_one_buyer_alone_alarms_no_batch(world: World) -> None:
    """However often they order, and whatever is sent to them again."""
    batch, [(first, box)] = boxes(world, 1)
    offer = world.offer(batch)
    complain(box, ONE, first["access_key"])
    for _ in range(2):
        [open_one] = ok(world.seller.get("/v1/complaints?state=open"))["items"]
        again = world.settle(open_one, remedy="replacement")["replacements"][-1]
        box = world.delivered(world.pack(ok(world.seller.get(f"/v1/orders/{again}"))))
        complain(box, ONE, first["access_key"])
    order = world.order(offer, buyer=BUYER | {"phone": "13900000200"})
    box = world.delivered(world.pack(world.pay(order)))
    complain(box, ONE, order["access_key"])
    seen = pattern(world, batch)
    assert (seen["complained"], seen["repeats"], seen["alarming"]) == (4, 3, False)
    assert seen["proposed_at"] is None


def test_a_buyers_word_takes_out_what_a_stranger_said(world: World) -> None:
    batch, [(order, parcel)] = boxes(world, 1)
    complain(parcel, ONE)
    assert complained(world, batch) == (1, 0, {"rotten": 1}, False)
    complain(parcel, ONE, order["access_key"], reason="wrong_item")
    assert complained(world, batch) == (0, 0, {}, False)
    reject_the_open_one(world)
    complain(parcel, ONE)
    assert complained(world, batch) == (0, 0, {}, False), "the buyer knows better"
    mine = ok(world.seller.get(f"/v1/batches/{batch['id']}/pattern"))
    assert (mine["complained"], mine["reasons"]) == (0, {})
    complain(parcel, ONE, order["access_key"], reason="short_weight")
    assert complained(world, batch) == (1, 0, {"short_weight": 1}, False)
    mine = ok(world.seller.get(f"/v1/batches/{batch['id']}/pattern"))
    assert (mine["complained"], mine["reasons"]) == (1, {"short_weight": 1})


def test_a_shop_with_the_keys_of_orders_that_it_typed_takes_nobodys_word_out(world: World) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    for at in range(3):
        body = world.order_body(offer, buyer=BUYER | {"phone": f"139000003{at:02}"})
        order = ok(world.seller.post("/v1/orders", body, new_id()), 201)
        parcel = world.delivered(world.pack(world.pay(order)))
        complain(parcel, f"198.51.100.{at}")
        due = ok(world.seller.get("/v1/complaints", state="open"))["items"][-1]["reply_due_at"]
        complain(parcel, ONE, order["access_key"], reason="other")
        [waits] = [
            claim
            for claim in ok(world.seller.get("/v1/complaints", state="open"))["items"]
            if claim["parcel_code"] == parcel["code"]
        ]
        assert waits["reply_due_at"] == due, "nor does it gain time"
    assert complained(world, batch) == (3, 0, {"rotten": 3}, True)


def complained(world: World, batch: Json) -> tuple[object, ...]:
    figures = pattern(world, batch)
    names = ("complained", "repeats", "reasons", "alarming")
    return tuple(figures[name] for name in names)


def test_whoever_saw_the_boxes_first_silences_no_buyer(world: World) -> None:
    batch, sold = boxes(world, 3)
    for _, parcel in sold:
        complain(parcel, ONE, reason="short_weight")
    assert complained(world, batch) == (3, 2, {"short_weight": 3}, False)
    for n, (order, parcel) in enumerate(sold):
        complain(parcel, f"198.51.100.{n}", order["access_key"])
    assert complained(world, batch) == (3, 0, {"rotten": 3}, True)
    assert pattern(world, batch)["proposed_at"] is not None
    mine = ok(world.seller.get(f"/v1/batches/{batch['id']}/pattern"))
    assert (mine["reasons"], mine["proposed_at"]) == ({"rotten": 3}, None)


def test_a_buyers_word_counts_once_and_no_stranger_changes_it(world: World) -> None:
    batch, [(order, parcel)] = boxes(world, 1)
    complain(parcel, ONE, order["access_key"])
    reject_the_open_one(world)
    complain(parcel, "198.51.100.1", reason="damaged")
    assert complained(world, batch)[:3] == (1, 0, {"rotten": 1})
    reject_the_open_one(world)
    complain(parcel, "198.51.100.1", order["access_key"], reason="damaged")
    assert complained(world, batch)[:3] == (1, 0, {"rotten": 1})


def reject_the_open_one(world: World) -> None:
    [complaint] = ok(world.seller.get("/v1/complaints?state=open"))["items"]
    ok(world.seller.post(f"/v1/complaints/{complaint['id']}/reject", {"message": "看不出"}), 200)


def test_two_buyers_who_take_over_at_the_same_moment_both_count(world: World) -> None:
    batch, sold = boxes(world, 3)
    for _, parcel in sold:
        complain(parcel, ONE)
    tasks = [
        partial(complain, parcel, "198.51.100.9", order["access_key"]) for order, parcel in sold
    ]
    at_once(tasks, 3)
    assert complained(world, batch) == (3, 0, {"rotten": 3}, True)
    assert pattern(world, batch)["proposed_at"] is not None


def test_an_update_makes_no_item(world: World) -> None:
    """DynamoDB's UpdateItem does, of whatever it sets or adds."""
    nothing = BatchComplaintItem("BATCH#none", "COMPLAINT#none")
    before = stored()
    for write in (
        Adjust(nothing, [BatchComplaintItem.scope.set("x")]),
        Adjust(nothing, [BatchComplaintItem.scope.remove()]),
        Adjust(ParcelItem(*key_of("parcel", "none")), [ParcelItem.scans.add(1)]),
        Adjust(PhotoItem(*key_of("photo", "none")), [PhotoItem.uploaded_at.set("x")]),
    ):
        with pytest.raises(ConditionFailed):
            UnitOfWork(Call(PUBLIC, datetime.now(UTC))).add(write).commit()
    assert stored() == before
