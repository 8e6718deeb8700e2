"""The desk's page of refunds, of a shop and of the county over all shops."""

from typing import get_args

from chalice.app import Response

from chalicelib.domain.access import check_permission
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import canonical_id
from chalicelib.domain.refunds import SentRefund, Waits
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.refunds import REFUNDS, Row, WaitingList, refunds_page
from chalicelib.services import catalogue
from chalicelib.services import refunds as service

from ..edge.answers import refused_page
from ..edge.desks import DeskListQuery, desk_of, done
from ..edge.forms import blank, refused, text, tried
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)

FIRST = 20
"""Of each list, where all three are shown."""
INPUTS = {"method": "sent_method", "reference": "sent_reference"}


class RefundsQuery(DeskListQuery):
    """show: one of the lists alone."""

    show: Waits | None = None


@routes.api("GET", "/seller/refunds", "refund:read", query=RefundsQuery, html=True)
def show_refunds(edge: Edge) -> Page:
    """Refunds that failed, that the shop pays back by itself, and that are on the way"""
    return _page(edge, None)


def _page(edge: Edge, sent: tuple[str, Form] | None) -> Page:
    query = edge.query
    listed = [
        (waits, *service.waiting(edge.call, waits, query.limit, query.cursor))
        if query.show
        else (waits, *service.waiting(edge.call, waits, FIRST, None))
        for waits in get_args(Waits)
        if query.show in {None, waits}
    ]
    names = _shops(edge, [entry.order.shop_id for _, rows, _ in listed for entry in rows])
    is_own = edge.call.actor.role == "seller"
    return refunds_page(
        desk_of(edge),
        [
            WaitingList(
                waits,
                [
                    Row(
                        entry.refund,
                        entry.order,
                        entry.buyer.name if is_own and entry.buyer else None,
                        names.get(entry.order.shop_id),
                    )
                    for entry in rows
                ],
                next_cursor,
            )
            for waits, rows, next_cursor in listed
        ],
        done=query.done,
        only=query.show is not None,
        blank=lambda: blank(edge),
        sent=sent,
    )


def _shops(edge: Edge, shop_ids: list[str]) -> dict[str, str]:
    """For the county, whose refunds these are."""
    if edge.call.actor.role != "county":
        return {}
    return {shop.id: shop.name for shop in catalogue.named_shops(dict.fromkeys(shop_ids))}


@routes.api("POST", "/seller/refunds", "refund:write", query=RefundsQuery, html=True)
def act_on_refund(edge: Edge, form: dict[str, str]) -> Response:
    """Request again what failed, or record what the shop has paid back"""
    if form.get("do") == "retry":
        return _retry(edge, form)
    if form.get("do") != "sent":
        raise not_found("page")
    order_id, refund_id = id_in(form, "order"), id_in(form, "refund_id")
    outcome = tried(lambda: sent(edge, order_id, refund_id, form))
    if isinstance(outcome, Refusal):
        again = asking(refused(edge, form, outcome, INPUTS), outcome)
        return refused_page(_page(edge, (refund_id, again)), outcome)
    return done(edge, REFUNDS, note="sent")


def _retry(edge: Edge, form: dict[str, str]) -> Response:
    order_id, refund_id = id_in(form, "order"), id_in(form, "refund_id")
    outcome = tried(lambda: service.retry(edge.call, order_id, refund_id))
    if isinstance(outcome, Refusal):  # a second tap finds it under way
        return refused_page(_page(edge, (refund_id, refused(edge, form, outcome))), outcome)
    return done(edge, REFUNDS, note="retry_failed" if outcome.money == "failed" else "retry")


def sent(edge: Edge, order_id: str, refund_id: str, form: dict[str, str]) -> object:
    """Record what a form of this page, or of the order's, says of a refund. Raises Refusal."""
    check_permission(edge.call.actor, "refund:send")
    given = {
        "method": text(form, "sent_method"),
        "reference": text(form, "sent_reference"),
        "same_transfer": True if text(form, "same_transfer") else None,
    }
    return service.sent(edge.call, order_id, refund_id, read(SentRefund, given))


def asking(form: Form, refusal: Refusal) -> Form:
    """The refused form, which asks if one transfer paid two refunds where that is how it looks."""
    return form.with_defaults(asks_same="1") if refusal.code == "transfer_used" else form


def id_in(form: dict[str, str], name: str) -> str:
    """Raises "not_found"."""
    try:
        return canonical_id(form.get(name, ""))
    except ValueError:
        raise not_found("refund") from None
