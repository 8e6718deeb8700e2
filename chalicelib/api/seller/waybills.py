"""The seller's page of waybills: download what waits, send back the carrier's file."""

from dataclasses import replace

from chalice.app import Response

from chalicelib.domain.errors import Refusal
from chalicelib.domain.waybill_files import WaybillTable
from chalicelib.domain.waybills import WaybillOutcome
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.waybills import waybills_page
from chalicelib.services import waybills as service

from ..edge.answers import refused_page
from ..edge.bounds import LARGEST_BODY
from ..edge.desks import DeskQuery, desk_of
from ..edge.forms import blank, tried
from ..edge.problems import in_sentences
from ..edge.routing import Edge, Routes, read
from ..v1.waybills import FileQuery, why

routes = Routes(__name__)


@routes.api("GET", "/seller/waybills", "order:fulfil", query=DeskQuery, html=True)
def show(edge: Edge) -> Page:
    """Download what waits, send back the carrier's file"""
    return _page(edge, {}, None, [])


@routes.api(
    "POST",
    "/seller/waybills",
    "order:fulfil",
    query=DeskQuery,
    html=True,
    largest=LARGEST_BODY,  # a carrier's whole table, as it was pasted
)
def act(edge: Edge, form: dict[str, str]) -> Page | Response:
    """Check the table, or ship by it; what could not be shipped stands there again"""
    outcome = tried(lambda: _done(edge, form))
    if isinstance(outcome, Refusal):
        wrong = in_sentences(outcome, edge.language)
        page = _page(edge, form, None, [], "；".join(wrong))
        return refused_page(page, outcome)
    table, outcomes = outcome
    return _page(edge, form, table, outcomes)


def _done(edge: Edge, form: dict[str, str]) -> tuple[WaybillTable, list[WaybillOutcome]]:
    given = {name: form[name] for name in FileQuery.model_fields if form.get(name)}
    table, _ = service.read(
        edge.call,
        form.get("rows", "").encode("utf-8", "replace"),
        read(FileQuery, given).choice,
    )
    if form.get("do") == "ship" and not table.asks:
        return table, service.ship(edge.call, table.rows)
    return table, service.preview(edge.call, table.rows)


def _page(
    edge: Edge,
    form: dict[str, str],
    table: WaybillTable | None,
    outcomes: list[WaybillOutcome],
    wrong: str = "",
) -> Page:
    return waybills_page(
        desk_of(edge),
        replace(blank(edge), given=form),
        [(outcome, why(outcome, edge.language)) for outcome in outcomes],
        table,
        wrong,
    )
