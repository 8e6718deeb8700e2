"""Where the books lie: merchants with their shops, a merchant's days, and what a day is to have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.book_months import BookMonth
from chalicelib.domain.day_books import DayBook
from chalicelib.domain.fields import china_date
from chalicelib.domain.merchants import KeySet, ShopMerchant
from chalicelib.domain.reconciliations import Key

from .items import OFFICE, SCOPE
from .merchants import merchant_key
from .reading import FIRST, LAST, children, get, get_all, index_keys
from .tables import BookMonthItem, DayBookItem, MerchantItem


@dataclass(frozen=True)
class Account:
    """A merchant at a provider, and the shops that are paid by it. shop, keys: by whose keys it is
    asked. since: the first day on which it may have anything; until: the last, of a former one."""

    provider: str
    mchid: str
    shops: tuple[str, ...]
    shop: ShopMerchant
    keys: KeySet
    since: date | None
    until: date | None

    def may_have(self, day: date) -> bool:
        return (self.since or day) <= day <= (self.until or day)


def accounts(provider: str) -> list[Account]:
    """All merchants of all shops, by number: first of those that are paid by it now."""
    shops = [pk.removeprefix("SHOP#") for pk, _ in index_keys(OFFICE, "SHOP", FIRST, LAST)]
    keys = [merchant_key(shop_id, provider) for shop_id in shops]
    items = get_all(keys) if keys else {}
    merchants = [item.doc for key in keys if isinstance(item := items.get(key), MerchantItem)]
    by_number: dict[str, Account] = {}
    for merchant in merchants:
        _add(by_number, merchant, merchant.current, until=None)
    for merchant in merchants:
        for keys_before in merchant.earlier:
            if keys_before.mchid != merchant.mchid:
                _add(by_number, merchant, keys_before, until=china_date(merchant.changed_at))
    return [by_number[mchid] for mchid in sorted(by_number)]


def _add(
    by_number: dict[str, Account], shop: ShopMerchant, keys: KeySet, until: date | None
) -> None:
    since = china_date(shop.entered_at) if shop.entered_at else None
    before = by_number.get(keys.mchid)
    if before is None:
        shops: tuple[str, ...] = (shop.shop_id,)
        account = Account(shop.provider, keys.mchid, shops, shop, keys, since, until)
    else:
        account = Account(
            provider=before.provider,
            mchid=before.mchid,
            shops=tuple(sorted({*before.shops, shop.shop_id})),
            shop=before.shop,
            keys=before.keys,
            since=min(before.since, since) if before.since and since else None,
            until=max(before.until, until) if before.until and until else None,
        )
    by_number[keys.mchid] = account


def day_key(provider: str, mchid: str, day: date) -> tuple[str, str]:
    return f"BOOKS#{provider}#{mchid}", f"DAY#{day}"


def day_item(provider: str, mchid: str, day: date) -> DayBookItem | None:
    return get(DayBookItem, day_key(provider, mchid, day))


def books_of(provider: str, mchid: str, month: str) -> list[DayBook]:
    """A merchant's days of a month, those that were compared."""
    page = children(DayBookItem, f"BOOKS#{provider}#{mchid}", f"DAY#{month}-", limit=31)
    return [item.doc for item in page.items]


def last_books(provider: str, mchid: str, days: list[date]) -> dict[date, DayBook]:
    """Of these days, those that were compared."""
    keys = [day_key(provider, mchid, day) for day in days]
    items = get_all(keys)
    return {item.doc.day: item.doc for item in items.values() if isinstance(item, DayBookItem)}


def month_item(provider: str, month: str) -> BookMonthItem | None:
    return get(BookMonthItem, month_key(provider, month))


def month_key(provider: str, month: str) -> tuple[str, str]:
    return f"MONTH#{provider}#{month}", "MONTH"


def month_of(provider: str, month: str) -> BookMonth:
    """An open one where nothing of it was written."""
    item = month_item(provider, month)
    return item.doc if item else BookMonth(provider=provider, month=month)


def expected(shops: tuple[str, ...], day: date) -> Iterator[Key]:
    """What a bill of the day is to have of these shops, by what we heard on that day. Their other
    merchants' is among it."""
    for shop_id in shops:
        for pk, _ in index_keys(SCOPE, f"SHOP#{shop_id}#CHARGE#{day}", FIRST, LAST):
            yield Key("payment", pk.removeprefix("CHARGE#"))
        for _, sk in index_keys(SCOPE, f"SHOP#{shop_id}#REFUND#{day}", FIRST, LAST):
            yield Key("refund", sk.removeprefix("BOOKED#"))
