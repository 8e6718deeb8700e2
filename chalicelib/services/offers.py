"""Offers: opened with their stock set aside, listed with what is left."""

from chalicelib.domain import offers as rules
from chalicelib.domain.access import Call, check_village
from chalicelib.domain.batches import WrittenReason
from chalicelib.domain.doubts import of_price
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.lifecycle import OFFER
from chalicelib.domain.offers import NewOffer, Offer
from chalicelib.domain.plausible import Doubt
from chalicelib.repositories import offers as offer_store
from chalicelib.repositories import spread
from chalicelib.repositories.once import existing, fingerprint
from chalicelib.repositories.reading import get, get_many, listing
from chalicelib.repositories.tables import (
    BatchOfferItem,
    OfferItem,
    ProductItem,
    ShopItem,
    StockItem,
    key_of,
)
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import batches as batch_store
from chalicelib.steps import stock
from chalicelib.steps.once import Prepared, once_per_key

from ..repositories.items import SCOPE

CLOSED_TOGETHER = 80
"""Slots in one transaction, beside the offer, its journal, ten batches and the answer."""

COMPARED = 100
"""Offers of which one asks what was usual."""


@retrying
def open_offer(call: Call, offer_id: str, body: NewOffer) -> tuple[Offer, int, bool]:
    """The offer, its packs left, and whether it is new.

    Sets the packs aside from the batches in the same commit. Raises "not_found" out of scope,
    "different_content", "batch_held", "batch_expired", "not_enough_in_batch",
    "too_many_offers".
    """
    shop_id = call.actor.shop_id
    if shop_id is None:
        raise not_found("shop")
    request_fingerprint = fingerprint(body)
    if item := existing(OfferItem, key_of("offer", offer_id), offer_id, request_fingerprint):
        if item.doc.shop_id != shop_id:
            raise Refusal("different_content", id=offer_id)
        return item.doc, packs_left([item.doc])[offer_id], False
    batches = batch_store.load_all(body.batch_ids)
    for source in batches:
        check_village(call.actor, source.doc.village_id, "batch")
    product = get(ProductItem, key_of("product", body.product_id))
    if product is None or any(batch.doc.product_id != body.product_id for batch in batches):
        raise not_found("product")
    offer = rules.open_offer(
        body,
        offer_id=offer_id,
        shop_id=shop_id,
        product=product.doc,
        batches=[batch.doc for batch in batches],
        now=call.now,
        office_shards=spread.shards_of(None),
    )
    spread.widen(shop_id, offer.shards)
    work = UnitOfWork(call).create(OfferItem.of(offer, fingerprint=request_fingerprint))
    for batch in batches:
        batch_store.refuse_one_more_offer(batch.doc, shop_id)
        work.create(BatchOfferItem.of(batch.doc.id, offer_id))
        batch_store.set_aside(
            work,
            batch,
            offer,
            offer.set_aside.get(batch.doc.id, 0),
            shelf_life_days=product.doc.shelf_life_days,
            confirmed=offer.confirmed,
        )
    work.commit()
    return offer, offer.packs_total, True


def offer(offer_id: str) -> tuple[Offer, int]:
    """An offer and its packs left; of one for a crowd, as it was up to recent.KEPT ago."""
    item = next(iter(offer_store.with_offers([key_of("offer", offer_id)]).values()), None)
    if not isinstance(item, OfferItem):
        raise not_found("offer")
    return item.doc, packs_left([item.doc])[offer_id]


def packs_left(offers: list[Offer], *, consistent: bool = True) -> dict[str, int]:
    """The sum over each offer's slots; a list can do with that of a second ago, for half."""
    slots = stock.recent_packs_left_by_slot(offers, consistent=consistent)
    return {offer_id: sum(left) for offer_id, left in slots.items()}


def of_shop(
    call: Call, shop_id: str, limit: int, cursor: str | None
) -> tuple[list[tuple[Offer, int]], str | None]:
    """Open offers, newest first, each with its packs left; without those outside their time."""
    page = listing(OfferItem, SCOPE, [f"SHOP#{shop_id}#OFFER#open"], limit=limit, cursor=cursor)
    if not page.items and get(ShopItem, key_of("shop", shop_id)) is None:
        raise not_found("shop")
    offers = [item.doc for item in page.items if item.doc.is_on_sale(call.now)]
    left = packs_left(offers, consistent=False)
    return [(offer, left[offer.id]) for offer in offers], page.next_cursor


def of_desk(
    call: Call, state: str | None, limit: int, cursor: str | None
) -> tuple[list[tuple[Offer, int]], str | None]:
    """The actor's own offers, newest first, also those outside their time, with packs left."""
    states = [state] if state else list(OFFER)
    partitions = [f"SHOP#{call.actor.shop_id}#OFFER#{name}" for name in states]
    page = listing(OfferItem, SCOPE, partitions, limit=limit, cursor=cursor)
    offers = [item.doc for item in page.items]
    left = packs_left(offers, consistent=False)
    return [(offer, left[offer.id]) for offer in offers], page.next_cursor


def doubts(call: Call, offer: NewOffer | Offer) -> list[Doubt]:
    """Whether its price is far from what the shop asked for the product before."""
    partitions = [f"SHOP#{call.actor.shop_id}#OFFER#{name}" for name in OFFER]
    listed = listing(OfferItem, SCOPE, partitions, limit=COMPARED).items
    return of_price(offer, [item.doc for item in listed])


@once_per_key("close", Offer)
def close(call: Call, offer_id: str, body: WrittenReason) -> Prepared[Offer]:
    """Take an offer off sale; its unsold packs go back to its batches.

    They go back batch by batch in the order they were drawn last, as nobody can tell packs apart,
    to each what is set aside from it and in no parcel.
    An offer of more slots than fit into a transaction is closed in several, itself in the last: if
    that is cut short it sells what the other slots hold, and closing it again goes on from there.
    """
    item = get(OfferItem, key_of("offer", offer_id))
    if item is None or item.doc.shop_id != call.actor.shop_id:
        raise not_found("offer")
    after = rules.close(item.doc)
    slots = stock.slots_of(item.doc)
    back = stock.went_back(item.doc, slots)
    to_close = [slot for slot in slots if not slot.closed]
    while len(to_close) > CLOSED_TOGETHER:
        work = UnitOfWork(call)
        back += _close_slots(work, item.doc, to_close[:CLOSED_TOGETHER], back)
        work.commit()
        to_close = to_close[CLOSED_TOGETHER:]
    work = UnitOfWork(call).replace(
        item, OfferItem.of(after, fingerprint=item.fingerprint), body.reason
    )
    _close_slots(work, item.doc, to_close, back)
    return work.add(*batch_store.forget_offer(after, call.now)), after


def _close_slots(work: UnitOfWork, offer: Offer, slots: list[StockItem], back: int) -> int:
    """What is left in them goes back to the batches; how many packs that are.

    back: of the offer's packs, those that batches have back before.
    """
    packs = sum(int(slot.left) for slot in slots)
    work.add(*stock.close(slots))
    aside = stock.aside_of(offer, get_many(offer_store.aside_keys(offer.id, offer.batch_ids)), back)
    batch_store.give_back(work, stock.release_set_aside(work, offer, aside, packs))
    return packs
