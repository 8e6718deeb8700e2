"""Coupons: issued to a customer, and shown with what became of them."""

from ..domain.access import Call
from ..domain.coupons import Coupon, NewCoupon
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
    item = customers.load(call.actor, customer_id)
    work = Work(call)
    coupon, after = store.issue(work, item.doc, body)
    work.replace(item, CustomerItem.of(after))
    work.add(once.keep(coupon)).commit()
    return coupon


def coupons(call: Call, customer_id: str) -> list[Coupon]:
    """The last ones issued, newest first."""
    held = customers.load(call.actor, customer_id).doc.coupons
    return [item.doc for item in reversed(store.of_codes(held))]


def coupon(code: str) -> Coupon | None:
    """For whoever was given the code, such as the buyer whose complaint it came with."""
    found = store.of_codes([code])
    return found[0].doc if found else None
