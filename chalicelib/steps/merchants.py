"""Whose keys a provider is asked by, and whose a notification is."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib import providers
from chalicelib.domain.merchants import KeySet, ShopMerchant
from chalicelib.providers import Forged, Merchant, RefundReport, Report
from chalicelib.repositories.merchants import known_by, merchant_item, opened


def opened_merchant(merchant: ShopMerchant, keys: KeySet) -> Merchant:
    """With one set of its keys in the clear, for who asks the provider."""
    return Merchant(
        provider=merchant.provider,
        mchid=keys.mchid,
        appid=keys.appid,
        serial_no=keys.serial_no,
        public_key_id=keys.public_key_id,
        base_url=merchant.base_url,
        **opened(merchant, keys),
    )


def merchant_of(shop_id: str, provider: str) -> Merchant | None:
    """By whom a shop is paid now; None where it is not."""
    item = merchant_item(shop_id, provider)
    if item is None or not item.doc.enabled:
        return None
    return opened_merchant(item.doc, item.doc.current)


def merchant_that_began(
    shop_id: str, provider: str, mchid: str, public_key_id: str
) -> Merchant | None:
    """By whom to ask about what was begun: the newest keys of that merchant, best with the key of
    the provider's that it was begun by. None once no keys of it are kept."""
    item = merchant_item(shop_id, provider)
    sets = [keys for keys in item.doc.sets if keys.mchid == mchid] if item else []
    if item is None or not sets:
        return None
    same = [keys for keys in sets if keys.public_key_id == public_key_id]
    return opened_merchant(
        item.doc, item.doc.current if item.doc.current in sets else (same or sets)[0]
    )


def read_notification(
    provider: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> tuple[Report | RefundReport, Merchant]:
    """What a notification says, and which merchant's it is. Asks nobody outside. Raises Forged."""
    key_id = providers.notified_key(provider, headers, body)
    tried: set[Merchant] = set()
    for shop, keys in known_by(provider, key_id):
        merchant = opened_merchant(shop, keys)
        if merchant in tried:
            continue
        tried.add(merchant)
        try:
            return providers.read_notification(merchant, headers, body, now), merchant
        except Forged:
            continue
    raise Forged("nobody's that is known")
