"""Inspections of a batch."""

from chalicelib.domain.inspections import Inspection, NewInspection
from chalicelib.repositories.reading import ListPage
from chalicelib.repositories.tables import InspectionItem
from chalicelib.services import inspections as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class InspectionAnswer(Inspection):
    """photos_waiting: those of its photos that are still on the phone."""

    photos_waiting: tuple[str, ...]

    @classmethod
    def of(cls, inspection: Inspection) -> "InspectionAnswer":
        return cls.model_construct(**dict(inspection))


@routes.api(
    "PUT",
    "/v1/batches/{batch_id}/inspections/{inspection_id}",
    "batch:inspect",
    body=NewInspection,
    answer=InspectionAnswer,
    device_time=True,
)
def put_inspection(
    edge: Edge, body: NewInspection, batch_id: str, inspection_id: str
) -> tuple[InspectionAnswer, bool]:
    """Record an inspection; the verdict is computed"""
    inspection, is_new = service.record(edge.call, batch_id, inspection_id, body)
    return InspectionAnswer.of(inspection), is_new


@routes.api(
    "GET",
    "/v1/batches/{batch_id}/inspections",
    "batch:read",
    answer=Listing[InspectionAnswer],
    query=ListQuery,
)
def list_inspections(edge: Edge, batch_id: str) -> Listing[InspectionAnswer]:
    """Inspections, newest first"""
    query = edge.query
    page = service.inspections(edge.call.actor, batch_id, query.limit, query.cursor)
    return _listing(page)


@routes.api(
    "GET",
    "/v1/inspections/flagged",
    "inspection:flagged",
    answer=Listing[InspectionAnswer],
    query=ListQuery,
)
def list_flagged(edge: Edge) -> Listing[InspectionAnswer]:
    """Tests by someone untrained in the method, by a clock that was off, or long before harvest"""
    return _listing(service.flagged(edge.query.limit, edge.query.cursor))


def _listing(page: ListPage[InspectionItem]) -> Listing[InspectionAnswer]:
    items = [InspectionAnswer.of(item.doc) for item in page.items]
    return Listing(items=items, next_cursor=page.next_cursor)
