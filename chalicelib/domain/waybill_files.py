"""Files of carriers and shipping tools: which of their columns holds what.

Known by their headings, with what stands around these: 快递单号(必填), *订单号. The names are those
of public code that reads or writes such files, each from one or few sources, up to 2026.
What no heading tells is asked for. Only a table without headings, in the form that the page itself
gives (parcel, carrier, waybill), is read by its places.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from .carriers import carrier_of
from .errors import Refusal
from .fields import Body, Model
from .text import half_width, without_marks, without_text_sign

Line = tuple[int, Sequence[str]]
"""A row's number in its file, and its cells."""
Part = Literal["parcel", "carrier", "waybill"]
PARTS: tuple[Part, ...] = ("parcel", "carrier", "waybill")
MOST_ROWS = 500
"""Of one file: what is shipped in some seconds."""
LOOK_FOR_HEADINGS = 10
"""Rows from the top: titles and groups of headings stand above them."""
LONGEST_HEADING = 60
LONGEST_REFERENCE = 300
"""Characters: what a scanner reads off a label is an address."""

_PLATFORMS = (
    "线上|网上|网店|平台|店铺|商城|外部|来源|原始|原|第三方|客户|用户|商户|商家"
    "|淘宝|天猫|拼多多|抖店|抖音|京东|微店|有赞|快团团|群接龙|小红书|视频号"
)
_CARRIED = "(?:商品|订单)?(?:发货)?(?:快递|物流|配送|承运|货运|快件|电子)"
HEADINGS: Mapping[Part, tuple[str, ...]] = {
    "parcel": (
        "(?:包裹|箱)(?:溯源)?(?:码|编号)|溯源码|parcelcode|parcel|code",
        f"(?:子单)?(?:{_PLATFORMS})(?:订单|单|交易)(?:编)?号码?|业务(?:订单|单)(?:编)?号码?",
        "主订单(?:编)?号码?",
        "订单(?:编)?号码?|订单id|order(?:number|no|id)?|交易(?:编)?号",
        "子订单(?:编)?号码?",
        "(?:内部|系统|erp|仓库)(?:订单|单)(?:编)?号码?",
    ),
    "carrier": (
        f"(?:{_CARRIED}|运输)(?:公司|商|方|服务商|企业|单位)(?:名称|名)?"
        "|(?:快递|物流|承运|配送)(?:名称|名)?"
        "|承运商|承运公司|carrier(?:name)?|courier|shipping(?:company|carrier)|logisticscompany|expresscompany",
        f"{_CARRIED}(?:公司|商)?(?:编码|代码|code)",
    ),
    "waybill": (
        f"(?:{_CARRIED})?(?:运单|面单)(?:编)?号码?|{_CARRIED}(?:单)?(?:编)?号码?"
        "|邮件(?:编)?号码?|母单号|主单号"
        "|waybill(?:number|no|id)?|tracking(?:number|no|id|code)?|expressnumber",
        "单号",
    ),
}
"""Of each part its headings in rank: of several, the first that is there and filled counts. What
the platform calls an order goes before what a shipping tool calls it."""
_RANKS = {part: [re.compile(rank) for rank in ranks] for part, ranks in HEADINGS.items()}
_SF_ALONE = frozenset({"签回单号", "月结卡号"})
"""Headings of 顺丰's own list, which names no carrier."""
_SF_WAYBILL = re.compile("SF[0-9]{10,15}")


class WaybillRow(Body):
    """parcel: an order number, also a platform's, or a parcel's code in any spelling."""

    row: Annotated[int, Field(ge=1, le=100_000)]
    parcel: Annotated[str, Field(max_length=LONGEST_REFERENCE)]
    carrier: Annotated[str, Field(max_length=200)]
    waybill: Annotated[str, Field(max_length=200)]

    @property
    def reference(self) -> str:
        """`parcel` as it is looked up, whoever typed it."""
        return without_text_sign(self.parcel.strip())


class Column(Model):
    """column: from 1. example: its first filled cell below the heading."""

    column: int
    heading: str
    example: str
    means: Part | None


@dataclass(frozen=True)
class FileChoice:
    """What somebody said of a file: columns, from 1, the carrier of rows that name none, and the
    sheet of a workbook."""

    columns: Mapping[Part, int] = field(default_factory=dict)
    carrier: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class WaybillTable:
    """rows: empty while a column is asked for that they need. asks: what nobody has told yet."""

    rows: list[WaybillRow]
    asks: tuple[Part, ...]
    columns: list[Column]


def read_table(lines: Sequence[Line], choice: FileChoice) -> WaybillTable:
    """Raises "file_without_rows", "too_many_rows"."""
    filled = [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]
    headings, below = _headings(filled, choice)
    if not below:
        raise Refusal("file_without_rows")
    if len(below) > MOST_ROWS:
        raise Refusal("too_many_rows", most=MOST_ROWS)
    places = _places(headings) if headings else {part: [at] for at, part in enumerate(PARTS)}
    if not headings and not is_ours(below[0][1]):
        places = {}
    for part, column in choice.columns.items():
        places[part] = [column - 1]
    columns = _columns(headings, below, places)
    asks: list[Part] = [part for part in ("parcel", "waybill") if part not in places]
    rows = [] if asks else list(_rows(below, places, choice, headings))
    if not asks and not rows:
        raise Refusal("file_without_rows")
    if "carrier" not in places and not choice.carrier and not all(row.carrier for row in rows):
        asks.append("carrier")
    return WaybillTable(rows, tuple(asks), columns)


def look(lines: Sequence[Line]) -> tuple[int | None, int]:
    """Where the headings of a sheet stand, if anywhere, and how many of them are known."""
    headings, below = _headings(lines, FileChoice())
    return (len(lines) - len(below) - 1 if headings else None), len(_places(headings))


def plain(heading: str) -> list[str]:
    """A heading without what stands around it, and its parts where it names two by a stroke."""
    text = re.sub(r"\s", "", half_width(heading, LONGEST_HEADING)).lower()
    bare = re.sub(r"[(\[【{<].*?[)\]】}>]|[#'\":：.。]|勿删|勿改", "", without_marks(text))
    if not bare:
        bare = re.sub(r"[^\w]", "", text)
    return [bare, *(part for part in re.split(r"[/、|或]", bare) if part and part != bare)]


def _rank(heading: str) -> tuple[Part, int] | None:
    """What a heading means, and how much it counts for that."""
    for name in plain(heading):
        for part, ranks in _RANKS.items():
            for rank, pattern in enumerate(ranks):
                if pattern.fullmatch(name):
                    return part, rank
    return None


def _places(headings: Sequence[str]) -> dict[Part, list[int]]:
    """Of each part its columns, in the order they count."""
    ranked: list[tuple[int, int, Part]] = []
    for at, heading in enumerate(headings):
        if (rank := _rank(heading)) is not None:
            ranked.append((rank[1], at, rank[0]))
    places: dict[Part, list[int]] = {}
    for _, at, part in sorted(ranked):
        places.setdefault(part, []).append(at)
    return places


def _headings(filled: Sequence[Line], choice: FileChoice) -> tuple[list[str], Sequence[Line]]:
    """The headings, which may stand in two rows, and what lies below; none for a bare table."""
    top = [list(cells) for _, cells in filled[:LOOK_FOR_HEADINGS]]
    best, most = 0, 0
    headings: list[str] = []
    for at, cells in enumerate(top):
        above = top[at - 1] if at and not _places(cells).keys() >= {"parcel", "waybill"} else []
        joined = [_at(cells, n) or _at(above, n) for n in range(max(len(cells), len(above)))]
        for row in (cells, joined):
            known = len(_places(row).keys())
            if known > most:
                best, most, headings = at, known, row
    if most >= 2 or (most and not is_ours(top[0])):
        return headings, filled[best + 1 :]
    if filled and not is_ours(top[0]) and not _holds_numbers(top[0]):
        return top[0], filled[1:]
    return [], filled


def is_ours(cells: Sequence[str]) -> bool:
    """A row in the form that the page gives: parcel, carrier, waybill, and nothing else."""
    if any(cell.strip() for cell in cells[len(PARTS) :]):
        return False
    parcel, carrier, waybill = (_at(cells, at) for at in range(len(PARTS)))
    if not re.search("[0-9]", parcel + waybill):  # words alone are headings
        return False
    if carrier:
        return carrier_of(carrier) is not None
    return bool(waybill) and bool(re.search(r"[0-9]{4}", parcel + waybill))


def _holds_numbers(cells: Sequence[str]) -> bool:
    return any(re.search(r"[0-9]{4}", cell) for cell in cells)


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _columns(
    headings: Sequence[str], below: Sequence[Line], places: Mapping[Part, list[int]]
) -> list[Column]:
    """Those that hold something, for whoever is asked which is which."""
    means = {at: part for part, indices in places.items() for at in indices}
    width = max(len(headings), *(len(cells) for _, cells in below))
    columns = []
    for at in range(width):
        example = next((_at(cells, at) for _, cells in below if _at(cells, at)), "")
        if _at(headings, at) or example:
            columns.append(
                Column(
                    column=at + 1,
                    heading=_at(headings, at)[:LONGEST_HEADING],
                    example=example[:LONGEST_HEADING],
                    means=means.get(at),
                )
            )
    return columns


def _rows(
    below: Sequence[Line],
    places: Mapping[Part, list[int]],
    choice: FileChoice,
    headings: Sequence[str],
) -> Iterator[WaybillRow]:
    def cell(cells: Sequence[str], part: Part) -> str:
        return next((_at(cells, at) for at in places.get(part, ()) if _at(cells, at)), "")

    from_sf = any(name in _SF_ALONE for heading in headings for name in plain(heading))
    for number, cells in below:
        parcel, waybill = cell(cells, "parcel"), cell(cells, "waybill")
        if not parcel and not waybill:
            continue
        carrier = cell(cells, "carrier") or choice.carrier
        if not carrier and from_sf and _SF_WAYBILL.fullmatch(waybill.upper()):
            carrier = "顺丰"
        yield WaybillRow(
            row=number,
            parcel=parcel[:LONGEST_REFERENCE],
            carrier=carrier[:200],
            waybill=waybill[:200],
        )
