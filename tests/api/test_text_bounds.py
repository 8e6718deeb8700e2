"""Whatever anybody sends and wherever it is normalised, no long row of marks is ever sorted."""

from collections.abc import Callable

import pytest

from chalicelib.domain.text import MOST_MARKS
from tests.marks import PLACES, ROWS_OF_MARKS, Sorting
from tests.world import World

LENGTH = 50_000
ENTRIES = [
    pytest.param(place, entry, id=f"{place}-{at}")
    for place, entries in PLACES.items()
    for at, entry in enumerate(entries)
]
PLAIN = "１３８１２３４０００１é"
"""In full width, and with one character that has no half-width form and so goes on as it is."""


@pytest.mark.parametrize(("place", "entry"), ENTRIES)
def test_text_gets_there(
    place: str, entry: Callable[[World, str], None], shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the next test shows nothing."""
    sorting = Sorting.watched(monkeypatch)
    entry(shared, PLAIN)
    assert place in sorting.places


@pytest.mark.parametrize("row", ROWS_OF_MARKS)
@pytest.mark.parametrize(("place", "entry"), ENTRIES)
def test_hostile_text_is_refused_or_cut_first(
    place: str,
    entry: Callable[[World, str], None],
    row: str,
    shared: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sorting = Sorting.watched(monkeypatch)
    entry(shared, ROWS_OF_MARKS[row](LENGTH))
    assert sorting.longest_row <= 4 + 2 * MOST_MARKS, "its letter's own, and two for each"
    assert sorting.characters <= LENGTH
