"""What a person should know of a file beside its orders: code -> (zh-CN, English)."""

from collections.abc import Iterator, Sequence

from .cells import LOST
from .import_drafts import RefusalReason
from .rows import SheetRow
from .sheets import Sheet, names_of
from .telling import JOINT, worded
from .unread import UnreadColumn

MOST_NAMED = 10
"""Rows in a sentence."""
LONGEST_HEADING = 60

NOTES: dict[str, tuple[str, str]] = {
    "sheets_unread": (
        "没有读这些工作表：{names}。如果里面有订单，请选上再读一次。",
        "These sheets were not read: {names}. If one holds orders, choose it and read again.",
    ),
    "hidden_unread": (
        "文件里有隐藏的工作表，没有读：{names}。如果里面有订单，请选上再读一次。",
        "The file has hidden sheets, which were not read: {names}. If one holds orders, choose it"
        " and read again.",
    ),
    "rows_counted_on": (
        "几张工作表一起读了。“{name}”的第 1 行，这里叫第 {row} 行。",
        "Several sheets were read together. Row 1 of “{name}” is called row {row} here.",
    ),
    "column_unread": (
        "看不懂“{name}”这一列（第 {rows} 行有内容）：它是什么？请选出来；"
        "和订单、退款、地址都无关的，在表里删去这一列。",
        "The column “{name}” is not understood (row {rows} has something in it): what is it? Choose"
        " it; if it has nothing to do with orders, refunds or addresses, remove it from the table.",
    ),
    "characters_lost": (
        "第 {rows} 行有读不出的字，这里写成 �。请核对这些行。",
        "Some characters could not be read and are shown as �, in row {rows}. Check these rows.",
    ),
}


def sentences(notes: Sequence[RefusalReason], place: int) -> list[str]:
    """place: of the language."""
    return [worded(NOTES[note.code], place, note.facts) for note in notes]


def of_sheets(sheets: Sequence[Sheet]) -> Iterator[RefusalReason]:
    filled = [sheet for sheet in sheets if sheet.rows]
    for code, hidden in (("sheets_unread", False), ("hidden_unread", True)):
        unread = [sheet for sheet in filled if sheet.hidden is hidden and not sheet.picked]
        if unread:
            yield RefusalReason(code=code, facts={"names": names_of(unread)})
    for sheet in filled:
        if sheet.counted_from:
            facts: dict[str, str | int] = {"name": sheet.name, "row": sheet.counted_from + 1}
            yield RefusalReason(code="rows_counted_on", facts=facts)


def of_lost(rows: Sequence[SheetRow]) -> Iterator[RefusalReason]:
    lost = [number for number, cells in rows if any(LOST in cell for cell in cells)]
    if lost:
        named = _named(lost[:MOST_NAMED], more=len(lost) > MOST_NAMED)
        yield RefusalReason(code="characters_lost", facts={"rows": named})


def of_unread(columns: Sequence[UnreadColumn]) -> Iterator[RefusalReason]:
    for column in columns:
        facts: dict[str, str | int] = {
            "name": column.heading[:LONGEST_HEADING],
            "rows": _named(column.rows, more=column.more),
        }
        yield RefusalReason(code="column_unread", facts=facts)


def _named(rows: Sequence[int], *, more: bool) -> str:
    return JOINT.join(map(str, rows)) + (" …" if more else "")
