"""The one search box, for programs."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.batches import Batch
from chalicelib.domain.claim_numbers import spoken
from chalicelib.domain.codes import LONGEST_SCAN, display_code
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.orders import Order
from chalicelib.domain.search import Hit
from chalicelib.pages.drawing.search import path_of
from chalicelib.services import search as service

from ..edge.queries import Listing, Query
from ..edge.routing import Edge, Routes

routes = Routes(__name__)

Typed = Annotated[str, Field(max_length=LONGEST_SCAN)]


class SearchQuery(Query):
    q: Typed = ""


class HitAnswer(Model):
    """id: of a parcel its code. title: an order's number, a parcel's code as it is printed, a lot,
    a claim's number.
    url: the page that shows it. at: when it was placed, packed or recorded."""

    kind: Literal["order", "parcel", "batch", "complaint"]
    id: str
    title: str
    url: str
    state: str
    at: Instant

    @classmethod
    def of(cls, hit: Hit, url: str) -> "HitAnswer":
        subject = hit.subject
        if isinstance(subject, Order):
            own = ("order", subject.id, subject.number, subject.created_at)
        elif isinstance(subject, Batch):
            own = ("batch", subject.id, subject.lot, subject.recorded_at)
        elif isinstance(subject, Complaint):
            own = ("complaint", subject.id, spoken(subject.short_number), subject.created_at)
        else:
            own = ("parcel", subject.code, display_code(subject.code), subject.packed_at)
        kind, identity, title, at = own
        return cls(kind=kind, id=identity, title=title, url=url, state=subject.state, at=at)


@routes.api("GET", "/v1/search", "order:read", answer=Listing[HitAnswer], query=SearchQuery)
def search(edge: Edge) -> Listing[HitAnswer]:
    """Orders, parcels, batches and complaints by a number, code, waybill, phone, name or lot"""
    actor = edge.call.actor
    assert actor.role is not None
    hits = service.search(edge.call, edge.query.q)
    return Listing(
        items=[HitAnswer.of(hit, path_of(hit, actor.role)) for hit in hits], next_cursor=None
    )
