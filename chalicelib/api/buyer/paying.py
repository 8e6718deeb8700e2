"""The buyer pays for their order: by the way that fits their browser, and says that it is done."""

from typing import Annotated, get_args
from urllib.parse import quote, urlencode

from chalice.app import Response
from pydantic import Field

from chalicelib.config import settings
from chalicelib.domain.browsers import way_of
from chalicelib.domain.charges import NewCharge, Way
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.repositories.orders import key_for, opened_by
from chalicelib.services import charges, payers
from chalicelib.services.payers import Led

from ..edge.answers import see_other
from ..edge.desks import done
from ..edge.forms import refused, tried
from ..edge.payers import cookie_of, led_of
from ..edge.queries import KeyQuery, PageQuery
from ..edge.routing import Edge, Routes
from .orders import own_page

routes = Routes(__name__)


class BackQuery(KeyQuery, PageQuery):
    """code, state: of whoever comes back from saying who pays."""

    code: Annotated[str, Field(max_length=200)] = ""
    state: Annotated[str, Field(max_length=200)] = ""


def _back(edge: Edge, order_id: str, to: str) -> str:
    """Where the provider leads back to, in the same language and text size, without the order's
    key."""
    text = {"text": "large"} if edge.query.large else {}
    query = urlencode({"lang": edge.language, **text})
    return f"{settings().base_url}/orders/{order_id}/{to}?{query}"


def _shown(edge: Edge, order_id: str, at: str = "", **query: str) -> Response:
    response = done(edge, f"/orders/{order_id}", key=key_for(order_id), **query)
    response.headers["Location"] = f"{response.headers['Location']}{at}"
    return response


def _home(edge: Edge, order_id: str) -> Response:
    """The order, for who has its key or went to pay from it; else where it is looked for."""
    if opened_by(order_id, edge.query.key) or led_of(edge, order_id):
        return _shown(edge, order_id)
    return done(edge, "/orders")


@routes.api("POST", "/orders/{order_id}/pay", "public", query=PageQuery, html=True, identify=False)
def pay(edge: Edge, form: dict[str, str], order_id: str) -> Response:
    """Lead the buyer to pay; the same way again is the same payment"""
    key = form.get("key", "")
    if not opened_by(order_id, key):
        raise not_found("order")
    asked = form.get("way")
    agent = edge.headers.get("user-agent", "")
    way: Way = next((known for known in get_args(Way) if known == asked), way_of(agent))
    outcome = tried(lambda: _led_to_pay(edge, order_id, key, way))
    return _or_told(edge, form, order_id, outcome)


def _or_told(
    edge: Edge, form: dict[str, str], order_id: str, outcome: Response | Refusal
) -> Response:
    """What was refused is told on the order's page, unless that says by itself why."""
    if not isinstance(outcome, Refusal):
        return outcome
    if outcome.code == "not_allowed_now":
        return _shown(edge, order_id)
    again = refused(edge, form, outcome)
    return own_page(edge, again, order_id, key_for(order_id), outcome, not_paid=True)


def _led_to_pay(edge: Edge, order_id: str, key: str, way: Way) -> Response:
    """Raises what a charge's start does."""
    led = led_of(edge, order_id)
    if way == "jsapi" and not (led and led.openid):
        walk = payers.led_away(edge.call, order_id, key, _back(edge, order_id, "payer"))
        return _away(walk.address, **{"Set-Cookie": cookie_of(order_id, walk.token)})
    openid = led.openid if led and way == "jsapi" else None
    started = _started(edge, order_id, key, way, openid)
    if way != "h5":
        return _shown(edge, order_id, "#pay" if way == "jsapi" else "")
    h5_url = started.shown["h5_url"]
    joint = "&" if "?" in h5_url else "?"
    back = quote(_back(edge, order_id, "pay"), safe="")
    kept = {} if led else {"Set-Cookie": cookie_of(order_id, payers.token(edge.call, order_id))}
    return _away(f"{h5_url}{joint}redirect_url={back}", **kept)


def _away(address: str, **headers: str) -> Response:
    """To the provider, which asks by which host it is come to: it hears that, and no path."""
    return see_other(address, **{"Referrer-Policy": "origin"}, **headers)


def _started(edge: Edge, order_id: str, key: str, way: Way, openid: str | None) -> charges.Started:
    body = NewCharge(provider="wechatpay", way=way, openid=openid)
    return charges.start(edge.call, order_id, body, key, edge.address)


@routes.api("GET", "/orders/{order_id}/pay", "public", query=BackQuery, html=True, identify=False)
def paid_elsewhere(edge: Edge, order_id: str) -> Response:
    """Back to the order: from the provider, or a reload after a refusal"""
    return _home(edge, order_id)


@routes.api("GET", "/orders/{order_id}/payer", "public", query=BackQuery, html=True, identify=False)
def payer_known(edge: Edge, order_id: str) -> Response:
    """Back from saying who pays: open the payment in the provider's own browser"""
    led = led_of(edge, order_id)
    if led is None or not (edge.query.code or edge.query.state):
        return _home(edge, order_id)
    outcome = tried(lambda: _opened(edge, order_id, led))
    return _or_told(edge, {}, order_id, outcome)


def _opened(edge: Edge, order_id: str, led: Led) -> Response:
    key = key_for(order_id)
    openid, token = payers.come_back(
        edge.call, order_id, key, led, edge.query.code, edge.query.state
    )
    _started(edge, order_id, key, "jsapi", openid)
    response = _shown(edge, order_id, "#pay")
    response.headers["Set-Cookie"] = cookie_of(order_id, token)
    return response


@routes.api("POST", "/orders/{order_id}/paid", "public", query=PageQuery, html=True, identify=False)
def ask_paid(edge: Edge, form: dict[str, str], order_id: str) -> Response:
    """I have paid: ask the provider"""
    key = form.get("key", "")
    if not opened_by(order_id, key):
        raise not_found("order")
    outcome = tried(lambda: charges.ask(edge.call, order_id, key))
    if isinstance(outcome, Refusal):
        return _or_told(edge, form, order_id, outcome)
    return _shown(edge, order_id, asked="1")


@routes.api("GET", "/orders/{order_id}/paid", "public", query=BackQuery, html=True, identify=False)
def reload_paid(edge: Edge, order_id: str) -> Response:
    """Back to the order: a reload or a change of language after a refusal"""
    return _home(edge, order_id)
