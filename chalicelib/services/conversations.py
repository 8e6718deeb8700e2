"""The buyer's further words about what is wrong, also from a second phone."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from chalicelib.domain import complaints as rules
from chalicelib.domain.access import Call
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.conversations import Draft, NewMessage
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.joining import ends_with, is_named
from chalicelib.repositories import limits, orders, parcels, photos
from chalicelib.repositories.complaints import (
    ComplaintAsOfNow,
    as_of_now,
    joined_by,
    joining_key,
    load,
    message_by,
    opened_by,
    opened_by_order,
)
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.tables import ComplaintItem, ParcelItem
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import complaints as store
from chalicelib.steps import patterns
from chalicelib.steps.once import Prepared

Reader = Literal["buyer", "joiner"]
DAY = 86400
MOST_JOINING_ONE_BOX = 10
"""Wrong tries in a day, by whomever: of 10,000 ends of a number, for little to be seen."""
MOST_JOINING_FROM_ONE_ADDRESS = 40
HOUR = 3600
MOST_DRAFTS = 60
"""Of one complaint in an hour."""
DRAFT_KEPT = timedelta(seconds=HOUR)


def reader_of(complaint: Complaint, key: str | None) -> Reader:
    """buyer: whoever has its key, or its order's. Raises "not_found"."""
    if opened_by(complaint, key):
        return "buyer"
    if joined_by(complaint, key):
        return "joiner"
    raise not_found("complaint")


@retrying
def say_more(
    call: Call,
    complaint_id: str,
    body: NewMessage,
    key: str | None,
    address: str,
    *,
    joiners: bool = False,
) -> ComplaintAsOfNow:
    """The buyer adds words and photos; what was answered waits for an answer again.

    What the order's key goes on with is the buyer's from then on. joiners: a second phone may, too.
    Raises "not_found", "taken_over", "order_cancelled", "complaint_ended", "conversation_full",
    "too_many", "photo_unknown", "photo_not_uploaded", "not_a_picture", "photo_heic".
    """
    joined = reader_of(load(complaint_id).doc, key) == "joiner"
    if joined and not joiners:
        raise not_found("complaint")
    once = IdempotentRequest(call, "message", complaint_id, body, caller=key)
    return store.answered_once(
        once, lambda: _added(call, complaint_id, body, key, address, joined=joined)
    )


def _added(
    call: Call, complaint_id: str, body: NewMessage, key: str | None, address: str, *, joined: bool
) -> Prepared[ComplaintAsOfNow]:
    item = load(complaint_id)
    by_order = opened_by_order(item.doc, key)
    if item.doc.carried_on_at is not None and not by_order:
        raise Refusal("taken_over")
    standing = as_of_now(item.doc)
    parcel = standing.parcel
    rules.refuse_if_cancelled(parcel.doc, standing.order.doc)
    message = message_by(call, "buyer", complaint_id, body.message)
    after = standing.complaint.said_more(message, body.photos, joined=joined)
    if by_order:
        after = after.carried_on(call.now)
    store.count_try(call, parcel.doc, address, by_order=by_order)
    photos.check(body.photos, owner=parcel.doc.code)
    work = UnitOfWork(call).replace(item, ComplaintItem.of(after), "the buyer said more")
    if after.state != item.doc.state:
        patterns.follow(work, after)
        shown = parcel.doc.showing(after.id, after.reply_due_at)
        work.replace(parcel, ParcelItem.of(shown))
    return work, replace(standing, complaint=after)


def join(call: Call, typed_code: str, number: str, tail: str, address: str) -> tuple[str, str]:
    """The open complaint about a box, and a key that shows little of it, for whoever knows the
    number of its order and the last four digits of the phone number given with it.

    Both may stand on a label, so it shows when it is answered and what is said from then on, and
    nothing that was said before. Tries are counted before anything is looked at; all that is wrong
    is refused alike. Raises "not_found" for a code that is none, "not_joined", "too_many".
    """
    parcel = parcels.load_unless_voided(typed_code).doc
    counted = (
        (parcel.code, MOST_JOINING_ONE_BOX),
        (limits.address_mark(address), MOST_JOINING_FROM_ONE_ADDRESS),
    )
    for who, most in counted:
        limits.hit(call, "join", who, most=most, window=DAY)
    order = orders.load(parcel.order_id).doc
    paid = orders.load(order.replaces).doc if order.replaces else order
    named = is_named(order, number) or is_named(paid, number)
    buyer = orders.buyer_of(paid)
    known = ends_with(buyer.number if buyer else None, tail)
    if parcel.complaint_id is None or not (named and known):
        raise Refusal("not_joined")
    for who, _ in counted:
        limits.take_back(call, "join", who, window=DAY)
    return parcel.complaint_id, joining_key(parcel.complaint_id)


def keep_draft(call: Call, complaint_id: str, draft: Draft) -> str:
    """What was typed and led to a complaint that there is already; by which it is found again.

    Raises "too_many".
    """
    limits.hit(call, "draft", complaint_id, most=MOST_DRAFTS, window=HOUR)
    name = str(uuid.uuid4())
    once = _draft_request(call, complaint_id, name)
    UnitOfWork(call).add(once.keep(draft)).commit()
    return name


def draft(call: Call, complaint_id: str, name: str) -> Draft | None:
    """None once it is an hour old."""
    return _draft_request(call, complaint_id, name).answer_before(Draft)


def _draft_request(call: Call, complaint_id: str, name: str) -> IdempotentRequest:
    named = replace(call, key=name)
    return IdempotentRequest(named, "draft", caller=f"draft {complaint_id}", kept=DRAFT_KEPT)
