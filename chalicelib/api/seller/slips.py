"""Packing slips, as pages that the browser prints."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.slips import Slip
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.home import PATH
from chalicelib.pages.seller.packing import PACKING
from chalicelib.pages.seller.slips import slips_page
from chalicelib.services import catalogue
from chalicelib.services import slips as service

from ..edge.desks import DeskQuery, desk_of
from ..edge.routing import Edge, Routes
from ..v1.parcels import trace_url

routes = Routes(__name__)


class SlipQuery(DeskQuery):
    """prices: shown, where somebody wants them; a present has none."""

    prices: Annotated[str, Field(max_length=3)] = ""


@routes.api("GET", "/seller/orders/{order_id}/slip", "order:fulfil", query=SlipQuery, html=True)
def of_order(edge: Edge, order_id: str) -> Page:
    """The packing slip of an order, a page for each of its boxes"""
    slips = service.of_order(edge.call, order_id)
    return _page(edge, slips, f"{PATH}/orders/{order_id}/slip", f"{PATH}/orders/{order_id}")


@routes.api("GET", "/seller/packing/{run_id}/slips", "order:fulfil", query=SlipQuery, html=True)
def of_run(edge: Edge, run_id: str) -> Page:
    """The packing slips of what was packed together"""
    slips = service.of_run(edge.call, run_id)
    return _page(edge, slips, f"{PACKING}/{run_id}/slips", f"{PACKING}/{run_id}")


def _page(edge: Edge, slips: list[Slip], path: str, back: str) -> Page:
    return slips_page(
        desk_of(edge),
        slips,
        catalogue.shop(edge.call.actor.shop_id or ""),
        urls={slip.parcel.code: trace_url(slip.parcel.code) for slip in slips},
        path=path,
        with_prices=edge.query.prices == "yes",
        back=back,
    )
