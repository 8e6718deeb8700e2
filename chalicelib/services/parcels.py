"""Parcels: packed from batches, shipped, delivered, returned. The order follows them."""

from collections import Counter

from ..domain import parcels as rules
from ..domain.access import Call, check_shop
from ..domain.batches import UNSELLABLE, Batch
from ..domain.codes import new_code, read_code
from ..domain.errors import not_found
from ..domain.orders import Order
from ..domain.parcels import NewParcel, Parcel, Shipment
from ..repositories import batches as batch_store
from ..repositories.once import Once
from ..repositories.reading import get, get_many, of_kind
from ..repositories.tables import (
    AllocationItem,
    BatchItem,
    OfferItem,
    OrderItem,
    ParcelItem,
    key_of,
)
from ..repositories.transaction import Work, retrying


@retrying
def pack(call: Call, order_id: str, body: NewParcel) -> Parcel:
    """A packed parcel with a fresh code, findable from each of its batches.

    The batches are required to be sellable in the same commit, so a recall either comes first and
    the packing fails, or later and finds the parcel. Raises "not_allowed_now", "over_packed",
    "wrong_batch", "batch_held", "exceeds_batch", Invalid.
    """
    once = Once(call, "pack", order_id, body)
    if (first := once.first_answer(Parcel)) is not None:
        return first
    order = get(OrderItem, key_of("order", order_id))
    if order is None:
        raise not_found("order")
    check_shop(call.actor, order.doc.shop_id, "order")
    body = rules.resolve_lines(order.doc, body)
    packs: Counter[int] = Counter()
    for one in body.allocations:
        packs[one.line] += one.packs
    code = new_code()
    after = order.doc.with_parcel(code, dict(packs))
    batches = batch_store.load_all(list(dict.fromkeys(one.batch_id for one in body.allocations)))
    parcel = rules.pack(
        order.doc, body, {one.doc.id: one.doc for one in batches}, code=code, now=call.now
    )
    work = Work(call).replace(order, OrderItem.of(after, fingerprint=order.fingerprint))
    work.create(ParcelItem.of(parcel))
    for batch in batches:
        work.create(AllocationItem.of(parcel, batch.doc.id))
        work.add(batch_store.pack(batch, parcel.quantity_of(batch.doc.id)))
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


def _follow(work: Work, item: ParcelItem, after: Parcel, why: str) -> Work:
    """Move a parcel, and its order with it.

    An order of several parcels is always written, so that two parcels moved at the same moment
    notice each other.
    """
    order = get(OrderItem, key_of("order", after.order_id))
    if order is None:
        raise not_found("order")
    keys = [key_of("parcel", code) for code in order.doc.parcels if code != after.code]
    others = [one.doc.state for one in of_kind(ParcelItem, get_many(keys), keys)]
    followed: Order = order.doc.following([after.state, *others])
    work.replace(item, ParcelItem.of(after), why)
    if others or followed.state != order.doc.state:
        work.replace(order, OrderItem.of(followed), why)
    return work


@retrying
def ship(call: Call, typed: str, body: Shipment) -> Parcel:
    """Raises "not_allowed_now", "batch_held": what was recalled since it was packed stays here."""
    item = in_scope(call, typed)
    once = Once(call, "ship", item.doc.code, body)
    if (first := once.first_answer(Parcel)) is not None:
        return first
    after = item.doc.shipped(body, call.now)
    work = _follow(Work(call), item, after, f"{body.carrier} {body.waybill}")
    batches = batch_store.load_all(item.doc.batch_ids)
    work.add(*(batch_store.require_sellable(one) for one in batches))
    work.add(once.keep(after)).commit()
    return after


@retrying
def deliver(call: Call, typed: str) -> Parcel:
    """The buyer has it: from now on the evidence window runs. Raises "not_allowed_now"."""
    item = in_scope(call, typed)
    once = Once(call, "deliver", item.doc.code)
    if (first := once.first_answer(Parcel)) is not None:
        return first
    after = item.doc.delivered(call.now)
    _follow(Work(call), item, after, "").add(once.keep(after)).commit()
    return after


@retrying
def take_back(call: Call, typed: str) -> Parcel:
    """A parcel came back: it never goes on sale again. Raises "not_allowed_now"."""
    item = in_scope(call, typed)
    once = Once(call, "return", item.doc.code)
    if (first := once.first_answer(Parcel)) is not None:
        return first
    after = item.doc.returned(call.now)
    _follow(Work(call), item, after, "").add(once.keep(after)).commit()
    return after


def of_order(order: Order) -> list[tuple[Parcel, list[Batch]]]:
    """Its parcels, each with those of its batches that are recalled."""
    keys = [key_of("parcel", code) for code in order.parcels]
    parcels = [item.doc for item in of_kind(ParcelItem, get_many(keys), keys)]
    batch_keys = [key_of("batch", batch_id) for one in parcels for batch_id in one.batch_ids]
    found = get_many(batch_keys)
    batches = [item.doc for item in of_kind(BatchItem, found, dict.fromkeys(batch_keys))]
    recalled = [one for one in batches if one.state == "recalled"]
    return [(one, [each for each in recalled if each.id in one.batch_ids]) for one in parcels]


def to_pack(order: Order) -> list[list[tuple[Batch, int]]]:
    """For each line its offer's batches, each with the packs to propose from it.

    In the order of the offer, at most what each gave to it, nothing from a held or recalled one.
    """
    batch_keys = [key_of("batch", one) for line in order.lines for one in line.batch_ids]
    offer_keys = [key_of("offer", line.offer_id) for line in order.lines]
    found = get_many([*batch_keys, *offer_keys])
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, found, offer_keys)}
    batches = {item.doc.id: item.doc for item in of_kind(BatchItem, found, batch_keys)}
    proposed = []
    for line in order.lines:
        rest, choices = line.to_pack, []
        for batch in (batches[one] for one in line.batch_ids if one in batches):
            gave = offers[line.offer_id].set_aside.get(batch.id, 0)
            n = 0 if batch.state in UNSELLABLE else min(rest, gave)
            rest -= n
            choices.append((batch, n))
        proposed.append(choices)
    return proposed


def for_label(call: Call, typed: str) -> tuple[Parcel, Order, list[Batch]]:
    """What a label prints. Raises "batch_held": what is held or recalled is not labelled; and
    "not_found" for a parcel that was voided: its code leads nowhere."""
    item = in_scope(call, typed)
    if item.doc.state == "voided":
        raise not_found("parcel")
    order = get(OrderItem, key_of("order", item.doc.order_id))
    if order is None:
        raise not_found("order")
    batches = [one.doc for one in batch_store.load_all(item.doc.batch_ids)]
    for batch in batches:
        batch.refuse_unless_sellable()
    return item.doc, order.doc, batches
