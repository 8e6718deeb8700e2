"""The buyer follows what becomes of a complaint."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from chalice.app import Response
from pydantic import Field

from chalicelib.domain import fingerprints
from chalicelib.domain.complaints import Complaint, NewAnswer
from chalicelib.domain.conversations import NO_DRAFT, Draft
from chalicelib.domain.errors import not_found
from chalicelib.domain.parcels import Shipment
from chalicelib.pages.buyer.complaints import (
    BuyerComplaintView,
    complaint_page,
)
from chalicelib.pages.drawing.formats import named
from chalicelib.pages.drawing.render import Page
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import (
    ComplaintAsOfNow,
    as_of_now,
    load,
    opened_by_order,
)
from chalicelib.services import (
    catalogue,
    complaints,
    conversations,
    coupons,
    refunds,
    returns,
    traces,
)

from ...domain.traces import Trace
from ..edge.answers import see_other
from ..edge.queries import KeyQuery, PageQuery
from ..edge.routing import Edge, Routes, read
from ..edge.talk import conversation

routes = Routes(__name__)

JUST_NOW = timedelta(minutes=10)


class ComplaintPageQuery(PageQuery, KeyQuery):
    """draft: of what was typed and led to a complaint that there was already."""

    done: Literal["sent", "before", "joined", "reopened", "returned", "said"] | None = None
    draft: Annotated[str, Field(max_length=45)] | None = None


def to_claim(edge: Edge, complaint_id: str, **query: str) -> Response:
    """The page on which a complaint is followed, in the language and size of this one."""
    query |= {"lang": edge.language} | ({"text": "large"} if edge.query.large else {})
    return see_other(f"/complaints/{complaint_id}?{urlencode(query)}")


@routes.api(
    "GET",
    "/complaints/{complaint_id}",
    "public",
    query=ComplaintPageQuery,
    html=True,
    identify=False,
)
def follow(edge: Edge, complaint_id: str) -> Page:
    """The page on which the buyer follows a complaint"""
    if edge.query.key is None:
        raise not_found("complaint")
    key, name = edge.query.key, edge.query.draft
    kept = conversations.draft(edge.call, complaint_id, name) if name else None
    return claim_page(edge, complaint_id, key, done=edge.query.done, draft=kept or NO_DRAFT)


def claim_page(
    edge: Edge,
    complaint_id: str,
    key: str,
    *,
    done: str | None = None,
    draft: Draft = NO_DRAFT,
    errors: Sequence[str] = (),
) -> Page:
    """A complaint as its key shows it. draft: what stands in its form, with what is wrong."""
    complaint = load(complaint_id).doc
    joined = conversations.reader_of(complaint, key) == "joiner"
    standing = as_of_now(complaint)
    for_buyer = opened_by_order(complaint, key)
    if not for_buyer:
        standing = standing.of_the_box
    complaint = standing.complaint
    if joined:
        complaint = complaint.model_copy(update=complaint.as_joined())
    refunded_fen = complaint.refunded_fen
    trace, _ = traces.with_parcel(complaint.parcel_code)
    coupon = complaint.coupon if for_buyer else None
    view = BuyerComplaintView(
        id=complaint.id,
        number=complaint.short_number,
        key=key,
        display_code=trace.display_code,
        product=named(trace.product.name, trace.product.name_en, edge.language),
        reason=complaint.reason,
        damaged_percent=complaint.damaged_percent,
        wanted=complaint.wanted,
        state=complaint.state,
        created_at=complaint.created_at,
        reply_due_at=complaint.reply_due_at,
        overdue=complaint.is_overdue(edge.call.now),
        late=complaint.late,
        recalled=trace.state == "recalled",
        remedy=complaint.remedy,
        refund_fen=refunded_fen if for_buyer else None,
        refunds=refunds.of_complaint(complaint) if for_buyer and refunded_fen else (),
        refund_hidden=not for_buyer and refunded_fen > 0,
        conversation=conversation(complaint, edge.call.now, joined=joined),
        may_say=complaint.is_open and not complaint.is_full and not trace.voided,
        is_full=complaint.is_open and complaint.is_full,
        reply_hours=complaint.reply_hours,
        of_order=for_buyer,
        joined=joined,
        can_reopen=complaint.can_reopen and not trace.voided and not joined,
        taken_over=complaint.taken_over,
        order_cancelled=trace.voided,
        paid_in_full=(
            refunded_fen >= complaint.amount_fen if for_buyer else complaint.state == "settled"
        ),
        again="" if joined or trace.state == "recalled" else _again(complaint, trace, coupon),
        coupon=coupons.coupon(coupon) if coupon else None,
        way_back=None if joined else standing.way_back,
        replaced=complaint.state == "settled" and complaint.remedy == "replacement",
    )
    return complaint_page(
        view,
        catalogue.shop(complaint.shop_id),
        language=edge.language,
        now=edge.call.now,
        notice=done if done and _is_new(standing, edge, done) else None,
        large_text=edge.query.large,
        form_key=str(uuid.uuid4()),
        draft=draft,
        errors=errors,
        upload_origin=photos.origin(),
    )


def _again(complaint: Complaint, trace: Trace, coupon: str | None) -> str:
    """The form of the same goods. Anybody who saw the box may complain, so nothing of the order is
    filled in but by the cookie of the browser that gave it (services/again.py)."""
    given = {"coupon": coupon} if coupon and not complaint.is_open else {}
    query = urlencode({"product": trace.batches[0].product_id, **given})
    return f"/shops/{complaint.shop_id}/again?{query}"


def _is_new(standing: ComplaintAsOfNow, edge: Edge, done: str) -> bool:
    """Whether its buyer has just sent it: the address is kept, and opened again days later."""
    complaint, back = standing.complaint, standing.way_back
    if done in {"before", "joined"}:
        return True
    if done == "returned":
        sent_at = back.sent_at if back else None
        return sent_at is not None and edge.call.now - sent_at < JUST_NOW
    sent_at = complaint.reopened_at or complaint.created_at
    if done == "said":
        sent_at = max((message.at for message in complaint.messages), default=sent_at)
    return complaint.state == "open" and edge.call.now - sent_at < JUST_NOW


@routes.api(
    "POST",
    "/complaints/{complaint_id}/reopen",
    "public",
    query=PageQuery,
    html=True,
    identify=False,
)
def send_reopen(edge: Edge, complaint_id: str, form: dict[str, str]) -> Response:
    """Reopen, from the buyer's page"""
    key = form.get("key", "")
    answer = read(NewAnswer, {"message": form.get("message", "")})
    # it can happen once, so a double tap of the same words is one
    edge.call.key = f"reopen {complaint_id} {fingerprints.text_of(answer)}"
    complaints.reopen(edge.call, complaint_id, answer, key)
    return to_claim(edge, complaint_id, key=key, done="reopened")


@routes.api(
    "POST",
    "/complaints/{complaint_id}/return",
    "public",
    query=PageQuery,
    html=True,
    identify=False,
)
def send_return(edge: Edge, complaint_id: str, form: dict[str, str]) -> Response:
    """Under which waybill it was sent back, from the buyer's page"""
    key = form.get("key", "")
    complaints.check_buyer(complaint_id, key)
    given = {name: form.get(name, "") for name in ("carrier", "waybill")}
    returns.send(edge.call, complaint_id, read(Shipment, given), key)
    return to_claim(edge, complaint_id, key=key, done="returned")
