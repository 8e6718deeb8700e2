"""From the rows of an outside platform's file to its orders: pure, whatever the order of the rows.

An order's rows are found by its number, wherever they stand. A row without a number belongs to the
row above it, as merged cells come. What equal rows mean, order_goods.py tells.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field, ValidationError

from . import cells
from .cells import Unreadable, broken
from .fields import Instant, Model
from .fingerprints import text_of
from .order_goods import DraftLine, goods_of, item_key, times_given
from .orders import Address, PlatformBuyer
from .platforms import heading
from .rows import TOTAL, Read, Refused, Row, agreed, everything, is_headings, is_no_data
from .states import for_shipping

STATES = frozenset({"status", "refund_status"})
NAMES_ONLY = frozenset({"nick"})
"""Fields by which nothing is sent or paid."""


class Reason(Model):
    """code: a key of REASONS, or of a refusal that any order may meet."""

    code: str
    facts: dict[str, str | int] = {}


class Draft(Model):
    """One order of a file, or with a `reason` the rows that can become none."""

    number: str
    rows: tuple[int, ...]
    lines: tuple[DraftLine, ...] = ()
    buyer: PlatformBuyer | None = Field(default=None, repr=False)
    nick: str = Field(default="", repr=False)
    total_fen: int = 0
    paid_at: Instant | None = None
    reason: Reason | None = None


class ItemRule(Model):
    """Which offer an item of the platform is, and how many packs of it one piece is."""

    title: Annotated[str, Field(max_length=200)]
    sku: Annotated[str, Field(max_length=200)] = ""
    offer_id: str
    packs: int = 1

    @property
    def key(self) -> str:
        return item_key(self.title, self.sku)


class Wanted(NamedTuple):
    """A line as it shall stand in our order."""

    offer_id: str
    packs: int
    amount_fen: int | None


def drafts(
    headings: Sequence[str], rows: Iterable[Row], columns: Mapping[str, list[int]]
) -> list[Draft]:
    """The orders of a file, those that begin first come first."""
    groups: dict[str, list[Read]] = {}
    items: dict[int, str] = {}
    alone: list[Draft] = []
    above = ""
    before = ""
    titles = [heading(one) for one in headings]
    for row in rows:
        if is_no_data(row, titles):
            continue
        if is_headings(row, titles):
            above = before = ""  # what is below belongs to no order above
            continue
        read = Read(row, columns)
        number = read["number"]
        if TOTAL.fullmatch(number):
            continue
        if not number and not read.says("item", "sku", "name", "phone", "address", "detail"):
            continue
        if number:
            try:
                cells.number_of(number)
            except Unreadable as error:
                above = ""
                reason = Reason(code=error.code, facts=dict(error.facts))
                alone.append(Draft(number=number[:60], rows=(read.at,), reason=reason))
                continue
            before = before if number == above else ""
            above = number
        elif not above:
            alone.append(Draft(number="", rows=(read.at,), reason=Reason(code="no_number")))
            continue
        items[read.at] = before = read.as_written("item") or before
        groups.setdefault(above, []).append(read)
    rounded = cells.rounded(set(groups))
    given = times_given(groups.values())
    found = [
        Draft(number=n, rows=tuple(one.at for one in some), reason=_lost(n))
        if n in rounded
        else _draft(n, some, items, columns, given)
        for n, some in groups.items()
    ]
    return sorted([*found, *alone], key=lambda one: one.rows[0])


def _lost(number: str) -> Reason:
    return Reason(code="number_lost", facts={"value": number})


def _draft(
    number: str,
    reads: list[Read],
    items: Mapping[int, str],
    columns: Mapping[str, list[int]],
    given: int,
) -> Draft:
    rows = tuple(one.at for one in reads)
    try:
        return _order(number, rows, reads, items, columns, given)
    except (Refused, Unreadable) as error:
        reason = Reason(code=error.code, facts=dict(error.facts))
        return Draft(number=number, rows=rows, reason=reason)


def _refuse_broken(reads: list[Read], fields: Iterable[str]) -> None:
    """An error value of Excel, or text with a lost character, is nobody's address."""
    for read in reads:
        if error := read.broken(fields):
            raise error


def _order(
    number: str,
    rows: tuple[int, ...],
    reads: list[Read],
    items: Mapping[int, str],
    columns: Mapping[str, list[int]],
    given: int,
) -> Draft:
    _refuse_broken(reads, STATES & columns.keys())
    status = everything(reads, "status")
    kept = [
        one
        for one in reads
        # merged cells: the state of an order may stand in its first row alone
        if for_shipping(
            one["status"] or (next(iter(status)) if len(status) == 1 else ""),
            one["refund_status"],
        )
    ]
    paid = everything(reads, "paid_at")
    if not kept:
        refunds = everything(reads, "refund_status")
        states = [one for one in sorted(status) if not for_shipping(one, "")]
        states += [one for one in sorted(refunds) if not for_shipping("", one)]
        raise Refused("not_for_shipping", status="，".join(states)[:60])
    _refuse_broken(reads, sorted(columns.keys() - STATES - NAMES_ONLY))
    if not status and not paid:
        if "status" in columns:  # which tells of the others, so this one is not to be guessed
            raise Refused("no_status")
        if "paid_at" in columns:
            raise Refused("unpaid")
    times = [cells.moment(one) for one in (paid or everything(reads, "ordered_at"))]
    sum_of_order = agreed(reads, "order_amount", "order_amount")
    whole = cells.fen(sum_of_order) if sum_of_order else None
    total, lines = goods_of(reads, kept, items, whole, given)
    return Draft(
        number=number,
        rows=rows,
        lines=tuple(lines),
        buyer=_buyer(reads),
        nick=min(
            (one for one in everything(reads, "nick") if broken(one) != "error_value"), default=""
        )[:60],
        total_fen=total,
        paid_at=min(times) if times else None,
    )


def _buyer(reads: list[Read]) -> PlatformBuyer:
    name = agreed(reads, "name", "name")
    phone = cells.phone(agreed(reads, "phone", "phone"))
    province, city, district, street, detail, address = (
        agreed(reads, field, "address")
        for field in ("province", "city", "district", "street", "detail", "address")
    )
    rest = detail if not street or detail.startswith(street) else f"{street} {detail}".strip()
    if province and (city or district) and (rest or address):
        place = cells.address_of(province, city, district, rest or address)
    else:
        place = cells.address(detail or address)
    try:
        return PlatformBuyer(
            name=name,
            phone=phone,
            address=Address(
                **dict(zip(("province", "city", "district", "detail"), place, strict=True))
            ),
        )
    except ValidationError as error:
        named = {one["loc"][0] for one in error.errors()} & {"name", "phone"}
        raise Refused(str(min(named)) if named else "address") from None


def wanted(draft: Draft, rules: Mapping[str, ItemRule]) -> list[Wanted] | Reason:
    """Its lines as offers and packs, or why that cannot be said."""
    found = []
    for line in draft.lines:
        rule = rules.get(line.key)
        if rule is None:
            title = f"{line.item} {line.sku}".strip()
            return Reason(code="item_unmapped", facts={"title": title[:120]})
        found.append(Wanted(rule.offer_id, line.quantity * rule.packs, line.amount_fen))
    return found


def fingerprinted(draft: Draft, lines: Sequence[Wanted]) -> tuple[str, ...]:
    """What makes it the same order again: lines, sum and buyer. When it was paid does not."""
    buyer = text_of(draft.buyer) if draft.buyer else ""
    goods = [f"{one.offer_id} {one.packs} {one.amount_fen}" for one in sorted(lines, key=str)]
    return str(draft.total_fen), buyer, *goods


def seen_name(name: str) -> str:
    """张*: enough to recognise one's own buyer."""
    return name[:1] + "*" * max(1, len(name) - 1)
