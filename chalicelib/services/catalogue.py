"""Villages, producers and shops."""

from collections.abc import Iterable

from chalicelib.domain.access import Actor, Call, check_shop, check_village
from chalicelib.domain.catalogue import (
    ChangedContact,
    NewProducer,
    NewShop,
    NewVillage,
    Producer,
    Shop,
    Village,
)
from chalicelib.domain.errors import not_found
from chalicelib.repositories import recent
from chalicelib.repositories.once import existing, fingerprint, same
from chalicelib.repositories.producers import closed, opened
from chalicelib.repositories.reading import ListPage, get, get_many, listing, load_item, of_kind
from chalicelib.repositories.tables import ProducerItem, ShopItem, VillageItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying

from ..repositories.items import OFFICE, SCOPE

FIRST_SHOPS = 20
"""On the first page at once."""


@retrying
def put_village(call: Call, village_id: str, body: NewVillage) -> tuple[Village, bool]:
    """The village, and whether it is new. Raises "different_content"."""
    request_fingerprint = fingerprint(body)
    key = key_of("village", village_id)
    if item := existing(VillageItem, key, village_id, request_fingerprint):
        return item.doc, False
    village = Village(id=village_id, created_at=call.now, **body.model_dump())
    UnitOfWork(call).create(VillageItem.of(village, fingerprint=request_fingerprint)).commit()
    return village, True


def village(village_id: str) -> Village:
    return load_item(VillageItem, "village", village_id).doc


def named_villages(village_ids: Iterable[str]) -> list[Village]:
    """In the order given."""
    keys = [key_of("village", village_id) for village_id in village_ids]
    return [item.doc for item in of_kind(VillageItem, get_many(keys, consistent=False), keys)]


def named_shops(shop_ids: Iterable[str]) -> list[Shop]:
    """In the order given."""
    keys = [key_of("shop", shop_id) for shop_id in shop_ids]
    items = get_many(keys, consistent=False) if keys else {}
    return [item.doc for item in of_kind(ShopItem, items, keys)]


def villages(limit: int, cursor: str | None) -> ListPage[VillageItem]:
    return listing(VillageItem, OFFICE, ["VILLAGE"], limit=limit, cursor=cursor, newest_first=False)


@retrying
def put_producer(call: Call, producer_id: str, body: NewProducer) -> tuple[Producer, bool]:
    """The producer, and whether it is new. Raises "not_found" out of scope, "different_content"."""
    check_village(call.actor, body.village_id, "village")
    request_fingerprint = fingerprint(body)
    key, village_key = key_of("producer", producer_id), key_of("village", body.village_id)
    if (item := get(ProducerItem, key)) is not None:
        check_village(call.actor, item.doc.village_id, "producer")
        return opened(same(item, producer_id, request_fingerprint).doc), False
    if get(VillageItem, village_key) is None:
        raise not_found("village")
    producer = Producer(id=producer_id, created_at=call.now, **body.model_dump())
    UnitOfWork(call).create(
        ProducerItem.of(closed(producer), fingerprint=request_fingerprint)
    ).commit()
    return producer, True


def producer(actor: Actor, producer_id: str) -> Producer:
    item = load_item(ProducerItem, "producer", producer_id)
    check_village(actor, item.doc.village_id, "producer")
    return opened(item.doc)


def producers(
    actor: Actor, village_id: str | None, limit: int, cursor: str | None
) -> ListPage[ProducerItem]:
    """Of one village, or of all in the actor's scope."""
    if village_id is not None:
        check_village(actor, village_id, "village")
    if village_id is None and actor.role == "county":
        index, partitions = OFFICE, ["PRODUCER"]
    else:
        ids = [village_id] if village_id else list(actor.village_ids)
        index, partitions = SCOPE, [f"VILLAGE#{place}#PRODUCER" for place in ids]
    page = listing(ProducerItem, index, partitions, limit=limit, cursor=cursor, newest_first=False)
    for item in page.items:
        item.doc = opened(item.doc)
    return page


@retrying
def put_shop(call: Call, shop_id: str, body: NewShop) -> tuple[Shop, bool]:
    """The shop, and whether it is new. Raises "not_found" for a village, "different_content"."""
    request_fingerprint = fingerprint(body)
    if item := existing(ShopItem, key_of("shop", shop_id), shop_id, request_fingerprint):
        return item.doc, False
    keys = [key_of("village", village_id) for village_id in body.village_ids]
    if len(get_many(keys)) < len(set(keys)):
        raise not_found("village")
    given = body.model_dump(exclude={"village_ids"})
    shop = Shop(id=shop_id, village_ids=tuple(body.village_ids), created_at=call.now, **given)
    UnitOfWork(call).create(ShopItem.of(shop, fingerprint=request_fingerprint)).commit()
    return shop, True


def shop(shop_id: str) -> Shop:
    """As pages show it. It seldom changes, and every scan and every page of a live stream names
    it, so each process keeps it for some seconds. Raises "not_found"."""
    key = key_of("shop", shop_id)
    item = recent.find([key], recent.SHOP_KEPT).get(key)
    if item is None:
        since = recent.mark()
        # one that was opened a moment ago may not be everywhere yet
        item = get(ShopItem, key, consistent=False) or load_item(ShopItem, "shop", shop_id)
        recent.keep({key: item}, since)
    return item.doc


def shop_now(actor: Actor, shop_id: str) -> Shop:
    """As it is this moment, for whoever changes it. Raises "not_found", also out of scope."""
    check_shop(actor, shop_id, "shop")
    return load_item(ShopItem, "shop", shop_id).doc


@retrying
def change_contact(call: Call, shop_id: str, body: ChangedContact) -> Shop:
    """How buyers reach the shop from now on; what is so already changes nothing.

    Raises "not_found", also out of scope, "contact_changed".
    """
    check_shop(call.actor, shop_id, "shop")
    item = load_item(ShopItem, "shop", shop_id)
    after = item.doc.reached_by(body)
    if after != item.doc:
        changed = ShopItem.of(after, fingerprint=item.fingerprint)
        why = " ".join(after.parts_unlike(item.doc))
        UnitOfWork(call).replace(item, changed, why).commit()
    return after


def open_shops(cursor: str | None) -> tuple[list[Shop], str | None]:
    """For the first page, in the order they were opened, and where the list goes on.

    What everybody sees first is kept for some seconds, as a shop is.
    """
    key = ("SHOPS", cursor or "")
    page = recent.find([key], recent.SHOP_KEPT).get(key)
    if page is None:
        since = recent.mark()
        page = shops(FIRST_SHOPS, cursor)
        if cursor is None:
            recent.keep({key: page}, since)
    return [item.doc for item in page.items], page.next_cursor


def shops(limit: int, cursor: str | None) -> ListPage[ShopItem]:
    return listing(ShopItem, OFFICE, ["SHOP"], limit=limit, cursor=cursor, newest_first=False)
