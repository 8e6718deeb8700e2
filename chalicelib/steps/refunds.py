"""Adding to the refund ledger: the entry and the order's sum, in the caller's transaction."""

from pynamodb.expressions.condition import Condition

from chalicelib.domain.refunds import Refund, check_refundable
from chalicelib.repositories.tables import OrderItem, RefundItem
from chalicelib.repositories.transaction import Adjust, Create, UnitOfWork


def add(
    work: UnitOfWork,
    order: OrderItem,
    refund: Refund,
    fingerprint: str | None = None,
    *,
    after_all_others: bool = False,
) -> Refund:
    """Add the refund to `work`. Raise "exceeds_refundable" by the order as it was read; against a
    refund of the same moment a condition keeps the sum within what was paid.

    Another refund leaves the order's version as it is. Erasing the buyer changes it: this refund
    then fails and is decided again, as no typed reason may be stored of whom was erased.
    after_all_others: the amount follows from what other complaints about the order got. So it
    fails too when anything was refunded in between, or sent again, which changes the version.

    The refund as it is stored: requested of the provider who holds the money, if one does.
    """
    refund = refund.through(order.doc.paid_by_charge)
    paid, refunded = order.doc.paid_fen, int(order.refunded_fen)
    check_refundable(refund.amount_fen, paid_fen=paid, refunded_fen=refunded)
    left: Condition = OrderItem.refunded_fen <= paid - refund.amount_fen
    if after_all_others:
        left = OrderItem.refunded_fen == refunded
    work.add(
        Create(RefundItem.of(refund, fingerprint=fingerprint)),
        Adjust(
            order,
            [OrderItem.refunded_fen.add(refund.amount_fen)],
            condition=left & (OrderItem.version == order.version),
        ),
    )
    return refund
