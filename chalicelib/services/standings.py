"""What an order is as far as its money goes, read as cheaply as a page that follows it asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.access import Call
from chalicelib.domain.charges import ProviderPayment
from chalicelib.domain.orders import Order
from chalicelib.domain.refunds import Refund
from chalicelib.domain.standings import Standing, mark_of, standing_of
from chalicelib.repositories.orders import load_for, refunds_of
from chalicelib.repositories.tables import OrderItem
from chalicelib.steps import settling


@dataclass(frozen=True)
class OrderMoney:
    """refunds: also of money that the order could not take, the oldest first."""

    order: Order
    charges: Sequence[ProviderPayment]
    refunds: Sequence[Refund]
    standing: Standing

    @property
    def mark(self) -> str:
        return mark_of(self.standing, self.order, self.charges, self.refunds)


def of(call: Call, item: OrderItem) -> OrderMoney:
    """Its charges, where it has any; its refunds, where there is one."""
    charges = [charge.doc for charge in settling.charges_of(item.doc)]
    went_back = int(item.refunded_fen) or any(charge.why for charge in charges)
    refunds = refunds_of(item) if went_back else []
    standing = standing_of(item.doc, charges, refunds, call.now)
    return OrderMoney(item.doc, charges, refunds, standing)


def asked(call: Call, order_id: str, key: str | None) -> OrderMoney:
    """For its shop, the county, or whoever holds its key. Raises "not_found"."""
    return of(call, load_for(call.actor, order_id, key))
