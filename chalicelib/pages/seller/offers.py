"""Offers on the seller's desk: the list, the form of a new one, and taking one off sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from chalicelib.domain.batches import Batch
from chalicelib.domain.fields import china_date
from chalicelib.domain.offers import Offer
from chalicelib.domain.products import Product

from ..drawing import formats
from ..drawing.after_sales import rule
from ..drawing.desks import Desk, Kind, Link, ListEntry, desk_page, packs, state
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import offers as texts
from ..texts.seller import seller
from .home import PATH

OFFERS = f"{PATH}/offers"
RANKS = {
    state: rank
    for rank, state in enumerate(
        ("offer_open", "offer_held", "offer_sold", "offer_expired", "offer_later", "offer_ended")
    )
} | {"offer_closed": 9}
"""What is on sale comes first, then what somebody should look at."""
MORE = ("limit", "opens_at", "closes_at")
"""Inputs that are folded away: most offers need none of them."""


def offers_page(
    desk: Desk,
    offers: Sequence[tuple[Offer, int]],
    *,
    state: Literal["open", "closed"],
    done: str | None,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    """offers: in this state, each with its packs left, newest first."""
    words = desk.words(texts.TEXTS, seller.TEXTS)
    ranked = sorted(offers, key=lambda offered: RANKS[_standing(*offered, now=desk.now)[0]])
    return desk_page(
        "seller/offers.html",
        desk,
        words,
        tab=OFFERS,
        query={"state": state} if state == "closed" else {},
        done=words[f"done_{done}"] if f"done_{done}" in {**seller.TEXTS, **texts.TEXTS} else "",
        filters=[
            (words["offers_open"], desk.link(OFFERS), state == "open"),
            (words["offers_closed"], desk.link(OFFERS, state="closed"), state == "closed"),
        ],
        offers=[_entry(offer, left, desk, words) for offer, left in ranked],
        nothing=words["offers_none" if state == "open" else "offers_none_closed"],
        older=next_cursor and desk.link(OFFERS, state=state, cursor=next_cursor),
        newest=cursor and desk.link(OFFERS, state=state),
    )


def _entry(offer: Offer, left: int, desk: Desk, words: Words) -> ListEntry:
    language = desk.language
    name, kind = _standing(offer, left, now=desk.now)
    quantity = formats.quantity(offer.pack_quantity, offer.unit, language)
    about = [words("offer_row", price=formats.money(offer.price_fen), quantity=quantity)]
    if offer.state == "open":
        about.append(words("offer_left", left=left, total=offer.packs_total))
    return ListEntry(
        href="",
        title=formats.goods(offer, language),
        meta=(Markup(" · ").join(about), *_held(offer, words)),
        chip=words[name],
        kind=kind,
        acts=_acts(offer, desk, words),
    )


def _held(offer: Offer, words: Words) -> list[Markup]:
    """Why an open offer is not sold, and the way on."""
    lots = [offer.lots[batch] for batch in offer.held_batch_ids if batch in offer.lots]
    if offer.state == "closed" or not lots:
        return []
    return [words("offer_held_lots", lots=words("comma").join(lots))]


def _acts(offer: Offer, desk: Desk, words: Words) -> list[Link]:
    """What can be done with it, each named for whoever hears the links alone."""
    path = f"{OFFERS}/{offer.id}"
    acts = [("act_like", desk.link(f"{OFFERS}/new", product_id=offer.product_id, like=offer.id))]
    if offer.state == "open":
        acts = [
            ("act_edit", desk.link(f"{path}/edit")),
            ("act_packs", desk.link(f"{path}/packs")),
            *acts,
            ("offer_close", desk.link(f"{path}/close")),
        ]
    name = formats.goods(offer, desk.language)
    hidden = Markup('{}<span class="hide"> {}</span>')
    return [(hidden.format(words[act], name), href) for act, href in acts]


def _standing(offer: Offer, left: int, *, now: datetime) -> tuple[str, Kind]:
    if offer.state == "closed":
        return "offer_closed", ""
    if offer.held_batch_ids:
        return "offer_held", "bad"
    if offer.opens_at is not None and now < offer.opens_at:
        return "offer_later", ""
    if offer.is_expired(now):
        return "offer_expired", "warn"
    if not offer.is_on_sale(now):
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
                title=formats.named(
                    batch.passport.product, batch.passport.product_en, desk.language
                ),
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
    choices = batch_choices(batches, product, desk, words)
    unit = words["unit_kg" if product.unit == "g" else "unit_piece"]
    return desk_page(
        "seller/offer_new.html",
        desk,
        words,
        tab=OFFERS,
        query={"product_id": product.id},
        form=form,
        product=formats.named(product.name, product.name_en, desk.language),
        batches=choices.rows,
        expired=choices.expired,
        nothing=words["no_batches"],
        pack=words("offer_pack", unit=unit),
        pack_mode="decimal" if product.unit == "g" else "numeric",
        rule=rule(product.after_sales, words),
        open_more=any(form.value(name) or form.error(name) for name in MORE),
        back=desk.link(OFFERS),
    )


@dataclass(frozen=True)
class BatchChoices:
    """rows: (input, what it is, small print). expired: one is past its day."""

    rows: Sequence[tuple[str, Markup, Markup]]
    expired: bool


def batch_choices(
    batches: Sequence[Batch], product: Product, desk: Desk, words: Words
) -> BatchChoices:
    """Batches of a form that sets packs aside, each to tick."""
    rows = [
        (
            f"batch-{batch.id}",
            words(
                "batch_choice",
                lot=batch.lot,
                quantity=formats.quantity(batch.available_quantity, batch.unit, desk.language),
            ),
            words(
                "batch_meta",
                village=formats.marked(batch.passport.village, desk.language),
                producer=formats.marked(batch.passport.producer, desk.language),
                day=formats.day(batch.harvested_on, desk.language),
                state=_expired(batch, product, desk, words)
                or state("batch", batch.state, words)[0],
            ),
        )
        for batch in batches
    ]
    return BatchChoices(rows, any(_expired(batch, product, desk, words) for batch in batches))


def _expired(batch: Batch, product: Product, desk: Desk, words: Words) -> str:
    last = batch.expired_on(product.shelf_life_days, china_date(desk.now))
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
        title=words("close_title", title=formats.goods(offer, desk.language)),
        text=words("close_text", packs=packs(left, words)),
        back=desk.link(OFFERS),
    )
