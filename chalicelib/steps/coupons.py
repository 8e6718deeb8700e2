"""Coupons: used together with their order, and given back with it."""

from collections.abc import Iterable, Mapping

from chalicelib.domain.coupons import MOST_HELD, Coupon, NewCoupon, new_code, read_code
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders import Order
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.tables import CouponItem, key_of
from chalicelib.repositories.transaction import UnitOfWork

from ..repositories.items import Item, Key


def key_for(typed: str) -> Key:
    """Raises "coupon_unknown" for what cannot be a code."""
    return key_of("coupon", read_code(typed))


def known(found: Mapping[Key, Item], key: Key) -> CouponItem:
    """Raises "coupon_unknown"."""
    item = found.get(key)
    if not isinstance(item, CouponItem):
        raise Refusal("coupon_unknown")
    return item


def of_codes(codes: Iterable[str]) -> list[CouponItem]:
    """Those that there are, in this order."""
    keys = [key_of("coupon", one) for one in codes]
    return of_kind(CouponItem, get_many(keys), keys) if keys else []


def issue(
    work: UnitOfWork, customer: Customer, body: NewCoupon, complaint_id: str | None = None
) -> tuple[Coupon, Customer]:
    """The coupon, which this creates, and the customer who holds it, which the caller writes.

    Raises "customer_erased", "too_many_coupons", Invalid for a day that is over.
    """
    now = work.call.now
    body.refuse_unless_ahead(now)
    if customer.erased_at is not None:
        raise Refusal("customer_erased")
    held = customer.coupons
    if len(held) >= MOST_HELD:
        held = tuple(item.doc.code for item in of_codes(held) if item.doc.is_good(now))
        if len(held) >= MOST_HELD:
            raise Refusal("too_many_coupons", most=MOST_HELD)
    coupon = Coupon(
        code=new_code(),
        shop_id=customer.shop_id,
        customer_id=customer.id,
        complaint_id=complaint_id,
        issued_by=work.call.actor.id,
        issued_at=now,
        **body.model_dump(),
    )
    work.create(CouponItem.of(coupon))
    return coupon, customer.holding((*held, coupon.code))


def use(work: UnitOfWork, item: CouponItem, order: Order) -> None:
    """In the order's own transaction, if nobody used it in between."""
    work.replace(item, CouponItem.of(item.doc.used(order.id)), order.number)


def give_back(work: UnitOfWork, order: Order, *, erased: bool = False) -> None:
    """The coupon of an order that ended without being kept; of an erased person it is void."""
    if order.coupon is None:
        return
    item = get(CouponItem, key_of("coupon", order.coupon))
    if item is None or item.doc.order_id != order.id or item.doc.state != "used":
        return
    after = item.doc.voided() if erased else item.doc.given_back()
    work.replace(item, CouponItem.of(after), order.number)


def void(work: UnitOfWork, items: Iterable[CouponItem], why: str) -> None:
    """Those that are unused."""
    for item in items:
        if item.doc.state == "unused":
            work.replace(item, CouponItem.of(item.doc.voided()), why)
