"""The first visible sheet of an XLSX, in an amount of work that its size in bytes does not decide.

openpyxl reads it; what openpyxl would take for granted is measured beforehand, part by part, by the
same parser that it uses, without building anything.
"""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from ..domain.cells import EXACT_DIGITS
from ..domain.errors import Refusal
from ..domain.imports import MOST_COLUMNS, MOST_ROWS

MOST_UNPACKED = 48 * 1024 * 1024
"""Bytes of all parts together: three times what 10,000 rows of 60 columns take."""
MOST_PARTS = 2000
MOST_SHEETS = 50
"""Each is begun when the workbook is opened, and several may claim the same part."""
MOST_CELLS = 750_000
"""Cells of a part, and texts that cells share: what 12,200 rows of 60 columns have."""
MOST_ELEMENTS = 2_500_000
"""Of XML in all parts: a cell of the largest workbook has three, a row one."""
MOST_BESIDE_CELLS = 200_000
"""Elements of all parts that are no cells, rows or texts: styles, names, merged cells."""
LATEST_ROWS = 256 * 1024
"""Bytes of a sheet before its rows, which every sheet that claims the part reads once more."""
DEEPEST = 60
CHUNK = 64 * 1024
EXACT = 10**EXACT_DIGITS
"""From here on the last digits of Excel's number are lost, and its exponent is shown."""

_OF_CELLS = frozenset({"row", "c", "v", "f", "is", "si", "t", "r"})
_BROKEN = (
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


def too_large() -> Refusal:
    """Says how much is taken."""
    megabytes = MOST_UNPACKED // (1024 * 1024)
    return Refusal("file_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS, megabytes=megabytes)


def cells_of(content: bytes, columns: int) -> Iterator[list[str]]:
    """Row by row, as wide as `columns`.

    Raises "file_unreadable", "file_too_large", "file_without_rows" without a visible sheet.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_parts(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
        if not sheets:
            raise Refusal("file_without_rows")
        # platforms' exporters leave "A1" there, and openpyxl would stop at it
        sheets[0].reset_dimensions()
        for cells in sheets[0].iter_rows(values_only=True, max_col=columns):
            yield [_written(one) for one in cells]
    except Refusal:
        raise
    except (*_BROKEN, InvalidFileException):
        raise Refusal("file_unreadable") from None


def _check_parts(content: bytes) -> None:
    """Raises what `cells_of` does; zipfile itself stops at the sizes that the parts declare."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        infos = parts.infolist()
        if "[Content_Types].xml" not in parts.namelist():
            raise Refusal("file_unreadable")
        if len(infos) > MOST_PARTS or sum(one.file_size for one in infos) > MOST_UNPACKED:
            raise too_large()
        work = Work()
        for info in infos:
            with parts.open(info) as part:
                work.measure(part)


class Work:
    """What the parts of a workbook ask for, counted; refused as soon as it is too much."""

    def __init__(self) -> None:
        self.elements = self.beside = 0

    def measure(self, part: IO[bytes]) -> None:
        """Raises "file_too_large"; "file_unreadable" for entities and for endless nesting.

        Entities have no place in a sheet: whatever the part is called, however it is encoded, and
        however long the comments before the declaration are. A picture ends with its first bytes;
        who reads it as XML will say so.
        """
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse
        found: Counter[str] = Counter()
        depth = 0
        rows_at: int | None = None

        def begin(name: str, _: Any) -> None:
            nonlocal depth, rows_at
            depth += 1
            if depth > DEEPEST:
                raise Refusal("file_unreadable")
            local = name.rpartition(":")[2]
            self.elements += 1
            if local in _OF_CELLS:
                found[local] += 1
                return
            self.beside += 1
            if local in {"sheet", "worksheet"}:
                found[local] += 1
            elif local == "sheetData" and rows_at is None:
                rows_at = parser.CurrentByteIndex

        def end(_: str) -> None:
            nonlocal depth
            depth -= 1

        parser.StartElementHandler = begin
        parser.EndElementHandler = end
        read = 0
        with suppress(expat.ExpatError):
            while some := part.read(CHUNK):
                read += len(some)
                parser.Parse(some)
                before_rows = read if rows_at is None else rows_at
                if (
                    max(found["c"], found["si"]) > MOST_CELLS
                    or self.elements > MOST_ELEMENTS
                    or self.beside > MOST_BESIDE_CELLS
                    or found["sheet"] > MOST_SHEETS
                    or (found["worksheet"] and before_rows > LATEST_ROWS)
                ):
                    raise too_large()


def _refuse(*_: Any) -> None:
    raise Refusal("file_unreadable")


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
