"""Loading orders, the buyer's key to one, and the buyer in it."""

import hmac

from ..domain.errors import not_found
from ..domain.orders import Buyer, Order
from . import customers, spread
from .reading import get, get_many, listing, of_kind
from .sealing import access_key, unseal
from .tables import OFFICE, SCOPE, OrderItem, ParcelItem, key_of


def key_for(order_id: str) -> str:
    """The buyer's key to an order; the same each time, so a repeated answer is the same."""
    return access_key("order", order_id)


def opened_by(order_id: str, key: str | None) -> bool:
    """Whether a key opens the order, compared in constant time."""
    return key is not None and hmac.compare_digest(key_for(order_id).encode(), key.encode())


def load(order_id: str) -> OrderItem:
    """Raises "not_found"."""
    item = get(OrderItem, key_of("order", order_id))
    if item is None:
        raise not_found("order")
    return item


def buyer_of(order: Order) -> Buyer | None:
    """Personal data in the clear; None once erased."""
    return customers.unseal_buyer(order.buyer, order.id) if order.buyer else None


def cancel_reason_of(order: Order) -> str | None:
    """Why it was cancelled, in the clear; None once erased."""
    return unseal(order.cancel_reason, f"ORDER#{order.id}") if order.cancel_reason else None


def parcels_of(order: Order) -> list[ParcelItem]:
    keys = [key_of("parcel", code) for code in order.parcels]
    return of_kind(ParcelItem, get_many(keys), keys)


def unpaid_before(placed_before: str, limit: int) -> list[OrderItem]:
    """Unpaid orders placed before an instant, oldest first."""
    partitions = [f"ORDER#pending_payment#{shard}" for shard in range(spread.shards_of(None))]
    return listing(
        OrderItem, OFFICE, partitions, limit=limit, newest_first=False, until=placed_before
    ).items


def unpaid_of(shop_id: str, customer_id: str) -> list[OrderItem]:
    """A person's unpaid orders. They are on no list of their own, as they live half an hour."""
    shards = range(spread.shards_of(shop_id))
    partitions = [f"SHOP#{shop_id}#ORDER#pending_payment#{shard}" for shard in shards]
    found: list[OrderItem] = []
    cursor = None
    while True:
        page = listing(OrderItem, SCOPE, partitions, limit=100, cursor=cursor)
        found += [one for one in page.items if one.doc.customer_id == customer_id]
        cursor = page.next_cursor
        if cursor is None:
            return found
