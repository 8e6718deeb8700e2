"""Villages, producers and shops: who grows and who sells."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from .fields import Body, Id, Instant, Line, Model, Name


def _division_code(value: str) -> str:
    if not re.fullmatch(r"[0-9]{12}|[0-9]{9}|[0-9]{6}", value):
        raise ValueError("应为 6、9 或 12 位数字", "6, 9 or 12 digits")
    return value


class NewVillage(Body):
    name: Name
    county: Name
    province: Name
    division_code: Annotated[str, Field(max_length=12), AfterValidator(_division_code)] | None = (
        None
    )
    """Administrative division code (GB/T 2260, GB/T 10114): 6, 9 or 12 digits."""


class Village(Model):
    id: str
    name: str
    county: str
    province: str
    division_code: str | None = None
    created_at: Instant


class NewProducer(Body):
    village_id: Id
    kind: Literal["cooperative", "household", "farm"]
    display_name: Name
    """What buyers see: a cooperative's name or "农户 12", never a private person's name."""
    credit_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$")] | None = None
    """Unified social credit code (GB 32100): 18 characters."""
    household_code: Line | None = None


class Producer(Model):
    """household_code is private: for county and cadres only, never on a trace page. It is stored as
    `sealed_household`; in plain only by releases before 0.2."""

    id: str
    village_id: str
    kind: Literal["cooperative", "household", "farm"]
    display_name: str
    credit_code: str | None = None
    household_code: str | None = Field(default=None, repr=False)
    sealed_household: str | None = Field(default=None, repr=False)
    created_at: Instant


class NewShop(Body):
    name: Name
    village_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]


class Shop(Model):
    """A seller's desk. It may offer the batches of its villages."""

    id: str
    name: str
    village_ids: tuple[str, ...]
    created_at: Instant
