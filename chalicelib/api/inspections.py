"""Inspections of a batch."""

from ..domain.inspections import Inspection, NewInspection
from ..services import inspections as service
from .routing import Edge, Listing, ListQuery, Routes

routes = Routes(__name__)


@routes.api(
    "PUT",
    "/v1/batches/{batch_id}/inspections/{inspection_id}",
    "batch:inspect",
    body=NewInspection,
    answer=Inspection,
)
def put_inspection(
    edge: Edge, body: NewInspection, batch_id: str, inspection_id: str
) -> tuple[Inspection, bool]:
    """Record an inspection; the verdict is computed"""
    return service.record(edge.call, batch_id, inspection_id, body)


@routes.api(
    "GET",
    "/v1/batches/{batch_id}/inspections",
    "batch:read",
    answer=Listing[Inspection],
    query=ListQuery,
)
def list_inspections(edge: Edge, batch_id: str) -> Listing[Inspection]:
    """Inspections, newest first"""
    query = edge.query
    page = service.inspections(edge.call.actor, batch_id, query.limit, query.cursor)
    return Listing(items=[item.doc for item in page.items], next_cursor=page.next_cursor)
