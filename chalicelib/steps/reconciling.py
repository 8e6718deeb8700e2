"""Comparing a merchant's day with its provider's bill.

What looks different because nobody told us is asked about first, and mends itself by that; and what
is missing is looked for in the bills of the days beside it. What is left differs.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice

from chalicelib import providers
from chalicelib.config import settings
from chalicelib.domain import charges as numbers
from chalicelib.domain import day_books
from chalicelib.domain import reconciliations as rules
from chalicelib.domain.access import Call
from chalicelib.domain.charges import ProviderPayment
from chalicelib.domain.day_books import MOST_DIFFERENCES, DayBook
from chalicelib.domain.errors import Refusal
from chalicelib.domain.merchants import HOSTS
from chalicelib.domain.reconciliations import Booked, Key, Ours
from chalicelib.domain.refunds import Refund
from chalicelib.providers import Merchant, NotYet, Refused
from chalicelib.repositories.books import Account, expected
from chalicelib.repositories.items import Item
from chalicelib.repositories.items import Key as ItemKey
from chalicelib.repositories.reading import get, get_all
from chalicelib.repositories.tables import ChargeItem, RefundItem, key_of, refund_key

from . import refunding, settling
from .merchants import opened_merchant

MOST_ASKED = 30
"""Charges and refunds of a day that are asked about; the others at the next look."""
AT_ONCE = 1000
"""Numbers of a bill that are looked up together."""
_GIVEN_UP = frozenset({"closed", "abnormal"})
"""How a refund failed that its provider had taken."""


def compare(call: Call, account: Account, day: date) -> DayBook:
    """The day as it is now. Raises NotYet, Away, Refused, "bill_not_yet", "store_unavailable"."""
    merchant = opened_merchant(account.shop, account.keys)
    if not _is_played(merchant):
        day_books.refuse_before_ready(day, call.now)
    bill = rules.joined(providers.bill(merchant, day))
    wanted = list(expected(account.shops, day))
    missing = [key for key in wanted if key not in bill]
    ours = _known(account.mchid, [*bill, *missing])
    ours |= _asked_about(call, account.mchid, bill, missing, ours, day)
    elsewhere, later = _beside(call, merchant, missing, ours, day)
    result = rules.compared(bill, ours, wanted, day_books.ends(day), elsewhere, later)
    return DayBook(
        provider=account.provider,
        mchid=account.mchid,
        day=day,
        made_at=call.now,
        shops=account.shops,
        sums=result.sums,
        differences=result.differences[:MOST_DIFFERENCES],
    )


def _is_played(merchant: Merchant) -> bool:
    """Whether its provider is this machine's, which has a day's bill before the day is over."""
    real = merchant.base_url in {"", *HOSTS.get(merchant.provider, ())}  # type: ignore[call-overload]
    return settings().stage == "local" and not real


# --- what we know --------------------------------------------------------------------------------


def _known(mchid: str, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Ours]:
    """What we know of these numbers as this merchant's: they tell where they lie."""
    known: dict[Key, Ours] = {}
    for some in _chunks(keys):
        places = {key: place for key in some if (place := _place_of(key))}
        items = get_all(places.values(), consistent=consistent) if places else {}
        charges = _charges_of(items, consistent=consistent)
        for key, place in places.items():
            item = items.get(place)
            if isinstance(item, ChargeItem) and item.doc.mchid == mchid:
                known[key] = _payment(item.doc)
            elif isinstance(item, RefundItem):
                charge = charges.get(item.doc.charge_id or "")
                if charge is not None and charge.mchid == mchid:
                    known[key] = _refund(key.number, item.doc, charge)
    return known


def _chunks(keys: Iterable[Key]) -> Iterator[list[Key]]:
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _place_of(key: Key) -> ItemKey | None:
    if key.what == "payment":
        return key_of("charge", key.number) if numbers.order_in(key.number) else None
    ids = numbers.refund_in(key.number)
    return refund_key(*ids) if ids else None


def _charges_of(items: Mapping[ItemKey, Item], *, consistent: bool) -> dict[str, ProviderPayment]:
    """Of the refunds among them, by number."""
    ids = {
        item.doc.charge_id
        for item in items.values()
        if isinstance(item, RefundItem) and item.doc.charge_id
    }
    keys = [key_of("charge", charge_id) for charge_id in ids]
    found_items = get_all(keys, consistent=consistent) if keys else {}
    return {item.doc.id: item.doc for item in found_items.values() if isinstance(item, ChargeItem)}


def _payment(charge: ProviderPayment) -> Ours:
    is_received = charge.state == "succeeded"
    return Ours(
        what="payment",
        charge=charge.id,
        amount_fen=charge.received_fen,
        state="received" if is_received else "unpaid",
        shop_id=charge.shop_id,
        order_id=charge.order_id,
        at=charge.succeeded_at,
        since=charge.succeeded_at,
        heard=charge.succeeded_at,
    )


def _refund(number: str, refund: Refund, charge: ProviderPayment) -> Ours:
    return Ours(
        what="refund",
        charge=charge.id,
        amount_fen=refund.amount_fen,
        state=_state_of(number, refund),
        shop_id=charge.shop_id,
        order_id=refund.order_id,
        at=refund.returned_at,
        since=refund.at,
        heard=refund.accepted_at or refund.returned_at,
    )


def _state_of(number: str, refund: Refund) -> rules.RefundState:
    if refund.number != number:
        return "former"
    if refund.money == "failed":
        return "failed" if refund.failure in _GIVEN_UP else "not_taken"
    return "returned" if refund.money == "returned" else "requested"


# --- what we have not heard ----------------------------------------------------------------------


def _asked_about(
    call: Call,
    mchid: str,
    bill: Mapping[Key, Booked],
    missing: Iterable[Key],
    ours: Mapping[Key, Ours],
    day: date,
) -> dict[Key, Ours]:
    """What is known now of what the provider was asked about: what the bill tells otherwise, and
    refunds under way that it lacks."""
    end = day_books.ends(day)
    doubtful = [
        key
        for key, booked in bill.items()
        if (own := ours.get(key))
        and own.state not in {"former", "received"}
        and rules.judged(booked, own, end) == "state"
    ]
    doubtful += [key for key in missing if (own := ours.get(key)) and own.state == "requested"]
    asked = []
    for key in doubtful[:MOST_ASKED]:
        try:
            _ask(call, key)
        except Refusal as refusal:
            if refusal.code == "provider_away":
                break
        asked.append(key)
    return _known(mchid, asked, consistent=True)


def _ask(call: Call, key: Key) -> None:
    """Raises "provider_away", "no_merchant"."""
    place = _place_of(key)
    assert place is not None  # as it is known
    if key.what == "payment":
        charge = get(ChargeItem, place)
        if charge is not None and charge.doc.state != "succeeded":
            settling.ask(call, charge.doc)
        return
    refund = get(RefundItem, place)
    if refund is not None and refund.doc.number == key.number:
        refunding.ask(call, refund.doc)


# --- the days beside it --------------------------------------------------------------------------


def _beside(
    call: Call,
    merchant: Merchant,
    missing: Iterable[Key],
    ours: Mapping[Key, Ours],
    day: date,
) -> tuple[Collection[Key], Collection[Key]]:
    """Which of the missing are in bills of other days, and which may be in one that is not there
    yet. Raises Away."""
    by_day: dict[date, list[Key]] = {}
    for key in missing:
        own = ours.get(key)
        if own is not None and rules.is_expected(own):
            for other in rules.other_days(own, day):
                by_day.setdefault(other, []).append(key)
    elsewhere: set[Key] = set()
    later: set[Key] = set()
    for other, keys in sorted(by_day.items(), reverse=True)[:MOST_BESIDE]:
        booked = _numbers_of(call, merchant, other)
        if booked is None:
            later.update(keys)
        else:
            elsewhere.update(key for key in keys if key in booked)
    return elsewhere, later - elsewhere


MOST_BESIDE = 4
"""Other bills that are looked into for one."""


def _numbers_of(call: Call, merchant: Merchant, day: date) -> Collection[Key] | None:
    """What the bill of another day has; None where there is none yet."""
    if call.now < day_books.ready_at(day) and not (
        _is_played(merchant) and call.now >= day_books.ends(day)
    ):
        return None
    try:
        return {rules.key_of_row(row) for row in providers.bill(merchant, day)}
    except NotYet:
        return None
    except Refused:  # too long ago
        return ()
