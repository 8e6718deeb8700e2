"""The county enters by which account of a payment provider a shop is paid."""

from pydantic import SecretStr

from chalicelib import providers
from chalicelib.config import settings
from chalicelib.domain.access import Call
from chalicelib.domain.catalogue import Shop
from chalicelib.domain.errors import not_found
from chalicelib.domain.journal import Change, edit
from chalicelib.domain.merchants import (
    KEYS,
    MOST_EARLIER,
    SHOWN,
    KeySet,
    NewMerchant,
    ShopMerchant,
    Verdict,
    check_base_url,
    read_provider,
)
from chalicelib.repositories import limits
from chalicelib.repositories.journal import latest
from chalicelib.repositories.merchants import closed, merchant_item, opened
from chalicelib.repositories.reading import get, load_item
from chalicelib.repositories.tables import MerchantItem, MerchantKeyItem, ShopItem
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps.merchants import opened_merchant

MOST_CHECKS, WINDOW = 20, 600
"""Times in ten minutes that the provider is asked about one shop's keys."""
_LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")


@retrying
def put_merchant(
    call: Call, shop_id: str, provider: str, body: NewMerchant
) -> tuple[ShopMerchant, bool]:
    """The shop's account, and whether it had none. Other keys than before take their place, and
    the former ones stay for what was begun by them; the same again changes nothing.

    The journal tells of the keys only that they changed. Raises "not_found" for the shop, Invalid.
    """
    name = read_provider(provider)
    base_url = check_base_url(name, body.base_url or "", _local_addresses())
    load_item(ShopItem, "shop", shop_id)
    entered = providers.checked(
        providers.Merchant(
            provider=name,
            mchid=body.mchid,
            appid=body.appid,
            serial_no=body.serial_no,
            public_key_id=body.public_key_id,
            base_url=base_url,
            **{key: _text(getattr(body, key)) for key in KEYS},
        )
    )
    keys = {key: getattr(entered, key) for key in KEYS}
    item = merchant_item(shop_id, name)
    before = item.doc if item else None
    kept = _kept(before, entered, keys)
    after = ShopMerchant(
        shop_id=shop_id,
        provider=name,
        mchid=body.mchid,
        appid=body.appid,
        serial_no=body.serial_no,
        public_key_id=body.public_key_id,
        sealed=kept.sealed if kept else closed(shop_id, name, keys),
        has_app_secret=bool(entered.app_secret),
        base_url=base_url,
        enabled=body.enabled,
        earlier=_earlier(before, kept),
        changed_by=call.actor.id,
        changed_at=call.now,
        since=((before and before.since) or call.now) if body.enabled else None,
        entered_at=before.entered_at if before else call.now,
    )
    work = UnitOfWork(call)
    told_by = MerchantKeyItem.of(after)
    if get(MerchantKeyItem, told_by.key) is None:
        work.create(told_by)
    if item is None or before is None:
        work.create(MerchantItem.of(after)).commit()
        return after, True
    fields = (*SHOWN, "sealed")
    changed = edit(before, after, fields, hidden=("sealed",))
    if kept and changed[0] == changed[1]:
        return before, False
    work.edit(item, MerchantItem.of(after), *changed).commit()
    return after, False


def paid_by(shop_id: str) -> ShopMerchant | None:
    """By whom buyers of a shop pay now; None where they cannot."""
    item = merchant_item(shop_id, "wechatpay")
    return item.doc if item is not None and item.doc.enabled else None


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


@retrying
def switch(call: Call, shop_id: str, provider: str, enabled: bool) -> ShopMerchant:
    """Let buyers pay by it, or no longer. Raises "not_found"."""
    item = merchant_item(shop_id, read_provider(provider))
    if item is None:
        raise not_found("merchant")
    if item.doc.enabled == enabled:
        return item.doc
    after = item.doc.switched(enabled, call.actor.id, call.now)
    changed = edit(item.doc, after, SHOWN)
    UnitOfWork(call).edit(item, MerchantItem.of(after), *changed).commit()
    return after


def with_history(shop_id: str, provider: str) -> tuple[Shop, ShopMerchant | None, list[Change]]:
    """The shop, by which account it is paid, and what was changed of that. Raises "not_found"."""
    name = read_provider(provider)
    shop = load_item(ShopItem, "shop", shop_id).doc
    item = merchant_item(shop_id, name)
    return shop, item.doc if item else None, latest(item) if item else []


def of_shop(shop_id: str, provider: str) -> ShopMerchant | None:
    """By which account it is paid, also while it is not."""
    item = merchant_item(shop_id, read_provider(provider))
    return item.doc if item else None


def check(call: Call, shop_id: str, provider: str) -> Verdict:
    """What the provider says of the keys now. Raises "not_found", "too_many"."""
    merchant = of_shop(shop_id, provider)
    if merchant is None:
        raise not_found("merchant")
    limits.hit(call, "check merchant", shop_id, most=MOST_CHECKS, window=WINDOW)
    return providers.verdict(opened_merchant(merchant, merchant.current))


def _local_addresses() -> tuple[str, ...]:
    """Where else than at the provider's a server on this machine may ask: at the sandbox."""
    if settings().stage != "local":
        return ()
    return (*_LOOPBACK, f"{settings().base_url}/")


def _kept(
    before: ShopMerchant | None, entered: providers.Merchant, keys: dict[str, str]
) -> KeySet | None:
    """The present set, if it is the one that was entered again."""
    if before is None:
        return None
    now = before.current
    same = all(
        getattr(now, name) == getattr(entered, name)
        for name in KeySet.model_fields
        if name not in {"sealed", "has_app_secret"}
    )
    return now if same and opened(before, now) == keys else None


def _earlier(before: ShopMerchant | None, kept: KeySet | None) -> tuple[KeySet, ...]:
    if before is None:
        return ()
    return before.earlier if kept else before.sets[:MOST_EARLIER]
