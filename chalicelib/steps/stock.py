"""An offer's stock, spread over slots: taken and given back exactly."""

import random
from collections import Counter
from collections.abc import Iterable

from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.repositories import recent
from chalicelib.repositories.reading import get_many, of_kind
from chalicelib.repositories.tables import (
    OfferItem,
    StockItem,
    TakenItem,
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


def slots_in(found: dict[Key, Item], offer: Offer) -> list[StockItem]:
    """Each slot of an offer, by what was found of its keys."""
    slots = []
    for slot, key in enumerate(keys_of(offer.id, offer.slots)):
        full = offer.packs_in(slot)
        item = found.get(key)
        slots.append(
            item if isinstance(item, StockItem) else StockItem(*key, total=full, left=full)
        )
    return slots


def left_in(found: dict[Key, Item], offer: Offer) -> list[int]:
    """Packs left in each slot of an offer, by what was found of its keys."""
    return [int(one.left) for one in slots_in(found, offer)]


def left_in_slots(offers: Iterable[Offer], *, consistent: bool = True) -> dict[str, list[int]]:
    """Packs left in each slot, by the offers' ids."""
    offers = list(offers)
    keys = [key for one in offers for key in keys_of(one.id, one.slots)]
    found = get_many(keys, consistent=consistent)
    return {one.id: left_in(found, one) for one in offers}


def slots_of(offer: Offer) -> list[StockItem]:
    """Each slot of an offer as it is now."""
    return slots_in(get_many(keys_of(offer.id, offer.slots)), offer)


def seen_in_slots(
    offers: Iterable[Offer], *, consistent: bool = True, within: float = recent.KEPT
) -> dict[str, list[int]]:
    """The same for buyers: of an offer for a crowd by a look kept for so many seconds."""
    looked = {one.id: one for one in offers}
    crowded = {one: recent.stock_of(one) for one, offer in looked.items() if offer.is_for_a_crowd}
    kept = recent.find(crowded.values(), within)
    left = {one: kept[key] for one, key in crowded.items() if key in kept}
    since = recent.mark()
    asked = [offer for one, offer in looked.items() if one not in left]
    fresh = left_in_slots([one for one in asked if one.is_for_a_crowd], consistent=False)
    fresh |= left_in_slots([one for one in asked if not one.is_for_a_crowd], consistent=consistent)
    recent.keep({key: fresh[one] for one, key in crowded.items() if one in fresh}, since)
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
    for slot in sorted(range(len(left)), key=lambda one: -left[one]):
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


def give_back(work: UnitOfWork, order: Order) -> None:
    """Exactly what the order took: to its slots, or past a closed offer to a batch.

    And from the customer's limits. Of a closed offer the batch drawn on last gets the packs, as
    nobody can tell packs apart.
    """
    keys = [key_of("offer", line.offer_id) for line in order.lines]
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, get_many(keys), keys)}
    closed = _closed_early(order, offers)
    slots: Counter[tuple[str, int]] = Counter()
    limits: Counter[str] = Counter()
    quantities: Counter[str] = Counter()
    for line in order.lines:
        for slot, packs in line.taken.items():
            slots[line.offer_id, slot] += packs
        if line.limited:
            limits[line.offer_id] += line.packs
    for (offer_id, slot), packs in slots.items():
        item, offer = StockItem(*stock_key(offer_id, slot)), offers[offer_id]
        if offer.state == "closed" or item.key in closed:
            work.add(Adjust(item, [StockItem.total.set(StockItem.total - packs)]))
            quantities[list(offer.set_aside)[-1]] += packs * offer.pack_quantity
        else:
            still_open = StockItem.closed.does_not_exist()
            work.add(Adjust(item, [StockItem.left.set(StockItem.left + packs)], still_open))
    for offer_id, packs in limits.items():
        for who in order.counts_against:
            taken = TakenItem(*taken_key(offer_id, who))
            work.add(Adjust(taken, [TakenItem.packs.add(-packs)]))
    batches.give_back(work, quantities)


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
