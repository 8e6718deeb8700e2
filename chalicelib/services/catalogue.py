"""Villages, producers and shops. What is changed of them is journalled field by field, and only
for who saw it as it is."""

from collections.abc import Iterable

from chalicelib.domain.access import Actor, Call, check_shop, check_village
from chalicelib.domain.catalogue import (
    SETTINGS,
    ChangedContact,
    NewProducer,
    NewShop,
    NewVillage,
    Producer,
    Shop,
    Village,
)
from chalicelib.domain.errors import Invalid, not_found
from chalicelib.domain.households import meant
from chalicelib.domain.journal import Change, birth, edit
from chalicelib.repositories import recent
from chalicelib.repositories.journal import latest
from chalicelib.repositories.once import as_seen, existing, fingerprint, is_change, same
from chalicelib.repositories.producers import closed, named, of_village, opened
from chalicelib.repositories.reading import (
    ListPage,
    check_all,
    get,
    get_many,
    listing,
    load_item,
    of_kind,
)
from chalicelib.repositories.tables import (
    ChangeItem,
    ProducerItem,
    ProducerNameItem,
    ShopItem,
    VillageItem,
    key_of,
)
from chalicelib.repositories.transaction import Adjust, UnitOfWork, retrying

from ..repositories.items import OFFICE, SCOPE

BIRTH = 1
"""Of a record's journal entries; the next has the number of the version that it made."""
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


@retrying
def change_village(
    call: Call, village_id: str, body: NewVillage, seen: str, why: str = ""
) -> Village:
    """Raises "not_found", "changed_meanwhile"."""
    item = load_item(VillageItem, "village", village_id)
    if not is_change(item.doc, body, seen):
        return item.doc
    after = item.doc.model_copy(update=dict(body))
    changed = edit(item.doc, after, NewVillage.model_fields)
    UnitOfWork(call).edit(item, VillageItem.of(after), *changed, why).commit()
    return after


def village_with_history(village_id: str) -> tuple[Village, str, list[Change]]:
    """The village, what a form remembers of it, and what was changed."""
    item = load_item(VillageItem, "village", village_id)
    return item.doc, as_seen(item.doc, NewVillage), latest(item)


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


@retrying
def add_household(call: Call, producer_id: str, body: NewProducer) -> tuple[Producer, bool]:
    """As `put_producer`, but where the village has the producer already, that one is answered.

    So two phones that were without network make one household of one name. What made it is
    journalled. Raises "not_found" out of scope, "different_content", and what
    domain/households.py:meant does.
    """
    check_village(call.actor, body.village_id, "village")
    request_fingerprint = fingerprint(body)
    name = named(body.village_id, body.display_name, producer_id)
    key, village_key = key_of("producer", producer_id), key_of("village", body.village_id)
    items = get_many([key, village_key, name.key])
    if isinstance(item := items.get(key), ProducerItem):
        check_village(call.actor, item.doc.village_id, "producer")
        return opened(same(item, producer_id, request_fingerprint).doc), False
    if village_key not in items:
        raise not_found("village")
    known = of_village(body.village_id)
    holder = items.get(name.key)
    if isinstance(holder, ProducerNameItem) and (
        first := get(ProducerItem, key_of("producer", holder.producer_id))
    ):
        known.append(opened(first.doc))  # the list may not have it yet
    if (producer := meant(body, known)) is not None:
        return producer, False
    producer = Producer(id=producer_id, created_at=call.now, **body.model_dump())
    item = ProducerItem.of(closed(producer), fingerprint=request_fingerprint)
    born = Change(
        new=birth(producer, NewProducer.model_fields, hidden=("household_code",)),
        by=call.actor.id,
        at=call.now,
        request=call.request,
    )
    work = UnitOfWork(call).create(item, ChangeItem.of(item.pk, BIRTH, born))
    if isinstance(holder, ProducerNameItem):  # whose holder was given another name since
        taking = ProducerNameItem.producer_id.set(producer_id)
        unchanged = ProducerNameItem.producer_id == holder.producer_id
        work.add(Adjust(holder, [taking], unchanged))
    else:
        work.create(name)
    work.commit()
    return producer, True


def producer(actor: Actor, producer_id: str) -> Producer:
    item = load_item(ProducerItem, "producer", producer_id)
    check_village(actor, item.doc.village_id, "producer")
    return opened(item.doc)


@retrying
def change_producer(
    call: Call, producer_id: str, body: NewProducer, seen: str, why: str = ""
) -> Producer:
    """Of a household's code the journal tells only that it changed.

    Raises "not_found" out of scope, "changed_meanwhile"; Invalid for another village, as its
    batches lie there.
    """
    item = load_item(ProducerItem, "producer", producer_id)
    check_village(call.actor, item.doc.village_id, "producer")
    before = opened(item.doc)
    if body.village_id != before.village_id:
        raise Invalid(("village_id", "产户归哪个村不能改，请另建", "a producer keeps its village"))
    if not is_change(before, body, seen):
        return before
    after = before.model_copy(update=dict(body))
    changed = edit(before, after, NewProducer.model_fields, hidden=("household_code",))
    UnitOfWork(call).edit(item, ProducerItem.of(closed(after)), *changed, why).commit()
    return after


def producer_with_history(actor: Actor, producer_id: str) -> tuple[Producer, str, list[Change]]:
    """Raises "not_found" out of scope."""
    item = load_item(ProducerItem, "producer", producer_id)
    check_village(actor, item.doc.village_id, "producer")
    opened_producer = opened(item.doc)
    return opened_producer, as_seen(opened_producer, NewProducer), latest(item)


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
    check_all(VillageItem, "village", body.village_ids)
    given = body.model_dump(exclude={"village_ids"})
    shop = Shop(id=shop_id, village_ids=tuple(body.village_ids), created_at=call.now, **given)
    UnitOfWork(call).create(ShopItem.of(shop, fingerprint=request_fingerprint)).commit()
    return shop, True


@retrying
def change_shop(call: Call, shop_id: str, body: NewShop, seen: str, why: str = "") -> Shop:
    """Raises "not_found" for the shop or a village, "changed_meanwhile"."""
    item = load_item(ShopItem, "shop", shop_id)
    if not is_change(item.doc, body, seen):
        return item.doc
    check_all(VillageItem, "village", body.village_ids)
    after = item.doc.changed(body)
    changed = edit(item.doc, after, NewShop.model_fields, hidden=("return_address",))
    UnitOfWork(call).edit(item, ShopItem.of(after), *changed, why).commit()
    return after


def shop_with_history(shop_id: str) -> tuple[Shop, str, list[Change]]:
    """As it is now, not as it was up to recent.SHOP_KEPT ago."""
    item = load_item(ShopItem, "shop", shop_id)
    return item.doc, as_seen(item.doc, NewShop), latest(item)


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
    """How buyers reach the shop, and what its labels say, from now on; what is so already changes
    nothing. Of the address for returns, which may be somebody's home, the journal tells only that
    it changed.

    Raises "not_found", also out of scope, "contact_changed".
    """
    check_shop(call.actor, shop_id, "shop")
    item = load_item(ShopItem, "shop", shop_id)
    after = item.doc.reached_by(body)
    if after != item.doc:
        changed = edit(item.doc, after, SETTINGS, hidden=("return_address",))
        after_item = ShopItem.of(after, fingerprint=item.fingerprint)
        UnitOfWork(call).edit(item, after_item, *changed).commit()
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


def is_without_shop() -> bool:
    """Whether nobody sells here yet, as the county has not set it up."""
    return not shops(1, None).items


def shops(limit: int, cursor: str | None) -> ListPage[ShopItem]:
    return listing(ShopItem, OFFICE, ["SHOP"], limit=limit, cursor=cursor, newest_first=False)
