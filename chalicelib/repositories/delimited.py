"""CSV and pasted tables: text of any encoding to records, none of which swallows the next.

Exporters that quote nothing write a nick as it was typed, so a cell may begin with a quote mark
that nothing closes. Joined to the next quote mark, as RFC 4180 says, it would take the rows between
with it, and one buyer's order would go to another's address. So a record of several lines counts
only if it is as wide as the table and none of its lines is a row by itself.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.cells import LOST
from chalicelib.domain.errors import Refusal
from chalicelib.domain.platforms import KNOWN, heading
from chalicelib.domain.rows import FEWEST_HEADINGS

from .parts import too_large

LONGEST_RECORD = 200_000
"""Characters of a row, over all its lines."""
TELLING_CELLS = 5
"""Of a row; text of a cell may well hold a separator or two, but not one less than this many on
each of its lines."""
FEWEST_CELLS = 2
"""Of a row that says how wide the table is."""

MOST_QUOTED = 2_000_000
"""Cells of rows with quote marks, which are read one by one and each several times: what 10,000
rows of 100 columns ask for, the empty ones at their end included."""
MOST_TELLING = 13_000
"""Rows that say how wide the table is; a file with more of them is too large."""

HEADINGS_WITHIN = 20_000
"""Characters from the top."""

_BREAK = re.compile(r"\r\n|\r|\n")


def text_of(content: bytes) -> str:
    """By its byte order mark, else UTF-8, else GB18030, which holds GBK. Raises "file_unreadable".

    What is broken, such as a nick cut inside a character, and a NUL become LOST and cost nothing
    else.
    """
    is_known = False
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        text = content.decode("utf-8-sig", "replace")
        if _is_another(text):
            is_known = _knows_headings(text)
            if not is_known:
                text = min(text, content.decode("gb18030", "replace"), key=_lost)
    is_torn = not is_known and _is_another(text) and _is_much(_lost(text), text)
    # a web page under the name of a spreadsheet, as some platforms send for .xls
    if is_torn or _is_much(text.count("\0"), text) or text[:100].lstrip().startswith("<"):
        raise Refusal("file_unreadable")
    return text.replace("\0", LOST)


def _is_much(lost: int, text: str) -> bool:
    """So much of a text that it is another encoding, or none."""
    return lost * 50 > len(text)


def _knows_headings(text: str) -> bool:
    """Whether it begins with headings that are known, which no other encoding would show: then
    rows that somebody pasted in another one are all that is lost."""
    cells = re.split(r'[,;\t\r\n"]+', text[:HEADINGS_WITHIN])
    return len({heading(cell) for cell in cells} & KNOWN - {""}) >= FEWEST_HEADINGS


def _lost(text: str) -> int:
    return text.count(LOST)


def _is_another(text: str) -> bool:
    """More than one in five of the characters beyond ASCII could not be read: GBK read as UTF-8
    loses nearly all."""
    return _lost(text) * 5 > (sum(1 for char in text if char > "\x7f") if LOST in text else 0)


def records_of(text: str) -> Iterator[list[str]]:
    """Row by row. Raises "file_quote" for a row whose end is not sure, "file_too_large"."""
    filled = len(text.rstrip(" \t\r\n,;"))
    below = _BREAK.search(text, filled)
    text = text[: below.start()] if below else text  # empty rows below the last are formatting
    reading = _Reading(text, _separator(text[:20_000]))
    width = reading.width()
    at = row = 0
    while at < len(text):
        row += 1
        cells, at = reading.row(at, width, row)
        yield cells


@dataclass(frozen=True)
class _Record:
    cells: list[str]
    end: int
    """Where the next one begins."""
    lines: int
    is_open: bool
    """A cell begins with a quote mark that opens nothing."""


class _Reading:
    """Each cell that begins with a quote mark ends with one before a separator or a line's end,
    and in between has them in pairs; otherwise the mark is a character like any other."""

    def __init__(self, text: str, separator: str) -> None:
        self.text = text
        self.separator = separator
        self.quoted_cells = 0
        mark = re.escape(separator)
        self._plain = re.compile(rf"[^{mark}\r\n]*")
        self._line = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
        ending = rf'"(?=[{mark}\r\n]|\Z)'
        # possessive: a cell that does not end well is given up at once
        self._quoted = re.compile(rf'"([^"]*+(?:""[^"]*+)*+){ending}')
        self._quoted_on_line = re.compile(rf'"([^"\r\n]*+(?:""[^"\r\n]*+)*+){ending}')

    def width(self) -> int:
        """Of most rows that stand on one line each; of the widest, where two are as many."""
        widths: Counter[int] = Counter()
        at = rows = 0
        while at < len(self.text) and rows < MOST_TELLING:
            rows += 1
            record = self._record(at, self._quoted)
            if record.lines == 1 and len(record.cells) >= FEWEST_CELLS:
                widths[len(record.cells)] += 1
            at = record.end
        return max(widths, key=lambda width: (widths[width], width), default=1)

    def row(self, at: int, width: int, number: int) -> tuple[list[str], int]:
        """The cells of the row that begins there, and where the next begins."""
        record = self._record(at, self._quoted)
        if record.lines > 1:
            alone = [len(cells) == width for cells in self._as_they_stand(at, record.end)]
            if self._is_one(record, alone, width):
                return record.cells, record.end
            if not all(alone) or (len(record.cells) == width and width < TELLING_CELLS):
                raise Refusal("file_quote", row=number)
            record = self._record(at, self._quoted_on_line)
        if len(record.cells) != width and '"' in self.text[at : record.end]:
            plain = self.text[at : record.end].rstrip("\r\n").split(self.separator)
            if len(plain) == width:  # two marks that are no pair took what is between them
                return plain, record.end
            if record.is_open:
                raise Refusal("file_quote", row=number)
        return record.cells, record.end

    @staticmethod
    def _is_one(record: _Record, alone: list[bool], width: int) -> bool:
        """Whether several lines are one row. alone: which of them would be a row by itself.

        The first line may be as wide as the table only if the last column goes on below it, and the
        last line only if the first column has come down to it.
        """
        if len(record.cells) not in {1, width} or any(alone[1:-1]):
            return False
        long = [at for at, cell in enumerate(record.cells) if _BREAK.search(cell)]
        return not (alone[0] and long[0] < width - 1) and not (alone[-1] and long[-1] > 0)

    def _as_they_stand(self, at: int, end: int) -> Iterator[list[str]]:
        while at < end:
            record = self._record(at, self._quoted_on_line)
            yield record.cells
            at = record.end

    def _record(self, at: int, quoted: re.Pattern[str]) -> _Record:
        line = self._line.match(self.text, at)
        assert line
        if line.end() - at > LONGEST_RECORD:
            raise too_large()
        if '"' not in line[0]:
            return _Record(line[0].rstrip("\r\n").split(self.separator), line.end(), 1, False)
        cells = []
        start, lines, is_open = at, 1, False
        while True:
            self.quoted_cells += 1
            if self.quoted_cells > MOST_QUOTED:
                raise too_large()
            cell = quoted.match(self.text, at)
            if cell:
                cells.append(cell[1].replace('""', '"'))
                lines += sum(1 for _ in _BREAK.finditer(cell[1]))
            else:
                cell = self._plain.match(self.text, at)
                assert cell
                is_open |= cell[0].startswith('"')
                cells.append(cell[0])
            at = cell.end()
            if at - start > LONGEST_RECORD:
                raise too_large()
            if self.text[at : at + 1] != self.separator:
                break
            at += 1
        at += len("\r\n") if self.text.startswith("\r\n", at) else 1
        return _Record(cells, at, lines, is_open)


def _separator(sample: str) -> str:
    """Comma, tab or semicolon: what splits most lines into the same number of cells.

    Not the tab beside a comma, which some platforms put to every cell lest Excel count.
    """
    sample = re.sub(r"\t(?=[,;])|(?<=[,;])\t", "", sample)
    lines = [re.sub(r'"[^"]*"', "", line) for line in sample.splitlines()[:30] if line.strip()]

    def score(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        most = max(counts, default=0)
        return (counts.count(most) * most, most)

    return max(",\t;", key=score)
