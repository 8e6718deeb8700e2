"""Refunds outside a complaint's settlement, and those that wait for somebody."""

from dataclasses import dataclass

from chalicelib.domain.access import Call
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.orders import Buyer, Order
from chalicelib.domain.refunds import NewRefund, Refund, SentRefund, Waits
from chalicelib.repositories.once import existing, fingerprint
from chalicelib.repositories.orders import buyer_of, load, load_of_shop, refunds_of
from chalicelib.repositories.reading import ListPage, get, get_many, listing
from chalicelib.repositories.tables import (
    ComplaintItem,
    OrderItem,
    ReferenceItem,
    RefundItem,
    WaitingRefundItem,
    key_of,
    refund_key,
)
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import refunding
from chalicelib.steps import refunds as store

from ..repositories.items import OFFICE, SCOPE


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
    key = refund_key(order_id, refund_id)
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
    item = get(RefundItem, refund_key(order_id, refund_id))
    if item is None:
        raise not_found("refund")
    after = item.doc.again(call.now)
    work = UnitOfWork(call)
    store.move(work, item, after, "sent again")
    work.commit()
    return after


def of_complaint(complaint: Complaint) -> list[Refund]:
    """What was refunded for it, oldest first; of a replacement by the order that was paid."""
    order = load(complaint.order_id)
    if order.doc.replaces:
        order = load(order.doc.replaces)
    return [refund for refund in refunds_of(order) if refund.complaint_id == complaint.id]


@retrying
def sent(call: Call, order_id: str, refund_id: str, body: SentRefund) -> tuple[Refund, bool]:
    """Record that the shop has paid a refund back by itself, and whether it was not known before.

    Raises "not_found", "different_content" for another way than was recorded, "not_allowed_now" for
    what a provider pays back, "transfer_used" with the other order's number, unless the body says
    that one transfer paid both.
    """
    order = load_of_shop(call.actor, order_id).doc
    item = get(RefundItem, refund_key(order_id, refund_id))
    if item is None:
        raise not_found("refund")
    if item.doc.sent_at is not None:
        if (item.doc.method, item.doc.reference) != (body.method, body.reference):
            raise Refusal("different_content", id=refund_id)
        return item.doc, False
    after = item.doc.sent(body, call.actor.id, call.now)
    work = UnitOfWork(call)
    store.move(work, item, after)
    transfer = store.transfer_of(order, body.reference)
    used = get(ReferenceItem, transfer.key) if transfer else None
    if used is not None and not body.same_transfer:
        raise Refusal("transfer_used", number=load(used.order_id).doc.number)
    if transfer is not None and used is None:
        work.create(transfer)
    work.commit()
    return after, True


@dataclass(frozen=True)
class Waiting:
    """A refund that waits for somebody. buyer: None once erased."""

    refund: Refund
    order: Order
    buyer: Buyer | None


def waiting(
    call: Call, waits: Waits, limit: int, cursor: str | None
) -> tuple[list[Waiting], str | None]:
    """The refunds of one list, the oldest first: of the actor's shop, or of all for the county;
    and the next cursor. Those of earlier releases are on no list."""
    shop_id = call.actor.shop_id
    scope, partition = (SCOPE, f"SHOP#{shop_id}#") if shop_id else (OFFICE, "")
    page = listing(
        WaitingRefundItem,
        scope,
        [f"{partition}REFUND#{waits}"],
        limit=limit,
        cursor=cursor,
        newest_first=False,
    )
    keys = [(item.refund_key, key_of("order", item.order_id)) for item in page.items]
    items = get_many([key for pair in keys for key in pair], consistent=False) if keys else {}
    rows = []
    for key, order_key in keys:
        refund, order = items.get(key), items.get(order_key)
        # the index may be behind what the refund is by now
        if isinstance(refund, RefundItem) and refund.doc.waits == waits:
            assert isinstance(order, OrderItem)
            rows.append(Waiting(refund.doc, order.doc, buyer_of(order.doc)))
    return rows, page.next_cursor


def refunds(
    call: Call, order_id: str, limit: int, cursor: str | None
) -> tuple[ListPage[RefundItem], int]:
    """The ledger, oldest first, and what can still be refunded, in fen."""
    order = load_of_shop(call.actor, order_id)
    ledger = f"{order.pk}#REFUND"
    page = listing(RefundItem, SCOPE, [ledger], limit=limit, cursor=cursor, newest_first=False)
    return page, order.doc.paid_fen - int(order.refunded_fen)
