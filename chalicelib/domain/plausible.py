"""Numbers far from what was usual: a person is asked once whether they are meant, never refused.

A decimal point that slipped makes ten times of a number, kilograms typed as grams a thousand. What
was usual are the last values of the same kind; how far is far says the factor of each kind.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import islice
from statistics import median_low
from typing import Annotated, Literal

from pydantic import Field

What = Literal["quantity", "harvested_on", "price"]
Confirmed = Annotated[tuple[What, ...], Field(max_length=3)]
"""What somebody was asked about and confirmed."""

FEWEST = 3
"""Earlier values below which nothing is usual yet."""
MOST = 20
"""The last so many count: what was usual years ago is not."""
QUANTITY_FACTOR = 10
"""Beyond the largest or below the smallest. One picking of a grower is easily three times another,
and a slipped decimal point is ten."""
PRICE_FACTOR = 5
"""Prices of one product in one shop seldom double; five also finds the slip of the smallest when
others were twice as dear."""
LONGEST_KEPT_DAYS = 180
"""Nobody records a harvest half a year later, and a mistyped year is 365 days."""


@dataclass(frozen=True)
class Doubt:
    """A value that is far from what was usual.

    given: as it was typed. value: of a quantity or a price for one unit, or how many days ago it
    was. usual: the one in the middle of the earlier ones; of a day, how many days it keeps.
    """

    what: What
    given: object
    value: Fraction
    usual: Fraction

    @property
    def times(self) -> Fraction:
        """How many times as much as usual; below 1, how small a part."""
        return self.value / self.usual

    @property
    def mark(self) -> str:
        return mark_of(self.what, self.given)


def mark_of(what: What, given: object) -> str:
    """By which a confirmation is known to be of this very value."""
    return f"{what}={given}"


def unsettled(doubts: Iterable[Doubt], marks: Collection[str]) -> list[Doubt]:
    """Those to ask about. marks: of the values that were confirmed."""
    return [doubt for doubt in doubts if doubt.mark not in marks]


def confirmed_of(given: Mapping[What, object], marks: Collection[str]) -> Confirmed | None:
    """Which of the values were confirmed: one that was changed since was not."""
    return tuple(what for what, value in given.items() if mark_of(what, value) in marks) or None


def far(
    what: What, given: object, value: Fraction, earlier: Iterable[Fraction], factor: int
) -> Doubt | None:
    """At a factor beyond the largest, or below the smallest, of the last. earlier: newest first."""
    known = list(islice(earlier, MOST))
    if len(known) < FEWEST or min(known) <= 0:
        return None
    if min(known) < value * factor and value < max(known) * factor:
        return None
    return Doubt(what, given, value, median_low(known))


def far_harvest(harvested_on: date, today: date, shelf_life_days: int | None) -> Doubt | None:
    """Longer ago than it keeps, or than anybody waits to record it."""
    ago = (today - harvested_on).days
    keeps = min(shelf_life_days or LONGEST_KEPT_DAYS, LONGEST_KEPT_DAYS)
    if ago <= keeps:
        return None
    return Doubt("harvested_on", harvested_on, Fraction(ago), Fraction(keeps))
