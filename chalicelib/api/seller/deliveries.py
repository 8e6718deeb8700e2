"""The seller's page of what has arrived: chosen there, or by the carrier's list."""

from dataclasses import replace

from chalice.app import Response

from chalicelib.domain.codes import read_code
from chalicelib.domain.deliveries import DeliveryOutcome, DeliveryRow, NewDeliveries
from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.deliveries import deliveries_page
from chalicelib.services import deliveries as service

from ..edge.answers import refused_page
from ..edge.bounds import LARGEST_BODY
from ..edge.desks import DeskListQuery, desk_of
from ..edge.forms import blank, key_of, tried
from ..edge.problems import in_sentences
from ..edge.routing import Edge, Routes, read
from ..v1.deliveries import why

routes = Routes(__name__)

ON_A_PAGE = 50


@routes.api("GET", "/seller/deliveries", "order:fulfil", query=DeskListQuery, html=True)
def show(edge: Edge) -> Page:
    """What is on its way, to be marked as arrived"""
    return _page(edge, {}, [])


@routes.api(
    "POST",
    "/seller/deliveries",
    "order:fulfil",
    query=DeskListQuery,
    html=True,
    largest=LARGEST_BODY,  # a carrier's whole list, as it was pasted
)
def act(edge: Edge, form: dict[str, str]) -> Page | Response:
    """Mark what was chosen, or check a list and mark by it; what was not stands there again"""
    outcome = tried(lambda: _done(edge, form))
    if isinstance(outcome, Refusal):
        wrong = "；".join(in_sentences(outcome, edge.language))
        return refused_page(_page(edge, form, [], wrong), outcome)
    return _page(edge, form, outcome)


def _done(edge: Edge, form: dict[str, str]) -> list[DeliveryOutcome]:
    edge.call.key = key_of(form)
    if form.get("do") == "chosen":
        chosen = [name.removeprefix("pick-") for name in form if name.startswith("pick-")]
        codes = [code for code in chosen if read_code(code)]
        rows = [DeliveryRow(row=at, parcel=code) for at, code in enumerate(codes, 1)]
        return service.deliver(edge.call, rows) if rows else []
    text = form.get("rows", "").encode("utf-8", "replace")
    rows, _ = service.read(edge.call, text)
    read(NewDeliveries, {"rows": [row.model_dump() for row in rows]})
    if form.get("do") == "deliver":
        return service.deliver(edge.call, rows)
    return service.preview(edge.call, rows)


def _page(
    edge: Edge, form: dict[str, str], outcomes: list[DeliveryOutcome], wrong: str = ""
) -> Page:
    cursor = edge.query.cursor
    under_way, more = service.on_the_way(edge.call, ON_A_PAGE, cursor)
    return deliveries_page(
        desk_of(edge),
        replace(blank(edge), given=form),
        under_way,
        [(outcome, why(outcome, edge.language)) for outcome in outcomes],
        wrong=wrong,
        cursor=cursor,
        next_cursor=more,
    )
