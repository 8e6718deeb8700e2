"""Adding to the refund ledger: the entry and the order's sum, in the caller's transaction."""

from chalicelib.domain.refunds import Refund, check_refundable
from chalicelib.repositories.tables import OrderItem, RefundItem
from chalicelib.repositories.transaction import Adjust, Create, UnitOfWork


def add(work: UnitOfWork, order: OrderItem, refund: Refund, fingerprint: str | None = None) -> None:
    """Raise "exceeds_refundable" by what was read; the condition holds it against any race.

    Other refunds leave the order's version alone; an erasure does not, and then nothing is typed.
    """
    paid = order.doc.paid_fen
    check_refundable(refund.amount_fen, paid_fen=paid, refunded_fen=int(order.refunded_fen))
    work.add(
        Create(RefundItem.of(refund, fingerprint=fingerprint)),
        Adjust(
            order,
            [OrderItem.refunded_fen.add(refund.amount_fen)],
            condition=(OrderItem.refunded_fen <= paid - refund.amount_fen)
            & (OrderItem.version == order.version),
        ),
    )
