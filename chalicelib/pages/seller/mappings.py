"""What platforms' goods are: the list of all that the shop said, and one of them to be changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.mapped_goods import MOST_LOOKED_AT, Imported, KnownGoods
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.domain.platforms import NAMES

from ..drawing import formats
from ..drawing.desks import Desk, ListEntry, desk_page
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import LANGUAGES, Words
from ..texts.seller import mappings
from .home import PATH
from .imports import IMPORTS, offer_choice

GOODS = f"{IMPORTS}/goods"
MOST_SHOWN = 20
"""Orders that are named; the others are counted."""


def goods_page(desk: Desk, known: Sequence[KnownGoods], *, done: str | None) -> Page:
    words = desk.words(mappings.TEXTS)
    place = LANGUAGES.index(desk.language)
    platforms: dict[str, list[ListEntry]] = {}
    for goods in known:
        name = NAMES.get(goods.platform, NAMES["other"])[place]  # type: ignore[call-overload]
        platforms.setdefault(name, []).append(_entry(goods, desk, words))
    return desk_page(
        "seller/mappings.html",
        desk,
        words,
        tab=IMPORTS,
        done=words[f"done_{done}"] if done == "forgotten" else "",
        platforms=platforms,
    )


def _entry(goods: KnownGoods, desk: Desk, words: Words) -> ListEntry:
    return ListEntry(
        href=desk.link(GOODS, goods=goods.id),
        title=formats.marked(_named(goods), desk.language),
        meta=(_now(goods, desk, words),),
        chip=words("goods_left", left=goods.left) if goods.left else words["goods_ended"],
        kind="ok" if goods.left else "warn",
    )


def _named(goods: KnownGoods) -> str:
    """Many titles end with the variant already."""
    title, sku = goods.kept.title, goods.kept.sku
    return title if title.endswith(sku) else f"{title} {sku}"


def _now(goods: KnownGoods, desk: Desk, words: Words) -> str:
    if goods.offer is None:
        return ""
    return words(
        "goods_now",
        title=formats.marked(goods.offer.title, desk.language),
        packs=goods.kept.packs,
        size=formats.quantity(goods.offer.pack_quantity, goods.offer.unit, desk.language),
    )


@dataclass(frozen=True)
class GoodsView:
    """warnings: in what the goods look different. changed: orders that the form just sent has
    changed, with those that could not be, and why; left: those that were not reached."""

    goods: KnownGoods
    imported: Imported
    offers: Sequence[tuple[Offer, int]]
    warnings: Sequence[str] = ()
    done: str = ""
    changed: int | None = None
    refused: Sequence[tuple[Order, str]] = ()
    left: int = 0


def changed_goods_page(desk: Desk, form: Form, view: GoodsView) -> Page:
    """Inputs: offer, packs, orders."""
    words = desk.words(mappings.TEXTS)
    goods = view.goods
    options = [
        (offer.id, offer_choice(offer, left, desk.language, words))
        for offer, left in view.offers
        if left and not offer.held_batch_ids
    ]
    current = goods.offer
    if current is not None and current.id not in dict(options):
        gone = words.plain("offer_gone", title=current.title)
        choice = offer_choice(current, goods.left, desk.language, words) if goods.left else gone
        options.insert(0, (current.id, choice))
    counted = len(view.imported.orders)
    done = f"done_{view.done}"
    return desk_page(
        "seller/mapping.html",
        desk,
        words,
        tab=IMPORTS,
        query={"goods": goods.id},
        form=form.with_defaults(offer=current.id if current else "", packs=str(goods.kept.packs)),
        title=words("goods_is", title=formats.marked(_named(goods), desk.language)),
        now=_now(goods, desk, words),
        warnings=view.warnings,
        options=options,
        done=words(done, n=view.changed or 0) if done in mappings.TEXTS else "",
        outcome=words("goods_changed", n=view.changed) if view.refused or view.left else "",
        unchanged=_unchanged(view, words),
        refused=[
            ListEntry(desk.link(f"{PATH}/orders/{order.id}"), order.number, (why,))
            for order, why in view.refused
        ],
        orders=[_order(order, desk, words) for order in view.imported.orders[:MOST_SHOWN]],
        counted=words("goods_orders", n=counted) if counted else "",
        more="" if view.imported.whole else words("goods_orders_more", most=MOST_LOOKED_AT),
        back=desk.link(GOODS),
    )


def _unchanged(view: GoodsView, words: Words) -> list[str]:
    """What could not be done of what was just sent."""
    sentences: list[str] = []
    if view.left:
        sentences.append(words("goods_not_reached", n=view.left))
    if view.refused:
        sentences.append(words("goods_not_changed", n=len(view.refused)))
    return sentences


def _order(order: Order, desk: Desk, words: Words) -> ListEntry:
    goods = "; ".join(f"{line.title} × {line.packs}" for line in order.lines)
    return ListEntry(
        href=desk.link(f"{PATH}/orders/{order.id}"),
        title=order.number,
        meta=(words("goods_order_now", goods=formats.marked(goods, desk.language)),),
    )
