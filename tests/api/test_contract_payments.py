"""An order is paid through a provider, and its money goes back by the same way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.services import charges as service
from tests.books import Books
from tests.provider import FakeProvider, answering, enter_merchant
from tests.world import Json, World, new_id, ok, raw_items

NATIVE = {"provider": "wechatpay", "way": "native"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def provider(world: World) -> Iterator[FakeProvider]:
    with answering(FakeProvider()) as fake:
        enter_merchant(world)
        yield fake
        Books.read().check()


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
