"""Parcels: what went into one box, from which batches, and where it is."""

import re
from collections import Counter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from .batches import Batch
from .errors import Invalid, Refusal
from .fields import LONGEST_NAME, Body, Id, Instant, Model, Name, Packs
from .lifecycle import check_move
from .orders import Order
from .products import Unit
from .text import half_width

State = Literal["packed", "shipped", "delivered", "returned", "voided"]
MOST_ALLOCATIONS = 20
"""Lines and batches together, in one parcel."""


class NewAllocation(Body):
    line: Annotated[int, Field(ge=0, le=9)]
    """The line's place in the order's `lines`, from 0."""
    batch_id: Id
    packs: Packs


class NewParcel(Body):
    allocations: Annotated[list[NewAllocation], Field(min_length=1, max_length=MOST_ALLOCATIONS)]


def _carrier(value: str) -> str:
    """A company, perhaps with its hotline; no row of digits that may be a person's phone."""
    if re.search(r"(?:\d[\s-]*){7}", half_width(value, LONGEST_NAME)):
        raise ValueError("请只写快递公司，如 顺丰", "must name the carrier only, e.g. SF Express")
    return value


def _waybill(value: str) -> str:
    """As carriers print it; people copy it with spaces, and in full width."""
    found = "".join(half_width(value, LONGEST_NAME).split())
    phone = re.fullmatch(r"1[3-9]\d{9}", re.sub("[._/-]", "", found))
    if phone or not re.fullmatch(r"[A-Za-z0-9._/-]{1,40}", found):
        raise ValueError(
            "应为运单号：字母、数字或 - . / _，不超过 40 个，不是手机号",
            "must be a waybill: up to 40 letters, digits or - . / _, no phone number",
        )
    return found


class Shipment(Body):
    """waybill: up to 40 letters, digits and the signs of a lot. Both are kept for good, so their
    shape leaves no room for a phone number or a sentence about a person."""

    carrier: Annotated[Name, AfterValidator(_carrier)]
    waybill: Annotated[Name, AfterValidator(_waybill)]


class Allocation(Model):
    """Packs of one order line from one batch; quantity in the product's unit."""

    line: int
    batch_id: str
    packs: int
    quantity: int


class Parcel(Model):
    """amount_fen: what its packs cost, of all that was paid for the order; replaced_fen: what those
    cost that it replaces. complaint_id, reply_due_at: of the open complaint.
    return_id: of its way back, once one was opened.

    Scan counts stand beside the record, as counters of their own.
    """

    code: str
    order_id: str
    shop_id: str
    state: State
    allocations: tuple[Allocation, ...]
    unit: Unit
    amount_fen: int
    replaced_fen: int | None = None
    carrier: str | None = None
    waybill: str | None = None
    packed_at: Instant
    shipped_at: Instant | None = None
    delivered_at: Instant | None = None
    returned_at: Instant | None = None
    complaint_id: str | None = None
    reply_due_at: Instant | None = None
    complaints: tuple[str, ...] = ()
    counted: bool = False
    """Whether it is among the complained-about parcels of its batches."""
    return_id: str | None = None

    @property
    def batch_ids(self) -> list[str]:
        return list(dict.fromkeys(one.batch_id for one in self.allocations))

    def quantity_of(self, batch_id: str) -> int:
        return sum(one.quantity for one in self.allocations if one.batch_id == batch_id)

    def _moved(self, state: State, **fields: object) -> "Parcel":
        check_move("parcel", self.state, state)
        return self.model_copy(update={"state": state, **fields})

    def shipped(self, shipment: Shipment, now: Instant) -> "Parcel":
        return self._moved(
            "shipped", carrier=shipment.carrier, waybill=shipment.waybill, shipped_at=now
        )

    def delivered(self, now: Instant) -> "Parcel":
        return self._moved("delivered", delivered_at=now)

    def returned(self, now: Instant) -> "Parcel":
        return self._moved("returned", returned_at=now)

    def voided(self) -> "Parcel":
        return self._moved("voided")


def resolve_lines(order: Order, body: NewParcel) -> NewParcel:
    """The body with each `line` checked against the order.

    In an order of one line, 1 is taken for that line too: people count from one, and here it can
    mean nothing else. Raises Invalid for a line that the order lacks, "wrong_batch" for a batch
    that its offer does not sell from.
    """
    last = len(order.lines) - 1
    allocations = []
    for place, one in enumerate(body.allocations):
        line = 0 if last == 0 and one.line == 1 else one.line
        if line > last:
            raise Invalid(
                (
                    f"allocations.{place}.line",
                    f"订单只有 {last + 1} 行，行号从 0 到 {last}",
                    f"the order has lines 0 to {last}",
                )
            )
        if one.batch_id not in order.lines[line].batch_ids:
            raise Refusal("wrong_batch", batch_id=one.batch_id, line=line)
        allocations.append(one.model_copy(update={"line": line}))
    return body.model_copy(update={"allocations": allocations})


def pack(
    order: Order, body: NewParcel, batches: dict[str, Batch], *, code: str, now: Instant
) -> Parcel:
    """A packed parcel. Raises "batch_held" for a held or recalled batch."""
    packs: Counter[int] = Counter()
    for one in body.allocations:
        batches[one.batch_id].refuse_unless_sellable()
        packs[one.line] += one.packs
    replaced_fen = order.replaced_fen
    return Parcel(
        code=code,
        order_id=order.id,
        shop_id=order.shop_id,
        state="packed",
        allocations=tuple(
            Allocation(
                line=one.line,
                batch_id=one.batch_id,
                packs=one.packs,
                quantity=one.packs * order.lines[one.line].pack_quantity,
            )
            for one in body.allocations
        ),
        unit=order.lines[body.allocations[0].line].unit,
        amount_fen=order.part_of(order.total_fen, packs),
        replaced_fen=None if replaced_fen is None else order.part_of(replaced_fen, packs),
        packed_at=now,
    )
