"""Products, the inspection plan each is judged by, and its after-sales rule."""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .errors import Invalid, Refusal
from .fields import Body, Id, Instant, Line, Measure, Model, Name

Unit = Literal["g", "piece"]
Operator = Literal["lt", "le", "gt", "ge", "absent"]
Kind = Literal["screening", "confirmatory", "measure"]
AMOUNT_UNIT = r"^([nuµμmk]?[gl]|[nuµμm]?mol|cfu|mpn|pp[mb]|[微毫千]?[克升]|个)(?![a-z])"
"""Of an amount or a concentration, of which there is never less than nothing; whatever the case of
its letters. A rate in % or a temperature may come out below 0. The page for the field reads it too.
"""


class Metric(Body):
    """One thing an inspection measures, and what it is judged by.

    A value passes when `value operator limit` holds; `absent` passes only when nothing is
    detected; without an operator the value is recorded and not judged.
    """

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: Name
    unit: Annotated[str, Field(max_length=20)] | None = None
    operator: Operator | None = None
    limit: Measure | None = None
    method: Line
    source: Line
    kind: Kind
    required: bool

    @model_validator(mode="after")
    def _limit_fits_operator(self) -> Self:
        if self.operator in {"lt", "le", "gt", "ge"} and self.limit is None:
            raise ValueError(
                f"{self.operator} 要有 limit", f"operator {self.operator} needs a limit"
            )
        if self.operator in {None, "absent"} and self.limit is not None:
            raise ValueError(
                "limit 要配 lt、le、gt、ge 之一", "a limit needs one of lt, le, gt, ge"
            )
        return self

    @property
    def is_amount(self) -> bool:
        return re.search(AMOUNT_UNIT, self.unit or "", re.IGNORECASE) is not None

    def verdict(self, value: Decimal | None) -> Literal["pass", "fail"] | None:
        """Judge a value; None stands for "below detection". No operator: no verdict."""
        if self.operator is None:
            return None
        if self.operator == "absent":
            passed = value is None or value == 0
        elif value is None:  # too little to measure: below any upper limit, above no lower one
            passed = self.operator in {"lt", "le"}
        else:
            limit = self.limit if self.limit is not None else Decimal(0)
            passed = {
                "lt": value < limit,
                "le": value <= limit,
                "gt": value > limit,
                "ge": value >= limit,
            }[self.operator]
        return "pass" if passed else "fail"


class InspectionPlan(Body):
    """What an inspection of the product must measure.

    At most 12 metrics, so that an inspection still fits into the batch's passport.
    """

    sample_size: Line | None = None
    """In words of the standard, e.g. "6-12 个且不少于 3 kg" (NY/T 789)."""
    metrics: Annotated[list[Metric], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [metric.key for metric in self.metrics]
        if len(set(keys)) != len(keys):
            raise ValueError("两项检测的 key 相同", "two metrics have the same key")
        return self


class AfterSales(Body):
    """What a buyer is told before ordering; frozen into the order when it is placed."""

    evidence_hours: Annotated[int, Field(ge=1, le=720)]
    """How long after delivery a photo counts as evidence; in the trade 24 to 48."""
    reply_hours: Annotated[int, Field(ge=1, le=720)]
    """By when a complaint is answered; in the trade 48."""


def _gtin_is_right(digits: str) -> bool:
    """GS1 General Specifications 7.9: weights 3 and 1 from the right."""
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits[-2::-1])
    )
    return (weighted + int(digits[-1])) % 10 == 0


class NewProduct(Body):
    name: Name
    name_en: Name | None = None
    unit: Unit
    grade: Name | None = None
    gtin: Annotated[str, Field(pattern=r"^([0-9]{8}|[0-9]{12,14})$")] | None = None
    shelf_life_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    inspection_plan: InspectionPlan
    after_sales: AfterSales
    village_id: Id | None = None
    """Whose product it becomes. Of a cadre by default the first of their villages, of the county
    its own. Once it is made this never changes."""

    @model_validator(mode="after")
    def _gtin_check_digit(self) -> Self:
        if self.gtin is not None and not _gtin_is_right(self.gtin):
            raise ValueError("GTIN 的校验位不对", "the GTIN's check digit is wrong")
        return self


CHANGING = tuple(name for name in NewProduct.model_fields if name != "village_id")
"""What a product's owner may change of it."""


class Product(Model):
    """`plan_version` counts the changed plans, `rule_version` the changed after-sales rules.

    village_id: whose cadres made it and may change it; null: the county's, for all to use.
    """

    id: str
    name: str
    name_en: str | None = None
    unit: Unit
    grade: str | None = None
    gtin: str | None = None
    shelf_life_days: int | None = None
    inspection_plan: InspectionPlan
    plan_version: int
    after_sales: AfterSales
    rule_version: int
    village_id: str | None = None
    created_by: str
    created_at: Instant
    updated_at: Instant

    @property
    def state(self) -> str:
        """Its versions: what the journal tells of a product, as every limit hangs on it. Of what
        else it tells the shelf life, by which lots are past their day."""
        return f"plan {self.plan_version}, rule {self.rule_version}"

    def changed(self, body: NewProduct, now: Instant) -> "Product":
        """The product after `body`; a changed plan or rule is a new version of it.

        Raises "different_content" for another unit, as quantities already recorded are in it;
        Invalid for another village.
        """
        if body.unit != self.unit:
            raise Refusal("different_content", id=self.id)
        if body.village_id not in {None, self.village_id}:
            raise Invalid(
                (
                    "village_id",
                    "产品归哪个村不能改，请另建一个产品",
                    "a product keeps its village; make another product instead",
                )
            )
        fields = {name: getattr(body, name) for name in CHANGING}
        return self.model_copy(
            update=fields
            | {
                "plan_version": self.plan_version + (body.inspection_plan != self.inspection_plan),
                "rule_version": self.rule_version + (body.after_sales != self.after_sales),
                "updated_at": now,
            }
        )
