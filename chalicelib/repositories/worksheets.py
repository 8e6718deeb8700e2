"""The cells of an XLSX's sheet as a person would read them, and the texts and styles they share."""

import re
from datetime import datetime, timedelta

from chalicelib.domain.cells import EXACT_DIGITS
from chalicelib.domain.errors import Refusal
from chalicelib.domain.imports import MOST_COLUMNS

from .parts import Attributes, Reader, too_large

MOST_CELLS = 750_000
"""Of one sheet, and texts that cells share: what 12,200 rows of 60 columns have."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Of a sheet (Excel's specification)."""
MOST_STYLES = 65_490
"""Of a workbook (Excel's specification)."""
LONGEST_TEXT = 32_767
"""Characters of a cell (Excel's specification)."""
EXACT = 10**EXACT_DIGITS
"""From here on the last digits of Excel's number are lost, and its exponent is shown."""
LAST_DAY = {1899: 2_958_465, 1904: 2_957_003}
"""9999-12-31, the last day that Excel knows, by the year that days are counted from."""

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Formats of dates and times that have a number alone (ECMA-376, 18.8.30), East Asian ones too."""
_NO_PATTERN = re.compile(r'"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|[\\_*].|General|Standard', re.I)
"""What a format shows as it stands, and conditions and colours."""


def unescaped(text: str) -> str:
    """_x000D_ is how the format writes a character that XML cannot (ECMA-376, ST_Xstring)."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    # a character beyond U+FFFF takes two
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Texts(Reader):
    """Collects what stands in the elements that hold text; how it is pronounced is no text."""

    def __init__(self) -> None:
        self._parts: list[str] | None = None
        self._length = 0
        self._phonetic = 0

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "rPh":
            self._phonetic += 1

    def end(self, name: str) -> None:
        if name == "rPh":
            self._phonetic -= 1

    def text(self, some: str) -> None:
        if self._parts is not None and not self._phonetic and self._length <= LONGEST_TEXT:
            self._parts.append(some)
            self._length += len(some)

    def _start(self) -> None:
        self._parts, self._length = [], 0

    def _taken(self) -> str:
        taken = unescaped("".join(self._parts or ())[:LONGEST_TEXT])
        self._parts = None
        return taken


class Strings(_Texts):
    """The texts that cells share, by their number."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._in_text = False

    def begin(self, name: str, attributes: Attributes) -> None:
        super().begin(name, attributes)
        if name == "si":
            if len(self.texts) >= MOST_CELLS:
                raise too_large()
            self._start()
        self._in_text = name == "t"

    def end(self, name: str) -> None:
        super().end(name)
        self._in_text = False
        if name == "si":
            self.texts.append(self._taken())

    def text(self, some: str) -> None:
        if self._in_text:
            super().text(some)


class Styles(Reader):
    """dates: the numbers of the styles that show a number as a date or a time."""

    def __init__(self) -> None:
        self.dates: set[int] = set()
        self._formats: dict[str, str] = {}
        self._place: int | None = None

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._place = 0
        elif name == "xf" and self._place is not None:
            if self._is_date(attributes.get("numFmtId", "0")):
                self.dates.add(self._place)
            self._place += 1
            if self._place > MOST_STYLES:
                raise too_large()

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._place = None

    def _is_date(self, number: str) -> bool:
        pattern = self._formats.get(number)
        if pattern is None:
            return number.isdigit() and int(number[:4]) in _DATES
        return (
            re.search("[dmyhs]", _NO_PATTERN.sub("", pattern[:255]).split(";")[0], re.I) is not None
        )


class Cells(_Texts):
    """A sheet's cells, wherever in the file they stand.

    too_wide: something stands to the right of the last column that is taken.
    """

    def __init__(self, strings: list[str], dates: set[int], since_1904: bool) -> None:
        super().__init__()
        self.too_wide = False
        self._strings = strings
        self._dates = dates
        self._epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
        self._rows: dict[int, list[str]] = {}
        self._count = self._count_of_rows = 0
        self._row = self._column = 0
        self._kind = ""
        self._style = ""
        self._value = ""
        self._in_value = False

    def rows(self) -> list[tuple[int, list[str]]]:
        return sorted(self._rows.items())

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._count += 1
            if self._count > MOST_CELLS:
                raise too_large()
            self._column += 1
            if reference := attributes.get("r"):
                self._go_to(reference)
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._value = ""
        elif name == "row":
            self._count_of_rows += 1
            if self._count_of_rows > LAST_ROW:
                raise too_large()
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = 0
        elif name == "v" or name == "is":
            self._start()
        elif name == "rPh":
            super().begin(name, attributes)
        self._in_value = name in {"v", "t"}

    def _go_to(self, reference: str) -> None:
        matched = _REFERENCE.fullmatch(reference)
        if matched is None:
            return
        self._row = int(matched[2])
        self._column = 0
        for letter in matched[1].upper():
            self._column = self._column * 26 + ord(letter) - 64

    def end(self, name: str) -> None:
        super().end(name)
        self._in_value = False
        if name == "v" or name == "is":
            self._value = self._taken()
        elif name == "c" and self._value:
            self._put(self._written(self._value))

    def text(self, some: str) -> None:
        if self._in_value:
            super().text(some)

    def _put(self, text: str) -> None:
        if not text or text.isspace():
            return
        if not (1 <= self._row <= LAST_ROW and 1 <= self._column <= LAST_COLUMN):
            raise Refusal("file_unreadable")
        if self._column > MOST_COLUMNS:
            self.too_wide = True
            return
        row = self._rows.setdefault(self._row, [])
        row.extend([""] * (self._column - len(row)))
        row[self._column - 1] = text

    def _written(self, value: str) -> str:
        """A number past what Excel keeps shows its exponent; one written in full is whole."""
        if self._kind == "s":
            if not value.isdecimal():
                raise Refusal("file_unreadable")
            return self._strings[int(value)]
        if self._kind == "b":
            return "TRUE" if value.strip() in {"1", "true"} else "FALSE"
        if self._kind != "n":
            return value
        value = value.strip()
        try:
            number = float(value)
        except ValueError:
            return value
        if self._style.isdigit() and int(self._style[:6]) in self._dates:
            return self._moment(number) or value
        if value.lstrip("-").isdecimal():
            return value
        return str(int(number)) if number.is_integer() and abs(number) < EXACT else repr(number)

    def _moment(self, days: float) -> str | None:
        if not 0 <= days <= LAST_DAY[self._epoch.year]:
            return None
        if days < 1:
            return f"{datetime.min + timedelta(seconds=round(days * 86_400)):%H:%M:%S}"
        if days < 60 and self._epoch.year == 1899:
            days += 1  # Excel counts a 29 February 1900
        return f"{self._epoch + timedelta(seconds=round(days * 86_400)):%Y-%m-%d %H:%M:%S}"
