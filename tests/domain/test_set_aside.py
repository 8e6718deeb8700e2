"""What an offer of several batches has set aside, as parcels, cancellations and closing take of it.

The rules alone, with what the steps keep of them as plain numbers.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.offers import draw_for_parcel, going_back

BATCHES = ("a", "b", "c")


@dataclass
class Village:
    """Three batches, and two offers that draw on all of them, in packs."""

    quantity: dict[str, int]
    free: Counter[str] = field(default_factory=Counter)
    packed: Counter[str] = field(default_factory=Counter)
    aside: dict[int, Counter[str]] = field(default_factory=dict)
    left: Counter[int] = field(default_factory=Counter)
    orders: list[tuple[int, int, Counter[str] | None]] = field(default_factory=list)
    """Offer, packs, and the packs of each batch once it is packed."""
    closed: set[int] = field(default_factory=set)

    def open(self, offer: int, packs: int) -> None:
        if offer in self.aside:
            return
        aside: Counter[str] = Counter()
        for batch in BATCHES:
            aside[batch] = min(self.free[batch], packs - aside.total())
            self.free[batch] -= aside[batch]
        self.aside[offer], self.left[offer] = aside, aside.total()

    def order(self, offer: int, packs: int) -> None:
        if offer in self.aside and offer not in self.closed and 0 < packs <= self.left[offer]:
            self.left[offer] -= packs
            self.orders.append((offer, packs, None))

    def pack(self, at: int, batch: str) -> None:
        if not self.orders:
            return
        offer, packs, inside = self.orders[at % len(self.orders)]
        if inside is not None:
            return
        drawn = draw_for_parcel(self.ordered(offer), {batch: packs})
        if drawn.beyond.get(batch, 0) > self.free[batch]:
            return
        self.aside[offer].subtract(drawn.own)
        self.aside[offer].subtract(drawn.spared)
        self.free.subtract(drawn.beyond)
        self.free.update(drawn.spared)
        self.packed[batch] += packs
        self.orders[at % len(self.orders)] = (offer, packs, Counter({batch: packs}))

    def cancel(self, at: int) -> None:
        if not self.orders:
            return
        offer, packs, inside = self.orders.pop(at % len(self.orders))
        self.packed.subtract(inside or {})
        self.aside[offer].update(inside or {})
        if offer in self.closed:
            self.give_back(offer, packs)
        else:
            self.left[offer] += packs

    def close(self, offer: int) -> None:
        if offer in self.aside and offer not in self.closed:
            self.closed.add(offer)
            self.give_back(offer, self.left.pop(offer))

    def give_back(self, offer: int, packs: int) -> None:
        back = going_back(self.ordered(offer), packs)
        assert sum(back.values()) == packs
        self.aside[offer].subtract(back)
        self.free.update(back)

    def ordered(self, offer: int) -> Mapping[str, int]:
        return {batch_id: self.aside[offer][batch_id] for batch_id in BATCHES}


OFFERS = st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("open"), OFFERS, st.integers(1, 20)),
    st.tuples(st.just("order"), OFFERS, st.integers(1, 6)),
    st.tuples(st.just("pack"), st.integers(0, 9), st.sampled_from(BATCHES)),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("close"), OFFERS),
)


@given(st.lists(st.integers(0, 8), min_size=3, max_size=3), st.lists(STEPS, max_size=40))
def test_no_batch_ever_has_more_to_give_than_lies_in_no_parcel(
    quantities: list[int], steps: list[tuple[object, ...]]
) -> None:
    """Whatever the order in which offers are opened, sold, packed from any batch, cancelled and
    closed: every pack of a batch is free, set aside or packed, and what was sold can be packed."""
    quantity = dict(zip(BATCHES, quantities, strict=True))
    village = Village(quantity, Counter(quantity))
    for name, *arguments in steps:
        getattr(village, str(name))(*arguments)
        for batch_id in BATCHES:
            aside = [village.aside[offer][batch_id] for offer in village.aside]
            assert min(village.free[batch_id], village.packed[batch_id], *aside, 0) == 0
            assert (
                village.free[batch_id] + village.packed[batch_id] + sum(aside) == quantity[batch_id]
            )
        for offer, kept in village.aside.items():
            waits = sum(n for of, n, inside in village.orders if of == offer and inside is None)
            assert kept.total() == waits + village.left[offer]


@pytest.mark.parametrize(
    ("aside", "packs", "back"),
    [
        ({"a": 5, "b": 5}, 7, {"b": 5, "a": 2}),
        ({"a": 5, "b": 0}, 3, {"a": 3}),  # the last one has its packs back, or they are packed
        ({"a": 5, "b": 5}, 0, {}),
    ],
)
def test_the_batch_drawn_on_last_gets_back_first_and_only_what_it_gave(
    aside: dict[str, int], packs: int, back: dict[str, int]
) -> None:
    assert going_back(aside, packs) == back


def test_a_parcel_beyond_what_was_set_aside_spares_another_batch() -> None:
    drawn = draw_for_parcel({"a": 5, "b": 2}, {"b": 3})
    assert (drawn.own, drawn.beyond, drawn.spared) == ({"b": 2}, {"b": 1}, {"a": 1})
