"""The rows of an outside platform's file, with what their columns hold by name."""

import re
from collections.abc import Iterable, Mapping, Sequence

from .cells import broken
from .platforms import KNOWN, heading, without_unit

FEWEST_HEADINGS = 3
LOOK_FOR_HEADINGS = 30
"""Rows; titles and notes of exports take fewer."""
TOTAL = re.compile(r"(本页)?(合计|总计|小计|汇总|总合计|total)\s*[::]?.{0,40}", re.I)

SheetRow = tuple[int, list[str]]
"""Its number in the file, from 1, and its cells, cleaned."""


class DraftRefused(Exception):
    """An order that cannot be; `code` is a key of REASONS in intake_reasons.py."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def header_at(rows: Sequence[SheetRow], kept: Iterable[str] = ()) -> int | None:
    """Which of the rows holds the headings: the one that knows most of them, titles stand above."""
    known = KNOWN | {heading(one) for one in kept}
    best, most = None, 0
    for at, (_, found) in enumerate(rows[:LOOK_FOR_HEADINGS]):
        n = len({heading(one) for one in found} & known)
        if n > most:
            best, most = at, n
    if most >= FEWEST_HEADINGS:
        return best
    for at, (_, found) in enumerate(rows[:LOOK_FOR_HEADINGS]):
        named = [one for one in found if one]
        if len(set(named)) >= FEWEST_HEADINGS and not any(re.search(r"\d{2}", n) for n in named):
            return at
    return None


def places(headings: Sequence[str], fields: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """field -> its columns, in the order they count.

    A heading that nobody knows is that of its words without their unit: 退款金额(元). A balance is
    paid besides the first of the order's sums alone; the others have it in them.
    """
    at: dict[str, list[int]] = {}
    for index, one in enumerate(headings):
        at.setdefault(heading(one), []).append(index)
    known = {name for names in fields.values() for name in names}
    for name in [name for name in at if name not in known]:
        if (bare := without_unit(name)) != name:
            at[bare] = [*at.get(bare, []), *at[name]]
    found = {
        field: [index for name in names for index in at.get(name, [])]
        for field, names in fields.items()
    }
    if "balance" in found and not at.get(next(iter(fields.get("order_amount", ())), "")):
        del found["balance"]
    return {field: columns for field, columns in found.items() if columns}


class ReadRow:
    """A row with its fields by name."""

    def __init__(self, row: SheetRow, columns: Mapping[str, list[int]]) -> None:
        self.at, self._cells = row
        self._columns = columns

    def knows(self, field: str) -> bool:
        """Whether the file has a column for it."""
        return field in self._columns

    def columns(self, field: str) -> Sequence[int]:
        return self._columns.get(field, ())

    def cell(self, column: int) -> str:
        return self._cells[column] if column < len(self._cells) else ""

    def each(self, field: str) -> list[str]:
        """What its columns say, those that say something."""
        return [text for column in self.columns(field) if (text := self.cell(column))]

    def __getitem__(self, field: str) -> str:
        return " ".join(self.as_written(field).split("\n"))

    def as_written(self, field: str) -> str:
        """With its line breaks."""
        return next(iter(self.each(field)), "")

    def broken(self, fields: Iterable[str]) -> DraftRefused | None:
        """What counts in one of these, and is not what somebody wrote."""
        for field in fields:
            if code := broken(self[field]):
                return DraftRefused(code, row=self.at, what=field, value=self[field][:60])
        return None

    @property
    def cells(self) -> tuple[str, ...]:
        """Without the empty ones at the end, which a file may write or leave out."""
        filled = len(self._cells)
        while filled and not self._cells[filled - 1]:
            filled -= 1
        return tuple(self._cells[:filled])

    def says(self, *fields: str) -> bool:
        return any(self[field] for field in fields)


def is_no_data(row: SheetRow, titles: list[str]) -> bool:
    """Empty, a note, or a sum."""
    filled = [one for one in row[1] if one]
    return len(filled) <= 1 or TOTAL.fullmatch(filled[0]) is not None


def is_headings(row: SheetRow, titles: list[str]) -> bool:
    """The headings once more, as on each page or sheet of an export."""
    filled = [(at, one) for at, one in enumerate(row[1]) if one]
    return all(at < len(titles) and heading(one) == titles[at] for at, one in filled)


def everything(reads: list[ReadRow], field: str) -> set[str]:
    return {one[field] for one in reads} - {""}


def agreed(reads: list[ReadRow], field: str, what: str) -> str:
    """What all rows of an order say; they may leave it out, but not disagree."""
    found = everything(reads, field)
    if len(found) > 1:
        raise DraftRefused("contradiction", what=what)
    return next(iter(found), "")
