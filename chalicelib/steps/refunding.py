"""Refunds on their way through the provider who holds the money: sent, asked about, arrived."""

from collections.abc import Callable
from contextlib import suppress

from chalicelib import providers
from chalicelib.config import settings
from chalicelib.domain import charges
from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.refunds import Failure, Refund
from chalicelib.providers import Away, Forged, Merchant, Refunding, RefundReport, Refused
from chalicelib.repositories.reading import get
from chalicelib.repositories.tables import BookedItem, ChargeItem, RefundItem, key_of, refund_key
from chalicelib.repositories.transaction import UnitOfWork, retrying

from . import refunds, settling

NO_BALANCE = "NOT_ENOUGH"
PASSING = frozenset({"FREQUENCY_LIMITED", "SYSTEM_ERROR", "SYSTEMERROR"})
"""For which the provider asks to be asked again, with the same number."""
REASON = "订单退款"
"""What the buyer reads at the provider. What a shop typed is not told to others."""


def notify_url(provider: str, what: str) -> str:
    return f"{settings().base_url}/v1/payments/{provider}/{what}"


def send(call: Call, refund: Refund) -> Refund:
    """Send or ask about a refund that is under way, and take in what the provider answers. Nothing
    for one that is not.

    It is sent under one number however often that is, so it may have been sent before.
    """
    if refund.money == "recorded" or refund.next_ask_at is None:
        return refund
    charge = get(ChargeItem, key_of("charge", refund.charge_id or ""))
    assert charge is not None  # it holds the money
    try:
        report = _asked(settling.merchant_of(charge.doc), charge.doc, refund)
    except Refusal:
        return _failed(call, refund, "no_merchant")
    except Away:
        return _later(call, refund)
    except Refused as refused:
        if refused.code in PASSING:
            return _later(call, refund)
        failure: Failure = "no_balance" if refused.code == NO_BALANCE else "refused"
        return _failed(call, refund, failure, refused.code)
    return settle(call, report, charge.doc.mchid) or refund


def _asked(merchant: Merchant, charge: charges.ProviderPayment, refund: Refund) -> RefundReport:
    assert refund.number is not None
    if refund.accepted_at is not None:
        report = providers.query_refund(merchant, refund.number)
        if report.state != "unknown":
            return report
    return providers.refund(
        merchant,
        Refunding(
            number=refund.number,
            charge=charge.id,
            amount_fen=refund.amount_fen,
            total_fen=charge.received_fen,
            reason=REASON,
            notify_url=notify_url(charge.provider, "refund-notify"),
        ),
    )


def settle(call: Call, report: RefundReport, mchid: str) -> Refund | None:
    """Take in what a provider says of a refund; None for a number that is none of ours, or of no
    meaning any more. Raises Forged for a merchant who does not hold its money."""
    ids = charges.refund_in(report.number)
    item = get(RefundItem, refund_key(*ids)) if ids else None
    if item is None or item.doc.number != report.number:
        return None
    charge = get(ChargeItem, key_of("charge", item.doc.charge_id or ""))
    if charge is None or charge.doc.mchid != mchid:
        raise Forged("another merchant's")
    return _moved(call, item.doc, lambda refund: _after(call, refund, report), charge.doc.shop_id)


def _after(call: Call, refund: Refund, report: RefundReport) -> Refund:
    """The refund by the report; itself where that says nothing new."""
    if refund.money == "returned":
        return refund
    if report.amount_fen is not None and report.amount_fen != refund.amount_fen:
        return _unless_failed(call, refund, "other_amount")
    if report.state == "returned":
        return refund.returned(report.at or call.now)
    if report.state == "closed":
        return _unless_failed(call, refund, "closed")
    if report.state == "abnormal":
        return _unless_failed(call, refund, "abnormal")
    if refund.money == "failed":
        return refund
    return refund.asked_again(call.now) if refund.accepted_at else refund.accepted(call.now)


def _unless_failed(call: Call, refund: Refund, failure: Failure) -> Refund:
    if refund.money == "failed":
        return refund.asked_again(call.now) if refund.next_ask_at else refund
    return refund.failed(failure, call.now)


def _later(call: Call, refund: Refund) -> Refund:
    return _moved(call, refund, lambda stored: stored.asked_again(call.now))


def _failed(call: Call, refund: Refund, failure: Failure, code: str | None = None) -> Refund:
    def moved(stored: Refund) -> Refund:
        if stored.money == "requested":
            return stored.failed(failure, call.now, code)
        return stored.asked_again(call.now) if stored.next_ask_at else stored

    return _moved(call, refund, moved)


@retrying
def _moved(
    call: Call, refund: Refund, moved: Callable[[Refund], Refund], shop_id: str | None = None
) -> Refund:
    """Decided by the refund as it is stored, if it still has the number that was asked about.

    shop_id: whose it is, where the provider was heard of it.
    """
    item = get(RefundItem, refund_key(refund.order_id, refund.id))
    assert item is not None  # the ledger keeps everything
    after = moved(item.doc) if item.doc.number == refund.number else item.doc
    if after != item.doc:
        why = after.failure or ""
        work = UnitOfWork(call)
        refunds.move(work, item, after, why)
        if shop_id is not None and not item.doc.is_booked and after.is_booked:
            _book(work, after, shop_id)
        work.commit()
    return after


def _book(work: UnitOfWork, refund: Refund, shop_id: str) -> None:
    """The bill of today will have it. A number that was sent again was booked the first time."""
    at = refund.accepted_at or refund.returned_at
    assert at is not None
    booked = BookedItem.of(refund, shop_id, at)
    if get(BookedItem, booked.key) is None:
        work.create(booked)


def ask(call: Call, refund: Refund) -> Refund:
    """The refund as its provider knows it now; nothing is sent. Raises "provider_away",
    "no_merchant"."""
    charge = get(ChargeItem, key_of("charge", refund.charge_id or ""))
    assert charge is not None  # it holds the money
    try:
        report = providers.query_refund(settling.merchant_of(charge.doc), refund.number or "")
    except (Away, Refused) as error:
        raise settling.away() from error
    if report.state == "unknown":
        return refund
    return settle(call, report, charge.doc.mchid) or refund


def send_soon(call: Call, order_id: str, refund_id: str | None) -> None:
    """Right after it was requested, so that nobody waits for the chore; not for a repeat, which
    would let whoever sends it have the provider asked at will."""
    if call.replayed or refund_id is None:
        return
    item = get(RefundItem, refund_key(order_id, refund_id))
    if item is not None:
        with suppress(Forged):
            send(call, item.doc)
