"""The books, day by day: the provider's bill against what came in and went back."""

import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from chalicelib.domain import day_books as rules
from chalicelib.domain.access import CLOCK, Call
from chalicelib.domain.book_months import BookMonth, month_of, past_days, read_month, summed
from chalicelib.domain.day_books import (
    WHOLE_BILL,
    DayBook,
    Difference,
    Failure,
    NewOutside,
    SettledOutside,
    ShopSums,
)
from chalicelib.domain.errors import Outside, Refusal, not_found
from chalicelib.domain.fields import china_date
from chalicelib.domain.journal import edit
from chalicelib.domain.merchants import ProviderName, read_provider
from chalicelib.providers import Away, NotYet, Refused
from chalicelib.repositories import books, limits
from chalicelib.repositories.books import Account
from chalicelib.repositories.tables import BookMonthItem, DayBookItem
from chalicelib.repositories.transaction import Adjust, UnitOfWork, retrying
from chalicelib.steps import reconciling
from chalicelib.steps.book_accounts import accounts_of, seen_by

MOST_FETCHED, WINDOW = 90, 600
"""Days in ten minutes that one account may have fetched: a month's, and some again."""
AGAIN_SECONDS = 60
LONGEST_RUN, LONGEST_PAGE = 40, 8
"""Seconds, of the minute that a chore has, and of those that a person waits for a page."""


@dataclass(frozen=True)
class Reconciled:
    """A day as an actor may see it, over the merchants that concern them."""

    provider: str
    day: date
    books: tuple[DayBook, ...]

    @property
    def sums(self) -> tuple[ShopSums, ...]:
        return summed(self.books)

    @property
    def differences(self) -> list[tuple[Difference, SettledOutside | None]]:
        """Each with what was noted of it."""
        return [
            (difference, book.note_of(difference))
            for book in self.books
            for difference in book.differences
        ]


def reconcile(call: Call, provider: str, day_text: str) -> tuple[Reconciled, bool]:
    """Fetch a day's bills and compare them, and whether that is done for the first time. A repeat
    takes its place; what one merchant's provider does not answer stops no other's.

    Raises Invalid, "no_merchant", "month_closed", "too_many", "bill_not_yet", "bill_refused",
    "provider_away".
    """
    name, day = read_provider(provider), rules.read_day(day_text, call.now)
    accounts = [a for a in accounts_of(call.actor, name) if a.may_have(day)]
    _refuse_closed(books.month_of(name, month_of(day)))
    limits.hit(call, "bill", call.actor.id, most=MOST_FETCHED, window=WINDOW)
    kept: list[DayBook] = []
    refusals: list[Refusal] = []
    is_new = True
    for account in accounts:
        outcome = _compared(call, account, day)
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
        else:
            book, is_first = _keep(call, outcome)
            kept.append(seen_by(call.actor, book))
            is_new = is_new and is_first
    if refusals:
        raise refusals[0]
    return Reconciled(name, day, tuple(kept)), is_new


def day(call: Call, provider: str, day_text: str) -> Reconciled:
    """As it was compared last. Raises Invalid, "no_merchant"."""
    name, read = read_provider(provider), rules.read_any_day(day_text)
    items = [books.day_item(name, account.mchid, read) for account in accounts_of(call.actor, name)]
    return Reconciled(name, read, tuple(seen_by(call.actor, item.doc) for item in items if item))


def fetch_undone(call: Call, provider: str, month_text: str) -> tuple[int, Refusal | None]:
    """Fetch what of a month is not done and can be there, for so long; how many bills came, and why
    one did not. Raises Invalid, "no_merchant", "month_closed", "too_many"."""
    name, month = read_provider(provider), read_month(month_text)
    accounts = accounts_of(call.actor, name)
    _refuse_closed(books.month_of(name, month))
    limits.hit(call, "bill", call.actor.id, most=MOST_FETCHED, window=WINDOW)
    over = time.monotonic() + LONGEST_PAGE
    came, refusal = 0, None
    first = china_date(call.now) - rules.LONGEST_BACK
    for account in accounts:
        known = {book.day: book for book in books.books_of(name, account.mchid, month)}
        for past in past_days(month, call.now):
            book = known.get(past)
            if past < first or not account.may_have(past) or (book and book.is_done):
                continue
            if time.monotonic() > over:
                return came, refusal
            outcome = _compared(call, account, past)
            if isinstance(outcome, Refusal):
                refusal = outcome
                break
            _keep(call, outcome)
            came += 1
    return came, refusal


def _compared(call: Call, account: Account, day: date) -> DayBook | Refusal:
    """What came of it; of a failure the day remembers that, unless it has a bill."""
    try:
        return reconciling.compare(call, account, day)
    except Refusal as refusal:
        if refusal.code != "bill_not_yet":
            raise
        return refusal
    except NotYet:
        _keep_failure(call, account, day, "not_yet")
        return rules.not_yet(day, call.now)
    except Away:
        _keep_failure(call, account, day, "away")
        return Outside("provider_away", retry_after=AGAIN_SECONDS)
    except Refused as refused:
        _keep_failure(call, account, day, "refused")
        return Outside("bill_refused", day=day.isoformat(), reason=refused.code)


def _refuse_closed(month: BookMonth) -> None:
    if month.state == "closed":
        raise Refusal("month_closed", month=month.month)


def _keep_failure(call: Call, account: Account, day: date, failure: Failure) -> None:
    item = books.day_item(account.provider, account.mchid, day)
    if item is None or item.doc.failure is not None:
        book = DayBook(
            provider=account.provider,
            mchid=account.mchid,
            day=day,
            made_at=call.now,
            failure=failure,
            shops=account.shops,
        )
        _keep(call, book)


@retrying
def _keep(call: Call, book: DayBook) -> tuple[DayBook, bool]:
    """The day as it is stored, with what was noted of what still differs; and whether it is the
    first bill of it. Raises "month_closed"."""
    item = books.day_item(book.provider, book.mchid, book.day)
    work = UnitOfWork(call)
    _count(work, book)
    if item is None:
        work.create(DayBookItem.of(book)).commit()
        return book, book.failure is None
    numbers = {difference.number for difference in book.differences} | {WHOLE_BILL}
    notes = {number: note for number, note in item.doc.notes.items() if number in numbers}
    after = book.model_copy(update={"notes": notes})
    work.replace(item, DayBookItem.of(after)).commit()
    return after, item.doc.failure is not None


def _count(work: UnitOfWork, book: DayBook) -> None:
    """The month is open, and knows that one of its days was written. Raises "month_closed"."""
    month = month_of(book.day)
    item = books.month_item(book.provider, month)
    if item is None:
        work.create(BookMonthItem.of(BookMonth(provider=book.provider, month=month)))
        return
    _refuse_closed(item.doc)
    work.add(Adjust(item, [BookMonthItem.writes.add(1)], BookMonthItem.state == "open"))


# --- settled outside -----------------------------------------------------------------------------


@retrying
def note(
    call: Call, provider: str, day_text: str, number: str, body: NewOutside
) -> tuple[Reconciled, bool]:
    """Note what became of a difference outside of here; and whether nothing was noted of it.

    number: of what differs, or WHOLE_BILL of a day whose bill is not to be had. Raises Invalid,
    "not_found", "no_merchant", "month_closed".
    """
    name, read = read_provider(provider), rules.read_any_day(day_text)
    work = UnitOfWork(call)
    is_new = True
    noted: list[DayBook] = []
    for account in accounts_of(call.actor, name):
        item = books.day_item(name, account.mchid, read)
        if item is None:
            continue
        seen = seen_by(call.actor, item.doc)
        about = _about(seen, number, may_close=call.actor.role == "county")
        if about is None:
            noted.append(seen)
            continue
        settled = SettledOutside(note=body.note, by=call.actor.id, at=call.now, **about)
        is_new = is_new and number not in item.doc.notes
        notes = {**item.doc.notes, number: settled}
        after = item.doc.model_copy(update={"notes": notes})
        work.edit(item, DayBookItem.of(after), *edit(item.doc, after, ["notes"]), body.note)
        noted.append(seen_by(call.actor, after))
    if not work.writes:
        raise not_found("difference")
    _count(work, noted[0])
    work.commit()
    return Reconciled(name, read, tuple(noted)), is_new


def _about(book: DayBook, number: str, *, may_close: bool) -> dict[str, object] | None:
    """What of the day is noted; None where it has no such difference."""
    if number == WHOLE_BILL:
        return {"kind": WHOLE_BILL} if may_close and not book.is_whole else None
    for difference in book.differences:
        if difference.number == number:
            return difference.model_dump(include={"kind", "ours_fen", "theirs_fen"})
    return None


# --- what time alone does ------------------------------------------------------------------------


def reconcile_days(now: datetime) -> int:
    """Fetch what is there of the last days' bills and not done; how many of these merchants' days
    are not done then. Who does not answer is tried again at the next run, and stops nobody."""
    call = Call(CLOCK, now)
    over = time.monotonic() + LONGEST_RUN
    days = rules.last_days(now)
    open_days = 0
    for provider in get_args(ProviderName):
        accounts = books.accounts(provider)
        known = {a.mchid: books.last_books(provider, a.mchid, days) for a in accounts}
        away: set[str] = set()
        for day in days:
            month = books.month_of(provider, month_of(day))
            for account in accounts:
                if month.state == "closed" or not account.may_have(day):
                    continue
                book = known[account.mchid].get(day)
                may_ask = time.monotonic() < over and account.mchid not in away
                if may_ask and rules.is_due(book, now):
                    outcome = _compared(call, account, day)
                    if isinstance(outcome, Refusal):
                        away.add(account.mchid)
                    else:
                        book, _ = _keep(call, outcome)
                open_days += book is None or not book.is_done
    return open_days
