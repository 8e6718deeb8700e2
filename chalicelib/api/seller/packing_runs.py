"""The seller's page of one packing run: what to fetch for it, its boxes, and taking them back."""

from chalice.app import Response

from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.packing import PACKING, picking_csv
from chalicelib.pages.seller.packing_runs import run_page
from chalicelib.services import packing_runs as service

from ..edge.desks import DeskQuery, desk_of, done
from ..edge.forms import blank, key_of
from ..edge.routing import Edge, Routes
from ..v1.packing import problem_text
from .packing import csv_response

routes = Routes(__name__)


@routes.api("GET", "/seller/packing/{run_id}", "order:fulfil", query=DeskQuery, html=True)
def show(edge: Edge, run_id: str) -> Page:
    """What was packed together: its picking list, its boxes, and taking them back"""
    view = service.view(edge.call, run_id)
    stays = {
        box.parcel.code: problem_text(box.stays, edge.language)
        for box in view.boxes
        if box.stays is not None
    }
    return run_page(desk_of(edge), view, stays, blank(edge), edge.query.done)


@routes.api("GET", "/seller/packing/{run_id}/picking.csv", "order:fulfil", query=DeskQuery)
def pick_csv(edge: Edge, run_id: str) -> Response:
    """Its picking list for a spreadsheet"""
    return csv_response(picking_csv(desk_of(edge), service.view(edge.call, run_id).picks))


@routes.api("POST", "/seller/packing/{run_id}", "order:fulfil", query=DeskQuery, html=True)
def take_back(edge: Edge, form: dict[str, str], run_id: str) -> Response:
    """Unpack its boxes that have no printed label"""
    edge.call.key = key_of(form)
    service.take_back(edge.call, run_id)
    return done(edge, f"{PACKING}/{run_id}", note="taken_back")
