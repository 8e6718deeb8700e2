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
) -> None:
    """Raise "exceeds_refundable" by what was read; the condition holds it against any race.

    Other refunds leave the order's version alone; an erasure does not, and then nothing is typed.
    after_all_others: the sum was reckoned from what other complaints got, so nothing may be
    refunded of the order in between, nor anything be sent again, which its version tells.
    """
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
