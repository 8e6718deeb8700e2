"""Which edition of a standard a test is judged by."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from chalicelib.domain.inspections import NewMeasurement, judge
from chalicelib.domain.products import InspectionPlan
from chalicelib.domain.standards import EDITIONS, dated, edition_of, replaced_by
from tests.domain.samples import metric

BEFORE, FIRST = date(2026, 2, 28), date(2026, 3, 1)


@pytest.mark.parametrize(
    ("source", "day", "edition"),
    [
        ("GB 2763", BEFORE, "GB 2763-2021"),
        ("GB 2763", FIRST, "GB 2763-2026"),
        ("gb2763 表 1", FIRST, "GB 2763-2026"),
        ("GB 2762 香菇", FIRST, "GB 2762-2022"),
        ("GB 2763", date(1999, 1, 1), None),
        ("GB 2763-2021", FIRST, None),
        ("GB 2763.1", FIRST, None),
        ("GB 27630", FIRST, None),
        ("GB/T 2763", FIRST, None),
        ("合作社对买家的承诺（GB 2763 无限量）", FIRST, "GB 2763-2026"),
        ("GB/T 10651-2008；GB 2762", FIRST, "GB 2762-2022"),
        ("不设限量", FIRST, None),
    ],
)
def test_a_source_without_a_year_means_the_edition_of_the_day(
    source: str, day: date, edition: str | None
) -> None:
    assert edition_of(source, day) == edition


@pytest.mark.parametrize(
    ("source", "edition", "text"),
    [
        ("GB 2762 香菇", "GB 2762-2022", "GB 2762-2022 香菇"),
        ("gb2763", "GB 2763-2026", "GB 2763-2026"),
        ("GB 2763-2021", None, "GB 2763-2021"),
    ],
)
def test_it_is_read_with_its_year(source: str, edition: str | None, text: str) -> None:
    assert dated(source, edition) == text


@pytest.mark.parametrize(
    ("source", "day", "newer"),
    [
        ("GB 2763-2021", BEFORE, None),
        ("GB 2763-2021", FIRST, "GB 2763-2026"),
        ("GB 2763—2019 表 1", FIRST, "GB 2763-2026"),
        ("GB 2763-2026", FIRST, None),
        ("GB 2763", FIRST, None),
        ("GB/T 39438-2012", FIRST, None),
    ],
)
def test_a_plan_that_names_an_older_edition_is_noticed(
    source: str, day: date, newer: str | None
) -> None:
    edition = replaced_by(source, day)
    assert (edition.name if edition else None) == newer


def test_a_measurement_keeps_the_edition_it_was_judged_by() -> None:
    plan = InspectionPlan(metrics=[metric(source="GB 2763")])
    measured = [NewMeasurement(metric="rate", value=Decimal(1))]
    editions = [judge(plan, measured, day)[0].edition for day in (BEFORE, FIRST)]
    assert editions == ["GB 2763-2021", "GB 2763-2026"]


@pytest.mark.parametrize("number", EDITIONS)
def test_editions_follow_each_other(number: str) -> None:
    assert all(edition.name.startswith(f"{number}-") for edition in EDITIONS[number])
    assert all(old < new and old.since < new.since for old, new in pairwise(EDITIONS[number]))
