"""Waybills as carriers give them back: which row is which parcel, and what becomes of it."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from .errors import Refusal
from .fields import Body, Model
from .parcels import Parcel, Shipment

MOST_ROWS = 500
"""Of one file: what is shipped in some seconds."""
HEADINGS: dict[str, frozenset[str]] = {
    "code": frozenset({"包裹码", "溯源码", "包裹编号", "parcel code", "parcel", "code"}),
    "number": frozenset({"订单号", "订单编号", "商家订单号", "order number", "order"}),
    "carrier": frozenset({"快递公司", "物流公司", "承运商", "快递", "carrier"}),
    "waybill": frozenset(
        {"运单号", "快递单号", "物流单号", "运单编号", "waybill", "tracking number"}
    ),
}
_WITHOUT_HEADINGS = {"code": 0, "carrier": 1, "waybill": 2}

PROBLEMS: dict[str, tuple[str, str]] = {
    "no_carrier": (
        "没有快递公司，或写了别的。",
        "The carrier is missing, or it is more than that.",
    ),
    "no_waybill": (
        "没有运单号，或不像运单号（字母、数字或 - . / _）。",
        "The waybill is missing, or it is none (letters, digits or - . / _).",
    ),
    "unknown_parcel": (
        "没有找到这个订单号或包裹码，请核对。",
        "There is no such order number or parcel code; check it.",
    ),
    "several_parcels": (
        "这单有 {n} 个包裹没发，请写包裹码。",
        "{n} parcels of this order wait to be shipped; write the parcel code.",
    ),
    "nothing_packed": (
        "这单还没有装好的包裹，请先装箱。",
        "Nothing of this order is packed yet; pack it first.",
    ),
    "other_waybill": (
        "这个包裹已用 {carrier} {waybill} 发出，没有改动。",
        "The parcel was shipped by {carrier} {waybill}; it was left as it is.",
    ),
    "given_twice": (
        "第 {first} 行已写过这个包裹，运单号不同，请核对。",
        "Row {first} names this parcel with another waybill; check them.",
    ),
}
"""Why a row ships nothing: code -> (zh-CN, English). Beside these whatever refuses shipping."""


class Row(Body):
    """parcel: an order number, or a parcel's code in any spelling."""

    row: Annotated[int, Field(ge=1, le=100_000)]
    parcel: Annotated[str, Field(max_length=100)]
    carrier: Annotated[str, Field(max_length=200)]
    waybill: Annotated[str, Field(max_length=200)]


class NewWaybills(Body):
    rows: Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)]


class Outcome(Model):
    """ready: it can be shipped; shipped: it was now; already: it was, in just this way."""

    row: Row
    what: Literal["ready", "shipped", "already", "wrong"]
    code: str | None = None
    problem: str | None = None
    facts: dict[str, str | int] = {}

    @classmethod
    def wrong(cls, row: Row, problem: str, **facts: str | int) -> "Outcome":
        return cls(row=row, what="wrong", problem=problem, facts=facts)


class Outcomes(Model):
    rows: tuple[Outcome, ...]


def rows_in(table: Sequence[tuple[int, Sequence[str]]]) -> list[Row]:
    """By the headings, wherever they stand; without any: parcel, carrier and waybill.

    Raises "file_without_rows", "too_many_rows".
    """
    places, start = dict(_WITHOUT_HEADINGS), 0
    for at, (_, cells) in enumerate(table[:10]):
        found = {
            name: place
            for name, words in HEADINGS.items()
            for place, cell in reversed(list(enumerate(cells)))
            if cell.strip().lower() in words
        }
        if "waybill" in found and found.keys() & {"code", "number"}:
            places, start = found, at + 1
            break

    def cell(cells: Sequence[str], name: str) -> str:
        place = places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    rows = [
        Row(
            row=number,
            parcel=(cell(cells, "code") or cell(cells, "number"))[:100],
            carrier=cell(cells, "carrier")[:200],
            waybill=cell(cells, "waybill")[:200],
        )
        for number, cells in table[start:]
        if any(one.strip() for one in cells)
    ]
    rows = [one for one in rows if one.parcel or one.waybill]
    if not rows:
        raise Refusal("file_without_rows")
    if len(rows) > MOST_ROWS:
        raise Refusal("too_many_rows", most=MOST_ROWS)
    return rows


def shipment_of(row: Row) -> Shipment | Outcome:
    try:
        return Shipment(carrier=row.carrier, waybill=row.waybill)
    except ValidationError as error:
        field = error.errors()[0]["loc"][0]
        return Outcome.wrong(row, "no_carrier" if field == "carrier" else "no_waybill")


def judged(row: Row, parcel: Parcel, shipment: Shipment) -> Outcome:
    """What would become of a row that means this parcel; whatever its state, no error."""
    if parcel.state == "packed":
        return Outcome(row=row, what="ready", code=parcel.code)
    if parcel.state == "voided":
        return Outcome.wrong(row, "unknown_parcel")
    if (parcel.carrier, parcel.waybill) == (shipment.carrier, shipment.waybill):
        return Outcome(row=row, what="already", code=parcel.code)
    facts = {"carrier": parcel.carrier or "", "waybill": parcel.waybill or ""}
    return Outcome.wrong(row, "other_waybill", **facts)
