"""Buyers find their own order: by their phone and what stands on order page or label."""

from typing import Annotated

from chalice.app import Response
from pydantic import AfterValidator

from chalicelib.domain.codes import LONGEST_SCAN
from chalicelib.domain.errors import Refusal
from chalicelib.domain.search import OwnOrder
from chalicelib.pages.buyer.search import find_order_page
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.repositories.orders import key_for
from chalicelib.services import search as service

from ..edge.answers import html
from ..edge.desks import done
from ..edge.forms import blank, refused, text, tried
from ..edge.problems import STATUS
from ..edge.queries import PageQuery
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)


class FindOrderQuery(PageQuery):
    number: Annotated[str, AfterValidator(lambda typed: typed[:LONGEST_SCAN])] = ""


@routes.api("GET", "/orders", "public", query=FindOrderQuery, html=True, identify=False)
def find_order(edge: Edge) -> Page:
    """The form: whole phone number, and the order's number or a parcel's code"""
    return _page(edge, blank(edge, number=edge.query.number))


def _page(edge: Edge, form: Form) -> Page:
    return find_order_page(form, language=edge.language, large_text=edge.query.large)


@routes.api("POST", "/orders", "public", query=FindOrderQuery, html=True, identify=False)
def open_order(edge: Edge, form: dict[str, str]) -> Response:
    """To the order, by its link, for whoever knows both"""
    given = {"phone": text(form, "phone"), "number": text(form, "number")}
    outcome = tried(lambda: service.own(edge.call, read(OwnOrder, given), edge.address))
    if isinstance(outcome, Refusal):
        return html(_page(edge, refused(edge, form, outcome)), STATUS[outcome.code])
    return done(edge, f"/orders/{outcome.id}", key=key_for(outcome.id))
