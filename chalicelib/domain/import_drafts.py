"""From the rows of an outside platform's file to its orders: pure, whatever the order of the rows.

An order's rows are found by its number, wherever they stand (order_numbers.py). A row without one
belongs to the row above it, as merged cells come. What equal rows mean, order_goods.py tells.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import Field, ValidationError

from . import cells
from .cells import Unreadable, broken
from .destinations import Place, place_of
from .fields import CHINA, Instant, Model
from .fingerprints import text_of
from .order_goods import DraftLine, goods_of, item_key, times_given
from .order_numbers import OrderNumber, adds_up, is_joined, number_of, written_number
from .orders import Address, PlatformBuyer
from .phones import extensions
from .platforms import heading
from .rows import (
    TOTAL,
    DraftRefused,
    ReadRow,
    SheetRow,
    agreed,
    everything,
    is_headings,
    is_no_data,
)
from .states import says_nothing
from .to_ship import order_sum, rows_to_ship

STATES = frozenset(
    {"status", "shipping_status", "refund_status", "refunded", "order_refunded", "payment_method"}
)
WHERE_TO = ("name", "province", "city", "district", "street", "detail")
"""What must not stay empty, though a file writes something there."""
MOST_AHEAD = timedelta(days=1)
"""Of the moment of an import: clocks and time zones differ by less."""
NOT_NEEDED_TO_SHIP_OR_PAY = frozenset({"nick", "waybill"})
"""Fields by which nothing is sent or paid."""


class RefusalReason(Model):
    """code: a key of REASONS, or of a refusal that any order may meet."""

    code: str
    facts: dict[str, str | int] = {}


class Draft(Model):
    """One order of a file, or with a `reason` the rows that can become none.

    group: what makes the number unique, where numbers start again with each group.
    """

    number: str
    group: str = ""
    rows: tuple[int, ...]
    lines: tuple[DraftLine, ...] = ()
    buyer: PlatformBuyer | None = Field(default=None, repr=False)
    nick: str = Field(default="", repr=False)
    total_fen: int = 0
    paid_at: Instant | None = None
    reason: RefusalReason | None = None

    @property
    def reference(self) -> str:
        """Unique, where the number alone is not."""
        return f"{self.number} ({self.group})" if self.group else self.number


class ItemRule(Model):
    """Which goods an item of the platform is, and how many packs of them one piece is.

    The goods are a product in packs of a size, so that an offer from a new batch is the same goods.
    offer_id: that of them which a person chose. product_id: "" of a rule of the release before,
    whose goods are those of its offer.
    """

    title: Annotated[str, Field(max_length=200)]
    sku: Annotated[str, Field(max_length=200)] = ""
    offer_id: str
    packs: int = 1
    product_id: str = ""
    pack_quantity: int = 0

    @property
    def key(self) -> str:
        return item_key(self.title, self.sku)


class Wanted(NamedTuple):
    """A line as it shall stand in our order."""

    offer_id: str
    packs: int
    amount_fen: int | None


def drafts(
    headings: Sequence[str],
    rows: Iterable[SheetRow],
    columns: Mapping[str, list[int]],
    group: str = "",
    now: datetime | None = None,
) -> list[Draft]:
    """The orders of a file, those that begin first come first.

    group: the name of the group that it is of, where its numbers start again with each. now: of the
    import, after which nothing can have been paid.
    """
    groups: dict[OrderNumber, list[ReadRow]] = {}
    joined: dict[OrderNumber, list[ReadRow]] = {}
    items: dict[int, str] = {}
    alone: list[Draft] = []
    above: OrderNumber | None = None
    before = ""
    titles = [heading(title) for title in headings]
    for row in rows:
        if is_no_data(row, titles):
            continue
        if is_headings(row, titles):
            above, before = None, ""  # what is below belongs to no order above
            continue
        read = ReadRow(row, columns)
        written = written_number(read)
        if TOTAL.fullmatch(written):
            continue
        if not written and not read.says("item", "sku", "name", "phone", "address", "detail"):
            continue
        first = groups[above][0] if above else None
        if above and first and written not in {"", above.text} and is_joined(read, first):
            joined.setdefault(above, []).append(read)
        else:
            try:
                number = number_of(read, above, first, group)
                if number is None:
                    raise DraftRefused("no_number")
            except (DraftRefused, Unreadable) as error:
                above = None
                alone.append(_refused(written, [read], error))
                continue
            before = before if number == above else ""
            above = number
            if joined.get(above) and not written:
                joined[above].append(read)
        items[read.at] = before = read.as_written("item") or before
        groups.setdefault(above, []).append(read)
    rounded = cells.rounded({number.text for number in groups if not number.group})
    given = times_given(groups.values())
    numbered = []
    for number, reads in groups.items():
        if number.text in rounded and not number.group:
            numbered.append(
                _refused(number.text, reads, DraftRefused("number_lost", value=number.text))
            )
        else:
            numbered += _drafts(number, reads, joined.get(number, []), items, columns, given)
    read_by_now = [draft if now is None else _refused_if_ahead(draft, now) for draft in numbered]
    return sorted([*read_by_now, *alone], key=lambda draft: draft.rows[0])


def _drafts(
    number: OrderNumber,
    reads: list[ReadRow],
    joined: list[ReadRow],
    items: Mapping[int, str],
    columns: Mapping[str, list[int]],
    given: int,
) -> list[Draft]:
    """Usually one draft. Rows with other order numbers belong to this order if its sum is the sum
    of all these rows."""
    try:
        if joined and not adds_up(reads):
            own = [read for read in reads if read not in joined]
            if not adds_up(own):
                raise DraftRefused("joined")
            others = [
                _refused(written_number(read), [read], DraftRefused("name")) for read in joined
            ]
            return [_order(number, own, items, columns, given), *others]
        return [_order(number, reads, items, columns, given)]
    except (DraftRefused, Unreadable) as error:
        return [_refused(number.text, reads, error, number.group)]


def _refused(
    number: str, reads: list[ReadRow], why: DraftRefused | Unreadable, group: str = ""
) -> Draft:
    reason = RefusalReason(code=why.code, facts=dict(why.facts))
    rows = tuple(read.at for read in reads)
    return Draft(number=number[:60], group=group, rows=rows, reason=reason)


def _refused_if_ahead(draft: Draft, now: datetime) -> Draft:
    """A day and a month that changed places, or a year: when it was paid is not known."""
    if draft.paid_at is None or draft.paid_at <= now + MOST_AHEAD:
        return draft
    at = f"{draft.paid_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    reason = RefusalReason(code="paid_ahead", facts={"value": at})
    return Draft(number=draft.number, group=draft.group, rows=draft.rows, reason=reason)


def _refuse_broken(reads: list[ReadRow], fields: Iterable[str]) -> None:
    """An error value of Excel, or text with a lost character, is nobody's address."""
    for read in reads:
        if error := read.broken(fields):
            raise error


def _refuse_no_content(reads: list[ReadRow], place: Place) -> None:
    """Also what is left of an address when its divisions were taken off."""
    for read in reads:
        for field in WHERE_TO:
            if code := cells.no_content(read[field], of_a_name=field == "name"):
                # a word between the divisions stands for a part that is left out
                if code == "error_value" and field == "detail":
                    continue
                raise DraftRefused(code, row=read.at, what=field, value=read[field][:60])
    for part in place:
        if code := cells.no_content(part):
            raise DraftRefused(code, row=reads[0].at, what="address", value=part[:60])


def _order(
    number: OrderNumber,
    reads: list[ReadRow],
    items: Mapping[int, str],
    columns: Mapping[str, list[int]],
    given: int,
) -> Draft:
    _refuse_broken(reads, STATES & columns.keys())
    kept = rows_to_ship(reads, columns)
    _refuse_broken(reads, sorted(columns.keys() - STATES - NOT_NEEDED_TO_SHIP_OR_PAY))
    for read in kept:
        if not says_nothing(read["new_sku"]):
            raise DraftRefused("changed_sku", value=read["new_sku"][:60])
    paid = everything(reads, "paid_at") or everything(reads, "ordered_at")
    times = [cells.moment(text) for text in paid]
    total, lines = goods_of(reads, kept, items, order_sum(reads), given)
    return Draft(
        number=number.text,
        group=number.group,
        rows=tuple(read.at for read in reads),
        lines=tuple(lines),
        buyer=_buyer(reads),
        nick=min(
            (nick for nick in everything(reads, "nick") if broken(nick) != "error_value"),
            default="",
        )[:60],
        total_fen=total,
        paid_at=min(times) if times else None,
    )


def _buyer(reads: list[ReadRow]) -> PlatformBuyer:
    name = agreed(reads, "name", "name")
    phone = cells.phone(agreed(reads, "phone", "phone"))
    place = place_of(reads)
    _refuse_no_content(reads, place)
    if len(numbers := extensions(name, place[-1])) > 1:
        raise DraftRefused("two_extensions", value=" / ".join(numbers))
    try:
        return PlatformBuyer(
            name=name,
            phone=phone,
            address=Address(
                **dict(zip(("province", "city", "district", "detail"), place, strict=True))
            ),
        )
    except ValidationError as error:
        named = {problem["loc"][0] for problem in error.errors()} & {"name", "phone"}
        raise DraftRefused(str(min(named)) if named else "address") from None


def wanted(draft: Draft, rules: Mapping[str, ItemRule]) -> list[Wanted] | RefusalReason:
    """Its lines as offers and packs, or why that cannot be said."""
    lines = []
    for line in draft.lines:
        rule = rules.get(line.key)
        if rule is None:
            title = f"{line.item} {line.sku}".strip()
            return RefusalReason(code="item_unmapped", facts={"title": title[:120]})
        lines.append(Wanted(rule.offer_id, line.quantity * rule.packs, line.amount_fen))
    return lines


def fingerprinted(draft: Draft, lines: Sequence[Wanted]) -> tuple[str, ...]:
    """What makes it the same order again: lines, sum and buyer. When it was paid does not."""
    buyer = text_of(draft.buyer) if draft.buyer else ""
    goods = [f"{line.offer_id} {line.packs} {line.amount_fen}" for line in sorted(lines, key=str)]
    return str(draft.total_fen), buyer, *goods


def seen_name(name: str) -> str:
    """张*: enough to recognise one's own buyer."""
    return name[:1] + "*" * max(1, len(name) - 1)
