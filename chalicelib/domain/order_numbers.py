"""Which rows of a file are one order's: by its number, or by one that counts within a group buy.

A number such as 接龙号 starts again with each group, so alone it is no order's number: together
with the minute of the order it is, or with the name that a person gives the group. Minutes, as a
file that Excel saved has lost the seconds; two orders that then look like one are told to differ,
while one that looked like two would be sent twice.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import time
from typing import NamedTuple

from . import cells
from .cells import Unreadable
from .rows import DraftRefused, ReadRow, SheetRow
from .to_ship import order_sum, row_sum, sum_of

_COUNTED = re.compile(r"[0-9]{1,4}")
"""No platform's numbers of orders are so short; those of a list that is counted are."""
SHORTEST_OWN = 10
"""Characters. What is so long under a heading of group numbers has not been counted up to."""


class OrderNumber(NamedTuple):
    """group: what makes it unique if it counts within a group, else empty."""

    text: str
    group: str = ""


def needs_group(rows: Iterable[SheetRow], columns: Mapping[str, list[int]]) -> bool:
    """Whether numbers start again with each group and no column tells when it was ordered."""
    if "ordered_at" in columns or "paid_at" in columns:
        return False
    return any(_counts_again(ReadRow(row, columns)) for row in rows)


def _counts_again(read: ReadRow) -> bool:
    number = read["number"]
    if number:
        return _COUNTED.fullmatch(number) is not None
    return 0 < len(written_number(read)) < SHORTEST_OWN


def written_number(read: ReadRow) -> str:
    """As it stands in the row. Where a file has numbers of orders, those of groups are none."""
    return read["number"] or ("" if read.knows("number") else read["group_number"])


def number_of(
    read: ReadRow, above: OrderNumber | None, first: ReadRow | None, group: str
) -> OrderNumber | None:
    """The number of the row's order; `above`, the order of the row before, for merged cells.

    first: the first row of that order.
    group: the name of the group that the file is of, if a person gave one. Raises Refused,
    Unreadable.
    """
    text = written_number(read)
    if not text:
        own = read["group_number"]
        if first is not None and _is_for_another(read, first):
            return None
        return above if first is None or own in {"", first["group_number"]} else None
    cells.number_of(text)
    if cells.no_content(text):
        raise Unreadable("number", value=text[:60])
    if not _counts_again(read):
        return OrderNumber(text)
    if group:
        return OrderNumber(text, group)
    written = read["ordered_at"] or read["paid_at"]
    if not written and above is not None and above.text == text:
        return above
    if not written:
        raise DraftRefused("group_number", value=text)
    at = cells.moment(written)
    if at.time() == time(0):  # a day alone
        raise DraftRefused("group_number", value=text)
    return OrderNumber(text, f"{at:%Y-%m-%d %H:%M}")


def _is_for_another(read: ReadRow, first: ReadRow) -> bool:
    """Whether a row without a number has a receiver of its own in all, so that no cells were merged
    and the number above is not its number."""
    return all(read[field] and read[field] != first[field] for field in ("name", "phone"))


def is_joined(read: ReadRow, first: ReadRow) -> bool:
    """Whether a row under another number has no receiver and no sum of its own, as merged cells
    over several numbers leave it: 快团团 joins what one buyer ordered."""
    return (
        read.knows("order_amount")
        and bool(first["order_amount"])
        and not read.says("order_amount", "name", "phone", "address", "detail")
    )


def adds_up(reads: list[ReadRow]) -> bool:
    """Whether the rows come to the sum of the order. Raises Unreadable, Refused."""
    rows = [row_sum(read) for read in reads]
    if None in rows:
        return False
    beside = sum(sum_of(read, "freight") - sum_of(read, "discount") for read in reads)
    return sum(fen or 0 for fen in rows) + beside == order_sum(reads)
