"""Taking again what an expired order had, when its money comes after all."""

from collections import Counter

from chalicelib.domain import charges as rules
from chalicelib.domain.errors import Refusal
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.repositories.reading import get_many, of_kind
from chalicelib.repositories.tables import OfferItem, TakenItem, key_of, taken_key
from chalicelib.repositories.transaction import UnitOfWork

from . import coupons, stock
from .cancelling import refuse_unless_it_can_be_cancelled
from .coupons import Presented


def take_again(work: UnitOfWork, order: Order) -> Order | None:
    """The order as it waited for its payment, with packs and coupon taken in `work`; None where
    they are not all to be had, and then nothing is in it."""
    packs = Counter[str]()
    for line in order.lines:
        packs[line.offer_id] += line.packs
    keys = [key_of("offer", offer_id) for offer_id in packs]
    items = get_many(keys)
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, items, keys)}
    now = work.call.now
    if any(not rules.can_be_had_again(offer, now) for offer in offers.values()):
        return None
    left = stock.packs_left_by_slot(offers.values())
    chosen = {offer_id: stock.choose(left[offer_id], n) for offer_id, n in packs.items()}
    taken = {offer_id: slots for offer_id, slots in chosen.items() if slots is not None}
    if len(taken) < len(packs):
        return None
    revived = rules.revived(order, taken)
    try:
        refuse_unless_it_can_be_cancelled(revived)
        _refuse_over_limits(revived, offers, packs)
        coupon = _coupon_of(revived, work)
    except Refusal:
        return None
    for offer_id, slots in taken.items():
        work.add(*(stock.take(offers[offer_id], slot, n) for slot, n in slots.items()))
    for offer_id, n in _limited(revived).items():
        work.add(*stock.take_of_limit(offers[offer_id], revived, n))
    if coupon is not None:
        coupons.use(work, coupon, revived)
    return revived


def _limited(order: Order) -> Counter[str]:
    """Packs by offer that count against limits, as they will be given back."""
    packs = Counter[str]()
    for line in order.lines:
        if line.limited:
            packs[line.offer_id] += line.packs
    return packs


def _refuse_over_limits(order: Order, offers: dict[str, Offer], packs: Counter[str]) -> None:
    """Raises "over_limit" for who has bought of it since."""
    limited = _limited(order)
    keys = {
        taken_key(offer_id, who): offer_id for offer_id in limited for who in order.counts_against
    }
    items = get_many(keys) if keys else {}
    for key, offer_id in keys.items():
        item = items.get(key)
        before = int(item.packs) if isinstance(item, TakenItem) else 0
        offers[offer_id].refuse_over_limit(before, packs[offer_id])


def _coupon_of(order: Order, work: UnitOfWork) -> Presented | None:
    """Raises what Coupon.refuse_unless_good does."""
    if order.coupon is None:
        return None
    key = key_of("coupon", order.coupon)
    coupon = Presented.of(get_many([key]), key)
    coupon.item.doc.refuse_unless_good(
        shop_id=order.shop_id,
        customer_id=order.customer_id,
        holder=coupon.holding,
        goods_fen=order.goods_fen,
        now=work.call.now,
    )
    return coupon
