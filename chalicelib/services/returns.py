"""Returns: where the buyer's parcel is on its way back, and what became of it."""

from chalicelib.domain.access import Actor, Call, check_shop
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.errors import not_found
from chalicelib.domain.parcels import Shipment
from chalicelib.domain.returns import Return
from chalicelib.repositories.complaints import load, parcel_of
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.orders import opened_by
from chalicelib.repositories.reading import ListPage, get_many, listing, of_kind
from chalicelib.repositories.tables import ComplaintItem, ReturnItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import parcels as parcel_store
from chalicelib.steps import returns as store

from ..repositories.items import OFFICE, SCOPE


def _of(call: Call, complaint_id: str, key: str | None = None) -> tuple[Complaint, ReturnItem]:
    """key: its buyer's, which was checked. Raises "not_found" out of scope, and where no return was
    opened, or one that belongs to another complaint."""
    complaint = load(complaint_id).doc
    if key is None:
        check_shop(call.actor, complaint.shop_id, "complaint")
    item = store.load(complaint.return_id)
    if item is None:
        raise not_found("return")
    may = key is None or opened_by(complaint.order_id, key) or item.doc.belongs_to(complaint)
    if not may:
        raise not_found("return")
    return complaint, item


def _first_answer(once: IdempotentRequest) -> Return | None:
    """The first answer, without what was erased since."""
    first = once.first_answer(Return)
    today = store.load(first.id) if first else None
    if first is None or (today is not None and today.doc.waybill is not None):
        return first
    return first.without_shipment()


@retrying
def send(call: Call, complaint_id: str, body: Shipment, key: str | None = None) -> Return:
    """The waybill under which the buyer sent it. key: the complaint's or its order's, checked.

    Raises "not_allowed_now" once it has ended.
    """
    caller = f"complaint {complaint_id}" if key is not None else None
    once = IdempotentRequest(call, "send back", complaint_id, body, caller=caller)
    if (first := _first_answer(once)) is not None:
        return first
    _, item = _of(call, complaint_id, key)
    after = item.doc.sent(body, call.now)
    work = UnitOfWork(call).replace(item, ReturnItem.of(after))
    work.add(once.keep(after)).commit()
    return after


@retrying
def receive(call: Call, complaint_id: str) -> Return:
    """It came: so did the parcel, which never goes on sale again. Raises "not_allowed_now"."""
    once = IdempotentRequest(call, "receive return", complaint_id)
    if (first := _first_answer(once)) is not None:
        return first
    complaint, item = _of(call, complaint_id)
    after = item.doc.received(call.now)
    work = UnitOfWork(call)
    parcel = parcel_of(complaint)
    parcel_store.follow(work, parcel, parcel.doc.returned(call.now), after.code)
    work.replace(item, ReturnItem.of(after)).add(once.keep(after)).commit()
    return after


@retrying
def close(call: Call, complaint_id: str) -> Return:
    """It never came, or is not waited for any more; the parcel stays with the buyer."""
    once = IdempotentRequest(call, "close return", complaint_id)
    if (first := _first_answer(once)) is not None:
        return first
    _, item = _of(call, complaint_id)
    after = item.doc.closed(call.now)
    UnitOfWork(call).replace(item, ReturnItem.of(after)).add(once.keep(after)).commit()
    return after


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
    keys = [key_of("complaint", one.doc.complaint_id) for one in page.items]
    found = get_many(keys, consistent=False) if keys else {}
    return ListPage(of_kind(ComplaintItem, found, keys), page.next_cursor)
