"""An offer's stock, spread over slots: taken and given back exactly."""

import random
from collections import Counter

from ..domain.offers import Offer
from ..domain.orders import Order
from . import batches
from .reading import get_many, of_kind
from .tables import OfferItem, StockItem, TakenItem, key_of, stock_key, taken_key
from .transaction import Adjust, Work


def take(offer_id: str, slot: int, packs: int) -> Adjust:
    """Take packs from a slot, if that many are left."""
    item = StockItem(*stock_key(offer_id, slot))
    return Adjust(
        item, [StockItem.left.set(StockItem.left - packs)], condition=StockItem.left >= packs
    )


def left_in_slots(offers: dict[str, int], *, consistent: bool = True) -> dict[str, list[int]]:
    """Packs left in each slot, for offers given as id -> number of slots."""
    keys = {one: [stock_key(one, slot) for slot in range(n)] for one, n in offers.items()}
    found = get_many((key for some in keys.values() for key in some), consistent=consistent)
    return {
        one: [int(i.left) for i in of_kind(StockItem, found, some)] for one, some in keys.items()
    }


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


def take_of_limit(offer: Offer, customer_id: str, packs: int) -> Adjust | None:
    """Count packs against the customer's limit, if the offer has one."""
    if offer.limit_per_customer is None:
        return None
    item = TakenItem(*taken_key(offer.id, customer_id))
    most_before = offer.limit_per_customer - packs
    return Adjust(
        item,
        [TakenItem.packs.add(packs), TakenItem.kind.set(TakenItem)],
        condition=TakenItem.packs.does_not_exist() | (TakenItem.packs <= most_before),
    )


def close(offer_id: str, left: list[int]) -> list[Adjust]:
    """Take all that is left, if it is still what was read; sold stays total - left."""
    return [
        Adjust(
            StockItem(*stock_key(offer_id, slot)),
            [
                StockItem.left.set(0),
                StockItem.total.set(StockItem.total - packs),
                StockItem.closed.set(True),
            ],
            condition=StockItem.left == packs,
        )
        for slot, packs in enumerate(left)
    ]


def give_back(work: Work, order: Order) -> None:
    """Exactly what the order took: to its slots, or past a closed offer to a batch.

    And from the customer's limits. Of a closed offer the batch drawn on last gets the packs, as
    nobody can tell packs apart.
    """
    keys = [key_of("offer", line.offer_id) for line in order.lines]
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, get_many(keys), keys)}
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
        if offer.state == "closed":
            work.add(Adjust(item, [StockItem.total.set(StockItem.total - packs)]))
            quantities[list(offer.set_aside)[-1]] += packs * offer.pack_quantity
        else:
            still_open = StockItem.closed.does_not_exist()
            work.add(Adjust(item, [StockItem.left.set(StockItem.left + packs)], still_open))
    for offer_id, packs in limits.items():
        taken = TakenItem(*taken_key(offer_id, order.customer_id))
        work.add(Adjust(taken, [TakenItem.packs.add(-packs)]))
    batches.give_back(work, quantities)
