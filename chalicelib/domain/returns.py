"""Returns: a parcel that a buyer sends back after a complaint was settled so."""

from typing import Annotated, Literal

from pydantic import Field

from .complaints import Complaint
from .fields import Instant, Model, china_date
from .lifecycle import check_move
from .parcels import Parcel, Shipment

State = Literal["awaited", "received", "closed"]


class Return(Model):
    """The way back of `parcel_code`; its own code is what the buyer writes on the box.

    carrier, waybill: as the buyer or the seller entered them, at sent_at. closed: it never came.
    """

    id: str
    code: str
    complaint_id: str
    order_id: str
    parcel_code: str
    shop_id: str
    state: State = "awaited"
    carrier: str | None = None
    waybill: str | None = None
    opened_at: Instant
    sent_at: Instant | None = None
    ended_at: Instant | None = None
    by_order: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    """Its waybill was entered by the order's buyer."""
    erased_at: Annotated[Instant | None, Field(exclude_if=lambda at: at is None)] = None
    """Since when what was entered until then is told no more. None where a release erased it that
    kept no time."""

    def sent(self, shipment: Shipment, now: Instant, *, by_order: bool = False) -> "Return":
        """With its waybill, which may be corrected while it is awaited. by_order: by the order's
        buyer, whose it is from now on."""
        if self.state != "awaited":
            check_move("return", self.state, "awaited")
        update = {"carrier": shipment.carrier, "waybill": shipment.waybill, "sent_at": now}
        return self.model_copy(update=update | {"by_order": self.by_order or by_order})

    def belongs_to(self, complaint: Complaint) -> bool:
        """Whether the complaint's own key shows and fills it: not that of a stranger who saw the
        box, once the order's buyer asks for the same parcel back, goes on with the complaint or has
        entered a waybill."""
        if complaint.is_buyers:
            return complaint.by_order
        return self.complaint_id == complaint.id and not self.by_order

    def handed_to(self, complaint: Complaint) -> "Return":
        return self.model_copy(update={"complaint_id": complaint.id})

    def erased(self, now: Instant) -> "Return":
        """Without what was entered, as the buyer may have written anything into it."""
        if self.sent_at is None or self._has_erased(self):
            return self
        return self._without_shipment(erased_at=max(now, self.sent_at))

    def as_told_again(self, today: "Return | None") -> "Return":
        """A first answer without what was erased since. today: the same return as it is now, where
        another waybill may have been entered after the erasure."""
        is_gone = today is None or today.waybill is None or today._has_erased(self)
        return self._without_shipment() if is_gone else self

    def _has_erased(self, earlier: "Return") -> bool:
        sent_at, erased_at = earlier.sent_at, self.erased_at
        return sent_at is not None and erased_at is not None and sent_at <= erased_at

    def _without_shipment(self, **update: Instant) -> "Return":
        return self.model_copy(update={"carrier": None, "waybill": None, **update})

    def received(self, now: Instant) -> "Return":
        return self._moved("received", now)

    def closed(self, now: Instant) -> "Return":
        return self._moved("closed", now)

    def _moved(self, state: State, now: Instant) -> "Return":
        check_move("return", self.state, state)
        return self.model_copy(update={"state": state, "ended_at": now})


def may_be_asked_back(parcel: Parcel, *, recalled: bool) -> bool:
    """A parcel that has left here and is not recalled: what is recalled nobody sends about."""
    return not recalled and parcel.state in {"shipped", "delivered"}


def open_return(parcel: Parcel, *, return_id: str, complaint_id: str, now: Instant) -> Return:
    return Return(
        id=return_id,
        code=f"TH{china_date(now):%y%m%d}-{return_id.replace('-', '')[-8:].upper()}",
        complaint_id=complaint_id,
        order_id=parcel.order_id,
        parcel_code=parcel.code,
        shop_id=parcel.shop_id,
        opened_at=now,
    )
