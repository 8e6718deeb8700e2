"""The seller's pages for packing in a row; what was seen on the page is what is packed."""

import re
from datetime import timedelta
from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.codes import as_meant, read_code, read_lot
from chalicelib.domain.errors import Refusal
from chalicelib.domain.own_numbers import read_number
from chalicelib.domain.packing import NewPacking, Packed, PackingPlan, Pick, picking
from chalicelib.domain.packing_runs import RunEntry
from chalicelib.domain.parcels import NewParcel
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.packing import (
    PACKING,
    PackingView,
    packing_page,
    picking_csv,
    picking_page,
    question_page,
)
from chalicelib.services import packing as service
from chalicelib.services import packing_runs as runs
from chalicelib.services import parcels

from ..edge.answers import html
from ..edge.desks import DeskListQuery, DeskQuery, desk_of, done
from ..edge.forms import blank, key_of
from ..edge.routing import Edge, Routes, read
from ..v1.packing import problem_text

routes = Routes(__name__)

ON_A_PAGE = 50
RECENT = 5
"""Runs that the page looks back at."""
MOST_PICKED = 500
"""Orders of one picking list."""
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class PackingQuery(DeskListQuery):
    """scan: what a scanner read, or somebody typed. run: that was packed, for its labels."""

    scan: Annotated[str, Field(max_length=300)] = ""
    run: Annotated[str, Field(max_length=40)] = ""


@routes.api("GET", "/seller/packing", "order:fulfil", query=PackingQuery, html=True)
def to_pack(edge: Edge) -> Page | Response:
    """Orders to pack, by product and batch, each with the batch to pack it from"""
    scan = edge.query.scan.strip()
    try:
        if order_id := _order_id(edge, scan):
            return done(edge, f"/seller/orders/{order_id}")
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
    return _page(edge, scan=scan, run_id=edge.query.run or None)


def _order_id(edge: Edge, scan: str) -> str | None:
    """By its number, or by the label of its parcel, which is packed already. Raises "not_found"."""
    if read_number(scan):
        return service.find(edge.call, scan).doc.id
    return parcels.in_scope(edge.call, scan).doc.order_id if read_code(scan) else None


def _page(
    edge: Edge,
    *,
    scan: str = "",
    run_id: str | None = None,
    failed: list[Packed] | None = None,
) -> Page:
    cursor = getattr(edge.query, "cursor", None)
    queue = service.to_pack(edge.call, ON_A_PAGE, cursor)
    batches = _scanned(queue, scan) if scan else frozenset()
    picked = {
        plan.order.id
        for plan in queue.plans
        if plan.proposals and {proposal.batch_id for proposal in plan.proposals} <= batches
    }
    view = PackingView(
        plans=queue.plans,
        supplies=queue.stock.supplies,
        problems={
            plan.order.id: problem_text(plan.problem, edge.language)
            for plan in queue.plans
            if plan.problem is not None
        },
        run=runs.view(edge.call, run_id) if run_id else None,
        recent=_recent(edge),
        failed=[
            (plan.number or plan.order_id, problem_text(plan.problem, edge.language))
            for plan in failed or ()
            if plan.problem is not None
        ],
        picked=frozenset(picked),
        scanned=scan,
        matched=not scan or bool(batches),
        done=edge.query.done,
    )
    return packing_page(
        desk_of(edge), view, blank(edge), cursor=cursor, next_cursor=queue.next_cursor
    )


def _recent(edge: Edge) -> list[RunEntry]:
    """Those of the last day of which a box stands."""
    since = edge.call.now - timedelta(days=1)
    entries = map(runs.entry, runs.runs(edge.call, RECENT, None).items)
    return [entry for entry in entries if entry.run.at >= since and entry.standing]


def _scanned(queue: service.ToPack, text: str) -> frozenset[str]:
    """Batches on the page by the link of their QR code, a GS1 link, or their lot."""
    supplies = queue.stock.supplies
    if (link := re.search(_ID, as_meant(text).lower())) and link[0] in supplies:
        return frozenset({link[0]})
    lot = read_lot(text, [supply.lot for supply in supplies.values()])
    return frozenset(supply.batch_id for supply in supplies.values() if supply.lot == lot)


@routes.api("POST", "/seller/packing", "order:fulfil", query=DeskQuery, html=True)
def pack(edge: Edge, form: dict[str, str]) -> Page | Response:
    """Pack all orders of the page, or the chosen ones, as it proposed; or ask before packing all"""
    wanted = {
        name.removeprefix("plan-"): _parcel(text)
        for name, text in form.items()
        if re.fullmatch(f"plan-{_ID}", name)
        and (form.get("do") != "chosen" or name.replace("plan-", "pick-", 1) in form)
    }
    if not wanted:
        return done(edge, PACKING)
    if form.get("do") == "ask":
        return _question(edge, wanted)
    edge.call.key = key_of(form)
    packed = service.pack(edge.call, read(NewPacking, {"order_ids": list(wanted)}), wanted)
    failed = [outcome for outcome in packed.items if outcome.code is None]
    if failed or packed.run_id is None:
        return html(_page(edge, run_id=packed.run_id, failed=failed), 409)
    if form.get("do") == "labels":
        codes = [outcome.code for outcome in packed.items if outcome.code]
        return done(edge, "/seller/labels", codes=" ".join(codes))
    return done(edge, PACKING, note="packed", run=packed.run_id)


def _question(edge: Edge, wanted: dict[str, NewParcel]) -> Page | Response:
    asked = service.as_shown(edge.call, wanted)
    if not asked.plans:  # all of them were packed meanwhile, or cancelled
        return done(edge, PACKING)
    return question_page(
        desk_of(edge), asked.plans, picking(asked.plans, asked.stock.supplies), blank(edge)
    )


def _parcel(plan_text: str) -> NewParcel:
    allocations = [
        {"line": int(line), "batch_id": batch_id, "packs": int(packs)}
        for line, batch_id, packs in re.findall(
            rf"([0-9])\.({_ID})\.([0-9]{{1,6}})(?= |$)", plan_text
        )
    ]
    return read(NewParcel, {"allocations": allocations})


# --- what to fetch --------------------------------------------------------------------------------


def _picks(edge: Edge) -> tuple[list[Pick], list[PackingPlan]]:
    queue = service.to_pack(edge.call, MOST_PICKED, None)
    ready = [plan for plan in queue.plans if plan.proposals]
    return picking(ready, queue.stock.supplies), ready


@routes.api("GET", "/seller/picking", "order:fulfil", query=DeskQuery, html=True)
def pick(edge: Edge) -> Page:
    """What to fetch from the store for the orders to pack"""
    picks, ready = _picks(edge)
    return picking_page(desk_of(edge), picks, len(ready))


@routes.api("GET", "/seller/picking.csv", "order:fulfil", query=DeskQuery)
def pick_csv(edge: Edge) -> Response:
    """The same for a spreadsheet"""
    return csv_response(picking_csv(desk_of(edge), _picks(edge)[0]))


def csv_response(text: str) -> Response:
    """A picking list as a file."""
    return Response(
        text,
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="picking.csv"',
        },
    )
