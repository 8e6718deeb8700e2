"""Offers on the seller's desk: the list, the form of a new one, and taking one off sale."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from chalicelib.domain.batches import Batch
from chalicelib.domain.fields import china_date
from chalicelib.domain.offers import Offer
from chalicelib.domain.products import Product

from ..drawing import formats
from ..drawing.after_sales import rule
from ..drawing.desks import Desk, Kind, ListEntry, desk_page, packs, state
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import seller
from .home import PATH

OFFERS = f"{PATH}/offers"
MORE = ("limit", "opens_at", "closes_at")
"""Inputs that are folded away: most offers need none of them."""


def offers_page(
    desk: Desk,
    offers: Sequence[tuple[Offer, int]],
    *,
    done: str | None,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    """offers: each with its packs left, newest first."""
    words = desk.words(seller.TEXTS)
    return desk_page(
        "seller/offers.html",
        desk,
        words,
        tab=OFFERS,
        done=words[f"done_{done}"] if f"done_{done}" in seller.TEXTS else "",
        offers=[
            (
                _entry(one, left, desk, words),
                desk.link(f"{OFFERS}/{one.id}/close") if one.state == "open" else "",
            )
            for one, left in offers
        ],
        older=next_cursor and desk.link(OFFERS, cursor=next_cursor),
        newest=cursor and desk.link(OFFERS),
    )


def _entry(one: Offer, left: int, desk: Desk, words: Words) -> ListEntry:
    language = desk.language
    name, kind = _state(one, left, desk.now)
    quantity = formats.quantity(one.pack_quantity, one.unit, language)
    about = [words("offer_row", price=formats.money(one.price_fen), quantity=quantity)]
    if one.state == "open":
        about.append(words("offer_left", left=left, total=one.packs_total))
    return ListEntry(
        href="",
        title=formats.said(one.title, language),
        meta=(Markup(" · ").join(about),),
        chip=words[name],
        kind=kind,
    )


def _state(one: Offer, left: int, now: datetime) -> tuple[str, Kind]:
    if one.state == "closed":
        return "offer_closed", ""
    if one.held_batch_ids:
        return "offer_held", "bad"
    if one.opens_at is not None and now < one.opens_at:
        return "offer_later", ""
    if one.is_expired(now):
        return "offer_expired", "warn"
    if not one.is_on_sale(now):
        return "offer_ended", ""
    return ("offer_open", "ok") if left else ("offer_sold", "warn")


def offer_choice_page(desk: Desk, choices: Sequence[tuple[Batch, int]]) -> Page:
    """Which product to offer. choices: one batch of each, and what all of its batches have left."""
    words = desk.words(seller.TEXTS)
    return desk_page(
        "drawing/choice.html",
        desk,
        words,
        tab=OFFERS,
        title=words["which_product"],
        nothing=words["no_batches"],
        back=desk.link(OFFERS),
        entries=[
            ListEntry(
                href=desk.link(f"{OFFERS}/new", product_id=batch.product_id),
                title=formats.said(batch.passport.product, desk.language),
                meta=(
                    words(
                        "product_left",
                        quantity=formats.quantity(left, batch.unit, desk.language),
                    ),
                ),
            )
            for batch, left in choices
        ],
    )


def new_offer_page(desk: Desk, form: Form, *, product: Product, batches: Sequence[Batch]) -> Page:
    """Inputs: batch-ID for each batch, expired_ok, title, pack, packs, price, limit, opens_at,
    closes_at."""
    words = desk.words(seller.TEXTS)
    unit = words["unit_kg" if product.unit == "g" else "unit_piece"]
    return desk_page(
        "seller/offer_new.html",
        desk,
        words,
        tab=OFFERS,
        query={"product_id": product.id},
        form=form,
        product=formats.said(product.name, desk.language),
        batches=[
            (
                f"batch-{one.id}",
                words(
                    "batch_choice",
                    lot=one.lot,
                    quantity=formats.quantity(one.available_quantity, one.unit, desk.language),
                ),
                words(
                    "batch_meta",
                    village=formats.said(one.passport.village, desk.language),
                    producer=formats.said(one.passport.producer, desk.language),
                    day=formats.day(one.harvested_on, desk.language),
                    state=_expired(one, product, desk, words)
                    or state("batch", one.state, words)[0],
                ),
            )
            for one in batches
        ],
        expired=any(_expired(one, product, desk, words) for one in batches),
        nothing=words["no_batches"],
        pack=words("offer_pack", unit=unit),
        pack_mode="decimal" if product.unit == "g" else "numeric",
        rule=rule(product.after_sales, words),
        open_more=any(form.value(name) or form.error(name) for name in MORE),
        back=desk.link(OFFERS),
    )


def _expired(one: Batch, product: Product, desk: Desk, words: Words) -> str:
    last = one.expired_on(product.shelf_life_days, china_date(desk.now))
    return words("batch_expired", day=formats.day(last, desk.language)) if last else ""


def close_offer_page(desk: Desk, form: Form, *, offer: Offer, left: int) -> Page:
    """Input: reason."""
    words = desk.words(seller.TEXTS)
    return desk_page(
        "seller/offer_close.html",
        desk,
        words,
        tab=OFFERS,
        form=form,
        title=words("close_title", title=formats.said(offer.title, desk.language)),
        text=words("close_text", packs=packs(left, words)),
        back=desk.link(OFFERS),
    )
