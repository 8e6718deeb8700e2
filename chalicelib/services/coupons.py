"""Coupons: issued to a customer, and shown with what became of them."""

from ..domain.access import Call, check_shop
from ..domain.coupons import Coupon, NewCoupon
from ..domain.errors import not_found
from ..repositories import coupons as store
from ..repositories import customers
from ..repositories.once import Once
from ..repositories.tables import CustomerItem
from ..repositories.transaction import Work, retrying


@retrying
def issue(call: Call, customer_id: str, body: NewCoupon) -> Coupon:
    """Give a customer something off a next order.

    Raises "not_found", "customer_erased", "too_many_coupons", Invalid.
    """
    once = Once(call, "coupon", customer_id, body)
    if (first := once.first_answer(Coupon)) is not None:
        return first
    item = _customer(call, customer_id)
    work = Work(call)
    coupon, after = store.issue(work, item.doc, body)
    work.replace(item, CustomerItem.of(after))
    work.add(once.keep(coupon)).commit()
    return coupon


def coupons(call: Call, customer_id: str) -> list[Coupon]:
    """The last ones issued, newest first."""
    held = _customer(call, customer_id).doc.coupons
    return [item.doc for item in reversed(store.of_codes(held))]


def coupon(code: str) -> Coupon | None:
    """For whoever was given the code, such as the buyer whose complaint it came with."""
    found = store.of_codes([code])
    return found[0].doc if found else None


def _customer(call: Call, customer_id: str) -> CustomerItem:
    item = customers.find(customer_id)
    if item is None:
        raise not_found("customer")
    check_shop(call.actor, item.doc.shop_id, "customer")
    return item
