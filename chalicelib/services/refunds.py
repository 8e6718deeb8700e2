"""Refunds outside a complaint's settlement."""

from chalicelib.domain.access import Call
from chalicelib.domain.errors import not_found
from chalicelib.domain.refunds import NewRefund, Refund
from chalicelib.repositories.once import existing, fingerprint
from chalicelib.repositories.orders import load_of_shop
from chalicelib.repositories.reading import ListPage, get, listing
from chalicelib.repositories.tables import ComplaintItem, RefundItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import refunds as store

from ..repositories.items import SCOPE


@retrying
def put(call: Call, order_id: str, refund_id: str, body: NewRefund) -> tuple[Refund, bool]:
    """The refund, and whether it is new.

    Raises "exceeds_refundable" with `refundable_fen`, "different_content", "not_found".
    """
    order = load_of_shop(call.actor, order_id)
    request_fingerprint = fingerprint(body)
    key = (f"ORDER#{order_id}", f"REFUND#{refund_id}")
    if item := existing(RefundItem, key, refund_id, request_fingerprint):
        return item.doc, False
    work = UnitOfWork(call)
    if body.complaint_id is not None:
        complaint = get(ComplaintItem, key_of("complaint", body.complaint_id))
        if complaint is None or complaint.doc.order_id != order_id:
            raise not_found("complaint")
        after = complaint.doc.refunded_beside(body.amount_fen)
        work.replace(complaint, ComplaintItem.of(after))
    refund = Refund(
        id=refund_id, order_id=order_id, by=call.actor.id, at=call.now, **body.model_dump()
    )
    if order.doc.buyer is None:  # of whom nothing is said any more
        refund = refund.without_words()
    store.add(work, order, refund, request_fingerprint)
    work.commit()
    return refund, True


def refunds(
    call: Call, order_id: str, limit: int, cursor: str | None
) -> tuple[ListPage[RefundItem], int]:
    """The ledger, oldest first, and what can still be refunded, in fen."""
    order = load_of_shop(call.actor, order_id)
    ledger = f"{order.pk}#REFUND"
    page = listing(RefundItem, SCOPE, [ledger], limit=limit, cursor=cursor, newest_first=False)
    return page, order.doc.paid_fen - int(order.refunded_fen)
