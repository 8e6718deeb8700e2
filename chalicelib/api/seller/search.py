"""What the shop finds by its search box."""

from chalice.app import Response

from chalicelib.pages.drawing.render import Page

from ..edge.routing import Edge, Routes
from ..edge.search import SearchPageQuery
from ..edge.search import search as answer

routes = Routes(__name__)


@routes.api("GET", "/seller/search", "order:fulfil", query=SearchPageQuery, html=True)
def search(edge: Edge) -> Page | Response:
    """Orders, parcels and lots of the shop by what was typed"""
    return answer(edge)
