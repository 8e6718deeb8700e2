"""Normalising costs what the text is long, whatever stands in it. Work is counted, never timed."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import text
from chalicelib.domain.text import MOST_MARKS, composed, half_width
from tests.conftest import ROOT
from tests.marks import PLACES, ROWS_OF_MARKS, Sorting, callers

FORMS: dict[str, Callable[[str, int], str]] = {"NFC": composed, "NFKC": half_width}


@pytest.mark.parametrize("row", ROWS_OF_MARKS)
@pytest.mark.parametrize("form", FORMS)
def test_no_long_row_of_marks_is_sorted(
    form: str, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for length in (100, 20_000):
        sorting = Sorting.watched(monkeypatch)
        FORMS[form](ROWS_OF_MARKS[row](length), length)
        assert sorting.characters <= length
        assert 0 < sorting.longest_row <= 4 + 2 * MOST_MARKS
        monkeypatch.undo()


def test_every_place_that_normalises_is_in_the_table() -> None:
    """Whoever adds one says in tests/marks.py how text reaches it."""
    places = {
        place
        for path in (ROOT / "chalicelib").rglob("*.py")
        if path.name != "text.py"
        for place in callers(str(path.relative_to(ROOT)), path.read_text())
    }
    assert places == PLACES.keys()


@pytest.mark.parametrize("form", FORMS)
def test_what_is_longer_than_its_place_does_not_reach_the_normaliser(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sorting = Sorting.watched(monkeypatch)
    assert len(FORMS[form]("é" * 100_000, 60)) == 60
    assert sorting.longest == 60


def test_writing_of_any_language_is_left_as_it_is() -> None:
    """Vietnamese, Devanagari, Tibetan and an accent on a letter have a few marks each."""
    for written in ("Nguyễn Thị Hạnh", "क्षत्रिय", "བསྒྲུབས", "é", "農户 12", "が"):
        assert composed(written, 60) == unicodedata.normalize("NFC", written)
        assert half_width(written, 60) == unicodedata.normalize("NFKC", written)


@given(st.text(max_size=200))
def test_it_is_the_normal_form_where_no_row_of_marks_is_too_long(some: str) -> None:
    assert composed(some, 200) == unicodedata.normalize("NFC", some)
    assert half_width(some, 200) == unicodedata.normalize("NFKC", some)


@given(
    st.lists(
        st.sampled_from("a\u0301\u0316\u0344\u0f73\u0958\u1f82\uff9e\u093c가\u1100"), max_size=120
    )
)
def test_what_was_normalised_stays_as_it_is(some: list[str]) -> None:
    """A name that was kept is read again by the same rule."""
    for form in FORMS.values():
        once = form("".join(some), 500)
        assert form(once, 5000) == once


def test_marks_are_known_although_some_do_not_say_so() -> None:
    assert not unicodedata.combining("\u0f73"), "or this test shows nothing"
    assert composed("a" + "\u0f73" * 500, 501).count("\u0f71") <= MOST_MARKS
    assert text.MOST_MARKS == 30
