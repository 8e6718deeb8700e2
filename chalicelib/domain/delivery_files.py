"""Lists of what has arrived: a carrier's table with a column of states, or numbers alone.

The headings of numbers are those of `waybill_files.py`. A list without headings has one number a
row, whatever stands behind it is what the carrier says.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from .deliveries import DeliveryRow
from .errors import Refusal
from .waybill_files import (
    HEADINGS,
    LONGEST_REFERENCE,
    LOOK_FOR_HEADINGS,
    MOST_ROWS,
    Line,
    plain,
)

Part = Literal["parcel", "waybill", "state"]
_CARRIED = "(?:快递|物流|运单|包裹|配送|派送|签收|运输|跟踪|最新|当前|快件)"
_RANKS: Mapping[Part, tuple[str, ...]] = {
    "waybill": HEADINGS["waybill"],
    "parcel": HEADINGS["parcel"],
    "state": (
        f"{_CARRIED}*(?:状态|情况|结果)|是否签收|(?:delivery|tracking|shipment)?status|state",
        f"{_CARRIED}+(?:信息|轨迹)",
        "(?:实际)?(?:签收|妥投|送达)(?:时间|日期)|deliver(?:ed|y)(?:at|on|date|time)",
    ),
}
_PATTERNS = {part: [re.compile(rank) for rank in ranks] for part, ranks in _RANKS.items()}


def read_rows(lines: Sequence[Line]) -> list[DeliveryRow]:
    """Raises "file_without_rows", "too_many_rows"."""
    places, below = _parts(lines)
    rows = list(_named(below, places) if places else _bare(below))
    if not rows:
        raise Refusal("file_without_rows")
    if len(rows) > MOST_ROWS:
        raise Refusal("too_many_rows", most=MOST_ROWS)
    return rows


def look(lines: Sequence[Line]) -> tuple[int | None, int]:
    """Where the headings of a sheet stand, if anywhere, and how many of them are known."""
    places, below = _parts(lines)
    filled = [line for line in lines if any(cell.strip() for cell in line[1])]
    return (len(filled) - len(below) - 1 if places else None), len(places)


def _parts(lines: Sequence[Line]) -> tuple[dict[Part, list[int]], Sequence[Line]]:
    """The columns of each part, in the order they count, and the rows below their headings."""
    filled = [line for line in lines if any(cell.strip() for cell in line[1])]
    best: dict[Part, list[int]] = {}
    start = 0
    for at, (_, cells) in enumerate(filled[:LOOK_FOR_HEADINGS]):
        places = _places(cells)
        if len(places) > len(best) and ("parcel" in places or "waybill" in places):
            best, start = places, at + 1
    return best, filled[start:]


def _places(headings: Sequence[str]) -> dict[Part, list[int]]:
    ranked: list[tuple[int, int, Part]] = [
        (rank, at, part)
        for at, heading in enumerate(headings)
        for part, patterns in _PATTERNS.items()
        for rank, pattern in enumerate(patterns)
        if any(pattern.fullmatch(name) for name in plain(heading))
    ]
    places: dict[Part, list[int]] = {}
    for _, at, part in sorted(ranked):
        places.setdefault(part, []).append(at)
    return places


def _named(below: Sequence[Line], places: Mapping[Part, Sequence[int]]) -> Iterator[DeliveryRow]:
    def cell(cells: Sequence[str], part: Part) -> str:
        texts = (cells[at].strip() for at in places.get(part, ()) if at < len(cells))
        return next(filter(None, texts), "")

    for number, cells in below:
        parcel, waybill = cell(cells, "parcel"), cell(cells, "waybill")
        if parcel or waybill:
            yield DeliveryRow(
                row=number,
                parcel=parcel[:LONGEST_REFERENCE],
                waybill=waybill[:200],
                state=cell(cells, "state")[:200] if "state" in places else None,
            )


def _bare(lines: Sequence[Line]) -> Iterator[DeliveryRow]:
    """A number that is no waybill is looked for among orders and codes."""
    for number, cells in lines:
        texts = [text for cell in cells for text in cell.split() if text]
        if not texts or not re.search("[0-9]", "".join(texts)):
            continue  # a title
        at = next(at for at, text in enumerate(texts) if re.search("[0-9]", text))
        behind = " ".join(text for place, text in enumerate(texts) if place != at)
        yield DeliveryRow(
            row=number, parcel=texts[at][:LONGEST_REFERENCE], state=behind[:200] if behind else None
        )
