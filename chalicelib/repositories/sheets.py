"""CSV and XLSX files to rows of clean text, within limits, whatever the file claims to be.

Formulas are never evaluated: of a cell with one the value that was saved beside it counts.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from ..domain.cells import LONGEST_CELL, clean
from ..domain.errors import Refusal
from ..domain.imports import LARGEST_BYTES, MOST_COLUMNS, MOST_ROWS
from ..domain.rows import Row
from .workbooks import cells_of, too_large

MOST_BESIDE = 200
"""Rows of titles, headings and sums beside MOST_ROWS of orders."""
MOST_EMPTY = 2000
"""Empty rows in a sequence; sheets are formatted far below their last row."""
MOST_READ = MOST_ROWS + MOST_BESIDE + MOST_EMPTY
"""Rows with the empty ones among them. A file that goes on is refused: cut off, it would lose
orders without a word."""
MOST_TEXT = 2 * LARGEST_BYTES
"""Characters of all cells, raw and cleaned: what a CSV of the largest size has. One text of an XLSX
can stand in each of its cells, and one character can become eighteen."""
LONGEST_LINE = 200_000
"""Characters of a CSV up to its next line break."""
_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of old .xls files, and of XLSX files with a password."""


def rows_of(content: bytes) -> list[Row]:
    """Rows that hold something, each with its number in the file.

    Raises "file_unreadable", "file_locked", "file_too_large", "file_without_rows".
    """
    if content.startswith(b"PK"):
        found = cells_of(content, MOST_COLUMNS + 1)
    elif content.startswith(_LOCKED):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Refusal("file_locked" if locked else "file_unreadable")
    else:
        found = _csv(_text(content))
    return kept(found)


def kept(found: Iterable[list[str]]) -> list[Row]:
    """The rows that hold something, of no more than MOST_READ.

    Raises "file_too_large", "file_without_rows".
    """
    rows: list[Row] = []
    empty = text = 0
    for number, cells in enumerate(found, 1):
        if any(one and not one.isspace() for one in cells[MOST_COLUMNS:]):
            raise too_large()
        some = [one[:LONGEST_CELL] for one in cells[:MOST_COLUMNS]]
        row = [clean(one) if one else one for one in some]
        text += sum(map(len, some)) + sum(map(len, row))
        if text > MOST_TEXT:
            raise too_large()
        while row and not row[-1]:
            row.pop()
        empty = 0 if row else empty + 1
        if empty > MOST_EMPTY:
            break
        if row:
            rows.append((number, row))
        if len(rows) > MOST_ROWS + MOST_BESIDE or number >= MOST_READ:
            raise too_large()
    if not rows:
        raise Refusal("file_without_rows")
    return rows


# --- CSV ------------------------------------------------------------------------------------------


def _text(content: bytes) -> str:
    """By its byte order mark, else UTF-8 if it is that, else GB18030, which holds GBK."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        else:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                if content.startswith(b"\xef\xbb\xbf"):
                    raise
                text = content.decode("gb18030")
    except UnicodeDecodeError:
        raise Refusal("file_unreadable") from None
    # a web page under the name of a spreadsheet, as some platforms send for .xls
    if "\x00" in text or text[:100].lstrip().startswith("<"):
        raise Refusal("file_unreadable")
    return text


def _csv(text: str) -> Iterator[list[str]]:
    separator = _separator(text[:20_000])
    # an XLSX cell ="123" is written unquoted by some platforms, so quotes open a field only there
    reader = csv.reader(_lines(text), delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        raise Refusal("file_unreadable") from None


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > LONGEST_LINE:
            raise too_large()
        yield line


def _separator(sample: str) -> str:
    """Comma, tab or semicolon: what splits most lines into the same number of cells.

    Not the tab beside a comma, which some platforms put to every cell lest Excel count.
    """
    sample = re.sub(r"\t(?=[,;])|(?<=[,;])\t", "", sample)
    lines = [re.sub(r'"[^"]*"', "", one) for one in sample.splitlines()[:30] if one.strip()]

    def score(separator: str) -> tuple[int, int]:
        counts = [one.count(separator) for one in lines]
        most = max(counts, default=0)
        return (counts.count(most) * most, most)

    return max(",\t;", key=score)
