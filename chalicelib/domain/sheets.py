"""The sheets of a file: which of them hold the orders, and their rows as of one table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from .errors import Refusal
from .fields import Model
from .platforms import KNOWN, heading
from .rows import SheetRow, header_at
from .telling import JOINT

SAID_NAMES = 200
"""Characters of sheets' names in a sentence."""


class Sheet(Model):
    """name: empty for a file that has no sheets. too_large: its rows are not all here.

    counted_from: what was added to the numbers of its rows, when they follow another sheet's.
    """

    name: str
    hidden: bool = False
    rows: list[SheetRow]
    too_large: bool = False
    picked: bool = False
    counted_from: int = 0


FindHeadings = Callable[[Sequence[SheetRow]], tuple[int | None, int]]
"""Where among the rows the headings stand, if anywhere, and how many of them are known."""


def for_orders(kept: Iterable[str] = ()) -> FindHeadings:
    """kept: headings that a person told us about."""
    known = KNOWN | {heading(name) for name in kept}

    def look(rows: Sequence[SheetRow]) -> tuple[int | None, int]:
        at = header_at(rows, kept)
        return at, 0 if at is None else len({heading(cell) for cell in rows[at][1]} & known)

    return look


def pick(
    sheets: Sequence[Sheet], look: FindHeadings, named: Sequence[str] | None = None
) -> list[Sheet]:
    """All sheets, with those picked whose rows are read together.

    Of the visible ones the one whose headings are known best, and all with the same headings; or
    those that a person named. Raises "no_such_sheet", "sheets_differ", "sheets_hidden".
    """
    if named is not None:
        picked = [sheet for sheet in sheets if sheet.name in named]
        if not picked or {sheet.name for sheet in picked} != set(named):
            raise Refusal("no_such_sheet", names=names_of(sheets))
        if len({tuple(_titles(sheet, look)) for sheet in picked}) > 1:
            raise Refusal("sheets_differ", names=names_of(picked))
    else:
        picked = _alike([sheet for sheet in sheets if sheet.rows and not sheet.hidden], look)
    if not picked:
        raise Refusal("sheets_hidden", names=names_of(sheet for sheet in sheets if sheet.hidden))
    return [sheet.model_copy(update={"picked": sheet in picked}) for sheet in sheets]


def _alike(visible: Sequence[Sheet], look: FindHeadings) -> list[Sheet]:
    if not visible:
        return []

    def rank(sheet: Sheet) -> tuple[int, bool]:
        at, known = look(sheet.rows)
        return known, at is not None

    # a note has no headings, and a sum of goods has fewer than orders have
    best = max(visible, key=rank)
    titles = _titles(best, look)
    return [
        sheet for sheet in visible if sheet is best or (titles and _titles(sheet, look) == titles)
    ]


def _titles(sheet: Sheet, look: FindHeadings) -> list[str]:
    """In any order of the columns."""
    at, _ = look(sheet.rows)
    return [] if at is None else sorted(heading(cell) for cell in sheet.rows[at][1] if cell)


def together(
    sheets: Sequence[Sheet], look: FindHeadings, *, headings_again: bool
) -> tuple[list[SheetRow], list[Sheet]]:
    """The rows of the picked sheets as of one table, and the sheets with how their rows count on.

    What stands above the headings of a further sheet is left out, and its columns stand as in the
    first. headings_again: each sheet's rows begin with its headings.
    """
    rows: list[SheetRow] = []
    first: list[str] | None = None
    counted: list[Sheet] = []
    for sheet in sheets:
        if sheet.picked:
            at, _ = look(sheet.rows)
            titles = [] if at is None else [heading(cell) for cell in sheet.rows[at][1]]
            if first is None:
                first = titles
                rows += sheet.rows
            else:
                offset = rows[-1][0]
                sheet = sheet.model_copy(update={"counted_from": offset})
                below = sheet.rows[(at or 0) + (not headings_again and at is not None) :]
                order = _places(first, titles)
                rows += [(n + offset, _moved(cells, order, len(first))) for n, cells in below]
        counted.append(sheet)
    return rows, counted


def _places(first: Sequence[str], titles: Sequence[str]) -> list[int | None]:
    """Where each column stands in the first sheet; one that is there twice is taken in order."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, title in enumerate(first):
        places[title].append(place)
    return [places[title].pop(0) if places[title] else None for title in titles]


def _moved(cells: Sequence[str], order: Sequence[int | None], width: int) -> list[str]:
    moved = [""] * width
    for place, cell in zip(order, cells, strict=False):
        if place is not None:
            moved[place] = cell
    return moved


def names_of(sheets: Iterable[Sheet]) -> str:
    return JOINT.join(f"“{sheet.name}”" for sheet in sheets)[:SAID_NAMES]
