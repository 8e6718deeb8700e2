"""A shop's keys at a payment provider: sealed before they are stored, and opened to be used."""

import json
from collections.abc import Iterator

from chalicelib.domain.merchants import KEYS, KeySet, ShopMerchant

from .items import Key
from .reading import children, get
from .sealing import seal, unseal
from .tables import MerchantItem, MerchantKeyItem

MOST_SHARING = 10
"""Shops that are looked at for one notification: those of a county may share a merchant."""


def merchant_key(shop_id: str, provider: str) -> Key:
    return f"MERCHANT#{shop_id}#{provider}", "MERCHANT"


def merchant_item(shop_id: str, provider: str) -> MerchantItem | None:
    return get(MerchantItem, merchant_key(shop_id, provider))


def closed(shop_id: str, provider: str, keys: dict[str, str]) -> str:
    """The keys as they are stored."""
    return seal(json.dumps({name: keys[name] for name in KEYS}), _owner(shop_id, provider))


def opened(merchant: ShopMerchant, keys: KeySet) -> dict[str, str]:
    """A set's keys, by the names of KEYS; "" for what it was entered without."""
    opened_keys: dict[str, str] = json.loads(
        unseal(keys.sealed, _owner(merchant.shop_id, merchant.provider))
    )
    return dict.fromkeys(KEYS, "") | opened_keys


def _owner(shop_id: str, provider: str) -> str:
    return merchant_key(shop_id, provider)[0]


def known_by(provider: str, public_key_id: str) -> Iterator[tuple[ShopMerchant, KeySet]]:
    """The shops that are told by this key of the provider's, each with its sets of that key."""
    page = children(
        MerchantKeyItem, f"MERCHANTKEY#{provider}#{public_key_id}", "SHOP#", limit=MOST_SHARING
    )
    for item in page.items:
        merchant = merchant_item(item.shop_id, provider)
        if merchant is not None:
            for keys in merchant.doc.sets:
                if keys.public_key_id == public_key_id:
                    yield merchant.doc, keys
