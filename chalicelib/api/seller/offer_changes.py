"""Changing an offer on the seller's desk: title, price and hours; and more packs from batches."""

from chalice.app import Response

from chalicelib.domain.batches import Batch
from chalicelib.domain.doubts import unit_price
from chalicelib.domain.errors import Refusal
from chalicelib.domain.offer_changes import MorePacks, OfferChange, changed
from chalicelib.domain.offers import Offer
from chalicelib.domain.plausible import What, confirmed_of
from chalicelib.pages.drawing.forms import Form, local_time, yuan
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.offer_changes import change_offer_page, more_packs_page
from chalicelib.pages.seller.offers import OFFERS
from chalicelib.services import offer_changes, offers, products

from ..edge.answers import html, refused_page
from ..edge.desks import DeskQuery, desk_of, done, named
from ..edge.forms import (
    FEN,
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
from .offers import offerable, own_offer

routes = Routes(__name__)

INPUTS = {"price_fen": "price", "body": "closes_at"}


@routes.api("GET", "/seller/offers/{offer_id}/edit", "offer:write", query=DeskQuery, html=True)
def edit_offer(edge: Edge, offer_id: str) -> Page:
    """Title, price and hours, to be changed, and what was changed before"""
    return _edit(edge, blank(edge), offer_id)


def _edit(edge: Edge, form: Form, offer_id: str) -> Page:
    offer, seen, changes = offer_changes.with_history(edge.call, offer_id)
    if not form.given:
        form = form.with_defaults(
            title=offer.title,
            price=yuan(offer.price_fen),
            opens_at=local_time(offer.opens_at),
            closes_at=local_time(offer.closes_at),
            seen=seen,
        )
    return change_offer_page(desk_of(edge), form, offer, named(changes))


@routes.api("POST", "/seller/offers/{offer_id}/edit", "offer:write", query=DeskQuery, html=True)
def change_offer(edge: Edge, form: dict[str, str], offer_id: str) -> Response:
    """Change it; orders that were placed keep their price"""
    offer, _ = own_offer(edge, offer_id)

    def moment(name: str) -> object:
        """What stands there to the minute, as it was where nobody changed it."""
        typed, was = text(form, name), getattr(offer, name)
        return was if typed and typed == local_time(was) else china_time(typed)

    given = {
        "title": text(form, "title"),
        "price_fen": whole(text(form, "price"), FEN),
        "opens_at": moment("opens_at"),
        "closes_at": moment("closes_at"),
    }
    body = tried(lambda: read(OfferChange, given))
    outcome: object = body
    if isinstance(body, OfferChange):
        values: dict[What, object] = {}
        if body.price_fen != offer.price_fen and offer.state == "open":
            after = changed(offer, body)
            if question := asked(edge, form, offers.doubts(edge.call, after), offer.unit):
                return html(_edit(edge, question, offer_id), ASKED)
            values = {"price": unit_price(after)}
        confirmed = confirmed_of(values, marks_of(form)) or ()
        seen = form.get("seen", "")
        outcome = tried(lambda: offer_changes.change(edge.call, offer_id, body, seen, confirmed))
    if isinstance(outcome, Refusal):
        again = refused(edge, _as_it_is(edge, form, outcome, offer_id), outcome, INPUTS)
        return refused_page(_edit(edge, again, offer_id), outcome)
    return done(edge, OFFERS, note="offer_changed")


def _as_it_is(edge: Edge, form: dict[str, str], refusal: Refusal, offer_id: str) -> dict[str, str]:
    """The form; where somebody changed the offer meanwhile, as if it had been seen so."""
    if refusal.code != "changed_meanwhile":
        return form
    return form | {"seen": offer_changes.with_history(edge.call, offer_id)[1]}


@routes.api("GET", "/seller/offers/{offer_id}/packs", "offer:write", query=DeskQuery, html=True)
def more_packs(edge: Edge, offer_id: str) -> Page:
    """From which batches, and how many packs more"""
    return _packs(edge, blank(edge), offer_id)


def _packs(edge: Edge, form: Form, offer_id: str) -> Page:
    offer, left = own_offer(edge, offer_id)
    batches = _of_product(edge, offer)
    if len(batches) == 1 and not form.given:
        form = form.with_defaults(**{f"batch-{batches[0].id}": "1"})
    product = products.of_batch(offer.product_id)
    return more_packs_page(desk_of(edge), form, offer, left, product=product, batches=batches)


def _of_product(edge: Edge, offer: Offer) -> list[Batch]:
    """Batches with something left; those that the offer does not draw on yet come first."""
    usable = [batch for batch in offerable(edge) if batch.product_id == offer.product_id]
    return sorted(usable, key=lambda batch: batch.id in offer.batch_ids)


@routes.api("POST", "/seller/offers/{offer_id}/packs", "offer:write", query=DeskQuery, html=True)
def add_packs(edge: Edge, form: dict[str, str], offer_id: str) -> Response:
    """Set them aside and put them on sale, once for each form shown"""
    edge.call.key = key_of(form)
    given = {
        "batch_ids": [name.removeprefix("batch-") for name in form if name.startswith("batch-")],
        "packs": whole(text(form, "packs")),
        "expired_ok": True if text(form, "expired_ok") else None,
    }
    outcome = tried(lambda: offer_changes.add_packs(edge.call, offer_id, read(MorePacks, given)))
    if isinstance(outcome, Refusal):
        return refused_page(_packs(edge, refused(edge, form, outcome), offer_id), outcome)
    return done(edge, OFFERS, note="packs_added")
