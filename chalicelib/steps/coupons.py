"""Coupons: used together with their order, and given back with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from chalicelib.domain.complaints import Complaint
from chalicelib.domain.coupons import MOST_HELD, Coupon, NewCoupon, new_code, read_code
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders import Order
from chalicelib.repositories.reading import get_many, of_kind
from chalicelib.repositories.tables import CouponItem, CustomerItem, key_of
from chalicelib.repositories.transaction import Require, UnitOfWork

from ..repositories.items import Item, Key


def key_for(typed: str) -> Key:
    """Raises "coupon_unknown" for what cannot be a code."""
    return key_of("coupon", read_code(typed))


@dataclass(frozen=True)
class Presented:
    """A coupon that an order is to use, and the customer it was issued to, as both were read.

    holder: None of who never bought, whose coupon it then is not.
    """

    item: CouponItem
    holder: CustomerItem | None

    @classmethod
    def of(cls, items: Mapping[Key, Item], key: Key, customer_id: str) -> Self:
        """Raises "coupon_unknown"."""
        item, holder = items.get(key), items.get(key_of("customer", customer_id))
        if not isinstance(item, CouponItem):
            raise Refusal("coupon_unknown")
        return cls(item, holder if isinstance(holder, CustomerItem) else None)

    @property
    def holding(self) -> Customer | None:
        return self.holder.doc if self.holder else None

    def again(self, customer_id: str) -> Self:
        """By a fresh look."""
        keys = [self.item.key, key_of("customer", customer_id)]
        return self.of(get_many(keys), self.item.key, customer_id)


def of_codes(codes: Iterable[str]) -> list[CouponItem]:
    """Those that there are, in this order."""
    keys = [key_of("coupon", code) for code in codes]
    return of_kind(CouponItem, get_many(keys), keys) if keys else []


def issue(
    work: UnitOfWork, customer: Customer, body: NewCoupon, complaint: Complaint | None = None
) -> tuple[Coupon, Customer]:
    """The coupon, which this creates, and the customer who holds it, which the caller writes.

    complaint: that it makes up for.

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
        complaint_id=complaint.id if complaint else None,
        given_for=complaint.order_id if complaint else None,
        after_erasures=customer.erasures,
        issued_by=work.call.actor.id,
        issued_at=now,
        **body.model_dump(),
    )
    work.create(CouponItem.of(coupon))
    return coupon, customer.holding((*held, coupon.code))


def use(work: UnitOfWork, coupon: Presented, order: Order) -> None:
    """In the order's own transaction, if nobody used it in between and its holder stayed the same:
    who is erased holds none, also of those that the record does not list any more."""
    work.replace(coupon.item, CouponItem.of(coupon.item.doc.used(order.id)), order.number)
    if coupon.holder is not None:
        work.add(Require(coupon.holder, CustomerItem.version == coupon.holder.version))


def give_back(work: UnitOfWork, order: Order) -> None:
    """The coupon of an order that ended without being kept; void if its holder was erased since."""
    if order.coupon is None:
        return
    key, holder_key = key_of("coupon", order.coupon), key_of("customer", order.customer_id)
    items = get_many([key, holder_key])
    item, holder = items.get(key), items.get(holder_key)
    if not isinstance(item, CouponItem) or item.doc.order_id != order.id:
        return
    if item.doc.state != "used":
        return
    is_held = isinstance(holder, CustomerItem) and item.doc.is_still_of(holder.doc)
    after = item.doc.given_back() if is_held else item.doc.voided()
    work.replace(item, CouponItem.of(after), order.number)


def void(work: UnitOfWork, items: Iterable[CouponItem], why: str) -> None:
    """Those that are unused."""
    for item in items:
        if item.doc.state == "unused":
            work.replace(item, CouponItem.of(item.doc.voided()), why)
