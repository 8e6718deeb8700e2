"""What platforms' goods are, on the seller's desk: listed, changed with their orders, forgotten."""

from contextlib import suppress
from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.mapped_goods import ChangedGoods
from chalicelib.domain.pack_doubts import doubts
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.mappings import GOODS, GoodsView, changed_goods_page, goods_page
from chalicelib.services import mappings, offers

from ..edge.answers import html, refused_page
from ..edge.desks import DeskQuery, desk_of, done
from ..edge.forms import blank, refused, text, tried, whole
from ..edge.problems import sentence
from ..edge.routing import Edge, Routes, read
from ..v1.import_packs import doubt_text
from ..v1.imports import MOST_OFFERS

routes = Routes(__name__)


class GoodsQuery(DeskQuery):
    """goods: which of them is looked at. n: orders that were changed just now."""

    goods: Annotated[str, Field(pattern="^[0-9a-f]{16}$")] | None = None
    n: Annotated[int, Field(ge=0, le=10_000)] = 0


@routes.api("GET", "/seller/imports/goods", "order:import", query=GoodsQuery, html=True)
def show(edge: Edge) -> Page:
    """What platforms' goods are, all of them or one"""
    if edge.query.goods is None:
        return goods_page(desk_of(edge), mappings.known_goods(edge.call), done=edge.query.done)
    return _page(edge, blank(edge), done=edge.query.done or "", changed=edge.query.n)


def _page(edge: Edge, form: Form, *, done: str = "", changed: int | None = None) -> Page:
    return changed_goods_page(desk_of(edge), form, _view(edge, done=done, changed=changed))


def _view(edge: Edge, **outcome: object) -> GoodsView:
    goods_id = edge.query.goods or ""
    goods = mappings.find(edge.call, goods_id)
    offered, _ = offers.of_desk(edge.call, "open", MOST_OFFERS, None)
    warnings = []
    if goods.offer is not None:
        kept = goods.kept
        warnings = [
            doubt_text(doubt, goods.offer, edge.language)
            for doubt in doubts(kept.title, kept.sku, goods.offer, kept.packs)
        ]
    imported = mappings.imported(edge.call, goods_id)
    return GoodsView(goods, imported, offered, warnings, **outcome)  # type: ignore[arg-type]


@routes.api("POST", "/seller/imports/goods", "order:import", query=GoodsQuery, html=True)
def act(edge: Edge, form: dict[str, str]) -> Response:
    """Say what they are from now on, of their orders too if that is ticked; or forget it"""
    goods_id, do = edge.query.goods or "", form.get("do")
    if do == "forget":
        with suppress(Refusal):  # a second tap finds it gone
            mappings.forget(edge.call, goods_id)
        return done(edge, GOODS, note="forgotten")
    if do != "change":
        raise not_found("page")
    given = {
        "offer_id": text(form, "offer"),
        "packs": whole(text(form, "packs")),
        "orders": bool(text(form, "orders")),
    }
    outcome = tried(lambda: _changed(edge, goods_id, read(ChangedGoods, given)))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"offer_id": "offer"})
        return refused_page(_page(edge, again), outcome)
    if outcome is None:
        return done(edge, GOODS, goods=goods_id, note="goods")
    if outcome.refused or outcome.left:
        why = [(order, sentence(refusal, edge.language)) for order, refusal in outcome.refused]
        view = _view(edge, changed=outcome.changed, refused=why, left=outcome.left)
        return html(changed_goods_page(desk_of(edge), blank(edge, orders="1"), view), 409)
    return done(edge, GOODS, goods=goods_id, note="goods_orders", n=str(outcome.changed))


def _changed(edge: Edge, goods_id: str, body: ChangedGoods) -> mappings.Change | None:
    """None where no orders were to be changed."""
    goods = mappings.change(edge.call, goods_id, body)
    return mappings.change_orders(edge.call, goods) if body.orders else None
