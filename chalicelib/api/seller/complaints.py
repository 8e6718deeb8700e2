"""A complaint on the seller's desk: answered, settled with its refund, or rejected."""

from datetime import timedelta
from typing import Annotated, get_args

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.complaints import NewAnswer, Settlement
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import china_date
from chalicelib.domain.parcels import Shipment
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.complaints import (
    THANKS,
    THANKS_DAYS,
    Do,
    SellerComplaintView,
    complaint_desk_page,
)
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import as_of_now
from chalicelib.services import complaints, inbox, orders, parcels, patterns, replies, returns

from ..edge.answers import refused_page
from ..edge.desks import DeskQuery, desk_of, done
from ..edge.forms import FEN, blank, key_of, refused, text, tried, whole
from ..edge.routing import Edge, Routes, read
from ..edge.talk import conversation

routes = Routes(__name__)

PATH = "/seller/complaints"
OTHERS = 10
"""Complaints about the same batch that are shown."""


class ComplaintQuery(DeskQuery):
    """reply: the saved reply that fills in what is said."""

    reply: Annotated[str, Field(max_length=45)] | None = None


@routes.api(
    "GET", "/seller/complaints/{complaint_id}", "complaint:handle", query=ComplaintQuery, html=True
)
def show(edge: Edge, complaint_id: str) -> Page:
    """What the buyer says, and what can be done about it"""
    return _page(edge, complaint_id, {})


def _page(edge: Edge, complaint_id: str, sent: dict[Do, Form]) -> Page:
    standing = as_of_now(complaints.in_scope(edge.call, complaint_id).doc)
    complaint, order = standing.complaint, standing.order.doc
    parcel = parcels.in_scope(edge.call, complaint.parcel_code).doc
    sold = order
    if parcel.order_id != order.id:  # a replacement, whose lines are its own
        sold = orders.in_scope(edge.call, parcel.order_id).doc
    own = edge.call.actor.role == "seller"
    view = SellerComplaintView(
        complaint=complaint,
        order_number=order.number,
        lines=[
            sold.lines[line]
            for line in sorted({allocation.line for allocation in parcel.allocations})
        ],
        conversation=conversation(complaint, edge.call.now),
        refundable_fen=standing.refundable_fen,
        batches=patterns.as_seen(edge.call.actor, standing.batches),
        others=inbox.beside(edge.call.actor, complaint, OTHERS),
        way_back=standing.way_back,
        replies=[(reply.id, reply.title, reply.text) for reply in replies.replies(edge.call.actor)]
        if own
        else [],
    )
    return complaint_desk_page(
        desk_of(edge),
        view,
        done=edge.query.done,
        reply=edge.query.reply,
        upload_origin=photos.origin(),
        forms={do: sent.get(do) or blank(edge) for do in get_args(Do)},
    )


@routes.api(
    "POST", "/seller/complaints/{complaint_id}", "complaint:handle", query=ComplaintQuery, html=True
)
def act(edge: Edge, form: dict[str, str], complaint_id: str) -> Response:
    """Settle, answer or reject, as the form names it, once for each form shown"""
    wanted: Do | None = next((action for action in get_args(Do) if action == form.get("do")), None)
    if wanted is None:
        raise not_found("page")
    edge.call.key = key_of(form)
    outcome = tried(lambda: _do(edge, complaint_id, wanted, form))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"refund_fen": "refund"})
        return refused_page(_page(edge, complaint_id, {wanted: again}), outcome)
    return done(edge, f"{PATH}/{complaint_id}", note=wanted)


def _do(edge: Edge, complaint_id: str, do: Do, form: dict[str, str]) -> object:
    if do == "settle":
        return complaints.settle(edge.call, complaint_id, _settlement(edge, form))
    if do == "receive":
        return returns.receive(edge.call, complaint_id)
    if do == "close":
        return returns.close(edge.call, complaint_id)
    if do == "waybill":
        given = {"carrier": text(form, "carrier"), "waybill": text(form, "waybill")}
        return returns.send(edge.call, complaint_id, read(Shipment, given))
    answer = read(NewAnswer, {"message": text(form, "message")})
    act = complaints.answer if do == "answer" else complaints.reject
    return act(edge.call, complaint_id, answer)


def _settlement(edge: Edge, form: dict[str, str]) -> Settlement:
    """The typed sum counts for a partial refund only: any other remedy names its own."""
    coupon = text(form, "coupon")
    remedy = text(form, "remedy")
    typed = text(form, "refund") or "" if remedy == "partial_refund" else None
    given: dict[str, object] = {
        "remedy": remedy,
        "refund_fen": whole(typed, FEN),
        "message": text(form, "message"),
        "cause": text(form, "cause"),
    }
    if coupon in THANKS:
        ends = china_date(edge.call.now) + timedelta(days=THANKS_DAYS)
        given["coupon"] = {"off_fen": int(coupon), "expires_on": ends}
    return read(Settlement, given)
