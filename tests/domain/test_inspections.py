"""The verdict is computed from what was measured, never typed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.errors import Invalid
from chalicelib.domain.inspections import NewInspection, NewMeasurement, judge, overall
from chalicelib.domain.products import InspectionPlan
from tests.domain.samples import NOW, metric

BELOW, AT, ABOVE = Decimal("49.999999"), Decimal(50), Decimal("50.000001")
NOTHING = None
"""Below detection."""


@pytest.mark.parametrize(
    ("operator", "value", "verdict"),
    [
        ("lt", BELOW, "pass"),
        ("lt", AT, "fail"),
        ("lt", ABOVE, "fail"),
        ("lt", NOTHING, "pass"),
        ("le", BELOW, "pass"),
        ("le", AT, "pass"),
        ("le", ABOVE, "fail"),
        ("le", NOTHING, "pass"),
        ("gt", BELOW, "fail"),
        ("gt", AT, "fail"),
        ("gt", ABOVE, "pass"),
        ("gt", NOTHING, "fail"),
        ("ge", BELOW, "fail"),
        ("ge", AT, "pass"),
        ("ge", ABOVE, "pass"),
        ("ge", NOTHING, "fail"),
    ],
)
def test_a_value_is_judged_against_the_limit(
    operator: str, value: Decimal | None, verdict: str
) -> None:
    assert metric(operator, 50).verdict(value) == verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(NOTHING, "pass"), (Decimal(0), "pass"), (Decimal("0.000001"), "fail"), (Decimal(1), "fail")],
)
def test_what_must_be_absent_may_not_be_detected(value: Decimal | None, verdict: str) -> None:
    assert metric("absent", None).verdict(value) == verdict


@pytest.mark.parametrize("value", [NOTHING, Decimal(0), Decimal(999_999)])
def test_without_an_operator_nothing_is_judged(value: Decimal | None) -> None:
    assert metric(None, None).verdict(value) is None


def test_half_inhibition_fails_the_rapid_test() -> None:
    """GB/T 5009.199: an inhibition rate of 50 % or more is positive."""
    rapid = metric("lt", 50)
    assert rapid.verdict(Decimal("49.9")) == "pass"
    assert rapid.verdict(Decimal("50")) == "fail"


@given(st.decimals(-999_999, 999_999, places=3), st.decimals(-999_999, 999_999, places=3))
def test_opposite_operators_never_agree(value: Decimal, limit: Decimal) -> None:
    for one, other in (("lt", "ge"), ("gt", "le")):
        assert metric(one, limit).verdict(value) != metric(other, limit).verdict(value)


PLAN = InspectionPlan(
    metrics=[
        metric(key="rate"),
        metric("absent", None, key="florfenicol", name="氟苯尼考"),
        metric("ge", "3.0", key="weight", name="单枚重", required=False),
        metric(None, None, key="colour", name="蛋壳颜色", required=False),
    ]
)


def given_(**values: object) -> list[NewMeasurement]:
    """`None` stands for below detection."""
    return [
        NewMeasurement(metric=key, below_detection=True)
        if value is None
        else NewMeasurement(metric=key, value=Decimal(str(value)))
        for key, value in values.items()
    ]


def test_measurements_stand_in_the_plans_order_with_all_they_were_judged_by() -> None:
    found = judge(PLAN, given_(florfenicol=None, rate=12.5))
    assert [one.metric for one in found] == ["rate", "florfenicol"]
    assert found[0].model_dump() == {
        "metric": "rate",
        "name": "抑制率",
        "value": 12.5,
        "below_detection": False,
        "unit": "%",
        "operator": "lt",
        "limit": 50,
        "method": "GB/T 5009.199",
        "source": "GB 2763",
        "kind": "screening",
        "verdict": "pass",
    }
    assert found[1].below_detection
    assert found[1].value is None
    assert found[1].verdict == "pass"


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"rate": 12.5, "florfenicol": None}, "pass"),
        ({"rate": 50, "florfenicol": None}, "fail"),
        ({"rate": 12.5, "florfenicol": 0.1}, "fail"),
        ({"rate": 12.5, "florfenicol": None, "weight": 2.9}, "fail"),
        ({"rate": 12.5, "florfenicol": None, "weight": 3}, "pass"),
        ({"rate": 12.5, "florfenicol": None, "colour": 7}, "pass"),
    ],
)
def test_one_failed_measurement_fails_the_inspection(values: dict[str, Any], verdict: str) -> None:
    assert overall(judge(PLAN, given_(**values))) == verdict


@pytest.mark.parametrize(
    ("measurements", "fields"),
    [
        (given_(rate=1), ["measurements"]),
        (given_(weight=4), ["measurements", "measurements"]),
        (given_(rate=1, florfenicol=None, taste=5), ["measurements.2.metric"]),
        (given_(rate=1, florfenicol=None) + given_(rate=60), ["measurements.2.metric"]),
        (given_(taste=5), ["measurements.0.metric", "measurements", "measurements"]),
    ],
    ids=["required missing", "both missing", "unknown", "twice", "all at once"],
)
def test_the_plan_decides_what_is_measured(
    measurements: list[NewMeasurement], fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        judge(PLAN, measurements)
    assert [field for field, _, _ in refused.value.errors] == fields
    assert all(chinese and english for _, chinese, english in refused.value.errors)


@pytest.mark.parametrize(
    "measurement",
    [
        {"metric": "rate"},
        {"metric": "rate", "value": None},
        {"metric": "rate", "value": 1, "below_detection": True},
        {"metric": "rate", "below_detection": False},
    ],
)
def test_a_measurement_is_a_value_or_below_detection(measurement: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewMeasurement.model_validate(measurement)


def test_an_inspection_measures_something() -> None:
    with pytest.raises(ValidationError):
        NewInspection.model_validate({"stage": "harvest", "tested_at": NOW, "measurements": []})
