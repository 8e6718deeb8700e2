"""Offers, orders, payments, parcels and refunds over HTTP: stock and money are always exact."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import requests

from chalicelib.services import payments
from tests.books import Books
from tests.crowd import SharedClient, at_once, outcomes
from tests.world import BUYER, Client, Json, World, instant, new_id, ok, refused


def packs_left(world: World, offer: Json) -> int:
    left: int = ok(world.nobody.get(f"/v1/offers/{offer['id']}"), 200)["packs_left"]
    return left


def available(world: World, batch: Json) -> int:
    quantity: int = ok(world.cadre.get(f"/v1/batches/{batch['id']}"), 200)["available_quantity"]
    return quantity


def order_of(world: World, order: Json) -> Json:
    order_seen: Json = ok(world.seller.get(f"/v1/orders/{order['id']}"), 200)
    return order_seen


def later(**time: float) -> datetime:
    return datetime.now(UTC) + timedelta(**time)


# --- offers --------------------------------------------------------------------------------------


def test_an_offer_sets_its_packs_aside(world: World) -> None:
    batch = world.passed_batch(quantity=1000)
    offer = world.offer(batch, packs_total=20, pack_quantity=10)
    assert (offer["packs_left"], offer["packs_total"]) == (20, 20)
    assert available(world, batch) == 800
    answer = world.seller.put(f"/v1/offers/{new_id()}", world.offer_body(batch, packs_total=81))
    assert refused(answer, 409, "not_enough_in_batch")["packs_possible"] == 80
    assert available(world, batch) == 800


def test_an_offer_draws_whole_packs_from_its_batches_in_order(world: World) -> None:
    first, two = world.passed_batch(quantity=25), world.passed_batch(quantity=100)
    world.offer(first, two, packs_total=5, pack_quantity=10)
    assert (available(world, first), available(world, two)) == (5, 70)


def test_an_offer_closes_and_gives_its_unsold_packs_back(world: World) -> None:
    batch = world.passed_batch(quantity=1000)
    offer = world.offer(batch, packs_total=20)
    world.paid_order(offer, packs=3)
    closed = ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "季末"}), 200)
    assert (closed["state"], closed["packs_left"]) == ("closed", 0)
    assert available(world, batch) == 970
    refused(world.nobody.post("/v1/orders", world.order_body(offer)), 409, "offer_closed")
    again = world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "季末"})
    refused(again, 409, "not_allowed_now")


def test_an_offer_sells_one_product(world: World) -> None:
    other = world.passed_batch(product_id=world.product()["id"])
    body = world.offer_body(world.passed_batch()) | {"batch_ids": [other["id"]]}
    refused(world.seller.put(f"/v1/offers/{new_id()}", body), 404, "not_found")


@pytest.mark.parametrize(
    ("end", "hours_ago"), [("opens_at", -1), ("closes_at", 1)], ids=["early", "late"]
)
def test_nothing_is_sold_outside_its_time(end: str, hours_ago: float, world: World) -> None:
    time: Json = {end: instant(hours=hours_ago)}
    offer = world.offer(**time)
    refused(world.nobody.post("/v1/orders", world.order_body(offer)), 409, "offer_closed")


# --- ordering ------------------------------------------------------------------------------------


def test_an_order_answers_what_the_buyer_needs(world: World) -> None:
    order = world.order(world.offer(price_fen=2990), packs=3)
    assert set(order) == {"id", "number", "state", "total_fen", "pay_by", "access_key"}
    assert (order["state"], order["total_fen"]) == ("pending_payment", 8970)
    assert (
        timedelta(minutes=29)
        < datetime.fromisoformat(order["pay_by"]) - later()
        <= timedelta(minutes=30)
    )
    assert order["number"].startswith("SH")
    assert len(order["access_key"]) >= 26


def test_an_order_takes_its_packs_and_one_too_many_takes_none(world: World) -> None:
    offer = world.offer(packs_total=5)
    world.order(offer, packs=3)
    assert packs_left(world, offer) == 2
    answer = world.nobody.post("/v1/orders", world.order_body(offer, packs=3))
    refusal = refused(answer, 409, "out_of_stock")
    assert (refusal["packs_left"], refusal["offer_id"]) == (2, offer["id"])
    assert packs_left(world, offer) == 2


def test_an_order_of_two_offers_takes_both_or_neither(world: World) -> None:
    batch = world.passed_batch()
    plenty, few = world.offer(batch, packs_total=9), world.offer(batch, packs_total=1)
    body = world.order_body(plenty)
    body["lines"] = [{"offer_id": plenty["id"], "packs": 2}, {"offer_id": few["id"], "packs": 2}]
    refused(world.nobody.post("/v1/orders", body), 409, "out_of_stock")
    assert (packs_left(world, plenty), packs_left(world, few)) == (9, 1)
    body["lines"][1]["packs"] = 1
    assert ok(world.nobody.post("/v1/orders", body), 201)["total_fen"] == 9000
    assert (packs_left(world, plenty), packs_left(world, few)) == (7, 0)


@pytest.mark.parametrize(
    "orders",
    [
        [[4]],
        [[2, 2]],  # one order, two lines of the same offer
        [[3], [1]],
        [[1], [1], [1], [1]],
    ],
)
def test_a_customer_gets_no_more_than_the_limit_however_it_is_split(
    orders: list[list[int]], world: World
) -> None:
    offer = world.offer(limit_per_customer=3)
    spellings = ["13812340001", "+86 138-1234-0001", "１３８１２３４０００１", "008613812340001"]
    for number, lines in enumerate(orders):
        body = world.order_body(offer, buyer=BUYER | {"phone": spellings[number]})
        body["lines"] = [{"offer_id": offer["id"], "packs": packs} for packs in lines]
        answer = world.nobody.post("/v1/orders", body)
        if number < len(orders) - 1:
            ok(answer, 201)
        else:
            assert refused(answer, 409, "over_limit")["limit"] == 3
    world.order(offer, packs=3, buyer=BUYER | {"phone": "13900000000"})


def test_a_cancelled_order_does_not_count_against_the_limit(world: World) -> None:
    offer = world.offer(limit_per_customer=2)
    order = world.order(offer, packs=2)
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "x"}), 200)
    world.order(offer, packs=2)


def test_the_price_is_the_one_of_the_offer(world: World) -> None:
    order = world.paid_order(world.offer(price_fen=1234), packs=2)
    [line] = order["lines"]
    assert (line["price_fen"], order["total_fen"]) == (1234, 2468)
    assert line["after_sales"] == {"evidence_hours": 48, "reply_hours": 48}


def test_an_order_belongs_to_the_shop_of_its_offers(world: World) -> None:
    body = world.order_body(world.offer()) | {"shop_id": world.other_shop_id}
    refused(world.nobody.post("/v1/orders", body), 404, "not_found")


def test_a_seller_takes_orders_for_the_own_shop_only(world: World) -> None:
    body = world.order_body(world.offer(), channel="wechat_group", external_ref="群 3-17")
    placed = ok(world.seller.post("/v1/orders", body), 201)
    assert order_of(world, placed)["channel"] == "wechat_group"
    refused(world.other_seller.post("/v1/orders", body), 404, "not_found")


# --- paying, and not paying ----------------------------------------------------------------------


def test_a_payment_is_recorded_once_and_exactly(world: World) -> None:
    order = world.order(world.offer())
    path = f"/v1/orders/{order['id']}/payment"
    body: Json = {"paid_fen": 2999, "method": "wechat", "reference": "1"}
    refusal = refused(world.seller.post(path, body), 409, "wrong_amount")
    assert (refusal["total_fen"], refusal["paid_fen"]) == (3000, 2999)
    paid = ok(world.seller.post(path, body | {"paid_fen": 3000}), 200)
    assert (paid["state"], paid["paid_fen"], paid["refunded_fen"]) == ("paid", 3000, 0)
    assert paid["paid_at"]


def test_a_large_bulk_order_can_be_paid(world: World) -> None:
    """A company's year-end gifts: more than a million yuan."""
    batch = world.passed_batch(quantity=100_000)
    offer = world.offer(batch, pack_quantity=1, packs_total=20_000, price_fen=9900)
    body = world.order_body(offer, 12_000, channel="bulk")
    order = ok(world.seller.post("/v1/orders", body), 201)  # as the shop knows the company
    assert order["total_fen"] == 118_800_000
    assert world.pay(order)["state"] == "paid"


def test_an_order_unpaid_in_time_expires_and_its_packs_come_back(world: World) -> None:
    offer = world.offer(packs_total=5)
    forgotten, paid = world.order(offer, packs=2), world.paid_order(offer, packs=1)
    assert payments.expire_unpaid(later(minutes=29)) == 0
    assert payments.expire_unpaid(later(minutes=31)) == 1
    assert payments.expire_unpaid(later(minutes=31)) == 0
    assert packs_left(world, offer) == 4
    gone = order_of(world, forgotten)
    assert (gone["state"], gone["buyer"]) == ("expired", None)
    assert order_of(world, paid)["state"] == "paid"
    body = {"paid_fen": forgotten["total_fen"], "method": "wechat", "reference": "1"}
    answer = world.seller.post(f"/v1/orders/{forgotten['id']}/payment", body)
    assert refused(answer, 409, "not_allowed_now")["state"] == "expired"
    journal = world.seller.everything(f"/v1/orders/{forgotten['id']}/changes")
    assert [(entry["old"], entry["new"], entry["by"]) for entry in journal] == [
        (None, "pending_payment", "public"),
        ("pending_payment", "expired", "clock"),
    ]


def test_a_reference_pays_one_order_of_a_shop(world: World) -> None:
    """However it is written, and by two at once; a short note may stand at several."""
    offer = world.offer()
    first, second, third = (world.order(offer) for _ in range(3))

    def pay(order: Json, reference: str, by: Client = world.seller) -> requests.Response:
        body = {"paid_fen": order["total_fen"], "method": "wechat", "reference": reference}
        return by.post(f"/v1/orders/{order['id']}/payment", body)

    ok(pay(first, "4200-0012 3456ab"))
    ok(pay(first, "4200-0012 3456ab"), 200)
    refusal = refused(pay(second, "42000012 3456-AB"), 409, "reference_used")
    assert refusal["number"] == first["number"]
    assert order_of(world, second)["state"] == "pending_payment"
    seller = SharedClient(world.seller)
    both = [partial(pay, order, "4200001234567890", seller) for order in (second, third)]
    assert outcomes(at_once(both)) == {"200": 1, "reference_used": 1}
    for order in (world.order(offer), world.order(offer)):
        ok(pay(order, "现金"))
    Books.read().check()


# --- cancelling ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["pending_payment", "paid", "packed"])
def test_a_cancelled_order_gives_its_packs_and_its_money_back(state: str, world: World) -> None:
    offer = world.offer(packs_total=5)
    order = world.order(offer, packs=2)
    parcel: Json | None = None
    if state != "pending_payment":
        paid = world.pay(order)
        parcel = world.pack(paid) if state == "packed" else None
    path = f"/v1/orders/{order['id']}"
    cancelled = ok(world.seller.post(f"{path}/cancel", {"reason": "缺货"}, new_id()), 200)
    paid_fen = 0 if state == "pending_payment" else 6000
    assert (cancelled["state"], cancelled["refunded_fen"]) == ("cancelled", paid_fen)
    assert packs_left(world, offer) == 5
    ledger = ok(world.seller.get(f"{path}/refunds"), 200)
    assert sum(entry["amount_fen"] for entry in ledger["items"]) == paid_fen
    assert ledger["refundable_fen"] == 0
    if parcel:
        headers = {"Accept": "application/json"}
        voided = world.nobody.call("GET", f"/t/{parcel['code']}", headers=headers)
        refused(voided, 404, "not_found")
    refused(world.seller.post(f"{path}/cancel", {"reason": "缺货"}), 409, "not_allowed_now")


def test_a_cancellation_refunds_only_what_is_left(world: World) -> None:
    order = world.paid_order(world.offer())
    path = f"/v1/orders/{order['id']}"
    refund = {"amount_fen": 1000, "reason": "少发"}
    ok(world.seller.put(f"{path}/refunds/{new_id()}", refund), 201)
    ok(world.seller.post(f"{path}/cancel", {"reason": "x"}), 200)
    ledger = ok(world.seller.get(f"{path}/refunds"), 200)
    assert sorted(entry["amount_fen"] for entry in ledger["items"]) == [1000, 2000]


@pytest.mark.parametrize("crowd", [{}, {"packs_total": 90, "expected_orders_per_second": 2000}])
def test_what_was_packed_is_cancelled_when_its_offer_is_closed(crowd: Json, world: World) -> None:
    """The batch gets back what the parcel held and, as the offer is closed, what it set aside."""
    batch = world.passed_batch(quantity=100)
    offer = world.offer(batch, pack_quantity=1, **{"packs_total": 10, **crowd})
    order = world.paid_order(offer, packs=2)
    world.pack(order)
    ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "卖完了"}), 200)
    before = ok(world.seller.get(f"/v1/batches/{batch['id']}"))["available_quantity"]
    path = f"/v1/orders/{order['id']}/cancel"
    cancelled = ok(world.seller.post(path, {"reason": "买家打电话取消"}, new_id()), 200)
    assert (cancelled["state"], cancelled["refunded_fen"]) == ("cancelled", 6000)
    after = ok(world.seller.get(f"/v1/batches/{batch['id']}"))["available_quantity"]
    assert after - before == 2


def test_a_buyer_cancels_until_it_is_packed(world: World) -> None:
    offer = world.offer()
    placed = world.order(offer)
    path = f"/v1/orders/{placed['id']}/cancel?key={placed['access_key']}"
    world.pack(world.pay(placed))
    refusal = refused(world.nobody.post(path, {"reason": "不要了"}), 409, "not_allowed_now")
    assert refusal["state"] == "packed"
    again = world.order(offer)
    world.pay(again)
    path = f"/v1/orders/{again['id']}/cancel?key={again['access_key']}"
    assert ok(world.nobody.post(path, {"reason": "不要了"}), 200)["state"] == "cancelled"


def test_what_was_shipped_is_not_cancelled(world: World) -> None:
    order = world.paid_order(world.offer(), packs=2)
    batch = {"id": order["lines"][0]["batch_ids"][0]}
    first = world.pack(order, (0, batch, 1))
    world.pack(order, (0, batch, 1))
    world.shipped(first)
    answer = world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "x"})
    assert refused(answer, 409, "not_allowed_now")["state"] == "shipped"


# --- parcels -------------------------------------------------------------------------------------


def test_a_packed_parcel_has_a_code_to_print(world: World) -> None:
    parcel = world.parcel(packs=2)
    assert (parcel["state"], len(parcel["code"])) == ("packed", 13)
    assert parcel["display_code"].replace("-", "") == parcel["code"]
    assert parcel["url"] == f"{world.url}/t/{parcel['code']}"
    [allocation] = parcel["allocations"]
    assert (allocation["packs"], allocation["quantity"]) == (2, 20)


def test_the_order_follows_its_parcels(world: World) -> None:
    order = world.paid_order(world.offer(), packs=2)
    batch = {"id": order["lines"][0]["batch_ids"][0]}
    states = []

    def tell() -> None:
        states.append(order_of(world, order)["state"])

    first = world.pack(order, (0, batch, 1))
    tell()
    two = world.pack(order, (0, batch, 1))
    tell()
    world.shipped(first)
    tell()
    world.delivered(first | {"state": "shipped"})
    tell()
    world.shipped(two)
    tell()
    world.delivered(two | {"state": "shipped"})
    tell()
    assert states == ["paid", "packed", "packed", "packed", "shipped", "delivered"]
    assert set(order_of(world, order)["parcels"]) == {first["code"], two["code"]}


def test_a_parcel_is_found_by_its_code_in_any_spelling(world: World) -> None:
    parcel = world.parcel()
    for code in (parcel["code"].lower(), parcel["display_code"], f" {parcel['code']} "):
        assert ok(world.seller.get(f"/v1/parcels/{code}"), 200)["code"] == parcel["code"]


def test_no_more_is_packed_than_was_sold(world: World) -> None:
    order = world.paid_order(world.offer(), packs=2)
    batch_id = order["lines"][0]["batch_ids"][0]
    path = f"/v1/orders/{order['id']}/parcels"
    allocation = {"line": 0, "batch_id": batch_id, "packs": 3}
    refusal = refused(world.seller.post(path, {"allocations": [allocation]}), 409, "over_packed")
    assert refusal["packs_left"] == 2
    twice = [allocation | {"packs": 2}, allocation | {"packs": 1}]
    refused(world.seller.post(path, {"allocations": twice}), 409, "over_packed")
    stranger = allocation | {"packs": 1, "batch_id": world.passed_batch()["id"]}
    refused(world.seller.post(path, {"allocations": [stranger]}), 422, "wrong_batch")


def test_no_more_is_packed_from_a_batch_than_it_holds(world: World) -> None:
    """Or a trace claims 300 eggs of a batch of 10, and a recall finds the wrong parcels."""
    small, large = world.passed_batch(quantity=10), world.passed_batch(quantity=1000)
    body = world.order_body(world.offer(small, large, packs_total=50), 30)
    order = world.pay(ok(world.seller.post("/v1/orders", body), 201))
    all_of_small = {"line": 0, "batch_id": small["id"], "packs": 30}
    path = f"/v1/orders/{order['id']}/parcels"
    answer = world.seller.post(path, {"allocations": [all_of_small]})
    assert answer.status_code == 409, answer.text


def test_a_parcel_moves_in_its_order(world: World) -> None:
    parcel = world.parcel()
    path = f"/v1/parcels/{parcel['code']}"
    refused(world.seller.post(f"{path}/deliver", {}), 409, "not_allowed_now")
    shipped = world.shipped(parcel)
    assert (shipped["state"], shipped["carrier"]) == ("shipped", "顺丰")
    body = {"carrier": "中通", "waybill": "SF1"}
    refused(world.seller.post(f"{path}/ship", body), 409, "not_allowed_now")
    assert world.delivered(shipped)["delivered_at"]
    assert ok(world.seller.post(f"{path}/return", {}), 200)["state"] == "returned"


@pytest.mark.parametrize("accept", [None, "image/*", "*/*", "text/html", "image/svg+xml,image/png"])
def test_a_qr_code_needs_no_account_and_no_accept(accept: str | None, world: World) -> None:
    parcel = world.parcel()
    headers: Any = {"Accept": accept}
    for ending, kind, start in (
        ("svg", "image/svg+xml", b"<svg"),
        ("png", "image/png", b"\x89PNG\r\n\x1a\n"),
    ):
        path = f"/v1/parcels/{parcel['code']}/qr.{ending}"
        answer = world.nobody.call("GET", path, headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind), answer.text
        assert answer.content.startswith(start)


def test_a_label_is_a_page_for_its_seller_and_not_for_what_is_held(world: World) -> None:
    batch = world.passed_batch()
    parcel = world.pack(world.paid_order(world.offer(batch)))
    path = f"/v1/parcels/{parcel['code']}/label"
    page = world.seller.get(path)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert parcel["display_code"] in page.text
    assert BUYER["phone"] not in page.text
    assert world.other_seller.get(path).status_code == 404
    world.move(batch, "hold")
    headers = {"Accept": "application/json"}
    refused(world.seller.call("GET", path, headers=headers), 409, "batch_held")
    assert world.seller.get(path).status_code == 409


# --- refunds -------------------------------------------------------------------------------------


def test_refunds_never_sum_to_more_than_was_paid(world: World) -> None:
    order = world.paid_order(world.offer())
    path = f"/v1/orders/{order['id']}/refunds"

    def refund(amount: int) -> Any:
        return world.seller.put(f"{path}/{new_id()}", {"amount_fen": amount, "reason": "坏果"})

    assert refused(refund(3001), 409, "exceeds_refundable")["refundable_fen"] == 3000
    ok(refund(1000), 201)
    ok(refund(1999), 201)
    assert refused(refund(2), 409, "exceeds_refundable")["refundable_fen"] == 1
    ok(refund(1), 201)
    assert refused(refund(1), 409, "exceeds_refundable")["refundable_fen"] == 0
    ledger = ok(world.county.get(path), 200)
    assert sum(entry["amount_fen"] for entry in ledger["items"]) == 3000
    assert order_of(world, order)["refunded_fen"] == 3000


def test_nothing_is_refunded_before_it_is_paid(world: World) -> None:
    path = f"/v1/orders/{world.order(world.offer())['id']}/refunds/{new_id()}"
    answer = world.seller.put(path, {"amount_fen": 1, "reason": "x"})
    assert refused(answer, 409, "exceeds_refundable")["refundable_fen"] == 0


def test_a_refund_names_a_complaint_of_its_own_order(world: World) -> None:
    offer = world.offer()
    first, two = (world.paid_order(offer) for _ in range(2))
    complaint = world.complain(world.delivered(world.pack(first)))
    body = {"amount_fen": 1, "reason": "坏果", "complaint_id": complaint["id"]}
    made = ok(world.county.put(f"/v1/orders/{first['id']}/refunds/{new_id()}", body), 201)
    assert made["complaint_id"] == complaint["id"]
    theirs = world.seller.put(f"/v1/orders/{two['id']}/refunds/{new_id()}", body)
    refused(theirs, 404, "not_found")


@pytest.mark.parametrize("what", ["hold", "recall"])
def test_what_is_held_or_recalled_after_packing_is_not_shipped(what: str, world: World) -> None:
    batch = world.passed_batch()
    parcel = world.pack(world.paid_order(world.offer(batch)))
    world.move(batch, what)
    body = {"carrier": "顺丰", "waybill": "SF1"}
    refused(world.seller.post(f"/v1/parcels/{parcel['code']}/ship", body), 409, "batch_held")
    assert ok(world.seller.get(f"/v1/parcels/{parcel['code']}"), 200)["state"] == "packed"


@pytest.mark.parametrize("text", ["#N/A", "null", "\ufffd", "-", "无"])
@pytest.mark.parametrize("field", ["name", "city", "detail"])
def test_what_a_program_writes_for_nothing_is_nobody_and_nowhere(
    world: World, field: str, text: str
) -> None:
    address = BUYER["address"] | ({} if field == "name" else {field: text})
    buyer = BUYER | {"address": address} | ({"name": text} if field == "name" else {})
    body = world.order_body(world.offer(), buyer=buyer)
    refusal = refused(world.nobody.post("/v1/orders", body), 422, "invalid")
    wrong = "buyer.name" if field == "name" else f"buyer.address.{field}"
    assert [error["field"] for error in refusal["errors"]] == [wrong]
