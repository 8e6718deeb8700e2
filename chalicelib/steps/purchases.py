"""The buyer of a paid order becomes, or returns as, a customer; not if it is then cancelled."""

import json
from collections.abc import Sequence
from typing import Any

from chalicelib.domain import phones
from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import Buyer, Order
from chalicelib.repositories.customers import Person, person_of
from chalicelib.repositories.orders import buyer_of
from chalicelib.repositories.reading import children, get_many, of_kind
from chalicelib.repositories.sealing import seal
from chalicelib.repositories.tables import CustomerItem, CustomerOrderItem, OrderItem, key_of
from chalicelib.repositories.transaction import UnitOfWork

MOST_LOOKED_AT = 100
"""Orders of one customer; who has more keeps name and day that a cancelled order brought."""


def count(
    work: UnitOfWork, known: CustomerItem | None, bought: Sequence[tuple[Order, Buyer]]
) -> None:
    """The buyer of these paid orders becomes, or returns as, a customer of the shop."""
    first, _ = bought[0]
    customer_id = first.customer_id
    after = (
        known.doc if known else Customer(id=customer_id, shop_id=first.shop_id, shard=first.shard)
    )
    _, latest = max(bought, key=lambda purchase: (str(purchase[0].paid_at), purchase[0].id))
    identity = _identity(customer_id, latest)
    for order, _ in bought:
        after = after.bought(order.total_fen, order.paid_at or work.call.now, **identity)
        if order.consent is not None:
            after = after.consented(order.consent)
    if known:
        work.replace(known, CustomerItem.of(after))
    else:
        work.create(CustomerItem.of(after))
    work.create(*(CustomerOrderItem.of(customer_id, order.id) for order, _ in bought))


def _identity(customer_id: str, buyer: Buyer) -> dict[str, Any]:
    person = json.dumps({"name": buyer.name, "phone": buyer.number}, ensure_ascii=False)
    return {
        "sealed": seal(person, f"CUSTOMER#{customer_id}"),
        "phone_tail": phones.tail(buyer.number),
    }


def take_back(work: UnitOfWork, known: CustomerItem, order: Order) -> None:
    """A paid order is cancelled: what it brought its customer goes with it.

    Paying in somebody's name and cancelling costs nothing, so neither name nor consent nor the day
    may outlive it. The customer was read before the orders are: none of them can be paid or
    cancelled in between without it.
    """
    after = known.doc.cancelled(order.paid_fen, order.paid_at, order.id)
    latest = _latest_kept(known.doc, order) if after.paid_orders > 0 else None
    if latest is not None and latest.paid_at is not None:
        brought, before = buyer_of(order), buyer_of(latest)
        is_its_name = brought and person_of(known.doc) == Person(brought.name, brought.number)
        identity = _identity(known.doc.id, before) if before and is_its_name else {}
        after = after.last_bought(latest.paid_at, **identity)
    work.replace(known, CustomerItem.of(after))


def _latest_kept(customer: Customer, cancelled: Order) -> Order | None:
    """Of the other orders that are counted; None where there are too many to look at."""
    links = children(CustomerOrderItem, f"CUSTOMER#{customer.id}", "ORDER#", limit=MOST_LOOKED_AT)
    if links.next_cursor is not None:
        return None
    keys = [key_of("order", link.order_id) for link in links.items if link.order_id != cancelled.id]
    kept = [
        item.doc
        for item in of_kind(OrderItem, get_many(keys), keys)
        if item.doc.stands and item.doc.after_erasures == cancelled.after_erasures
    ]
    return max(kept, key=lambda purchase: (str(purchase.paid_at), purchase.id), default=None)
