"""Exports of customers: for what, how many, by whom. The people themselves are never kept here."""

from typing import Literal

from .fields import Body, Instant, Model
from .segments import Segment

Purpose = Literal["message", "count"]
FIELDS: dict[str, tuple[str, ...]] = {"message": ("name", "phone"), "count": ()}
"""What each purpose needs of a person, and so all that it gets."""
MOST_A_DAY = 10
"""Of one shop: enough for every group once, too few to drain the list unseen."""


class NewExport(Body):
    """segment: one group; null: all who consented."""

    purpose: Purpose
    segment: Segment | None = None


class Export(Model):
    """The journal's entry. people: how many were in it."""

    id: str
    shop_id: str
    purpose: Purpose
    segment: Segment | None = None
    people: int
    complete: bool
    by: str
    at: Instant
