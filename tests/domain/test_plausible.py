"""What is asked once: numbers far from what was usual, and nothing else."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.batches import Batch
from chalicelib.domain.doubts import bounds, of_quantity
from chalicelib.domain.import_doubts import FileOrder, doubts_of_orders
from chalicelib.domain.import_drafts import Wanted
from chalicelib.domain.plausible import (
    FEWEST,
    LONGEST_KEPT_DAYS,
    MOST,
    PRICE_FACTOR,
    QUANTITY_FACTOR,
    Confirmed,
    Doubt,
    confirmed_of,
    far,
    far_harvest,
    unsettled,
)

from .samples import batch, identity

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
    assert kept == (("quantity",) if other == value else None)


def wanted(packs: int, offer_id: str = "a") -> Wanted:
    return Wanted(offer_id, packs, None)


@pytest.mark.parametrize(
    ("packs", "total_fen", "code"),
    [(2, 6000, None), (30, 90_000, "far_packs"), (1, 30, "far_sum"), (1, 300_000, "far_sum")],
)
def test_an_order_of_a_file_that_is_far_from_the_others_is_pointed_at(
    packs: int, total_fen: int, code: str | None
) -> None:
    others = [FileOrder([wanted(n)], n * 3000) for n in (1, 2, 1)]
    orders = [*others, FileOrder([wanted(packs)], total_fen)]
    *usual, last = doubts_of_orders(orders, {"a": 3000})
    assert usual == [None] * 3
    assert (last and last.code) == code


def test_a_file_of_few_orders_has_no_usual_packs_but_prices() -> None:
    orders = [FileOrder([wanted(1)], 3000), FileOrder([wanted(99)], 297_000)]
    assert doubts_of_orders(orders, {"a": 3000}) == [None, None]
    assert doubts_of_orders(orders, {}) == [None, None]


@given(st.lists(st.integers(1, 9), max_size=12), st.integers(1, 10**8))
def test_orders_at_the_shops_price_are_never_pointed_at(many: list[int], price: int) -> None:
    orders = [FileOrder([wanted(packs)], packs * price) for packs in many]
    assert doubts_of_orders(orders, {"a": price}) == [None] * len(many)


# --- batches -------------------------------------------------------------------------------------


GROWN = {"product_id": identity(), "producer_id": identity()}


def batches_of(amounts: list[int], confirmed: Confirmed | None = None) -> list[Batch]:
    """Newest first."""
    made = [batch(quantity=amount, **GROWN) for amount in amounts]
    return [sample.model_copy(update={"confirmed": confirmed}) for sample in made[::-1]]


@pytest.mark.parametrize(("confirmed", "is_asked"), [(None, True), (("quantity",), False)])
def test_a_slip_that_nobody_confirmed_does_not_hide_the_next(
    confirmed: Confirmed | None, is_asked: bool
) -> None:
    earlier = batches_of([900, 1000, 1100, 1_000_000], confirmed)
    doubt = of_quantity(1_000_000, earlier=earlier, **GROWN)
    assert (doubt is not None) is is_asked


@given(st.lists(st.integers(1, 10**6), max_size=30), st.integers(1, 10**8))
def test_a_phone_without_network_asks_about_the_same(amounts: list[int], quantity: int) -> None:
    earlier = batches_of(amounts)
    doubt = of_quantity(quantity, earlier=earlier, **GROWN)
    key = GROWN["product_id"] + GROWN["producer_id"]
    low, middle, high = bounds(earlier).get(key, (-1, 0, 10**12))
    assert (doubt is not None) is (quantity <= low or quantity >= high)
    assert doubt is None or doubt.usual == middle
