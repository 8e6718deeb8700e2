"""Paying for an order: what its page shows of it, by which browser it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urlencode

from markupsafe import Markup

from chalicelib.domain.charges import Way
from chalicelib.domain.merchants import H5_HOSTS, PAYER_HOSTS
from chalicelib.domain.orders import Order

from ..drawing import formats
from ..drawing.qr import qr_svg
from ..texts import Words

SCRIPTS = ("drawing/page", "drawing/request", "buyer/pay")
LEADS = (H5_HOSTS["wechatpay"], PAYER_HOSTS["wechatpay"][0])
"""Where paying leads to from the order's page."""
REFERRER = "strict-origin-when-cross-origin"
"""Of a page that leads there: the provider asks by which host it is come to, and hears no more."""
ONLY_CODE: Literal["native"] = "native"


@dataclass(frozen=True)
class Paying:
    """way: that fits this browser. in_wechat: it is WeChat's own. can_ask: there it can be learned
    who pays.

    code_url: of the code that was asked for. params: what WeChat's own browser needs, where this
    one's payer asked for it. is_open: somebody was asked for the sum. asked: whether it came was
    just asked, and it has not. mark: of what the page shows.
    """

    way: Way
    mark: str
    can_ask: bool = False
    code_url: str = ""
    params: Mapping[str, Any] | None = None
    is_open: bool = False
    asked: bool = False
    can_start: bool = True

    @property
    def main_way(self) -> Way:
        """What the main button asks for: WeChat's own browser without a payer has only the code."""
        return ONLY_CODE if self.way == "jsapi" and not self.can_ask else self.way


def section(paying: Paying, order: Order, words: Words) -> dict[str, object]:
    """The card: a code, or what the main button does, and the other way where there is one."""
    due = formats.money(order.total_fen)
    code = Markup(qr_svg(paying.code_url, label=words["pay_code"])) if paying.code_url else ""  # noqa: S704 - drawn by us
    other: tuple[str, str] | None = None
    if paying.code_url and paying.main_way != ONLY_CODE:
        other = (paying.main_way, words["pay_here"])
    elif not paying.code_url and paying.main_way != ONLY_CODE:
        other = (ONLY_CODE, words["pay_by_code"])
    in_wechat = paying.way == "jsapi" and not paying.can_ask
    lines = [words["pay_in_wechat"]] if in_wechat else []
    if paying.can_start and not (code or in_wechat or paying.asked):
        lines.append(words[f"pay_{paying.way}"])
    return {
        "code": code,
        "title": words("pay_scan", sum=due) if code else words["pay_title"],
        "lines": lines,
        "other": other if paying.can_start else None,
        "asked": words["pay_not_yet"] if paying.asked else "",
        "can_start": paying.can_start,
    }


def buttons(paying: Paying, order: Order, words: Words) -> list[tuple[str, str, str]]:
    """The bar's, as (text, form, way); the last is the main one."""
    done = (words["pay_done"], "paid", "")
    if not paying.can_start:
        return [done]
    way = paying.main_way
    text = "pay_by_code" if way == ONLY_CODE != paying.way else "pay_go"
    go = (words(text, sum=formats.money(order.total_fen)), "pay", way)
    if paying.code_url:
        return [done]
    return [done, go] if paying.is_open else [go]


def config(
    paying: Paying, order: Order, key: str, query: str, words: Words
) -> dict[str, object] | None:
    """For the script that follows the payment; None where there is none under way."""
    if not paying.is_open:
        return None
    path = f"/orders/{quote(order.id)}"
    asked = urlencode({"key": key, "lang": words.language})
    return {
        "page": f"{path}{query}&{urlencode({'key': key})}",
        "follow": f"/v1{path}/standing?{asked}",
        "mark": paying.mark,
        "params": paying.params,
        "cancelled": words["pay_cancelled"],
        "failed": words["pay_failed"],
    }
