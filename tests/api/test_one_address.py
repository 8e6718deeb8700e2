"""One network address moves a code's level and a batch's pattern by little."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import pytest
from requests import Response

from chalicelib.config import ring
from chalicelib.domain.access import PUBLIC, Actor, Call
from chalicelib.domain.complaints import ComplaintReason, NewComplaint
from chalicelib.domain.errors import Refusal
from chalicelib.domain.parcels import HANDED_OVER_AFTER
from chalicelib.domain.payments import Cancellation
from chalicelib.domain.scans import Scans
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.tables import (
    BatchComplaintItem,
    ParcelItem,
    PatternItem,
    PhotoItem,
    key_of,
    pattern_key,
)
from chalicelib.repositories.transaction import Adjust, UnitOfWork
from chalicelib.services import complaints, payments, traces
from chalicelib.services.patterns import count_waiting
from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.visitor import Visitor
from tests.world import BUYER, Client, Json, World, new_id, ok, refused, stored

ONE = "203.0.113.7"
WAYBILLS = count(10**9)
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


def boxes(
    world: World, n: int, paid_by: Client | None = None
) -> tuple[Json, list[tuple[Json, Json]]]:
    """A batch, and so many orders of it with their keys and parcels, which were sent."""
    batch = world.passed_batch()
    return batch, boxes_of(world, world.seller, batch, n, paid_by=paid_by)


def boxes_of(
    world: World,
    seller: Client,
    batch: Json,
    n: int,
    *,
    sent: bool = True,
    paid_by: Client | None = None,
) -> list[tuple[Json, Json]]:
    """Of whichever shop: each order by a buyer of its own, who has no account."""
    offer_id = new_id()
    ok(seller.put(f"/v1/offers/{offer_id}", world.offer_body(batch)), 201)
    offer = ok(seller.get(f"/v1/offers/{offer_id}"))
    sold = []
    for at in range(n):
        body = world.order_body(offer, buyer=BUYER | {"phone": f"139000002{at:02}"})
        order = ok(world.nobody.post("/v1/orders", body | {"shop_id": offer["shop_id"]}), 201)
        path = f"/v1/orders/{order['id']}"
        paid = {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()}
        ok((paid_by or seller).post(f"{path}/payment", paid, new_id()), 200)
        parts = [{"line": 0, "batch_id": batch["id"], "packs": 1}]
        box = ok(seller.post(f"{path}/parcels", {"allocations": parts}, new_id()), 201)
        if sent:
            shipment = {"carrier": "顺丰", "waybill": f"SF{next(WAYBILLS):012}"}
            ok(seller.post(f"/v1/parcels/{box['code']}/ship", shipment, new_id()), 200)
            box = ok(seller.post(f"/v1/parcels/{box['code']}/deliver", {}, new_id()), 200)
        sold.append((order, box))
    return sold


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


def test_two_buyers_behind_one_address_count_by_their_orders(world: World) -> None:
    """Neighbours share a carrier's address; the third who weighs is from elsewhere."""
    batch, sold = boxes(world, 4)
    for order, parcel in sold[:3]:
        complain(parcel, ONE, order["access_key"])
    assert complained(world, batch) == (3, 1, {"rotten": 3}, False)
    order, parcel = sold[3]
    complain(parcel, "198.51.100.1", order["access_key"])
    assert complained(world, batch) == (4, 1, {"rotten": 4}, True)


@pytest.fixture
def provider(world: World) -> Iterator[Client]:
    token = "a-token-of-the-payment-provider"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHANHUO_PAYMENT_TOKEN", token)
        ring.cache_clear()
        yield Client(world.url, token)
    ring.cache_clear()


def test_buyers_of_whom_the_payment_provider_told_all_count(world: World, provider: Client) -> None:
    """Nobody pays for buyers whom they make up."""
    batch, sold = boxes(world, 3, paid_by=provider)
    for order, parcel in sold:
        complain(parcel, ONE, order["access_key"])
    assert complained(world, batch) == (3, 0, {"rotten": 3}, True)


def rival_of(world: World) -> Client:
    """The seller of another shop that sells for the same village."""
    shop_id = new_id()
    shop = {"name": "同村小店", "village_ids": [world.village_id]}
    ok(world.county.put(f"/v1/shops/{shop_id}", shop), 201)
    return world.account("seller", "rival", shop_id=shop_id)


def test_one_address_counts_for_each_shop_and_alarms_nobody_alone(world: World) -> None:
    """What a rival's made-up buyers say takes no word from the buyers of another shop, who weigh
    as soon as anybody says so from elsewhere."""
    batch, sold = boxes(world, 4)
    for order, parcel in boxes_of(world, rival_of(world), batch, 3):
        complain(parcel, ONE, order["access_key"])
    assert complained(world, batch) == (3, 1, {"rotten": 3}, False)
    for order, parcel in sold[:3]:
        complain(parcel, ONE, order["access_key"])
    figures = pattern(world, batch)
    assert (figures["complained"], figures["repeats"], figures["alarming"]) == (6, 2, False)
    names = ("one_address", "one_shop", "proposed_at")
    assert [figures[name] for name in names] == [True, False, None]
    for language, words in (("zh-CN", "计入的都来自同一个网络"), ("en", "came from one network")):
        desk = Visitor(world.url).signed_in("cadre")
        assert words in desk.get(f"/cadre/batches/{batch['id']}?lang={language}").words
    complain(sold[3][1], "198.51.100.1")
    figures = pattern(world, batch)
    assert (figures["repeats"], figures["one_address"], figures["alarming"]) == (2, False, True)
    assert figures["proposed_at"] is not None


@pytest.mark.parametrize("addresses", [[ONE], ["2001:db8::7", "2001:db8::8", "2001:db8::9"]])
def test_a_stranger_and_buyers_of_one_address_alarm_nobody(
    addresses: list[str], world: World
) -> None:
    """Of IPv6 one household has all that begin alike."""
    batch, sold = boxes(world, 3)
    addresses = addresses * 3
    complain(sold[0][1], addresses[0])
    for (order, parcel), address in zip(sold[1:], addresses[1:], strict=False):
        complain(parcel, address, order["access_key"])
    assert complained(world, batch) == (3, 0, {"rotten": 3}, False)
    assert pattern(world, batch)["one_address"]
    assert not world.cadre.everything("/v1/proposals")
    mine = ok(world.seller.get(f"/v1/batches/{batch['id']}/pattern"))
    assert (mine["complained"], mine["alarming"]) == (3, False), "nor their seller"


def test_what_the_release_before_left_in_an_emptied_tally_is_forgotten(world: World) -> None:
    """It knows nothing of addresses, so it takes none of them out."""
    batch, sold = boxes(world, 2)
    left = [
        PatternItem.placed.set(2),
        PatternItem.place_sum.set(9),
        PatternItem.kind.set(PatternItem),
    ]
    item = PatternItem(*pattern_key(batch["id"]))
    UnitOfWork(Call(PUBLIC, datetime.now(UTC))).add(Adjust(item, left, creates=True)).commit()
    for order, parcel in sold:
        complain(parcel, ONE, order["access_key"])
    assert pattern(world, batch)["one_address"]


def test_whom_a_buyers_word_takes_out_is_no_second_address(world: World) -> None:
    batch, sold = boxes(world, 4)
    complain(sold[0][1], "198.51.100.1")
    complain(sold[0][1], ONE, sold[0][0]["access_key"])
    complain(sold[1][1], ONE)
    complain(sold[2][1], ONE, sold[2][0]["access_key"])
    assert complained(world, batch) == (3, 0, {"rotten": 3}, False)
    complain(sold[3][1], "198.51.100.2")
    assert complained(world, batch) == (4, 0, {"rotten": 4}, True)


def test_a_pattern_tells_when_all_is_of_one_shop(world: World) -> None:
    batch, sold = boxes(world, 1)
    [(_, first), (_, second)] = boxes_of(world, rival_of(world), batch, 2)
    seen = []
    for at, parcel in enumerate((first, second, sold[0][1])):
        complain(parcel, f"198.51.100.{at}")
        seen.append(pattern(world, batch)["one_shop"])
    assert seen == [False, True, False]


# --- what has not left ---------------------------------------------------------------------------


def packed(world: World, n: int, seller: Client | None = None) -> tuple[Json, list[Json]]:
    """A batch, and so many orders of the public with their boxes, which are still here."""
    batch = world.passed_batch()
    sold = boxes_of(world, seller or world.seller, batch, n, sent=False)
    return batch, [order | {"box": box} for order, box in sold]


def test_what_nobody_can_have_seen_brings_no_batch_into_doubt(world: World) -> None:
    """Strangers with a picture of a label keep no box that is still here from being cancelled."""
    batch, orders = packed(world, 3)
    for at, order in enumerate(orders):
        complain(order["box"], f"198.51.100.{at}")
    assert complained(world, batch) == (0, 0, {}, False)
    assert pattern(world, batch)["proposed_at"] is None
    assert len(ok(world.seller.get("/v1/complaints?state=open"))["items"]) == 3, (
        "taken all the same"
    )
    for order in orders:
        path = f"/v1/orders/{order['id']}/cancel"
        ok(world.seller.post(path, {"reason": "不要了"}, new_id()), 200)
    assert complained(world, batch) == (0, 0, {}, False)
    assert ok(world.seller.get(f"/v1/batches/{batch['id']}/pattern"))["complained"] == 0


@pytest.mark.parametrize("by", ["shipping", "a file of waybills"])
def test_what_waited_counts_when_the_box_is_sent(by: str, world: World) -> None:
    """A shop that writes down late what it has sent takes nobody's word away."""
    batch, orders = packed(world, 3)
    for at, order in enumerate(orders):
        complain(order["box"], f"198.51.100.{at}", order["access_key"])
    for at, order in enumerate(orders):
        assert complained(world, batch)[0] == at
        code = order["box"]["code"]
        if by == "shipping":
            world.shipped(order["box"])
        else:
            row = {"row": 1, "parcel": code, "carrier": "顺丰", "waybill": f"SF10000000000{at}"}
            ok(world.seller.post("/v1/waybills", {"rows": [row]}, new_id()), 200)
    assert complained(world, batch) == (3, 0, {"rotten": 3}, True)
    assert len(world.cadre.everything("/v1/proposals")) == 1


def test_what_waited_came_from_where_it_was_said(world: World) -> None:
    batch, orders = packed(world, 4)
    complain(orders[0]["box"], ONE)
    for order in orders[1:3]:
        complain(order["box"], ONE, order["access_key"])
    for order in orders[:3]:
        world.shipped(order["box"])
    assert complained(world, batch) == (3, 0, {"rotten": 3}, False)
    last = orders[3]
    later = Call(PUBLIC, datetime.now(UTC) + HANDED_OVER_AFTER, new_id())
    body = NewComplaint(reason="rotten")
    complaints.report(later, last["box"]["code"], body, "198.51.100.1", last["access_key"])
    assert complained(world, batch) == (4, 0, {"rotten": 4}, True)


def test_what_is_handed_over_counts_without_being_sent(world: World) -> None:
    """Nobody writes that down; fresh goods do not lie packed for two days."""
    batch, [order] = packed(world, 1)
    later = Call(PUBLIC, datetime.now(UTC) + HANDED_OVER_AFTER, new_id())
    body = NewComplaint(reason="rotten")
    complaints.report(later, order["box"]["code"], body, ONE, order["access_key"])
    assert complained(world, batch) == (1, 0, {"rotten": 1}, False)


def test_what_was_seen_in_a_box_is_not_cancelled_away(world: World) -> None:
    """No shop takes its buyers' word out of a batch so; it settles, and cancels what nobody saw."""
    batch, orders = packed(world, 4)
    later = Call(PUBLIC, datetime.now(UTC) + HANDED_OVER_AFTER, new_id())
    for at, order in enumerate(orders[:2]):
        code, key = order["box"]["code"], order["access_key"]
        complaints.report(later, code, NewComplaint(reason="rotten"), f"198.51.100.{at}", key)
    for at, order in enumerate(orders):
        path = f"/v1/orders/{order['id']}/cancel"
        answer = world.seller.post(path, {"reason": "不要了"}, new_id())
        ok(answer, 200) if at >= 2 else refused(answer, 409, "box_was_seen")
    figures = pattern(world, batch)
    assert (figures["packed"], figures["complained"]) == (2, 2)
    for complaint in ok(world.seller.get("/v1/complaints?state=open"))["items"]:
        assert world.settle(complaint, remedy="full_refund")["state"] == "settled"


def cancel(world: World, order: Json) -> Response:
    return world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "不要了"}, new_id())


def two_days_later() -> datetime:
    return datetime.now(UTC) + HANDED_OVER_AFTER


def test_what_waits_with_the_orders_key_is_not_cancelled_away(world: World) -> None:
    """The shop hands over and never says so. A buyer's word is kept from the first day, also where
    it is rejected; of what it says of no goods nothing is kept."""
    batch, orders = packed(world, 4)
    for at, order in enumerate(orders[:3]):
        reason: ComplaintReason = "wrong_item" if at == 2 else "rotten"
        complain(order["box"], f"198.51.100.{at}", order["access_key"], reason=reason)
        if at == 0:
            reject_the_open_one(world)
    answers = [cancel(world, order) for order in orders]
    assert [answer.status_code for answer in answers] == [409, 409, 200, 200]
    refused(answers[0], 409, "box_was_seen")
    assert complained(world, batch) == (0, 0, {}, False), "it waits"
    assert count_waiting(two_days_later()) == 2
    assert complained(world, batch) == (2, 0, {"rotten": 2}, False)


def test_what_waited_counts_after_two_days_and_alarms(world: World) -> None:
    """By the clock, each once, whoever said it and whether or not anybody looks."""
    batch, orders = packed(world, 4)
    for at, order in enumerate(orders[:3]):
        complain(order["box"], f"198.51.100.{at}", order["access_key"] if at else None)
    assert count_waiting(datetime.now(UTC) + HANDED_OVER_AFTER / 2) == 0
    assert complained(world, batch) == (0, 0, {}, False)
    assert [count_waiting(two_days_later()) for _ in range(2)] == [3, 0]
    assert complained(world, batch) == (3, 0, {"rotten": 3}, True)
    assert len(world.cadre.everything("/v1/proposals")) == 1
    assert [cancel(world, order).status_code for order in orders] == [409, 409, 409, 200]
    world.shipped(orders[0]["box"])
    assert complained(world, batch) == (3, 0, {"rotten": 3}, True)


def test_after_two_days_a_strangers_waiting_word_is_not_cancelled_away_either(
    world: World,
) -> None:
    """Also before the clock has come to count it."""
    _, [order] = packed(world, 1)
    complain(order["box"], ONE)
    shop = Actor(id=new_id(), role="seller", shop_id=world.shop_id)
    later = Call(shop, two_days_later(), new_id())
    with pytest.raises(Refusal) as refusal:
        payments.cancel(later, order["id"], Cancellation(reason="不要了"))
    assert refusal.value.code == "box_was_seen"


def test_a_second_word_after_two_days_counts_what_waited(world: World) -> None:
    """A stranger's second one has no say; the first counts all the same, at once."""
    batch, [order] = packed(world, 1)
    complain(order["box"], ONE, reason="damaged")
    reject_the_open_one(world)
    later = Call(PUBLIC, two_days_later(), new_id())
    complaints.report(later, order["box"]["code"], NewComplaint(reason="rotten"), "198.51.100.9")
    assert complained(world, batch) == (1, 0, {"damaged": 1}, False)
    assert count_waiting(two_days_later()) == 0


def test_of_a_complaint_and_a_cancellation_at_once_one_comes_first(world: World) -> None:
    """Eight times: the order stands with the buyer's word, or is cancelled without it."""
    batch, orders = packed(world, 8)
    shop = SharedClient(world.seller)
    buyers = SharedClient(world.nobody)

    def say(order: Json) -> Response:
        path = f"/t/{order['box']['code']}/complaints?key={order['access_key']}"
        return buyers.post(path, {"reason": "rotten"}, new_id())

    def end(order: Json) -> Response:
        return shop.post(f"/v1/orders/{order['id']}/cancel", {"reason": "不要了"}, new_id())

    for order in orders:
        heard, ended = at_once([partial(say, order), partial(end, order)])
        assert (heard.status_code, ended.status_code) in {(201, 409), (404, 200)}
    stand = sum(
        ok(world.seller.get(f"/v1/orders/{order['id']}"))["state"] == "packed" for order in orders
    )
    assert count_waiting(two_days_later()) == stand
    assert pattern(world, batch)["complained"] == stand


def test_what_waits_is_decided_as_what_counts(world: World) -> None:
    """A stranger's word waits first, then the buyer's takes its place, also where it lies in no
    batch."""
    batch, [order] = packed(world, 1)
    complain(order["box"], ONE)
    complain(order["box"], ONE, order["access_key"], reason="wrong_item")
    world.shipped(order["box"])
    assert complained(world, batch) == (0, 0, {}, False)
    reject_the_open_one(world)
    complain(order["box"], ONE)
    assert complained(world, batch) == (0, 0, {}, False), "the buyer knows better"


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
        partial(complain, parcel, f"198.51.100.{n}", order["access_key"])
        for n, (order, parcel) in enumerate(sold)
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
