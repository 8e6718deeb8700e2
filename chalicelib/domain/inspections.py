"""Inspections: what was measured, and the verdict computed from it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from .accounts import Training
from .errors import Invalid
from .fields import (
    Body,
    ClockMoved,
    DeviceTime,
    Id,
    Instant,
    Line,
    Measure,
    Model,
    Note,
    Quantity,
    china_date,
)
from .products import InspectionPlan, Kind, Operator
from .standards import edition_of

Verdict = Literal["pass", "fail"]
Stage = Literal["harvest", "storage", "packing", "market"]

COURSE_NEEDED: frozenset[Kind] = frozenset({"screening", "confirmatory"})
"""Whoever weighs fruit or reads its sweetness needs no course."""
LARGEST_CLOCK_GAP = 600
"""Seconds between the phone's clock and ours from which a time that it gave is looked at. So far
ahead of ours a test cannot have been made: a phone puts the time it gives right before it sends."""
TESTED_BEFORE_HARVEST = timedelta(days=7)
"""Growers test a field some days before they pick; what is older belongs to another lot."""


class NewMeasurement(Body):
    metric: Annotated[str, Field(max_length=40)]
    value: Measure | None = None
    below_detection: bool = False

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.value is None) != self.below_detection:
            raise ValueError(
                "请填 value，或填 below_detection: true",
                "give either a value or below_detection: true",
            )
        return self


class NewInspection(Body):
    stage: Stage
    tested_at: Instant
    sampled_at: Instant | None = None
    sample_size: Line | None = None
    quantity_covered: Quantity | None = None
    measurements: Annotated[list[NewMeasurement], Field(min_length=1, max_length=12)]
    lab: Line | None = None
    note: Note | None = None
    photos: Annotated[list[Id], Field(max_length=9)] = []
    supersedes: Id | None = None
    device_at: DeviceTime | None = None
    """When the phone says that it was recorded."""
    clock_moved_seconds: ClockMoved | None = None

    @field_validator("photos")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError("同一张照片填了两次", "a photo is named twice")
        return value


class Measurement(Model):
    """A value with all it was judged by, so that it can be read without the plan.

    edition: which one an undated source meant on the day of the test.
    """

    metric: str
    name: str
    value: Measure | None = None
    below_detection: bool = False
    unit: str | None = None
    operator: Operator | None = None
    limit: Measure | None = None
    method: str
    source: str
    edition: str | None = None
    kind: Kind
    verdict: Verdict | None = None


class TrainingGap(Model):
    """A method that the inspector was not trained in on the day of the test.

    valid_until: of the training that has lapsed; null when there was none of this method.
    """

    method: str
    valid_until: date | None = None


class Inspection(Model):
    """Never edited: a correction is another inspection that supersedes it.

    sampled_at, tested_at: by the device; recorded_at: by the server. device_at: when the phone says
    it was written down; clock_gap_seconds: the server's time minus the phone's when it first came;
    clock_moved_seconds: see fields.py. before_harvest: tested too long before the batch was picked.
    inspector: the account's username. photos_waiting: those still on the phone; found out when
    read, never stored.
    """

    id: str
    batch_id: str
    stage: Stage
    tested_at: Instant
    sampled_at: Instant | None = None
    sample_size: str | None = None
    quantity_covered: int | None = None
    measurements: tuple[Measurement, ...]
    verdict: Verdict
    plan_version: int
    lab: str | None = None
    note: str | None = None
    photos: tuple[str, ...] = ()
    supersedes: str | None = None
    superseded_by: str | None = None
    inspector: str
    inspector_name: str | None = None
    recorded_at: Instant
    device_at: DeviceTime | None = None
    clock_gap_seconds: int | None = None
    clock_moved_seconds: int | None = None
    before_harvest: bool = False
    training_gaps: tuple[TrainingGap, ...] = ()
    photos_waiting: tuple[str, ...] = Field(default=(), exclude=True)

    @property
    def is_flagged(self) -> bool:
        """Whether the county should look at it: who tested it, or when, or by which clock."""
        return (
            bool(self.training_gaps)
            or self.before_harvest
            or clock_is_off(self.clock_gap_seconds)
            or self.clock_moved_seconds is not None
            or is_ahead(self.device_at, self.recorded_at)
        )


def clock_is_off(gap_seconds: int | None) -> bool:
    return gap_seconds is not None and abs(gap_seconds) >= LARGEST_CLOCK_GAP


def is_ahead(moment: datetime | None, now: datetime) -> bool:
    """Whether a time lies in the future by more than clocks differ."""
    return moment is not None and moment - now >= timedelta(seconds=LARGEST_CLOCK_GAP)


def check_past(now: datetime, **times: datetime | None) -> None:
    """Raise Invalid for those of the times, by field, that lie in the future."""
    wrong = [field for field, time in times.items() if is_ahead(time, now)]
    if wrong:
        zh, en = "时间在将来，请检查手机时钟", "the time lies in the future; check the clock"
        raise Invalid(*((field, zh, en) for field in wrong))


def training_gaps(
    trainings: Sequence[Training], measurements: Sequence[Measurement], tested_at: Instant
) -> tuple[TrainingGap, ...]:
    """The methods among the measurements that no training covers on the day of the test in China.

    A method of which the inspector has trainings, none of them valid that day, has lapsed. Without
    any, only a screening or confirmatory test needs one. The test itself counts all the same.
    """
    day = china_date(tested_at)
    needed: dict[str, bool] = {}
    for measurement in measurements:
        needed[measurement.method] = (
            needed.get(measurement.method, False) or measurement.kind in COURSE_NEEDED
        )
    gaps = []
    for method, needs_course in needed.items():
        own = [training for training in trainings if training.method == method]
        if any(training.covers(day) for training in own):
            continue
        if own:
            gaps.append(TrainingGap(method=method, valid_until=max(o.valid_until for o in own)))
        elif needs_course:
            gaps.append(TrainingGap(method=method))
    return tuple(gaps)


def judge(plan: InspectionPlan, given: list[NewMeasurement], on: date) -> tuple[Measurement, ...]:
    """Each measurement with its verdict, in the plan's order; `on` is the day of the test in China.

    Raises Invalid for a metric that the plan lacks, one given twice, a required one missing, and
    for less than nothing of an amount.
    """
    by_key = {metric.key: metric for metric in plan.metrics}
    errors: list[tuple[str, str, str]] = []
    values: dict[str, NewMeasurement] = {}
    for place, measurement in enumerate(given):
        if measurement.metric not in by_key:
            errors.append(
                (
                    f"measurements.{place}.metric",
                    f"检测方案没有“{measurement.metric}”这一项；可填：{'、'.join(by_key)}",
                    f"the plan has no metric “{measurement.metric}”; it has: {', '.join(by_key)}",
                )
            )
        elif measurement.metric in values:
            errors.append(
                (f"measurements.{place}.metric", "同一项填了两次", "this metric is given twice")
            )
        elif (
            measurement.value is not None
            and measurement.value < 0
            and by_key[measurement.metric].is_amount
        ):
            errors.append((f"measurements.{place}.value", "不能小于 0", "must not be less than 0"))
        values[measurement.metric] = measurement
    errors.extend(
        (
            "measurements",
            f"缺少必检项“{metric.name}”（{metric.key}）",
            f"the required metric “{metric.key}” is missing",
        )
        for metric in plan.metrics
        if metric.required and metric.key not in values
    )
    if errors:
        raise Invalid(*errors)
    return tuple(
        Measurement(
            metric=metric.key,
            name=metric.name,
            value=values[metric.key].value,
            below_detection=values[metric.key].below_detection,
            unit=metric.unit,
            operator=metric.operator,
            limit=metric.limit,
            method=metric.method,
            source=metric.source,
            edition=edition_of(metric.source, on),
            kind=metric.kind,
            verdict=metric.verdict(values[metric.key].value),
        )
        for metric in plan.metrics
        if metric.key in values
    )


def overall(measurements: tuple[Measurement, ...]) -> Verdict:
    """One failed measurement fails the inspection."""
    return "fail" if any(measurement.verdict == "fail" for measurement in measurements) else "pass"
