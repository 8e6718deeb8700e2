"""By which account of a provider a shop is paid: entered, checked, stopped by the county."""

from chalice.app import Response

from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.merchants import NewMerchant
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.catalogue import inputs
from chalicelib.pages.office.merchants import MERCHANT, MerchantView, merchant_page, path_of
from chalicelib.services import accounts, merchants

from ..edge.answers import refused_page
from ..edge.desks import DeskQuery, desk_of, done, named
from ..edge.forms import blank, refused, tried
from ..edge.routing import Edge, Routes, read
from .catalogue import given_of

routes = Routes(__name__)

PROVIDER = "wechatpay"


@routes.api("GET", "/county/shops/{shop_id}/merchant", "merchant:write", query=DeskQuery, html=True)
def show_merchant(edge: Edge, shop_id: str) -> Page:
    """By which account a shop is paid, without its keys"""
    return _page(edge, shop_id, blank(edge))


def _page(edge: Edge, shop_id: str, form: Form) -> Page:
    shop, merchant, changes = merchants.with_history(shop_id, PROVIDER)
    by = merchant.changed_by if merchant else ""
    names = accounts.names({by}) if by else {}
    view = MerchantView(shop, merchant, names.get(by), named(changes))
    return merchant_page(desk_of(edge), view, done=edge.query.done, form=form, small=blank(edge))


@routes.api(
    "POST", "/county/shops/{shop_id}/merchant", "merchant:write", query=DeskQuery, html=True
)
def act_on_merchant(edge: Edge, form: dict[str, str], shop_id: str) -> Response:
    """Enter the whole set, have it checked, or switch payments, as the form names it"""
    do = form.get("do")
    if do not in {"enter", "check", "stop", "start"}:
        raise not_found("page")
    outcome = tried(lambda: _done(edge, shop_id, str(do), form))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, inputs(MERCHANT))
        return refused_page(_page(edge, shop_id, again), outcome)
    return done(edge, path_of(shop_id), note=outcome)


def _done(edge: Edge, shop_id: str, do: str, form: dict[str, str]) -> str:
    """What is told of it. Whether buyers may pay stays as it was when keys are changed."""
    if do == "check":
        return f"check_{merchants.check(edge.call, shop_id, PROVIDER)}"
    if do == "enter":
        before = merchants.of_shop(shop_id, PROVIDER)
        given = given_of(form, MERCHANT) | {"enabled": before is None or before.enabled}
        merchants.put_merchant(edge.call, shop_id, PROVIDER, read(NewMerchant, given))
        return "entered"
    merchants.switch(edge.call, shop_id, PROVIDER, do == "start")
    return "stopped" if do == "stop" else "started"
