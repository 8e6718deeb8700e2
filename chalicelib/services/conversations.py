"""The buyer's further words about what is wrong, while the complaint is open."""

from dataclasses import replace

from chalicelib.domain import complaints as rules
from chalicelib.domain.access import Call
from chalicelib.domain.conversations import NewMessage
from chalicelib.domain.errors import Refusal
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import (
    ComplaintAsOfNow,
    as_of_now,
    load_opened,
    message_by,
    opened_by_order,
)
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.tables import ComplaintItem, ParcelItem
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import complaints as store
from chalicelib.steps import patterns
from chalicelib.steps.once import Prepared


@retrying
def say_more(
    call: Call, complaint_id: str, body: NewMessage, key: str | None, address: str
) -> ComplaintAsOfNow:
    """The buyer adds words and photos; what was answered waits for an answer again.

    What the order's key goes on with is the buyer's from then on. Raises "not_found", "taken_over",
    "order_cancelled", "complaint_ended", "conversation_full", "too_many", "photo_unknown",
    "photo_not_uploaded", "not_a_picture".
    """
    load_opened(complaint_id, key)
    once = IdempotentRequest(call, "message", complaint_id, body, caller=key)
    return store.answered_once(once, lambda: _added(call, complaint_id, body, key, address))


def _added(
    call: Call, complaint_id: str, body: NewMessage, key: str | None, address: str
) -> Prepared[ComplaintAsOfNow]:
    item = load_opened(complaint_id, key)
    by_order = opened_by_order(item.doc, key)
    if item.doc.carried_on_at is not None and not by_order:
        raise Refusal("taken_over")
    standing = as_of_now(item.doc)
    parcel = standing.parcel
    rules.refuse_if_cancelled(parcel.doc, standing.order.doc)
    message = message_by(call, "buyer", complaint_id, body.message)
    after = standing.complaint.said_more(message, body.photos)
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
