"""What a customer bought and paid, and what was complained about, newest first."""

from dataclasses import dataclass

from chalicelib.domain.access import Call
from chalicelib.domain.complaints import Complaint
from chalicelib.repositories import customers
from chalicelib.repositories.reading import children, get_many, of_kind
from chalicelib.repositories.tables import (
    ComplaintItem,
    CustomerOrderItem,
    OrderItem,
    ParcelItem,
    key_of,
)

from ..repositories.items import Item, Key

MOST = 100
"""Orders that are looked at, by their ids: the list of a customer's orders knows no time."""


@dataclass(frozen=True)
class History:
    """Newest first. complete: False where there are more orders than were looked at."""

    orders: list[OrderItem]
    complaints: list[Complaint]
    complete: bool


def _read(keys: list[Key]) -> dict[Key, Item]:
    return get_many(keys, consistent=False) if keys else {}


def history(call: Call, customer_id: str) -> History:
    """Raises "not_found" for another shop's customer."""
    customers.load(call.actor, customer_id)
    page = children(
        CustomerOrderItem, f"CUSTOMER#{customer_id}", "ORDER#", limit=MOST, consistent=False
    )
    order_keys: list[Key] = [key_of("order", link.order_id) for link in page.items]
    orders = of_kind(OrderItem, _read(order_keys), order_keys)
    parcel_keys = [key_of("parcel", code) for order in orders for code in order.doc.parcels]
    parcels = of_kind(ParcelItem, _read(parcel_keys), parcel_keys)
    keys = [
        key_of("complaint", parcel.doc.complaint_id)
        for parcel in parcels
        if parcel.doc.complaint_id
    ]
    complaints = [item.doc for item in of_kind(ComplaintItem, _read(keys), dict.fromkeys(keys))]
    return History(
        sorted(orders, key=lambda order: order.doc.created_at, reverse=True),
        sorted(complaints, key=lambda complaint: complaint.created_at, reverse=True),
        page.next_cursor is None,
    )
