"""Finding orders, parcels and batches by what people type, none of which is kept: by keyed hashes.

An order has one item for that. Its own key is of the order's number, so that anybody who knows the
number finds it; in the two indexes it stands under its buyer's phone tail and name, of its shop
alone, and leaves them when the buyer is forgotten.
"""

from collections.abc import Iterable, Sequence

from chalicelib.domain import search as rules
from chalicelib.domain.access import PUBLIC
from chalicelib.domain.batches import Batch
from chalicelib.domain.cells import clean
from chalicelib.domain.fields import to_text
from chalicelib.domain.orders import Buyer, Order
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.platforms import NAMES

from .items import OFFICE, SCOPE, Key
from .orders import imported_id
from .reading import children, get, newest_keys
from .sealing import derived_id, keyed_hash
from .tables import ClaimNumberItem, CustomerOrderItem, FindItem, claim_number_key, key_of


def _mark(kind: rules.Kind, *parts: str) -> str:
    return f"FIND#{keyed_hash(f'find {kind}', *parts).hex()[:32]}"


# --- what is written ------------------------------------------------------------------------------


def of_order(order: Order, buyer: Buyer) -> list[FindItem]:
    """What finds a new order, to be written with it."""
    at = f"{to_text(order.created_at)}#{order.id}"
    tail, name = rules.plain_tail(buyer.number), rules.plain_name(buyer.name)
    item = _of_number(order)
    if tail is not None:
        item.scope, item.scope_at = _mark("tail", order.shop_id, tail), at
    if name is not None:
        item.office, item.office_at = _mark("name", order.shop_id, name), at
    reference = _of_reference(order)
    return [item, reference] if reference else [item]


def _of_number(order: Order) -> FindItem:
    return FindItem(_mark("number", rules.end_of(order.number)), f"ORDER#{order.id}")


def _of_reference(order: Order) -> FindItem | None:
    """Of a number that the shop typed in. An imported order's own id tells it, and what a stranger
    wrote counts for nothing."""
    if order.external_ref is None or order.import_id or order.placed_by == PUBLIC.id:
        return None
    mark = _mark("reference", order.shop_id, clean(order.external_ref))
    return FindItem(mark, f"ORDER#{order.id}")


def of_buyer(order: Order) -> list[FindItem]:
    """Of these, what must go with the buyer: the first stays, out of the indexes."""
    reference = _of_reference(order)
    return [_of_number(order), reference] if reference else [_of_number(order)]


def of_waybill(parcel: Parcel) -> FindItem:
    """What finds a parcel that was sent. By shop, so that none of another's hides its own."""
    return FindItem(
        _mark("waybill", parcel.waybill or ""), f"PARCEL#{parcel.shop_id}#{parcel.code}"
    )


def of_lot(batch: Batch) -> FindItem:
    return FindItem(_mark("lot", batch.lot.lower()), f"BATCH#{batch.village_id}#{batch.id}")


# --- what is asked --------------------------------------------------------------------------------


def orders_by_number(number: str) -> list[Key]:
    """By a whole number or its end: of whatever shop."""
    return _leads_to("order", _children("ORDER#", "number", rules.end_of(number)))


def orders_by_tail(shop_id: str, tail: str) -> list[Key]:
    mark = _mark("tail", shop_id, tail.partition("-")[0])
    return _leads_to("order", newest_keys(SCOPE, mark, rules.MOST))


def orders_by_name(shop_id: str, name: str) -> list[Key]:
    return _leads_to("order", newest_keys(OFFICE, _mark("name", shop_id, name), rules.MOST))


def orders_by_phone(shop_id: str, number: str) -> list[Key]:
    """By its tail; and what its customer paid for, which older releases kept alone."""
    pk = f"CUSTOMER#{derived_id('customer', shop_id, number)}"
    page = children(CustomerOrderItem, pk, "ORDER#", limit=rules.MOST, consistent=False)
    tail = rules.plain_tail(number)
    by_tail = orders_by_tail(shop_id, tail) if tail else []
    return [*by_tail, *(key_of("order", link.order_id) for link in page.items)]


def orders_by_reference(shop_id: str, reference: str) -> list[Key]:
    """Those that there would be: an imported one by its id, under whichever platform's name."""
    imported = [key_of("order", imported_id(shop_id, platform, reference)) for platform in NAMES]
    typed = _children("ORDER#", "reference", shop_id, reference)
    return [*imported, *_leads_to("order", typed)]


def parcels_by_waybill(shop_id: str | None, waybill: str) -> list[Key]:
    """Of one shop, or with None of all."""
    prefix = f"PARCEL#{shop_id}#" if shop_id else "PARCEL#"
    return _leads_to("parcel", _children(prefix, "waybill", waybill))


def claims_by_number(number: str) -> list[Key]:
    """By its short number: of whatever shop."""
    item = get(ClaimNumberItem, claim_number_key(number))
    return [key_of("complaint", item.complaint_id)] if item else []


def batches_by_lot(village_ids: Sequence[str] | None, lot: str) -> list[Key]:
    """Of these villages, or with None of all. Each village is asked for its own only where so many
    others have the lot that they could hide it."""
    keys = _children("BATCH#", "lot", lot)
    if village_ids is not None and len(keys) >= rules.MOST:
        keys = [
            key
            for village_id in village_ids
            for key in _children(f"BATCH#{village_id}#", "lot", lot)
        ]
    return _leads_to("batch", keys)


def _children(prefix: str, kind: rules.Kind, *parts: str) -> list[Key]:
    page = children(FindItem, _mark(kind, *parts), prefix, limit=rules.MOST, consistent=False)
    return [item.key for item in page.items if not item.expires_at]


def _leads_to(subject: str, keys: Iterable[Key]) -> list[Key]:
    """The keys of what such items lead to."""
    return [key_of(subject, sk.rpartition("#")[2]) for _, sk in keys]
