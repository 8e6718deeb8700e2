"""Waybills: what waits for its carrier as a file, and shipping by the carrier's own."""

from typing import Literal

from chalice.app import Response

from ..domain.codes import display_code
from ..domain.errors import SENTENCES, Refusal
from ..domain.fields import Model
from ..domain.orders import Buyer
from ..domain.waybills import PROBLEMS, NewWaybills, Outcome
from ..pages.render import Page
from ..pages.seller_waybills import waybills_csv, waybills_page
from ..pages.texts import LANGUAGES, Language
from ..services import waybills as service
from .answers import html
from .desks import DeskQuery, desk_of
from .forms import blank, tried
from .problems import STATUS, sentence
from .routing import Edge, Query, Routes

routes = Routes(__name__)


class RowAnswer(Model):
    """parcel: as it was written. code: of the parcel it means."""

    row: int
    parcel: str
    carrier: str
    waybill: str
    what: Literal["ready", "shipped", "already", "wrong"]
    code: str | None
    problem: str | None
    detail: str | None

    @classmethod
    def of(cls, one: Outcome, language: Language) -> "RowAnswer":
        return cls(
            what=one.what,
            code=display_code(one.code) if one.code else None,
            problem=one.problem,
            detail=said(one, language),
            **one.row.model_dump(),
        )


class WaybillsAnswer(Model):
    rows: list[RowAnswer]

    @classmethod
    def of(cls, outcomes: list[Outcome], language: Language) -> "WaybillsAnswer":
        return cls(rows=[RowAnswer.of(one, language) for one in outcomes])


def said(one: Outcome, language: Language) -> str | None:
    """Why a row ships nothing."""
    if one.problem is None:
        return None
    if one.problem in PROBLEMS:
        return PROBLEMS[one.problem][LANGUAGES.index(language)].format(**one.facts)
    assert one.problem in SENTENCES
    return sentence(Refusal(one.problem, **{"allowed": "", **one.facts}), language)


def _address(buyer: Buyer | None) -> list[str]:
    if buyer is None:
        return ["", "", ""]
    home = buyer.address
    return [
        buyer.name,
        buyer.phone,
        " ".join((home.province, home.city, home.district, home.detail)),
    ]


@routes.api("GET", "/v1/waybills.csv", "order:fulfil", query=Query)
def waiting(edge: Edge) -> Response:
    """Packed parcels that wait to be shipped, with their receivers; names buyers, so never kept"""
    rows = [
        [
            order.number,
            display_code(parcel.code),
            *_address(buyer),
            "、".join(dict.fromkeys(order.lines[one.line].title for one in parcel.allocations)),
            str(sum(one.packs for one in parcel.allocations)),
            "",
            "",
        ]
        for order, parcel, buyer in service.waiting(edge.call)
    ]
    return Response(
        waybills_csv(edge.language, rows),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="waybills.csv"',
            "Cache-Control": "no-store",
        },
    )


@routes.api("POST", "/v1/waybills/read", "order:fulfil", answer=WaybillsAnswer)
def read_file(edge: Edge, raw: bytes) -> WaybillsAnswer:
    """Read a carrier's CSV or XLSX, and say what would become of each row; nothing is shipped"""
    outcomes = service.preview(edge.call, service.rows_of(raw))
    return WaybillsAnswer.of(outcomes, edge.language)


@routes.api(
    "POST", "/v1/waybills", "order:fulfil", body=NewWaybills, answer=WaybillsAnswer, keyed=True
)
def ship(edge: Edge, body: NewWaybills) -> WaybillsAnswer:
    """Ship each row's parcel once; the same rows again change nothing"""
    return WaybillsAnswer.of(service.ship(edge.call, body.rows), edge.language)


# --- the page -------------------------------------------------------------------------------------


@routes.api("GET", "/seller/waybills", "order:fulfil", query=DeskQuery, html=True)
def show(edge: Edge) -> Page:
    """Download what waits, send back the carrier's file"""
    return _page(edge, [], "")


@routes.api("POST", "/seller/waybills", "order:fulfil", query=DeskQuery, html=True)
def act(edge: Edge, form: dict[str, str]) -> Page | Response:
    """Check the table, or ship by it; what could not be shipped stands there again"""
    given = form.get("rows", "")
    outcomes = tried(lambda: _done(edge, form, given))
    if isinstance(outcomes, Refusal):
        page = _page(edge, [], given, sentence(outcomes, edge.language))
        return html(page, STATUS[outcomes.code])
    return _page(edge, outcomes, given)


def _done(edge: Edge, form: dict[str, str], given: str) -> list[Outcome]:
    rows = service.rows_of(given.encode("utf-8", "replace"))
    if form.get("do") == "ship":
        return service.ship(edge.call, rows)
    return service.preview(edge.call, rows)


def _page(edge: Edge, outcomes: list[Outcome], given: str, wrong: str = "") -> Page:
    return waybills_page(
        desk_of(edge),
        blank(edge),
        [(one, said(one, edge.language)) for one in outcomes],
        given,
        wrong,
    )
