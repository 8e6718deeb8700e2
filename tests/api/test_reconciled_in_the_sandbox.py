"""A day's bill of the sandbox agrees with what it did, and whatever it gets wrong is found."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.fields import china_date
from infra.sandbox.ledger import Ledger
from tests.books import Books
from tests.paid_shop import Shop
from tests.waits import until
from tests.world import Json, new_id, ok


def today() -> str:
    return str(china_date(datetime.now(UTC)))


def reconciled(shop: Shop, status: int = 200) -> Json:
    path = f"/v1/reconciliations/wechatpay/{today()}"
    answer: Json = ok(shop.world.county.put(path, {}), status)
    return answer


def paid(shop: Shop) -> Json:
    """An order that was paid, and its charge."""
    order = shop.order()
    charge = shop.started(order)
    shop.pays(charge)
    until(lambda: shop.now(order)["state"] == "paid")
    return {**order, "out_trade_no": charge["out_trade_no"], "amount_fen": charge["amount_fen"]}


def refunded(shop: Shop, order: Json, fen: int) -> str:
    """What came back of an order, by its number at the provider."""
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    refund: Json = ok(shop.world.seller.put(path, {"amount_fen": fen, "reason": "坏了"}), 201)
    until(lambda: all(entry["money"] == "returned" for entry in shop.ledger(order)))
    number: str = refund["out_refund_no"]
    return number


def test_a_day_with_refunds_agrees_to_the_fen(shop: Shop) -> None:
    orders = [paid(shop) for _ in range(3)]
    refunded(shop, orders[0], 1001)
    answer = reconciled(shop, 201)
    assert answer["differences"] == []
    assert (answer["matched"], answer["waiting"]) == (4, 0)
    assert answer["received_fen"] == sum(order["amount_fen"] for order in orders)
    assert answer["refunded_fen"] == 1001
    fees = sum((order["amount_fen"] * 6 + 500) // 1000 for order in orders) - 6
    assert answer["fee_fen"] == fees
    again = reconciled(shop)
    assert {**again, "made_at": ""} == {**answer, "made_at": ""}
    Books.read().check()


def test_what_nobody_told_us_mends_itself(shop: Shop) -> None:
    order = shop.order()
    shop.pays(shop.started(order), times=0)
    assert reconciled(shop, 201)["differences"] == []
    assert shop.now(order)["state"] == "paid"


def _unknown(ledger: Ledger, number: str, refund: str) -> None:
    charge = ledger.charges[number]
    other = f"OTHER{secrets.token_hex(8)}"
    ledger.charges[other] = replace(charge, number=other)


def _lacking(ledger: Ledger, number: str, refund: str) -> None:
    ledger.left_out.append(number)


def _amount(ledger: Ledger, number: str, refund: str) -> None:
    ledger.charges[number].paid_fen += 1


def _failed(ledger: Ledger, number: str, refund: str) -> None:
    ledger.refunds[refund].status = "ABNORMAL"


@pytest.mark.parametrize(
    ("play", "kind"),
    [
        (_unknown, "not_ours"),
        (_lacking, "not_theirs"),
        (_amount, "amount"),
        (_failed, "state"),
    ],
)
def test_what_the_bill_gets_wrong_is_found_by_its_kind(
    shop: Shop, play: Callable[[Ledger, str, str], None], kind: str
) -> None:
    order, other = paid(shop), paid(shop)
    refund = refunded(shop, order, 500)
    with shop.sandbox.book.opened() as ledger:
        play(ledger, other["out_trade_no"], refund)
    answer = reconciled(shop, 201)
    (difference,) = answer["differences"]
    assert difference["kind"] == kind
    assert difference["advice"]
    fen = other["amount_fen"]
    assert (difference["ours_fen"], difference["theirs_fen"]) == {
        "not_ours": (None, fen),
        "not_theirs": (fen, None),
        "amount": (fen, fen + 1),
        "state": (500, 500),
    }[kind]
