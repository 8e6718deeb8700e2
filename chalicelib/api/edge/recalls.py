"""The sheet of a held or recalled batch, as the desks of shop and county ask for it."""

from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.recalls import ROWS, SheetView, sheet_csv, sheet_page
from chalicelib.pages.drawing.render import Page
from chalicelib.services import accounts, catalogue
from chalicelib.services import recalls as service

from .desks import DeskQuery, desk_of
from .routing import Edge


class SheetQuery(DeskQuery):
    """start: the first row of the page."""

    start: Annotated[int, Field(ge=0, le=service.MOST_ROWS)] = 0


def sheet(edge: Edge, batch_id: str, form: Form, *, tab: str) -> Page:
    """A page of its rows."""
    start = edge.query.start
    view = _view(edge, batch_id, start, start + ROWS)
    return sheet_page(desk_of(edge), view, form, tab=tab)


def csv(edge: Edge, batch_id: str) -> Response:
    """All rows, for a spreadsheet; names buyers to their shop, so never kept."""
    view = _view(edge, batch_id, 0, service.MOST_ROWS)
    return Response(
        sheet_csv(desk_of(edge), view),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="recall.csv"',
        },
    )


def _view(edge: Edge, batch_id: str, start: int, end: int) -> SheetView:
    """The rows from `start` and before `end`, and for the county all shops of it."""
    actor = edge.call.actor
    whole = service.sheet(actor, batch_id)
    rows = service.with_orders(actor, whole.rows[start:end])
    by_shop = whole.by_shop if actor.role != "seller" else {}
    return SheetView(
        batch=whole.batch,
        progress=whole.progress,
        rows=rows,
        start=start,
        complete=whole.complete,
        names=accounts.names({row.notice.by for row in rows if row.notice}),
        by_shop=by_shop,
        shops={shop.id: shop.name for shop in catalogue.named_shops(by_shop)},
    )
