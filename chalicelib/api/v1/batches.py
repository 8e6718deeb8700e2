"""Batches: registering, holding, releasing, recalling, and where each one went."""

from datetime import date
from typing import Literal

from chalice.app import Response

from chalicelib.config import settings
from chalicelib.domain.batches import (
    Batch,
    NewBatch,
    State,
    Touched,
    WrittenReason,
)
from chalicelib.domain.corrections import QuantityCorrection
from chalicelib.domain.fields import DeviceTime, Id, Instant, Model
from chalicelib.domain.inspections import Verdict
from chalicelib.domain.journal import Change
from chalicelib.services import batches as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class BatchAnswer(Model):
    id: str
    lot: str
    product_id: str
    product: str
    producer_id: str
    producer: str
    village_id: str
    harvested_on: date
    unit: str
    quantity: int
    available_quantity: int
    plot: str | None
    note: str | None
    state: State
    reason: str | None
    last_verdict: Verdict | None
    held_at: Instant | None
    recalled_at: Instant | None
    recorded_at: Instant
    device_at: DeviceTime | None
    clock_gap_seconds: int | None
    clock_moved_seconds: int | None
    plan_by: Literal["county", "village"]

    @classmethod
    def of(cls, batch: Batch) -> "BatchAnswer":
        return cls(
            product=batch.passport.product,
            producer=batch.passport.producer,
            **{
                name: getattr(batch, name)
                for name in cls.model_fields
                if name not in {"product", "producer"}
            },
        )


class BatchParcel(Model):
    code: str
    order_id: str
    shop_id: str
    quantity: int
    state: str


class BatchesQuery(ListQuery):
    village_id: Id | None = None
    state: State | None = None


@routes.api(
    "PUT",
    "/v1/batches/{batch_id}",
    "batch:register",
    body=NewBatch,
    answer=BatchAnswer,
    device_time=True,
)
def put_batch(edge: Edge, body: NewBatch, batch_id: str) -> tuple[BatchAnswer, bool]:
    """Register a batch"""
    batch, is_new = service.register(edge.call, batch_id, body)
    return BatchAnswer.of(batch), is_new


@routes.api("GET", "/v1/batches/{batch_id}", "batch:read", answer=BatchAnswer)
def get_batch(edge: Edge, batch_id: str) -> BatchAnswer:
    """A batch"""
    return BatchAnswer.of(service.batch(edge.call.actor, batch_id))


@routes.api("GET", "/v1/batches", "batch:read", answer=Listing[BatchAnswer], query=BatchesQuery)
def list_batches(edge: Edge) -> Listing[BatchAnswer]:
    """Batches of a village or of all in scope, newest first"""
    query = edge.query
    page = service.batches(
        edge.call.actor, query.village_id, query.state, query.limit, query.cursor
    )
    return Listing.of(page, lambda item: BatchAnswer.of(item.doc))


@routes.api(
    "POST",
    "/v1/batches/{batch_id}/hold",
    "batch:hold",
    body=WrittenReason,
    answer=BatchAnswer,
    keyed=True,
)
def hold(edge: Edge, body: WrittenReason, batch_id: str) -> BatchAnswer:
    """Stop selling, packing and labelling it"""
    return BatchAnswer.of(service.hold(edge.call, batch_id, body))


@routes.api(
    "POST",
    "/v1/batches/{batch_id}/release",
    "batch:hold",
    body=WrittenReason,
    answer=BatchAnswer,
    keyed=True,
)
def release(edge: Edge, body: WrittenReason, batch_id: str) -> BatchAnswer:
    """End a hold, after a passed inspection newer than it"""
    return BatchAnswer.of(service.release(edge.call, batch_id, body))


@routes.api(
    "POST",
    "/v1/batches/{batch_id}/recall",
    "batch:hold",
    body=WrittenReason,
    answer=BatchAnswer,
    keyed=True,
)
def recall(edge: Edge, body: WrittenReason, batch_id: str) -> BatchAnswer:
    """Call it back, for good"""
    return BatchAnswer.of(service.recall(edge.call, batch_id, body))


@routes.api(
    "POST",
    "/v1/batches/{batch_id}/close",
    "batch:hold",
    body=WrittenReason,
    answer=BatchAnswer,
    keyed=True,
)
def close(edge: Edge, body: WrittenReason, batch_id: str) -> BatchAnswer:
    """Nothing more is inspected or offered from it"""
    return BatchAnswer.of(service.close(edge.call, batch_id, body))


@routes.api(
    "POST",
    "/v1/batches/{batch_id}/quantity",
    "batch:correct",
    body=QuantityCorrection,
    answer=BatchAnswer,
    keyed=True,
)
def correct_quantity(edge: Edge, body: QuantityCorrection, batch_id: str) -> BatchAnswer:
    """Correct how much it holds, within what is free of it"""
    return BatchAnswer.of(service.correct(edge.call, batch_id, body))


@routes.api(
    "GET",
    "/v1/batches/{batch_id}/parcels",
    "batch:parcels",
    answer=Listing[BatchParcel],
    query=ListQuery,
)
def list_parcels(edge: Edge, batch_id: str) -> Listing[BatchParcel]:
    """Every parcel that holds some of the batch"""
    query = edge.query
    parcels, cursor = service.parcels(edge.call.actor, batch_id, query.limit, query.cursor)
    return Listing(
        items=[
            BatchParcel(
                code=parcel.code,
                order_id=parcel.order_id,
                shop_id=parcel.shop_id,
                quantity=quantity,
                state=parcel.state,
            )
            for parcel, quantity in parcels
        ],
        next_cursor=cursor,
    )


@routes.api("GET", "/v1/batches/{batch_id}/parcels/count", "batch:parcels", answer=Touched)
def count_parcels(edge: Edge, batch_id: str) -> Touched:
    """How many parcels, of how many orders, a hold or recall touches"""
    return service.touched(edge.call.actor, batch_id)


@routes.api("GET", "/v1/batches/{batch_id}/qr.svg", "batch:read")
def qr_svg(edge: Edge, batch_id: str) -> Response:
    """The QR code that opens the batch on a cadre's phone, as SVG"""
    from chalicelib.pages.drawing import qr

    batch = service.batch(edge.call.actor, batch_id)
    svg = qr.qr_svg(f"{settings().base_url}/cadre#/batches/{batch.id}")
    return Response(svg, headers={"Content-Type": "image/svg+xml"})


@routes.api("GET", "/v1/parcels/{code}/batches", "batch:read", answer=Listing[BatchAnswer])
def list_batches_of_parcel(edge: Edge, code: str) -> Listing[BatchAnswer]:
    """What a parcel was packed from, by its code"""
    batches = service.of_parcel(edge.call.actor, code)
    return Listing(items=[BatchAnswer.of(batch) for batch in batches], next_cursor=None)


@routes.api(
    "GET",
    "/v1/batches/{batch_id}/changes",
    "batch:read",
    answer=Listing[Change],
    query=ListQuery,
)
def list_changes(edge: Edge, batch_id: str) -> Listing[Change]:
    """The journal of the batch, oldest first"""
    query = edge.query
    changes, cursor = service.changes(edge.call.actor, batch_id, query.limit, query.cursor)
    return Listing(items=changes, next_cursor=cursor)
