"""XLSX files that a spreadsheet adds up: sums as numbers, all else as text that does nothing."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .spreadsheets import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Of a ZIP file's clock: the same content is the same file."""


@dataclass(frozen=True)
class Yuan:
    """A sum that a spreadsheet adds up; written from its fen, so that nothing is rounded."""

    fen: int

    def __str__(self) -> str:
        return f"{'-' if self.fen < 0 else ''}{abs(self.fen) // 100}.{abs(self.fen) % 100:02d}"


@dataclass(frozen=True)
class Sheet:
    """Cells are text, whole numbers, sums, or None."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str | int | Yuan | None]]


def xlsx(*sheets: Sheet) -> bytes:
    """A workbook. Text stays text, however many digits it has, and does nothing."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_kind("sheet.main")}"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_kind("styles")}"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_kind("worksheet")}"/>'
            for n in numbers
        )
        + "</Types>",
        "_rels/.rels": _links([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(sheet.name, _QUOTE)}" sheetId="{n}" r:id="rId{n}"/>'
            for n, sheet in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _links(
            [
                *(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
                ("styles", "styles.xml"),
            ]
        ),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheet) for n, sheet in enumerate(sheets, 1)},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), _HEAD + text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


_QUOTE = {'"': "&quot;"}
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Arial"/></font>'
    '<font><b/><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    "</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_BOLD, _SUM, _TEXT = 1, 2, 3
_WIDEST = 60
"""Of a column, in characters."""


def _kind(part: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{part}+xml"


def _links(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _sheet(sheet: Sheet) -> str:
    rows = [list(row) for row in sheet.rows]
    widths = [
        min(_WIDEST, 2 + max(map(_width, (heading, *(row[at] for row in rows)))))
        for at, heading in enumerate(sheet.headings)
    ]
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(widths, 1)
    )
    lines = [_line(1, [_written(text, _BOLD) for text in sheet.headings])]
    lines += [_line(n, [_written(cell) for cell in row]) for n, row in enumerate(rows, 2)]
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols>"
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )


def _width(cell: str | int | Yuan | None) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in str("" if cell is None else cell))


def _line(number: int, cells: Sequence[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _written(cell: str | int | Yuan | None, style: int = _TEXT) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, Yuan):
        return f'<c s="{_SUM}"><v>{cell}</v></c>'
    if isinstance(cell, int):
        return f"<c><v>{cell}</v></c>"
    text = escape(_NO_XML.sub("", harmless(cell)))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
