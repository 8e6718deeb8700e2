"""Parcels: packed from batches, shipped, delivered, returned. The order follows them."""

from chalicelib.domain.access import Call, check_shop
from chalicelib.domain.batches import UNSELLABLE, Batch
from chalicelib.domain.errors import not_found
from chalicelib.domain.fields import china_date
from chalicelib.domain.orders import Order
from chalicelib.domain.packing import BatchChoice
from chalicelib.domain.parcels import NewParcel, Parcel, Shipment
from chalicelib.repositories import parcels as parcel_store
from chalicelib.repositories.offers import aside_in, aside_keys
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.orders import load_of_shop
from chalicelib.repositories.parcels import of_order as parcels_of
from chalicelib.repositories.reading import get_many, of_kind
from chalicelib.repositories.tables import (
    BatchItem,
    OfferItem,
    ParcelItem,
    ProductItem,
    key_of,
)
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import parcels as store
from chalicelib.steps import patterns, returns
from chalicelib.steps.once import Prepared, answer_once, once_per_key


@once_per_key("pack", Parcel)
def pack(call: Call, order_id: str, body: NewParcel) -> Prepared[Parcel]:
    """A packed parcel. Raises "not_found" and what `box` raises."""
    return store.box(call, load_of_shop(call.actor, order_id), body)


def load(typed: str) -> ParcelItem:
    """By a code in any spelling. Raises "not_found"."""
    item = parcel_store.find(typed)
    if item is None:
        raise not_found("parcel")
    return item


def in_scope(call: Call, typed: str) -> ParcelItem:
    item = load(typed)
    check_shop(call.actor, item.doc.shop_id, "parcel")
    return item


def ship(call: Call, typed: str, body: Shipment) -> Parcel:
    """Raises what `ship` of the store raises."""
    shipped = _ship(call, typed, body)
    if shipped.counted:
        patterns.propose(call, shipped.batch_ids)
    return shipped


@retrying
def _ship(call: Call, typed: str, body: Shipment) -> Parcel:
    item = in_scope(call, typed)
    once = IdempotentRequest(call, "ship", item.doc.code, body)
    return answer_once(once, Parcel, lambda: store.ship(call, item, body, by_hand=True))


@retrying
def deliver(call: Call, typed: str) -> Parcel:
    """The buyer has it. Raises "not_allowed_now"."""
    item = in_scope(call, typed)
    once = IdempotentRequest(call, "deliver", item.doc.code)
    return answer_once(once, Parcel, lambda: store.deliver(call, item))


@retrying
def take_back(call: Call, typed: str) -> Parcel:
    """A parcel came back, also an awaited one: it never goes on sale again.

    Raises "not_allowed_now".
    """
    item = in_scope(call, typed)

    def prepare() -> Prepared[Parcel]:
        after = item.doc.returned(call.now)
        work = store.follow(UnitOfWork(call), item, after, "")
        returns.receive(work, after)
        return work, after

    return answer_once(IdempotentRequest(call, "return", item.doc.code), Parcel, prepare)


def of_order(order: Order) -> list[tuple[Parcel, list[Batch]]]:
    """Its parcels, each with those of its batches that are recalled."""
    parcels = parcels_of(order)
    batch_keys = [key_of("batch", batch_id) for parcel in parcels for batch_id in parcel.batch_ids]
    items = get_many(batch_keys)
    batches = [item.doc for item in of_kind(BatchItem, items, dict.fromkeys(batch_keys))]
    recalled = [batch for batch in batches if batch.state == "recalled"]
    return [
        (parcel, [batch for batch in recalled if batch.id in parcel.batch_ids])
        for parcel in parcels
    ]


def to_pack(call: Call, order: Order) -> list[list[BatchChoice]]:
    """For each line its offer's batches, each with the packs to propose from it.

    In the order of the offer, at most what is still set aside from each; nothing from a held or
    recalled one, nor from one past its shelf life.
    """
    batch_keys = [key_of("batch", batch_id) for line in order.lines for batch_id in line.batch_ids]
    offer_keys = [key_of("offer", line.offer_id) for line in order.lines]
    product_keys = [key_of("product", line.product_id) for line in order.lines]
    asides = [key for line in order.lines for key in aside_keys(line.offer_id, line.batch_ids)]
    items = get_many([*batch_keys, *offer_keys, *product_keys, *asides])
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, items, offer_keys)}
    batches = {item.doc.id: item.doc for item in of_kind(BatchItem, items, batch_keys)}
    products = of_kind(ProductItem, items, dict.fromkeys(product_keys))
    shelf_lives = {item.doc.id: item.doc.shelf_life_days for item in products}
    today = china_date(call.now)
    proposed = []
    for line in order.lines:
        aside = aside_in(items, offers[line.offer_id])
        rest, choices = line.to_pack, []
        for batch in (batches[batch_id] for batch_id in line.batch_ids if batch_id in batches):
            expired = batch.expired_on(shelf_lives.get(batch.product_id), today)
            n = 0 if batch.state in UNSELLABLE or expired else min(rest, aside[batch.id])
            rest -= n
            choices.append(BatchChoice(batch, n, expired))
        proposed.append(choices)
    return proposed
