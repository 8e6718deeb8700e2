"""Labels of parcels, as pages that the browser prints."""

from collections import Counter
from urllib.parse import urlencode

from chalice.app import Response

from ..domain.codes import display_code
from ..domain.errors import Refusal
from ..domain.fields import china_date
from ..pages import formats
from ..pages.errors import error_page
from ..pages.labels import Label, label_page
from ..pages.render import Page
from ..services import catalogue, parcels
from .answers import html
from .desks import done
from .parcels import trace_url
from .problems import STATUS, said
from .routing import Edge, Routes
from .traces import PageQuery

routes = Routes(__name__)


@routes.api("GET", "/v1/parcels/{code}/label", "order:fulfil", query=PageQuery, html=True)
def label(edge: Edge, code: str) -> Page | Response:
    """The parcel's label, 60 x 40 mm"""
    try:
        parcel, order, batches = parcels.for_label(edge.call, code)
    except Refusal as refusal:
        if refusal.code != "batch_held" or "text/html" not in edge.accept:
            raise
        return html(_refused(edge, code, refusal), STATUS[refusal.code])
    products = list(dict.fromkeys(one.passport.product for one in batches))
    producers = list(dict.fromkeys(one.passport.producer for one in batches))
    totals: Counter[str] = Counter()
    for one in parcel.allocations:
        totals[order.lines[one.line].unit] += one.quantity
    first = batches[0]
    return label_page(
        Label(
            url=trace_url(parcel.code),
            display_code=display_code(parcel.code),
            product="、".join(products),
            grade=first.passport.grade if len(products) == 1 else None,
            quantity=" + ".join(
                formats.quantity(n, unit, edge.language) for unit, n in totals.items()
            ),
            village=first.passport.village,
            producer="、".join(producers),
            lot="+".join(dict.fromkeys(one.lot for one in batches)),
            harvested_on=min(one.harvested_on for one in batches),
            packed_on=china_date(parcel.packed_at),
            has_certificate=all(one.passport.certificate is not None for one in batches),
            shop=catalogue.shop(parcel.shop_id).name,
        ),
        language=edge.language,
        back=_order_path(edge, order.id),
    )


def _refused(edge: Edge, code: str, refusal: Refusal) -> Page:
    """Why there is no label, with the way back to the order it belongs to."""
    return error_page(
        STATUS[refusal.code],
        said(refusal, edge.language),
        language=edge.language,
        code=refusal.code,
        back=_order_path(edge, parcels.in_scope(edge.call, code).doc.order_id),
    )


def _order_path(edge: Edge, order_id: str) -> str:
    text = {"text": "large"} if edge.query.large else {}
    return f"/seller/orders/{order_id}?{urlencode({'lang': edge.language, **text})}"


@routes.api("GET", "/seller/parcels/{code}/label", "order:fulfil", query=PageQuery, html=True)
def desk_label(edge: Edge, code: str) -> Response:
    """The same from the seller's desk"""
    return done(edge, f"/v1/parcels/{parcels.in_scope(edge.call, code).doc.code}/label")
