"""Customers of a shop: who came back, who may be written to; and erasing a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.access import Call
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.segments import CustomerFigures, Segment, Where, segment_of, where
from chalicelib.domain.segments import figures as counted
from chalicelib.repositories import customers as store
from chalicelib.repositories import imports, orders, photos
from chalicelib.repositories.reading import ListPage, all_children, get
from chalicelib.repositories.tables import (
    ComplaintItem,
    CustomerItem,
    CustomerOrderItem,
    ImportItem,
    OrderItem,
    OutcomesItem,
    ParcelItem,
    RefundItem,
    ReturnItem,
    key_of,
)
from chalicelib.repositories.transaction import Adjust, UnitOfWork, retrying
from chalicelib.steps import cancelling, coupons, returns, search, settling


def customers(
    call: Call,
    repeat: bool | None,
    limit: int,
    cursor: str | None,
    segment: Segment | None = None,
) -> ListPage[CustomerItem]:
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
    return ListPage(inside, page.next_cursor)


@dataclass(frozen=True)
class CountedCustomers:
    """complete: False when there were more customers than one request counts."""

    figures: CustomerFigures
    since: datetime
    as_of: datetime
    complete: bool


def figures(call: Call, days: int) -> CountedCustomers:
    """Of the actor's customers who last ordered within so many days.

    Counted over their records when asked, so it is of this moment and no payment waits for a
    counter that the whole shop shares; at most store.MOST_LOOKED_AT of them.
    """
    since = call.now - timedelta(days=days)
    place = Where(None, since, None)
    listed, complete = store.all_of_shop(call.actor.shop_id or "", place)
    return CountedCustomers(counted(listed, call.now), since, call.now, complete)


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
        UnitOfWork(call).replace(item, CustomerItem.of(after)).commit()
    return after


def erase(call: Call, customer_id: str) -> None:
    """Destroy what identifies a person: name, phone, addresses, what was typed by or about them.

    Their consent goes and their coupons are void in the same commit, and with it every link that
    carries their address on is worthless (services/again.py). The ledger stays. Unpaid orders are
    cancelled, as nobody is left to pay them. Platforms' files that the shop imported lately may
    name them anywhere, so they go as a whole, and before the record: what is still being made of
    them is then either in the record's orders or never. Whoever pays after the record was erased
    is somebody new, whose orders are left alone. The walk can be repeated, so an interrupted
    erasure is completed by asking again. Raises "not_found", and at its end "provider_away" for an
    unpaid order that cannot be cancelled yet.
    """
    shop_id = _find(customer_id).doc.shop_id
    emptied = set(imports.ids_with_files(shop_id, call.now))
    for import_id in emptied:
        _empty_import(call, import_id)
    erased = _erase_record(call, customer_id)
    waits: Refusal | None = None
    for item in orders.unpaid_of(shop_id, customer_id, call.now):
        try:
            _cancel(call, item.doc.id)
        except Refusal as refusal:  # what can be erased does not wait for a provider
            waits = refusal
    for link in all_children(CustomerOrderItem, f"CUSTOMER#{customer_id}", "ORDER#"):
        source = _erase_order(call, link.order_id, erased.erasures)
        if source is not None and source not in emptied:
            emptied.add(source)
            _empty_import(call, source)
    if waits is not None:
        raise waits


def _find(customer_id: str) -> CustomerItem:
    item = store.find(customer_id)
    if item is None:
        raise not_found("customer")
    return item


@retrying
def _empty_import(call: Call, import_id: str) -> None:
    item = get(ImportItem, key_of("import", import_id))
    if item is None:
        return
    after = item.doc.emptied(call.now)
    if after != item.doc:
        UnitOfWork(call).replace(item, ImportItem.of(after)).commit()
    imports.delete_all(item.doc)
    for quoting, silent in imports.quoting(import_id):
        UnitOfWork(call).add(Adjust(quoting, [OutcomesItem.outcomes.set(silent.outcomes)])).commit()


@retrying
def _erase_record(call: Call, customer_id: str) -> Customer:
    item = _find(customer_id)
    after = item.doc.erased(call.now)
    work = UnitOfWork(call).replace(item, CustomerItem.of(after))
    coupons.void(work, coupons.of_codes(item.doc.coupons), "the customer was erased")
    work.commit()
    return after


@retrying
def _cancel(call: Call, order_id: str) -> None:
    item = settling.without_open(call, orders.load(order_id))
    if item.doc.state == "expired" and item.doc.buyer:  # of which money might still have come
        _forget(call, item)
    if item.doc.state != "pending_payment":
        return
    after = item.doc.cancelled(call.now, reason="")
    work = UnitOfWork(call).replace(item, OrderItem.of(after), "the buyer was erased")
    search.forget_buyer(work, item.doc)
    cancelling.give_back(work, item.doc)
    work.commit()


def _forget(call: Call, item: OrderItem) -> None:
    work = UnitOfWork(call).replace(item, OrderItem.of(item.doc.without_buyer()))
    search.forget_buyer(work, item.doc)
    work.commit()


@retrying
def _erase_order(call: Call, order_id: str, erasures: int) -> str | None:
    """The import it came from, if any; nothing is done to an order of after the erasure."""
    item = get(OrderItem, key_of("order", order_id))
    if item is None or item.doc.after_erasures >= erasures:
        return None
    after = item.doc.without_buyer()
    if after != item.doc:
        work = UnitOfWork(call).replace(item, OrderItem.of(after))
        search.forget_buyer(work, item.doc)
        work.commit()
    for replacement_id in item.doc.replacements:  # one that was sent since the list was read
        _erase_order(call, replacement_id, erasures)
    _erase_reasons(call, item.pk)
    for code in item.doc.parcels:
        parcel = get(ParcelItem, key_of("parcel", code))
        if parcel is not None:
            for complaint_id in parcel.doc.complaints:
                _erase_complaint(call, complaint_id, parcel)
    return item.doc.import_id


def _erase_reasons(call: Call, order_pk: str) -> None:
    for entry in all_children(RefundItem, order_pk, "REFUND#"):
        if entry.doc.reason:
            UnitOfWork(call).replace(entry, RefundItem.of(entry.doc.without_words())).commit()


@retrying
def _erase_complaint(call: Call, complaint_id: str, parcel: ParcelItem) -> None:
    item = get(ComplaintItem, key_of("complaint", complaint_id))
    if item is None:
        return
    for back in returns.all_of(parcel, item.doc):
        if (silenced := back.doc.erased(call.now)) != back.doc:
            UnitOfWork(call).replace(back, ReturnItem.of(silenced)).commit()
    silent = tuple(message.model_copy(update={"sealed": None}) for message in item.doc.messages)
    after = item.doc.model_copy(update={"messages": silent, "photos": ()})
    photos.delete(item.doc.photos)  # first: once forgotten here, nobody would find them again
    UnitOfWork(call).replace(item, ComplaintItem.of(after)).commit()
