"""Adding to the refund ledger: the entry and the order's sum, in the caller's transaction; and the
list on which it waits, which each move of it may change."""

from pynamodb.expressions.condition import Condition

from chalicelib.domain.orders import Order
from chalicelib.domain.payments import telling
from chalicelib.domain.refunds import Refund, check_refundable
from chalicelib.repositories.items import INDEX_KEYS
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.repositories.tables import OrderItem, ReferenceItem, RefundItem, WaitingRefundItem
from chalicelib.repositories.transaction import Adjust, UnitOfWork


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
    refund = refund.of(order.doc).through(order.doc.paid_by_charge)
    paid, refunded = order.doc.paid_fen, int(order.refunded_fen)
    check_refundable(refund.amount_fen, paid_fen=paid, refunded_fen=refunded)
    left: Condition = OrderItem.refunded_fen <= paid - refund.amount_fen
    if after_all_others:
        left = OrderItem.refunded_fen == refunded
    begin(work, refund, fingerprint)
    work.add(
        Adjust(
            order,
            [OrderItem.refunded_fen.add(refund.amount_fen)],
            condition=left & (OrderItem.version == order.version),
        ),
    )
    return refund


def begin(work: UnitOfWork, refund: Refund, fingerprint: str | None = None) -> None:
    """A new entry, and where it waits; a platform's refund waits nowhere."""
    work.create(RefundItem.of(refund, fingerprint=fingerprint))
    if refund.waits:
        work.create(WaitingRefundItem.of(refund))


def move(work: UnitOfWork, item: RefundItem, after: Refund, why: str = "") -> None:
    """The entry becomes `after`, and is on the list of what it then waits for."""
    work.replace(item, RefundItem.of(after), why)
    if after.waits != item.doc.waits:
        waiting = WaitingRefundItem.of(after)
        places = [(getattr(WaitingRefundItem, name), getattr(waiting, name)) for name in INDEX_KEYS]
        work.add(
            Adjust(
                waiting,
                [
                    WaitingRefundItem.kind.set(WaitingRefundItem),
                    *(key.set(place) if place else key.remove() for key, place in places),
                ],
                creates=True,
            )
        )


def transfer_of(order: Order, reference: str) -> ReferenceItem | None:
    """What tells a transfer that paid a refund back from every other; None where it tells
    nothing."""
    plain = telling(reference)
    if plain is None:
        return None
    mark = keyed_hash("refund transfer", order.shop_id, plain).hex()[:32]
    return ReferenceItem.of(mark, order.id)
