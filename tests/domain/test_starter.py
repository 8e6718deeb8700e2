"""What a county may begin with names the source of each limit."""

import pytest

from chalicelib.domain.products import AfterSales, NewProduct
from chalicelib.domain.starter import STARTERS, Starter, starter

PLANNED = [entry for entry in STARTERS if entry.plan]


@pytest.mark.parametrize("entry", PLANNED, ids=lambda entry: entry.key)
def test_every_limit_comes_with_the_standard_it_is_of(entry: Starter) -> None:
    assert entry.plan is not None
    for metric in entry.plan.metrics:
        if metric.operator is not None:
            assert metric.source.startswith(("GB", "SB/T", "NY/T")), metric
            assert "承诺" not in metric.source, "nobody here has promised anything yet"


@pytest.mark.parametrize("entry", PLANNED, ids=lambda entry: entry.key)
def test_a_plan_judges_something(entry: Starter) -> None:
    """A test of nothing but what is only recorded would always pass."""
    assert entry.plan is not None
    assert any(metric.required and metric.operator for metric in entry.plan.metrics)


@pytest.mark.parametrize("entry", PLANNED, ids=lambda entry: entry.key)
def test_it_can_be_saved_as_it_stands(entry: Starter) -> None:
    assert entry.plan is not None
    body = NewProduct(
        name=entry.name,
        name_en=entry.name_en,
        unit=entry.unit,
        inspection_plan=entry.plan,
        after_sales=AfterSales(**entry.after_sales.model_dump()),
    )
    assert body.inspection_plan == entry.plan


def test_where_no_limit_is_known_to_us_none_is_made_up() -> None:
    assert {entry.key for entry in STARTERS if entry.plan is None} == {"grain", "tea", "honey"}
    assert starter("tea") is not None
    assert starter("blank") is None
    assert len({entry.key for entry in STARTERS}) == len(STARTERS)
