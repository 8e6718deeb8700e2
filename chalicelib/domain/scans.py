"""How often a code was scanned, in grades: re-scans have innocent causes."""

from typing import Annotated, Literal

from pydantic import Field

from .fields import Body, Instant, Model

Level = Literal["normal", "notice", "suspect"]

NOTICE_FROM = 6
"""A household, the courier and the person at the door stay below this."""
SUSPECT_FROM = 16
"""More devices than one parcel plausibly meets; a copied label spreads like this."""
MOST_COUNTED = 100
"""Nothing is counted past it: all of a live stream that scans the one code on the screen would
queue for its one counter, to learn what 16 say as well."""
DEVICE_WINDOW_HOURS = 24
"""One device counts once within this time."""


def level(count: int) -> Level:
    if count >= SUSPECT_FROM:
        return "suspect"
    return "notice" if count >= NOTICE_FROM else "normal"


class NewScan(Body):
    device: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[\w.:-]+$")] | None = None


class Scans(Model):
    count: int
    first_at: Instant | None
    level: Level
