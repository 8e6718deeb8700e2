"""A provider's bill of a day against what we know of it: what agrees, what differs, and the sums.

A bill is made after its day, and what was under way then has gone on since: only what cannot both
be true is a difference.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from .day_books import KINDS, Difference, Kind, ShopSums
from .fields import china_date

What = Literal["payment", "refund"]
PaymentState = Literal["received", "unpaid"]
RefundState = Literal["returned", "requested", "failed", "not_taken", "former"]
NEAR_MIDNIGHT = timedelta(hours=1)
"""From midnight: what we know as of one day may be booked under the other."""


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
