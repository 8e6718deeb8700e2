"""The verdict is computed from what was measured, never typed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.accounts import Training
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import CHINA
from chalicelib.domain.inspections import (
    Inspection,
    Measurement,
    NewInspection,
    NewMeasurement,
    TrainingGap,
    clock_is_off,
    judge,
    overall,
    training_gaps,
)
from chalicelib.domain.products import InspectionPlan
from tests.domain.samples import NOW, identity, inspection, metric

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
    for operator, other in (("lt", "ge"), ("gt", "le")):
        assert metric(operator, limit).verdict(value) != metric(other, limit).verdict(value)


DAY = date(2026, 10, 14)
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
    judged = judge(PLAN, given_(florfenicol=None, rate=12.5), DAY)
    assert [measurement.metric for measurement in judged] == ["rate", "florfenicol"]
    assert judged[0].model_dump() == {
        "metric": "rate",
        "name": "抑制率",
        "value": 12.5,
        "below_detection": False,
        "unit": "%",
        "operator": "lt",
        "limit": 50,
        "method": "GB/T 5009.199",
        "source": "GB 2763",
        "edition": "GB 2763-2026",
        "kind": "screening",
        "verdict": "pass",
    }
    assert judged[1].below_detection
    assert judged[1].value is None
    assert judged[1].verdict == "pass"


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
    assert overall(judge(PLAN, given_(**values), DAY)) == verdict


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
        judge(PLAN, measurements, DAY)
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


# --- who was trained -----------------------------------------------------------------------------

RAPID, SCALES = "GB/T 5009.199", "称重"
LAST_DAY = date(2026, 10, 14)


def training(method: str, begin: date, end: date) -> Training:
    return Training(
        id=identity(), method=method, trained_on=begin, valid_until=end, recorded_at=NOW
    )


def measured(method: str = RAPID, kind: str = "screening") -> Measurement:
    given = inspection().measurements[0].model_dump() | {"method": method, "kind": kind}
    return Measurement.model_validate(given)


LAPSED = training(RAPID, date(2025, 10, 15), LAST_DAY)
VALID = training(RAPID, date(2026, 1, 1), date(2026, 12, 31))
LATER = training(RAPID, date(2026, 10, 16), date(2027, 10, 15))
OTHER = training("GB 23200.121", date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("trainings", "kind", "gap"),
    [
        ([VALID], "screening", None),
        ([LAPSED, VALID], "screening", None),
        ([LAPSED], "screening", TrainingGap(method=RAPID, valid_until=LAST_DAY)),
        ([LAPSED], "measure", TrainingGap(method=RAPID, valid_until=LAST_DAY)),
        ([LATER, LAPSED], "screening", TrainingGap(method=RAPID, valid_until=date(2027, 10, 15))),
        ([], "screening", TrainingGap(method=RAPID)),
        ([], "confirmatory", TrainingGap(method=RAPID)),
        ([], "measure", None),
        ([OTHER], "screening", TrainingGap(method=RAPID)),
        ([OTHER], "measure", None),
    ],
)
def test_a_test_by_someone_untrained_says_so(
    trainings: list[Training], kind: str, gap: TrainingGap | None
) -> None:
    """NOW is the day after LAST_DAY."""
    assert training_gaps(trainings, [measured(kind=kind)], NOW) == ((gap,) if gap else ())


def test_a_method_is_named_once_however_many_metrics_it_gives() -> None:
    gaps = training_gaps([], [measured(kind="measure"), measured(), measured(SCALES)], NOW)
    assert [gap.method for gap in gaps] == [RAPID, SCALES]


def test_the_day_of_a_test_is_a_day_in_china() -> None:
    """16:00 UTC is midnight there."""
    last_minute = datetime(2026, 10, 14, 15, 59, tzinfo=UTC)
    assert training_gaps([LAPSED], [measured()], last_minute) == ()
    assert training_gaps([LAPSED], [measured()], last_minute + timedelta(minutes=1))


METHODS = st.sampled_from([RAPID, SCALES, "GB 23200.121"])
DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1))
TRAININGS = st.lists(
    st.builds(lambda method, a, b: training(method, min(a, b), max(a, b)), METHODS, DAYS, DAYS),
    max_size=6,
)
MEASURED = st.lists(
    st.builds(measured, METHODS, st.sampled_from(["screening", "confirmatory", "measure"])),
    min_size=1,
    max_size=6,
)
TIMES = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(CHINA))


@given(TRAININGS, MEASURED, TIMES)
def test_a_gap_is_a_method_that_was_used_and_not_covered(
    trainings: list[Training], measurements: list[Measurement], at: datetime
) -> None:
    gaps = {gap.method: gap for gap in training_gaps(trainings, measurements, at)}
    assert set(gaps) <= {measurement.method for measurement in measurements}
    for measurement in measurements:
        own = [training for training in trainings if training.method == measurement.method]
        if any(training.covers(at.date()) for training in own):
            assert measurement.method not in gaps
        elif own:
            assert gaps[measurement.method].valid_until == max(
                training.valid_until for training in own
            )
        elif measurement.kind != "measure":
            assert gaps[measurement.method].valid_until is None


@given(TRAININGS, MEASURED, TIMES, METHODS)
def test_one_more_valid_training_only_ever_closes_its_own_gap(
    trainings: list[Training], measurements: list[Measurement], at: datetime, method: str
) -> None:
    before = training_gaps(trainings, measurements, at)
    valid = training(method, at.date(), at.date())
    after = training_gaps([*trainings, valid], measurements, at)
    assert after == tuple(gap for gap in before if gap.method != method)


@given(TRAININGS, MEASURED, TIMES)
def test_the_order_of_trainings_does_not_matter(
    trainings: list[Training], measurements: list[Measurement], at: datetime
) -> None:
    assert training_gaps(trainings, measurements, at) == training_gaps(
        trainings[::-1], measurements, at
    )


# --- what the county looks at --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "off"),
    [(None, False), (0, False), (599, False), (-599, False), (600, True), (-600, True)],
)
def test_a_clock_is_off_from_ten_minutes_on(gap: int | None, off: bool) -> None:
    assert clock_is_off(gap) == off
    assert inspection(clock_gap_seconds=gap).is_flagged == off


def test_a_test_with_a_training_gap_is_looked_at() -> None:
    assert inspection(training_gaps=(TrainingGap(method=RAPID),)).is_flagged


@pytest.mark.parametrize(
    ("fields", "flagged"),
    [
        ({"clock_moved_seconds": 0}, True),
        ({"clock_moved_seconds": -32400}, True),
        ({"before_harvest": True}, True),
        ({"device_at": NOW + timedelta(seconds=599)}, False),
        ({"device_at": NOW + timedelta(seconds=600)}, True),
        ({"device_at": NOW - timedelta(days=3)}, False),
    ],
)
def test_a_time_that_cannot_be_right_is_looked_at(fields: dict[str, Any], flagged: bool) -> None:
    """What was recorded days before it was sent is the rule in the field, not the exception."""
    assert inspection(**fields).is_flagged == flagged


def test_a_record_from_before_there_were_phones_is_still_read() -> None:
    new = {"device_at", "clock_gap_seconds", "training_gaps", "photos_waiting"}
    new |= {"clock_moved_seconds", "before_harvest", "inspector_name"}
    old = Inspection.model_validate_json(inspection().model_dump_json(exclude=new))
    assert (old.device_at, old.training_gaps, old.is_flagged) == (None, (), False)


@pytest.mark.parametrize(
    ("unit", "refused"),
    [
        *(
            (unit, True)
            for unit in ("mg/kg", "ug/kg", "μg/L", "g", "kg", "mL", "CFU/g", "ppm", "克")
        ),
        *((unit, False) for unit in ("%", "%VOL", "°C", "℃", "pH", "lg CFU/g", "°Bx", None)),
    ],
)
def test_there_is_never_less_than_nothing_of_an_amount(unit: str | None, refused: bool) -> None:
    """An inhibition rate or a temperature may come out below 0."""
    plan = InspectionPlan(metrics=[metric(unit=unit)])
    if not refused:
        assert judge(plan, [NewMeasurement(metric="rate", value=Decimal("-0.5"))], DAY)
        return
    assert judge(plan, [NewMeasurement(metric="rate", value=Decimal(0))], DAY)
    with pytest.raises(Invalid) as wrong:
        judge(plan, [NewMeasurement(metric="rate", value=Decimal("-0.5"))], DAY)
    assert wrong.value.errors[0][:2] == ("measurements.0.value", "不能小于 0")


def test_a_photo_is_named_once() -> None:
    body = {"stage": "harvest", "tested_at": NOW, "measurements": given_(rate=1)}
    with pytest.raises(ValidationError, match="同一张照片"):
        NewInspection.model_validate(body | {"photos": [identity()] * 2})
