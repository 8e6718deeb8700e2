"""From which of a shop's offers a platform's goods are taken: a product in packs of a size."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.import_drafts import ItemRule
from chalicelib.domain.mapped_goods import MOST_STAND_INS, offers_for, told_goods, with_goods
from chalicelib.domain.offers import Offer
from chalicelib.domain.placing import as_imported, exchange
from tests.domain.samples import HOUR, NOW, batch, offer, order, refusal

EGGS = offer(batch("passed"))
RULE = with_goods(ItemRule(title="土鸡蛋", offer_id=EGGS.id), {EGGS.id: EGGS})


def same(name: str, age: int = 0, **fields: Any) -> Offer:
    """An offer of the same goods, so many hours older than now."""
    changes = {"id": name, "created_at": NOW - age * HOUR, "title": EGGS.title}
    return EGGS.model_copy(update=changes | fields)


def best(*offers: Offer, left: dict[str, int] | None = None) -> list[str]:
    packs = {known.id: 5 for known in offers} | (left or {})
    return offers_for(RULE, {known.id: known for known in offers}, packs, NOW)


def test_the_one_that_was_chosen_comes_first_then_its_name_then_the_newest() -> None:
    newer, other_name, old = same("newer", 1), same("named", 0, title="礼盒"), same("old", 9)
    assert best(other_name, old, newer, EGGS) == [EGGS.id, "newer", "old", "named"]


def test_what_is_sold_out_or_past_its_day_comes_last() -> None:
    past = same("past", 1, best_before=(NOW - timedelta(days=2)).date())
    assert best(EGGS, past, same("good", 8), left={EGGS.id: 0}) == ["good", "past", EGGS.id]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "closed"},
        {"held_batch_ids": ("b",)},
        {"pack_quantity": 7},
        {"product_id": "other"},
    ],
)
def test_what_does_not_sell_or_is_something_else_is_none_of_them(
    fields: dict[str, Any],
) -> None:
    assert best(same("other", **fields)) == []


def test_no_more_are_looked_at_than_a_run_can_hold() -> None:
    assert len(best(*(same(f"{at}", at) for at in range(20)))) == 1 + MOST_STAND_INS


def test_a_rule_of_the_release_before_has_its_offers_goods() -> None:
    older = ItemRule(title="蛋", offer_id=EGGS.id)
    assert with_goods(older, {EGGS.id: EGGS}).pack_quantity == EGGS.pack_quantity
    assert with_goods(older, {}) == older
    assert with_goods(RULE, {EGGS.id: same("x", pack_quantity=99)}) == RULE


@pytest.mark.parametrize(
    ("unit", "quantity", "pack"),
    [("g", 2500, "2.5 kg"), ("g", 10_000, "10 kg"), ("g", 500, "500 g"), ("piece", 30, "30 piece")],
)
def test_goods_are_told_as_people_buy_them(unit: str, quantity: int, pack: str) -> None:
    facts = told_goods(EGGS.model_copy(update={"unit": unit, "pack_quantity": quantity}))
    assert f"{facts['pack']} {facts['unit']}" == pack


def test_other_goods_change_the_line_and_not_what_was_paid() -> None:
    before = order((EGGS, 3), state="paid")
    other = same("other", pack_quantity=7)
    after = exchange(before, {0: (other, 7, {0: 7})})
    assert (after.lines[0].offer_id, after.lines[0].packs) == ("other", 7)
    assert (after.sums, after.total_fen) == (before.sums, before.total_fen)
    again = exchange(after, {0: (EGGS, 1, {0: 1})})
    assert as_imported(again) == as_imported(before) == ((EGGS.id, 3),)


def test_what_is_packed_keeps_its_goods() -> None:
    for packed in (
        order(state="packed"),
        order(state="paid").model_copy(update={"parcels": ("P",)}),
    ):
        with refusal("not_allowed_now"):
            exchange(packed, {0: (EGGS, 1, {0: 1})})
