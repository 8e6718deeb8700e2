"""The forms that change an offer: its words, price and hours, and packs that are added to it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from chalicelib.domain.batches import Batch
from chalicelib.domain.journal import Change
from chalicelib.domain.offers import Offer
from chalicelib.domain.products import Product

from ..drawing import formats
from ..drawing.desks import Desk, desk_page, when_and_who
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import offers, seller
from .offers import OFFERS, batch_choices


def change_offer_page(
    desk: Desk, form: Form, offer: Offer, changes: Sequence[tuple[Change, str | None]]
) -> Page:
    """Inputs: title, price, opens_at, closes_at. changes: newest first."""
    words = desk.words(offers.TEXTS, seller.TEXTS)
    return desk_page(
        "seller/offer_edit.html",
        desk,
        words,
        tab=OFFERS,
        form=form,
        title=words("edit_title", title=formats.goods(offer, desk.language)),
        history=[
            (_what(change, offer, desk, words), when_and_who(change, name, desk, words), "")
            for change, name in changes
        ],
        ended="" if offer.state == "open" else words["edit_ended"],
        back=desk.link(OFFERS),
    )


def _what(change: Change, offer: Offer, desk: Desk, words: Words) -> Markup:
    """价格：¥30.00 → ¥32.00; of a move, the state that it came to."""
    if change.edited is None:
        return words("history_state", state=words[f"offer_{change.new}"])
    old, new = map(json.loads, change.edited)
    lines = [
        words(
            "history_field",
            field=words[f"field_{field}"],
            old=_shown(field, old.get(field), offer, desk, words),
            new=_shown(field, value, offer, desk, words),
        )
        for field, value in new.items()
    ]
    return words("history_joint").join(lines)


def _shown(field: str, value: Any, offer: Offer, desk: Desk, words: Words) -> str | Markup:
    if value is None:
        return words["field_none"]
    if field == "price_fen":
        return formats.money(value)
    if field in {"opens_at", "closes_at"}:
        return formats.moment(datetime.fromisoformat(value), desk.language, desk.now)
    if field == "set_aside":
        parts = [f"{offer.lots.get(batch_id, batch_id)} {n}" for batch_id, n in value.items()]
        return words("comma").join(parts)
    return formats.marked(str(value), desk.language)


def more_packs_page(
    desk: Desk,
    form: Form,
    offer: Offer,
    left: int,
    *,
    product: Product,
    batches: Sequence[Batch],
) -> Page:
    """Inputs: batch-ID for each batch, expired_ok, packs."""
    words = desk.words(offers.TEXTS, seller.TEXTS)
    quantity = formats.quantity(offer.pack_quantity, offer.unit, desk.language)
    choices = batch_choices(batches, product, desk, words)
    return desk_page(
        "seller/offer_packs.html",
        desk,
        words,
        tab=OFFERS,
        form=form,
        title=words("more_title", title=formats.goods(offer, desk.language)),
        text=words("more_text", left=left, total=offer.packs_total, quantity=quantity),
        batches=choices.rows,
        expired=choices.expired,
        nothing=words["no_batches"],
        back=desk.link(OFFERS),
    )
