"""Waybills: what waits for its carrier as a file, and shipping by the carrier's own."""

from typing import Annotated, Literal

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.codes import display_code
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import Model
from chalicelib.domain.file_notes import sentences
from chalicelib.domain.imports import MOST_COLUMNS
from chalicelib.domain.orders import Buyer
from chalicelib.domain.parcels import Carrier
from chalicelib.domain.sentences import SENTENCES
from chalicelib.domain.telling import worded
from chalicelib.domain.waybill_files import PARTS, Column, FileChoice, Part
from chalicelib.domain.waybills import PROBLEMS, NewWaybills, WaybillOutcome
from chalicelib.pages.seller.waybills import waybills_csv
from chalicelib.pages.texts import LANGUAGES, Language
from chalicelib.services import waybills as service

from ..edge.problems import sentence
from ..edge.queries import Query
from ..edge.routing import Edge, Routes

routes = Routes(__name__)

ColumnNumber = Annotated[int, Field(ge=1, le=MOST_COLUMNS)]


class WaybillRow(Model):
    """parcel: as it was written; waybill: as it is kept, if it is one. code: of the parcel."""

    row: int
    parcel: str
    carrier: str
    waybill: str
    what: Literal["ready", "shipped", "already", "wrong"]
    code: str | None
    problem: str | None
    detail: str | None

    @classmethod
    def of(cls, outcome: WaybillOutcome, language: Language) -> "WaybillRow":
        return cls(
            what=outcome.what,
            code=display_code(outcome.code) if outcome.code else None,
            problem=outcome.problem,
            detail=why(outcome, language),
            **outcome.row.model_dump(exclude={"waybill"}),
            waybill=outcome.waybill,
        )


class WaybillsAnswer(Model):
    rows: list[WaybillRow]

    @classmethod
    def of(cls, outcomes: list[WaybillOutcome], language: Language) -> "WaybillsAnswer":
        return cls(rows=[WaybillRow.of(outcome, language) for outcome in outcomes])


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
    def choice(self) -> FileChoice:
        given = {part: getattr(self, f"{part}_column") for part in PARTS}
        columns = {part: column for part, column in given.items() if column is not None}
        return FileChoice(columns, self.carrier or "", self.sheet or "")


def why(outcome: WaybillOutcome, language: Language) -> str | None:
    """Why a row ships nothing."""
    if outcome.problem is None:
        return None
    if outcome.problem in PROBLEMS:
        return worded(PROBLEMS[outcome.problem], LANGUAGES.index(language), outcome.facts)
    assert outcome.problem in SENTENCES
    return sentence(Refusal(outcome.problem, **{"allowed": "", **outcome.facts}), language)


def _address(buyer: Buyer | None) -> list[str]:
    if buyer is None:
        return ["", "", ""]
    return [buyer.name, buyer.number, buyer.address.written]


@routes.api("GET", "/v1/waybills.csv", "order:fulfil", query=Query)
def waiting(edge: Edge) -> Response:
    """Packed parcels that wait to be shipped, with their receivers; names buyers, so never kept"""
    rows = [
        [
            order.number,
            display_code(parcel.code),
            *_address(buyer),
            "、".join(
                dict.fromkeys(
                    order.lines[allocation.line].title for allocation in parcel.allocations
                )
            ),
            str(sum(allocation.packs for allocation in parcel.allocations)),
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
    table, notes = service.read(edge.call, raw, edge.query.choice)
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
