"""CSV and XLSX files to rows of clean text, within limits, whatever the file claims to be.

Formulas are never evaluated: of a cell with one the value that was saved beside it counts.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from ..domain.cells import clean
from ..domain.errors import Refusal
from ..domain.imports import MOST_COLUMNS, MOST_ROWS
from ..domain.intake import Row

MOST_BESIDE = 200
"""Rows of titles, headings and sums beside MOST_ROWS of orders."""
MOST_EMPTY = 2000
"""Empty rows in a sequence; sheets are formatted far below their last row."""
MOST_UNPACKED = 48 * 1024 * 1024
"""Bytes of all parts of an XLSX together: three times what 10,000 rows of 60 columns take. The
worst that fits, all of it shared strings of one letter, takes 300 MB and some seconds."""
MOST_PARTS = 2000
LONGEST_CELL = 2000
EXACT = 10**16
"""From here on a number of Excel is printed with an exponent, and its last digits are lost."""
_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of old .xls files, and of XLSX files with a password."""


def rows_of(content: bytes) -> list[Row]:
    """Rows that hold something, each with its number in the file.

    Raises "file_unreadable", "file_locked", "file_too_large", "file_without_rows".
    """
    if content.startswith(b"PK"):
        found = _xlsx(content)
    elif content.startswith(_LOCKED):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Refusal("file_locked" if locked else "file_unreadable")
    else:
        found = _csv(_text(content))
    rows: list[Row] = []
    empty = 0
    for number, cells in enumerate(found, 1):
        row = [clean(one[:LONGEST_CELL]) for one in cells]
        while row and not row[-1]:
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise too_large()
        empty = 0 if row else empty + 1
        if empty > MOST_EMPTY:
            break
        if row:
            rows.append((number, row))
        if len(rows) > MOST_ROWS + MOST_BESIDE:
            raise too_large()
    if not rows:
        raise Refusal("file_without_rows")
    return rows


def too_large() -> Refusal:
    """Says how much is taken."""
    megabytes = MOST_UNPACKED // (1024 * 1024)
    return Refusal("file_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS, megabytes=megabytes)


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
                text = content.decode("gb18030")
    except UnicodeDecodeError:
        raise Refusal("file_unreadable") from None
    if "\x00" in text:
        raise Refusal("file_unreadable")
    return text


def _csv(text: str) -> Iterator[list[str]]:
    separator = _separator(text[:20_000])
    # an XLSX cell ="123" is written unquoted by some platforms, so quotes open a field only there
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        raise Refusal("file_unreadable") from None


def _separator(sample: str) -> str:
    """Comma, tab or semicolon: what splits most lines into the same number of cells."""
    lines = [re.sub(r'"[^"]*"', "", one) for one in sample.splitlines()[:30] if one.strip()]

    def score(separator: str) -> tuple[int, int]:
        counts = [one.count(separator) for one in lines]
        most = max(counts, default=0)
        return (counts.count(most) * most, most)

    return max(",\t;", key=score)


# --- XLSX -----------------------------------------------------------------------------------------


def _xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        EOFError,
        RuntimeError,  # a part with a password
        NotImplementedError,
        SyntaxError,
    )
    try:
        _check_parts(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
        if not sheets:
            raise Refusal("file_without_rows")
        raw: Iterable[tuple[Any, ...]] = sheets[0].iter_rows(
            values_only=True, max_col=MOST_COLUMNS + 1
        )
        for cells in islice(raw, MOST_ROWS * 3):
            yield [_written(one) for one in cells]
    except Refusal:
        raise
    except broken:
        raise Refusal("file_unreadable") from None


def _check_parts(content: bytes) -> None:
    """Before anything is unpacked; zipfile itself stops at the sizes that the parts declare."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        infos = parts.infolist()
        if "[Content_Types].xml" not in parts.namelist():
            raise Refusal("file_unreadable")
        if len(infos) > MOST_PARTS or sum(one.file_size for one in infos) > MOST_UNPACKED:
            raise too_large()
        for info in infos:
            with parts.open(info) as part:
                _refuse_doctype(part)


def _refuse_doctype(part: IO[bytes]) -> None:
    """Entities have no place in a sheet: whatever the part is called, however it is encoded, and
    however long the comments before the declaration are.
    """
    begun: list[str] = []

    def refuse(*_: Any) -> None:
        raise Refusal("file_unreadable")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _: begun.append(name)
    with suppress(expat.ExpatError):  # a picture; who reads it as XML will say so
        while not begun and (some := part.read(2000)):
            parser.Parse(some)


def _written(value: Any) -> str:
    """A cell as a person would read it; a number past what Excel keeps shows its exponent."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    return str(value)
