"""A charge: its number, which order it can pay, and when its provider is asked about it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.charges import (
    ASKED_EVERY,
    KEPT,
    LEAST_TIME,
    MOST_CHARGES,
    MOST_OPEN,
    NewCharge,
    ProviderPayment,
    number_of,
    order_in,
    refund_in,
    refund_number,
    refuse_another,
    revived,
    until,
    why_not,
)
from chalicelib.domain.orders import Order
from tests.domain.samples import HOUR, NOW, identity, offer, order, refusal

ids = st.uuids().map(str)


def charge(**fields: Any) -> ProviderPayment:
    given = {
        "id": number_of(identity(), 0),
        "order_id": identity(),
        "shop_id": identity(),
        "provider": "wechatpay",
        "mchid": "1900000109",
        "way": "native",
        "amount_fen": 6000,
        "started_at": NOW,
        "until": NOW + HOUR,
    }
    return ProviderPayment.model_validate(given | fields)


def placed(**fields: Any) -> Order:
    return order((offer(), 2)).model_copy(update=fields)


# --- numbers -------------------------------------------------------------------------------------


@given(ids, st.integers(0, MOST_CHARGES))
def test_a_number_tells_its_order(order_id: str, n: int) -> None:
    number = number_of(order_id, n)
    assert order_in(number) == order_id
    assert re.fullmatch(r"[0-9A-Z]{6,32}", number), "as the provider takes them"


@given(ids, ids, st.integers(0, 99))
def test_a_refunds_number_tells_order_and_refund(order_id: str, refund_id: str, n: int) -> None:
    """Letters and digits alone: wechatpayv3 2.0.4 signs another path than it asks for, of a number
    with one of the other characters that the provider takes in a refund's number."""
    number = refund_number(order_id, refund_id, n)
    assert refund_in(number) == (order_id, refund_id)
    assert re.fullmatch(r"[0-9A-Z]{6,64}", number)


@given(st.text(max_size=70))
def test_another_number_is_none_of_ours(number: str) -> None:
    assert (order_in(number), refund_in(number)) == (None, None)


@pytest.mark.parametrize("number", ["Z" * 25 + "000", number_of("f" * 32, 0).lower()])
def test_a_number_that_no_order_has_is_none_of_ours(number: str) -> None:
    assert order_in(number) is None


# --- what a charge can pay -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "amount_fen", "why"),
    [
        ({}, 0, None),
        ({}, 1, "amount"),
        ({}, -1, "amount"),
        ({"state": "paid", "paid_at": NOW}, 0, "twice"),
        ({"state": "cancelled", "paid_at": NOW}, 0, "twice"),
        ({"state": "cancelled"}, 0, "cancelled"),
        ({"state": "cancelled"}, 1, "cancelled"),
        ({"state": "expired"}, 0, None),  # if its packs can be had again
        ({"state": "expired"}, 1, "amount"),
        ({"state": "expired", "buyer": None}, 0, "late"),  # nobody is left to send it to
    ],
)
def test_money_pays_an_order_that_waits_for_just_this_sum(
    fields: dict[str, Any], amount_fen: int, why: str | None
) -> None:
    waits = placed(**fields)
    assert why_not(waits, waits.total_fen + amount_fen) == why


def test_a_revived_order_waits_with_the_packs_that_it_took_anew() -> None:
    ended = placed().expired(NOW, keeps_buyer=True)
    again = revived(ended, {ended.lines[0].offer_id: {7: 2}})
    assert (again.state, again.closed_at, again.lines[0].taken) == ("pending_payment", None, {7: 2})
    assert again.paid_at is None


def test_few_charges_of_an_order_are_open_at_a_time_and_not_many_in_all() -> None:
    refuse_another([charge()] * (MOST_OPEN - 1), placed())
    with refusal("too_many_charges"):
        refuse_another([charge()] * MOST_OPEN, placed())
    with refusal("too_many_charges"):
        refuse_another([], placed(charges=tuple(map(str, range(MOST_CHARGES)))))


def test_a_charge_ends_with_the_orders_time_to_pay_but_not_at_once() -> None:
    waits = placed()
    assert until(waits, NOW) == waits.pay_by
    assert until(waits, waits.pay_by) == waits.pay_by + LEAST_TIME


def test_wechat_itself_pays_only_for_somebody() -> None:
    NewCharge(provider="wechatpay", way="jsapi", openid="oBuyer")
    with pytest.raises(ValueError, match="openid"):
        NewCharge(provider="wechatpay", way="jsapi")


# --- asking --------------------------------------------------------------------------------------


def test_an_open_charge_is_asked_about_as_long_as_it_is_open() -> None:
    asked, now, pauses = charge(next_ask_at=NOW), NOW, []
    for _ in range(100):
        asked = asked.asked_again(now)
        assert asked.next_ask_at is not None
        pauses.append(asked.next_ask_at - now)
        now = asked.next_ask_at
    assert pauses == sorted(pauses), "never more often than before"
    assert pauses[0] == ASKED_EVERY


@pytest.mark.parametrize("state", ["closed", "failed"])
def test_one_that_has_ended_is_asked_about_twice_more_and_then_never(state: Any) -> None:
    """Money that was on its way at that moment may still come."""
    ended = charge().ended(state, NOW)
    assert ended.next_ask_at is not None
    last = ended.asked_again(ended.next_ask_at)
    assert last.next_ask_at == NOW + KEPT
    assert last.asked_again(NOW + KEPT).next_ask_at is None


@pytest.mark.parametrize("before", ["started", "closed", "failed"])
def test_money_settles_a_charge_for_good(before: Any) -> None:
    """Also of one that was said to be closed."""
    paid = charge(state=before).received(6000, "4200001", NOW + timedelta(days=1), None)
    assert (paid.state, paid.outcome, paid.next_ask_at) == ("succeeded", "paid", None)
    with refusal("not_allowed_now"):
        paid.received(6000, "4200001", NOW, None)
    with refusal("not_allowed_now"):
        paid.ended("closed", NOW)
