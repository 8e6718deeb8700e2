"""Loading orders, the buyer's key to one, and the buyer in it."""

import hmac
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.access import PUBLIC, Actor, check_shop
from chalicelib.domain.cells import clean
from chalicelib.domain.fields import CHINA, to_text
from chalicelib.domain.lifecycle import ORDER
from chalicelib.domain.orders import Buyer, Order
from chalicelib.domain.own_numbers import number_of, read_number
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.platforms import NAMES
from chalicelib.domain.refunds import Refund

from . import customers, spread
from .items import OFFICE, SCOPE
from .reading import (
    all_listed,
    at_once,
    children,
    get_all,
    get_many,
    index_keys,
    listing,
    load_item,
    of_kind,
)
from .sealing import access_key, derived_id, unseal
from .tables import OrderItem, ParcelItem, RefundItem, key_of

LONGEST_UNPAID = timedelta(days=7)
"""Since it was placed, until nothing of an unpaid order's buyer is left: a day to pay, two until
nothing can come, and a chore that did not run for as long again."""
MOST_TYPED = 1000
"""Orders looked through for numbers that no import knows."""


def key_for(order_id: str) -> str:
    """The buyer's key to an order; the same each time, so a repeated answer is the same."""
    return access_key("order", order_id)


def opened_by(order_id: str, key: str | None) -> bool:
    """Whether a key opens the order, compared in constant time."""
    return key is not None and hmac.compare_digest(key_for(order_id).encode(), key.encode())


def opens_parcel(parcel: Parcel, key: str | None) -> bool:
    """Whether it is the key of the parcel's order, or of the one that was paid for it."""
    if opened_by(parcel.order_id, key):
        return True
    paid_id = load(parcel.order_id).doc.replaces
    return paid_id is not None and opened_by(paid_id, key)


def load(order_id: str) -> OrderItem:
    """Raises "not_found"."""
    return load_item(OrderItem, "order", order_id)


def load_of_shop(actor: Actor, order_id: str) -> OrderItem:
    """Of the actor's shop, or for the county of any. Raises "not_found"."""
    item = load(order_id)
    check_shop(actor, item.doc.shop_id, "order")
    return item


def load_for(actor: Actor, order_id: str, key: str | None) -> OrderItem:
    """For its shop, the county, or whoever holds its key. Raises "not_found"."""
    return load(order_id) if opened_by(order_id, key) else load_of_shop(actor, order_id)


def lists_of(actor: Actor, states: Sequence[str]) -> tuple[str, list[str]]:
    """The index, and its partitions, where the orders of the actor's shop lie in these states, or
    for the county those of all shops."""
    if actor.role == "county":
        index, scope, shards = OFFICE, "", spread.shards_of(None)
    else:
        index, scope = SCOPE, f"SHOP#{actor.shop_id}#"
        shards = spread.shards_of(actor.shop_id)
    return index, [f"{scope}ORDER#{state}#{shard}" for state in states for shard in range(shards)]


def buyer_of(order: Order) -> Buyer | None:
    """Personal data in the clear; None once erased."""
    return customers.unseal_buyer(order.buyer, order.id) if order.buyer else None


def cancel_reason_of(order: Order) -> str | None:
    """Why it was cancelled, in the clear; None once erased."""
    return unseal(order.cancel_reason, f"ORDER#{order.id}") if order.cancel_reason else None


def parcels_of(order: Order) -> list[ParcelItem]:
    keys = [key_of("parcel", code) for code in order.parcels]
    return of_kind(ParcelItem, get_many(keys), keys)


def refunds_of(order: OrderItem) -> list[Refund]:
    """All of them, oldest first, also those of money that the order could not take."""
    if not (int(order.refunded_fen) or order.doc.charges):
        return []
    page = children(RefundItem, order.pk, "REFUND#")
    return sorted((item.doc.of(order.doc) for item in page.items), key=lambda refund: refund.at)


def unpaid_before(placed_before: str) -> Iterator[OrderItem]:
    """Unpaid orders placed before an instant, oldest first; read as far as they are asked for."""
    partitions = [f"ORDER#pending_payment#{shard}" for shard in range(spread.shards_of(None))]
    return all_listed(OrderItem, OFFICE, partitions, newest_first=False, until=placed_before)


def unpaid_of(shop_id: str, customer_id: str, now: datetime) -> list[OrderItem]:
    """A person's unpaid orders, also those under their number with an extension, and those that
    expired and may be paid yet. They are on no list of their own, as they live half an hour, or two
    days."""
    partitions = [
        f"SHOP#{shop_id}#ORDER#{state}#{shard}"
        for state in ("pending_payment", "expired")
        for shard in range(spread.shards_of(shop_id))
    ]
    since = to_text(now - LONGEST_UNPAID)
    items = all_listed(OrderItem, SCOPE, partitions, since=since)
    return [item for item in items if customer_id in item.doc.counts_against]


def by_numbers(shop_id: str, numbers: Sequence[str]) -> list[OrderItem]:
    """Orders of a shop by the numbers that people use; what is none, or of nobody's, is left out.

    A number tells the day and the end of the id, so only the keys of these days are looked at.
    """
    ends: defaultdict[str, set[str]] = defaultdict(set)
    wanted_numbers = {number for written in numbers if (number := read_number(written))}
    for number in wanted_numbers:
        ends[number[2:10]].add(number[11:].lower())
    shards = range(spread.shards_of(shop_id)) if ends else range(0)
    places: list[tuple[str, str, str, set[str]]] = []
    for day, wanted in ends.items():
        try:
            begin = datetime.strptime(day, "%Y%m%d").replace(tzinfo=CHINA)
        except ValueError:
            continue
        since, until = to_text(begin), to_text(begin + timedelta(days=1))
        states = [state for state in ORDER if state not in {"pending_payment", "expired"}]
        places += [
            (f"SHOP#{shop_id}#ORDER#{state}#{shard}", since, until, wanted)
            for state in states
            for shard in shards
        ]
    keys = [
        key
        for answer in at_once(lambda place: (index_keys(SCOPE, *place[:3]), place[3]), places)
        for key in answer[0]
        if key[0].replace("-", "")[-8:] in answer[1]
    ]
    items = of_kind(OrderItem, get_many(keys) if keys else {}, dict.fromkeys(keys))
    return [
        item
        for item in items
        if number_of(item.doc.id, item.doc.created_at) in wanted_numbers
        and item.doc.shop_id == shop_id
    ]


def imported_id(shop_id: str, platform: str, number: str) -> str:
    """The id of the order that a platform gave this number, wherever it comes from."""
    return derived_id("imported order", shop_id, platform, number)


def by_platform_numbers(shop_id: str, numbers: Sequence[str]) -> dict[str, list[Order]]:
    """Orders of a shop by the numbers that outside platforms gave them; each as it was written.

    An imported order's own id tells it. One that the shop typed in itself is looked for among what
    waits to be shipped and what was shipped last: MOST_TYPED of them.
    """
    plain = {written: clean(written) for written in numbers}
    ids = {
        (number, platform): key_of("order", imported_id(shop_id, platform, number))
        for number in set(plain.values()) - {""}
        for platform in NAMES
    }
    there = get_all(ids.values(), consistent=False) if ids else {}
    orders: defaultdict[str, list[Order]] = defaultdict(list)
    for (number, _), key in ids.items():
        if isinstance(item := there.get(key), OrderItem):
            orders[number].append(item.doc)
    missing = {number for number, _ in ids} - orders.keys()
    for order in _typed_lately(shop_id) if missing else ():
        if order.external_ref in missing:
            orders[order.external_ref].append(order)
    return {written: orders[number] for written, number in plain.items() if number in orders}


def _typed_lately(shop_id: str) -> list[Order]:
    """What a stranger wrote into an order of the storefront counts for nothing."""
    partitions = [
        f"SHOP#{shop_id}#ORDER#{state}#{shard}"
        for state in ("paid", "packed", "shipped")
        for shard in range(spread.shards_of(shop_id))
    ]
    page = listing(OrderItem, SCOPE, partitions, limit=MOST_TYPED)
    return [item.doc for item in page.items if item.doc.placed_by != PUBLIC.id]
