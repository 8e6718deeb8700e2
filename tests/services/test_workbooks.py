"""Workbooks add up to the fen, keep every digit of a number, and run nothing."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from chalicelib.pages.drawing.workbooks import Sheet, Yuan, xlsx


def read(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "a,=1"])
def test_no_cell_is_a_formula(typed: str) -> None:
    sheet = load_workbook(io.BytesIO(xlsx(Sheet("x", ["a"], [[typed]])))).worksheets[0]
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert "'" in str(cell.value)


def test_numbers_of_orders_keep_their_digits() -> None:
    number = "004200002345678901234567"
    assert read(xlsx(Sheet("x", ["a", "b"], [[number, None]]))) == [[number, None]]


@given(st.integers(-(10**11), 10**11))
def test_a_sum_is_written_from_its_fen(fen: int) -> None:
    whole, _, part = str(Yuan(fen)).partition(".")
    assert len(part) == 2
    assert int(whole + part) == fen


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert read(xlsx(Sheet('<&"', ["a"], [["x\x00<b>&\ufffe"]]))) == [["x<b>&"]]
