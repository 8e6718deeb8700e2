"""Putting parcels together and moving them, with everything that must be written with them."""

from collections import Counter
from collections.abc import Mapping

from pynamodb.expressions.condition import Condition

from chalicelib.domain import parcels as rules
from chalicelib.domain.access import Call
from chalicelib.domain.codes import new_code
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.offers import draw_for_parcel
from chalicelib.domain.orders import Order
from chalicelib.domain.packing_runs import without_last_parcel
from chalicelib.domain.parcels import NewParcel, Parcel
from chalicelib.repositories import search, spread
from chalicelib.repositories.offers import aside_keys
from chalicelib.repositories.orders import load, parcels_of
from chalicelib.repositories.reading import get_many, listing, of_kind
from chalicelib.repositories.tables import (
    AllocationItem,
    BatchItem,
    OfferItem,
    OrderItem,
    ParcelItem,
    ProductItem,
    key_of,
)
from chalicelib.repositories.transaction import Require, UnitOfWork

from ..repositories.items import SCOPE, Item, Key
from . import batches as batch_store
from . import patterns, stock
from .cancelling import refuse_unless_it_can_be_cancelled
from .once import Prepared

TAKEN_BACK = "packing was taken back"
"""Why, in the journals."""


def box(call: Call, order: OrderItem, body: NewParcel) -> Prepared[Parcel]:
    """A packed parcel with a fresh code, findable from each of its batches, not yet written.

    The batches are required to be sellable in the same commit, so a recall either comes first and
    the packing fails, or later and finds the parcel. Raises "not_allowed_now", "stopped",
    "over_packed", "wrong_batch", "batch_held", "batch_expired", "exceeds_batch", "buyer_erased",
    Invalid; "too_large" for more batches than an order can be cancelled with. That an expired batch
    was packed all the same stands in the order's journal.
    """
    body = rules.resolve_lines(order.doc, body)
    packs: Counter[int] = Counter()
    for allocation in body.allocations:
        packs[allocation.line] += allocation.packs
    code = new_code()
    after = order.doc.with_parcel(code, dict(packs))
    if order.doc.buyer is None:
        raise Refusal("buyer_erased")
    items = _look(order.doc, body)
    batches, shelf_lives = _packed_from(order.doc, body, items)
    parcel = rules.pack(
        order.doc,
        body,
        {batch.doc.id: batch.doc for batch in batches},
        shelf_lives=shelf_lives,
        code=code,
        now=call.now,
    )
    earlier = [parcel_item.doc for parcel_item in parcels_of(order.doc)]
    refuse_unless_it_can_be_cancelled(order.doc, [*earlier, parcel])
    lots = {batch.doc.id: batch.doc.lot for batch in batches}
    expired = [f"{lots[batch_id]} {day}" for batch_id, day in parcel.expired_when_packed.items()]
    work = UnitOfWork(call).replace(
        order,
        OrderItem.of(after, fingerprint=order.fingerprint),
        f"已过保鲜期，确认后装箱：{'、'.join(expired)}" if expired else "",
        note=bool(expired),
    )
    work.create(ParcelItem.of(parcel))
    freed = _take_of_aside(work, order.doc, parcel, items)
    alone = {line.offer_id for line in order.doc.lines} - {
        item.doc.id for item in items.values() if isinstance(item, OfferItem)
    }
    for batch in batches:
        work.create(AllocationItem.of(parcel, batch.doc.id))
        quantity = parcel.quantity_of(batch.doc.id)
        batch_store.pack(work, batch, quantity, freed.pop(batch.doc.id, 0), alone)
    batch_store.give_back(work, freed)
    return work, parcel


def unpack(call: Call, order: OrderItem, item: ParcelItem) -> UnitOfWork:
    """A box whose label nobody has printed is voided, and its order waits to be packed again; not
    yet written. It must be the order's last.

    Its code stays in the order's past alone: an order has the parcels that are to be sent.
    """
    work = UnitOfWork(call)
    work.replace(order, OrderItem.of(without_last_parcel(order.doc, item.doc)), TAKEN_BACK)
    no_label = ParcelItem.printed.does_not_exist() | (ParcelItem.printed == 0)
    work.replace(item, ParcelItem.of(item.doc.voided()), TAKEN_BACK, only_if=no_label)
    stock.set_aside_again(work, order.doc, [item.doc])
    return work


def _look(order: Order, body: NewParcel) -> dict[Key, Item]:
    """All that decides about a parcel. Offers of one batch are not asked, as that gave all; but
    for those that have got others since they were ordered from."""
    lines = [order.lines[at] for at in {part.line for part in body.allocations}]
    several = [line for line in lines if len(line.batch_ids) > 1]
    items = get_many(
        [
            *(key_of("batch", part.batch_id) for part in body.allocations),
            *(key_of("product", line.product_id) for line in lines),
            *(key_of("offer", line.offer_id) for line in several),
            *(key for line in several for key in aside_keys(line.offer_id, line.batch_ids)),
        ]
    )
    batches = [item for item in items.values() if isinstance(item, BatchItem)]
    widened = {offer_id for batch in batches for offer_id in batch.widened or ()}
    grown = [key_of("offer", line.offer_id) for line in lines if line.offer_id in widened]
    offers = (items | get_many(grown)) if grown else items
    asides = [
        key
        for offer in offers.values()
        if isinstance(offer, OfferItem)
        for key in aside_keys(offer.doc.id, offer.doc.batch_ids)
    ]
    late = grown or len(asides) > sum(len(line.batch_ids) for line in several)
    return offers | (get_many(asides) if late else {})


def _take_of_aside(
    work: UnitOfWork, order: Order, parcel: Parcel, items: Mapping[Key, Item]
) -> Counter[str]:
    """The parcel's packs are taken of what its offers set aside; what goes beyond that, of what no
    offer did, and as much goes back to the batches that are spared: how much of each becomes free,
    or below 0 is free no longer."""
    packs: dict[str, Counter[str]] = {}
    for part in parcel.allocations:
        packs.setdefault(order.lines[part.line].offer_id, Counter())[part.batch_id] += part.packs
    freed: Counter[str] = Counter()
    for item in of_kind(OfferItem, dict(items), [key_of("offer", offer_id) for offer_id in packs]):
        offer = item.doc
        aside = stock.aside_of(offer, items)
        drawn = draw_for_parcel(aside, packs[offer.id])
        taken = Counter(drawn.own)
        taken.update(drawn.spared)
        work.add(*stock.change_aside(offer, aside, {batch_id: -n for batch_id, n in taken.items()}))
        for batch_id, n in drawn.spared.items():
            freed[batch_id] += n * offer.pack_quantity
        for batch_id, n in drawn.beyond.items():
            freed[batch_id] -= n * offer.pack_quantity
    return freed


def _packed_from(
    order: Order, body: NewParcel, items: dict[Key, Item]
) -> tuple[list[BatchItem], dict[str, int | None]]:
    """The batches, and the shelf lives of their products by the products' ids.

    Raises "not_found".
    """
    batch_keys = [key_of("batch", allocation.batch_id) for allocation in body.allocations]
    lines = {allocation.line for allocation in body.allocations}
    product_keys = [key_of("product", order.lines[line].product_id) for line in lines]
    batches = of_kind(BatchItem, items, dict.fromkeys(batch_keys))
    if len(batches) < len(set(batch_keys)):
        raise not_found("batch")
    products = of_kind(ProductItem, items, dict.fromkeys(product_keys))
    return batches, {item.doc.id: item.doc.shelf_life_days for item in products}


def follow(work: UnitOfWork, item: ParcelItem, after: Parcel, why: str) -> UnitOfWork:
    """Move a parcel, and its order with it.

    An order of several parcels is always written, so that two parcels moved at the same moment
    notice each other.
    """
    return _with_order(work, load(after.order_id), item, after, why)


def _with_order(
    work: UnitOfWork,
    order: OrderItem,
    item: ParcelItem,
    after: Parcel,
    why: str,
    only_if: Condition | None = None,
) -> UnitOfWork:
    """One that leaves needs its order to be as it was read. only_if: of the order, beside that."""
    keys = [key_of("parcel", code) for code in order.doc.parcels if code != after.code]
    others = [parcel.doc.state for parcel in of_kind(ParcelItem, get_many(keys), keys)]
    followed: Order = order.doc.following([after.state, *others])
    work.replace(item, ParcelItem.of(after), why)
    if others or followed.state != order.doc.state:
        work.replace(order, OrderItem.of(followed), why, only_if=only_if)
    elif after.state == "shipped":
        same: Condition = OrderItem.version == order.version
        work.add(Require(order, same if only_if is None else same & only_if))
    return work


def ship(
    call: Call, item: ParcelItem, shipment: rules.Shipment, *, by_hand: bool
) -> Prepared[Parcel]:
    """Handed to the carrier, not yet written; what was recalled since it was packed stays here.
    What comes `counted` is told to `patterns.propose` after the commit. by_hand: somebody says it
    of this parcel alone, so it may have left although its order was paid back.

    Raises "not_allowed_now", "stopped", "batch_held", "paid_back".
    """
    after = item.doc.shipped(shipment, call.now)
    order = load(after.order_id)
    refuse_to_send(order, by_hand=by_hand)
    why = f"{shipment.carrier} {shipment.waybill}"
    # a refund leaves the order's version as it is
    as_read = None if by_hand else OrderItem.refunded_fen == int(order.refunded_fen)
    work = _with_order(UnitOfWork(call), order, item, after, why, as_read)
    batches = batch_store.load_all(item.doc.batch_ids)
    work.add(*(batch_store.require_sellable(batch) for batch in batches))
    work.create(search.of_waybill(after))
    patterns.count_what_waited(work, item.doc)
    return work, after


def refuse_to_send(order: OrderItem, *, by_hand: bool) -> None:
    """by_hand: as of `ship`. Raises "stopped", "paid_back"."""
    order.doc.refuse_if_stopped()
    if order.is_paid_back and not by_hand:
        raise Refusal("paid_back")


def deliver(call: Call, item: ParcelItem) -> Prepared[Parcel]:
    """It has arrived: from now on the evidence window runs; not yet written. Raises
    "not_allowed_now"."""
    after = item.doc.delivered(call.now)
    return follow(UnitOfWork(call), item, after, ""), after


def not_shipped(shop_id: str, most: int) -> list[tuple[Order, ParcelItem]]:
    """Packed parcels of the shop that are still here and to be sent, those of its oldest `most`
    orders first: none of what was paid back, or has to be decided on first."""
    shards = range(spread.shards_of(shop_id))
    # an order of which something is still to be packed may have parcels too
    partitions = [
        f"SHOP#{shop_id}#ORDER#{state}#{n}" for state in ("packed", "paid") for n in shards
    ]
    page = listing(OrderItem, SCOPE, partitions, limit=most, newest_first=False)
    to_send = [item.doc for item in page.items if item.is_to_be_sent]
    orders = {code: order for order in to_send for code in order.parcels}
    keys = [key_of("parcel", code) for code in orders]
    items = of_kind(ParcelItem, get_many(keys, consistent=False) if keys else {}, keys)
    return [(orders[item.doc.code], item) for item in items if item.state == "packed"]
