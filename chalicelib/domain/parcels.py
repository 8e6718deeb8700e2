"""Parcels: what went into one box, from which batches, and where it is."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from .batches import Batch
from .carriers import carrier_of, is_same_carrier, waybill_of
from .errors import Invalid, Refusal
from .fields import Body, Id, Instant, Model, Name, Packs, china_date
from .lifecycle import check_move
from .orders import Order
from .products import Unit

State = Literal["packed", "shipped", "delivered", "returned", "voided"]
HANDED_OVER_AFTER = timedelta(days=2)
MOST_ALLOCATIONS = 20
"""Lines and batches together, in one parcel."""


class NewAllocation(Body):
    line: Annotated[int, Field(ge=0, le=9)]
    """The line's place in the order's `lines`, from 0."""
    batch_id: Id
    packs: Packs


class NewParcel(Body):
    """expired_ok: somebody has looked at what is past its shelf life, and packs it."""

    allocations: Annotated[list[NewAllocation], Field(min_length=1, max_length=MOST_ALLOCATIONS)]
    expired_ok: bool | None = None


def _carrier(value: str) -> str:
    name = carrier_of(value)
    if name is None:
        raise ValueError(
            "应为快递公司，如 顺丰、中通快递、同城配送，不写人名和电话",
            "must be a carrier, e.g. SF Express, and no person",
        )
    return name


_NO_WAYBILL: dict[str, tuple[str, str]] = {
    "no_waybill": (
        "应为运单号：2 到 40 个字母、数字或 - . / _，不是手机号",
        "must be a waybill: 2 to 40 letters, digits or - . / _, no phone number",
    ),
    "several_waybills": (
        "写了几个运单号，一个包裹只写一个",
        "must be one waybill, and there are several",
    ),
    "waybill_lost": (
        "被表格软件改成了科学计数，后面的数字已丢失，请填原来的运单号",
        "was rounded by a spreadsheet program; write the waybill as it was",
    ),
}


def _waybill(value: str) -> str:
    try:
        return waybill_of(value)
    except ValueError as error:
        raise ValueError(*_NO_WAYBILL[str(error)]) from None


Carrier = Annotated[Name, AfterValidator(_carrier)]


class Shipment(Body):
    """waybill: 2 to 40 letters, digits and the signs of a lot. See carriers.py."""

    carrier: Carrier
    waybill: Annotated[Name, AfterValidator(_waybill)]

    def is_as(self, carrier: str, waybill: str) -> bool:
        """Whether the parcel goes the same way, however carrier and waybill are spelled."""
        return self.waybill.upper() == waybill.upper() and is_same_carrier(self.carrier, carrier)


class Allocation(Model):
    """Packs of one order line from one batch; quantity in the product's unit."""

    line: int
    batch_id: str
    packs: int
    quantity: int


class CountedInPatterns(Model):
    """As what a parcel counts in its batches' patterns: the reason of the first complaint about it,
    or of the first that its buyer made with the order's key; one that lies in no batch counts as
    nothing. repeats: the batches in which it came from where another one had come from.
    proved: of a buyer of whose payment the provider told. places: by batch a number of the network
    address that it came from, alike for one address; none where that tells nobody apart."""

    reason: str
    by_order: bool = False
    repeats: tuple[str, ...] = ()
    proved: bool = False
    places: dict[str, int] = {}


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
    best_before: dict[str, date] = {}
    """The last good day of its batches, by their ids, as it was told when it was packed."""
    packed_at: Instant
    shipped_at: Instant | None = None
    delivered_at: Instant | None = None
    returned_at: Instant | None = None
    complaint_id: str | None = None
    reply_due_at: Instant | None = None
    complaints: tuple[str, ...] = ()
    counted: bool = False
    """Whether a complaint has decided as what it counts in its batches' patterns."""
    counted_as: Annotated[
        CountedInPatterns | None, Field(exclude_if=lambda value: value is None)
    ] = None
    """None also where a release wrote it that did not remember."""
    waits_as: Annotated[CountedInPatterns | None, Field(exclude_if=lambda value: value is None)] = (
        None
    )
    """As what it will count once it has left, by a complaint that came before."""
    return_id: str | None = None

    @property
    def came(self) -> bool:
        """Whether it was handed over: also of one that was sent back afterwards, not of one
        that was refused at the door."""
        return self.delivered_at is not None

    @property
    def expired_when_packed(self) -> dict[str, date]:
        """The last good day of batches that were past it already, by their ids."""
        packed_on = china_date(self.packed_at)
        return {batch_id: last for batch_id, last in self.best_before.items() if last < packed_on}

    def has_left(self, now: Instant) -> bool:
        """Whether somebody can have seen what is in it: it was sent, or nobody said so, as of what
        is handed over, and fresh goods do not lie packed for so long."""
        return self.state != "packed" or now >= self.packed_at + HANDED_OVER_AFTER

    @property
    def batch_ids(self) -> list[str]:
        return list(dict.fromkeys(allocation.batch_id for allocation in self.allocations))

    def showing(self, complaint_id: str | None, reply_due_at: Instant | None) -> "Parcel":
        """With an open complaint and its deadline, or with none."""
        update = {"complaint_id": complaint_id, "reply_due_at": reply_due_at}
        return self.model_copy(update=update)

    def quantity_of(self, batch_id: str) -> int:
        return sum(
            allocation.quantity
            for allocation in self.allocations
            if allocation.batch_id == batch_id
        )

    def _moved(self, state: State, **fields: object) -> "Parcel":
        check_move("parcel", self.state, state)
        return self.model_copy(update={"state": state, **fields})

    def shipped(self, shipment: Shipment, now: Instant) -> "Parcel":
        """What waited for this counts in its batches' patterns from now on."""
        shipped = self._moved(
            "shipped", carrier=shipment.carrier, waybill=shipment.waybill.upper(), shipped_at=now
        )
        return shipped.counting(shipped.waits_as) if shipped.is_waiting else shipped

    @property
    def is_waiting(self) -> bool:
        """Whether a complaint waits to be counted, and none is."""
        return self.waits_as is not None and not self.counted

    @property
    def counts_from(self) -> Instant | None:
        """When what waits comes to count, also if nobody says that the box was sent."""
        return self.packed_at + HANDED_OVER_AFTER if self.is_waiting else None

    def counting(self, as_what: CountedInPatterns | None) -> "Parcel":
        """As what it counts in its batches' patterns from now on."""
        update = {"counted": as_what is not None, "counted_as": as_what, "waits_as": None}
        return self.model_copy(update=update)

    def delivered(self, now: Instant) -> "Parcel":
        return self._moved("delivered", delivered_at=now)

    def returned(self, now: Instant) -> "Parcel":
        return self._moved("returned", returned_at=now)

    def voided(self) -> "Parcel":
        """With its order, with which its complaint ends: what a stranger said of a box that was
        still here is never counted. What else was said keeps the order from being cancelled, see
        `patterns.was_seen`."""
        return self._moved("voided", waits_as=None).showing(None, None)


def resolve_lines(order: Order, body: NewParcel) -> NewParcel:
    """The body with each `line` checked against the order.

    In an order of one line, 1 is taken for that line too: people count from one, and here it can
    mean nothing else. Raises Invalid for a line that the order lacks, "wrong_batch" for a batch
    that its offer does not sell from.
    """
    last = len(order.lines) - 1
    allocations = []
    for place, allocation in enumerate(body.allocations):
        line = 0 if last == 0 and allocation.line == 1 else allocation.line
        if line > last:
            raise Invalid(
                (
                    f"allocations.{place}.line",
                    f"订单只有 {last + 1} 行，行号从 0 到 {last}",
                    f"the order has lines 0 to {last}",
                )
            )
        if allocation.batch_id not in order.lines[line].batch_ids:
            raise Refusal("wrong_batch", batch_id=allocation.batch_id, line=line)
        allocations.append(allocation.model_copy(update={"line": line}))
    return body.model_copy(update={"allocations": allocations})


def pack(
    order: Order,
    body: NewParcel,
    batches: Mapping[str, Batch],
    *,
    shelf_lives: Mapping[str, int | None],
    code: str,
    now: Instant,
) -> Parcel:
    """A packed parcel. shelf_lives: in days, by the products' ids.

    Raises "batch_held" for a held or recalled batch; "batch_expired" for one past its shelf life,
    unless the body says that somebody has looked at it.
    """
    packs: Counter[int] = Counter()
    best_before = {}
    for allocation in body.allocations:
        batch = batches[allocation.batch_id]
        batch.refuse_unless_sellable()
        packs[allocation.line] += allocation.packs
        days = shelf_lives.get(batch.product_id)
        if not body.expired_ok:
            batch.refuse_if_expired(days, china_date(now))
        if (last := batch.best_before(days)) is not None:
            best_before[batch.id] = last
    replaced_fen = order.replaced_fen
    return Parcel(
        code=code,
        order_id=order.id,
        shop_id=order.shop_id,
        state="packed",
        allocations=tuple(
            Allocation(
                line=allocation.line,
                batch_id=allocation.batch_id,
                packs=allocation.packs,
                quantity=allocation.packs * order.lines[allocation.line].pack_quantity,
            )
            for allocation in body.allocations
        ),
        unit=order.lines[body.allocations[0].line].unit,
        amount_fen=order.part_of(order.total_fen, packs),
        replaced_fen=None if replaced_fen is None else order.part_of(replaced_fen, packs),
        best_before=best_before,
        packed_at=now,
    )
