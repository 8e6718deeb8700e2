"""Waybills as carriers give them back: which row is which parcel, and what becomes of it."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Annotated, Literal

from pydantic import Field

from .carriers import carrier_of, waybill_of
from .cells import rounded
from .fields import Body, Model
from .parcels import Carrier, Parcel, Shipment
from .waybill_files import MOST_ROWS, WaybillRow

PROBLEMS: dict[str, tuple[str, str]] = {
    "no_carrier": (
        "没有写快递公司；整个文件是一家的，可以在上面选一次。",
        "The carrier is missing; if it is one for the whole file, say so once above.",
    ),
    "not_a_carrier": (
        "快递公司一栏写的不像快递公司，请改成公司名，如 中通快递。",
        "What stands as the carrier is none; write a company, e.g. SF Express.",
    ),
    "several_waybills": (
        "一格里有几个运单号：请每个包裹写一行，用包裹码区分。",
        "One cell holds several waybills: write a row for each parcel, by its parcel code.",
    ),
    "waybill_lost": (
        "运单号的后几位被表格软件变成了 0，请从快递公司重新导出，或按文本格式填写。",
        "A spreadsheet program lost the last digits of the waybill; export it again, or type it as "
        "text.",
    ),
    "no_waybill": (
        "没有运单号，或不像运单号（2 到 40 个字母、数字或 - . / _）。",
        "The waybill is missing, or it is none (2 to 40 letters, digits or - . / _).",
    ),
    "unknown_parcel": (
        "没有找到这个订单号或包裹码，请核对。",
        "There is no such order number or parcel code; check it.",
    ),
    "several_orders": (
        "这个编号有几单：{numbers}，请写我们的订单号。",
        "Several orders have this number: {numbers}; write our order number.",
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


class NewWaybills(Body):
    """carrier: of the rows that name none."""

    rows: Annotated[list[WaybillRow], Field(min_length=1, max_length=MOST_ROWS)]
    carrier: Carrier | None = None

    @property
    def filled(self) -> list[WaybillRow]:
        if self.carrier is None:
            return self.rows
        return [
            row if row.carrier.strip() else row.model_copy(update={"carrier": self.carrier})
            for row in self.rows
        ]


class WaybillOutcome(Model):
    """ready: it can be shipped; shipped: it was now; already: it was, in just this way."""

    row: WaybillRow
    what: Literal["ready", "shipped", "already", "wrong"]
    code: str | None = None
    problem: str | None = None
    facts: dict[str, str | int] = {}

    @property
    def waybill(self) -> str:
        """As it is kept; as it was written where it is none."""
        try:
            return waybill_of(self.row.waybill).upper()
        except ValueError:
            return self.row.waybill

    @classmethod
    def wrong(cls, row: WaybillRow, problem: str, **facts: str | int) -> "WaybillOutcome":
        return cls(row=row, what="wrong", problem=problem, facts=facts)


class Outcomes(Model):
    rows: tuple[WaybillOutcome, ...]


def lost_in(rows: Sequence[WaybillRow]) -> set[str]:
    """Waybills of rows that Excel has rounded. A true one that looks so can be shipped by hand, and
    a parcel under a number of nobody's is lost to its buyer."""
    waybills = set()
    for row in rows:
        with suppress(ValueError):
            waybills.add(waybill_of(row.waybill))
    return rounded(waybills, alone=True)


def shipment_of(row: WaybillRow, lost: Collection[str] = ()) -> Shipment | WaybillOutcome:
    """lost: see lost_in."""
    if carrier_of(row.carrier) is None:
        return WaybillOutcome.wrong(row, "not_a_carrier" if row.carrier.strip() else "no_carrier")
    try:
        waybill = waybill_of(row.waybill)
    except ValueError as error:
        return WaybillOutcome.wrong(row, str(error))
    if waybill in lost:
        return WaybillOutcome.wrong(row, "waybill_lost")
    return Shipment(carrier=row.carrier, waybill=waybill)


def is_shipped_so(parcel: Parcel, shipment: Shipment) -> bool:
    """Whether it has left in just this way; its carrier may have been kept with its code."""
    return shipment.is_as(parcel.carrier or "", parcel.waybill or "")


def judged(row: WaybillRow, parcel: Parcel, shipment: Shipment) -> WaybillOutcome:
    """What would become of a row that means this parcel; whatever its state, no error."""
    if parcel.state == "packed":
        return WaybillOutcome(row=row, what="ready", code=parcel.code)
    if parcel.state == "voided":
        return WaybillOutcome.wrong(row, "unknown_parcel")
    if is_shipped_so(parcel, shipment):
        return WaybillOutcome(row=row, what="already", code=parcel.code)
    facts = {"carrier": parcel.carrier or "", "waybill": parcel.waybill or ""}
    return WaybillOutcome.wrong(row, "other_waybill", **facts)
