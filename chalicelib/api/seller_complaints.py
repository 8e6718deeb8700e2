"""A complaint on the seller's desk: answered, settled with its refund, or rejected."""

from datetime import timedelta
from typing import get_args

from chalice.app import Response

from ..domain.complaints import Answer, Settlement
from ..domain.errors import Refusal, not_found
from ..domain.fields import china_date
from ..pages import formats
from ..pages.forms import Form
from ..pages.render import Page
from ..pages.seller_complaints import (
    THANKS,
    THANKS_DAYS,
    ComplaintView,
    Do,
    complaint_desk_page,
)
from ..repositories import photos
from ..services import complaints, parcels
from .answers import html
from .desks import DeskQuery, desk_of, done
from .forms import FEN, blank, key_of, refused, text, tried, whole
from .problems import STATUS
from .routing import Edge, Routes, read

routes = Routes(__name__)

PATH = "/seller/complaints"


@routes.api(
    "GET", "/seller/complaints/{complaint_id}", "complaint:handle", query=DeskQuery, html=True
)
def show(edge: Edge, complaint_id: str) -> Page:
    """What the buyer says, and what can be done about it"""
    return _page(edge, complaint_id, {})


def _page(edge: Edge, complaint_id: str, sent: dict[Do, Form]) -> Page:
    [found] = complaints.as_of_now([complaints.in_scope(edge.call, complaint_id).doc])
    complaint, order = found.complaint, found.order.doc
    parcel = parcels.in_scope(edge.call, complaint.parcel_code).doc
    view = ComplaintView(
        complaint=complaint,
        order_number=order.number,
        lines=[order.lines[one] for one in sorted({each.line for each in parcel.allocations})],
        said=[
            (
                formats.moment(one.at, edge.language, edge.call.now),
                one.by,
                complaints.text_of(complaint, one),
            )
            for one in complaint.messages
        ],
        photos=photos.links(complaint.photos, edge.call.now),
        refundable_fen=found.refundable_fen,
    )
    return complaint_desk_page(
        desk_of(edge),
        view,
        done=edge.query.done,
        forms={do: sent.get(do) or blank(edge) for do in get_args(Do)},
    )


@routes.api(
    "POST", "/seller/complaints/{complaint_id}", "complaint:handle", query=DeskQuery, html=True
)
def act(edge: Edge, form: dict[str, str], complaint_id: str) -> Response:
    """Settle, answer or reject, as the form names it, once for each form shown"""
    wanted: Do | None = next((one for one in get_args(Do) if one == form.get("do")), None)
    if wanted is None:
        raise not_found("page")
    edge.call.key = key_of(form)
    outcome = tried(lambda: _do(edge, complaint_id, wanted, form))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"refund_fen": "refund"})
        return html(_page(edge, complaint_id, {wanted: again}), STATUS[outcome.code])
    return done(edge, f"{PATH}/{complaint_id}", done=wanted)


def _do(edge: Edge, complaint_id: str, do: Do, form: dict[str, str]) -> complaints.Standing:
    if do == "settle":
        return complaints.settle(edge.call, complaint_id, _settlement(edge, form))
    answer = read(Answer, {"message": text(form, "message")})
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
