"""A provider's bill of a day against what we know of it: what agrees, what differs, and the sums.

A bill is made after its day, and what was under way then has gone on since: only what cannot both
be true is a difference.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, NamedTuple, Protocol

from pydantic import Field

from .errors import Invalid, Refusal
from .fields import CHINA, Body, Instant, Message, Model, china_date

What = Literal["payment", "refund"]
Kind = Literal["not_ours", "not_theirs", "amount", "state"]
"""not_ours: only the bill has it. not_theirs: only we have it. amount, state: both differ in it."""
PaymentState = Literal["received", "unpaid"]
RefundState = Literal["returned", "requested", "failed", "not_taken", "former"]
Failure = Literal["away", "refused", "not_yet"]
"""Why there is no bill: the provider did not answer, refused, or has none yet."""
KINDS: tuple[Kind, ...] = ("not_ours", "not_theirs", "amount", "state")

READY = time(10)
"""China's clock on the next day: from then on the provider has a day's bill."""
CHORE = time(10, 15)
"""When the clock begins to fetch them."""
LONGEST_BACK = timedelta(days=92)
"""How long a provider keeps a bill: three months."""
NEAR_MIDNIGHT = timedelta(hours=1)
"""From midnight: what we know as of one day may be booked under the other."""
MOST_DIFFERENCES = 500
"""Of a merchant's day that are kept; the others are counted."""
WHOLE_BILL = "bill"
"""In the place of a number: what is noted of a day of which no bill is to be had."""


class Key(NamedTuple):
    """A payment by its out_trade_no, a refund by its out_refund_no."""

    what: What
    number: str


class Row(Protocol):
    """What a bill says of one payment or refund, in fen. number: its payment's."""

    @property
    def kind(self) -> What: ...
    @property
    def number(self) -> str: ...
    @property
    def refund_number(self) -> str | None: ...
    @property
    def amount_fen(self) -> int: ...
    @property
    def fee_fen(self) -> int: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Booked:
    """All that a bill says of one number: of rows that repeat it, the sum."""

    charge: str
    amount_fen: int
    fee_fen: int
    state: str


@dataclass(frozen=True, slots=True)
class Ours:
    """What we know of a number. at: when its money moved. since, heard: between which moments the
    provider has booked it, as far as we know.

    failed: given up by the provider, or held up there. not_taken: never accepted, as we know.
    former: of a refund that has another number now.
    """

    what: What
    charge: str
    amount_fen: int
    state: PaymentState | RefundState
    shop_id: str
    order_id: str
    at: datetime | None = None
    since: datetime | None = None
    heard: datetime | None = None


class ShopSums(Model):
    """What a day comes to by the bill, of one shop; shop_id None: of nobody that we know.

    fee_fen: what the provider kept. waiting: refunds under way, and what may be in a bill that is
    not there yet. differing: differences, those too that were left out.
    """

    shop_id: str | None
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
    notes: Annotated[dict[str, SettledOutside], Field(exclude_if=lambda notes: not notes)] = Field(
        default_factory=dict
    )

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

    def is_settled(self, difference: Difference) -> bool:
        """Whether somebody noted what became of it, and it is still the same."""
        noted = self.notes.get(difference.number)
        same = ("kind", "ours_fen", "theirs_fen")
        return noted is not None and all(
            getattr(noted, name) == getattr(difference, name) for name in same
        )

    @property
    def open_differences(self) -> int:
        """How many nobody has settled."""
        settled = sum(self.is_settled(difference) for difference in self.differences)
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
    again = max(ready_at(day), now + timedelta(minutes=30)).astimezone(CHINA)
    return Refusal("bill_not_yet", day=day.isoformat(), at=f"{again:%Y-%m-%d %H:%M}")


# --- comparing -----------------------------------------------------------------------------------


def key_of_row(row: Row) -> Key:
    return Key(row.kind, row.number if row.refund_number is None else row.refund_number)


def joined(rows: Iterable[Row]) -> dict[Key, Booked]:
    """A bill by number."""
    bill: dict[Key, Booked] = {}
    for row in rows:
        key = key_of_row(row)
        before = bill.get(key)
        amount, fee = row.amount_fen, row.fee_fen
        if before is not None:
            amount, fee = amount + before.amount_fen, fee + before.fee_fen
        bill[key] = Booked(row.number, amount, fee, row.state)
    return bill


def judged(booked: Booked, ours: Ours | None, day_end: datetime) -> Kind | None:
    """How the bill differs from what we know; None where both can be true."""
    if ours is None or ours.charge != booked.charge:
        return "not_ours"
    if not _agrees(booked, ours, day_end):
        return "state"
    moves_nothing = ours.state in {"unpaid", "former"}
    return None if moves_nothing or booked.amount_fen == ours.amount_fen else "amount"


def _agrees(booked: Booked, ours: Ours, day_end: datetime) -> bool:
    if ours.what == "payment":
        return (booked.state == "succeeded") == (ours.state == "received")
    if booked.state == "returned":
        return ours.state == "returned"
    if booked.state == "processing":  # when the bill was made
        return ours.state in {"requested", "returned", "failed"}
    if ours.state == "returned":  # it was set right after the bill was made
        return ours.at is not None and ours.at >= day_end
    return True


def other_days(ours: Ours, day: date) -> set[date]:
    """On whose bills it may be, where that of the day lacks it: clocks differ around midnight, and
    what a provider answered may have come to us a day late."""
    if ours.since is None or ours.heard is None:
        return set()
    first = china_date(ours.since - NEAR_MIDNIGHT)
    days = {first, china_date(ours.heard + NEAR_MIDNIGHT)}
    if first < day:
        days.add(day - timedelta(days=1))
    return days - {day}


def is_expected(ours: Ours) -> bool:
    """Whether a bill must have it."""
    return ours.state in {"received", "returned", "requested"}


@dataclass(frozen=True)
class Compared:
    sums: tuple[ShopSums, ...]
    differences: tuple[Difference, ...]


def compared(
    bill: Mapping[Key, Booked],
    ours: Mapping[Key, Ours],
    expected: Collection[Key],
    day_end: datetime,
    elsewhere: Collection[Key] = (),
    later: Collection[Key] = (),
) -> Compared:
    """A bill by number, what we know of its numbers and of those that are `expected` in it.

    elsewhere: what bills of other days have. later: what a bill may have that is not there yet.
    """
    sums: dict[str | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    differences: list[Difference] = []

    def differs(kind: Kind, key: Key, booked: Booked | None, own: Ours | None) -> None:
        differences.append(_difference(kind, key, booked, own))
        sums[own.shop_id if own else None]["differing"] += 1

    for key, booked in bill.items():
        own = ours.get(key)
        kind = judged(booked, own, day_end)
        own = None if kind == "not_ours" else own
        shop = sums[own.shop_id if own else None]
        shop["fee_fen"] += booked.fee_fen
        shop["received_fen"] += booked.amount_fen if _is_received(key, booked) else 0
        shop["refunded_fen"] += booked.amount_fen if _is_refunded(key, booked, own) else 0
        if kind is not None:
            differs(kind, key, booked, own)
        elif own is not None and own.state == "requested":
            shop["waiting"] += 1
        else:
            shop["matched"] += 1
    for key in expected:
        own = ours.get(key)
        if key in bill or key in elsewhere or own is None or not is_expected(own):
            continue
        if key in later:
            sums[own.shop_id]["waiting"] += 1
        else:
            differs("not_theirs", key, None, own)
    shops = sorted(sums, key=lambda shop_id: shop_id or "")
    return Compared(
        tuple(ShopSums(shop_id=shop_id, **sums[shop_id]) for shop_id in shops),
        tuple(sorted(differences, key=lambda d: (KINDS.index(d.kind), d.number))),
    )


def _is_received(key: Key, booked: Booked) -> bool:
    return key.what == "payment" and booked.state == "succeeded"


def _is_refunded(key: Key, booked: Booked, ours: Ours | None) -> bool:
    """Whether its money went, or is going, by what is known now."""
    if key.what != "refund":
        return False
    if booked.state == "returned" or ours is None:
        return booked.state != "abnormal"
    return ours.state in {"returned", "requested"}


def _difference(kind: Kind, key: Key, booked: Booked | None, ours: Ours | None) -> Difference:
    known = booked or ours
    assert known is not None
    ours_fen = None if ours is None else 0 if ours.state == "unpaid" else ours.amount_fen
    return Difference(
        kind=kind,
        out_trade_no=known.charge or None,
        out_refund_no=key.number if key.what == "refund" else None,
        ours_fen=ours_fen,
        theirs_fen=booked.amount_fen if booked else None,
        shop_id=ours.shop_id if ours else None,
        order_id=ours.order_id if ours else None,
    )
