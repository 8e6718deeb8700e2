"""The goods of one order, from its rows: how many pieces of what, and what was paid for each.

Rows that say the same are the same goods bought again, or a row given again, as when files are put
together. A number of its own for each row tells, or the sum of the order does.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import chain
from math import gcd
from typing import NamedTuple

from . import cells
from .counted_goods import Goods, goods_in
from .fields import Model
from .platforms import heading
from .rows import DraftRefused, ReadRow
from .shares import share
from .telling import JOINT

MOST_LINES = 10
"""Of one order, as an order of our own may have."""


class DraftLine(Model):
    """amount_fen: what was paid for it; None when only the whole order's sum is known."""

    item: str
    sku: str
    quantity: int
    amount_fen: int | None = None

    @property
    def key(self) -> str:
        return item_key(self.item, self.sku)


def item_key(item: str, sku: str) -> str:
    return f"{heading(item)}\x1f{heading(sku)}"


class _Row(NamedTuple):
    """same: what makes it the same goods. cells: all that stands in it. paid: for all of it."""

    same: tuple[str, ...]
    cells: tuple[str, ...]
    sub: str
    at: int
    goods: tuple[Goods, ...]
    sku: str
    paid: int | None


def times_given(orders: Iterable[list[ReadRow]]) -> int:
    """How often a file holds each of its rows, which files put together by mistake do."""
    counts = [n for reads in orders for n in Counter(read.cells for read in reads).values()]
    return reduce(gcd, counts) if len(counts) > 1 else 1


def goods_of(
    reads: list[ReadRow],
    kept: list[ReadRow],
    items: Mapping[int, str],
    whole: int | None,
    given: int,
) -> tuple[int, list[DraftLine]]:
    """What was paid for the rows to ship, and their lines with the share of each.

    In an order of their own, so that shuffled rows give the same. kept: of `reads`, those to ship.
    items: of each row, as written. whole: what was paid for all rows, in fen. given: see
    `times_given`. Raises Refused, Unreadable.
    """
    _check_kinds(reads, kept, items)
    whole_is_known = whole is not None
    if len(kept) < len(reads):
        whole = None
    rows = _bought([_row(read, items[read.at]) for read in kept], reads, whole, given)
    if sum(len(row.goods) for row in rows) > MOST_LINES:
        raise DraftRefused("too_many_lines", most=MOST_LINES)
    paid = [row.paid for row in rows]
    known = [fen for fen in paid if fen is not None]
    if whole is None and len(known) < len(rows):
        raise DraftRefused("part_amount" if whole_is_known else "no_amount")
    if whole is not None and len(known) == len(rows):
        _check_rows(reads, sum(known), whole)
    total = sum(known) if whole is None else whole
    complete = len(known) == len(rows) and all(len(row.goods) == 1 for row in rows)
    amounts: list[int | None] = [*share(total, known)] if complete else [None] * len(rows)
    return total, [
        DraftLine(item=goods.name, sku=row.sku, quantity=goods.pieces, amount_fen=fen)
        for row, fen in zip(rows, amounts, strict=True)
        for goods in row.goods
    ]


def _check_rows(reads: list[ReadRow], goods: int, whole: int) -> None:
    """Coupons make an order cheaper than its goods; only rows that are missing make it dearer.

    Not where a file has no column for the freight, which may be the rest.
    """
    if not any(read.knows("freight") for read in reads):
        return
    beside = max((_beside(read["freight"]) for read in reads), default=0)
    if goods + beside < whole:
        rows, paid = (f"{fen / 100:.2f}" for fen in (goods + beside, whole))
        raise DraftRefused("rows_missing", rows=rows, whole=paid)


def _row(read: ReadRow, item: str) -> _Row:
    sku, sub = read["sku"][:200], read["sub_number"]
    if not item:
        raise DraftRefused("item")
    if sub:
        cells.number_of(sub)
    written = read["quantity"]
    goods = goods_in(item, cells.count(written) if written else None)
    if len(goods) > 1 and sku:  # of which of them?
        raise DraftRefused("goods_in_one_cell", title=" ".join(item.split())[:120])
    paid = None
    if read["amount"]:
        paid = cells.fen(read["amount"])
    elif read["unit_price"] and len(goods) == 1:
        paid = cells.fen(read["unit_price"]) * goods[0].pieces
    same = (item, sku, written, read["amount"], read["unit_price"])
    return _Row(same, read.cells, sub, read.at, tuple(goods), sku, paid)


def _check_kinds(reads: list[ReadRow], kept: list[ReadRow], items: Mapping[int, str]) -> None:
    """Where a file counts the kinds of an order's goods, none of them hides behind another."""
    counts = [int(kinds) for read in reads if (kinds := read["kinds"]).isdecimal()]
    named = {(heading(items[read.at]), read["sku"]) for read in reads}
    if max(counts, default=1) <= len(named):
        return
    written = [(items[read.at], read["quantity"]) for read in kept]
    goods = [goods_in(item, cells.count(n) if n else None) for item, n in written if item]
    if max(counts) > len({article.name for article in chain(*goods)}):
        raise DraftRefused("goods_in_one_cell", title=" ".join(written[0][0].split())[:120])


# --- rows that say the same -----------------------------------------------------------------------


def _beside(text: str) -> int:
    """A freight or a discount in fen, 0 for what is none."""
    return cells.fen(text) if re.match(r"[¥0-9]", text) else 0


def _sums(reads: list[ReadRow], whole: int | None) -> set[int]:
    """What the goods may come to: what was paid, or that without freight and discount."""
    if whole is None:
        return set()
    freight, discount = (
        max((_beside(read[field]) for read in reads), default=0)
        for field in ("freight", "discount")
    )
    return {whole, whole - freight + discount}


def _bought(rows: list[_Row], reads: list[ReadRow], whole: int | None, given: int) -> list[_Row]:
    """Each row as often as its goods were bought. Raises Refused when nothing tells."""
    numbered = {row.sub: row for row in rows if row.sub}
    for row in rows:
        if row.sub and numbered[row.sub].same != row.same:
            raise DraftRefused("contradiction", what="lines")
    own = [*numbered.values()]
    alike = {row.cells: row for row in rows if not row.sub}
    counts = Counter(row.cells for row in rows if not row.sub)
    goods = {row.same: row.cells for row in alike.values()}
    if max(counts.values(), default=1) == 1 and len(goods) == len(counts):
        return sorted([*own, *alike.values()])

    def taken(how: Mapping[tuple[str, ...], int]) -> list[_Row]:
        return sorted([*own, *(alike[written] for written, n in how.items() for _ in range(n))])

    sums = _sums(reads, whole)
    every = reduce(gcd, counts.values())
    readings = [
        {written: n // part for written, n in counts.items()}
        for part in range(1, every + 1)
        if every % part == 0
    ]
    readings += [dict.fromkeys(counts, 1), dict.fromkeys(goods.values(), 1)]
    for how in readings:
        paid = [row.paid for row in taken(how)]
        if None not in paid and sum(fen or 0 for fen in paid) in sums - {0}:
            return taken(how)
    once = {written: n // given if n % given == 0 else n for written, n in counts.items()}
    if max(once.values()) == 1 and (len(goods) == len(counts) or not sums):
        return taken(once)
    raise DraftRefused(
        "equal_rows", rows=JOINT.join(str(row.at) for row in rows if not row.sub)[:60]
    )
