"""The search box on the desks: what was found, or at once the only thing that was."""

from typing import Annotated

from chalice.app import Response
from pydantic import AfterValidator

from chalicelib.domain.codes import LONGEST_SCAN
from chalicelib.domain.errors import Invalid
from chalicelib.domain.orders import Order
from chalicelib.domain.search import Hit
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.drawing.search import path_of, search_page
from chalicelib.repositories.orders import buyer_of
from chalicelib.services import search as service

from .desks import DeskQuery, desk_of, done
from .routing import Edge


class SearchPageQuery(DeskQuery):
    q: Annotated[str, AfterValidator(lambda typed: typed[:LONGEST_SCAN])] = ""


def search(edge: Edge) -> Page | Response:
    """For the shop with whom each order is for."""
    desk, typed = desk_of(edge), edge.query.q.strip()
    if not typed:
        return search_page(desk, "", None, unreadable=False)
    try:
        hits = service.search(edge.call, typed)
    except Invalid:
        return search_page(desk, typed, None, unreadable=True)
    if len(hits) == 1:
        return done(edge, path_of(hits[0], desk.role))
    sees_buyers = desk.role == "seller"
    named = [(hit, _name(hit) if sees_buyers else None) for hit in hits]
    return search_page(desk, typed, named, unreadable=False)


def _name(hit: Hit) -> str | None:
    order = hit.subject if isinstance(hit.subject, Order) else hit.order
    buyer = buyer_of(order) if order else None
    return buyer.name if buyer else None
