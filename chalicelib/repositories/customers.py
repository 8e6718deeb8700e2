"""Finding a shop's customer by phone, without storing the phone in the clear."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain import phones
from chalicelib.domain.access import Actor, check_shop
from chalicelib.domain.customers import Customer, on_shard
from chalicelib.domain.errors import not_found
from chalicelib.domain.fields import to_text
from chalicelib.domain.fingerprints import text_of
from chalicelib.domain.orders import Buyer, Order, PlatformBuyer
from chalicelib.domain.segments import Where

from . import spread
from .items import SCOPE, Item, Key
from .reading import ListPage, get, listing
from .sealing import derived_id, seal, unseal
from .tables import CustomerItem, key_of


def id_of(shop_id: str, buyer: Buyer) -> str:
    """A keyed hash of shop and phone number: one person, one id in each shop."""
    return derived_id("customer", shop_id, buyer.number)


def counted_id(shop_id: str, buyer: Buyer) -> str:
    """Whom an order placed here counts against, where a buyer's share of an offer is limited."""
    return derived_id("customer", shop_id, phones.counted(buyer.number))


def former_id(shop_id: str, buyer: Buyer) -> str | None:
    """The id that releases before 0.2 gave for the same typed number; None if it is the same.

    They took each spelling (013800000000) for somebody else, and who is known by such an id alone
    stays so. Not of a number whose extension stands in the name: that was one id of many people.
    """
    former = phones.former(buyer.phone)
    if former == buyer.number or phones.canonical(buyer.phone) != buyer.number:
        return None
    return derived_id("customer", shop_id, former)


def id_by_phone(items: Mapping[Key, Item], shop_id: str, buyer: Buyer) -> str:
    """Of the two, the former if that alone was found."""
    here, former = id_of(shop_id, buyer), former_id(shop_id, buyer)
    known = former and key_of("customer", former) in items and key_of("customer", here) not in items
    return former if former and known else here


def former_keys(shop_id: str, buyer: Buyer) -> list[Key]:
    """What `id_by_phone` needs to look at; nothing for a number in its one form."""
    former = former_id(shop_id, buyer)
    return [
        key_of("customer", customer_id)
        for customer_id in (former, id_of(shop_id, buyer))
        if customer_id and former
    ]


def id_at_platform(shop_id: str, platform: str, buyer: Buyer, nick: str, number: str) -> str:
    """Whoever a platform shows: by phone if that is their own, as everywhere else in the shop.

    Else by the platform's own name for them, or by all that it shows; never merged with a person
    known by phone. A masked name (t***8) stands for many; who shows neither digits nor a whole name
    and address is known by the order's `number` alone.
    """
    if phones.is_own(buyer.number):
        return id_of(shop_id, buyer)
    if nick and "*" not in nick:
        return derived_id("customer", shop_id, platform, "nick", nick)
    shown = text_of(buyer)
    if phones.is_fully_masked(buyer.phone) and "*" in buyer.name + buyer.address.detail:
        return derived_id("customer", shop_id, platform, "order", number, shown)
    return derived_id("customer", shop_id, platform, "shown", shown)


def find(customer_id: str) -> CustomerItem | None:
    return get(CustomerItem, key_of("customer", customer_id))


def counting(order: Order) -> CustomerItem | None:
    """Whose counts the order is in: not those of who was erased since and began anew."""
    item = find(order.customer_id)
    return item if item is not None and item.doc.counted == order.after_erasures else None


def load(actor: Actor, customer_id: str) -> CustomerItem:
    """Raises "not_found", also for another shop's."""
    item = find(customer_id)
    if item is None:
        raise not_found("customer")
    check_shop(actor, item.doc.shop_id, "customer")
    return item


def seal_buyer(buyer: Buyer, order_id: str) -> str:
    """With its number in the one form, whole with its extension."""
    reached = buyer.model_copy(update={"phone": buyer.number})
    return seal(reached.model_dump_json(), f"ORDER#{order_id}")


def unseal_buyer(sealed: str, order_id: str) -> Buyer:
    """As it was sealed; of an outside platform its phone number may be masked."""
    return PlatformBuyer.model_validate_json(unseal(sealed, f"ORDER#{order_id}"))


@dataclass(frozen=True)
class Person:
    """Who a customer is, in the clear."""

    name: str
    phone: str


def person_of(customer: Customer) -> Person | None:
    """None once erased."""
    if customer.sealed is None:
        return None
    person = json.loads(unseal(customer.sealed, f"CUSTOMER#{customer.id}"))
    return Person(name=person["name"], phone=person["phone"])


def of_shop(shop_id: str, place: Where, limit: int, cursor: str | None) -> ListPage[CustomerItem]:
    """Who bought last comes first."""
    groups = ["repeat", "once"] if place.repeat is None else ["repeat" if place.repeat else "once"]
    shards = range(spread.shards_of(shop_id))
    return listing(
        CustomerItem,
        SCOPE,
        [f"SHOP#{shop_id}#CUSTOMER#{on_shard(group, n)}" for group in groups for n in shards],
        limit=limit,
        cursor=cursor,
        since=to_text(place.since) if place.since else "",
        until=to_text(place.until) if place.until else None,
    )


LOOKED_AT_ONCE = 500
MOST_LOOKED_AT = 2000
"""Customers that one request counts or exports, the latest buyers first: 1,000 read units."""


def all_of_shop(shop_id: str, place: Where) -> tuple[list[Customer], bool]:
    """The latest MOST_LOOKED_AT, and whether that was all of them."""
    customers: list[Customer] = []
    cursor = None
    while len(customers) < MOST_LOOKED_AT:
        page = of_shop(shop_id, place, LOOKED_AT_ONCE, cursor)
        customers += [item.doc for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return customers, True
    return customers, False
