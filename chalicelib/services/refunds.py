"""Refunds outside a complaint's settlement."""

from chalicelib.domain.access import Call
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.errors import not_found
from chalicelib.domain.refunds import NewRefund, Refund
from chalicelib.repositories.once import existing, fingerprint
from chalicelib.repositories.orders import load, load_of_shop, refunds_of
from chalicelib.repositories.reading import ListPage, get, listing
from chalicelib.repositories.tables import ComplaintItem, RefundItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import refunding
from chalicelib.steps import refunds as store

from ..repositories.items import SCOPE


def put(call: Call, order_id: str, refund_id: str, body: NewRefund) -> tuple[Refund, bool]:
    """The refund, and whether it is new; sent at once to the provider who holds the money, if one
    does.

    Raises "exceeds_refundable" with `refundable_fen`, "different_content", "not_found".
    """
    refund, is_new = _put(call, order_id, refund_id, body)
    return (refunding.send(call, refund) if is_new else refund), is_new


@retrying
def _put(call: Call, order_id: str, refund_id: str, body: NewRefund) -> tuple[Refund, bool]:
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
    refund = store.add(work, order, refund, request_fingerprint)
    work.commit()
    return refund, True


def retry(call: Call, order_id: str, refund_id: str) -> Refund:
    """Request a refund again that failed. Raises "not_found", "not_allowed_now" for any other."""
    return refunding.send(call, _again(call, order_id, refund_id))


@retrying
def _again(call: Call, order_id: str, refund_id: str) -> Refund:
    load_of_shop(call.actor, order_id)
    item = get(RefundItem, (f"ORDER#{order_id}", f"REFUND#{refund_id}"))
    if item is None:
        raise not_found("refund")
    after = item.doc.again(call.now)
    UnitOfWork(call).replace(item, RefundItem.of(after), "sent again").commit()
    return after


def of_complaint(complaint: Complaint) -> list[Refund]:
    """What was refunded for it, oldest first; of a replacement by the order that was paid."""
    order = load(complaint.order_id)
    if order.doc.replaces:
        order = load(order.doc.replaces)
    return [refund for refund in refunds_of(order) if refund.complaint_id == complaint.id]


def refunds(
    call: Call, order_id: str, limit: int, cursor: str | None
) -> tuple[ListPage[RefundItem], int]:
    """The ledger, oldest first, and what can still be refunded, in fen."""
    order = load_of_shop(call.actor, order_id)
    ledger = f"{order.pk}#REFUND"
    page = listing(RefundItem, SCOPE, [ledger], limit=limit, cursor=cursor, newest_first=False)
    return page, order.doc.paid_fen - int(order.refunded_fen)
