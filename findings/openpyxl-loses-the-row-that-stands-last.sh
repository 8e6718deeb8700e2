#!/usr/bin/env bash
# Package: openpyxl 3.1.5.
# One would guess: reading a workbook with read_only=True gives the same cells as reading it whole.
# What happens: where a writer put row 1 behind the others (SpreadsheetML numbers its rows, so they
#   may stand in any order), reading it whole finds the headings, and read_only gives an empty row
#   instead. Nothing is raised.
# Who is hurt: whoever reads order exports in the thrifty way: the file has orders and no headings.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check openpyxl==3.1.5
"$folder/venv/bin/python" - <<'PYTHON'
import io
import zipfile

import openpyxl

book = openpyxl.Workbook()
for row in (["订单号", "商品"], ["A1", "蛋"], ["A2", "梨"]):
    book.active.append(row)
written = io.BytesIO()
book.save(written)

SHEET = "xl/worksheets/sheet1.xml"
moved = io.BytesIO()
with zipfile.ZipFile(written) as parts, zipfile.ZipFile(moved, "w") as copy:
    for name in parts.namelist():
        text = parts.read(name)
        if name == SHEET:
            before, first, rest = text.partition(b'<row r="1"')
            row, end, others = rest.partition(b"</row>")
            others, close, after = others.rpartition(b"</row>")
            text = before + others + close + first + row + end + after
        copy.writestr(name, text)


def cells(**how: bool) -> list[tuple[object, ...]]:
    moved.seek(0)
    return list(openpyxl.load_workbook(moved, **how).active.iter_rows(values_only=True))


print("openpyxl", openpyxl.__version__)
whole, thrifty = cells(), cells(read_only=True)
print("whole:    ", whole)
print("read_only:", thrifty)
assert whole[0] == ("订单号", "商品") and thrifty[0] == (None, None), "it behaves differently now"
PYTHON
