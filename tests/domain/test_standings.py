"""What an order is as far as its money goes: one word, and one sentence in each language."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from chalicelib.domain.charges import ProviderPayment, State
from chalicelib.domain.orders import Order
from chalicelib.domain.refunds import Money, Refund
from chalicelib.domain.standings import Standing, mark_of, standing_of
from chalicelib.pages.drawing import money
from chalicelib.pages.texts import LANGUAGES

NOW = datetime(2026, 10, 15, 12, 0, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(minutes=20), NOW - timedelta(minutes=20)


def an_order(state: str = "pending_payment", **of: Any) -> Order:
    known: dict[str, Any] = {"id": "o", "state": state, "total_fen": 3000, "pay_by": LATER}
    return Order.model_construct(**known | of)


def a_charge(state: State) -> ProviderPayment:
    return ProviderPayment(
        id="c",
        order_id="o",
        shop_id="s",
        provider="wechatpay",
        mchid="1900000109",
        way="native",
        amount_fen=3000,
        state=state,
        started_at=NOW,
        until=LATER,
    )


def a_refund(how: Money, *, beside: bool = False, fen: int = 1000, **of: Any) -> Refund:
    return Refund(
        id="r",
        order_id="o",
        amount_fen=fen,
        reason="late" if beside else "坏果",
        by="seller",
        at=NOW,
        money=how,
        beside=beside,
        **of,
    )


PAID: dict[str, Any] = {"paid_at": BEFORE, "paid_fen": 3000}
BACK = a_refund("returned", returned_at=NOW)
BY_HAND = a_refund("recorded", sent_at=NOW, method="银行转账", reference="R-1")
OPEN, CLOSED = a_charge("started"), a_charge("closed")
CASES: list[tuple[Standing, Order, Sequence[ProviderPayment], Sequence[Refund]]] = [
    ("unpaid", an_order(), [], []),
    ("unpaid", an_order(charges=("c",)), [CLOSED], []),
    ("paying", an_order(charges=("c",)), [CLOSED, OPEN], []),
    ("expired", an_order(pay_by=BEFORE), [], []),
    ("overdue", an_order(pay_by=BEFORE, charges=("c",)), [OPEN], []),
    ("expired", an_order("expired", charges=("c",)), [CLOSED], []),
    ("sent_back", an_order("expired"), [CLOSED], [a_refund("requested", beside=True)]),
    ("cancelled", an_order("cancelled"), [], []),
    ("paid", an_order("shipped", **PAID), [], []),
    ("paid", an_order("paid", **PAID), [OPEN], [a_refund("requested", beside=True)]),
    ("revived", an_order("paid", **{**PAID, "paid_at": LATER}, paid_by_charge="c"), [], []),
    ("paid", an_order("paid", **{**PAID, "paid_at": LATER}), [], []),
    ("refunding", an_order("delivered", **PAID), [], [BACK, a_refund("requested")]),
    ("refunding", an_order("cancelled", **PAID), [], [a_refund("recorded", fen=3000)]),
    ("refunding", an_order("delivered", **PAID), [], [a_refund("failed")]),
    ("refunded", an_order("delivered", **PAID), [], [BACK]),
    ("refunded", an_order("delivered", **PAID), [], [BY_HAND, BACK]),
    ("free", an_order("paid", **PAID).model_copy(update={"total_fen": 0}), [], []),
]


@pytest.mark.parametrize(("word", "order", "charges", "refunds"), CASES)
def test_an_order_is_one_thing_and_it_is_said_in_one_sentence(
    word: Standing,
    order: Order,
    charges: Sequence[ProviderPayment],
    refunds: Sequence[Refund],
) -> None:
    assert standing_of(order, charges, refunds, NOW) == word
    for language in LANGUAGES:
        sentence = money.standing(order, word, refunds, language, NOW)
        assert sentence.endswith(("。", "."))
        assert "{" not in sentence


def test_every_standing_is_a_case() -> None:
    assert {word for word, *_ in CASES} == set(get_args(Standing))


def test_money_in_several_places_is_added_up_by_place() -> None:
    order = an_order("delivered", **PAID)
    refunds = [BACK, a_refund("requested"), a_refund("requested", fen=500), a_refund("recorded")]
    assert money.standing(order, "refunding", refunds, "zh-CN", NOW) == (
        "已付款 ¥30.00，退款中：¥10.00 已到账；¥15.00，正在提交退款；¥10.00，卖家将退。"
    )


def test_a_page_has_something_new_to_say_when_money_moved() -> None:
    order = an_order("paid", **PAID)
    sent = a_refund("requested")
    marks = {
        mark_of("paying", an_order(), [OPEN], []),
        mark_of("paying", an_order(), [OPEN, OPEN], []),
        mark_of("paid", order, [a_charge("succeeded")], []),
        mark_of("refunding", order, [], [sent]),
        mark_of("refunding", order, [], [sent.model_copy(update={"accepted_at": NOW})]),
        mark_of("refunded", order, [], [BACK]),
    }
    assert len(marks) == 6
