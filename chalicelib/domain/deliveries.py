"""What has arrived: rows that name parcels, and what becomes of each."""

import re
from typing import Annotated, Literal

from pydantic import Field

from .fields import Body, Model
from .parcels import Parcel
from .text import without_text_sign
from .waybill_files import LONGEST_REFERENCE, MOST_ROWS

PROBLEMS: dict[str, tuple[str, str]] = {
    "unknown_parcel": (
        "没有找到这个运单号、订单号或包裹码，请核对。",
        "There is no such waybill, order number or parcel code; check it.",
    ),
    "several_orders": (
        "这个编号有几单：{numbers}，请写运单号。",
        "Several orders have this number: {numbers}; write the waybill.",
    ),
    "several_parcels": (
        "这单有 {n} 个包裹在路上，请写运单号或包裹码。",
        "{n} parcels of this order are on their way; write the waybill or the parcel code.",
    ),
    "other_waybill": (
        "这个包裹的运单号是 {waybill}，请核对。",
        "The waybill of this parcel is {waybill}; check it.",
    ),
    "not_shipped": (
        "还没有发货，先填运单。",
        "It was not shipped yet; enter its waybill first.",
    ),
    "came_back": ("已经退回，没有改动。", "It came back; it was left as it is."),
}
"""Why a row delivers nothing: code -> (zh-CN, English). Beside these whatever refuses it."""

_ARRIVED = re.compile(
    "签收|妥投|送达|已取件|已自提|派送成功|投递成功|delivered|signed|collected", re.I
)
_NOT_YET = re.compile(
    "未|待|不|没|拒|退|异常|失败|派送中|派件中|not|un(?:able|signed|deliver)|fail|refus|return"
    "|out for|attempt|to be",
    re.I,
)


What = Literal["ready", "delivered", "already", "waiting", "wrong"]
"""ready: it can be marked; delivered: it was now; already: it was before; waiting: the carrier does
not say so yet."""


class DeliveryRow(Body):
    """parcel: an order number, also a platform's, or a parcel's code; or waybill, or both. state:
    what the carrier says of it; null where the whole list is of what has arrived."""

    row: Annotated[int, Field(ge=1, le=100_000)]
    parcel: Annotated[str, Field(max_length=LONGEST_REFERENCE)] = ""
    waybill: Annotated[str, Field(max_length=200)] = ""
    state: Annotated[str, Field(max_length=200)] | None = None

    @property
    def reference(self) -> str:
        """`parcel` as it is looked up, whoever typed it."""
        return without_text_sign(self.parcel.strip())

    @property
    def number(self) -> str:
        """`waybill` as parcels keep it."""
        return without_text_sign(self.waybill.strip()).upper()

    @property
    def named(self) -> str:
        """As a person finds it in the list."""
        return " ".join(filter(None, (self.reference, self.number)))


class NewDeliveries(Body):
    rows: Annotated[list[DeliveryRow], Field(min_length=1, max_length=MOST_ROWS)]


class DeliveryOutcome(Model):
    row: DeliveryRow
    what: What
    code: str | None = None
    problem: str | None = None
    facts: dict[str, str | int] = {}

    @classmethod
    def wrong(cls, row: DeliveryRow, problem: str, **facts: str | int) -> "DeliveryOutcome":
        return cls(row=row, what="wrong", problem=problem, facts=facts)


class DeliveryOutcomes(Model):
    rows: tuple[DeliveryOutcome, ...]


def says_arrived(state: str) -> bool:
    """Whether a carrier's word, or the time in a column of times, says that somebody has it."""
    if _NOT_YET.search(state):
        return False
    return bool(
        _ARRIVED.search(state) or re.fullmatch(r"20[0-9]{2}[-/.年0-9月日 T:时分秒]+", state)
    )


def judged(row: DeliveryRow, parcel: Parcel) -> DeliveryOutcome:
    """What would become of a row that means this parcel; whatever its state, no error."""
    if parcel.state == "voided":
        return DeliveryOutcome.wrong(row, "unknown_parcel")
    if row.number and parcel.waybill and parcel.waybill != row.number:
        return DeliveryOutcome.wrong(row, "other_waybill", waybill=parcel.waybill)
    if parcel.state == "packed":
        return DeliveryOutcome.wrong(row, "not_shipped")
    if parcel.state == "returned":
        return DeliveryOutcome.wrong(row, "came_back")
    if parcel.state == "delivered":
        return DeliveryOutcome(row=row, what="already", code=parcel.code)
    arrived = row.state is None or says_arrived(row.state.strip())
    return DeliveryOutcome(row=row, what="ready" if arrived else "waiting", code=parcel.code)
