"""The seller's page for imports; its script uses the routes of imports.py."""

from chalicelib.domain.fields import Id
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.imports import imports_page
from chalicelib.repositories.photos import origin
from chalicelib.services import imports, offers

from ..edge.desks import DeskListQuery, desk_of
from ..edge.routing import Edge, Routes
from ..v1.imports import MOST_OFFERS

routes = Routes(__name__)

RECENT = 10


class ImportsQuery(DeskListQuery):
    import_id: Id | None = None


@routes.api("GET", "/seller/imports", "order:import", query=ImportsQuery, html=True)
def import_orders(edge: Edge) -> Page:
    """Import orders from outside platforms' files"""
    opened = edge.query.import_id
    offered, _ = offers.of_desk(edge.call, "open", MOST_OFFERS, None)
    recent = imports.imports(edge.call, RECENT, None).items if opened is None else []
    return imports_page(
        desk_of(edge),
        [item.doc for item in recent],
        opened=imports.find(edge.call, opened) if opened else None,
        offers=offered,
        origin=origin(),
    )
