"""Offers on the seller's desk: listed, opened with their stock set aside, taken off sale."""

from typing import Annotated, Literal

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.batches import Batch, WrittenReason
from chalicelib.domain.doubts import unit_price
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import Id
from chalicelib.domain.offers import NewOffer, Offer
from chalicelib.domain.plausible import What, confirmed_of
from chalicelib.domain.products import Product
from chalicelib.pages.drawing.forms import Form, editable, yuan
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.offers import (
    OFFERS,
    close_offer_page,
    new_offer_page,
    offer_choice_page,
    offers_page,
)
from chalicelib.services import batches, offers, products

from ..edge.answers import html, refused_page
from ..edge.desks import DeskListQuery, DeskQuery, choices, desk_of, done
from ..edge.forms import (
    FEN,
    GRAMS,
    PIECES,
    asked,
    blank,
    china_time,
    key_of,
    marks_of,
    refused,
    text,
    tried,
    whole,
)
from ..edge.problems import ASKED
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)

INPUTS = {
    "pack_quantity": "pack",
    "packs_total": "packs",
    "price_fen": "price",
    "limit_per_customer": "limit",
    "body": "closes_at",  # the one rule between two fields that the form can break
}


class OffersQuery(DeskListQuery):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    state: Literal["open", "closed"] = "open"


class NewOfferQuery(DeskQuery):
    """like: an offer of the shop that the form begins as."""

    product_id: Id | None = None
    like: Id | None = None


@routes.api("GET", "/seller/offers", "offer:write", query=OffersQuery, html=True)
def list_offers(edge: Edge) -> Page:
    """Offers of the shop, those on sale first; what was closed by itself"""
    query = edge.query
    listed, next_cursor = offers.of_desk(edge.call, query.state, query.limit, query.cursor)
    return offers_page(
        desk_of(edge),
        listed,
        state=query.state,
        done=query.done,
        cursor=query.cursor,
        next_cursor=next_cursor,
    )


@routes.api("GET", "/seller/offers/new", "offer:write", query=NewOfferQuery, html=True)
def new_offer(edge: Edge) -> Page:
    """The form of a new offer, once it is said of which product"""
    usable = offerable(edge)
    if edge.query.product_id is not None:
        return _new_offer(edge, blank(edge), _product(edge), usable)
    left: dict[str, int] = {}
    for batch in usable:
        left[batch.product_id] = left.get(batch.product_id, 0) + batch.available_quantity
    first = {batch.product_id: batch for batch in reversed(usable)}
    return offer_choice_page(
        desk_of(edge), [(first[product_id], left[product_id]) for product_id in left]
    )


def _in_sight(edge: Edge) -> list[Batch]:
    """Batches of the shop's villages that may be offered, the tested ones first."""
    actor = edge.call.actor
    passed = choices(lambda limit, at: batches.batches(actor, None, "passed", limit, at))
    untested = choices(lambda limit, at: batches.batches(actor, None, "registered", limit, at))
    return [item.doc for item in (*passed, *untested)]


def offerable(edge: Edge) -> list[Batch]:
    """Those that have some left."""
    return [batch for batch in _in_sight(edge) if batch.available_quantity > 0]


def _product(edge: Edge) -> Product:
    """The one that the address names, if the actor may use it or it is of a batch in sight.

    Raises "not_found", the same for what there is elsewhere and what there is not.
    """
    product_id = edge.query.product_id or ""
    try:
        return products.product(edge.call.actor, product_id)
    except Refusal:
        if all(batch.product_id != product_id for batch in _in_sight(edge)):
            raise
        return products.of_batch(product_id)


def _new_offer(edge: Edge, form: Form, product: Product, usable: list[Batch]) -> Page:
    own = [batch for batch in usable if batch.product_id == product.id]
    chosen = {f"batch-{own[0].id}": "1"} if len(own) == 1 else {}
    if not form.given:
        form = form.with_defaults(**chosen, **_like(edge))
    return new_offer_page(
        desk_of(edge), form.with_defaults(title=product.name), product=product, batches=own
    )


def _like(edge: Edge) -> dict[str, str]:
    """What a form takes over from an earlier offer: all but its batches, packs and hours."""
    if edge.query.like is None:
        return {}
    offer, _ = own_offer(edge, edge.query.like)
    limit = offer.limit_per_customer
    return {
        "title": offer.title,
        "pack": editable(offer.pack_quantity, offer.unit),
        "price": yuan(offer.price_fen),
        **({"limit": str(limit)} if limit else {}),
    }


@routes.api("POST", "/seller/offers/new", "offer:write", query=NewOfferQuery, html=True)
def open_offer(edge: Edge, form: dict[str, str]) -> Response:
    """Open it under the id its form was minted with"""
    product = _product(edge)
    given = {
        "product_id": product.id,
        "batch_ids": [name.removeprefix("batch-") for name in form if name.startswith("batch-")],
        "title": text(form, "title"),
        "price_fen": whole(text(form, "price"), FEN),
        "pack_quantity": whole(text(form, "pack"), GRAMS if product.unit == "g" else PIECES),
        "packs_total": whole(text(form, "packs")),
        "expired_ok": True if text(form, "expired_ok") else None,
        "limit_per_customer": whole(text(form, "limit")),
        "opens_at": china_time(text(form, "opens_at")),
        "closes_at": china_time(text(form, "closes_at")),
    }
    offer_id = key_of(form)
    body = tried(lambda: read(NewOffer, given))
    outcome: object = body
    if isinstance(body, NewOffer):
        doubts = offers.doubts(edge.call, body)
        if question := asked(edge, form, doubts, product.unit):
            return html(_new_offer(edge, question, product, offerable(edge)), ASKED)
        values: dict[What, object] = {"price": unit_price(body)}
        sure = body.model_copy(update={"confirmed": confirmed_of(values, marks_of(form))})
        outcome = tried(lambda: offers.open_offer(edge.call, offer_id, sure))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, INPUTS)
        page = _new_offer(edge, again, product, offerable(edge))
        return refused_page(page, outcome)
    return done(edge, OFFERS, note="offer")


@routes.api("GET", "/seller/offers/{offer_id}/close", "offer:write", query=DeskQuery, html=True)
def confirm_close(edge: Edge, offer_id: str) -> Page:
    """What taking it off sale means, and the question why"""
    return _confirm(edge, blank(edge), offer_id)


def own_offer(edge: Edge, offer_id: str) -> tuple[Offer, int]:
    offer, left = offers.offer(offer_id)
    if offer.shop_id != edge.call.actor.shop_id:
        raise not_found("offer")
    return offer, left


def _confirm(edge: Edge, form: Form, offer_id: str) -> Page:
    offer, left = own_offer(edge, offer_id)
    return close_offer_page(desk_of(edge), form, offer=offer, left=left)


@routes.api("POST", "/seller/offers/{offer_id}/close", "offer:write", query=DeskQuery, html=True)
def close_offer(edge: Edge, form: dict[str, str], offer_id: str) -> Response:
    """Take it off sale, once for each form shown"""
    edge.call.key = key_of(form)
    given = {"reason": text(form, "reason")}
    outcome = tried(lambda: offers.close(edge.call, offer_id, read(WrittenReason, given)))
    if isinstance(outcome, Refusal):
        return refused_page(_confirm(edge, refused(edge, form, outcome), offer_id), outcome)
    return done(edge, OFFERS, note="closed")
