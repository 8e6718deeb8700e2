"""The buyer reports a problem with a parcel, and follows what becomes of it."""

import re
import uuid
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib.domain import fingerprints
from chalicelib.domain.complaints import Complaint, NewAnswer, NewComplaint
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.parcels import Shipment
from chalicelib.pages.buyer.complaints import (
    BuyerComplaintView,
    complaint_form_page,
    complaint_page,
)
from chalicelib.pages.drawing.render import Page
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import (
    ComplaintAsOfNow,
    as_of_now,
    key_for,
    opened_by_order,
    text_of,
)
from chalicelib.services import catalogue, complaints, coupons, returns, traces

from ...domain.traces import Trace
from ..edge.answers import refused_page, see_other
from ..edge.problems import in_sentences
from ..edge.queries import KeyQuery, PageQuery
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)

JUST_NOW = timedelta(minutes=10)


class ReportQuery(PageQuery, KeyQuery):
    """key: of the parcel's order, from the buyer's own page."""


class ComplaintPageQuery(PageQuery, KeyQuery):
    done: Literal["sent", "reopened", "returned"] | None = None


@routes.api("GET", "/t/{code}/complaint", "public", query=ReportQuery, html=True, identify=False)
def complaint_form(edge: Edge, code: str) -> Page | Response:
    """The form that reports a problem; to the order's buyer, the complaint they have opened"""
    key = edge.query.key
    if key is not None and (own := complaints.own_open(code, key)) is not None:
        return _to_complaint(edge, own, key=key)
    return _form(edge, code, {"form_key": str(uuid.uuid4())}, [], key)


def _form(
    edge: Edge, code: str, values: dict[str, str], errors: list[str], key: str | None
) -> Page:
    trace = traces.trace(code)
    if trace.voided:
        raise not_found("code")
    return complaint_form_page(
        trace,
        catalogue.shop(trace.shop_id),
        key=key,
        language=edge.language,
        form_key=values.get("form_key", ""),
        errors=errors,
        values=values,
        large_text=edge.query.large,
        upload_origin=photos.origin(),
    )


@routes.api("POST", "/t/{code}/complaint", "public", query=PageQuery, html=True, identify=False)
def send_complaint(edge: Edge, code: str, form: dict[str, str]) -> Page | Response:
    """The form's answer: the page on which the buyer follows it, or the form with what is wrong"""
    edge.call.key = form.get("form_key", "")[:255] or None
    try:
        body = read(
            NewComplaint,
            {
                "reason": form.get("reason", ""),
                "damaged_percent": int(form["damaged_percent"])
                if re.fullmatch("[0-9]{1,3}", form.get("damaged_percent", ""))
                else None,
                "description": form.get("description") or None,
                "wanted": form.get("wanted") or None,
                "photos": [photo_id for photo_id in form.get("photos", "").split(",") if photo_id],
            },
        )
        key = form.get("key") or None
        complaint = complaints.report(edge.call, code, body, edge.address, key)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        page = _form(
            edge, code, form, in_sentences(refusal, edge.language), form.get("key") or None
        )
        return refused_page(page, refusal)
    key = key or key_for(complaint.id)
    return _to_complaint(edge, complaint.id, key=key, done="sent")


def _to_complaint(edge: Edge, complaint_id: str, **query: str) -> Response:
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
    key = edge.query.key
    if key is None:
        raise not_found("complaint")
    standing = as_of_now(complaints.check_buyer(complaint_id, key))
    for_buyer = opened_by_order(standing.complaint, key)
    if not for_buyer:
        standing = standing.of_the_box
    complaint = standing.complaint
    refunded_fen = complaint.refunded_fen
    trace, parcel = traces.with_parcel(complaint.parcel_code)
    voided = parcel.state == "voided"
    coupon = complaint.coupon if for_buyer else None
    view = BuyerComplaintView(
        id=complaint.id,
        key=key,
        display_code=trace.display_code,
        product=trace.product.name,
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
        refund_hidden=not for_buyer and refunded_fen > 0,
        messages=tuple(
            (message.at, message.by, text_of(complaint, message) or "")
            for message in complaint.messages
        ),
        photos=tuple(photos.links(complaint.photos, edge.call.now)),
        can_reopen=complaint.can_reopen and not voided,
        taken_over=complaint.taken_over,
        order_cancelled=voided,
        paid_in_full=(
            refunded_fen >= complaint.amount_fen if for_buyer else complaint.state == "settled"
        ),
        again="" if trace.state == "recalled" else _again(complaint, trace, coupon),
        coupon=coupons.coupon(coupon) if coupon else None,
        way_back=standing.way_back,
        replaced=complaint.state == "settled" and complaint.remedy == "replacement",
    )
    return complaint_page(
        view,
        catalogue.shop(complaint.shop_id),
        language=edge.language,
        now=edge.call.now,
        notice=edge.query.done if _is_new(standing, edge) else None,
        large_text=edge.query.large,
    )


def _again(complaint: Complaint, trace: Trace, coupon: str | None) -> str:
    """The form of the same goods. Anybody who saw the box may complain, so nothing of the order is
    filled in but by the cookie of the browser that gave it (services/again.py)."""
    given = {"coupon": coupon} if coupon and not complaint.is_open else {}
    query = urlencode({"product": trace.batches[0].product_id, **given})
    return f"/shops/{complaint.shop_id}/again?{query}"


def _is_new(standing: ComplaintAsOfNow, edge: Edge) -> bool:
    """Whether its buyer has just sent it: the address is kept, and opened again days later."""
    complaint, back = standing.complaint, standing.way_back
    if edge.query.done == "returned":
        sent_at = back.sent_at if back else None
        return sent_at is not None and edge.call.now - sent_at < JUST_NOW
    sent_at = complaint.reopened_at or complaint.created_at
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
    return _to_complaint(edge, complaint_id, key=key, done="reopened")


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
    return _to_complaint(edge, complaint_id, key=key, done="returned")
