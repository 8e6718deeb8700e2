"""The public shop: offers, the order form, and the buyer's own order by its link."""

from chalice.app import Response

from ..domain.errors import Refusal, not_found
from ..domain.orders import Cancellation, NewOrder
from ..pages.buyer_order import OwnOrder, own_order_page
from ..pages.forms import Form
from ..pages.render import Page
from ..pages.storefront import order_form_page, shop_page
from ..repositories.orders import buyer_of, key_for, opened_by
from ..services import catalogue, offers, orders, parcels, payments
from .answers import html
from .desks import done
from .forms import blank, key_of, refused, text, tried, whole
from .orders import KeyQuery
from .problems import STATUS
from .routing import Edge, ListQuery, Routes, read
from .traces import PageQuery

routes = Routes(__name__)

INPUTS = {
    "lines.0.packs": "packs",
    "buyer.name": "name",
    "buyer.phone": "phone",
    **{f"buyer.address.{one}": one for one in ("province", "city", "district", "detail")},
}


class ShopQuery(ListQuery, PageQuery):
    pass


class OwnOrderQuery(KeyQuery, PageQuery):
    pass


@routes.api("GET", "/shops/{shop_id}", "public", query=ShopQuery, html=True)
def shop(edge: Edge, shop_id: str) -> Page:
    """What a shop sells now; its own seller finds the way back to the desk"""
    query = edge.query
    found, next_cursor = offers.of_shop(edge.call, shop_id, query.limit, query.cursor)
    return shop_page(
        catalogue.shop(shop_id),
        found,
        language=edge.language,
        large_text=query.large,
        cursor=query.cursor,
        next_cursor=next_cursor,
        desk="/seller" if edge.call.actor.shop_id == shop_id else "",
    )


@routes.api(
    "GET",
    "/shops/{shop_id}/offers/{offer_id}",
    "public",
    query=PageQuery,
    html=True,
    identify=False,
)
def order_form(edge: Edge, shop_id: str, offer_id: str) -> Page:
    """The order form, the after-sales rule above it"""
    return _form(edge, blank(edge), shop_id, offer_id)


def _form(edge: Edge, form: Form, shop_id: str, offer_id: str) -> Page:
    offer, left = offers.offer(offer_id)
    if offer.shop_id != shop_id:
        raise not_found("offer")
    return order_form_page(
        catalogue.shop(shop_id),
        offer,
        left,
        form,
        language=edge.language,
        large_text=edge.query.large,
        on_sale=offer.is_on_sale(edge.call.now),
    )


@routes.api(
    "POST",
    "/shops/{shop_id}/offers/{offer_id}",
    "public",
    query=PageQuery,
    html=True,
    identify=False,
)
def place(edge: Edge, form: dict[str, str], shop_id: str, offer_id: str) -> Response:
    """Place the order, once for each form shown, and show it to its buyer"""
    edge.call.key = key_of(form)
    given = {
        "shop_id": shop_id,
        "lines": [{"offer_id": offer_id, "packs": whole(text(form, "packs"))}],
        "buyer": {
            "name": text(form, "name"),
            "phone": text(form, "phone"),
            "address": {one: text(form, one) for one in ("province", "city", "district", "detail")},
        },
        "channel": "storefront",
    }
    outcome = tried(lambda: orders.place(edge.call, read(NewOrder, given)))
    if isinstance(outcome, Refusal):
        page = _form(edge, refused(edge, form, outcome, INPUTS), shop_id, offer_id)
        return html(page, STATUS[outcome.code])
    return done(edge, f"/orders/{outcome.id}", key=key_for(outcome.id))


@routes.api("GET", "/orders/{order_id}", "public", query=OwnOrderQuery, html=True, identify=False)
def own_order(edge: Edge, order_id: str) -> Page:
    """A buyer's order, for whoever holds its link"""
    return _own(edge, blank(edge), order_id, edge.query.key)


def _own(edge: Edge, form: Form, order_id: str, key: str | None) -> Page:
    if key is None or not opened_by(order_id, key):
        raise not_found("order")
    item = orders.in_scope(edge.call, order_id, key)
    view = OwnOrder(
        order=item.doc,
        key=key,
        refunded_fen=int(item.refunded_fen),
        buyer=buyer_of(item.doc),
        parcels=parcels.of_order(item.doc),
    )
    return own_order_page(
        view,
        form,
        language=edge.language,
        large_text=edge.query.large,
        now=edge.call.now,
    )


@routes.api(
    "GET", "/orders/{order_id}/cancel", "public", query=OwnOrderQuery, html=True, identify=False
)
def ask_cancel(edge: Edge, order_id: str) -> Response:
    """Back to the order: a reload or a change of language after a refused cancellation"""
    return done(edge, f"/orders/{order_id}", key=edge.query.key or "")


@routes.api(
    "POST", "/orders/{order_id}/cancel", "public", query=PageQuery, html=True, identify=False
)
def cancel(edge: Edge, form: dict[str, str], order_id: str) -> Response:
    """Cancel it, until it is packed"""
    key = form.get("key", "")
    if not opened_by(order_id, key):
        raise not_found("order")
    edge.call.key = key_of(form)
    given = {"reason": text(form, "reason")}
    outcome = tried(lambda: payments.cancel(edge.call, order_id, read(Cancellation, given), key))
    if isinstance(outcome, Refusal):
        page = _own(edge, refused(edge, form, outcome), order_id, key)
        return html(page, STATUS[outcome.code])
    return done(edge, f"/orders/{order_id}", key=key)
