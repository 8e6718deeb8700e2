"""Proposals for packing: first expired, first out, and never more than a batch has."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.orders import Order
from chalicelib.domain.packing import (
    PROBLEMS,
    PackableStock,
    PackingPlan,
    Supply,
    picking,
    propose,
)
from chalicelib.domain.parcels import MOST_ALLOCATIONS
from tests.domain import samples

DAY = samples.NOW.date()
STATES = ["registered", "passed", "passed", "passed", "held", "recalled", "closed"]


def supply(name: str, left: int = 100, age: int = 0, **fields: Any) -> Supply:
    """Harvested `age` days ago, all of it free."""
    given: dict[str, Any] = {
        "batch_id": name,
        "lot": name.upper(),
        "state": "passed",
        "harvested_on": DAY - timedelta(days=age),
        "left": left,
        "free": left,
    }
    return Supply(**given | fields)


def order(*lines: tuple[list[str], int], size: int = 1, offer: str = "offer") -> Order:
    """Lines of (batches, packs), each pack of `size`."""
    batch = samples.batch("passed")
    whole = samples.order((samples.offer(batch), 1), state="paid")
    made = tuple(
        whole.lines[0].model_copy(
            update={
                "offer_id": offer,
                "batch_ids": tuple(batches),
                "packs": packs,
                "pack_quantity": size,
            }
        )
        for batches, packs in lines
    )
    return whole.model_copy(update={"id": samples.identity(), "lines": made})


def stock(*supplies: Supply, **given: dict[str, int]) -> PackableStock:
    """given: what offers set aside."""
    return PackableStock({supply.batch_id: supply for supply in supplies}, given, DAY)


def proposed_packs(plan: PackingPlan) -> list[tuple[str, int]] | str:
    if plan.problem is not None:
        return plan.problem.code
    return [(proposal.batch_id, proposal.packs) for proposal in plan.proposals]


def test_the_batch_that_expires_first_goes_first() -> None:
    old, young = supply("old", 5, age=9), supply("young", 100, age=1)
    plans = propose([order((["young", "old"], 3)) for _ in range(3)], stock(young, old))
    assert [proposed_packs(plan) for plan in plans] == [
        [("old", 3)],
        [("old", 2), ("young", 1)],
        [("young", 3)],
    ]


def test_a_shelf_life_counts_and_not_the_harvest_alone() -> None:
    kept = supply("kept", age=20, best_before=DAY + timedelta(days=40))
    soon = supply("soon", age=2, best_before=DAY + timedelta(days=2))
    [plan] = propose([order((["kept", "soon"], 1))], stock(kept, soon))
    assert proposed_packs(plan) == [("soon", 1)]
    assert plan.proposals[0].best_before == soon.best_before


def test_the_shelf_life_is_the_products() -> None:
    batch = samples.batch("passed", quantity=50, available_quantity=20)
    made = Supply.of(batch, 10, 7)
    assert (made.left, made.free) == (40, 20)
    assert made.best_before == batch.harvested_on + timedelta(days=7)
    assert Supply.of(batch, 0, None).best_before is None


@pytest.mark.parametrize(("days", "proposed"), [(-1, False), (0, True), (1, True)])
def test_the_last_good_day_is_still_good(days: int, proposed: bool) -> None:
    only = supply("a", best_before=DAY + timedelta(days=days))
    [plan] = propose([order((["a"], 1))], stock(only))
    assert proposed_packs(plan) == ([("a", 1)] if proposed else "batch_expired")


def test_what_is_past_its_day_is_proposed_to_nobody() -> None:
    old = supply("old", age=40, best_before=DAY - timedelta(days=33))
    fresh = supply("fresh", 2, age=1, best_before=DAY + timedelta(days=6))
    plans = propose([order((["old", "fresh"], 2)) for _ in range(2)], stock(old, fresh))
    assert [proposed_packs(plan) for plan in plans] == [[("fresh", 2)], "batch_expired"]
    problem = plans[1].problem
    assert problem is not None
    for text in PROBLEMS["batch_expired"]:
        assert f"OLD ({old.best_before})" in text.format(**problem.facts)


def test_why_an_order_cannot_be_packed() -> None:
    cases = {
        "batch_held": [supply("a", state="held"), supply("b", 1)],
        "batch_recalled": [supply("a", state="recalled"), supply("b", state="closed")],
        "not_enough_left": [supply("a", 1), supply("b", 0, state="held")],
        "batches_closed": [supply("a", state="closed"), supply("b", state="closed")],
    }
    for code, supplies in cases.items():
        [plan] = propose([order((["a", "b"], 3))], stock(*supplies))
        assert proposed_packs(plan) == code
        assert plan.problem is not None
        for text in PROBLEMS[code]:
            assert plan.order.lines[0].title in text.format(**plan.problem.facts)
    assert proposed_packs(propose([order((["gone"], 1))], stock())[0]) == "not_enough_left"


def test_an_order_that_cannot_be_packed_leaves_all_to_the_next() -> None:
    first = order((["a"], 2), (["b"], 9))
    plans = propose([first, order((["a"], 3))], stock(supply("a", 3), supply("b", 1)))
    assert [proposed_packs(plan) for plan in plans] == ["not_enough_left", [("a", 3)]]


def test_what_another_offer_set_aside_stays_its_own() -> None:
    old, young = supply("old", 10, age=5, free=2), supply("young", 10, free=0)
    on = stock(old, young, mine={"young": 10}, theirs={"old": 8})
    plans = propose(
        [order((["old", "young"], 3), offer="mine"), order((["old"], 8), offer="theirs")], on
    )
    assert [proposed_packs(plan) for plan in plans] == [[("old", 2), ("young", 1)], [("old", 8)]]


def test_more_places_than_a_parcel_has_are_said_so() -> None:
    names = [f"b{n}" for n in range(MOST_ALLOCATIONS + 1)]
    [plan] = propose([order((names, len(names)))], stock(*(supply(name, 1) for name in names)))
    assert proposed_packs(plan) == "too_many_batches"


def test_what_is_packed_already_is_not_proposed_again() -> None:
    done = order((["a"], 2))
    done = done.model_copy(
        update={"lines": tuple(line.model_copy(update={"packed": 2}) for line in done.lines)}
    )
    assert proposed_packs(propose([done], stock(supply("a")))[0]) == "packed_already"


def test_the_picking_list_adds_up_by_batch_and_size() -> None:
    on = stock(supply("old", 30, age=3), supply("young", 1000))
    orders = [order((["old", "young"], 2), size=10), order((["old", "young"], 2), size=10)]
    plans = propose([*orders, order((["young"], 1), size=25)], on)
    picks = picking(plans, on.supplies)
    assert [(pick.lot, pick.packs, pick.quantity) for pick in picks] == [
        ("OLD", 3, 30),
        ("YOUNG", 1, 10),
        ("YOUNG", 1, 25),
    ]


# --- whatever there is ---------------------------------------------------------------------------

NAMES = ["a", "b", "c", "d"]
SUPPLIES = st.tuples(
    *(
        st.builds(
            lambda name, left, age, state, free, best_before: supply(
                name, left, age, state=state, free=free, best_before=best_before
            ),
            st.just(name),
            st.integers(0, 60),
            st.integers(0, 9),
            st.sampled_from(STATES),
            st.integers(0, 60),
            st.none() | st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days)),
        )
        for name in NAMES
    )
)
ORDERS = st.lists(
    st.builds(
        lambda lines, size, offer: order(*lines, size=size, offer=offer),
        st.lists(
            st.tuples(
                st.lists(st.sampled_from(NAMES), min_size=1, unique=True), st.integers(1, 12)
            ),
            min_size=1,
            max_size=3,
        ),
        st.integers(1, 7),
        st.sampled_from(["one", "two"]),
    ),
    max_size=8,
)
GIVEN = st.fixed_dictionaries(
    {name: st.dictionaries(st.sampled_from(NAMES), st.integers(0, 9)) for name in ("one", "two")}
)


@given(SUPPLIES, ORDERS, GIVEN)
def test_never_more_than_there_is_and_always_the_first_to_expire(
    supplies: tuple[Supply, ...], orders: list[Order], given_: dict[str, dict[str, int]]
) -> None:
    on = stock(*supplies, **given_)
    plans = propose(orders, on)
    assert plans == propose(orders, on)  # nothing is kept between two looks
    assert [plan.order for plan in plans] == orders
    by_id = {supply.batch_id: supply for supply in supplies}
    taken: Counter[str] = Counter()
    left = stock(*supplies, **given_)
    for plan in plans:
        assert (plan.problem is None) == bool(plan.proposals)
        for at, line in enumerate(plan.order.lines if plan.proposals else ()):
            parts = [proposal for proposal in plan.proposals if proposal.line == at]
            assert sum(part.packs for part in parts) == line.to_pack
            turns = [by_id[part.batch_id].turn for part in parts]
            assert turns == sorted(turns)
            for part in parts:
                assert on.proposes(by_id[part.batch_id])
                assert part.batch_id in line.batch_ids
                taken[part.batch_id] += part.packs * line.pack_quantity
            last = parts[-1]
            for name in line.batch_ids:  # who goes before the last one has nothing left to give
                earlier = by_id[name]
                if on.proposes(earlier) and earlier.turn < by_id[last.batch_id].turn:
                    used = sum(part.packs for part in parts if part.batch_id == name)
                    assert left.room(line, earlier) == used
            for part in parts:
                left.take(line, by_id[part.batch_id], part.packs)
    for name, quantity in taken.items():
        assert quantity <= by_id[name].left
