"""What a payment writes, whoever tells of it."""

from chalicelib.domain.orders import Order
from chalicelib.domain.payments import telling
from chalicelib.repositories.orders import buyer_of
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.repositories.tables import CustomerItem, OrderItem, ReferenceItem
from chalicelib.repositories.transaction import UnitOfWork

from . import purchases, unpaid


def pay(
    work: UnitOfWork, item: OrderItem, before: Order, paid: Order, known: CustomerItem | None
) -> None:
    """The order is paid, its buyer becomes or returns as a customer, and what it counted as unpaid
    counts no more. before: as it waited for its payment."""
    work.replace(item, OrderItem.of(paid))
    buyer = buyer_of(paid)
    assert buyer is not None  # only erased with the order's end
    purchases.count(work, known, [(paid, buyer)])
    unpaid.give_back(work, before)


def reference_of(order: Order, reference: str) -> ReferenceItem | None:
    """What keeps a reference from paying twice; None where it tells nothing."""
    plain = telling(reference)
    if plain is None:
        return None
    mark = keyed_hash("payment reference", order.shop_id, plain).hex()[:32]
    return ReferenceItem.of(mark, order.id)
