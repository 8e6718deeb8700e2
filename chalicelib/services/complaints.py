"""Complaints: reported by the buyer, answered in time, settled with their refund in one commit."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from ..domain import complaints as rules
from ..domain.access import Actor, Call, check_permission, check_shop
from ..domain.codes import read_code
from ..domain.complaints import Answer, Complaint, NewComplaint, Said, Settlement, Speaker
from ..domain.errors import Refusal, not_found
from ..domain.fields import to_text
from ..domain.lifecycle import COMPLAINT, check_move
from ..domain.parcels import Parcel
from ..domain.refunds import Refund
from ..repositories import coupons, customers, limits, photos
from ..repositories import refunds as ledger
from ..repositories.once import Once
from ..repositories.reading import Page, get, get_many, listing
from ..repositories.sealing import access_key, derived_id, keyed_hash, seal, unseal
from ..repositories.tables import (
    OFFICE,
    SCOPE,
    ComplaintItem,
    CustomerItem,
    OrderItem,
    ParcelItem,
    key_of,
)
from ..repositories.transaction import Work, retrying

HOUR = 3600
MOST_OF_ONE_PARCEL = 60
"""Tries in an hour; only one complaint can be open, this stops the hammering."""
MOST_FROM_ONE_ADDRESS = 300


def key_for(complaint_id: str) -> str:
    """The buyer's key to a complaint."""
    return access_key("complaint", complaint_id)


def check_key(complaint_id: str, key: str | None) -> bool:
    return key is not None and hmac.compare_digest(key_for(complaint_id).encode(), key.encode())


@retrying
def report(call: Call, typed_code: str, body: NewComplaint, address: str) -> Complaint:
    """Open a complaint about a parcel.

    Raises "complaint_open" while there is one; "photo_unknown", "photo_not_uploaded", "too_many".
    """
    code = read_code(typed_code)
    once = Once(call, "complain", code or "", body, caller=f"parcel {code}")
    if (first := _first_answer(once)) is not None:
        return first
    parcel = get(ParcelItem, key_of("parcel", code)) if code else None
    if parcel is None or parcel.doc.state == "voided":
        raise not_found("code")
    if parcel.doc.complaint_id is not None:
        raise Refusal("complaint_open", reply_due_at=parcel.doc.reply_due_at)
    _limit(call, parcel.doc.code, address)
    photos.check(body.photos, owner=parcel.doc.code)
    [(order, recalled)] = _now([parcel.doc])
    complaint_id = derived_id("complaint", parcel.doc.code, str(len(parcel.doc.complaints)))
    complaint = rules.report(
        body,
        parcel.doc,
        order.doc,
        complaint_id=complaint_id,
        recalled=recalled,
        said=_said(call, complaint_id, "buyer", body.description) if body.description else None,
        now=call.now,
    )
    noted = _noting(parcel.doc, complaint)
    noted = noted.model_copy(update={"complaints": (*noted.complaints, complaint.id)})
    work = Work(call).create(ComplaintItem.of(complaint))
    work.replace(parcel, ParcelItem.of(noted))
    if customer := customers.find(complaint.customer_id):
        work.replace(customer, CustomerItem.of(customer.doc.complained()))
    work.add(once.keep(complaint)).commit()
    return complaint


def _now(of: Sequence[Parcel | Complaint]) -> list[tuple[OrderItem, bool]]:
    """For each its order, and whether one of its batches is recalled now, in one request."""
    orders = [key_of("order", one.order_id) for one in of]
    batches = [[key_of("batch", batch_id) for batch_id in one.batch_ids] for one in of]
    found = get_many([*orders, *chain.from_iterable(batches)])
    result = []
    for order_key, batch_keys in zip(orders, batches, strict=True):
        order = found.get(order_key)
        assert isinstance(order, OrderItem)  # neither parcel nor complaint outlives its order
        result.append((order, any(found[key].state == "recalled" for key in batch_keys)))
    return result


@dataclass(frozen=True)
class Standing:
    """A complaint as its batches are now: a recall counts also when it came later.

    refundable_fen: what its order still has.
    """

    complaint: Complaint
    order: OrderItem
    refundable_fen: int


def as_of_now(complaints: Sequence[Complaint]) -> list[Standing]:
    return [
        Standing(
            one.seen_with(recalled=recalled), order, order.doc.paid_fen - int(order.refunded_fen)
        )
        for one, (order, recalled) in zip(complaints, _now(complaints), strict=True)
    ]


def _first_answer(once: Once) -> Complaint | None:
    """The first answer, in today's words: what was erased since is not told again."""
    first = once.first_answer(Complaint)
    if first is None:
        return None
    today = load(first.id).doc
    told = today.messages[: len(first.messages)]
    return first.model_copy(update={"messages": told, "photos": today.photos})


def _first_standing(once: Once) -> Standing | None:
    first = _first_answer(once)
    return None if first is None else as_of_now([first])[0]


def _limit(call: Call, code: str, address: str) -> None:
    here = keyed_hash("address", address).hex()[:32]
    for who, most in ((code, MOST_OF_ONE_PARCEL), (here, MOST_FROM_ONE_ADDRESS)):
        limits.hit("complaint", who, most=most, window=HOUR, now=call.now)


def _noting(parcel: Parcel, complaint: Complaint | None) -> Parcel:
    """The parcel that shows an open complaint, or none."""
    return parcel.model_copy(
        update={
            "complaint_id": complaint.id if complaint else None,
            "reply_due_at": complaint.reply_due_at if complaint else None,
        }
    )


def _said(call: Call, complaint_id: str, by: Speaker, text: str) -> Said:
    return Said(at=call.now, by=by, sealed=seal(text, f"COMPLAINT#{complaint_id}"))


def text_of(complaint: Complaint, said: Said) -> str | None:
    """A message in the clear; None once erased."""
    return unseal(said.sealed, f"COMPLAINT#{complaint.id}") if said.sealed else None


def _speaker(actor: Actor) -> Literal["seller", "county"]:
    return "county" if actor.role == "county" else "seller"


def load(complaint_id: str) -> ComplaintItem:
    item = get(ComplaintItem, key_of("complaint", complaint_id))
    if item is None:
        raise not_found("complaint")
    return item


def in_scope(call: Call, complaint_id: str, key: str | None = None) -> ComplaintItem:
    """For its shop, the county, or the buyer who holds its key. Raises "not_found"."""
    item = load(complaint_id)
    if not check_key(complaint_id, key):
        check_shop(call.actor, item.doc.shop_id, "complaint")
    return item


def complaints(
    call: Call, state: str | None, overdue: bool | None, limit: int, cursor: str | None
) -> Page[ComplaintItem]:
    """Soonest deadline first. overdue=True: open and past its deadline; False: open and in time."""
    actor = call.actor
    index, scope = (OFFICE, "") if actor.role == "county" else (SCOPE, f"SHOP#{actor.shop_id}#")
    states = [state] if state else list(COMPLAINT)
    if overdue is not None:
        states = [one for one in states if one == "open"]
    return listing(
        ComplaintItem,
        index,
        [f"{scope}COMPLAINT#{one}" for one in states],
        limit=limit,
        cursor=cursor,
        newest_first=False,
        until=to_text(call.now) if overdue else None,
        since=to_text(call.now) if overdue is False else "",
    )


@retrying
def answer(call: Call, complaint_id: str, body: Answer) -> Standing:
    """Reply to the buyer; the clock of the deadline stops. Raises "not_allowed_now"."""
    once = Once(call, "answer", complaint_id, body)
    if (first := _first_standing(once)) is not None:
        return first
    item = in_scope(call, complaint_id)
    [found] = as_of_now([item.doc])
    after = found.complaint.answered(_said(call, complaint_id, _speaker(call.actor), body.message))
    work = Work(call).replace(item, ComplaintItem.of(after), "answered")
    work.add(once.keep(after)).commit()
    return replace(found, complaint=after)


@retrying
def settle(call: Call, complaint_id: str, body: Settlement) -> Standing:
    """Settle; refund and coupon, if there are any, are written in the same commit.

    Raises "not_allowed_now", "exceeds_refundable" with `refundable_fen`, Invalid when there is
    nothing to refund unless a sum is named.
    """
    once = Once(call, "settle", complaint_id, body)
    if (first := _first_standing(once)) is not None:
        return first
    item = in_scope(call, complaint_id)
    [found] = as_of_now([item.doc])
    complaint = found.complaint
    try:
        amount = complaint.refund_for(body, found.refundable_fen)
    except Refusal:  # perhaps as it was settled before, or between our two looks
        check_move("complaint", load(complaint_id).doc.state, "settled")
        raise
    refund_id = derived_id("refund", complaint_id, str(item.version)) if amount else None
    work = Work(call)
    customer = customers.find(complaint.customer_id)
    coupon = None
    if customer is not None:
        known = customer.doc.settled(call.now)
        if body.coupon is not None:
            check_permission(call.actor, "customer:write")  # it is the shop that pays for it
            coupon, known = coupons.issue(work, known, body.coupon, complaint_id)
        work.replace(customer, CustomerItem.of(known))
    after = complaint.settled(
        _said(call, complaint_id, _speaker(call.actor), body.message),
        remedy=body.remedy,
        refund_fen=amount,
        refund_id=refund_id,
        coupon=coupon.code if coupon else None,
    )
    work.replace(item, ComplaintItem.of(after), body.remedy)
    if refund_id is not None:
        refund = Refund(
            id=refund_id,
            order_id=complaint.order_id,
            amount_fen=amount,
            reason=complaint.reason,
            complaint_id=complaint_id,
            cause=body.cause,
            by=call.actor.id,
            at=call.now,
        )
        ledger.add(work, found.order, refund)
    _clear_parcel(work, complaint)
    work.add(once.keep(after)).commit()
    return replace(found, complaint=after, refundable_fen=found.refundable_fen - amount)


@retrying
def reject(call: Call, complaint_id: str, body: Answer) -> Standing:
    """Reject with a reason that the buyer sees. Raises "not_allowed_now"."""
    once = Once(call, "reject", complaint_id, body)
    if (first := _first_standing(once)) is not None:
        return first
    item = in_scope(call, complaint_id)
    [found] = as_of_now([item.doc])
    after = found.complaint.rejected(_said(call, complaint_id, _speaker(call.actor), body.message))
    work = Work(call).replace(item, ComplaintItem.of(after), "rejected")
    _clear_parcel(work, item.doc)
    work.add(once.keep(after)).commit()
    return replace(found, complaint=after)


def _clear_parcel(work: Work, complaint: Complaint) -> None:
    parcel = get(ParcelItem, key_of("parcel", complaint.parcel_code))
    if parcel is not None and parcel.doc.complaint_id == complaint.id:
        work.replace(parcel, ParcelItem.of(_noting(parcel.doc, None)))


@retrying
def reopen(call: Call, complaint_id: str, body: Answer, key: str | None) -> Standing:
    """The buyer disagrees, once. Raises "reopened_already", "complaint_open", "not_found"."""
    if not check_key(complaint_id, key):
        raise not_found("complaint")
    once = Once(call, "reopen", complaint_id, body, caller=f"complaint {complaint_id}")
    if (first := _first_standing(once)) is not None:
        return first
    item = load(complaint_id)
    [found] = as_of_now([item.doc])
    after = found.complaint.reopened(_said(call, complaint_id, "buyer", body.message))
    parcel = get(ParcelItem, key_of("parcel", after.parcel_code))
    assert parcel is not None  # a complaint never outlives its parcel
    if parcel.doc.complaint_id is not None:
        raise Refusal("complaint_open", reply_due_at=parcel.doc.reply_due_at)
    work = Work(call).replace(item, ComplaintItem.of(after), "reopened by the buyer")
    work.replace(parcel, ParcelItem.of(_noting(parcel.doc, after)))
    work.add(once.keep(after)).commit()
    return replace(found, complaint=after)
