"""Returns: where the buyer's parcel is on its way back, and what became of it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from chalicelib.domain.access import Actor, Call, check_shop
from chalicelib.domain.errors import not_found
from chalicelib.domain.parcels import Shipment
from chalicelib.domain.returns import Return
from chalicelib.repositories.complaints import load, opened_by_order, parcel_of
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.reading import ListPage, get_many, listing, of_kind
from chalicelib.repositories.tables import ComplaintItem, ReturnItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import parcels as parcel_store
from chalicelib.steps import returns as store
from chalicelib.steps.once import Prepared, answer_once

from ..repositories.items import OFFICE, SCOPE


def _of(call: Call, complaint_id: str, key: str | None = None) -> tuple[ComplaintItem, ReturnItem]:
    """key: its buyer's, which was checked. Raises "not_found" out of scope, and where no return was
    opened, or one that is not of the complaint's own key."""
    complaint = load(complaint_id)
    if key is None:
        check_shop(call.actor, complaint.doc.shop_id, "complaint")
    item = store.load(complaint.doc.return_id)
    if item is None:
        raise not_found("return")
    by_order = opened_by_order(complaint.doc, key)
    if not (key is None or by_order or item.doc.belongs_to(complaint.doc)):
        raise not_found("return")
    return complaint, item


def _without_erased(first: Return) -> Return:
    today = store.load(first.id)
    return first.as_told_again(today.doc if today else None)


@retrying
def send(call: Call, complaint_id: str, body: Shipment, key: str | None = None) -> Return:
    """The waybill under which the buyer sent it. key: the complaint's or its order's, checked; what
    the order's enters, and the complaint with it, is the buyer's from then on.

    Raises "not_allowed_now" once it has ended.
    """
    complaint, item = _of(call, complaint_id, key)  # first: no answer for a key that lost it
    caller = f"complaint {complaint_id}" if key is not None else None
    once = IdempotentRequest(call, "send back", complaint_id, body, caller=caller)

    def prepare() -> Prepared[Return]:
        by_order = opened_by_order(complaint.doc, key)
        by_buyer = by_order or (key is not None and complaint.doc.by_order)
        after = item.doc.sent(body, call.now, by_order=by_buyer)
        work = UnitOfWork(call).replace(item, ReturnItem.of(after))
        if by_order and not complaint.doc.is_buyers:
            work.replace(complaint, ComplaintItem.of(complaint.doc.carried_on(call.now)))
        return work, after

    return answer_once(once, Return, prepare, today=_without_erased)


@retrying
def receive(call: Call, complaint_id: str) -> Return:
    """It came: so did the parcel, which never goes on sale again. Raises "not_allowed_now"."""
    once = IdempotentRequest(call, "receive return", complaint_id)
    ended = partial(_ended, call, complaint_id, Return.received)
    return answer_once(once, Return, ended, today=_without_erased)


@retrying
def close(call: Call, complaint_id: str) -> Return:
    """It never came, or is not waited for any more; the parcel stays with the buyer."""
    once = IdempotentRequest(call, "close return", complaint_id)
    ended = partial(_ended, call, complaint_id, Return.closed)
    return answer_once(once, Return, ended, today=_without_erased)


def _ended(
    call: Call, complaint_id: str, end: Callable[[Return, datetime], Return]
) -> Prepared[Return]:
    complaint, item = _of(call, complaint_id)
    after = end(item.doc, call.now)
    work = UnitOfWork(call)
    if after.state == "received":
        parcel = parcel_of(complaint.doc)
        parcel_store.follow(work, parcel, parcel.doc.returned(call.now), after.code)
    return work.replace(item, ReturnItem.of(after)), after


def awaited(actor: Actor, limit: int, cursor: str | None) -> ListPage[ComplaintItem]:
    """The complaints whose parcels are awaited, longest first."""
    county = actor.role == "county"
    page = listing(
        ReturnItem,
        OFFICE if county else SCOPE,
        ["RETURN#awaited" if county else f"SHOP#{actor.shop_id}#RETURN#awaited"],
        limit=limit,
        cursor=cursor,
        newest_first=False,
    )
    keys = [key_of("complaint", item.doc.complaint_id) for item in page.items]
    items = get_many(keys, consistent=False) if keys else {}
    return ListPage(of_kind(ComplaintItem, items, keys), page.next_cursor)
