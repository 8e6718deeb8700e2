"""Labels of parcels, as pages that the browser prints."""

from collections import Counter

from chalice.app import Response

from ..domain.codes import display_code
from ..domain.fields import china_date
from ..pages import formats
from ..pages.labels import Label, label_page
from ..pages.render import Page
from ..services import catalogue, parcels
from .desks import done
from .parcels import trace_url
from .routing import Edge, Routes
from .traces import PageQuery

routes = Routes(__name__)


@routes.api("GET", "/v1/parcels/{code}/label", "order:fulfil", query=PageQuery, html=True)
def label(edge: Edge, code: str) -> Page:
    """The parcel's label, 60 x 40 mm"""
    parcel, order, batches = parcels.for_label(edge.call, code)
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
    )


@routes.api("GET", "/seller/parcels/{code}/label", "order:fulfil", query=PageQuery, html=True)
def desk_label(edge: Edge, code: str) -> Response:
    """The same from the seller's desk"""
    return done(edge, f"/v1/parcels/{parcels.in_scope(edge.call, code).doc.code}/label")
