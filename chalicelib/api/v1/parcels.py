"""Parcels: packing, moving, and their labels and QR codes."""

from chalice.app import Response

from chalicelib.config import settings
from chalicelib.domain.codes import display_code
from chalicelib.domain.fields import Instant, Model, Nothing
from chalicelib.domain.parcels import Allocation, NewParcel, Parcel, Shipment
from chalicelib.services import parcels as service

from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class ParcelAnswer(Model):
    code: str
    display_code: str
    url: str
    order_id: str
    shop_id: str
    state: str
    allocations: list[Allocation]
    amount_fen: int
    carrier: str | None
    waybill: str | None
    packed_at: Instant
    shipped_at: Instant | None
    delivered_at: Instant | None
    returned_at: Instant | None

    @classmethod
    def of(cls, parcel: Parcel) -> "ParcelAnswer":
        return cls(
            display_code=display_code(parcel.code),
            url=trace_url(parcel.code),
            allocations=list(parcel.allocations),
            **cls.taken_from(parcel, "display_code", "url", "allocations"),
        )


def trace_url(code: str) -> str:
    """What the QR holds: short, so that its modules are large."""
    return f"{settings().base_url}/t/{code}"


@routes.api(
    "POST",
    "/v1/orders/{order_id}/parcels",
    "order:fulfil",
    body=NewParcel,
    answer=ParcelAnswer,
    status=201,
    keyed=True,
)
def pack_parcel(edge: Edge, body: NewParcel, order_id: str) -> ParcelAnswer:
    """Pack a parcel from batches"""
    return ParcelAnswer.of(service.pack(edge.call, order_id, body))


@routes.api("GET", "/v1/parcels/{code}", "order:fulfil", answer=ParcelAnswer)
def get_parcel(edge: Edge, code: str) -> ParcelAnswer:
    """A parcel"""
    return ParcelAnswer.of(service.in_scope(edge.call, code).doc)


@routes.api(
    "POST",
    "/v1/parcels/{code}/ship",
    "order:fulfil",
    body=Shipment,
    answer=ParcelAnswer,
    keyed=True,
)
def ship_parcel(edge: Edge, body: Shipment, code: str) -> ParcelAnswer:
    """Hand it to the carrier"""
    return ParcelAnswer.of(service.ship(edge.call, code, body))


@routes.api(
    "POST",
    "/v1/parcels/{code}/deliver",
    "order:fulfil",
    body=Nothing,
    answer=ParcelAnswer,
    keyed=True,
)
def deliver_parcel(edge: Edge, body: Nothing, code: str) -> ParcelAnswer:
    """It has arrived"""
    return ParcelAnswer.of(service.deliver(edge.call, code))


@routes.api(
    "POST",
    "/v1/parcels/{code}/return",
    "order:fulfil",
    body=Nothing,
    answer=ParcelAnswer,
    keyed=True,
)
def return_parcel(edge: Edge, body: Nothing, code: str) -> ParcelAnswer:
    """It came back; it never goes on sale again"""
    return ParcelAnswer.of(service.take_back(edge.call, code))


@routes.api("GET", "/v1/parcels/{code}/qr.svg", "public", identify=False)
def qr_svg(edge: Edge, code: str) -> Response:
    """The QR code as SVG"""
    from chalicelib.pages.drawing import qr

    svg = qr.qr_svg(trace_url(service.load(code).doc.code))
    return Response(svg, headers={"Content-Type": "image/svg+xml"})


@routes.api("GET", "/v1/parcels/{code}/qr.png", "public", identify=False)
def qr_png(edge: Edge, code: str) -> Response:
    """The QR code as PNG"""
    from chalicelib.pages.drawing import qr

    png = qr.qr_png(trace_url(service.load(code).doc.code))
    return Response(png, headers={"Content-Type": "image/png"})
