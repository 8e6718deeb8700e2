"""Who pays inside the provider's own browser: led there and back, and known for a while.

What a browser keeps of it is sealed and good for one order: that it was led away by somebody who
held the order's key, and who pays, once that is known. So the key is in no address that others see.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import ValidationError

from chalicelib import providers
from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.lifecycle import check_move
from chalicelib.providers import Away, Merchant, Refused
from chalicelib.repositories.orders import load_for
from chalicelib.repositories.sealing import seal_for_url, unseal_from_url
from chalicelib.steps import merchants, settling

KEPT = timedelta(hours=2)
"""How long a browser is known as the payer's: as long as what is prepared for it lives."""
PROVIDER: Literal["wechatpay"] = "wechatpay"


class Led(Model):
    """What the browser keeps. state: comes back with the code, so that nobody slips theirs in."""

    until: Instant
    state: str
    openid: str = ""


@dataclass(frozen=True)
class Walk:
    """Where the browser goes, and what it keeps meanwhile."""

    address: str
    token: str


def _owner(order_id: str) -> str:
    return f"PAYER#{order_id}"


def _sealed(order_id: str, led: Led) -> str:
    return seal_for_url(led.model_dump_json(), _owner(order_id))


def of_token(order_id: str, token: str | None, now: datetime) -> Led | None:
    """What a browser has kept for this order; None for anything else, or what is too old."""
    text = unseal_from_url(token, _owner(order_id)) if token else None
    try:
        led = Led.model_validate_json(text) if text else None
    except ValidationError:
        return None
    return led if led and now < led.until else None


def token(call: Call, order_id: str) -> str:
    """For a browser that goes to pay: it finds its order again by it."""
    return _sealed(order_id, Led(until=call.now + KEPT, state=secrets.token_hex(16)))


def led_away(call: Call, order_id: str, key: str, back: str) -> Walk:
    """Where to ask who pays. Raises "not_found", "not_allowed_now", "no_merchant"."""
    merchant = _merchant(call, order_id, key)
    led = Led(until=call.now + KEPT, state=secrets.token_hex(16))
    return Walk(providers.payer_page(merchant, back, led.state), _sealed(order_id, led))


def come_back(
    call: Call, order_id: str, key: str, led: Led, code: str, state: str
) -> tuple[str, str]:
    """Who pays, and what the browser keeps now. Nothing is asked of the outside but for what was
    led away from here.

    Raises "payer_unknown", and as `led_away` and a charge's start do.
    """
    if not code or not hmac.compare_digest(led.state.encode(), state.encode()):
        raise Refusal("payer_unknown")
    merchant = _merchant(call, order_id, key)
    settling.count_question(call, order_id)
    try:
        openid = providers.payer(merchant, code)
    except Away as error:
        raise settling.away() from error
    except Refused as error:
        raise Refusal("payer_unknown") from error
    # a new state: the code that came with this one is used up
    known = Led(until=call.now + KEPT, state=secrets.token_hex(16), openid=openid)
    return openid, _sealed(order_id, known)


def _merchant(call: Call, order_id: str, key: str) -> Merchant:
    order = load_for(call.actor, order_id, key).doc
    check_move("order", "expired" if order.is_overdue(call.now) else order.state, "paid")
    merchant = merchants.merchant_of(order.shop_id, PROVIDER)
    if merchant is None or not merchant.app_secret:
        raise Refusal("no_merchant")
    return merchant
