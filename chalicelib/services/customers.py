"""Customers of a shop, and erasing a person."""

import json

from ..domain.access import Call, check_shop
from ..domain.customers import Customer
from ..domain.errors import not_found
from ..repositories import customers as store
from ..repositories import orders, photos, stock
from ..repositories.reading import Page, children, get, listing
from ..repositories.sealing import unseal
from ..repositories.tables import (
    SCOPE,
    ComplaintItem,
    CustomerItem,
    CustomerOrderItem,
    OrderItem,
    ParcelItem,
    key_of,
)
from ..repositories.transaction import Work, retrying


def customers(
    call: Call, repeat: bool | None, limit: int, cursor: str | None
) -> Page[CustomerItem]:
    """Of the actor's shop, who bought last comes first; repeat=True: only those who came back."""
    groups = ["repeat", "once"] if repeat is None else ["repeat" if repeat else "once"]
    partitions = [f"SHOP#{call.actor.shop_id}#CUSTOMER#{group}" for group in groups]
    return listing(CustomerItem, SCOPE, partitions, limit=limit, cursor=cursor)


def customer(call: Call, customer_id: str) -> Customer:
    item = store.find(customer_id)
    if item is None:
        raise not_found("customer")
    check_shop(call.actor, item.doc.shop_id, "customer")
    return item.doc


def name_of(customer: Customer) -> str | None:
    """In the clear; None once erased."""
    if customer.sealed is None:
        return None
    name: str = json.loads(unseal(customer.sealed, f"CUSTOMER#{customer.id}"))["name"]
    return name


def erase(call: Call, customer_id: str) -> None:
    """Destroy what identifies a person: name, phone, addresses, their words and photos.

    The ledger stays. Unpaid orders are cancelled, as nobody is left to pay them. The walk can be
    repeated, so an interrupted erasure is completed by asking again.
    """
    for unpaid in orders.unpaid_of(_erase_record(call, customer_id).shop_id, customer_id):
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
    Work(call).replace(item, CustomerItem.of(item.doc.erased(call.now))).commit()
    return item.doc


@retrying
def _cancel(call: Call, order_id: str) -> None:
    item = orders.load(order_id)
    if item.doc.state != "pending_payment":
        return
    after = item.doc.cancelled(call.now, reason="")
    work = Work(call).replace(item, OrderItem.of(after), "the buyer was erased")
    stock.give_back(work, item.doc)
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
    silent = tuple(said.model_copy(update={"sealed": None}) for said in item.doc.messages)
    after = item.doc.model_copy(update={"messages": silent, "photos": ()})
    Work(call).replace(item, ComplaintItem.of(after)).commit()
    photos.delete(item.doc.photos)
