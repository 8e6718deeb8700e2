"""An offer's stock, spread over slots: taken and given back exactly."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.offers import Offer, going_back
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.repositories import recent
from chalicelib.repositories.offers import aside_in, aside_keys
from chalicelib.repositories.reading import get_many, of_kind
from chalicelib.repositories.tables import (
    AsideItem,
    OfferItem,
    StockItem,
    TakenItem,
    aside_key,
    key_of,
    stock_key,
    taken_key,
)
from chalicelib.repositories.transaction import Adjust, UnitOfWork

from ..repositories.items import Item, Key
from . import batches


def take(offer: Offer, slot: int, packs: int) -> Adjust:
    """Take packs from a slot, if that many are left."""
    full = offer.packs_in(slot)
    enough = StockItem.left >= packs
    return Adjust(
        StockItem(*stock_key(offer.id, slot)),
        [
            StockItem.left.set((StockItem.left | full) - packs),
            StockItem.total.set(StockItem.total | full),
            StockItem.kind.set(StockItem),
        ],
        condition=enough | StockItem.left.does_not_exist() if packs <= full else enough,
        creates=True,
    )


def keys_of(offer_id: str, slots: int) -> list[Key]:
    """Of all its stock items, those too that nothing was taken from yet."""
    return [stock_key(offer_id, slot) for slot in range(slots)]


def slots_in(items: dict[Key, Item], offer: Offer) -> list[StockItem]:
    """Each slot of an offer, by what was found of its keys."""
    slots = []
    for slot, key in enumerate(keys_of(offer.id, offer.slots)):
        full = offer.packs_in(slot)
        item = items.get(key)
        slots.append(
            item if isinstance(item, StockItem) else StockItem(*key, total=full, left=full)
        )
    return slots


def left_in(items: dict[Key, Item], offer: Offer) -> list[int]:
    """Packs left in each slot of an offer, by what was found of its keys."""
    return [int(slot.left) for slot in slots_in(items, offer)]


def packs_left_by_slot(offers: Iterable[Offer], *, consistent: bool = True) -> dict[str, list[int]]:
    """Packs left in each slot, by the offers' ids."""
    offers = list(offers)
    keys = [key for offer in offers for key in keys_of(offer.id, offer.slots)]
    items = get_many(keys, consistent=consistent)
    return {offer.id: left_in(items, offer) for offer in offers}


def slots_of(offer: Offer) -> list[StockItem]:
    """Each slot of an offer as it is now."""
    return slots_in(get_many(keys_of(offer.id, offer.slots)), offer)


def recent_packs_left_by_slot(
    offers: Iterable[Offer], *, consistent: bool = True, within: float = recent.KEPT
) -> dict[str, list[int]]:
    """Packs left in each slot, for buyers. For an offer for a crowd the answer may be up to
    `within` seconds old."""
    looked = {offer.id: offer for offer in offers}
    crowded = {
        offer_id: recent.stock_of(offer_id)
        for offer_id, offer in looked.items()
        if offer.is_for_a_crowd
    }
    kept = recent.find(crowded.values(), within)
    left = {offer_id: kept[key] for offer_id, key in crowded.items() if key in kept}
    since = recent.mark()
    asked = [offer for offer_id, offer in looked.items() if offer_id not in left]
    fresh = packs_left_by_slot([offer for offer in asked if offer.is_for_a_crowd], consistent=False)
    fresh |= packs_left_by_slot(
        [offer for offer in asked if not offer.is_for_a_crowd], consistent=consistent
    )
    recent.keep(
        {key: fresh[offer_id] for offer_id, key in crowded.items() if offer_id in fresh}, since
    )
    return left | fresh


def any_slot(slots: int) -> int:
    """A slot at random: buyers spread themselves without talking to each other."""
    return random.randrange(slots)  # noqa: S311


def choose(left: list[int], packs: int) -> dict[int, int] | None:
    """From which slots to take: one that holds all if there is one, else several. None: too few."""
    if sum(left) < packs:
        return None
    whole = [slot for slot, n in enumerate(left) if n >= packs]
    if whole:
        return {random.choice(whole): packs}  # noqa: S311
    taken: dict[int, int] = {}
    for slot in sorted(range(len(left)), key=lambda slot: -left[slot]):
        taken[slot] = min(left[slot], packs - sum(taken.values()))
    return {slot: n for slot, n in taken.items() if n}


def take_of_limit(offer: Offer, order: Order, packs: int) -> list[Adjust]:
    """Count packs against the limit of whoever the order counts against, if the offer has one."""
    if offer.limit_per_customer is None:
        return []
    most_before = offer.limit_per_customer - packs
    return [
        Adjust(
            TakenItem(*taken_key(offer.id, who)),
            [TakenItem.packs.add(packs), TakenItem.kind.set(TakenItem)],
            condition=TakenItem.packs.does_not_exist() | (TakenItem.packs <= most_before),
            creates=True,
        )
        for who in order.counts_against
    ]


def close(slots: Iterable[StockItem]) -> list[Adjust]:
    """Take all that is left, if it is still what was read; sold stays total - left."""
    return [
        Adjust(
            slot,
            [
                StockItem.left.set(0),
                StockItem.total.set(int(slot.total) - int(slot.left)),
                StockItem.closed.set(True),
                StockItem.kind.set(StockItem),
            ],
            condition=StockItem.left.does_not_exist() | (StockItem.left == slot.left),
            creates=True,
        )
        for slot in slots
    ]


def add(offer: Offer, slots: Sequence[StockItem], more: Mapping[int, int]) -> list[Adjust]:
    """Put more packs into slots, also into those that nothing was taken from yet."""
    return [
        Adjust(
            slots[slot],
            [
                StockItem.left.set((StockItem.left | offer.packs_in(slot)) + n),
                StockItem.total.set((StockItem.total | offer.packs_in(slot)) + n),
                StockItem.kind.set(StockItem),
            ],
            condition=StockItem.closed.does_not_exist(),
            creates=True,
        )
        for slot, n in more.items()
    ]


def went_back(offer: Offer, slots: Iterable[StockItem]) -> int:
    """Of an offer's packs, those that its batches have back; slots: all of it."""
    return offer.packs_total - sum(int(slot.total) for slot in slots)


def aside_of(offer: Offer, items: Mapping[Key, Item], back: int | None = None) -> dict[str, int]:
    """Packs set aside from each batch and in no parcel yet, by what was found of their keys.

    back: see `went_back`; of a closed offer it is looked up where a batch's item does not say it.
    """
    unsaid = any(key not in items for key in aside_keys(offer.id, offer.batch_ids))
    if back is None and unsaid and offer.state == "closed":
        back = went_back(offer, slots_of(offer))
    return aside_in(items, offer, back or 0)


def change_aside(
    offer: Offer, aside: Mapping[str, int], changes: Mapping[str, int]
) -> list[Adjust]:
    """Packs more, or below 0 fewer, of what is set aside from batches, if there are as many.

    aside: of each batch as it was read. Of an offer of one batch nothing is written.
    """
    if len(offer.batch_ids) == 1:
        return []
    adjusts = []
    for batch_id, packs in changes.items():
        item = AsideItem(*aside_key(offer.id, batch_id))
        absent, enough = AsideItem.packs.does_not_exist(), AsideItem.packs >= -packs
        if packs:
            actions = [
                AsideItem.packs.set((AsideItem.packs | aside[batch_id]) + packs),
                AsideItem.kind.set(AsideItem),
            ]
            adjusts.append(Adjust(item, actions, absent | enough, creates=True))
    return adjusts


def release_set_aside(
    work: UnitOfWork,
    offer: Offer,
    aside: Mapping[str, int],
    packs: int,
    unpacked: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Say what each batch gets back, in its unit, when so many packs are not set aside any more.

    unpacked: packs of each batch that the same commit takes out of parcels. They go back first,
    because whatever goes back from elsewhere is one more write. Older releases wrote no item for
    what they packed: packs that no item accounts for go to the last batch of the offer.
    """
    loose = Counter(unpacked)
    back = Counter(going_back({batch_id: loose[batch_id] for batch_id in aside}, packs))
    back.update(going_back(aside, packs - back.total()))
    changes = {batch_id: loose[batch_id] - back[batch_id] for batch_id in aside}
    work.add(*change_aside(offer, aside, changes))
    last = list(offer.set_aside)[-1]
    back[last] += packs - back.total()
    return {batch_id: n * offer.pack_quantity for batch_id, n in back.items()}


def give_back(work: UnitOfWork, order: Order, voided: Sequence[Parcel] = ()) -> None:
    """Give back exactly what the order took: to the offer's slots or, if the offer is closed, to
    its batches.

    And from the customer's limits. voided: its parcels, of which nothing is packed any more. Of a
    closed offer the batches of those get theirs first, then the batch drawn on last.
    """
    keys = [key_of("offer", line.offer_id) for line in order.lines]
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, get_many(keys), keys)}
    closed = _closed_early(order, offers)
    slots: Counter[tuple[str, int]] = Counter()
    limits: Counter[str] = Counter()
    freed: Counter[str] = Counter()
    for line in order.lines:
        for slot, packs in line.taken.items():
            slots[line.offer_id, slot] += packs
        if line.limited:
            limits[line.offer_id] += line.packs
    for (offer_id, slot), packs in slots.items():
        item, offer = StockItem(*stock_key(offer_id, slot)), offers[offer_id]
        if offer.state == "closed" or item.key in closed:
            work.add(Adjust(item, [StockItem.total.set(StockItem.total - packs)]))
            freed[offer_id] += packs
        else:
            still_open = StockItem.closed.does_not_exist()
            work.add(Adjust(item, [StockItem.left.set(StockItem.left + packs)], still_open))
    for offer_id, packs in limits.items():
        for who in order.counts_against:
            taken = TakenItem(*taken_key(offer_id, who))
            work.add(Adjust(taken, [TakenItem.packs.add(-packs)]))
    unpacked = batches.unpack(work, voided, _alone(offers))
    batches.give_back(work, _freed(work, order, offers, freed, voided), unpacked)


def set_aside_again(work: UnitOfWork, order: Order, parcels: Sequence[Parcel]) -> None:
    """What comes out of parcels of an order that stands is set aside for it again, in the batches
    that it comes out of."""
    keys = [key_of("offer", line.offer_id) for line in order.lines]
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, get_many(keys), keys)}
    batches.unpack(work, parcels, _alone(offers))
    _freed(work, order, offers, {}, parcels)


def _alone(offers: Mapping[str, Offer]) -> dict[str, list[str]]:
    """Of each batch the offers that have no other."""
    alone: dict[str, list[str]] = {}
    for offer in offers.values():
        if len(offer.batch_ids) == 1:
            alone.setdefault(offer.batch_ids[0], []).append(offer.id)
    return alone


def _freed(
    work: UnitOfWork,
    order: Order,
    offers: Mapping[str, Offer],
    freed: Mapping[str, int],
    voided: Sequence[Parcel],
) -> Counter[str]:
    """What each batch gets back, in its unit; freed: packs by offers that nobody can buy there."""
    loose: dict[str, Counter[str]] = {offer_id: Counter() for offer_id in offers}
    for parcel in voided:
        for part in parcel.allocations:
            loose[order.lines[part.line].offer_id][part.batch_id] += part.packs
    touched = [offer for offer in offers.values() if freed.get(offer.id) or loose[offer.id]]
    keys = [key for offer in touched for key in aside_keys(offer.id, offer.batch_ids)]
    items = get_many(keys)
    quantities: Counter[str] = Counter()
    for offer in touched:
        aside = aside_of(offer, items)
        quantities.update(
            release_set_aside(work, offer, aside, freed.get(offer.id, 0), loose[offer.id])
        )
    return quantities


def _closed_early(order: Order, offers: dict[str, Offer]) -> set[Key]:
    """Slots the order took from that are closed while their offer is not: see offers.close."""
    keys = [
        stock_key(line.offer_id, slot)
        for line in order.lines
        for slot in line.taken
        if offers[line.offer_id].is_for_a_crowd
    ]
    if not keys:
        return set()
    return {item.key for item in of_kind(StockItem, get_many(keys), keys) if item.closed}
