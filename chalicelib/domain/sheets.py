"""The sheets of a file: which of them hold the orders, and their rows as of one table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from .errors import Refusal
from .fields import Model
from .platforms import KNOWN, heading
from .rows import Row, header_at

SAID_NAMES = 200
"""Characters of sheets' names in a sentence."""


class Sheet(Model):
    """name: empty for a file that has no sheets. too_large: its rows are not all here.

    counted_from: what was added to the numbers of its rows, when they follow another sheet's.
    """

    name: str
    hidden: bool = False
    rows: list[Row]
    too_large: bool = False
    picked: bool = False
    counted_from: int = 0


def pick_orders(
    sheets: Sequence[Sheet], named: Sequence[str] | None = None, kept: Iterable[str] = ()
) -> list[Sheet]:
    """All sheets, with those picked whose rows are read together.

    Of the visible ones the one whose headings are known best, and all with the same headings; or
    those that a person named. kept: headings that the person told us about. Raises "no_such_sheet",
    "sheets_differ".
    """
    known = KNOWN | {heading(name) for name in kept}
    if named is not None:
        picked = [sheet for sheet in sheets if sheet.name in named]
        if len(picked) < len(set(named)) or not picked:
            raise Refusal("no_such_sheet", names=names_of(sheets))
        if len({tuple(sorted(_titles(sheet, kept))) for sheet in picked}) > 1:
            raise Refusal("sheets_differ", names=names_of(picked))
    else:
        picked = _alike(sheets, lambda sheet: len(set(_titles(sheet, kept)) & known), kept)
    return [sheet.model_copy(update={"picked": sheet in picked}) for sheet in sheets]


def pick_headed(sheets: Sequence[Sheet], headed: Callable[[Sheet], bool]) -> list[Sheet]:
    """All sheets, with the visible ones picked whose first rows are what somebody looks for; the
    first that holds anything, when none is."""
    visible = [sheet for sheet in sheets if sheet.rows and not sheet.hidden]
    picked = [sheet for sheet in visible if headed(sheet)] or visible[:1]
    return [sheet.model_copy(update={"picked": sheet in picked}) for sheet in sheets]


def _alike(
    sheets: Sequence[Sheet], known: Callable[[Sheet], int], kept: Iterable[str]
) -> list[Sheet]:
    visible = [sheet for sheet in sheets if sheet.rows and not sheet.hidden]
    if not visible:
        return []
    # a note has no headings, a sum of goods has fewer that an order has
    best = max(visible, key=lambda sheet: (known(sheet), bool(_titles(sheet, kept))))
    titles = sorted(_titles(best, kept))
    return [
        sheet
        for sheet in visible
        if sheet is best or (titles and sorted(_titles(sheet, kept)) == titles)
    ]


def _titles(sheet: Sheet, kept: Iterable[str]) -> list[str]:
    at = header_at(sheet.rows, kept)
    return [] if at is None else [heading(cell) for cell in sheet.rows[at][1] if cell]


def together(sheets: Sequence[Sheet], kept: Iterable[str] = ()) -> tuple[list[Row], list[Sheet]]:
    """The rows of the picked sheets as of one table, and the sheets with how their rows count on.

    Below the first, each begins with its headings, and its columns stand as in the first.
    """
    rows: list[Row] = []
    first: list[str] | None = None
    counted: list[Sheet] = []
    for sheet in sheets:
        if sheet.picked and first is None:
            at = header_at(sheet.rows, kept)
            first = [] if at is None else [heading(cell) for cell in sheet.rows[at][1]]
            rows = list(sheet.rows)
        elif sheet.picked and first is not None:
            offset = rows[-1][0] if rows else 0
            counted.append(sheet.model_copy(update={"counted_from": offset}))
            rows += [(number + offset, cells) for number, cells in _as_in(first, sheet, kept)]
            continue
        counted.append(sheet)
    return rows, counted


def _as_in(first: list[str], sheet: Sheet, kept: Iterable[str]) -> list[Row]:
    at = header_at(sheet.rows, kept)
    if at is None:
        return list(sheet.rows)
    places: dict[str, list[int]] = defaultdict(list)
    for place, title in enumerate(first):
        places[title].append(place)
    # a heading that stands there twice is taken in its order
    order = [
        places[title].pop(0) if places[title] else None
        for title in (heading(cell) for cell in sheet.rows[at][1])
    ]
    return [(number, _moved(cells, order, len(first))) for number, cells in sheet.rows[at:]]


def _moved(cells: Sequence[str], order: Sequence[int | None], width: int) -> list[str]:
    moved = [""] * width
    for place, cell in zip(order, cells, strict=False):
        if place is not None:
            moved[place] = cell
    return moved


def names_of(sheets: Iterable[Sheet]) -> str:
    return "、".join(f"“{sheet.name}”" for sheet in sheets)[:SAID_NAMES]
