"""Writing what things are found by, in the transaction of whatever they are found by."""

from chalicelib.domain.orders import Buyer, Order
from chalicelib.repositories import search
from chalicelib.repositories.tables import FindItem
from chalicelib.repositories.transaction import Adjust, UnitOfWork


def remember(work: UnitOfWork, order: Order, buyer: Buyer) -> None:
    """A new order, by its number, its buyer and what the shop's own books call it."""
    work.create(*search.of_order(order, buyer))


def forget_buyer(work: UnitOfWork, order: Order) -> None:
    """The order is found by its number alone from now on; also one that had no such item, as older
    releases placed it. What the shop's own books call it may name the buyer, and goes."""
    by_number, *others = search.of_buyer(order)
    out = [FindItem.scope, FindItem.scope_at, FindItem.office, FindItem.office_at]
    kind = FindItem.kind.set(FindItem)
    work.add(Adjust(by_number, [kind, *(key.remove() for key in out)], creates=True))
    until = FindItem.expires_at.set(int(work.call.now.timestamp()))
    work.add(*(Adjust(item, [kind, until], creates=True) for item in others))
