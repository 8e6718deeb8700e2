"""Offers: packs set aside from batches, exactly, and on sale only in their time."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.batches import Batch
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import CHINA, china_date
from chalicelib.domain.offers import MOST_SLOTS, SLOT_ORDERS, SLOT_PACKS, close, draw, slots_for
from tests.domain.samples import HOUR, NOW, batch, new_offer, offer, refusal

STATES = ["registered", "passed", "closed"]


@given(st.integers(1, 1_000_000), st.none() | st.integers(1, 10_000))
def test_packs_are_spread_exactly_and_evenly(packs: int, rate: int | None) -> None:
    sale = offer(
        batch("passed", available_quantity=packs),
        packs_total=packs,
        pack_quantity=1,
        expected_orders_per_second=rate,
    )
    slots = [sale.packs_in(slot) for slot in range(sale.slots)]
    assert sum(slots) == packs
    assert max(slots) - min(slots) <= 1
    assert min(slots) >= 1
    assert len(slots) <= MOST_SLOTS
    assert len(slots) == MOST_SLOTS or max(slots) <= SLOT_PACKS
    assert len(slots) == packs or (rate or 0) <= len(slots) * SLOT_ORDERS


@pytest.mark.parametrize(
    ("packs", "rate", "slots"),
    [
        (1, None, 1),
        (1000, None, 1),
        (1001, None, 2),
        (2500, None, 3),
        (16_000, None, 16),
        (1_000_000, None, 256),
        (10_000, 10_000, 250),
        (100, 10_000, 100),
        (2500, 120, 3),
    ],
)
def test_a_large_or_fast_offer_is_spread_over_more_slots(
    packs: int, rate: int | None, slots: int
) -> None:
    assert slots_for(packs, rate) == slots


@given(
    st.integers(1, 500),
    st.integers(1, 30),
    st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 2000)), min_size=1, max_size=5),
)
def test_a_draw_is_exact_and_never_more_than_there_is(
    packs: int, pack_quantity: int, given_: list[tuple[str, int]]
) -> None:
    batches = [batch(state, available_quantity=left) for state, left in given_]
    possible = sum(
        source.available_quantity // pack_quantity for source in batches if source.state != "closed"
    )
    if packs > possible:
        with refusal("not_enough_in_batch") as refused:
            draw(packs, pack_quantity, batches)
        assert refused.value.facts == {"packs_possible": possible}
        return
    taken = draw(packs, pack_quantity, batches)
    assert sum(taken.values()) == packs
    for source in batches:
        assert 0 <= taken.get(source.id, 0) * pack_quantity <= source.available_quantity
    assert list(taken) == [source.id for source in batches if source.id in taken], (
        "in the order given"
    )


@pytest.mark.parametrize("state", ["held", "recalled"])
def test_nothing_is_offered_from_a_batch_that_is_held_or_recalled(state: str) -> None:
    with refusal("batch_held"):
        draw(1, 1, [batch("passed"), batch(state)])


def test_an_offer_remembers_what_was_promised() -> None:
    made = offer(batch("passed"))
    assert made.after_sales.evidence_hours == 48
    assert made.rule_version == 1
    assert sum(made.set_aside.values()) == made.packs_total


@pytest.mark.parametrize(
    ("opens", "closes", "now", "on_sale"),
    [
        (None, None, NOW, True),
        (NOW, None, NOW, True),
        (NOW + HOUR, None, NOW, False),
        (None, NOW, NOW, False),
        (None, NOW + HOUR, NOW, True),
        (NOW - HOUR, NOW + HOUR, NOW, True),
    ],
)
def test_an_offer_is_on_sale_from_its_opening_until_before_its_close(
    opens: datetime | None, closes: datetime | None, now: datetime, on_sale: bool
) -> None:
    made = offer(opens_at=opens, closes_at=closes)
    assert made.is_on_sale(now) is on_sale
    if not on_sale:
        with refusal("offer_closed"):
            made.refuse_unless_on_sale(now)


def test_a_held_batch_stops_its_offer_until_all_are_released() -> None:
    first, two = batch("passed"), batch("passed")
    made = offer(first, two).with_batch(first.id, held=True).with_batch(two.id, held=True)
    for held in (made, made.with_batch(first.id, held=False)):
        with refusal("batch_held"):
            held.refuse_unless_on_sale(NOW)
    free = made.with_batch(first.id, held=False).with_batch(two.id, held=False)
    free.refuse_unless_on_sale(NOW)


def test_holding_twice_counts_once() -> None:
    source = batch("passed")
    made = offer(source).with_batch(source.id, held=True).with_batch(source.id, held=True)
    assert made.held_batch_ids == (source.id,)


def test_an_offer_closes_once() -> None:
    closed = close(offer())
    assert not closed.is_on_sale(NOW)
    with pytest.raises(Refusal, match="not_allowed_now"):
        close(closed)


def test_an_offer_names_a_batch_once() -> None:
    source = batch()
    with pytest.raises(ValidationError):
        new_offer(source, source)


@pytest.mark.parametrize("closes", [NOW, NOW - HOUR])
def test_an_offer_closes_after_it_opens(closes: datetime) -> None:
    with pytest.raises(ValidationError):
        new_offer(batch(), opens_at=NOW, closes_at=closes)


# --- what is past its shelf life -----------------------------------------------------------------


def lasting(days: int) -> Batch:
    """A batch with so many days to its last good one, of a product that keeps for a week."""
    return batch("passed", harvested_on=china_date(NOW) - timedelta(days=7 - days))


def test_an_offer_ends_with_the_day_on_which_all_of_it_was_still_good() -> None:
    """At midnight in China."""
    sale = offer(lasting(0), shelf_life_days=7)
    assert sale.best_before == china_date(NOW)
    last = datetime.combine(china_date(NOW), time.max, CHINA)
    assert sale.is_on_sale(last)
    assert not sale.is_on_sale(last + timedelta(seconds=1))
    with pytest.raises(Refusal, match="offer_closed"):
        sale.refuse_unless_on_sale(last + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("days", "expired_ok", "aside"),
    [([-1, 3], None, [1]), ([-1, 3], True, [0]), ([3, -1], None, [0]), ([-1], True, [0])],
)
def test_what_is_past_its_day_is_set_aside_only_if_somebody_says_so(
    days: list[int], expired_ok: bool | None, aside: list[int]
) -> None:
    some = [lasting(day) for day in days]
    sale = offer(*some, shelf_life_days=7, expired_ok=expired_ok)
    assert list(sale.set_aside) == [some[at].id for at in aside]
    assert (sale.best_before is None) == bool(expired_ok)


def test_an_offer_of_expired_batches_alone_is_refused() -> None:
    with pytest.raises(Refusal, match="batch_expired"):
        offer(lasting(-1), shelf_life_days=7)
