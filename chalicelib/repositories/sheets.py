"""Files of outside programs to sheets of clean text, within limits, whatever they claim to be."""

from collections.abc import Iterable

from chalicelib.domain.cells import LONGEST_CELL, clean
from chalicelib.domain.errors import Refusal
from chalicelib.domain.imports import LARGEST_BYTES, MOST_COLUMNS, MOST_ROWS
from chalicelib.domain.rows import SheetRow
from chalicelib.domain.sheets import Sheet

from . import deadline
from .delimited import records_of, text_of
from .parts import too_large
from .workbooks import grids_of

MOST_BESIDE = 200
"""Rows of titles, headings and sums beside MOST_ROWS of orders."""
MOST_READ = MOST_ROWS + MOST_BESIDE + 2000
"""Rows with the empty ones among them. A file that goes on is refused: cut off, it would lose
orders without a word."""
MOST_TEXT = 2 * LARGEST_BYTES
"""Characters of all cells, raw and cleaned: what a CSV of the largest size has. One text of an XLSX
can stand in each of its cells, and one character can become eighteen."""
_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of old .xls files, and of XLSX files with a password."""


@deadline.standing_still()
def sheets_of(content: bytes) -> list[Sheet]:
    """In the order of the file; of a CSV one without a name.

    Raises "file_unreadable", "file_locked", "file_quote", "file_too_large", "file_without_rows".
    """
    taking = Taking()
    if content.startswith(b"PK"):
        sheets = [
            taking.sheet(grid.rows, clean(grid.name), hidden=grid.hidden, is_cut=grid.too_wide)
            for grid in grids_of(content)
        ]
    elif content.startswith(_LOCKED):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Refusal("file_locked" if locked else "file_unreadable")
    else:
        sheets = [taking.sheet(enumerate(records_of(text_of(content)), 1))]
    if not any(sheet.rows for sheet in sheets):
        raise Refusal("file_without_rows")
    return sheets


def refuse_if_too_large(sheets: Iterable[Sheet]) -> None:
    """Raises "file_too_large"."""
    picked = [sheet for sheet in sheets if sheet.picked]
    rows = sum(len(sheet.rows) for sheet in picked)
    if any(sheet.too_large for sheet in picked) or rows > MOST_ROWS + MOST_BESIDE:
        raise too_large()


class Taking:
    """What is taken of a file, over all its sheets."""

    def __init__(self) -> None:
        self._text = 0
        self._cleaned: dict[str, str] = {}

    def sheet(
        self,
        records: Iterable[tuple[int, list[str]]],
        name: str = "",
        *,
        hidden: bool = False,
        is_cut: bool = False,
    ) -> Sheet:
        """Its rows that hold something, up to where it is too large. Raises "file_too_large" for
        too much text."""
        rows: list[SheetRow] = []
        for number, cells in records:
            if len(rows) >= MOST_ROWS + MOST_BESIDE or number >= MOST_READ:
                is_cut = True
                break
            is_cut |= any(cell and not cell.isspace() for cell in cells[MOST_COLUMNS:])
            row = self._row(cells[:MOST_COLUMNS])
            if row:
                rows.append((number, row))
        return Sheet.model_construct(name=name, hidden=hidden, rows=rows, too_large=is_cut)

    def _row(self, cells: list[str]) -> list[str]:
        row = [self._clean(cell) if cell else cell for cell in cells]
        self._text += sum(min(len(cell), LONGEST_CELL) for cell in cells) + sum(map(len, row))
        if self._text > MOST_TEXT:
            raise too_large()
        while row and not row[-1]:
            row.pop()
        return row

    def _clean(self, cell: str) -> str:
        """Once for each text: states, goods and provinces come again in every row."""
        if (cleaned := self._cleaned.get(cell)) is None:
            cleaned = self._cleaned[cell] = clean(cell)
        return cleaned
