"""What moves money on an order: its payment, its cancellation, its expiry unpaid."""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import takewhile

from chalicelib.config import settings
from chalicelib.domain.access import CLOCK, Call
from chalicelib.domain.charges import why_not_by_hand
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import to_text
from chalicelib.domain.lifecycle import check_move
from chalicelib.domain.orders import Order
from chalicelib.domain.patterns import was_seen
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.domain.refunds import Refund
from chalicelib.domain.unpaid import LEAST_TIME
from chalicelib.repositories import customers
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.orders import (
    load,
    load_of_shop,
    opened_by,
    parcels_of,
    unpaid_before,
)
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.sealing import derived_id, seal
from chalicelib.repositories.tables import (
    OrderItem,
    ParcelItem,
    ReferenceItem,
    key_of,
)
from chalicelib.repositories.transaction import Create, UnitOfWork, retrying
from chalicelib.steps import (
    cancelling,
    complaints,
    paying,
    purchases,
    refunding,
    refunds,
    search,
    settling,
)

LONGEST_RUN = 40
"""Seconds, of the minute until the next run: some thousand orders, at two or three calls each."""


@retrying
def pay(call: Call, order_id: str, body: Payment) -> Order:
    """Record a payment; the buyer becomes, or returns as, a customer of the shop.

    The same reference for the same order is the same payment, with or without a key. Raises
    "wrong_amount", "not_allowed_now" (an order past its time expires first), "reference_used" for
    one that has paid another order of the shop.
    """
    once = IdempotentRequest(call, "pay", order_id, body)
    if (first := once.first_answer(Order)) is not None:
        return _without_erased(first)
    item = load_of_shop(call.actor, order_id)
    order = item.doc
    if order.payment_reference == body.reference and order.paid_fen == body.paid_fen:
        call.replayed = True
        return order.model_copy(update={"state": "paid"})
    item = settling.without_open(call, item)
    order = item.doc
    if order.is_overdue(call.now):
        order = expire(call, order_id)  # its packs go back at once, not at the next sweep
    check_move("order", order.state, "paid", **why_not_by_hand(order))
    known = customers.find(order.customer_id)
    proved = call.actor.role == "provider"
    paid = order.paid(body, call.now, known.doc.buying if known else 0, proved=proved)
    work = UnitOfWork(call)
    paying.pay(work, item, order, paid, known)
    work.add(once.keep(paid))
    reference = paying.reference_of(order, body.reference)
    try:
        work.add(Create(reference) if reference else None).commit()
    except ConditionFailed as error:
        if reference and len(work.writes) - 1 in error.failed:
            _refuse_if_used(reference)
        raise
    return paid


def _refuse_if_used(reference: ReferenceItem) -> None:
    """Raise "reference_used" with the order's number, unless this order was paid by it just now."""
    used = get(ReferenceItem, reference.key)
    if used is not None and used.order_id != reference.order_id:
        raise Refusal("reference_used", number=load(used.order_id).doc.number)


def _without_erased(first: Order) -> Order:
    """A first answer without what was erased since."""
    return first if load(first.id).doc.buyer is not None else first.without_buyer()


def cancel(call: Call, order_id: str, body: Cancellation, key: str | None = None) -> Order:
    """Give packs and coupon back, void its parcels, end what is complained about them, refund what
    was paid: all in one commit, but for complaints beyond what it has room for.

    A buyer may until it is packed, the seller until it is shipped, or somebody has said what is in
    a box (`patterns.was_seen`). Raises "not_allowed_now", "box_was_seen", "replacement_stands"
    while what was sent in its place would be given away; "provider_away", "too_many" while it has
    an open charge.
    """
    cancelled, left = _cancel(call, order_id, body, key)
    complaints.end_left(call, left)
    if cancelled.paid_by_charge is not None:
        refunding.send_soon(call, order_id, derived_id("refund", "cancel", order_id))
    return cancelled


@retrying
def _cancel(
    call: Call, order_id: str, body: Cancellation, key: str | None
) -> tuple[Order, list[str]]:
    """The order, and the ids of complaints that are left to end."""
    by_buyer = opened_by(order_id, key)
    caller = f"order {order_id}" if by_buyer else None
    once = IdempotentRequest(call, "cancel", order_id, body, caller=caller)
    if (first := once.first_answer(Order)) is not None:
        voided = [parcel.doc for parcel in parcels_of(first)]
        return _without_erased(first), complaints.open_about(voided)
    item = load(order_id) if by_buyer else load_of_shop(call.actor, order_id)
    if by_buyer and item.doc.state == "pending_payment" and item.doc.charges:
        settling.count_question(call, order_id)
    item = settling.without_open(call, item)
    order = item.doc
    if by_buyer and (order.state == "packed" or order.parcels):
        state = order.state if order.state != "paid" else "packed"  # in part
        raise Refusal(
            "not_allowed_now", subject="order", state=state, wanted="cancelled", allowed=[]
        )
    why = "cancelled by the buyer" if by_buyer else ""  # the journal keeps no typed words
    cancelled = order.cancelled(call.now, seal(body.reason, item.pk))
    _refuse_if_replaced(order)
    parcels = parcels_of(order)
    refundable = order.paid_fen - int(item.refunded_fen)
    work = UnitOfWork(call)
    if refundable:
        reason = "" if order.buyer is None else why or body.reason
        refunds.add(work, item, _refund_of_cancelled(call, order, refundable, reason))
    as_read = OrderItem.refunded_fen == item.refunded_fen
    work.replace(item, OrderItem.of(cancelled), why, only_if=as_read)
    if cancelled.buyer is None:
        search.forget_buyer(work, order)
    counts = order.paid_at is not None and order.replaces is None  # a sample of nothing too
    if counts and (customer := customers.counting(order)):
        purchases.take_back(work, customer, order)
    for parcel in parcels:
        if parcel.doc.state != "packed":  # on its way: too late to call back
            check_move("order", "shipped", "cancelled")
    voided = [parcel.doc for parcel in parcels]
    about_boxes = complaints.about(voided)
    for box in voided:
        own = [item.doc for item in about_boxes if item.doc.parcel_code == box.code]
        if was_seen(box, own, call.now):
            raise Refusal("box_was_seen")
    cancelling.give_back(work, order, voided)
    work.add(once.keep(cancelled))
    for parcel in parcels:
        work.replace(parcel, ParcelItem.of(parcel.doc.voided()), why)
    left = complaints.end_with_order(work, about_boxes)
    work.commit()
    return cancelled, left


def _refuse_if_replaced(order: Order) -> None:
    keys = [key_of("order", replacement_id) for replacement_id in order.replacements]
    for replacement in of_kind(OrderItem, get_many(keys), keys):
        if replacement.doc.stands:
            raise Refusal("replacement_stands", number=replacement.doc.number)


def _refund_of_cancelled(call: Call, order: Order, amount_fen: int, reason: str) -> Refund:
    return Refund(
        id=derived_id("refund", "cancel", order.id),
        order_id=order.id,
        amount_fen=amount_fen,
        reason=reason,
        by=call.actor.id,
        at=call.now,
    )


@retrying
def expire(call: Call, order_id: str) -> Order:
    """Give an unpaid order's packs and coupon back once its time is over.

    What a provider may still take money for is closed first. Raises "not_allowed_now",
    "provider_away".
    """
    item = settling.without_open(call, load(order_id))
    if item.doc.state == "expired":
        return item.doc
    expired = item.doc.expired(call.now, keeps_buyer=settling.may_be_paid_yet(item.doc))
    work = UnitOfWork(call).replace(item, OrderItem.of(expired), "unpaid in time")
    if expired.buyer is None:
        search.forget_buyer(work, item.doc)
    cancelling.give_back(work, item.doc)
    work.commit()
    return expired


def expire_unpaid(now: datetime) -> int:
    """Expire the orders past their time, the oldest first, for LONGEST_RUN; how many were.

    Those of which a provider is asked come last, and of a shop whose provider is away none is
    tried again in this run: nobody waits for another's provider.
    """
    placed_before = to_text(now - min(settings().pay_within, LEAST_TIME))
    overdue = (item.doc for item in unpaid_before(placed_before) if item.doc.is_overdue(now))
    call = Call(CLOCK, now)
    expired = 0
    until = time.monotonic() + LONGEST_RUN
    asked_about: list[Order] = []
    away: set[str] = set()

    def in_time(orders: Iterable[Order]) -> Iterator[Order]:
        return takewhile(lambda _: time.monotonic() < until, orders)

    for order in in_time(overdue):
        if order.charges:
            asked_about.append(order)
            continue
        with suppress(Refusal):  # paid or cancelled since it was listed
            expire(call, order.id)
            expired += 1
    for order in in_time(asked_about):
        if order.shop_id in away:
            continue
        try:
            expire(call, order.id)
            expired += 1
        except Refusal as refusal:
            if refusal.code == "provider_away":
                away.add(order.shop_id)
    return expired
