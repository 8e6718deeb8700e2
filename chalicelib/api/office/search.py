"""What the county finds by its search box, and an order as it may see it."""

from chalice.app import Response

from chalicelib.pages.drawing.render import Page

from ..edge.routing import Edge, Routes
from ..edge.search import SearchPageQuery
from ..edge.search import search as answer

routes = Routes(__name__)


@routes.api("GET", "/county/search", "account:read", query=SearchPageQuery, html=True)
def search(edge: Edge) -> Page | Response:
    """Orders, parcels and lots of all shops by what was typed"""
    return answer(edge)
