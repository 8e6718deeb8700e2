"""The sheet of a held or recalled batch, by which the county sees how far the shops are."""

from chalice.app import Response

from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.batches import LIST

from ..edge import recalls
from ..edge.desks import DeskQuery
from ..edge.forms import blank
from ..edge.recalls import SheetQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


@routes.api("GET", "/county/batches/{batch_id}/recall", "account:read", query=SheetQuery, html=True)
def show(edge: Edge, batch_id: str) -> Page:
    """All parcels of a batch, and of how many each shop has told the buyer"""
    return recalls.sheet(edge, batch_id, blank(edge), tab=LIST)


@routes.api("GET", "/county/batches/{batch_id}/recall.csv", "account:read", query=DeskQuery)
def county_csv(edge: Edge, batch_id: str) -> Response:
    """The same for a spreadsheet, without any buyer"""
    return recalls.csv(edge, batch_id)
