"""The buyer of a paid order becomes, or returns as, a customer of the shop."""

import json
from collections.abc import Sequence

from chalicelib.domain import phones
from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import Buyer, Order
from chalicelib.repositories.sealing import seal
from chalicelib.repositories.tables import CustomerItem, CustomerOrderItem
from chalicelib.repositories.transaction import UnitOfWork


def count(
    work: UnitOfWork, known: CustomerItem | None, bought: Sequence[tuple[Order, Buyer]]
) -> None:
    """The buyer of these paid orders becomes, or returns as, a customer of the shop."""
    first, _ = bought[0]
    customer_id = first.customer_id
    after = (
        known.doc if known else Customer(id=customer_id, shop_id=first.shop_id, shard=first.shard)
    )
    _, latest = max(bought, key=lambda one: (str(one[0].paid_at), one[0].id))
    person = json.dumps({"name": latest.name, "phone": latest.number}, ensure_ascii=False)
    sealed = seal(person, f"CUSTOMER#{customer_id}")
    for order, _ in bought:
        after = after.bought(
            order.total_fen,
            order.paid_at or work.call.now,
            sealed=sealed,
            phone_tail=phones.tail(latest.number),
        )
        if order.consent is not None:
            after = after.consented(order.consent)
    if known:
        work.replace(known, CustomerItem.of(after))
    else:
        work.create(CustomerItem.of(after))
    work.create(*(CustomerOrderItem.of(customer_id, order.id) for order, _ in bought))
