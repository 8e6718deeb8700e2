"""Waybills: what waits for its carrier as a file, and shipping by the carrier's own."""

from dataclasses import replace
from typing import Annotated, Literal

from chalice.app import Response
from pydantic import Field

from ..domain.codes import display_code
from ..domain.errors import SENTENCES, Refusal
from ..domain.fields import Model
from ..domain.file_notes import sentences
from ..domain.imports import MOST_COLUMNS
from ..domain.orders import Buyer
from ..domain.parcels import Carrier
from ..domain.waybill_files import PARTS, Choice, Column, Part, Table
from ..domain.waybills import PROBLEMS, NewWaybills, Outcome
from ..pages.render import Page
from ..pages.seller_waybills import waybills_csv, waybills_page
from ..pages.texts import LANGUAGES, Language
from ..services import waybills as service
from .answers import html
from .desks import DeskQuery, desk_of
from .forms import blank, tried
from .problems import STATUS, said, sentence
from .routing import Edge, Query, Routes, read

routes = Routes(__name__)

ColumnNumber = Annotated[int, Field(ge=1, le=MOST_COLUMNS)]


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
            detail=why(one, language),
            **one.row.model_dump(),
        )


class WaybillsAnswer(Model):
    rows: list[RowAnswer]

    @classmethod
    def of(cls, outcomes: list[Outcome], language: Language) -> "WaybillsAnswer":
        return cls(rows=[RowAnswer.of(one, language) for one in outcomes])


class FileAnswer(WaybillsAnswer):
    """asks: what the headings do not tell. Without the column of the parcel or of the waybill there
    are no rows; without a carrier each row lacks one. columns: to answer with, as this query.
    notes: sentences on the file, such as which sheets were not read."""

    asks: list[Part]
    columns: list[Column]
    notes: list[str]


class FileQuery(Query):
    """What its sender knows of a file: columns, from 1, who carries all of it, and the sheet of a
    workbook, if it is not the one whose headings are known best."""

    parcel_column: ColumnNumber | None = None
    carrier_column: ColumnNumber | None = None
    waybill_column: ColumnNumber | None = None
    carrier: Carrier | None = None
    sheet: Annotated[str, Field(max_length=200)] | None = None

    @property
    def choice(self) -> Choice:
        given = {part: getattr(self, f"{part}_column") for part in PARTS}
        columns = {part: column for part, column in given.items() if column is not None}
        return Choice(columns, self.carrier or "", self.sheet or "")


def why(one: Outcome, language: Language) -> str | None:
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
        buyer.number,
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


@routes.api("POST", "/v1/waybills/read", "order:fulfil", answer=FileAnswer, query=FileQuery)
def read_file(edge: Edge, raw: bytes) -> FileAnswer:
    """Read a carrier's CSV or XLSX, and say what would become of each row; nothing is shipped"""
    table, notes = service.read(raw, edge.query.choice)
    answer = WaybillsAnswer.of(service.preview(edge.call, table.rows), edge.language)
    return FileAnswer(
        rows=answer.rows,
        asks=list(table.asks),
        columns=table.columns,
        notes=sentences(notes, LANGUAGES.index(edge.language)),
    )


@routes.api(
    "POST", "/v1/waybills", "order:fulfil", body=NewWaybills, answer=WaybillsAnswer, keyed=True
)
def ship(edge: Edge, body: NewWaybills) -> WaybillsAnswer:
    """Ship each row's parcel once; the same rows again change nothing"""
    return WaybillsAnswer.of(service.ship(edge.call, body.filled), edge.language)


# --- the page -------------------------------------------------------------------------------------


@routes.api("GET", "/seller/waybills", "order:fulfil", query=DeskQuery, html=True)
def show(edge: Edge) -> Page:
    """Download what waits, send back the carrier's file"""
    return _page(edge, {}, None, [])


@routes.api("POST", "/seller/waybills", "order:fulfil", query=DeskQuery, html=True)
def act(edge: Edge, form: dict[str, str]) -> Page | Response:
    """Check the table, or ship by it; what could not be shipped stands there again"""
    outcome = tried(lambda: _done(edge, form))
    if isinstance(outcome, Refusal):
        wrong = said(outcome, edge.language)
        page = _page(edge, form, None, [], "；".join(wrong))
        return html(page, STATUS[outcome.code])
    table, outcomes = outcome
    return _page(edge, form, table, outcomes)


def _done(edge: Edge, form: dict[str, str]) -> tuple[Table, list[Outcome]]:
    given = {name: form[name] for name in FileQuery.model_fields if form.get(name)}
    table, _ = service.read(
        form.get("rows", "").encode("utf-8", "replace"), read(FileQuery, given).choice
    )
    if form.get("do") == "ship" and not table.asks:
        return table, service.ship(edge.call, table.rows)
    return table, service.preview(edge.call, table.rows)


def _page(
    edge: Edge, form: dict[str, str], table: Table | None, outcomes: list[Outcome], wrong: str = ""
) -> Page:
    return waybills_page(
        desk_of(edge),
        replace(blank(edge), given=form),
        [(one, why(one, edge.language)) for one in outcomes],
        table,
        wrong,
    )
