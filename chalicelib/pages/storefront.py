"""The public shop and its order form."""

from collections.abc import Sequence
from urllib.parse import quote

from chalicelib.domain.catalogue import Shop
from chalicelib.domain.consents import CURRENT, TEXTS
from chalicelib.domain.offers import Offer
from chalicelib.domain.unpaid import limit_of_buyer

from . import formats
from .forms import Form
from .render import Page, render
from .seller_offers import rule
from .texts import LANGUAGES, Language, Words, desks, shared, storefront

USUAL_PACKS = (*range(1, 11), 15, 20, 30, 50, 100)
"""Numbers of packs to choose from, each shown with its sum: no script needs to multiply."""


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
    desk: str = "",
) -> Page:
    """offers: those on sale now, each with its packs left; what cannot be bought is folded away.

    desk: where its own seller goes back to.
    """
    words = words_for(language)
    off = [_card(*one, words) for one in offers if not _can_buy(*one)]
    return render(
        "shop.html",
        words,
        css=["forms", "trace", "desk"],
        large_text=large_text,
        query={"cursor": cursor} if cursor else {},
        shop=formats.said(shop.name, language),
        title=words.plain("shop_about", shop=shop.name),
        path=f"/shops/{quote(shop.id)}",
        next_cursor=next_cursor,
        offers=[_card(*one, words) for one in offers if _can_buy(*one)],
        off=off,
        off_title=words("off_sale", n=len(off)),
        desk=desk,
    )


def _card(one: Offer, left: int, words: Words) -> dict[str, object]:
    return {
        "id": one.id,
        "title": formats.said(one.title, words.language),
        "plain": one.title,
        "price": formats.money(one.price_fen),
        "pack": _pack(one, words),
        "left": _left(one, left, words),
        "rule": rule(one.after_sales, words),
    }


def _can_buy(one: Offer, left: int) -> bool:
    return left > 0 and not one.held_batch_ids


def _pack(one: Offer, words: Words) -> str:
    quantity = formats.quantity(one.pack_quantity, one.unit, words.language)
    return words("price_of_pack", quantity=quantity)


def _left(one: Offer, left: int, words: Words) -> list[tuple[str, str]]:
    """(words, colour) of what is left and for whom."""
    if one.held_batch_ids:
        return [(words["paused"], "bad")]
    if not left:
        return [(words["sold_out"], "warn")]
    chips = [(words("packs_left_one" if left == 1 else "packs_left", n=left), "")]
    if one.limit_per_customer:
        chips.append((words("limit", n=one.limit_per_customer), ""))
    return [(str(text), kind) for text, kind in chips]


def order_form_page(
    shop: Shop,
    offer: Offer,
    left: int,
    form: Form,
    *,
    language: Language,
    large_text: bool,
    on_sale: bool,
    known: bool = False,
) -> Page:
    """Inputs: packs, name, phone, province, city, district, detail, coupon, consent.

    known: filled in with an earlier order's address. The box of the consent is never ticked for
    the buyer; its value is the version of the wording beside it.

    The after-sales rule stands above them: fresh goods are exempt from the 7-day return only when
    the buyer was told before ordering.
    """
    words = words_for(language)
    can_buy = on_sale and _can_buy(offer, left)
    return render(
        "order_form.html",
        words,
        css=["forms", "trace", "desk"],
        large_text=large_text,
        form=form.with_defaults(packs="1"),
        title=formats.said(offer.title, language),
        plain=offer.title,
        shop=formats.said(shop.name, language),
        path=f"/shops/{quote(shop.id)}",
        price=formats.money(offer.price_fen),
        pack=_pack(offer, words),
        left=_left(offer, left, words) if on_sale else [(words["not_now"], "warn")],
        can_buy=can_buy,
        known=known,
        offer_id=offer.id,
        consent_version=CURRENT,
        consent_text=TEXTS[CURRENT][LANGUAGES.index(language)],
        rule=rule(offer.after_sales, words),
        unpaid=words("unpaid_limit", n=limit_of_buyer(left)) if limit_of_buyer(left) < left else "",
        packs=[
            (
                str(n),
                words(
                    "packs_sum_one" if n == 1 else "packs_sum",
                    n=n,
                    sum=formats.money(n * offer.price_fen),
                ),
            )
            for n in _numbers(offer, left, form)
        ],
    )


def _numbers(offer: Offer, left: int, form: Form) -> list[int]:
    """What can be ordered at once; what was chosen before stays, that its refusal makes sense."""
    most = min(left, limit_of_buyer(left), offer.limit_per_customer or left)
    chosen = form.value("packs")
    numbers = {n for n in USUAL_PACKS if n <= most} | {1}
    if chosen.isascii() and chosen.isdigit() and 0 < int(chosen[:7]) <= 100_000:
        numbers.add(int(chosen[:7]))
    return sorted(numbers)
