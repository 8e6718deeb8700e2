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
    known = KNOWN | {heading(name) for name in kept}
    best, most = None, 0
    for at, (_, cells) in enumerate(rows[:LOOK_FOR_HEADINGS]):
        n = len({heading(cell) for cell in cells} & known)
        if n > most:
            best, most = at, n
    if most >= FEWEST_HEADINGS:
        return best
    for at, (_, cells) in enumerate(rows[:LOOK_FOR_HEADINGS]):
        named = [cell for cell in cells if cell]
        if len(set(named)) >= FEWEST_HEADINGS and not any(re.search(r"\d{2}", n) for n in named):
            return at
    return None


def places(headings: Sequence[str], fields: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """field -> its columns, in the order they count.

    A heading that nobody knows is that of its words without their unit: 退款金额(元). A balance is
    paid besides the first of the order's sums alone; the others have it in them.
    """
    at: dict[str, list[int]] = {}
    for index, title in enumerate(headings):
        at.setdefault(heading(title), []).append(index)
    known = {name for names in fields.values() for name in names}
    for name in [name for name in at if name not in known]:
        if (bare := without_unit(name)) != name:
            at[bare] = [*at.get(bare, []), *at[name]]
    by_field = {
        field: [index for name in names for index in at.get(name, [])]
        for field, names in fields.items()
    }
    if "balance" in by_field and not at.get(next(iter(fields.get("order_amount", ())), "")):
        del by_field["balance"]
    return {field: columns for field, columns in by_field.items() if columns}


class ReadRow:
    """A row with its fields by name."""

    def __init__(self, row: SheetRow, columns: Mapping[str, list[int]]) -> None:
        self.at, self._cells = row
        self._columns = columns
        self._lines: dict[str, str] = {}

    def knows(self, field: str) -> bool:
        """Whether the file has a column for it."""
        return field in self._columns

    def columns(self, field: str) -> Sequence[int]:
        return self._columns.get(field, ())

    def cell(self, column: int) -> str:
        return self._cells[column] if column < len(self._cells) else ""

    def texts(self, field: str) -> list[str]:
        """What its columns say, those that say something."""
        return [text for column in self.columns(field) if (text := self.cell(column))]

    def __getitem__(self, field: str) -> str:
        """In one line. Asked for some fifty times of a row."""
        if field not in self._lines:
            self._lines[field] = self.as_written(field).replace("\n", " ")
        return self._lines[field]

    def as_written(self, field: str) -> str:
        """With its line breaks."""
        for column in self._columns.get(field, ()):
            if text := self.cell(column):
                return text
        return ""

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
    filled = [cell for cell in row[1] if cell]
    return len(filled) <= 1 or TOTAL.fullmatch(filled[0]) is not None


def is_headings(row: SheetRow, titles: list[str]) -> bool:
    """The headings once more, as on each page or sheet of an export."""
    filled = [(at, cell) for at, cell in enumerate(row[1]) if cell]
    return all(at < len(titles) and heading(cell) == titles[at] for at, cell in filled)


def everything(reads: list[ReadRow], field: str) -> set[str]:
    return {read[field] for read in reads} - {""}


def agreed(reads: list[ReadRow], field: str, what: str) -> str:
    """What all rows of an order say; they may leave it out, but not disagree."""
    texts = everything(reads, field)
    if len(texts) > 1:
        raise DraftRefused("contradiction", what=what)
    return next(iter(texts), "")
