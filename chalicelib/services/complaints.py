"""Complaints: reported by the buyer, answered in time, settled with their refund in one commit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from chalicelib.domain import complaints as rules
from chalicelib.domain.access import Actor, Call, check_permission, check_shop
from chalicelib.domain.complaints import Complaint, NewAnswer, NewComplaint, Settlement
from chalicelib.domain.conversations import ComplaintMessage
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import to_text
from chalicelib.domain.lifecycle import COMPLAINT
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.refunds import Refund
from chalicelib.repositories import customers, parcels, photos
from chalicelib.repositories import patterns as origin
from chalicelib.repositories.complaints import (
    ComplaintAsOfNow,
    as_of_now,
    free_number,
    load,
    load_opened,
    message_by,
    opened_by,
    opened_by_order,
    with_surroundings,
    without_erased,
)
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.orders import opens_parcel
from chalicelib.repositories.reading import ListPage, get_many, listing, of_kind
from chalicelib.repositories.sealing import derived_id
from chalicelib.repositories.tables import (
    BatchItem,
    ClaimNumberItem,
    ComplaintItem,
    CustomerItem,
    ParcelItem,
    key_of,
)
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import complaints as store
from chalicelib.steps import coupons, patterns, refunding, replacements, returns
from chalicelib.steps import refunds as ledger
from chalicelib.steps.once import Prepared, answer_once_keeping

from ..repositories.items import OFFICE, SCOPE


def check_buyer(complaint_id: str, key: str | None) -> Complaint:
    """For whoever holds its key, or its order's. Raises "not_found"."""
    return load_opened(complaint_id, key).doc


def report(
    call: Call, typed_code: str, body: NewComplaint, address: str, key: str | None = None
) -> Complaint:
    """Open a complaint about a parcel.

    key: of its order, which proves that it is the buyer. What somebody else has opened with the
    box's code then gives way, and no stranger has used up the tries.

    Raises "complaint_open" while there is one, to the buyer with its `complaint_id`; "not_found"
    for another key; "photo_unknown", "photo_not_uploaded", "too_many".
    """
    complaint, alarming = _report(call, typed_code, body, address, key)
    patterns.propose(call, alarming)
    return complaint


@retrying
def _report(
    call: Call, typed_code: str, body: NewComplaint, address: str, key: str | None
) -> tuple[Complaint, Sequence[str]]:
    """The complaint, and the batches to look at after it. For a repeated request: all of them."""
    parcel = parcels.load_unless_voided(typed_code)
    by_order = key is not None
    if by_order and not opens_parcel(parcel.doc, key):
        raise not_found("order")
    once = _once(call, parcel.doc, body, by_order=by_order)
    return answer_once_keeping(
        once,
        Complaint,
        lambda: _reported(call, parcel, body, address, by_order=by_order),
        again=lambda first: (without_erased(first), first.batch_ids),
        kept=lambda answer: answer[0],
    )


def _once(call: Call, parcel: Parcel, body: NewComplaint, *, by_order: bool) -> IdempotentRequest:
    caller = f"order {parcel.order_id}" if by_order else f"parcel {parcel.code}"
    return IdempotentRequest(call, "complain", parcel.code, body, caller=caller)


def sent_before(
    call: Call, typed_code: str, body: NewComplaint, key: str | None
) -> Complaint | None:
    """The complaint that was made under the same Idempotency-Key, though of another content.

    key: as of `report`. Raises "not_found".
    """
    parcel = parcels.load_unless_voided(typed_code)
    by_order = key is not None
    if by_order and not opens_parcel(parcel.doc, key):
        raise not_found("order")
    first = _once(call, parcel.doc, body, by_order=by_order).answer_before(Complaint)
    return load(first.id).doc if first else None


def _reported(
    call: Call, parcel: ParcelItem, body: NewComplaint, address: str, *, by_order: bool
) -> Prepared[tuple[Complaint, Sequence[str]]]:
    strangers = _strangers_open_complaint(parcel.doc, by_order=by_order)
    store.count_try(call, parcel.doc, address, by_order=by_order)
    photos.check(body.photos, owner=parcel.doc.code)
    source = origin.Source() if by_order else origin.stranger(address)
    complaint_id = derived_id("complaint", parcel.doc.code, str(len(parcel.doc.complaints)))
    order, paid, items = with_surroundings(parcel.doc, complaint_id, source.origins)
    if by_order:
        source = origin.buyer(paid.doc, address, len(parcel.doc.batch_ids))
        items |= get_many(origin.complainer_keys(parcel.doc.batch_ids, source.origins))
    batches = of_kind(
        BatchItem, items, [key_of("batch", batch_id) for batch_id in parcel.doc.batch_ids]
    )
    complaint = rules.report(
        body,
        parcel.doc,
        order.doc,
        paid=paid.doc,
        village_ids=tuple(batch.doc.village_id for batch in batches),
        complaint_id=complaint_id,
        recalled=any(batch.state == "recalled" for batch in batches),
        message=message_by(call, "buyer", complaint_id, body.description)
        if body.description
        else None,
        now=call.now,
        by_order=by_order,
        number=free_number(complaint_id, items),
    )
    if strangers is not None:
        complaint = complaint.due_like(strangers.doc)
    noted = parcel.doc.showing(complaint.id, complaint.reply_due_at)
    noted = noted.model_copy(update={"complaints": (*noted.complaints, complaint.id)})
    work = UnitOfWork(call).create(ComplaintItem.of(complaint))
    if complaint.number:
        work.create(ClaimNumberItem.of(complaint.number, complaint.id))
    _end_strangers_complaint(work, strangers)
    patterns.link(work, complaint)
    noted, alarming = patterns.hear(work, complaint, noted, items, source)
    work.replace(parcel, ParcelItem.of(noted))
    if customer := customers.counting(paid.doc):
        work.replace(customer, CustomerItem.of(customer.doc.complained()))
    return work, (complaint, alarming)


def _end_strangers_complaint(work: UnitOfWork, strangers: ComplaintItem | None) -> None:
    """End what a stranger reported, in the same commit, as the order's buyer now speaks for it."""
    if strangers is not None:
        after = strangers.doc.taken_over_by_buyer(work.call.now)
        store.end(work, strangers, after, "reported by the order's buyer")


def own_open(typed_code: str, key: str) -> str | None:
    """The id of the open complaint that the parcel's own buyer reported or goes on with.

    Raises "not_found" for what is not the key of the parcel's order.
    """
    parcel = parcels.find(typed_code)
    if parcel is None or not opens_parcel(parcel.doc, key):
        raise not_found("order")
    if parcel.doc.complaint_id is None:
        return None
    complaint = load(parcel.doc.complaint_id).doc
    return complaint.id if complaint.is_buyers else None


def _strangers_open_complaint(parcel: Parcel, *, by_order: bool) -> ComplaintItem | None:
    """The open complaint of somebody else, which the buyer's own takes the place of."""
    if parcel.complaint_id is None:
        return None
    if not by_order:
        raise Refusal("complaint_open", reply_due_at=parcel.reply_due_at)
    item = load(parcel.complaint_id)
    if item.doc.is_buyers:
        due = parcel.reply_due_at
        raise Refusal("complaint_open", reply_due_at=due, complaint_id=item.doc.id)
    return item


def _speaker(actor: Actor) -> Literal["seller", "county"]:
    return "county" if actor.role == "county" else "seller"


def in_scope(call: Call, complaint_id: str, key: str | None = None) -> ComplaintItem:
    """For its shop, the county, or whoever holds its key or its order's. Raises "not_found"."""
    item = load(complaint_id)
    if not opened_by(item.doc, key):
        check_shop(call.actor, item.doc.shop_id, "complaint")
    return item


def complaints(
    call: Call,
    state: str | None,
    overdue: bool | None,
    limit: int,
    cursor: str | None,
    *,
    newest_first: bool = False,
) -> ListPage[ComplaintItem]:
    """Soonest deadline first, or last.

    overdue=True: open and past its deadline; False: open and in time.
    """
    actor = call.actor
    index, scope = (OFFICE, "") if actor.role == "county" else (SCOPE, f"SHOP#{actor.shop_id}#")
    states = [state] if state else list(COMPLAINT)
    if overdue is not None:
        states = [name for name in states if name == "open"]
    return listing(
        ComplaintItem,
        index,
        [f"{scope}COMPLAINT#{name}" for name in states],
        limit=limit,
        cursor=cursor,
        newest_first=newest_first,
        until=to_text(call.now) if overdue else None,
        since=to_text(call.now) if overdue is False else "",
    )


@retrying
def answer(call: Call, complaint_id: str, body: NewAnswer) -> ComplaintAsOfNow:
    """Reply to the buyer; the clock of the deadline stops. Raises "not_allowed_now"."""
    once = IdempotentRequest(call, "answer", complaint_id, body)
    return store.answered_once(once, lambda: _replied(call, complaint_id, body, Complaint.answered))


@retrying
def reject(call: Call, complaint_id: str, body: NewAnswer) -> ComplaintAsOfNow:
    """Reject with a reason that the buyer sees. Raises "not_allowed_now"."""
    once = IdempotentRequest(call, "reject", complaint_id, body)
    return store.answered_once(once, lambda: _replied(call, complaint_id, body, Complaint.rejected))


def _replied(
    call: Call,
    complaint_id: str,
    body: NewAnswer,
    moved: Callable[[Complaint, ComplaintMessage], Complaint],
) -> Prepared[ComplaintAsOfNow]:
    """A message to the buyer, and the complaint as it moves by it."""
    item = in_scope(call, complaint_id)
    standing = as_of_now(item.doc)
    message = message_by(call, _speaker(call.actor), complaint_id, body.message)
    after = moved(standing.complaint, message)
    work = UnitOfWork(call).replace(item, ComplaintItem.of(after), str(after.state))
    patterns.follow(work, after)
    if after.state == "rejected":
        _clear(work, standing.parcel, after)
    return work, replace(standing, complaint=after)


def settle(call: Call, complaint_id: str, body: Settlement) -> ComplaintAsOfNow:
    """Settle; refund, coupon, replacement order and return are written in the same commit.

    What is paid back is counted against all that the parcel got before. Raises "not_allowed_now",
    "exceeds_refundable" with `refundable_fen`, Invalid when there is nothing to refund unless a sum
    is named; what `replacements.send` raises.
    """
    answer = _settle(call, complaint_id, body)
    if answer.order.doc.paid_by_charge is not None:
        complaint = answer.complaint
        refunding.send_soon(call, complaint.order_id, complaint.refund_id)
    return answer


@retrying
def _settle(call: Call, complaint_id: str, body: Settlement) -> ComplaintAsOfNow:
    once = IdempotentRequest(call, "settle", complaint_id, body)
    return store.answered_once(once, lambda: _settled(call, complaint_id, body))


def _settled(call: Call, complaint_id: str, body: Settlement) -> Prepared[ComplaintAsOfNow]:
    item = in_scope(call, complaint_id)
    standing = as_of_now(item.doc)
    complaint = standing.complaint
    try:
        amount = complaint.refund_for(body, standing.refundable_fen)
    except Refusal:  # perhaps as it was settled before, or between our two looks
        load(complaint_id).doc.check("settled")
        raise
    refund_id = derived_id("refund", complaint_id, str(item.version)) if amount else None
    complaint.check("settled")
    work = UnitOfWork(call)
    parcel = standing.parcel
    replacement = way_back = None
    if body.remedy == "replacement":
        replacement = replacements.send(work, complaint, parcel.doc, standing.order)
    elif body.remedy == "return":
        way_back = returns.open_for(work, parcel, complaint)
    customer = customers.find(complaint.customer_id)
    coupon = None
    if customer is not None:
        known = customer.doc
        if known.counted == standing.order.doc.after_erasures:
            known = known.settled(call.now)
        if body.coupon is not None:
            check_permission(call.actor, "customer:write")  # it is the shop that pays for it
            coupon, known = coupons.issue(work, known, body.coupon, complaint)
        work.replace(customer, CustomerItem.of(known))
    after = complaint.settled(
        message_by(call, _speaker(call.actor), complaint_id, body.message),
        remedy=body.remedy,
        refund_fen=amount,
        refund_id=refund_id,
        coupon=coupon.code if coupon else None,
        replacement=replacement.id if replacement else None,
        return_id=way_back.id if way_back else None,
    )
    work.replace(item, ComplaintItem.of(after), body.remedy)
    patterns.follow(work, after)
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
        ledger.add(work, standing.order, refund, after_all_others=True)
    _clear(work, parcel, complaint, way_back.id if way_back else None)
    left = standing.refundable_fen - amount
    back = way_back or standing.way_back
    return work, replace(standing, complaint=after, refundable_fen=left, way_back=back)


def _clear(
    work: UnitOfWork, parcel: ParcelItem, complaint: Complaint, return_id: str | None = None
) -> None:
    """The parcel shows this complaint no more; return_id: of the way back that it now has."""
    doc = parcel.doc
    after = doc.showing(None, None) if doc.complaint_id == complaint.id else doc
    if return_id is not None:
        after = after.model_copy(update={"return_id": return_id})
    if after != doc:
        work.replace(parcel, ParcelItem.of(after))


@retrying
def reopen(call: Call, complaint_id: str, body: NewAnswer, key: str | None) -> ComplaintAsOfNow:
    """The buyer disagrees, once. What the order's key reopens is the buyer's from then on.

    Raises "reopened_already", "taken_over", "order_cancelled", "complaint_open", "not_found".
    """
    check_buyer(complaint_id, key)
    once = IdempotentRequest(call, "reopen", complaint_id, body, caller=key)
    return store.answered_once(once, lambda: _reopened(call, complaint_id, body, key))


def _reopened(
    call: Call, complaint_id: str, body: NewAnswer, key: str | None
) -> Prepared[ComplaintAsOfNow]:
    item = load(complaint_id)
    by_order = item.doc.by_order or opened_by_order(item.doc, key)
    if item.doc.is_buyers and not by_order:
        raise Refusal("taken_over")
    standing = as_of_now(item.doc)
    parcel = standing.parcel
    rules.refuse_if_cancelled(parcel.doc, standing.order.doc)
    after = standing.complaint.reopened(message_by(call, "buyer", complaint_id, body.message))
    if by_order:
        after = after.carried_on(call.now)
    strangers = _strangers_open_complaint(parcel.doc, by_order=by_order)
    work = UnitOfWork(call).replace(item, ComplaintItem.of(after), "reopened by the buyer")
    patterns.follow(work, after)
    _end_strangers_complaint(work, strangers)
    work.replace(parcel, ParcelItem.of(parcel.doc.showing(after.id, after.reply_due_at)))
    return work, replace(standing, complaint=after)
