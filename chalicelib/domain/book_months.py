"""A month of the books: what a provider took in, gave back and kept, by shop, and its close."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from .day_books import DayBook, ShopSums, ends
from .errors import Invalid, Refusal
from .fields import Body, Instant, Message, Model, china_date


class BookMonth(Model):
    """month: as 2026-11. totals: by shop, as they were when it was closed."""

    provider: str
    month: str
    state: Literal["open", "closed"] = "open"
    totals: Annotated[tuple[ShopSums, ...], Field(exclude_if=lambda totals: not totals)] = ()
    closed_at: Instant | None = None
    closed_by: str | None = None

    def closed(self, totals: tuple[ShopSums, ...], by: str, now: datetime) -> "BookMonth":
        update = {"state": "closed", "totals": totals, "closed_at": now, "closed_by": by}
        return self.model_copy(update=update)

    def reopened(self) -> "BookMonth":
        gone = {"totals": (), "closed_at": None, "closed_by": None}
        return self.model_copy(update={"state": "open", **gone})


class Reopening(Body):
    """Why a month that was closed is opened again, for who reads the journal."""

    why: Message


def read_month(text: str) -> str:
    """Raises Invalid."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise Invalid(("month", "应为月份，如 2026-02", "must be a month, e.g. 2026-02"))
    return text


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def days_of(month: str) -> list[date]:
    year, number = int(month[:4]), int(month[5:])
    return [date(year, number, day) for day in range(1, calendar.monthrange(year, number)[1] + 1)]


def past_days(month: str, now: datetime) -> list[date]:
    """Those that are over."""
    today = china_date(now)
    return [day for day in days_of(month) if day < today]


def refuse_before_end(month: str, now: datetime) -> None:
    """Raise "month_not_over"."""
    if now < ends(days_of(month)[-1]):
        raise Refusal("month_not_over", month=month)


def summed(books: Iterable[DayBook]) -> tuple[ShopSums, ...]:
    """By shop, over days and merchants."""
    totals: dict[str | None, ShopSums] = {}
    for book in books:
        for sums in book.sums:
            before = totals.get(sums.shop_id)
            totals[sums.shop_id] = before + sums if before else sums
    return tuple(totals[shop_id] for shop_id in sorted(totals, key=lambda shop: shop or ""))


@dataclass(frozen=True)
class MonthDay:
    """A day over the merchants that concern who asks. missing: of how many it has no bill."""

    day: date
    books: tuple[DayBook, ...]
    missing: int

    @property
    def is_done(self) -> bool:
        return not self.missing and all(book.is_done for book in self.books)

    @property
    def sums(self) -> tuple[ShopSums, ...]:
        return summed(self.books)
