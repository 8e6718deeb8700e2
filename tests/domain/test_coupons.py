"""Coupons: what they take off, and whom they refuse."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.coupons import (
    LEAST_PAID_FEN,
    Coupon,
    NewCoupon,
    display_code,
    new_code,
    read_code,
)
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.fields import china_date
from tests.domain.samples import NOW, batch, order, parcel, refusal

TODAY = china_date(NOW)


def coupon(**fields: Any) -> Coupon:
    return Coupon(
        **{
            "code": "ABCD1234",
            "shop_id": "s",
            "customer_id": "c",
            "off_fen": 500,
            "expires_on": TODAY,
            "issued_by": "seller",
            "issued_at": NOW,
        }
        | fields
    )


def refused(voucher: Coupon, goods_fen: int = 3000, **fields: Any) -> None:
    holder = Customer(id="c", shop_id="s")
    asked: dict[str, Any] = {"shop_id": "s", "customer_id": "c", "holder": holder, "now": NOW}
    voucher.refuse_unless_good(goods_fen=goods_fen, **asked | fields)


GOODS = st.integers(1, 10**14)


@given(GOODS, st.integers(1, 1_000_000))
def test_a_sum_off_never_leaves_less_than_a_fen(goods: int, off: int) -> None:
    discount = coupon(off_fen=off).discount(goods)
    assert 0 <= discount <= off
    assert goods - discount >= LEAST_PAID_FEN
    assert discount == min(off, goods - 1)


@given(GOODS, st.integers(1, 99))
def test_a_share_off_is_rounded_down_and_leaves_the_rest(goods: int, percent: int) -> None:
    discount = coupon(off_fen=None, percent=percent).discount(goods)
    assert 0 <= discount < goods
    assert discount == min(goods * percent // 100, goods - 1)


@given(GOODS, GOODS, st.integers(1, 99))
def test_who_buys_more_never_pays_less(amount: int, other: int, percent: int) -> None:
    few, many = sorted((amount, other))
    for voucher in (coupon(), coupon(off_fen=None, percent=percent)):
        assert few - voucher.discount(few) <= many - voucher.discount(many)


@pytest.mark.parametrize(
    ("fields", "asked", "code"),
    [
        ({}, {"customer_id": "another"}, "coupon_not_yours"),
        ({}, {"shop_id": "another"}, "coupon_not_yours"),
        ({"state": "used"}, {}, "coupon_used"),
        ({"state": "void"}, {}, "coupon_unknown"),
        ({"expires_on": TODAY - timedelta(days=1)}, {}, "coupon_expired"),
        ({"min_total_fen": 3001}, {}, "coupon_below_minimum"),
    ],
)
def test_a_coupon_is_refused_for_its_own_reason(
    fields: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    with refusal(code):
        refused(coupon(**fields), **asked)


@given(
    state=st.sampled_from(["unused", "used", "void"]),
    days=st.integers(-2, 2),
    minimum=st.integers(0, 6000),
    erasures=st.integers(0, 2),
    holder=st.sampled_from(["c", None]),
    shop_id=st.sampled_from(["s", "another"]),
)
def test_who_cannot_use_a_coupon_never_learns_whose_it_is(
    state: str, days: int, minimum: int, erasures: int, holder: str | None, shop_id: str
) -> None:
    """Only of one that its own customer could use at this very moment is it told apart."""
    voucher = coupon(
        state=state,
        expires_on=TODAY + timedelta(days=days),
        min_total_fen=minimum,
        after_erasures=1,
    )
    issued_to = Customer(id=holder, shop_id="s", erasures=erasures) if holder else None

    def outcome(customer_id: str) -> str:
        try:
            refused(voucher, customer_id=customer_id, holder=issued_to, shop_id=shop_id)
        except Refusal as refusal:
            return refusal.code
        return "good"

    assert (outcome("c"), outcome("another")) in {
        ("good", "coupon_not_yours"),
        *((code, code) for code in (outcome("c"),) if code != "good"),
    }


@pytest.mark.parametrize(
    ("parcels", "refunded_fen", "shown"),
    [
        (["delivered"], 0, True),
        (["refused", "delivered"], 0, True),
        (["sent back"], 0, True),
        (["delivered"], 3000, False),
        (["refused"], 0, False),
        (["refused", "refused"], 0, False),
        (["voided"], 0, False),
        ([], 0, False),
    ],
)
def test_a_coupon_is_shown_for_goods_that_came_and_money_that_stayed(
    parcels: list[str], refunded_fen: int, shown: bool
) -> None:
    bought = order(state="delivered")
    box = parcel(bought, (0, batch(), 1))
    ways: dict[str, dict[str, Any]] = {
        "delivered": {"state": "delivered", "delivered_at": NOW},
        "refused": {"state": "returned", "returned_at": NOW},
        "sent back": {"state": "returned", "delivered_at": NOW, "returned_at": NOW},
        "voided": {"state": "voided"},
    }
    boxes = [box.model_copy(update=ways[way]) for way in parcels]
    assert coupon().may_be_shown_for(bought, refunded_fen, boxes) is shown


def test_a_coupon_is_good_to_the_end_of_its_day_in_china_and_from_its_minimum_on() -> None:
    refused(coupon(min_total_fen=3000))
    midnight = NOW.replace(hour=16, minute=0)  # in UTC
    assert not coupon().is_over(midnight - timedelta(milliseconds=1))
    assert coupon().is_over(midnight)


def test_a_coupon_is_used_by_one_order_and_comes_back_from_it() -> None:
    used = coupon().used("o")
    assert (used.state, used.order_id) == ("used", "o")
    with refusal("not_allowed_now"):
        used.used("p")
    assert used.given_back() == coupon()
    for gone in (coupon().voided(), used.voided()):
        with refusal("not_allowed_now"):
            gone.used("p")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"off_fen": 1, "percent": 1},
        {"off_fen": 0},
        {"off_fen": -1},
        {"percent": 0},
        {"percent": 100},
        {"off_fen": 1, "min_total_fen": -1},
    ],
)
def test_a_coupon_takes_either_a_sum_or_a_share_off(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewCoupon(**body, expires_on=TODAY)


@pytest.mark.parametrize("ahead", [-1, 367])
def test_a_coupon_ends_from_today_to_a_year_ahead(ahead: int) -> None:
    for good in (0, 366):
        NewCoupon(off_fen=1, expires_on=TODAY + timedelta(days=good)).refuse_unless_ahead(NOW)
    with pytest.raises(Invalid):
        NewCoupon(off_fen=1, expires_on=TODAY + timedelta(days=ahead)).refuse_unless_ahead(NOW)
    assert date.max > TODAY


def test_a_code_is_read_as_it_was_meant() -> None:
    code = new_code()
    assert read_code(f" {display_code(code).lower()} ") == code
    assert read_code("o1il-0000") == "01110000"
    for typed in ("", "ABC", "ABCD-12345", "ABCD-123U", "优惠券优惠券优惠"):
        with refusal("coupon_unknown"):
            read_code(typed)
    assert len({new_code() for _ in range(100)}) == 100


def test_a_coupon_dies_with_the_erasure_of_its_holder_and_does_not_rise_when_they_buy_again() -> (
    None
):
    holder = Customer(id="c", shop_id="s", coupons=("ABCD1234",))
    gone = holder.erased(NOW)
    back = gone.bought(1, NOW)
    for issued, good, bad in (
        (coupon(after_erasures=0), [holder], [gone, back]),
        (coupon(after_erasures=1), [back], [holder, gone, back.erased(NOW).bought(1, NOW)]),
        (coupon(), [holder, back.holding(("ABCD1234",))], [gone, back]),  # from before it counted
    ):
        assert all(issued.is_still_of(customer) for customer in good)
        assert not any(issued.is_still_of(customer) for customer in bad)
    assert not coupon().is_still_of(Customer(id="another", shop_id="s"))
