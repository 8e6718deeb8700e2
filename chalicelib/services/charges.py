"""Charges: asking a buyer for an order's sum through a provider, and hearing what came of it."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from chalicelib import providers
from chalicelib.domain import charges as rules
from chalicelib.domain.access import CLOCK, Actor, Call
from chalicelib.domain.charges import NewCharge, ProviderPayment
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import to_text
from chalicelib.domain.lifecycle import check_move
from chalicelib.domain.orders import Order
from chalicelib.providers import LONGEST_TITLE, Away, Forged, Merchant, RefundReport, Refused
from chalicelib.repositories.items import Item
from chalicelib.repositories.orders import load, load_for
from chalicelib.repositories.reading import all_listed, get
from chalicelib.repositories.sealing import keyed_hash, seal, unseal
from chalicelib.repositories.tables import ChargeItem, OrderItem, RefundItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import merchants, refunding, settling

from ..repositories.items import OFFICE

Kind = TypeVar("Kind", bound=Item)

LONGEST_RUN = 40
"""Seconds, of the minute until the next run."""
FOR_REFUNDS = 20
"""Seconds of these for refunds, which come first: charges anybody can start, as many as they
like."""
GONE = frozenset({"ORDERPAID", "ORDER_PAID", "ORDER_CLOSED", "ORDERCLOSED"})
"""Why a provider does not start a charge that it knows: it ended there, and we have not heard."""


@dataclass(frozen=True)
class Started:
    """shown: exactly one of code_url, h5_url and params, for who pays."""

    charge: ProviderPayment
    shown: dict[str, Any]


def start(call: Call, order_id: str, body: NewCharge, key: str | None, address: str) -> Started:
    """Ask for what an order costs. The same way again gives the same charge, as long as it is open.

    The charge is written before the provider hears of it, and its number never changes: whatever
    happens in between, it is asked about until it has an end. Raises "not_found",
    "not_allowed_now", "nothing_to_pay", "no_merchant", "too_many_charges", "too_many",
    "provider_away", "payment_refused".
    """
    charge, order, merchant = _written(call, order_id, body, key)
    if kept := shown_to(charge, call.now):
        return Started(charge, kept)
    settling.count_question(call, order_id)
    shown = _asked(call, charge, order, merchant, body, address)
    return Started(_with_answer(call, charge, shown), shown)


@retrying
def _written(
    call: Call, order_id: str, body: NewCharge, key: str | None
) -> tuple[ProviderPayment, Order, Merchant]:
    """The open charge of this way, or a new one, which is stored with the order that has it."""
    item = load_for(call.actor, order_id, key)
    order = item.doc
    if order.total_fen == 0:  # of a replacement
        raise Refusal("nothing_to_pay")
    check_move("order", "expired" if order.is_overdue(call.now) else order.state, "paid")
    merchant = merchants.merchant_of(order.shop_id, body.provider)
    if merchant is None:
        raise Refusal("no_merchant")
    payer = payer_of(order_id, body.openid)
    open_charges = [known.doc for known in settling.open_of(order)]
    for charge in open_charges:
        if charge.is_same(body, payer) and charge.mchid == merchant.mchid:
            return charge, order, merchant
    rules.refuse_another(open_charges, order)
    charge = ProviderPayment(
        id=rules.number_of(order_id, len(order.charges)),
        order_id=order_id,
        shop_id=order.shop_id,
        provider=body.provider,
        mchid=merchant.mchid,
        public_key_id=merchant.public_key_id,
        way=body.way,
        payer=payer,
        amount_fen=order.total_fen,
        started_at=call.now,
        until=rules.until(order, call.now),
        next_ask_at=call.now + rules.ASKED_EVERY,
    )
    after = order.model_copy(update={"charges": (*order.charges, charge.id)})
    UnitOfWork(call).replace(item, OrderItem.of(after)).create(ChargeItem.of(charge)).commit()
    return charge, order, merchant


def _asked(
    call: Call,
    charge: ProviderPayment,
    order: Order,
    merchant: Merchant,
    body: NewCharge,
    address: str,
) -> dict[str, Any]:
    """What the provider shows the buyer."""
    line = order.lines[0]
    more = " 等" if len(order.lines) > 1 else ""
    asked = providers.Charge(
        number=charge.id,
        amount_fen=charge.amount_fen,
        title=line.title[: LONGEST_TITLE - len(more)] + more,
        until=charge.until,
        notify_url=refunding.notify_url(charge.provider, "notify"),
        address=address,
        openid=body.openid or "",
    )
    try:
        return providers.start(merchant, asked, charge.way)
    except Away as error:
        raise settling.away() from error
    except Refused as refused:
        if refused.code in GONE:  # it was paid, or closed, and nobody told us
            settling.ask(call, charge)
        else:
            settling.refused(call, charge, refused.code)
        raise Refusal("payment_refused", reason=refused.code) from refused


@retrying
def _with_answer(call: Call, charge: ProviderPayment, shown: dict[str, Any]) -> ProviderPayment:
    """The charge that remembers what was shown, if it is still open: else the order ended while the
    provider was asked, and what it has begun is closed at once.

    Raises "not_allowed_now".
    """
    item = get(ChargeItem, key_of("charge", charge.id))
    assert item is not None
    if item.doc.state != "started":
        if item.doc.state == "closed":
            settling.close(call, item.doc)
        check_move("order", load(charge.order_id).doc.state, "paid")
        raise Refusal("payment_refused", reason=item.doc.state)
    after = item.doc.answered(seal(json.dumps(shown), charge.id), call.now)
    UnitOfWork(call).replace(item, ChargeItem.of(after)).commit()
    return after


def payer_of(order_id: str, openid: str | None) -> str:
    """The payer as a charge knows them; "" of a charge that anybody may pay."""
    return keyed_hash("payer", order_id, openid).hex()[:32] if openid else ""


def shown_to(charge: ProviderPayment, now: datetime) -> dict[str, Any] | None:
    """What the provider answered, as long as it is good; None of what was never answered."""
    if charge.answer is None or charge.state != "started" or not charge.is_shown(now):
        return None
    shown: dict[str, Any] = json.loads(unseal(charge.answer, charge.id))
    return shown


def payments(call: Call, order_id: str, key: str | None) -> list[ProviderPayment]:
    """All charges of an order, the first first. Raises "not_found"."""
    return of_order(load_for(call.actor, order_id, key).doc)


def of_order(order: Order) -> list[ProviderPayment]:
    return [item.doc for item in settling.charges_of(order)]


def ask(call: Call, order_id: str, key: str | None) -> Order:
    """The order once its provider was asked about what is open: "I have paid".

    Raises "not_found", "too_many", "provider_away".
    """
    order = load_for(call.actor, order_id, key).doc
    charges = settling.open_of(order)
    if not charges:
        return order
    settling.count_question(call, order_id)
    for item in charges:
        settling.ask(call, item.doc)
    return load(order_id).doc


def notified(call: Call, provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Take in what a provider tells by itself. Nothing is asked of the outside, and what is not its
    own word about its own merchant changes nothing: raises "forged_notification".

    A number that is none of ours is heard and passed over: a merchant may be used elsewhere too.
    """
    try:
        report, merchant = merchants.read_notification(provider, headers, body, call.now)
        heard = Call(Actor(id=provider), call.now, request=call.request)
        if isinstance(report, RefundReport):
            refunding.settle(heard, report, merchant.mchid)
        else:
            settling.settle(heard, report)
    except Forged as error:
        raise Refusal("forged_notification") from error


# --- what time alone does ------------------------------------------------------------------------


def ask_payments(now: datetime) -> int:
    """Ask about the refunds and charges that are due, the longest due first, for LONGEST_RUN; how
    many. A merchant whose provider is away is left until the next run."""
    call = Call(CLOCK, now)
    began = time.monotonic()
    asked = 0
    away: set[str] = set()
    for refund in _due(RefundItem, "REFUND#due", now):
        if time.monotonic() > began + FOR_REFUNDS:
            break
        refunding.send(call, refund.doc)
        asked += 1
    for charge in _due(ChargeItem, "CHARGE#due", now):
        if time.monotonic() > began + LONGEST_RUN:
            break
        _ask_charge(call, charge.doc, away)
        asked += 1
    return asked


def _due(kind: type[Kind], partition: str, now: datetime) -> Iterator[Kind]:
    until = to_text(now) + "~"
    return all_listed(kind, OFFICE, [partition], newest_first=False, until=until)


def _ask_charge(call: Call, charge: ProviderPayment, away: set[str]) -> None:
    if charge.mchid not in away:
        try:
            _learn(call, charge)
        except Refusal as refusal:
            if refusal.code == "provider_away":
                away.add(charge.mchid)
    settling.ask_later(call, charge.id)


def _learn(call: Call, charge: ProviderPayment) -> None:
    """Ask; and close what an order that was paid otherwise, or is over, has no use for."""
    order = load(charge.order_id).doc
    is_open = charge.state == "started"
    if is_open and order.state != "pending_payment":
        settling.close(call, charge)
        return
    settling.ask(call, charge)
