"""Returns: the buyer's parcel on its way back."""

from chalicelib.domain.access import PUBLIC
from chalicelib.domain.fields import Instant, Model, Nothing
from chalicelib.domain.parcels import Shipment
from chalicelib.domain.returns import Return, State
from chalicelib.services import complaints
from chalicelib.services import returns as service

from ..edge.queries import KeyQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class ReturnAnswer(Model):
    """code: what the buyer writes on the box. closed: it never came."""

    code: str
    complaint_id: str
    parcel_code: str
    state: State
    carrier: str | None
    waybill: str | None
    opened_at: Instant
    sent_at: Instant | None
    ended_at: Instant | None

    @classmethod
    def of(cls, way_back: Return) -> "ReturnAnswer":
        return cls(**cls.taken_from(way_back))


@routes.api(
    "POST",
    "/v1/complaints/{complaint_id}/return",
    "complaint:handle",
    body=Shipment,
    answer=ReturnAnswer,
    query=KeyQuery,
    keyed=True,
    buyer_key=True,
)
def send(edge: Edge, body: Shipment, complaint_id: str) -> ReturnAnswer:
    """The waybill under which the buyer sent the parcel back"""
    key = edge.query.key if edge.call.actor == PUBLIC else None
    if key is not None:
        complaints.check_buyer(complaint_id, key)
    return ReturnAnswer.of(service.send(edge.call, complaint_id, body, key))


@routes.api(
    "POST",
    "/v1/complaints/{complaint_id}/return/receive",
    "complaint:handle",
    body=Nothing,
    answer=ReturnAnswer,
    keyed=True,
)
def receive(edge: Edge, body: Nothing, complaint_id: str) -> ReturnAnswer:
    """The parcel came back; it never goes on sale again"""
    return ReturnAnswer.of(service.receive(edge.call, complaint_id))


@routes.api(
    "POST",
    "/v1/complaints/{complaint_id}/return/close",
    "complaint:handle",
    body=Nothing,
    answer=ReturnAnswer,
    keyed=True,
)
def close(edge: Edge, body: Nothing, complaint_id: str) -> ReturnAnswer:
    """The parcel never came, or is not waited for any more"""
    return ReturnAnswer.of(service.close(edge.call, complaint_id))
