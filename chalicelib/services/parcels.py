"""Parcels: packed from batches, shipped, delivered, returned. The order follows them."""

from chalicelib.domain.access import Call, check_shop
from chalicelib.domain.batches import UNSELLABLE, Batch
from chalicelib.domain.codes import read_code
from chalicelib.domain.errors import not_found
from chalicelib.domain.fields import china_date
from chalicelib.domain.orders import Order
from chalicelib.domain.packing import BatchChoice
from chalicelib.domain.parcels import NewParcel, Parcel, Shipment
from chalicelib.repositories.offers import aside_in, aside_keys
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.tables import (
    BatchItem,
    OfferItem,
    OrderItem,
    ParcelItem,
    ProductItem,
    key_of,
)
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import parcels as store
from chalicelib.steps import returns


@retrying
def pack(call: Call, order_id: str, body: NewParcel) -> Parcel:
    """A packed parcel. Raises "not_found" and what `box` raises."""
    once = IdempotentRequest(call, "pack", order_id, body)
    if (first := once.first_answer(Parcel)) is not None:
        return first
    order = get(OrderItem, key_of("order", order_id))
    if order is None:
        raise not_found("order")
    check_shop(call.actor, order.doc.shop_id, "order")
    work, parcel = store.box(call, order, body)
    work.add(once.keep(parcel)).commit()
    return parcel


def load(typed: str) -> ParcelItem:
    """By a code in any spelling. Raises "not_found"."""
    code = read_code(typed)
    item = get(ParcelItem, key_of("parcel", code)) if code else None
    if item is None:
        raise not_found("parcel")
    return item


def in_scope(call: Call, typed: str) -> ParcelItem:
    item = load(typed)
    check_shop(call.actor, item.doc.shop_id, "parcel")
    return item


@retrying
def ship(call: Call, typed: str, body: Shipment) -> Parcel:
    """Raises what `ship` of the store raises."""
    item = in_scope(call, typed)
    once = IdempotentRequest(call, "ship", item.doc.code, body)
    if (first := once.first_answer(Parcel)) is not None:
        return first
    work, after = store.ship(call, item, body)
    work.add(once.keep(after)).commit()
    return after


@retrying
def deliver(call: Call, typed: str) -> Parcel:
    """The buyer has it: from now on the evidence window runs. Raises "not_allowed_now"."""
    item = in_scope(call, typed)
    once = IdempotentRequest(call, "deliver", item.doc.code)
    if (first := once.first_answer(Parcel)) is not None:
        return first
    after = item.doc.delivered(call.now)
    store.follow(UnitOfWork(call), item, after, "").add(once.keep(after)).commit()
    return after


@retrying
def take_back(call: Call, typed: str) -> Parcel:
    """A parcel came back, also an awaited one: it never goes on sale again.

    Raises "not_allowed_now".
    """
    item = in_scope(call, typed)
    once = IdempotentRequest(call, "return", item.doc.code)
    if (first := once.first_answer(Parcel)) is not None:
        return first
    after = item.doc.returned(call.now)
    work = store.follow(UnitOfWork(call), item, after, "")
    returns.receive(work, after)
    work.add(once.keep(after)).commit()
    return after


def of_order(order: Order) -> list[tuple[Parcel, list[Batch]]]:
    """Its parcels, each with those of its batches that are recalled."""
    keys = [key_of("parcel", code) for code in order.parcels]
    parcels = [item.doc for item in of_kind(ParcelItem, get_many(keys), keys)]
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
