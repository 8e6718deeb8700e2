"""A form as a page shows it: empty, or with what was typed and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.fields import CHINA

from .formats import number


@dataclass(frozen=True)
class Form:
    """key: minted for each form shown; sending the same form again does the same thing once.

    given: input -> what is in it. errors: input -> what to correct. sentences: what stands above
    it. question: what is asked before it is done; sure: what the answer that it is right comes back
    with. whose: stands for the account that it was shown to.
    """

    csrf: str
    key: str
    given: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    sentences: Sequence[str] = ()
    question: Sequence[str] = ()
    sure: str = ""
    whose: str = ""

    def value(self, name: str) -> str:
        return self.given.get(name, "")

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    def with_defaults(self, **values: str) -> "Form":
        """What was typed stays; what was not is filled in."""
        return replace(self, given={**values, **self.given})

    def with_errors(self, **errors: str) -> "Form":
        return replace(self, errors={**self.errors, **errors})


def editable(amount: int, unit: str) -> str:
    """What an input for a quantity holds: kilograms for grams, else pieces."""
    return number(Decimal(amount) / 1000) if unit == "g" else str(amount)


def local_time(at: datetime | None) -> str:
    """What a datetime-local input holds: China's time to the minute."""
    return f"{at.astimezone(CHINA):%Y-%m-%dT%H:%M}" if at else ""


def yuan(fen: int) -> str:
    """What an input for money holds: 1250 -> 12.50."""
    return f"{fen // 100}.{fen % 100:02d}"
