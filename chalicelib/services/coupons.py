"""Coupons: issued to a customer, and shown with what became of them."""

from chalicelib.domain.access import Call
from chalicelib.domain.coupons import Coupon, NewCoupon
from chalicelib.domain.orders import Order
from chalicelib.repositories import customers
from chalicelib.repositories.parcels import of_order as parcels_of
from chalicelib.repositories.tables import CustomerItem
from chalicelib.repositories.transaction import UnitOfWork
from chalicelib.steps import coupons as store
from chalicelib.steps.once import Prepared, once_per_key


@once_per_key("coupon", Coupon)
def issue(call: Call, customer_id: str, body: NewCoupon) -> Prepared[Coupon]:
    """Give a customer something off a next order.

    Raises "not_found", "customer_erased", "too_many_coupons", Invalid.
    """
    item = customers.load(call.actor, customer_id)
    work = UnitOfWork(call)
    coupon, after = store.issue(work, item.doc, body)
    return work.replace(item, CustomerItem.of(after)), coupon


def coupons(call: Call, customer_id: str) -> list[Coupon]:
    """The last ones issued, newest first."""
    held = customers.load(call.actor, customer_id).doc.coupons
    return [item.doc for item in reversed(store.of_codes(held))]


def best(call: Call, order: Order, refunded_fen: int, goods_fen: int) -> Coupon | None:
    """The one that takes most off goods of this price, of those that whoever placed an order before
    may learn of."""
    item = customers.find(order.customer_id)
    held = [coupon.doc for coupon in store.of_codes(item.doc.coupons if item else ())]
    good = [
        coupon for coupon in held if coupon.is_good(call.now) and coupon.min_total_fen <= goods_fen
    ]
    parcels = parcels_of(order) if good else []
    shown = [coupon for coupon in good if coupon.may_be_shown_for(order, refunded_fen, parcels)]
    return max(shown, key=lambda coupon: coupon.discount(goods_fen), default=None)


def coupon(code: str) -> Coupon | None:
    """For whoever was given the code, such as the buyer whose complaint it came with."""
    items = store.of_codes([code])
    return items[0].doc if items else None
