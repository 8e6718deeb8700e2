"""The sheet of a held or recalled batch, by which the shop tells its buyers."""

from chalice.app import Response

from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.recalls import NewNotice
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.home import PATH
from chalicelib.services import recalls as service

from ..edge import recalls
from ..edge.answers import html
from ..edge.desks import DeskQuery, done
from ..edge.forms import blank, refused, tried
from ..edge.problems import STATUS
from ..edge.recalls import SheetQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


@routes.api("GET", "/seller/batches/{batch_id}/recall", "order:fulfil", query=SheetQuery, html=True)
def show(edge: Edge, batch_id: str) -> Page:
    """The shop's parcels of a batch, with whom they are for and who was notified"""
    return recalls.sheet(edge, batch_id, blank(edge), tab=PATH)


@routes.api(
    "POST", "/seller/batches/{batch_id}/recall", "order:fulfil", query=SheetQuery, html=True
)
def mark(edge: Edge, form: dict[str, str], batch_id: str) -> Response:
    """A parcel's buyer was notified, or was not"""
    wanted = {"notified": True, "taken_back": False}.get(form.get("do", ""))
    if wanted is None:
        raise not_found("page")
    body, code = NewNotice(notified=wanted), form.get("code", "")
    outcome = tried(lambda: service.mark(edge.call, batch_id, code, body))
    if isinstance(outcome, Refusal):
        page = recalls.sheet(edge, batch_id, refused(edge, form, outcome), tab=PATH)
        return html(page, STATUS[outcome.code])
    row, _ = outcome
    start = {"start": str(edge.query.start)} if edge.query.start else {}
    response = done(edge, f"{PATH}/batches/{batch_id}/recall", **start)
    response.headers["Location"] = f"{response.headers['Location']}#c-{row.parcel.code}"
    return response


@routes.api("GET", "/seller/batches/{batch_id}/recall.csv", "order:fulfil", query=DeskQuery)
def shop_csv(edge: Edge, batch_id: str) -> Response:
    """The same for a spreadsheet"""
    return recalls.csv(edge, batch_id)
