"""What is asked once: numbers far from what was usual, and nothing else."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.plausible import (
    FEWEST,
    LONGEST_KEPT_DAYS,
    MOST,
    PRICE_FACTOR,
    QUANTITY_FACTOR,
    Doubt,
    confirmed_of,
    far,
    far_harvest,
    unsettled,
)

AMOUNTS = st.integers(1, 10**12)
EARLIER = st.lists(AMOUNTS, min_size=FEWEST, max_size=40)
FACTORS = st.sampled_from([QUANTITY_FACTOR, PRICE_FACTOR])
TODAY = date(2026, 11, 30)


def asked(value: int, earlier: list[int], factor: int = QUANTITY_FACTOR) -> Doubt | None:
    return far("quantity", value, Fraction(value), map(Fraction, earlier), factor)


def test_a_slipped_decimal_point_is_asked_about() -> None:
    usual = [480_000, 500_000, 520_000]
    doubt = asked(5_200_000, usual)
    assert doubt is not None
    assert round(doubt.times) == 10
    assert asked(500, usual) is not None  # kilograms typed as grams
    assert asked(1_500_000, usual) is None


@given(st.lists(AMOUNTS, max_size=FEWEST - 1), AMOUNTS, FACTORS)
def test_nothing_is_usual_before_there_are_some(
    earlier: list[int], value: int, factor: int
) -> None:
    assert asked(value, earlier, factor) is None


@given(EARLIER, st.data(), FACTORS)
def test_what_lies_among_the_last_is_never_asked_about(
    earlier: list[int], data: st.DataObject, factor: int
) -> None:
    last = earlier[:MOST]
    value = data.draw(st.integers(min(last), max(last)))
    assert asked(value, earlier, factor) is None


@given(EARLIER, AMOUNTS, AMOUNTS, FACTORS)
def test_what_is_farther_is_asked_about_too(
    earlier: list[int], value: int, further: int, factor: int
) -> None:
    doubt = asked(value, earlier, factor)
    if doubt is None:
        return
    beyond = value + further if doubt.times > 1 else max(1, value - further)
    assert asked(beyond, earlier, factor) is not None


@given(EARLIER, AMOUNTS)
def test_only_the_last_count(earlier: list[int], value: int) -> None:
    assert asked(value, earlier) == asked(value, earlier[:MOST])


@pytest.mark.parametrize(
    ("days", "keeps", "is_asked"),
    [
        (0, 15, False),
        (15, 15, False),
        (16, 15, True),
        (365, None, True),
        (LONGEST_KEPT_DAYS, None, False),
        (LONGEST_KEPT_DAYS + 1, 540, True),
    ],
)
def test_a_harvest_longer_ago_than_it_keeps_is_asked_about(
    days: int, keeps: int | None, is_asked: bool
) -> None:
    doubt = far_harvest(TODAY - timedelta(days=days), TODAY, keeps)
    assert (doubt is not None) is is_asked


@given(AMOUNTS, AMOUNTS)
def test_a_confirmation_is_of_one_value_alone(value: int, other: int) -> None:
    doubt = Doubt("quantity", value, Fraction(value), Fraction(1))
    assert unsettled([doubt], [doubt.mark]) == []
    kept = confirmed_of({"quantity": other}, [doubt.mark])
    assert kept == (("quantity",) if other == value else ())
