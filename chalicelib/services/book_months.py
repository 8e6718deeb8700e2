"""A month of the books: its days side by side, and its close by the county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.domain import book_months as rules
from chalicelib.domain.access import Call
from chalicelib.domain.book_months import BookMonth, MonthDay, Reopening
from chalicelib.domain.day_books import DayBook, ShopSums
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.journal import Change
from chalicelib.domain.lifecycle import check_move
from chalicelib.domain.merchants import read_provider
from chalicelib.repositories import books
from chalicelib.repositories.books import Account
from chalicelib.repositories.journal import latest
from chalicelib.repositories.reading import at_once
from chalicelib.repositories.tables import BookMonthItem
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps.book_accounts import accounts_of, seen_by

MOST_TOLD = 8
"""Days that a refusal names."""


@dataclass(frozen=True)
class MonthView:
    """days: those that are over, and those beside them that have a bill. totals: by shop."""

    month: BookMonth
    days: tuple[MonthDay, ...]
    totals: tuple[ShopSums, ...]
    history: Sequence[Change] = ()

    @property
    def undone(self) -> list[date]:
        return [day.day for day in self.days if not day.is_done]


def view(call: Call, provider: str, month: str) -> MonthView:
    """As the actor may see it. Raises Invalid, "no_merchant"."""
    name, text = read_provider(provider), rules.read_month(month)
    accounts = accounts_of(call.actor, name)
    item = books.month_item(name, text)
    days = _days(call, accounts, text)
    return MonthView(
        item.doc if item else BookMonth(provider=name, month=text),
        days,
        rules.summed(book for day in days for book in day.books),
        latest(item) if item else (),
    )


def is_closed(provider: str, day: date) -> bool:
    return books.month_of(provider, rules.month_of(day)).state == "closed"


def _days(call: Call, accounts: Sequence[Account], month: str) -> tuple[MonthDay, ...]:
    kept = at_once(lambda a: books.books_of(a.provider, a.mchid, month), accounts)
    by_day: dict[date, list[DayBook]] = {}
    for some in kept:
        for book in some:
            by_day.setdefault(book.day, []).append(seen_by(call.actor, book))
    past = set(rules.past_days(month, call.now))
    days = []
    for day in rules.days_of(month):
        there = by_day.get(day, [])
        have = {book.mchid for book in there}
        missing = [a for a in accounts if a.may_have(day) and a.mchid not in have]
        if there or (day in past and missing):
            days.append(MonthDay(day, tuple(there), len(missing) if day in past else 0))
    return tuple(days)


@retrying
def close(call: Call, provider: str, month: str) -> BookMonth:
    """Nothing of it changes any more. Raises Invalid, "no_merchant", "month_not_over",
    "month_not_done" with the days, "not_found" of one with no day, "not_allowed_now"."""
    name, text = read_provider(provider), rules.read_month(month)
    rules.refuse_before_end(text, call.now)
    accounts = accounts_of(call.actor, name)
    item = books.month_item(name, text)
    if item is None:
        raise not_found("month")
    check_move("book_month", item.doc.state, "closed")
    days = _days(call, accounts, text)
    undone = [day.day for day in days if not day.is_done]
    if undone:
        shown_days = "、".join(f"{day:%m-%d}" for day in undone[:MOST_TOLD])
        more = "…" if len(undone) > MOST_TOLD else ""
        raise Refusal("month_not_done", month=text, days=len(undone), numbers=shown_days + more)
    totals = rules.summed(book for day in days for book in day.books)
    after = item.doc.closed(totals, call.actor.id, call.now)
    unwritten = BookMonthItem.writes == int(item.writes)
    UnitOfWork(call).replace(item, BookMonthItem.of(after), only_if=unwritten).commit()
    return after


@retrying
def reopen(call: Call, provider: str, month: str, body: Reopening) -> BookMonth:
    """Its days can be fetched again. Raises Invalid, "not_found", "not_allowed_now"."""
    name, text = read_provider(provider), rules.read_month(month)
    item = books.month_item(name, text)
    if item is None:
        raise not_found("month")
    check_move("book_month", item.doc.state, "open")
    after = item.doc.reopened()
    UnitOfWork(call).replace(item, BookMonthItem.of(after), body.why).commit()
    return after
