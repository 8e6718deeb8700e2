"""How many packs may be held unpaid, and for how long."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.unpaid import (
    LEAST_OF_ADDRESS,
    LEAST_OF_BUYER,
    counts_for_address,
    counts_for_buyer,
    limit_of_address,
    limit_of_buyer,
    refuse_over,
    time_to_pay,
)
from tests.domain.samples import refusal

HALF_AN_HOUR = timedelta(minutes=30)


def taken_by_one(total: int, limit: Callable[[int], int], least: int) -> int:
    """What one who does not pay ends with, however the packs are asked for."""
    held = 0
    while held < total:
        free = total - held + held
        most = limit(free)
        if held >= most:
            break
        held += min(most - held, total - held)
    assert held <= max(least, total // 2)
    return held


@given(st.integers(1, 100_000))
def test_one_buyer_holds_a_quarter_and_one_address_half(total: int) -> None:
    buyer = taken_by_one(total, limit_of_buyer, LEAST_OF_BUYER)
    assert buyer == min(total, max(LEAST_OF_BUYER, total // 4))
    address = taken_by_one(total, limit_of_address, LEAST_OF_ADDRESS)
    assert address == min(total, max(LEAST_OF_ADDRESS, total // 2))


def test_ten_addresses_that_never_pay_still_leave_a_part_of_a_large_offer() -> None:
    left = 10_000
    for _ in range(5):
        left -= min(left, limit_of_address(left))
    assert left > 300


@pytest.mark.parametrize(("packs", "by_buyer"), [(1, False), (2, False), (3, True), (50, True)])
def test_a_usual_order_is_not_counted_by_its_buyer(packs: int, by_buyer: bool) -> None:
    assert counts_for_buyer(packs) is by_buyer


@pytest.mark.parametrize(
    ("packs", "total", "apart", "counted"),
    [
        (1, 100, True, True),
        (2, 999, True, True),
        (2, 10_000, True, False),
        (10, 10_000, True, False),
        (11, 10_000, True, True),
        (2, 100, False, False),
        (3, 100, False, True),
        (3, 100_000, False, True),
    ],
)
def test_an_address_counts_what_a_thousand_requests_would_not_reach(
    packs: int, total: int, apart: bool, counted: bool
) -> None:
    assert counts_for_address(packs, total, tells_apart=apart) is counted


def test_who_would_hold_too_many_hears_how_many_there_may_be() -> None:
    refuse_over(20, 5, 15, title="土鸡蛋", offer_id="x")
    with refusal("too_many_unpaid") as refused:
        refuse_over(20, 6, 15, title="土鸡蛋", offer_id="x")
    assert refused.value.facts["unpaid_limit"] == 20
    assert refused.value.facts["packs_possible"] == 5


@pytest.mark.parametrize(
    ("left", "minutes"), [(100, 30), (50, 30), (49, 29.4), (25, 15), (17, 10.2), (16, 10), (0, 10)]
)
def test_there_is_less_time_to_pay_as_packs_run_low(left: int, minutes: float) -> None:
    assert time_to_pay(left, 100, HALF_AN_HOUR) == timedelta(minutes=minutes)


@pytest.mark.parametrize("usual", [1, 10])
def test_a_short_time_is_not_made_shorter(usual: int) -> None:
    assert time_to_pay(0, 100, timedelta(minutes=usual)) == timedelta(minutes=usual)
