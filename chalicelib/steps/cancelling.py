"""What goes back when an order ends; and how much one commit writes for that, which bounds what is
ordered and packed."""

from collections.abc import Sequence

from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.repositories.transaction import MOST_WRITES, UnitOfWork

from . import coupons, stock, unpaid

ALWAYS = 7
"""The order and its coupon, each with its journal; customer and refund, or what finds an unpaid one
by its buyer; first answer."""


def give_back(work: UnitOfWork, order: Order, voided: Sequence[Parcel] = ()) -> None:
    """Give back its packs, what it counted as unpaid, and its coupon. voided: its parcels."""
    stock.give_back(work, order, voided)
    unpaid.give_back(work, order)
    coupons.give_back(work, order)


def refuse_unless_it_can_be_cancelled(order: Order, parcels: Sequence[Parcel] = ()) -> None:
    """Raise "too_large" for more than one commit can void and give back, also with every offer
    closed. Before it is packed, each line is thought in a box of its own. Once a parcel has left,
    nothing is cancelled any more.

    A batch that gets packs back is two writes, with what its offer has set aside of it; of a closed
    offer those of voided parcels go straight back to theirs, which is one
    (`stock.release_set_aside`).
    """
    if any(parcel.state != "packed" for parcel in parcels):
        return
    writes = ALWAYS + order.counters + 2 * (len(parcels) or len(order.lines))
    for index, line in enumerate(order.lines):
        parts = [part for parcel in parcels for part in parcel.allocations if part.line == index]
        boxed = len({part.batch_id for part in parts})
        unpacked = line.packs - sum(part.packs for part in parts)
        writes += max(2 * boxed, boxed + 2 * min(len(line.batch_ids), unpacked))
    if writes > MOST_WRITES:
        raise Refusal("too_large")
