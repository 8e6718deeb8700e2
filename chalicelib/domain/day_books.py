"""A merchant's day in the books: what a bill came to, what differed, and when it is looked at."""

from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import Field

from .errors import Invalid, Refusal
from .fields import CHINA, Body, Instant, Message, Model, china_date

Kind = Literal["not_ours", "not_theirs", "amount", "state"]
"""not_ours: only the bill has it. not_theirs: only we have it. amount, state: both differ in it."""
Failure = Literal["away", "refused", "not_yet"]
"""Why there is no bill: the provider did not answer, refused, or has none yet."""
KINDS: tuple[Kind, ...] = ("not_ours", "not_theirs", "amount", "state")

READY = time(10)
"""China's clock on the next day: from then on the provider has a day's bill."""
CHORE = time(10, 15)
"""When the clock begins to fetch them."""
LONGEST_BACK = timedelta(days=92)
"""How long a provider keeps a bill: three months."""
MOST_DIFFERENCES = 500
"""Of a merchant's day that are kept; the others are counted."""
WHOLE_BILL = "bill"
"""In the place of a number: what is noted of a day of which no bill is to be had."""


class ShopSums(Model):
    """What a day comes to by the bill, of one shop; shop_id None: of nobody that we know.

    fee_fen: what the provider kept. waiting: refunds under way, and what may be in a bill that is
    not there yet. differing: differences, those too that were left out.
    """

    shop_id: str | None = None
    matched: int = 0
    received_fen: int = 0
    refunded_fen: int = 0
    fee_fen: int = 0
    waiting: int = 0
    differing: int = 0

    @property
    def net_fen(self) -> int:
        return self.received_fen - self.refunded_fen - self.fee_fen

    def __add__(self, other: "ShopSums") -> "ShopSums":
        names = [name for name in ShopSums.model_fields if name != "shop_id"]
        added = {name: getattr(self, name) + getattr(other, name) for name in names}
        return self.model_copy(update=added)


class Difference(Model):
    """ours_fen, theirs_fen: None where that side has nothing of it."""

    kind: Kind
    out_trade_no: str | None = None
    out_refund_no: str | None = None
    ours_fen: int | None = None
    theirs_fen: int | None = None
    shop_id: str | None = None
    order_id: str | None = None

    @property
    def number(self) -> str:
        return self.out_refund_no or self.out_trade_no or ""


class SettledOutside(Model):
    """What a person noted of a difference that was settled outside of here."""

    kind: str
    ours_fen: int | None = None
    theirs_fen: int | None = None
    note: str
    by: str
    at: Instant


class DayBook(Model):
    """A merchant's day as its bill was last compared. mchid: the merchant's number. made_at: when.
    shops: those that are paid by it. notes: by the number of what differs."""

    provider: str
    mchid: str
    day: date
    made_at: Instant
    failure: Failure | None = None
    shops: tuple[str, ...] = ()
    sums: tuple[ShopSums, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: dict[str, SettledOutside] = Field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether the day was over when it was compared."""
        return self.failure is None and self.made_at >= ends(self.day)

    @property
    def left_out(self) -> int:
        return sum(sums.differing for sums in self.sums) - len(self.differences)

    @property
    def waiting(self) -> int:
        return sum(sums.waiting for sums in self.sums)

    def note_of(self, difference: Difference) -> SettledOutside | None:
        """What became of it, if somebody noted that and it is still the same."""
        noted = self.notes.get(difference.number)
        same = ("kind", "ours_fen", "theirs_fen")
        if noted and all(getattr(noted, name) == getattr(difference, name) for name in same):
            return noted
        return None

    @property
    def open_differences(self) -> int:
        """How many nobody has settled."""
        settled = sum(self.note_of(difference) is not None for difference in self.differences)
        return sum(sums.differing for sums in self.sums) - settled

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be done about it."""
        if not self.is_whole:
            return WHOLE_BILL in self.notes
        return not self.waiting and not self.open_differences

    def of_shop(self, shop_id: str) -> "DayBook":
        """What is a shop's own; and what is nobody's, where no other shop is paid by it."""
        seen = {shop_id, None} if set(self.shops) == {shop_id} else {shop_id}
        return self.model_copy(
            update={
                "shops": (shop_id,),
                "sums": tuple(sums for sums in self.sums if sums.shop_id in seen),
                "differences": tuple(d for d in self.differences if d.shop_id in seen),
            }
        )


class NewOutside(Body):
    """What became of a difference outside of here, for who reads the journal."""

    note: Message


LAST_DAYS = 10
"""That the clock looks at: a refund without balance is given up after seven."""


def last_days(now: datetime) -> list[date]:
    """Those of which the clock has a bill to fetch, the last one first."""
    local = now.astimezone(CHINA)
    back = 1 if local.time() >= CHORE else 2
    return [local.date() - timedelta(days=back + n) for n in range(LAST_DAYS)]


def is_due(book: DayBook | None, now: datetime) -> bool:
    """Whether the clock compares a day again: until its bill is there, and once each morning while
    something of it is open."""
    if book is None or not book.is_whole:
        return True
    this_morning = datetime.combine(last_days(now)[0] + timedelta(days=1), CHORE, CHINA)
    return not book.is_done and book.made_at < this_morning


def ends(day: date) -> datetime:
    """The midnight that ends a day in China."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


def ready_at(day: date) -> datetime:
    """From when on the provider has its bill."""
    return datetime.combine(day + timedelta(days=1), READY, CHINA)


def read_any_day(text: str) -> date:
    """Raises Invalid."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Invalid(("date", "应为日期，如 2026-02-24", "must be a date, e.g. 2026-02-24"))
    return day


def read_day(text: str, now: datetime) -> date:
    """A day of which a bill can be asked for. Raises Invalid."""
    day = read_any_day(text)
    today = china_date(now)
    if day > today:
        raise Invalid(("date", "这一天还没到", "must not be in the future"))
    if day < today - LONGEST_BACK:
        raise Invalid(
            ("date", "支付机构只保留三个月的账单", "the provider keeps bills for three months")
        )
    return day


def refuse_before_ready(day: date, now: datetime) -> None:
    """Raise "bill_not_yet"."""
    if now < ready_at(day):
        raise not_yet(day, now)


def not_yet(day: date, now: datetime) -> Refusal:
    """It says from when on to try."""
    ready = ready_at(day)
    again = (ready if now < ready else now + timedelta(minutes=30)).astimezone(CHINA)
    return Refusal("bill_not_yet", day=day.isoformat(), at=f"{again:%Y-%m-%d %H:%M}")


# --- comparing -----------------------------------------------------------------------------------
