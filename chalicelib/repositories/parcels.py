"""Looking parcels up by the codes that people type and scan."""

from chalicelib.domain.codes import read_code
from chalicelib.domain.errors import not_found
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel

from .reading import get, get_many, of_kind
from .tables import ParcelItem, key_of


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
