"""The refund ledger: entries are only added, and never sum to more than was paid."""

from typing import Annotated, Literal

from pydantic import Field

from .errors import Refusal
from .fields import Body, Id, Instant, Message, Model
from .orders import Order
from .parcels import Parcel
from .shares import stretch

Cause = Literal["grower", "packer", "carrier", "nobody"]


class NewRefund(Body):
    amount_fen: Annotated[int, Field(ge=1, le=100_000_000_000)]
    reason: Message
    complaint_id: Id | None = None
    cause: Cause = "nobody"
    """Who the loss is shared with later."""


class Refund(Model):
    """Its id is the number given to the payment provider, so that a retry is no second refund."""

    id: str
    order_id: str
    amount_fen: int
    reason: str
    complaint_id: str | None = None
    cause: Cause = "nobody"
    by: str
    at: Instant

    def without_words(self) -> "Refund":
        """What was typed for it is gone; the sum, who, when and what for stay."""
        return self.model_copy(update={"reason": ""})


class Amends(Model):
    """What a box has got already by other complaints than the one at hand.

    refunded_fen: for the box itself and what was sent again in its place. spent_fen: how much of
    its price is not to be had any more, also as it was refunded for what the box stands in for.
    in_all_fen, sent_again: of the whole chain, from the first box to the last, what was refunded
    and how many orders that stand were sent again.
    """

    refunded_fen: int = 0
    spent_fen: int = 0
    in_all_fen: int = 0
    sent_again: int = 0


def check_refundable(amount_fen: int, *, paid_fen: int, refunded_fen: int) -> None:
    """Raise "exceeds_refundable" with `refundable_fen` when the sum would pass what was paid."""
    if amount_fen > paid_fen - refunded_fen:
        raise Refusal("exceeds_refundable", refundable_fen=paid_fen - refunded_fen)


def share_of(amount_fen: int, percent: int) -> int:
    """坏果包赔: the damaged share of what was paid, rounded half up, in the buyer's favour."""
    return (amount_fen * percent + 50) // 100


def paid_for(parcel: Parcel, order: Order, paid: Order) -> int:
    """What was paid for a parcel, which of a replacement was paid by the first order.

    Older releases rounded each parcel down, and noted nothing on one that replaces another.
    """
    if order.replaces is None:
        only = order.parcels == (parcel.code,) and not any(line.to_pack for line in order.lines)
        return order.total_fen if only else parcel.amount_fen
    if parcel.replaced_fen is not None:
        return parcel.replaced_fen
    packed = sum(
        allocation.packs * order.lines[allocation.line].price_fen
        for allocation in parcel.allocations
    )
    priced = sum(line.packs * line.price_fen for line in paid.lines)
    return stretch(paid.total_fen, priced, 0, packed) if priced else 0
