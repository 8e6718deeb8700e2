"""What an order is, as far as its money goes: the same for buyer, shop and program."""

from collections.abc import Sequence
from typing import Literal

from .charges import ProviderPayment
from .fields import Instant
from .orders import Order
from .refunds import Refund

Standing = Literal[
    "free",
    "unpaid",
    "paying",
    "overdue",
    "expired",
    "cancelled",
    "paid",
    "revived",
    "refunding",
    "refunded",
    "sent_back",
]
"""paying: somebody was asked for it, and it has not come. overdue: its time is over, and whether
money came is not known yet. revived: paid after its time, as its packs were there yet. refunding,
refunded: of what was paid, some is on its way back, or all that was to go back is there. sent_back:
it ended, and money that came for it goes back by itself."""


def standing_of(
    order: Order, charges: Sequence[ProviderPayment], refunds: Sequence[Refund], now: Instant
) -> Standing:
    """charges: by the order. refunds: all of them, also of money that the order could not take."""
    if order.total_fen == 0:
        return "free"
    if order.paid_at is not None or order.paid_fen:
        mine = [refund for refund in refunds if not refund.beside]
        if mine:
            arrived = all(_is_there(refund) for refund in mine)
            return "refunded" if arrived else "refunding"
        return "revived" if _is_revived(order) else "paid"
    is_open = any(charge.state == "started" for charge in charges)
    if order.state == "pending_payment":
        if order.is_overdue(now):
            return "overdue" if is_open else "expired"
        return "paying" if is_open else "unpaid"
    if refunds:
        return "sent_back"
    return "cancelled" if order.state == "cancelled" else "expired"


def _is_there(refund: Refund) -> bool:
    """Whether the buyer has it, as the provider, the shop or a platform says."""
    return refund.money == "returned" or refund.sent_at is not None or refund.at_platform


def _is_revived(order: Order) -> bool:
    is_late = order.paid_at is not None and order.paid_at >= order.pay_by
    return is_late and order.paid_by_charge is not None


def mark_of(
    standing: Standing,
    order: Order,
    charges: Sequence[ProviderPayment],
    refunds: Sequence[Refund],
) -> str:
    """Another one as soon as a page of the order has something new to say."""
    moves = [
        f"{refund.money}{'+' if refund.accepted_at or refund.sent_at else ''}" for refund in refunds
    ]
    return ".".join([standing, order.state, *(charge.state for charge in charges), *moves])
