"""Customers of a shop: who came back, who may be written to; and erasing a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.access import Call
from ..domain.customers import Customer
from ..domain.errors import not_found
from ..domain.segments import Figures, Segment, Where, segment_of, where
from ..domain.segments import figures as counted
from ..repositories import coupons, imports, orders, photos, returns, stock
from ..repositories import customers as store
from ..repositories.reading import Page, children, get
from ..repositories.tables import (
    ComplaintItem,
    CustomerItem,
    CustomerOrderItem,
    OrderItem,
    ParcelItem,
    ReturnItem,
    key_of,
)
from ..repositories.transaction import Work, retrying


def customers(
    call: Call,
    repeat: bool | None,
    limit: int,
    cursor: str | None,
    segment: Segment | None = None,
) -> Page[CustomerItem]:
    """Of the actor's shop, who bought last comes first; repeat=True: only those who came back.

    A page of a segment may hold fewer than asked for, and still not be the last.
    """
    shop_id = call.actor.shop_id or ""
    if segment is None:
        return store.of_shop(shop_id, Where(repeat, None, None), limit, cursor)
    page = store.of_shop(shop_id, where(segment, call.now), limit, cursor)
    inside = [
        item
        for item in page.items
        if segment_of(item.doc, call.now) == segment and repeat in {None, item.doc.is_repeat}
    ]
    return Page(inside, page.next_cursor)


@dataclass(frozen=True)
class Counted:
    """complete: False when there were more customers than one request counts."""

    figures: Figures
    since: datetime
    as_of: datetime
    complete: bool


def figures(call: Call, days: int) -> Counted:
    """Of the actor's customers who last ordered within so many days.

    Counted over their records when asked, so it is of this moment and no payment waits for a
    counter that the whole shop shares; at most store.MOST_LOOKED_AT of them.
    """
    since = call.now - timedelta(days=days)
    place = Where(None, since, None)
    found, complete = store.all_of_shop(call.actor.shop_id or "", place)
    return Counted(counted(found, call.now), since, call.now, complete)


def customer(call: Call, customer_id: str) -> Customer:
    return store.load(call.actor, customer_id).doc


def name_of(customer: Customer) -> str | None:
    """In the clear; None once erased."""
    person = store.person_of(customer)
    return person.name if person else None


@retrying
def withdraw_consent(call: Call, customer_id: str) -> Customer:
    """No more messages to this person; when it was given and withdrawn stays on record."""
    item = store.load(call.actor, customer_id)
    after = item.doc.unconsented(call.now)
    if after != item.doc:
        Work(call).replace(item, CustomerItem.of(after)).commit()
    return after


def erase(call: Call, customer_id: str) -> None:
    """Destroy what identifies a person: name, phone, addresses, their words and photos.

    Their consent goes and their coupons are void in the same commit, and with it every link that
    carries their address on is worthless (services/again.py). The ledger stays. Unpaid orders are
    cancelled, as nobody is left to pay them. Platforms' files that the shop imported lately may
    name them anywhere, so they go as a whole. The walk can be repeated, so an interrupted erasure
    is completed by asking again.
    """
    shop_id = _erase_record(call, customer_id).shop_id
    imports.delete_files_of(shop_id, call.now)
    for unpaid in orders.unpaid_of(shop_id, customer_id):
        _cancel(call, unpaid.doc.id)
    cursor = None
    while True:
        page = children(CustomerOrderItem, f"CUSTOMER#{customer_id}", "ORDER#", cursor=cursor)
        for link in page.items:
            _erase_order(call, link.order_id)
        cursor = page.next_cursor
        if cursor is None:
            return


@retrying
def _erase_record(call: Call, customer_id: str) -> Customer:
    item = store.find(customer_id)
    if item is None:
        raise not_found("customer")
    work = Work(call).replace(item, CustomerItem.of(item.doc.erased(call.now)))
    coupons.void(work, coupons.of_codes(item.doc.coupons), "the customer was erased")
    work.commit()
    return item.doc


@retrying
def _cancel(call: Call, order_id: str) -> None:
    item = orders.load(order_id)
    if item.doc.state != "pending_payment":
        return
    after = item.doc.cancelled(call.now, reason="")
    work = Work(call).replace(item, OrderItem.of(after), "the buyer was erased")
    stock.give_back(work, item.doc)
    coupons.give_back(work, item.doc, erased=True)
    work.commit()


@retrying
def _erase_order(call: Call, order_id: str) -> None:
    item = get(OrderItem, key_of("order", order_id))
    if item is None:
        return
    if item.doc.buyer is not None:
        Work(call).replace(item, OrderItem.of(item.doc.without_buyer())).commit()
    for code in item.doc.parcels:
        parcel = get(ParcelItem, key_of("parcel", code))
        for complaint_id in parcel.doc.complaints if parcel else ():
            _erase_complaint(call, complaint_id)


@retrying
def _erase_complaint(call: Call, complaint_id: str) -> None:
    item = get(ComplaintItem, key_of("complaint", complaint_id))
    if item is None:
        return
    if (back := returns.load(item.doc.return_id)) is not None:
        Work(call).replace(back, ReturnItem.of(back.doc.without_shipment())).commit()
    silent = tuple(said.model_copy(update={"sealed": None}) for said in item.doc.messages)
    after = item.doc.model_copy(update={"messages": silent, "photos": ()})
    photos.delete(item.doc.photos)  # first: once forgotten here, nobody would find them again
    Work(call).replace(item, ComplaintItem.of(after)).commit()
