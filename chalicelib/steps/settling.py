"""Taking in what a provider says of a charge: the one place where its money comes to an order.

Whoever tells of it, by a notification or asked, comes here, as often as may be: the first report of
money settles a charge for good.
"""

from dataclasses import replace
from datetime import timedelta

from chalicelib import providers
from chalicelib.domain import charges as rules
from chalicelib.domain.access import Call
from chalicelib.domain.charges import ProviderPayment
from chalicelib.domain.errors import Outside, Refusal
from chalicelib.domain.orders import Order
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds import Refund
from chalicelib.providers import Away, Forged, Merchant, Refused, Report
from chalicelib.repositories import customers, limits
from chalicelib.repositories.orders import load
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.sealing import derived_id
from chalicelib.repositories.tables import ChargeItem, OrderItem, ReferenceItem, key_of
from chalicelib.repositories.transaction import Create, Require, UnitOfWork, retrying

from . import merchants, paying, refunds, reviving, search

AGAIN_SECONDS = 5
"""When a buyer or a shop may try again what a provider did not answer."""
MOST_ASKED, WINDOW = 20, 600
"""Times in ten minutes that one order may have its provider asked by whoever holds its key."""
RETURNED = {
    "twice": "the order was paid already",
    "late": "the order had expired",
    "cancelled": "the order was cancelled",
    "amount": "another sum than asked",
}
"""What the journal says of money that the order could not take; the ledger has the word itself."""


def away() -> Refusal:
    return Outside("provider_away", retry_after=AGAIN_SECONDS)


def count_question(call: Call, order_id: str) -> None:
    """Before a provider is asked for who may be anybody with the order's key. Raises "too_many"."""
    limits.hit(call, "pay", order_id, most=MOST_ASKED, window=WINDOW)


def charges_of(order: Order) -> list[ChargeItem]:
    """All of them, in the order in which they were started."""
    keys = [key_of("charge", charge_id) for charge_id in order.charges]
    return of_kind(ChargeItem, get_many(keys), keys) if keys else []


def open_of(order: Order) -> list[ChargeItem]:
    """Those that can still be paid."""
    return [item for item in charges_of(order) if item.doc.state == "started"]


@retrying
def settle(call: Call, report: Report) -> ProviderPayment | None:
    """Take in what was reported; None for a number that is none of ours.

    Nothing is asked of the outside. Raises Forged for a merchant who did not ask for this charge.
    """
    order_id = rules.order_in(report.number)
    if order_id is None:
        return None
    keys = key_of("charge", report.number), key_of("order", order_id)
    items = get_many(keys)
    item, order = items.get(keys[0]), items.get(keys[1])
    if not (isinstance(item, ChargeItem) and isinstance(order, OrderItem)):
        return None
    if item.doc.mchid != report.mchid:
        raise Forged("another merchant's")
    if report.state == "succeeded" and item.doc.state != "succeeded":
        return _received(call, item, order, report)
    if report.state in {"closed", "failed"} and item.doc.state == "started":
        state = "closed" if report.state == "closed" else "failed"
        after = item.doc.ended(state, call.now)  # type: ignore[arg-type]
        UnitOfWork(call).replace(item, ChargeItem.of(after)).commit()
        return after
    return item.doc


def _received(call: Call, item: ChargeItem, order: OrderItem, report: Report) -> ProviderPayment:
    assert report.amount_fen is not None  # as the interface says of what succeeded
    assert report.transaction_id is not None
    why = rules.why_not(order.doc, report.amount_fen)
    work = UnitOfWork(call)
    if why is None and not _pay(work, item.doc, order, report):
        why = "late"
    at = report.at or call.now
    after = item.doc.received(report.amount_fen, report.transaction_id, at, why)
    work.replace(item, ChargeItem.of(after), RETURNED[why] if why else "")
    if why is not None:
        refunds.begin(work, _given_back(call, after, why, order.doc))
        # that it could not take the money is true of the order as it was read
        if not _forget_buyer(work, order, after):
            work.add(Require(order, OrderItem.version == order.version))
    work.commit()
    return after


def _pay(work: UnitOfWork, charge: ProviderPayment, item: OrderItem, report: Report) -> bool:
    """Whether the order is paid in `work`; else nothing is in it."""
    order: Order | None = item.doc
    if item.doc.state == "expired":
        order = reviving.take_again(work, item.doc)
        if order is None:
            return False
    assert order is not None
    payment = Payment(
        paid_fen=order.total_fen, method=charge.provider, reference=report.transaction_id or ""
    )
    known = customers.find(order.customer_id)
    after_erasures = known.doc.buying if known else 0
    paid = order.paid(payment, work.call.now, after_erasures, proved=True, charge=charge.id)
    paying.pay(work, item, order, paid, known)
    reference = paying.reference_of(order, payment.reference)
    # one that a shop gave for another order is no reason to turn the money away
    if reference is not None and get(ReferenceItem, reference.key) is None:
        work.add(Create(reference))
    return True


def _given_back(call: Call, charge: ProviderPayment, reason: str, order: Order) -> Refund:
    refund = Refund(
        id=derived_id("refund", "charge", charge.id),
        order_id=charge.order_id,
        amount_fen=charge.received_fen,
        reason=reason,
        by=call.actor.id,
        at=call.now,
        beside=True,
    )
    return refund.of(order).through(charge.id)


@retrying
def refused(call: Call, charge: ProviderPayment, code: str) -> None:
    """The provider would not start it."""
    item = get(ChargeItem, key_of("charge", charge.id))
    if item is not None and item.doc.state == "started":
        after = item.doc.ended("failed", call.now, code)
        UnitOfWork(call).replace(item, ChargeItem.of(after), code).commit()


# --- asking the provider -------------------------------------------------------------------------


def merchant_of(charge: ProviderPayment) -> Merchant:
    """Raises "no_merchant"."""
    merchant = merchants.merchant_that_began(
        charge.shop_id, charge.provider, charge.mchid, charge.public_key_id
    )
    if merchant is None:
        raise Outside("no_merchant")
    return merchant


def ask(call: Call, charge: ProviderPayment) -> ProviderPayment:
    """The charge as its provider knows it now. Raises "provider_away", "no_merchant"."""
    try:
        report = providers.query(merchant_of(charge), charge.id)
    except (Away, Refused) as error:
        raise away() from error
    return _settled(call, charge, report)


def _settled(call: Call, charge: ProviderPayment, report: Report) -> ProviderPayment:
    """As settled by an answer, which is of the merchant who was asked."""
    if report.state in {"open", "unknown"}:
        return charge
    after = settle(call, replace(report, mchid=charge.mchid))
    assert after is not None  # as it was read before
    return after


def close(call: Call, charge: ProviderPayment) -> ProviderPayment:
    """The charge once no money can come any more, or once it came.

    That is so by the provider's word: it closes the charge, or says past the charge's end that it
    is unpaid. Raises "provider_away" while it says neither.
    """
    merchant = merchant_of(charge)
    try:
        if providers.close(merchant, charge.id):
            report = Report(charge.id, "closed")
        else:
            report = providers.query(merchant, charge.id)
    except Refused:
        report = _unpaid_past_its_end(call, charge, merchant)
    except Away as error:
        raise away() from error
    if report.state in {"open", "unknown"}:
        raise away()
    return _settled(call, charge, report)


def _unpaid_past_its_end(call: Call, charge: ProviderPayment, merchant: Merchant) -> Report:
    try:
        report = providers.query(merchant, charge.id)
    except (Away, Refused) as error:
        raise away() from error
    over = call.now >= charge.until + GRACE
    return (
        replace(report, state="closed") if over and report.state in {"open", "unknown"} else report
    )


GRACE = timedelta(minutes=1)
"""By which the provider's clock may be behind."""


def without_open(call: Call, item: OrderItem) -> OrderItem:
    """The order once nothing can be paid for it any more, or once it was paid: before it ends, or
    is paid by hand. As read, it has no open charge; one that is started later changes its version.

    Raises "provider_away".
    """
    while item.doc.state == "pending_payment" and (charges := open_of(item.doc)):
        for charge in charges:
            close(call, charge.doc)
        item = load(item.doc.id)  # perhaps it is paid, or another was started meanwhile
    return item


@retrying
def ask_later(call: Call, charge_id: str) -> None:
    """Nothing was learned. After the last time, its order is forgotten as others are."""
    item = get(ChargeItem, key_of("charge", charge_id))
    if item is None or item.doc.next_ask_at is None or item.doc.next_ask_at > call.now:
        return
    after = item.doc.asked_again(call.now)
    work = UnitOfWork(call).replace(item, ChargeItem.of(after))
    if after.next_ask_at is None:
        _forget_buyer(work, load(after.order_id), after)
    work.commit()


def may_be_paid_yet(order: Order, but: str = "") -> bool:
    """Whether money may come by one of its charges. but: a charge of which that is known."""
    return any(item.doc.next_ask_at for item in charges_of(order) if item.doc.id != but)


def _forget_buyer(work: UnitOfWork, item: OrderItem, charge: ProviderPayment) -> bool:
    """Whether `work` drops the buyer of an order that expired, as its last charge has an end."""
    order = item.doc
    if order.state != "expired" or order.buyer is None or may_be_paid_yet(order, charge.id):
        return False
    work.replace(item, OrderItem.of(order.without_buyer()))
    search.forget_buyer(work, order)
    return True
