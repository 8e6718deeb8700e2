"""What the county finds by its search box, and an order as it may see it."""

from chalice.app import Response

from chalicelib.domain.journal import Change
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.orders import OrderView, order_page
from chalicelib.services import catalogue, orders, parcels

from ..edge.desks import JOURNAL, DeskQuery, desk_of, named
from ..edge.routing import Edge, Routes
from ..edge.search import SearchPageQuery
from ..edge.search import search as answer

routes = Routes(__name__)


@routes.api("GET", "/county/search", "account:read", query=SearchPageQuery, html=True)
def search(edge: Edge) -> Page | Response:
    """Orders, parcels and lots of all shops by what was typed"""
    return answer(edge)


@routes.api("GET", "/county/orders/{order_id}", "account:read", query=DeskQuery, html=True)
def show_order(edge: Edge, order_id: str) -> Page:
    """An order with its parcels and complaints, without its buyer"""
    item = orders.in_scope(edge.call, order_id)
    changes, _ = orders.changes(edge.call.actor, order_id, JOURNAL, None)
    return order_page(
        desk_of(edge),
        OrderView(
            order=item.doc,
            shop=catalogue.shop(item.doc.shop_id).name,
            refunded_fen=int(item.refunded_fen),
            parcels=parcels.of_order(item.doc),
            changes=named([_without_words(change) for change in changes]),
        ),
    )


def _without_words(change: Change) -> Change:
    """Why it was cancelled is what people typed, and may name the buyer."""
    return change.model_copy(update={"why": ""}) if change.new == "cancelled" else change
