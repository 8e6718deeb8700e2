"""An order is paid through a provider, and its money goes back by the same way."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.local import LambdaContext, LambdaEventConverter, RouteMatcher

from app import app
from chalicelib.services import charges as service
from chalicelib.services.payments import expire_unpaid
from chalicelib.steps.settling import MOST_ASKED
from tests.provider import FakeProvider, enter_merchant, signed
from tests.world import Json, World, new_id, ok, raw_items, refused

NATIVE = {"provider": "wechatpay", "way": "native"}
MINUTE = timedelta(minutes=1)


def pay_path(order: Json) -> str:
    return f"/v1/orders/{order['id']}/pay?key={order['access_key']}"


def started(world: World, order: Json, **fields: Any) -> Json:
    answer: Json = ok(world.nobody.post(pay_path(order), NATIVE | fields), 201)
    return answer


def payments_of(world: World, order: Json) -> list[Json]:
    path = f"/v1/orders/{order['id']}/payments"
    items: list[Json] = ok(world.nobody.get(path, key=order["access_key"]))["items"]
    return items


def order_now(world: World, order: Json) -> Json:
    answer: Json = ok(world.seller.get(f"/v1/orders/{order['id']}"))
    return answer


def ledger(world: World, order: Json) -> list[Json]:
    items: list[Json] = ok(world.seller.get(f"/v1/orders/{order['id']}/refunds"))["items"]
    return items


def paid(world: World, provider: FakeProvider, order: Json) -> Json:
    charge = started(world, order)
    ok(provider.notify(world.nobody, provider.pay(charge["out_trade_no"])), 200)
    return charge


def chore(after: timedelta = timedelta()) -> int:
    return service.ask_payments(datetime.now(UTC) + after)


def refund(world: World, order: Json, amount_fen: int) -> Json:
    body = {"amount_fen": amount_fen, "reason": "坏了"}
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    answer: Json = ok(world.seller.put(path, body), 201)
    return answer


# --- paid, and paid back -------------------------------------------------------------------------


def test_an_order_is_paid_by_what_the_provider_tells(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    charge = started(world, order)
    assert charge["amount_fen"] == order["total_fen"]
    assert charge["code_url"]
    assert (payments_of(world, order)[0]["state"], order_now(world, order)["state"]) == (
        "started",
        "pending_payment",
    )
    report = provider.pay(charge["out_trade_no"])
    assert ok(provider.notify(world.nobody, report), 200)["code"] == "SUCCESS"
    now = order_now(world, order)
    assert (now["state"], now["paid_fen"]) == ("paid", order["total_fen"])
    payment = payments_of(world, order)[0]
    assert payment["state"] == "succeeded"
    assert payment["outcome"] == "paid"
    assert payment["transaction_id"] == report.transaction_id
    assert payment["id"] == charge["payment_id"]
    before = list(raw_items())
    ok(provider.notify(world.nobody, report), 200)
    assert list(raw_items()) == before


def test_a_refund_is_requested_and_then_arrives(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    given = refund(world, order, 1000)
    assert given["money"] == "requested"
    (known,) = provider.refunds.values()
    assert (known.asked.amount_fen, known.asked.total_fen) == (1000, order["total_fen"])
    ok(provider.notify(world.nobody, provider.give_back(given["out_refund_no"])), 200)
    (entry,) = ledger(world, order)
    assert (entry["money"], entry["amount_fen"]) == ("returned", 1000)
    assert entry["returned_at"]


def test_what_was_paid_by_hand_is_refunded_by_hand(world: World, provider: FakeProvider) -> None:
    order = world.paid_order(world.offer())
    assert refund(world, order, 1000)["money"] == "recorded"
    assert not provider.asked


def test_a_cancelled_order_gives_its_money_back(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "没货"}, new_id()))
    (entry,) = ledger(world, order)
    assert (entry["money"], entry["amount_fen"]) == ("requested", order["total_fen"])
    assert len(provider.refunds) == 1
    provider.give_back(entry["out_refund_no"])
    chore(2 * MINUTE)
    assert ledger(world, order)[0]["money"] == "returned"


def test_a_lost_notification_costs_a_minute(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    provider.pay(started(world, order)["out_trade_no"])
    chore(2 * MINUTE)
    assert order_now(world, order)["state"] == "paid"


# --- what is refused -----------------------------------------------------------------------------


def test_a_shop_without_a_merchant_takes_no_payment(world: World) -> None:
    order = world.order(world.offer())
    refused(world.nobody.post(pay_path(order), NATIVE), 409, "no_merchant")


def test_only_who_holds_the_orders_key_or_its_shop_causes_a_question(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    path = f"/v1/orders/{order['id']}/pay"
    refused(world.nobody.post(path, NATIVE), 401, "unauthenticated")
    refused(world.nobody.post(f"{path}?key=wrong", NATIVE), 404, "not_found")
    refused(world.other_seller.post(path, NATIVE), 404, "not_found")
    refused(world.county.post(path, NATIVE), 403, "forbidden")
    assert not provider.asked
    ok(world.seller.post(path, NATIVE), 201)
    path = f"/v1/orders/{order['id']}/payments"
    refused(world.other_seller.get(path), 404, "not_found")
    assert len(ok(world.county.get(path))["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"way": "native"},
        {"provider": "alipay", "way": "native"},
        {"provider": "wechatpay", "way": "cash"},
        {"provider": "wechatpay", "way": "jsapi"},
        {"provider": "wechatpay", "way": "jsapi", "openid": ""},
        {"provider": "wechatpay", "way": "jsapi", "openid": "o" * 129},
    ],
)
def test_a_body_that_cannot_be_asked_asks_nothing(
    world: World, provider: FakeProvider, body: Json
) -> None:
    order = world.order(world.offer())
    refused(world.nobody.post(pay_path(order), body), 422, "invalid")
    assert not provider.asked


def test_the_same_payment_is_given_again_until_it_has_grown_old(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    first = started(world, order)
    assert started(world, order) == first
    assert provider.asked["start"] == 1
    other = started(world, order, way="h5")
    assert other["payment_id"] != first["payment_id"]
    assert other["h5_url"]


def test_an_order_that_is_paid_or_over_is_not_paid_again(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    refused(world.nobody.post(pay_path(order), NATIVE), 409, "not_allowed_now")
    over = world.order(world.offer())
    expire_unpaid(datetime.now(UTC) + 60 * MINUTE)
    refused(world.nobody.post(pay_path(over), NATIVE), 409, "not_allowed_now")


def test_a_provider_that_is_away_is_a_503_that_says_when(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    provider.away.add("start")
    answer = world.nobody.post(pay_path(order), NATIVE)
    refused(answer, 503, "provider_away")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_provider_that_says_no_ends_the_charge(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    provider.refuses["start"] = "PARAM_ERROR"
    refused(world.nobody.post(pay_path(order), NATIVE), 409, "payment_refused")
    assert payments_of(world, order)[0]["state"] == "failed"
    provider.refuses.clear()
    assert started(world, order)["code_url"]


def test_who_asks_again_and_again_is_stopped(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    provider.away.add("start")
    codes = [world.nobody.post(pay_path(order), NATIVE).status_code for _ in range(MOST_ASKED + 1)]
    assert codes == [503] * MOST_ASKED + [429]


# --- notifications -------------------------------------------------------------------------------


def test_what_the_provider_did_not_sign_changes_nothing_and_asks_nothing(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    report = provider.pay(started(world, order)["out_trade_no"])
    asked, before = provider.asked.copy(), list(raw_items())
    path = "/v1/payments/wechatpay/notify"
    for headers in (
        {},
        {"Wechatpay-Signature": "x"},
        signed(b"{}") | {"Wechatpay-Signature": "wrong"},
        signed(b"{}", "PUB_KEY_ID_of_nobody"),
    ):
        answer = world.nobody.call("POST", path, data=b"{}", headers=headers)
        refused(answer, 401, "forged_notification")
    refused(provider.notify(world.nobody, report, "1900000009"), 401, "forged_notification")
    assert (provider.asked, list(raw_items())) == (asked, before)


def test_a_merchant_tells_nothing_of_another_shops_order(
    world: World, provider: FakeProvider
) -> None:
    """Its keys are good, and what it says of somebody else's payment counts for nothing."""
    order = world.order(world.offer())
    report = provider.pay(started(world, order)["out_trade_no"])
    mine = {"mchid": "1900000002", "public_key_id": "PUB_KEY_ID_0119000000022026"}
    enter_merchant(world, world.other_shop_id, **mine)
    before = list(raw_items())
    answer = provider.notify(world.nobody, report, mine["mchid"], mine["public_key_id"])
    refused(answer, 401, "forged_notification")
    assert list(raw_items()) == before


def test_a_number_that_is_none_of_ours_is_heard_and_passed_over(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    report = provider.pay(started(world, order)["out_trade_no"])
    before = list(raw_items())
    for number in ("A", "0" * 28, "Z" * 25 + "000", report.number[:-1] + "7"):
        ok(provider.notify(world.nobody, replace(report, number=number)), 200)
    assert list(raw_items()) == before


# --- refunds that do not arrive ------------------------------------------------------------------


def retry(world: World, order: Json, entry: Json) -> Any:
    return world.seller.post(f"/v1/orders/{order['id']}/refunds/{entry['id']}/retry")


def test_without_balance_it_fails_and_is_tried_with_the_same_number(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    provider.refuses["refund"] = "NOT_ENOUGH"
    entry = refund(world, order, 1000)
    assert (entry["money"], entry["failure"]) == ("failed", "no_balance")
    chore(60 * MINUTE)
    assert provider.asked["refund"] == 1  # nobody has put money there yet
    provider.refuses.clear()
    again = ok(retry(world, order, entry), 200)
    assert again["money"] == "requested"
    assert again["out_refund_no"] == entry["out_refund_no"]
    refused(retry(world, order, entry), 409, "not_allowed_now")


def test_what_the_provider_closed_is_tried_with_a_new_number(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    entry = refund(world, order, 1000)
    ok(provider.notify(world.nobody, provider.give_back(entry["out_refund_no"], "closed")), 200)
    failed = ledger(world, order)[0]
    assert (failed["money"], failed["failure"]) == ("failed", "closed")
    again = ok(retry(world, order, entry), 200)
    assert again["out_refund_no"] != entry["out_refund_no"]
    late = provider.give_back(entry["out_refund_no"], "closed")
    ok(provider.notify(world.nobody, late), 200)  # of the old number, once more
    assert ledger(world, order)[0]["money"] == "requested"


def test_an_abnormal_refund_stands_there_until_it_is_set_right_at_the_provider(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    entry = refund(world, order, 1000)
    ok(provider.notify(world.nobody, provider.give_back(entry["out_refund_no"], "abnormal")), 200)
    assert ledger(world, order)[0]["failure"] == "abnormal"
    chore(24 * 60 * MINUTE)
    assert ledger(world, order)[0]["money"] == "failed"
    provider.give_back(entry["out_refund_no"])
    chore(48 * 60 * MINUTE)
    assert ledger(world, order)[0]["money"] == "returned"


@pytest.mark.parametrize("code", ["FREQUENCY_LIMITED", "SYSTEM_ERROR"])
def test_what_may_pass_is_tried_again_by_itself(
    world: World, provider: FakeProvider, code: str
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    provider.refuses["refund"] = code
    assert refund(world, order, 1000)["money"] == "requested"
    provider.refuses.clear()
    chore(5 * MINUTE)
    assert len(provider.refunds) == 1


def test_what_did_not_fail_is_not_tried_again(world: World, provider: FakeProvider) -> None:
    order = world.paid_order(world.offer())
    entry = refund(world, order, 1000)
    refused(retry(world, order, entry), 409, "not_allowed_now")
    refused(retry(world, order, {"id": new_id()}), 404, "not_found")


def test_two_orders_refunds_under_one_id_are_two_refunds(
    world: World, provider: FakeProvider
) -> None:
    """Who asks for a refund chooses its id, for the order alone."""
    offer, refund_id = world.offer(), new_id()
    for _ in range(2):
        order = world.order(offer)
        paid(world, provider, order)
        path = f"/v1/orders/{order['id']}/refunds/{refund_id}"
        ok(world.seller.put(path, {"amount_fen": 100, "reason": "坏了"}), 201)
    assert len(provider.refunds) == 2


def test_a_settled_complaint_gives_back_by_the_provider(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    parcel = world.delivered(world.pack(order_now(world, order)))
    world.settle(world.complain(parcel), remedy="full_refund")
    (known,) = provider.refunds.values()
    assert known.asked.amount_fen == order["total_fen"]
    assert ledger(world, order)[0]["money"] == "requested"


# --- what is read --------------------------------------------------------------------------------


def test_buyer_and_shop_read_in_one_sentence_where_the_money_is(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    provider.away.add("refund")
    number = refund(world, order, 1000)["out_refund_no"]

    def is_read(sentence: str) -> None:
        own = f"/orders/{order['id']}?key={order['access_key']}"
        desk = f"/seller/orders/{order['id']}"
        for by, path in ((world.nobody, own), (world.seller, desk)):
            page = by.call("GET", path, headers={"Accept": "text/html"})
            assert sentence in page.text, path

    is_read("¥10.00，正在提交退款")
    provider.away.clear()
    chore(5 * MINUTE)
    is_read("¥10.00，退款已提交，1-3 天到账")
    ok(provider.notify(world.nobody, provider.give_back(number, "abnormal")), 200)
    is_read("¥10.00，退款没有到账，卖家正在处理")
    ok(provider.notify(world.nobody, provider.give_back(number)), 200)
    is_read("已到账")
    by_hand = world.order(world.offer())
    world.pay(by_hand)
    order = by_hand
    refund(world, order, 1000)
    is_read("¥10.00，卖家将退")


def test_who_paid_another_sum_reads_that_it_goes_back(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    charge = started(world, order)
    ok(provider.notify(world.nobody, provider.pay(charge["out_trade_no"], 1)), 200)
    own = f"/orders/{order['id']}?key={order['access_key']}"
    page = world.nobody.call("GET", own, headers={"Accept": "text/html"})
    assert "付的金额与订单不符，原路退回" in page.text
    desk = world.seller.call(
        "GET", f"/seller/orders/{order['id']}", headers={"Accept": "text/html"}
    )
    assert "金额与订单不符" in desk.text


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8:1:2:3:4:5:6"])
def test_the_provider_hears_the_whole_address_that_a_buyer_pays_from(
    world: World, provider: FakeProvider, address: str
) -> None:
    """It opens its page for no other; what limits count is less of it."""
    events = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)
    headers = {"content-type": "application/json"}
    body = json.dumps(NATIVE | {"way": "h5"}).encode()
    path = pay_path(world.order(world.offer()))
    event = events.create_lambda_event("POST", path, headers, body)
    event["requestContext"]["identity"]["sourceIp"] = address
    assert app(event, LambdaContext("api", 512))["statusCode"] == 201
    (known,) = provider.charges.values()
    assert known.asked.address == address
