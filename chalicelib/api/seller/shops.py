"""The desk's page of the shop itself: how buyers reach it."""

from chalice.app import Response

from chalicelib.domain.catalogue import CONTACT, ChangedContact, Shop
from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.shops import PATH, contact_page
from chalicelib.services import catalogue, merchants

from ..edge.answers import html
from ..edge.desks import DeskQuery, desk_of, done
from ..edge.forms import blank, refused, text, tried, whole
from ..edge.problems import STATUS
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)


@routes.api("GET", PATH, "shop:own", query=DeskQuery, html=True)
def show(edge: Edge) -> Page:
    """How buyers reach the shop, to be changed"""
    return _page(edge, blank(edge))


def _own(edge: Edge) -> Shop:
    return catalogue.shop_now(edge.call.actor, edge.call.actor.shop_id or "")


def _page(edge: Edge, form: Form) -> Page:
    shop = _own(edge)
    merchant = merchants.of_shop(shop.id, "wechatpay")
    return contact_page(desk_of(edge), shop, merchant, form, done=edge.query.done)


@routes.api("POST", PATH, "shop:own", query=DeskQuery, html=True)
def change(edge: Edge, form: dict[str, str]) -> Response:
    """Change it; what was typed stays where it was refused"""
    given = {name: text(form, name) for name in (*CONTACT, "label_name")}
    version = whole(text(form, "contact_version"))
    shop_id = edge.call.actor.shop_id or ""
    outcome = tried(
        lambda: catalogue.change_contact(
            edge.call, shop_id, read(ChangedContact, given | {"contact_version": version})
        )
    )
    if isinstance(outcome, Refusal):
        # of what the page now shows beside it
        seen = form | {"contact_version": str(_own(edge).contact_version)}
        return html(_page(edge, refused(edge, seen, outcome)), STATUS[outcome.code])
    return done(edge, PATH, note="contact")
