"""Files of every kind to rows of text; broken and hostile ones to a sentence."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from chalicelib.domain.cells import LOST, clean
from chalicelib.domain.errors import Refusal
from chalicelib.domain.imports import MOST_COLUMNS, MOST_ROWS
from chalicelib.domain.rows import SheetRow
from chalicelib.domain.sentences import SENTENCES
from chalicelib.domain.sheets import for_orders, pick, together
from chalicelib.pages.drawing.spreadsheets import csv
from chalicelib.repositories import deadline, delimited, parts, sheets, worksheets
from chalicelib.repositories.delimited import LONGEST_RECORD, records_of
from chalicelib.repositories.parts import (
    CHUNK,
    LONGEST_TOKEN,
    MOST_ATTRIBUTES,
    MOST_UNPACKED,
    ElementCount,
    Reader,
)
from chalicelib.repositories.sheets import (
    MOST_READ,
    Taking,
    refuse_if_too_large,
    sheets_of,
)
from chalicelib.repositories.workbooks import Grid, _Contents, grids_of
from chalicelib.repositories.worksheets import MOST_CELLS, Cells, Strings, Styles
from tests.platform_files import FileRows, as_csv, as_xlsx, pinduoduo

SIMPLE: FileRows = [
    ["订单号", "商品，含标点", "数量"],
    ["A1", "蛋\n10枚", "1"],
    ["B2", '"梨"', "2"],
]
CLEAN = [
    (1, ["订单号", "商品,含标点", "数量"]),
    (2, ["A1", "蛋\n10枚", "1"]),
    (3, ["B2", '"梨"', "2"]),
]


def rows_of(content: bytes) -> list[SheetRow]:
    """Of the sheet that somebody would take for a table."""
    picked = pick(sheets_of(content), for_orders())
    refuse_if_too_large(picked)
    return together(picked, for_orders(), headings_again=True)[0]


def refused(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        rows_of(content)
    assert refusal.value.code == code
    for sentence in SENTENCES[code]:
        sentence.format(**refusal.value.facts)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_of_any_encoding_and_separator(encoding: str, separator: str) -> None:
    assert rows_of(as_csv(SIMPLE, encoding, separator)) == CLEAN


@pytest.mark.parametrize("cell", ["{}\t", "\t{}", '="{}"'])
def test_what_keeps_cells_from_being_numbers_is_no_separator(cell: str) -> None:
    table: FileRows = [
        [cell.format(text) for text in row] for row in (["订单号", "数量"], ["69", "1"])
    ]
    assert rows_of(as_csv(table)) == [(1, ["订单号", "数量"]), (2, ["69", "1"])]


def test_an_xlsx_says_the_same() -> None:
    assert rows_of(as_xlsx(SIMPLE)) == CLEAN


def test_numbers_dates_and_formulas_of_an_xlsx() -> None:
    when = datetime(2026, 11, 20, 20, 5, 1)
    table: FileRows = [
        ["a", "b", "c", "d", "e", "f"],
        [1, 12.5, 2.3e17, when, "=1+1", 13800000000.0],
    ]
    [_, (_, cells)] = rows_of(as_xlsx(table))
    assert cells == ["1", "12.5", "2.3e+17", "2026-11-20 20:05:01", "", "13800000000"]


def test_merged_cells_stand_in_their_first_row() -> None:
    table: FileRows = [["订单号", "商品", "数量"], ["A", "蛋", 1], [None, "梨", 2]]
    rows = rows_of(as_xlsx(table, merged=["A2:A3"]))
    assert [row for _, row in rows][1:] == [["A", "蛋", "1"], ["", "梨", "2"]]


def test_only_visible_sheets_are_read() -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.append(["hidden"])
    first.sheet_state = "hidden"
    book.create_sheet("orders").append(["shown"])
    out = io.BytesIO()
    book.save(out)
    assert rows_of(out.getvalue()) == [(1, ["shown"])]


# --- broken and hostile -----------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", b"<Types/>")
        for name, content in parts.items():
            file.writestr(f"{name}.xml", content)
    return out.getvalue()


def changed(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """An XLSX with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given_, zipfile.ZipFile(out, "w") as made:
        for member in given_.namelist():
            part = given_.read(member)
            made.writestr(member, part.replace(old, new) if member == name else part)
    return out.getvalue()


WHOLE = as_xlsx(SIMPLE)
SHEET = "xl/worksheets/sheet1.xml"
BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
PART = zipfile.ZipFile(io.BytesIO(as_xlsx(SIMPLE))).read(SHEET)


def packed(how: int, *, damaged: bool = False) -> bytes:
    """The same workbook, packed as no spreadsheet does."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as given_, zipfile.ZipFile(out, "w", how) as made:
        for member in given_.namelist():
            made.writestr(member, given_.read(member))
        at = made.getinfo(SHEET).header_offset + 30 + len(SHEET) + 8
    content = bytearray(out.getvalue())
    if damaged:
        content[at : at + 8] = b"\xff" * 8
    return bytes(content)


UNREADABLE = {
    "lzma": packed(zipfile.ZIP_LZMA),
    "damaged lzma": packed(zipfile.ZIP_LZMA, damaged=True),
    "bzip2": packed(zipfile.ZIP_BZIP2),
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "an old xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a torn zip": as_xlsx(SIMPLE)[:500],
    "another zip": zipped(hello=b"world"),
    "no workbook": zipped(),
    "torn xml": changed(as_xlsx(SIMPLE), SHEET, b"</row>", b"<row>"),
    "entities": changed(as_xlsx(SIMPLE), SHEET, b"<worksheet", BOMB + b"<worksheet"),
    "entities far below": changed(
        as_xlsx(SIMPLE), SHEET, b"<worksheet", b"<!--" + b" " * 9000 + b"-->" + BOMB + b"<worksheet"
    ),
    "entities in another encoding": changed(
        as_xlsx(SIMPLE),
        SHEET,
        PART,
        PART.replace(b"<worksheet", BOMB + b"<worksheet").decode().encode("utf-16"),
    ),
    "bytes of no encoding": b"\xff\x00\x80\x81" * 50,
    "zeros": bytes(1000),
    "a web page called .xls": "<html><table><tr><td>订单号</td></tr></table>".encode(),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_table_is_told(name: str) -> None:
    refused(UNREADABLE[name], "file_unreadable")


def test_a_password_is_told() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    refused(locked, "file_locked")


def test_an_empty_file_is_told() -> None:
    refused(b"", "file_without_rows")
    refused(b"\r\n,,,\r\n", "file_without_rows")
    refused(as_xlsx([]), "file_without_rows")


def test_a_zip_bomb_is_refused_by_what_it_declares() -> None:
    refused(zipped(bomb=bytes(MOST_UNPACKED + 1)), "file_too_large")


def test_more_rows_or_columns_than_a_file_may_have() -> None:
    refused(as_csv([["a", "b"]] * (MOST_ROWS + 500)), "file_too_large")
    refused(as_csv([["a"] * (MOST_COLUMNS + 1)]), "file_too_large")
    refused(as_xlsx([["a"] * (MOST_COLUMNS + 1)]), "file_too_large")
    assert len(rows_of(as_csv(pinduoduo(MOST_ROWS)))) == MOST_ROWS + 1


@pytest.mark.parametrize("far", ["XFD1", "A1048576", "XFD1048576"])
def test_a_cell_far_to_the_right_or_far_below_costs_nothing_and_is_not_lost_unsaid(
    far: str,
) -> None:
    """Another reader asks for 500 GB here."""
    book: Any = Workbook()
    sheet = book.active
    sheet["A1"], sheet[far] = "a", " "
    assert rows_of(saved(book)) == [(1, ["a"])], "a space is nothing"
    sheet[far] = "far"
    [read_sheet] = sheets_of(saved(book))
    assert read_sheet.too_large
    assert sum(len(row) for _, row in read_sheet.rows) == 1
    refused(saved(book), "file_too_large")


def test_the_size_that_a_sheet_claims_is_not_believed() -> None:
    """Exporters that write as they go leave A1 there."""
    for claim in (b"A1", b"A1:XFD1048576"):
        part = PART.replace(b'"A1:C3"', b'"%b"' % claim)
        assert part != PART
        assert rows_of(changed(WHOLE, SHEET, PART, part)) == CLEAN


# --- much work asked for by a small file ------------------------------------------------------

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows: str, before: str = "") -> str:
    return f"<worksheet {NAMESPACE}>{before}<sheetData>{rows}</sheetData></worksheet>"


def strings(some: str) -> str:
    return f"<sst {NAMESPACE}>{some}</sst>"


def cells() -> Cells:
    return Cells([], set(), since_1904=False)


@pytest.mark.parametrize("since_1904", [True, False])
@pytest.mark.parametrize("days", ["2957003", "2957004", "2958465", "2958465.9999999", "2958466"])
def test_a_day_past_the_calendar_stays_a_number(days: str, since_1904: bool) -> None:
    """Counted from 1904 the last day has a smaller number."""
    read = Cells([], {1}, since_1904=since_1904)
    text = sheet(f'<row><c s="1"><v>{days}</v></c></row>')
    ElementCount().read(io.BytesIO(text.encode()), read)
    [(_, [cell])] = read.rows()
    last = 2_957_003 if since_1904 else 2_958_465
    assert (cell == days) == (float(days) > last)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet(rows: str) -> bytes:
    return changed(WHOLE, SHEET, PART, sheet(rows).encode())


HOSTILE: dict[str, tuple[Callable[[], Reader], Callable[[], str]]] = {
    "a row of empty cells": (cells, lambda: sheet("<row>" + "<c/>" * 120_000 + "</row>")),
    "rows of empty cells": (cells, lambda: sheet(f"<row>{'<c/>' * 60}</row>" * 3_000)),
    "rows of nothing": (cells, lambda: sheet("<row/>" * 120_000)),
    "texts of nothing": (Strings, lambda: strings("<si/>" * 120_000)),
    "a text of many parts": (Strings, lambda: strings(f"<si>{'<t/>' * 120_000}</si>")),
    "styles": (
        Styles,
        lambda: f"<styleSheet><cellXfs>{'<xf/>' * 120_000}</cellXfs></styleSheet>",
    ),
    "sheets": (_Contents, lambda: f"<workbook>{'<sheet/>' * 100_000}</workbook>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_part_that_asks_for_much_work_is_refused_while_it_is_read(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_ELEMENTS", 100_000)
    work = ElementCount()
    reader, text = HOSTILE[name]
    with pytest.raises(Refusal) as refusal:
        work.read(io.BytesIO(text().encode()), reader())
    assert refusal.value.code == "file_too_large"
    assert work.elements <= 100_001


class CountedPart(io.BytesIO):
    """Counts the bytes that were asked of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        some = super().read(size)
        self.taken += len(some)
        return some


ENDLESS = {
    "a comment": "<c><!--{}--></c>",
    "an attribute": '<c r="{}"/>',
    "a name": "<{}/>",
    "a name of an attribute": '<c {}=""/>',
    "an instruction": "<c><?x {}?></c>",
    "a declaration": "<!DOCTYPE {}><c/>",
    "the space in a tag": '<c {}r=""/>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ENDLESS)
def test_mark_up_without_an_end_is_read_no_further(name: str, encoding: str) -> None:
    """A reader that goes over it again with each chunk takes a time of its square."""
    filling = " " if name.startswith("the space") else "a"
    text = ENDLESS[name].format(filling * 2_000_000)
    part = CountedPart(text.encode(encoding))
    with pytest.raises(Refusal) as refusal:
        ElementCount().read(part, cells())
    assert refusal.value.code == "file_unreadable"
    assert part.taken <= LONGEST_TOKEN + CHUNK


def test_text_and_mark_up_of_many_pieces_may_be_long() -> None:
    long = "长" * 2_000_000
    for rows in (f"<row><c t='str'><v>{long}</v></c></row>", "<!--a-->" * 200_000):
        ElementCount().read(io.BytesIO(sheet(rows).encode()), cells())


def test_the_attributes_of_an_element_are_counted() -> None:
    def element(count: int) -> bytes:
        return b"<c %b/>" % b" ".join(b'a%d=""' % number for number in range(count))

    ElementCount().read(io.BytesIO(element(MOST_ATTRIBUTES)), cells())
    with pytest.raises(Refusal) as refusal:
        ElementCount().read(io.BytesIO(element(MOST_ATTRIBUTES + 1)), cells())
    assert refusal.value.code == "file_unreadable"


def test_no_sheet_has_more_rows_than_excel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worksheets, "LAST_ROW", 1000)
    ElementCount().read(io.BytesIO(sheet("<row/>" * 1000).encode()), cells())
    with pytest.raises(Refusal) as refusal:
        ElementCount().read(io.BytesIO(sheet("<row/>" * 1001).encode()), cells())
    assert refusal.value.code == "file_too_large"


def test_the_cells_between_quote_marks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is read twice: for the width of the table, and for itself."""
    row = '"a","b","c","d","e"\n'
    monkeypatch.setattr(delimited, "MOST_QUOTED", 1000)
    assert len(list(records_of(row * 100))) == 100
    with pytest.raises(Refusal) as refusal:
        list(records_of(row * 101))
    assert refusal.value.code == "file_too_large"


def test_reading_a_file_takes_none_of_the_time_for_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the largest file its answer would be that the store is away, however often it is
    sent."""
    clock = [0.0]

    def slowly(content: bytes) -> list[Grid]:
        clock[0] += 60
        return grids_of(content)

    monkeypatch.setattr(deadline, "monotonic", lambda: clock[0])
    monkeypatch.setattr(sheets, "grids_of", slowly)
    with deadline.within(15):
        sheets_of(WHOLE)
        assert not deadline.passed()
        clock[0] += 15
        assert deadline.passed()


def test_a_workbook_with_such_a_part_is_refused() -> None:
    refused(with_sheet("<row>" + "<c/>" * (MOST_CELLS + 1) + "</row>"), "file_too_large")
    refused(with_sheet("<row>" * 100_000 + "</row>" * 100_000), "file_unreadable")


def test_a_part_that_many_sheets_claim_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_sheet("<row><c t='str'><v>a</v></c></row>" * 1000)
    sheets = b"".join(b'<sheet name="%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(40))
    part = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    begin = part.index(b"<sheets>") + len(b"<sheets>")
    part_with = part[:begin] + sheets + part[part.index(b"</sheets>") :]
    works = []

    def watched(work: ElementCount, *what: Any) -> None:
        works.append(work)
        read(work, *what)

    read = ElementCount.read
    monkeypatch.setattr(ElementCount, "read", watched)
    read_sheets = sheets_of(changed(content, "xl/workbook.xml", part, part_with))
    assert [len(sheet.rows) for sheet in read_sheets] == [1000] * 40
    assert works[-1].elements < 3500


def test_texts_of_all_sheets_count_together() -> None:
    taking = Taking()
    row = (1, ["长" * 2000] * MOST_COLUMNS)
    taking.sheet([row] * 150)
    with pytest.raises(Refusal) as refusal:
        taking.sheet([row] * 150)
    assert refusal.value.code == "file_too_large"


def test_one_long_text_in_every_cell_is_refused() -> None:
    row = "<row>" + '<c t="s"><v>0</v></c>' * MOST_COLUMNS + "</row>"
    named = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
        b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    content = changed(with_sheet(row * 200), "[Content_Types].xml", b"</Types>", named)
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as book:
        book.writestr("xl/sharedStrings.xml", strings(f"<si><t>{'长' * 2000}</t></si>"))
    refused(out.getvalue(), "file_too_large")


def test_empty_rows_below_the_last_cost_nothing_and_those_between_lose_no_order() -> None:
    blank = ",".join([""] * 60) + "\r\n"
    assert list(records_of("a,b\n1,2\n" + blank * 100_000)) == [["a", "b"], ["1", "2"]]
    gap = "a,b\n" + "\n" * (MOST_READ - 3) + "1,2\n"
    assert rows_of(gap.encode())[-1] == (MOST_READ - 1, ["1", "2"])
    refused(("a,b\n" + "\n" * MOST_READ + "1,2\n").encode(), "file_too_large")


def test_a_csv_of_one_line_is_refused() -> None:
    refused(b"a,b\n" + b" ,x" * LONGEST_RECORD, "file_too_large")
    refused(b'a,b\n1,"' + b"x\n" * LONGEST_RECORD + b'"', "file_too_large")


def test_empty_columns_at_the_end_are_no_columns() -> None:
    table: FileRows = [[*row, *[""] * 200] for row in SIMPLE]
    assert rows_of(as_csv(table)) == CLEAN
    assert rows_of(as_xlsx(table)) == CLEAN


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_whatever_is_sent_is_read_or_refused(content: bytes) -> None:
    for prefix in (b"", b"PK\x03\x04", b"\xff\xfe"):
        try:
            rows_of(prefix + content)
        except Refusal as refusal:
            code = refusal.code
        else:
            continue
        assert code.startswith("file_")


@settings(max_examples=40)
@given(st.integers(2, 10**6), st.integers(0, 255))
def test_an_xlsx_with_any_byte_changed_is_read_or_refused(at: int, value: int) -> None:
    content = bytearray(WHOLE)
    content[at % len(content)] = value
    try:
        rows_of(bytes(content))
    except Refusal as refusal:
        code = refusal.code
    else:
        return
    assert code.startswith("file_")


# --- what we write ----------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_would_be_a_formula_is_text(start: str) -> None:
    evil = f"{start}cmd|' /C calc'!A0"
    [_, (_, [cell, _])] = rows_of(csv(["a", "b"], [[evil, "x"]]).encode())
    line = csv(["a"], [[evil]]).split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")
    assert cell == evil.strip(), "and it comes back as it was"


HIDDEN = [
    "＝",
    "＋",
    "－",
    "＠",
    "﹦",
    "−",
    " =",
    "\u200b=",
    "\u00ad=",
    "\u180e\u3164=",
    "\U000e0041=",
    "\ufeff=",
    '"=',
    "'=",
    "\n=",
    "\u00a0＝",
    "`+",
]


@pytest.mark.parametrize("start", HIDDEN)
def test_a_formula_is_text_however_it_is_hidden(start: str) -> None:
    line = csv(["a"], [[f"{start}HYPERLINK(A1)"]]).split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "\n", "\r\n", "; ", ';"', ",\u200b"])
def test_a_formula_behind_a_separator_of_another_country_is_text(separator: str, sign: str) -> None:
    evil = f"蛋{separator}{sign}cmd|' /C calc'!A0{separator}x"
    content = csv(["a", "b"], [[evil, "y"]])
    cell = content.split("\r\n", 1)[1]
    cells = re.split(r"[,;\t\r\n]", cell.replace("\u200b", ""))
    assert not any(part.strip(' "')[:1] in "=+-@＝＋－＠" for part in cells if part.strip(' "'))
    [_, (_, [again, _])] = rows_of(content.encode())
    assert again == clean(evil), "and it comes back as it was"


def test_a_long_number_keeps_its_digits_in_excel() -> None:
    text = csv(["a"], [["123456789012345678"], ["12"]])
    assert text == "\ufeffa\r\n'123456789012345678\r\n12\r\n"
    assert rows_of(text.encode())[1] == (2, ["123456789012345678"])


def test_a_nul_in_one_cell_costs_its_cell_alone() -> None:
    table = pinduoduo(3)
    table[2][0] = "a\0b"
    [sheet] = sheets_of(as_csv(table, "utf-8"))
    assert len(sheet.rows) == len(table)
    assert [number for number, cells in sheet.rows if cells[0] == f"a{LOST}b"] == [3]


def test_a_row_in_another_encoding_does_not_change_how_the_others_are_read() -> None:
    head, *rows = as_csv(pinduoduo(3), "utf-8").split(b"\r\n")
    rows[1] = rows[1].decode().encode("gb18030")
    [sheet] = sheets_of(b"\r\n".join([head, *rows]))
    whole = [row for row in sheet.rows if not any(LOST in cell for cell in row[1])]
    assert [number for number, _ in sheet.rows if number not in dict(whole)] == [3]
    assert "订单号" in "".join(whole[0][1])
