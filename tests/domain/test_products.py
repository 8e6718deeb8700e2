"""Products: GTINs, inspection plans and the versions of what was promised."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.products import AfterSales, InspectionPlan, NewProduct
from tests.domain.samples import HOUR, NOW, metric, product

DEMO_PREFIX = "952"
"""GS1's prefix for demonstrations: nobody owns these numbers."""


def body(**fields: Any) -> dict[str, Any]:
    plan = InspectionPlan(metrics=[metric()])
    return {
        "name": "土鸡蛋",
        "unit": "piece",
        "inspection_plan": plan,
        "after_sales": AfterSales(evidence_hours=48, reply_hours=24),
    } | fields


def with_check_digit(digits: str) -> str:
    """GS1 General Specifications 7.9, written the long way."""
    total = 0
    for distance, digit in enumerate(reversed(digits), start=1):
        total += int(digit) * (3 if distance % 2 else 1)
    return digits + str(-total % 10)


numbers = st.sampled_from([7, 11, 12, 13]).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)


@given(numbers)
def test_a_gtin_with_its_check_digit_is_taken(digits: str) -> None:
    gtin = with_check_digit(digits)
    assert NewProduct.model_validate(body(gtin=gtin)).gtin == gtin


@given(numbers, st.randoms(use_true_random=False))
def test_every_single_wrong_digit_of_a_gtin_is_noticed(digits: str, chance: random.Random) -> None:
    gtin = with_check_digit(digits)
    place = chance.randrange(len(gtin))
    for wrong in set("0123456789") - {gtin[place]}:
        with pytest.raises(ValidationError):
            NewProduct.model_validate(body(gtin=gtin[:place] + wrong + gtin[place + 1 :]))


@pytest.mark.parametrize(
    "gtin",
    ["", "9", "95200000", DEMO_PREFIX, "9" * 15, "952-000-000", "٩٥٢٠٠٠٠٠", "９５２０００００"],
)
def test_what_is_no_gtin_is_refused(gtin: str) -> None:
    with pytest.raises(ValidationError):
        NewProduct.model_validate(body(gtin=gtin))


@pytest.mark.parametrize(
    ("operator", "limit", "fits"),
    [
        ("lt", 50, True),
        ("ge", 0, True),
        ("lt", None, False),
        ("le", None, False),
        ("gt", None, False),
        ("ge", None, False),
        ("absent", None, True),
        ("absent", 0, False),
        (None, None, True),
        (None, 50, False),
    ],
)
def test_a_limit_goes_with_an_operator_that_compares(
    operator: str | None, limit: int | None, fits: bool
) -> None:
    if fits:
        metric(operator, limit)
    else:
        with pytest.raises(ValidationError):
            metric(operator, limit)


@pytest.mark.parametrize("many", [0, 13])
def test_a_plan_has_one_to_twelve_metrics(many: int) -> None:
    with pytest.raises(ValidationError):
        InspectionPlan(metrics=[metric(key=f"m{n}") for n in range(many)])


def test_a_plan_names_each_metric_once() -> None:
    with pytest.raises(ValidationError):
        InspectionPlan(metrics=[metric(), metric("gt", 3)])


CHANGES: list[tuple[dict[str, Any], int, int]] = [
    ({}, 1, 1),
    ({"name": "新名"}, 1, 1),
    ({"inspection_plan": InspectionPlan(metrics=[metric("le", 50)])}, 2, 1),
    ({"after_sales": AfterSales(evidence_hours=24, reply_hours=24)}, 1, 2),
]


@pytest.mark.parametrize(("change", "plan_version", "rule_version"), CHANGES)
def test_a_changed_plan_or_rule_is_a_new_version(
    change: dict[str, Any], plan_version: int, rule_version: int
) -> None:
    before = product()
    same = {name: getattr(before, name) for name in NewProduct.model_fields}
    after = before.changed(NewProduct.model_validate(same | change), NOW + HOUR)
    assert (after.plan_version, after.rule_version) == (plan_version, rule_version)
    assert after.updated_at - before.updated_at == timedelta(hours=1)
    assert after.id == before.id
