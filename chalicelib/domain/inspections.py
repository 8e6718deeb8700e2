"""Inspections: what was measured, and the verdict computed from it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .errors import Invalid
from .fields import Body, Id, Instant, Line, Measure, Model, Note, Quantity
from .products import InspectionPlan, Kind, Operator

Verdict = Literal["pass", "fail"]
Stage = Literal["harvest", "storage", "packing", "market"]


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


class Measurement(Model):
    """A value with all it was judged by, so that it can be read without the plan."""

    metric: str
    name: str
    value: Measure | None = None
    below_detection: bool = False
    unit: str | None = None
    operator: Operator | None = None
    limit: Measure | None = None
    method: str
    source: str
    kind: Kind
    verdict: Verdict | None = None


class Inspection(Model):
    """Never edited: a correction is another inspection that supersedes it.

    sampled_at, tested_at: by the device; recorded_at: by the server.
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
    recorded_at: Instant


def judge(plan: InspectionPlan, given: list[NewMeasurement]) -> tuple[Measurement, ...]:
    """Each measurement with its verdict, in the plan's order.

    Raises Invalid for a metric that the plan lacks, one given twice, a required one missing.
    """
    by_key = {metric.key: metric for metric in plan.metrics}
    errors: list[tuple[str, str, str]] = []
    values: dict[str, NewMeasurement] = {}
    for place, one in enumerate(given):
        if one.metric not in by_key:
            errors.append(
                (
                    f"measurements.{place}.metric",
                    f"检测方案没有“{one.metric}”这一项；可填：{'、'.join(by_key)}",
                    f"the plan has no metric “{one.metric}”; it has: {', '.join(by_key)}",
                )
            )
        elif one.metric in values:
            errors.append(
                (f"measurements.{place}.metric", "同一项填了两次", "this metric is given twice")
            )
        values[one.metric] = one
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
            kind=metric.kind,
            verdict=metric.verdict(values[metric.key].value),
        )
        for metric in plan.metrics
        if metric.key in values
    )


def overall(measurements: tuple[Measurement, ...]) -> Verdict:
    """One failed measurement fails the inspection."""
    return "fail" if any(one.verdict == "fail" for one in measurements) else "pass"
