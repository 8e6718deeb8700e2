"""A shop as buyers see it."""

from collections.abc import Sequence
from urllib.parse import quote

from chalicelib.domain.catalogue import Shop
from chalicelib.domain.offers import Offer

from ..drawing import formats
from ..drawing.after_sales import rule
from ..drawing.contacts import contact
from ..drawing.render import Page, render
from ..drawing.sharing import preview
from ..texts import Language, Words
from ..texts.buyer import storefront
from ..texts.drawing import desks, shared


def words_for(language: Language) -> Words:
    return Words(language, storefront.TEXTS, desks.TEXTS, shared.TEXTS)


def shop_page(
    shop: Shop,
    offers: Sequence[tuple[Offer, int]],
    *,
    language: Language,
    large_text: bool,
    cursor: str | None,
    next_cursor: str | None,
    base_url: str,
    desk: str = "",
) -> Page:
    """offers: those on sale now, each with its packs left; what cannot be bought is folded away.

    desk: where its own seller goes back to.
    """
    words = words_for(language)
    path = f"/shops/{quote(shop.id)}"
    off = [_card(*offered, words) for offered in offers if not can_buy(*offered)]
    return render(
        "buyer/shop.html",
        words,
        css=["drawing/forms", "drawing/cards", "drawing/desk", "drawing/columns"],
        large_text=large_text,
        query={"cursor": cursor} if cursor else {},
        shop=formats.marked(shop.name, language),
        seller=contact(shop, words),
        shared=preview(shop.name, words["shop_lead"], path, base_url),
        path=path,
        next_cursor=next_cursor,
        offers=[_card(*offered, words) for offered in offers if can_buy(*offered)],
        off=off,
        off_title=words("off_sale", n=len(off)),
        desk=desk,
    )


def _card(offer: Offer, left: int, words: Words) -> dict[str, object]:
    return {
        "id": offer.id,
        "title": formats.goods(offer, words.language),
        "plain": formats.plain_goods(offer, words.language),
        "price": formats.money(offer.price_fen),
        "pack": pack_price(offer, words),
        "left": left_chips(offer, left, words),
        "rule": rule(offer.after_sales, words),
    }


def can_buy(offer: Offer, left: int) -> bool:
    return left > 0 and not offer.held_batch_ids


def pack_price(offer: Offer, words: Words) -> str:
    quantity = formats.quantity(offer.pack_quantity, offer.unit, words.language)
    return words("price_of_pack", quantity=quantity)


def left_chips(offer: Offer, left: int, words: Words) -> list[tuple[str, str]]:
    """(words, colour) of what is left and for whom."""
    if offer.held_batch_ids:
        return [(words["paused"], "bad")]
    if not left:
        return [(words["sold_out"], "warn")]
    chips = [(words("packs_left_one" if left == 1 else "packs_left", n=left), "")]
    if offer.limit_per_customer:
        chips.append((words("limit", n=offer.limit_per_customer), ""))
    return [(str(text), kind) for text, kind in chips]
