"""The buyer reports a problem with a parcel, or is led to the claim about it that there is."""

import re
import uuid

from chalice.app import Response

from chalicelib.domain.complaints import Complaint, NewComplaint
from chalicelib.domain.conversations import MOST_AT_ONCE, Draft
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import LONGEST_TEXT
from chalicelib.pages.buyer.reports import complaint_form_page, in_words
from chalicelib.pages.drawing.render import Page
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import key_for, load
from chalicelib.services import catalogue, complaints, conversations, traces

from ..edge.answers import refused_page
from ..edge.forms import tried
from ..edge.problems import in_sentences
from ..edge.queries import KeyQuery, PageQuery
from ..edge.routing import Edge, Routes, read
from .complaints import to_claim

routes = Routes(__name__)

MOST_TYPED = 100
"""Characters of an order's number, and of a phone's end, that are looked at."""


class ReportQuery(PageQuery, KeyQuery):
    """key: of the parcel's order, from the buyer's own page."""


@routes.api("GET", "/t/{code}/complaint", "public", query=ReportQuery, html=True, identify=False)
def complaint_form(edge: Edge, code: str) -> Page | Response:
    """The form that reports a problem; to the order's buyer, the complaint they have opened"""
    key = edge.query.key
    if key is not None and (own := complaints.own_open(code, key)) is not None:
        return to_claim(edge, own, key=key)
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
        key = form.get("key") or None
        complaint = complaints.report(edge.call, code, _body(form), edge.address, key)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        return _refused_report(edge, code, form, refusal)
    key = key or key_for(complaint.id)
    return to_claim(edge, complaint.id, key=key, done="sent")


def _refused_report(edge: Edge, code: str, form: dict[str, str], refusal: Refusal) -> Response:
    claim = tried(lambda: _there_already(edge, code, form, refusal))
    if isinstance(claim, Response):
        return claim
    why = claim or refusal
    errors = in_sentences(why, edge.language)
    return refused_page(_form(edge, code, form, errors, form.get("key") or None), why)


def _body(form: dict[str, str]) -> NewComplaint:
    share = form.get("damaged_percent", "")
    return read(
        NewComplaint,
        {
            "reason": form.get("reason", ""),
            "damaged_percent": int(share) if re.fullmatch("[0-9]{1,3}", share) else None,
            "description": form.get("description") or None,
            "wanted": form.get("wanted") or None,
            "photos": ids_in(form.get("photos", "")),
        },
    )


def ids_in(field: str) -> list[str]:
    """The ids of photos that a form's script joined by commas."""
    return [photo_id for photo_id in field.split(",") if photo_id]


def _there_already(
    edge: Edge, code: str, form: dict[str, str], refusal: Refusal
) -> Response | None:
    """To the claim that this form has made before, or that its buyer has open, with what was typed
    anew; None where there is none, or it is somebody else's."""
    key = form.get("key") or None
    if refusal.code == "idempotency_key_reused":
        body = _body(form)
        complaint = complaints.sent_before(edge.call, code, body, key)
    elif refusal.code == "complaint_open" and "complaint_id" in refusal.facts:
        body, complaint = _body(form), load(refusal.facts["complaint_id"]).doc
    else:
        return None
    if complaint is None:
        return None
    query = {"key": key or key_for(complaint.id), "done": "before"}
    draft = _anew(edge, complaint, body)
    if draft != Draft():
        query["draft"] = conversations.keep_draft(edge.call, complaint.id, draft)
    return to_claim(edge, complaint.id, **query)


def _anew(edge: Edge, complaint: Complaint, body: NewComplaint) -> Draft:
    """What the second form says that the claim does not."""
    new = tuple(photo for photo in body.photos if photo not in complaint.photos)
    return Draft(text=in_words(complaint, body, edge.language), photos=new[:MOST_AT_ONCE])


@routes.api(
    "POST", "/t/{code}/complaint/join", "public", query=PageQuery, html=True, identify=False
)
def join(edge: Edge, code: str, form: dict[str, str]) -> Response:
    """A second phone, which knows the order's number and the phone's end, follows the claim too"""
    number, tail = (form.get(name, "")[:MOST_TYPED] for name in ("number", "tail"))
    try:
        complaint_id, key = conversations.join(edge.call, code, number, tail, edge.address)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        errors = in_sentences(refusal, edge.language)
        return refused_page(_form(edge, code, form, errors, None), refusal)
    text = form.get("message", "").strip()[:LONGEST_TEXT]
    query = {"key": key, "done": "joined"}
    if text:
        query["draft"] = conversations.keep_draft(edge.call, complaint_id, Draft(text=text))
    return to_claim(edge, complaint_id, **query)
