"""What a browser keeps of paying for an order, and what the order's page says to it."""

from typing import Any

from chalicelib.config import settings
from chalicelib.domain.browsers import way_of
from chalicelib.pages.buyer.paying import Paying
from chalicelib.services import charges, merchants, payers
from chalicelib.services.payers import Led
from chalicelib.services.standings import OrderMoney

from .answers import cookie
from .routing import Edge

COOKIE = "payer"
"""A browser's that has gone to pay for an order; never another's, as its path is the order's."""


def paying_of(edge: Edge, money: OrderMoney, *, asked: bool) -> Paying | None:
    """What the order's page says of paying; None where nothing can be paid here, nor is awaited."""
    order = money.order
    if money.standing not in {"unpaid", "paying", "overdue"}:
        return None
    merchant = merchants.paid_by(order.shop_id) if money.standing != "overdue" else None
    if merchant is None and money.standing == "unpaid":
        return None
    shown: dict[str, Any] = {}
    for charge in money.charges if money.standing == "paying" else ():
        if charge.way != "jsapi" or charge.payer == _payer(edge, order.id):
            shown |= charges.shown_to(charge, edge.call.now) or {}
    way = way_of(edge.headers.get("user-agent", ""))
    return Paying(
        way=way,
        mark=money.mark,
        can_ask=merchant is not None and merchant.has_app_secret,
        code_url=shown.get("code_url", ""),
        params=shown.get("params") if way == "jsapi" else None,
        is_open=money.standing != "unpaid",
        asked=asked,
        can_start=merchant is not None,
    )


def led_of(edge: Edge, order_id: str) -> Led | None:
    kept = cookie(edge.headers.get("cookie", ""), COOKIE)
    return payers.of_token(order_id, kept, edge.call.now)


def _payer(edge: Edge, order_id: str) -> str | None:
    """The payer as charges know them, if this browser is known as theirs."""
    led = led_of(edge, order_id)
    return charges.payer_of(order_id, led.openid) if led and led.openid else None


def cookie_of(order_id: str, token: str) -> str:
    """Lax: it comes along when the provider leads back, and with no other site's picture."""
    secure = "; Secure" if settings().secure else ""
    age = int(payers.KEPT.total_seconds())
    return (
        f"{COOKIE}={token}; Path=/orders/{order_id}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"
    )
