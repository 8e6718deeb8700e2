"""Coupons: used together with their order, and given back with it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from chalicelib.domain.access import Call
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.coupons import MOST_HELD, Coupon, NewCoupon, new_code, read_code
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Refusal
from chalicelib.domain.networks import network
from chalicelib.domain.orders import Order
from chalicelib.repositories import limits
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.repositories.tables import CouponItem, CustomerItem, key_of
from chalicelib.repositories.transaction import Require, UnitOfWork

from ..repositories.items import Item, Key

WEEK = 7 * 24 * 3600
MOST_NUMBERS_FROM_ONE_ADDRESS = 24
MOST_NUMBERS = 48
"""Wrong phone numbers that are tried for one coupon in a week, of the 10,000 that a number shown in
part leaves open."""


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
    def of(cls, items: Mapping[Key, Item], key: Key) -> Self:
        """Its holder is looked up by the coupon, never by the number that was typed: of one that
        nobody can use any more all are told the same. Raises "coupon_unknown"."""
        item = items.get(key)
        if not isinstance(item, CouponItem):
            raise Refusal("coupon_unknown")
        return cls(item, get(CustomerItem, key_of("customer", item.doc.customer_id)))

    @property
    def holding(self) -> Customer | None:
        return self.holder.doc if self.holder else None

    def again(self) -> Self:
        """By a fresh look."""
        return self.of(get_many([self.item.key]), self.item.key)


@contextmanager
def counting_numbers(call: Call, coupon: Coupon, address: str) -> Iterator[None]:
    """Count that a phone number was typed for a coupon, before it is looked at, and uncount it
    unless it was another's: a code is no way to try out whose number ends in these four digits.

    Nothing for a coupon that is refused whoever asks. Who has the link of an order that was paid
    orders by that, however many numbers others tried: of one that was not, anybody makes a link for
    any number. Raises "too_many".
    """
    if not coupon.is_good(call.now):
        yield
        return
    here = keyed_hash("coupon", coupon.code, network(address)).hex()[:32]
    anywhere = keyed_hash("coupon", coupon.code).hex()[:32]
    limits.hit(call, "coupon", here, most=MOST_NUMBERS_FROM_ONE_ADDRESS, window=WEEK)
    limits.hit(call, "coupon", anywhere, most=MOST_NUMBERS, window=WEEK)
    try:
        yield
    except Refusal as refusal:
        if refusal.code == "coupon_not_yours":
            raise
        _uncount(call, here, anywhere)
        raise
    _uncount(call, here, anywhere)


def _uncount(call: Call, *counted: str) -> None:
    for counter in counted:
        limits.take_back(call, "coupon", counter, window=WEEK)


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
