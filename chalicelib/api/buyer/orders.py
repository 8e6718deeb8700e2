"""The buyer orders: by a form that knows whoever ordered before; then the own order by its link."""

import re
from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.config import settings
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import canonical_id
from chalicelib.domain.orders import Buyer, NewOrder, Order
from chalicelib.domain.payments import Cancellation
from chalicelib.domain.streets import HIDDEN
from chalicelib.pages.buyer.orders import OwnOrder, order_form_page, own_order_page
from chalicelib.pages.buyer.paying import REFERRER
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.texts import Words
from chalicelib.pages.texts.buyer import storefront
from chalicelib.repositories.orders import buyer_of, key_for, opened_by
from chalicelib.services import (
    again,
    catalogue,
    coupons,
    offers,
    orders,
    parcels,
    payments,
    standings,
)

from ..edge.answers import cookie, html, refused_page
from ..edge.desks import done
from ..edge.forms import blank, key_of, refused, text, tried, whole
from ..edge.payers import paying_of
from ..edge.queries import KeyQuery, PageQuery
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)

AGAIN_COOKIE = "again"
HOME = ("province", "city", "district", "detail")
SAME_OFFER = 50
"""Offers among which the goods of an earlier order are looked for."""
INPUTS = {
    "lines.0.packs": "packs",
    "buyer.name": "name",
    "buyer.phone": "phone",
    **{f"buyer.address.{part}": part for part in HOME},
}


class OrderFormQuery(PageQuery):
    coupon: Annotated[str, Field(max_length=40)] = ""


class AgainQuery(OrderFormQuery):
    """token: of the buyer's own pages. product: from the trace page, which is the same for all."""

    token: Annotated[str, Field(max_length=600)] = ""
    product: Annotated[str, Field(max_length=36)] = ""


class OwnOrderQuery(KeyQuery, PageQuery):
    """asked: whether the money has come was just asked."""

    asked: Annotated[str, Field(max_length=1)] = ""


@routes.api(
    "GET",
    "/shops/{shop_id}/offers/{offer_id}",
    "public",
    query=OrderFormQuery,
    html=True,
    identify=False,
)
def order_form(edge: Edge, shop_id: str, offer_id: str) -> Response:
    """The order form, the after-sales rule above it, filled in for whoever ordered before"""
    coupon = {"coupon": edge.query.coupon} if edge.query.coupon else {}
    known = _known(edge, shop_id)
    form = blank(edge, **(_filled_in(known.buyer) if known else {}), **coupon)
    response = html(_form(edge, form, shop_id, offer_id, known=known))
    if known is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


def _known(edge: Edge, shop_id: str) -> again.Earlier | None:
    """Whom the browser's token stands for."""
    return again.order(edge.call, shop_id, cookie(edge.headers.get("cookie", ""), AGAIN_COOKIE))


def _filled_in(known: Buyer) -> dict[str, str]:
    """What a form begins with. The whole number, street and house never leave the store by it."""
    shown = known.in_part()
    address = {part: getattr(shown.address, part) for part in HOME}
    return {"name": shown.name, "phone": shown.phone, **address}


def _as_before(
    edge: Edge, shop_id: str, typed: dict[str, str | None]
) -> tuple[dict[str, str | None], again.Earlier | None]:
    """What was typed, with whole values for what the form was filled in with in part, and the order
    that they are of, if there were any.

    Number and street come together, or not at all: who has a link sends goods to where its order
    went, and nowhere else in its buyer's name. Nor under another number: one written into a name
    makes somebody else of the buyer, whom erasing them does not reach. What is in part and not of
    before is left out, so that the form asks for it.
    """
    whole, earlier = typed, None
    in_part = any(HIDDEN in (value or "") for value in typed.values())
    if in_part and (known := _known(edge, shop_id)) is not None:
        buyer, shown = known.buyer, _filled_in(known.buyer)
        if all(typed[field] == shown[field] for field in ("phone", *HOME)):
            name = buyer.name if typed["name"] == shown["name"] else typed["name"]
            if buyer.model_copy(update={"name": name or ""}).number == buyer.number:
                of_before = {"name": name, "phone": buyer.number, "detail": buyer.address.detail}
                whole, earlier = typed | of_before, known
    left = {name: None if HIDDEN in (value or "") else value for name, value in whole.items()}
    return left, earlier


def _cookie(shop_id: str, token: str, days: int = again.DAYS) -> str:
    secure = "; Secure" if settings().secure else ""
    return (
        f"{AGAIN_COOKIE}={token}; Path=/shops/{shop_id}; Max-Age={days * 86_400}; HttpOnly;"
        f" SameSite=Lax{secure}"
    )


def _token(edge: Edge, order: Order) -> str:
    """Only for whoever placed the order or holds its key."""
    return again.token(
        edge.call, shop_id=order.shop_id, customer_id=order.customer_id, order_id=order.id
    )


def _form(
    edge: Edge, form: Form, shop_id: str, offer_id: str, *, known: again.Earlier | None = None
) -> Page:
    """known: an earlier order of whoever looks; the best coupon that they may learn of is filled
    in as well."""
    offer, left = offers.offer(offer_id)
    if offer.shop_id != shop_id:
        raise not_found("offer")
    if known is not None:
        coupon = coupons.best(edge.call, known.order, known.refunded_fen, offer.price_fen)
        form = form.with_defaults(coupon=coupon.code) if coupon else form
    return order_form_page(
        catalogue.shop(shop_id),
        offer,
        left,
        form,
        language=edge.language,
        large_text=edge.query.large,
        on_sale=offer.is_on_sale(edge.call.now),
        base_url=settings().base_url,
        known=known is not None,
    )


@routes.api("GET", "/shops/{shop_id}/again", "public", query=AgainQuery, html=True, identify=False)
def buy_again(edge: Edge, shop_id: str) -> Response:
    """To the form of the same goods; a token goes on as a cookie"""
    earlier = again.order(edge.call, shop_id, edge.query.token)
    offer_id, product_id = "", edge.query.product
    if earlier is not None:
        [line, *_] = earlier.order.lines
        offer_id, product_id = line.offer_id, line.product_id
    if not product_id:
        return done(edge, f"/shops/{shop_id}")
    on_sale, _ = offers.of_shop(edge.call, shop_id, SAME_OFFER, None)
    there = [offer for offer, left in on_sale if left > 0 and not offer.held_batch_ids]
    same = next((offer.id for offer in there if offer.id == offer_id), None)
    alike = same or next((offer.id for offer in there if offer.product_id == product_id), None)
    coupon = {"coupon": edge.query.coupon} if edge.query.coupon else {}
    path = f"/shops/{shop_id}" + (f"/offers/{alike}" if alike else "")
    response = done(edge, path, **coupon)
    if earlier is not None:
        response.headers["Set-Cookie"] = _cookie(shop_id, edge.query.token)
    return response


@routes.api("POST", "/shops/{shop_id}/forget", "public", query=PageQuery, html=True, identify=False)
def forget(edge: Edge, form: dict[str, str], shop_id: str) -> Response:
    """The form is somebody else's: empty it in this browser"""
    try:
        path = f"/shops/{shop_id}/offers/{canonical_id(form.get('offer', ''))}"
    except ValueError:
        path = f"/shops/{shop_id}"
    response = done(edge, path)
    response.headers["Set-Cookie"] = _cookie(shop_id, "", 0)
    return response


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
    typed = {field: text(form, field) for field in ("name", "phone", *HOME)}
    buyer, earlier = _as_before(edge, shop_id, typed)
    given = {
        "shop_id": shop_id,
        "lines": [{"offer_id": offer_id, "packs": whole(text(form, "packs"))}],
        "buyer": {
            "name": buyer["name"],
            "phone": buyer["phone"],
            "address": {part: buyer[part] for part in HOME},
        },
        "channel": "storefront",
        "coupon": text(form, "coupon"),
        "consent": {"text_version": form["consent"]} if form.get("consent") else None,
    }
    outcome = tried(
        lambda: orders.place(
            edge.call,
            read(NewOrder, given),
            edge.address,
            by_link=earlier is not None,
            proved=earlier is not None and earlier.proves_its_number,
            seen_fen=int(seen)
            if re.fullmatch(r"[0-9]{1,9}", seen := form.get("price", ""))
            else None,
        )
    )
    if isinstance(outcome, Refusal):
        corrected = refused(edge, form, outcome, INPUTS)
        if corrected.error("phone") and HIDDEN in (typed["phone"] or ""):
            words = Words(edge.language, storefront.TEXTS)
            corrected = corrected.with_errors(phone=words["whole_phone"])
        return refused_page(_form(edge, corrected, shop_id, offer_id), outcome)
    response = done(edge, f"/orders/{outcome.id}", key=key_for(outcome.id))
    response.headers["Set-Cookie"] = _cookie(shop_id, _token(edge, outcome))
    return response


@routes.api("GET", "/orders/{order_id}", "public", query=OwnOrderQuery, html=True, identify=False)
def own_order(edge: Edge, order_id: str) -> Response:
    """A buyer's order, for whoever holds its link"""
    return own_page(edge, blank(edge), order_id, edge.query.key, asked=edge.query.asked == "1")


def own_page(
    edge: Edge,
    form: Form,
    order_id: str,
    key: str | None,
    refusal: Refusal | None = None,
    *,
    not_paid: bool = False,
    asked: bool = False,
) -> Response:
    """The order's page; refusal: of what its form asked for, which was to pay where not_paid."""
    if key is None or not opened_by(order_id, key):
        raise not_found("order")
    item = orders.in_scope(edge.call, order_id, key)
    money = standings.of(edge.call, item)
    paying = paying_of(edge, money, asked=asked)
    token = _token(edge, item.doc) if item.doc.buyer else None
    view = OwnOrder(
        order=item.doc,
        shop=catalogue.shop(item.doc.shop_id),
        key=key,
        refunded_fen=int(item.refunded_fen),
        buyer=buyer_of(item.doc),
        parcels=parcels.of_order(item.doc),
        again=token,
        refunds=money.refunds,
        standing=money.standing,
        paying=paying,
    )
    page = own_order_page(
        view,
        form,
        language=edge.language,
        large_text=edge.query.large,
        now=edge.call.now,
        not_paid=not_paid,
    )
    response = html(page) if refusal is None else refused_page(page, refusal)
    if paying is not None:
        response.headers["Referrer-Policy"] = REFERRER
    if token is not None:
        response.headers["Set-Cookie"] = _cookie(item.doc.shop_id, token)
    return response


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
        return own_page(edge, refused(edge, form, outcome), order_id, key, outcome)
    return done(edge, f"/orders/{order_id}", key=key)
