"""Looking parcels up by the codes that people type and scan."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chalicelib.domain.codes import read_code
from chalicelib.domain.errors import not_found
from chalicelib.domain.orders import Order
from chalicelib.domain.own_numbers import read_number
from chalicelib.domain.parcels import Parcel

from . import orders, spread
from .items import SCOPE
from .reading import get, get_all, get_many, listing, of_kind
from .tables import OrderItem, ParcelItem, key_of

MOST_LOOKED_THROUGH = 1000
"""Orders of a shop in one state, the latest, whose parcels are looked through for a waybill."""


def find(typed: str, *, consistent: bool = True) -> ParcelItem | None:
    """By a code in any spelling."""
    code = read_code(typed)
    return get(ParcelItem, key_of("parcel", code), consistent=consistent) if code else None


def of_order(order: Order) -> list[Parcel]:
    """As they were packed."""
    keys = [key_of("parcel", code) for code in order.parcels]
    return [item.doc for item in of_kind(ParcelItem, get_many(keys), keys)]


def load_unless_voided(typed: str) -> ParcelItem:
    """Raises "not_found" for a code that is of no parcel, or of a voided one."""
    item = find(typed)
    if item is None or item.doc.state == "voided":
        raise not_found("code")
    return item


@dataclass(frozen=True)
class Named:
    """What references name in a shop. by_reference: orders by our number or by the one a platform
    gave; codes: those that are codes; parcels: of both, by code."""

    codes: dict[str, str]
    by_reference: dict[str, list[Order]]
    parcels: dict[str, Parcel]

    def of_order(self, order: Order) -> list[Parcel]:
        return [self.parcels[code] for code in order.parcels if code in self.parcels]


def find_named(shop_id: str, references: Sequence[str]) -> Named:
    """By parcels' codes, in any spelling, and by orders' numbers, ours or a platform's."""
    codes = {reference: code for reference in references if (code := read_code(reference))}
    others = list(dict.fromkeys(reference for reference in references if reference not in codes))
    by_reference: dict[str, list[Order]] = {}
    ours = {reference: number for reference in others if (number := read_number(reference))}
    by_number = {item.doc.number: item.doc for item in orders.by_numbers(shop_id, others)}
    for reference, number in ours.items():
        by_reference[reference] = [by_number[number]] if number in by_number else []
    by_reference |= orders.by_platform_numbers(
        shop_id, [reference for reference in others if reference not in ours]
    )
    some = [order for group in by_reference.values() for order in group]
    wanted = [*codes.values(), *(code for order in some for code in order.parcels)]
    keys = [key_of("parcel", code) for code in dict.fromkeys(wanted)]
    items = of_kind(ParcelItem, get_many(keys) if keys else {}, keys)
    own = {item.doc.code: item.doc for item in items if item.doc.shop_id == shop_id}
    return Named(codes, by_reference, own)


def by_waybills(shop_id: str, waybills: Collection[str]) -> dict[str, list[Parcel]]:
    """Parcels of a shop by the waybills, in upper case, under which they went: what is on its way
    first; other orders are looked through only for the rest. It may be a moment old."""
    parcels: defaultdict[str, list[Parcel]] = defaultdict(list)
    for state in ("shipped", "packed", "paid", "delivered"):  # of some a part is still here
        missing = set(waybills) - parcels.keys()
        for parcel in _of_latest(shop_id, state) if missing else ():
            if parcel.waybill in missing:
                parcels[parcel.waybill].append(parcel)
    return dict(parcels)


def _of_latest(shop_id: str, state: str) -> list[Parcel]:
    partitions = [f"SHOP#{shop_id}#ORDER#{state}#{n}" for n in range(spread.shards_of(shop_id))]
    page = listing(OrderItem, SCOPE, partitions, limit=MOST_LOOKED_THROUGH)
    keys = [key_of("parcel", code) for item in page.items for code in item.doc.parcels]
    items = get_all(keys, consistent=False) if keys else {}
    return [item.doc for item in of_kind(ParcelItem, items, keys)]
