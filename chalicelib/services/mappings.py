"""What a shop has said of platforms' goods: listed, changed, forgotten, and what that does to the
orders which they were imported in."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.mapped_goods import (
    MOST_LOOKED_AT,
    ChangedGoods,
    Imported,
    KnownGoods,
    with_goods,
)
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.domain.placing import exchange, is_unpacked
from chalicelib.repositories import orders as order_store
from chalicelib.repositories import spread
from chalicelib.repositories.mappings import mappings_of
from chalicelib.repositories.reading import get, get_many, listing, of_kind
from chalicelib.repositories.tables import MappingItem, OfferItem, OrderItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import stock
from chalicelib.steps.cancelling import refuse_unless_it_can_be_cancelled
from chalicelib.steps.import_orders import mark_of
from chalicelib.steps.mapped_offers import MappedOffers, offers_of

from ..domain.import_drafts import ItemRule
from ..repositories.items import SCOPE

CHANGING_SECONDS = 5.0
"""Of changing orders in one request; a gateway waits 29 s."""


@dataclass(frozen=True)
class Change:
    """What changing the goods of orders came to. left: how many were not reached in time."""

    changed: int = 0
    refused: tuple[tuple[Order, Refusal], ...] = ()
    left: int = 0
    whole: bool = True


def _shop_of(call: Call) -> str:
    if call.actor.shop_id is None:
        raise not_found("shop")
    return call.actor.shop_id


def known_goods(call: Call) -> list[KnownGoods]:
    """Of all platforms, the last said first."""
    shop_id = _shop_of(call)
    rules = [
        (item.doc.platform, rule)
        for item in mappings_of(shop_id)
        for rule in reversed(item.doc.items)
    ]
    mapped = offers_of(call, shop_id, [rule for _, rule in rules])
    known = [_known(call, platform, rule, mapped) for platform, rule in rules]
    return list({goods.id: goods for goods in reversed(known)}.values())[::-1]


def _known(call: Call, platform: str, rule: ItemRule, mapped: MappedOffers) -> KnownGoods:
    sellers = mapped.sellers(rule, call.now)
    return KnownGoods(
        id=_id_of(_shop_of(call), platform, rule),
        platform=_platform_of(platform),
        kept=with_goods(rule, mapped.offers),
        offer=mapped.offers.get(sellers[0] if sellers else rule.offer_id),
        left=mapped.left.get(sellers[0], 0) if sellers else 0,
        sellers=tuple(sellers),
    )


def _platform_of(mapping: str) -> str:
    """A mapping is named by its platform; of nobody's files by their headings, too."""
    return mapping.partition("#")[0]


def _id_of(shop_id: str, mapping: str, rule: ItemRule) -> str:
    return mark_of(shop_id, _platform_of(mapping), rule.key)


def find(call: Call, goods_id: str) -> KnownGoods:
    """Raises "not_found", also for another shop's."""
    item, rule = _load(call, goods_id)[0]
    mapped = offers_of(call, item.doc.shop_id, [rule])
    return _known(call, item.doc.platform, rule, mapped)


def _load(call: Call, goods_id: str) -> list[tuple[MappingItem, ItemRule]]:
    """Where they stand: of nobody's files once for each kind of headings. Raises "not_found"."""
    shop_id = _shop_of(call)
    places = [
        (item, rule)
        for item in mappings_of(shop_id)
        for rule in item.doc.items
        if _id_of(shop_id, item.doc.platform, rule) == goods_id
    ]
    if not places:
        raise not_found("page")
    return places


def imported(call: Call, goods_id: str) -> Imported:
    """Orders in which these goods were imported with nothing packed yet, the oldest first."""
    shop_id = _shop_of(call)
    partitions = [f"SHOP#{shop_id}#ORDER#paid#{n}" for n in range(spread.shards_of(shop_id))]
    orders: list[Order] = []
    cursor = None
    for _ in range(MOST_LOOKED_AT // 100):
        page = listing(OrderItem, SCOPE, partitions, limit=100, cursor=cursor, newest_first=False)
        orders += [
            item.doc
            for item in page.items
            if is_unpacked(item.doc)
            and any(mark == goods_id for mark, _ in item.doc.platform_goods)
        ]
        cursor = page.next_cursor
        if cursor is None:
            break
    return Imported(orders, cursor is None)


@retrying
def change(call: Call, goods_id: str, body: ChangedGoods) -> KnownGoods:
    """Say what the goods are from now on. Raises "not_found". Orders: see `change_orders`."""
    places = _load(call, goods_id)
    chosen = get(OfferItem, key_of("offer", body.offer_id))
    if chosen is None or chosen.doc.shop_id != _shop_of(call):
        raise not_found("offer")
    update = {"offer_id": body.offer_id, "packs": body.packs, "product_id": "", "pack_quantity": 0}
    work = UnitOfWork(call)
    for item, rule in places:
        after = with_goods(rule.model_copy(update=update), {chosen.doc.id: chosen.doc})
        if after != rule:
            work.replace(item, MappingItem.of(item.doc.with_goods({after.key: after})))
    work.commit()
    return find(call, goods_id)


@retrying
def forget(call: Call, goods_id: str) -> None:
    """The next file with these goods asks again; orders stay as they are. Raises "not_found"."""
    work = UnitOfWork(call)
    for item, rule in _load(call, goods_id):
        work.replace(item, MappingItem.of(item.doc.without(rule.key)))
    work.commit()


def change_orders(call: Call, goods: KnownGoods) -> Change:
    """Give the orders that these goods were imported in what they are now, each in a transaction.

    An order that has it already is left alone, so it may be repeated.
    """
    until = time.monotonic() + CHANGING_SECONDS
    in_orders = imported(call, goods.id)
    changed = 0
    refused: list[tuple[Order, Refusal]] = []
    waiting = [order for order in in_orders.orders if _other_lines(order, goods)]
    while waiting and time.monotonic() < until:
        order = waiting.pop(0)
        try:
            changed += change_order(call, order.id, goods)
        except Refusal as refusal:
            refused.append((order, refusal))
    return Change(changed, tuple(refused), len(waiting), in_orders.whole)


def _other_lines(order: Order, goods: KnownGoods) -> dict[int, int]:
    """Its lines of these goods that are something else now: how many packs each of them will be."""
    kept = goods.kept
    other = {}
    for at, (line, (mark, pieces)) in enumerate(
        zip(order.lines, order.platform_goods, strict=False)
    ):
        wanted = (kept.product_id, kept.pack_quantity, pieces * kept.packs)
        if mark == goods.id and wanted != (line.product_id, line.pack_quantity, line.packs):
            other[at] = pieces * kept.packs
    return other


@retrying
def change_order(call: Call, order_id: str, goods: KnownGoods) -> bool:
    """Whether it was changed. Raises "out_of_stock", "offer_closed", "not_allowed_now"."""
    item = order_store.load_of_shop(call.actor, order_id)
    order = item.doc
    packs = _other_lines(order, goods)
    if not packs:
        return False
    offers = _selling(goods.sellers)
    if not offers:
        raise Refusal("offer_closed", title=goods.offer.title if goods.offer else "")
    left = stock.packs_left_by_slot(offers)
    for at in packs:  # what they give back can be taken again
        line = order.lines[at]
        for slot, n in line.taken.items():
            if line.offer_id in left:
                left[line.offer_id][slot] += n
    new = {at: _taken(offers, left, n) for at, n in packs.items()}
    after = exchange(order, new)
    refuse_unless_it_can_be_cancelled(after)
    work = UnitOfWork(call)
    _exchange_stock(work, order, new)
    work.replace(item, OrderItem.of(after), _why(order, after, packs), note=True).commit()
    return True


def _selling(offer_ids: Sequence[str]) -> list[Offer]:
    """Those that are open now, with nothing of theirs held."""
    keys = [key_of("offer", offer_id) for offer_id in offer_ids]
    items = of_kind(OfferItem, get_many(keys) if keys else {}, keys)
    offers = [item.doc for item in items]
    return [offer for offer in offers if offer.state == "open" and not offer.held_batch_ids]


def _taken(
    offers: Sequence[Offer], left: dict[str, list[int]], packs: int
) -> tuple[Offer, int, dict[int, int]]:
    """From the first of the offers that has enough. Raises "out_of_stock"."""
    for offer in offers:
        slots = left[offer.id]
        taken = stock.choose(slots, packs)
        if taken is not None:
            for slot, n in taken.items():
                slots[slot] -= n
            return offer, packs, taken
    raise Refusal("out_of_stock", title=offers[0].title, packs_left=sum(left[offers[0].id]))


def _exchange_stock(
    work: UnitOfWork, order: Order, new: dict[int, tuple[Offer, int, dict[int, int]]]
) -> None:
    """Give back what the lines had and take what they get; of one slot only the difference."""
    change: Counter[tuple[str, int]] = Counter()
    for at in new:
        for slot, n in order.lines[at].taken.items():
            change[order.lines[at].offer_id, slot] -= n
    offers = {}
    for offer, _, taken in new.values():
        offers[offer.id] = offer
        for slot, n in taken.items():
            change[offer.id, slot] += n
    back = []
    for at in new:
        line = order.lines[at]
        given = {}
        for slot, n in line.taken.items():
            given[slot] = min(n, max(0, -change[line.offer_id, slot]))
            change[line.offer_id, slot] += given[slot]
        back.append(line.model_copy(update={"taken": {slot: n for slot, n in given.items() if n}}))
    stock.give_back(work, order.model_copy(update={"lines": tuple(back)}))
    for (offer_id, slot), n in change.items():
        if n > 0:
            work.add(stock.take(offers[offer_id], slot, n))


def _why(order: Order, after: Order, lines: dict[int, int]) -> str:
    return "；".join(
        f"商品改了：{order.lines[at].title} × {order.lines[at].packs}"
        f" → {after.lines[at].title} × {after.lines[at].packs}"
        for at in lines
    )
