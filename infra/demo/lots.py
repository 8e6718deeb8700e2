"""Batches as the demo plans them: what was picked, what was measured, what was decided."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib.domain.certificates import Basis
from chalicelib.domain.inspections import Stage

from .clock import TenDays

JIN = 500
"""Grams in a 斤."""
SEED = 20200224
LAB = "县级农产品检测中心（演示）"

Values = Mapping[str, str | None]
"""metric -> value; None: below detection."""


@dataclass(frozen=True)
class Finding:
    """One inspection, recorded when it was tested. corrects: the name of a wrong one."""

    name: str
    at: datetime
    values: Values
    stage: Stage = "harvest"
    lab: str | None = None
    note: str | None = None
    corrects: str | None = None


@dataclass(frozen=True)
class Decision:
    """A batch released or recalled by a person. A failed test holds it without anyone."""

    at: datetime
    move: Literal["release", "recall"]
    by: Literal["cadre", "county"]
    reason: str


@dataclass(frozen=True)
class Lot:
    """offer: under which offer it is sold. at: when the cadre registered it."""

    name: str
    offer: str
    code: str
    product: str
    producer: str
    quantity: int
    harvested_on: date
    at: datetime
    findings: tuple[Finding, ...] = ()
    decisions: tuple[Decision, ...] = ()
    certified: tuple[datetime, Basis] | None = None
    plot: str | None = None


SWEET = {"pear": 12.0, "apple": 14.1, "mandarin": 13.2, "orah": 13.8, "mango": 15.6}


def ordinary(product: str, name: str) -> Values:
    """What a good batch of the product measures: the same for the same name on every run."""
    rng = random.Random(f"{SEED}/{name}")  # noqa: S311 - a story, not a secret
    inhibition = f"{rng.uniform(4, 27):.1f}"
    if product in {"egg", "village-egg"}:
        weight = 58 if product == "egg" else 46
        return {
            "florfenicol": None,
            "haugh": str(rng.randint(66, 79)),
            "weight": f"{weight + rng.uniform(-2, 2):.1f}",
        }
    if product == "pickle":
        return {"nitrite": "4.6", "lead": "0.04", "sulfur_dioxide": "0.02"}
    if product == "mushroom":
        return {"inhibition": inhibition, "cadmium": "0.11"}
    if product == "greens":
        return {"inhibition": inhibition}
    sweet = SWEET.get(product, 14.2) + rng.uniform(-0.4, 0.8)
    return {"inhibition": inhibition, "brix": f"{sweet:.1f}"}


def good(
    days: TenDays,
    back: int,
    name: str,
    code: str,
    product: str,
    producer: str,
    quantity: int,
    *,
    offer: str | None = None,
    stored: int = 0,
    stage: Stage = "harvest",
    lab: str | None = None,
    plot: str | None = None,
    later: tuple[Finding, ...] = (),
    decisions: tuple[Decision, ...] = (),
) -> Lot:
    """A batch that passes an hour after it was registered in the morning, and is certified then.

    back: days before the last one. stored: days between the harvest and that morning.
    """
    at = days.day(back, "06:30")
    tested = at + timedelta(hours=1)
    first = Finding(f"{name}/1", tested, ordinary(product, name), stage, lab)
    return Lot(
        name=name,
        offer=offer or name,
        code=days.lot(code, back),
        product=product,
        producer=producer,
        quantity=quantity,
        harvested_on=days.date(back + stored),
        at=at,
        findings=(first, *later),
        decisions=decisions,
        certified=(
            tested + timedelta(minutes=20),
            "commissioned_test" if lab else "self_tested",
        ),
        plot=plot,
    )
