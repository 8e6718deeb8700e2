"""Finding a shop's customer by phone, without storing the phone in the clear."""

from ..domain.orders import Buyer
from .reading import get
from .sealing import derived_id, seal, unseal
from .tables import CustomerItem, key_of


def id_of(shop_id: str, phone: str) -> str:
    """A keyed hash of shop and phone number: one person, one id in each shop."""
    return derived_id("customer", shop_id, phone)


def find(customer_id: str) -> CustomerItem | None:
    return get(CustomerItem, key_of("customer", customer_id))


def seal_buyer(buyer: Buyer, order_id: str) -> str:
    return seal(buyer.model_dump_json(), f"ORDER#{order_id}")


def unseal_buyer(sealed: str, order_id: str) -> Buyer:
    return Buyer.model_validate_json(unseal(sealed, f"ORDER#{order_id}"))
