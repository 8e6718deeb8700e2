"""What is printed of a batch: its certificates and its own QR code, on A4 or on a label."""

from chalicelib.config import settings
from chalicelib.pages.drawing.labels import Paper
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.prints import certificate_print, code_print
from chalicelib.services import batches, certificates

from ..edge.desks import DeskQuery, desk_of
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class PrintQuery(DeskQuery):
    format: Paper = "a4"


@routes.api(
    "GET",
    "/cadre/batches/{batch_id}/certificates/{certificate_id}",
    "batch:hold",
    query=PrintQuery,
    html=True,
)
def certificate(edge: Edge, batch_id: str, certificate_id: str) -> Page:
    """A certificate as it goes with the goods"""
    return certificate_print(
        desk_of(edge),
        batches.batch(edge.call.actor, batch_id),
        certificates.certificate(edge.call.actor, batch_id, certificate_id),
        edge.query.format,
    )


@routes.api("GET", "/cadre/batches/{batch_id}/qr", "batch:hold", query=PrintQuery, html=True)
def code(edge: Edge, batch_id: str) -> Page:
    """The batch's own QR code, for its crate or its place in the store"""
    batch = batches.batch(edge.call.actor, batch_id)
    url = f"{settings().base_url}/cadre#/batches/{batch.id}"
    return code_print(desk_of(edge), batch, url, edge.query.format)
