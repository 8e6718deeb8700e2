"""What a scan opens: the trace page, and the count of scans."""

from typing import Annotated
from urllib.parse import quote

from chalice.app import Response
from pydantic import AfterValidator

from chalicelib.config import settings
from chalicelib.domain.codes import LONGEST_SCAN, read_lot, same_product
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.scans import NewScan, Scans
from chalicelib.pages.buyer.home import lookup_page
from chalicelib.pages.buyer.traces import trace_page, unknown_code_page
from chalicelib.pages.drawing.render import Page
from chalicelib.services import catalogue
from chalicelib.services import photos as photo_service
from chalicelib.services import traces as service

from ...domain.traces import Trace
from ..edge.answers import html, see_other, wants_json
from ..edge.desks import done
from ..edge.queries import PageQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class CodeQuery(PageQuery):
    code: Annotated[str, AfterValidator(lambda typed: typed[:LONGEST_SCAN])] = ""


@routes.api("GET", "/t/{code}", "public", answer=Trace, query=PageQuery, html=True, identify=False)
def show(edge: Edge, code: str) -> Page | Response | Trace:
    """Who grew it, how it was tested, whether it is recalled. Changes nothing"""
    json = wants_json(edge.accept)
    try:
        trace = service.trace(code)
    except Refusal as refusal:
        if json or refusal.code != "not_found":
            raise
        page = unknown_code_page(code, language=edge.language, large_text=edge.query.large)
        return html(page, status=404)
    if json:
        return trace
    return trace_page(
        trace,
        catalogue.shop(trace.shop_id),
        language=edge.language,
        large_text=edge.query.large,
        now=edge.call.now,
        base_url=settings().base_url,
    )


@routes.api(
    "GET", "/01/{gtin}/10/{lot}/21/{serial}", "public", query=PageQuery, html=True, identify=False
)
def digital_link(edge: Edge, gtin: str, lot: str, serial: str) -> Response:
    """The same by GS1 Digital Link: product, lot, and the parcel's code as serial number"""
    trace = service.trace(serial)
    lots = [batch.lot for batch in trace.batches if same_product(batch.gtin, gtin)]
    if read_lot(lot, lots) is None:
        raise not_found("code")
    return see_other(f"/t/{trace.code}?lang={edge.language}")


@routes.api("GET", "/t", "public", query=CodeQuery, html=True, identify=False)
def find(edge: Edge) -> Page | Response:
    """What to type, and where a typed code leads, for browsers without scripts"""
    typed = edge.query.code.strip()
    if not typed:
        return lookup_page(language=edge.language, large_text=edge.query.large)
    return done(edge, f"/t/{quote(typed, safe='')}")


@routes.api("POST", "/t/{code}/scans", "public", body=NewScan, answer=Scans, identify=False)
def scan(edge: Edge, body: NewScan, code: str) -> Scans:
    """Count a scan: one device once in 24 hours"""
    return service.count(edge.call, code, body.device, edge.address, edge.agent)


@routes.api("GET", "/t/{code}/photos/{photo_id}", "public", html=True, identify=False)
def inspection_photo(edge: Edge, code: str, photo_id: str) -> Response:
    """A photo of an inspection that the trace shows"""
    trace = service.trace(code)
    shown = {
        photo for batch in trace.batches for test in batch.inspections for photo in test.photos
    }
    if photo_id not in shown:
        raise not_found("photo")
    return see_other(photo_service.of_inspection(edge.call, photo_id))
