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
MOST_OF_ONE_ADDRESS = 3
"""New devices from one network address in a month that tell something of the code: a family, or an
office. Whoever makes up more moves the count and not the level, which takes six addresses."""
DEVICE_WINDOW_HOURS = 24
"""One device counts once within this time."""


def level(count: int) -> Level:
    if count >= SUSPECT_FROM:
        return "suspect"
    return "notice" if count >= NOTICE_FROM else "normal"


class NewScan(Body):
    device: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[\w.:-]+$")] | None = None


class Scans(Model):
    """level: by the devices counted, less what came from one address beyond MOST_OF_ONE_ADDRESS."""

    count: int
    first_at: Instant | None
    level: Level
