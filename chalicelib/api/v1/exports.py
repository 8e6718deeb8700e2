"""Exports of customers, each on record."""

from chalicelib.domain.exports import Export, NewExport, Purpose
from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.segments import Segment
from chalicelib.pages.drawing import spreadsheets
from chalicelib.services import exports as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class ExportAnswer(Model):
    """An entry of the journal. complete: false when only the latest buyers were looked at."""

    id: str
    purpose: Purpose
    segment: Segment | None
    people: int
    complete: bool
    by: str
    at: Instant

    @classmethod
    def of(cls, entry: Export) -> "ExportAnswer":
        return cls(**cls.taken_from(entry))


class ExportedAnswer(ExportAnswer):
    """csv: a file's text, of name and phone for a message, of a number for a count."""

    csv: str


def csv_of(taken: service.Taken) -> str:
    """What a spreadsheet opens, with no cell that acts."""
    if not taken.fields:
        return spreadsheets.csv(["count"], [[str(taken.export.people)]])
    return spreadsheets.csv(taken.fields, taken.rows)


@routes.api(
    "POST",
    "/v1/customers/exports",
    "customer:export",
    body=NewExport,
    answer=ExportedAnswer,
    status=201,
    keyed=True,
)
def make_export(edge: Edge, body: NewExport) -> ExportedAnswer:
    """Take out a group of customers who consented"""
    taken = service.export(edge.call, body)
    entry = ExportAnswer.of(taken.export)
    return ExportedAnswer(csv=csv_of(taken), **entry.model_dump(mode="json"))


@routes.api(
    "GET",
    "/v1/customers/exports",
    "customer:export",
    answer=Listing[ExportAnswer],
    query=ListQuery,
)
def list_exports(edge: Edge) -> Listing[ExportAnswer]:
    """Who took out which group, when and what for, newest first"""
    page = service.exports(edge.call, edge.query.limit, edge.query.cursor)
    return Listing.of(page, lambda item: ExportAnswer.of(item.doc))
