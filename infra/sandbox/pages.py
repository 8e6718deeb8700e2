"""The sandbox's pages: one for whoever plays the provider, one for the buyer who pays by a link."""

import html
import time
from typing import TYPE_CHECKING, Any, get_args

from infra.gateway import Answer

from .ledger import Charge, Ledger, Mood, Refunds, Task

if TYPE_CHECKING:
    from . import Sandbox

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:46rem;padding:1rem;color:#1d1d1f}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:2rem}
form{display:inline}button{font:inherit;min-height:44px;padding:0 .9rem;margin:.2rem .2rem .2rem 0}
article{border-top:1px solid #ccc;padding:.8rem 0}code{word-break:break-all}
button[aria-pressed=true]{background:#07c160;color:#fff;border-color:#07c160}
.note{color:#555}.pay button{width:100%;background:#07c160;color:#fff;border:0;font-size:1.1rem}
"""
MOODS = {
    "well": "照常 well",
    "slow": "慢（7 秒）slow",
    "away": "断线 away",
    "html": "答网页 HTML",
    "busy": "限流 429",
    "failing": "出错 500",
    "tampering": "应答被改 tampered",
    "unsigned": "应答无签名 unsigned",
}
REFUNDS = {
    "return": "到账 return",
    "abnormal": "退款异常 ABNORMAL",
    "closed": "退款关闭 CLOSED",
    "no_balance": "余额不足 NOT_ENOUGH",
    "never": "一直处理中 never",
}
STATES = {"NOTPAY": "待付", "SUCCESS": "已付", "CLOSED": "已关闭", "REFUND": "已付，有退款"}
_PLAYS = {
    # how it reads: what the buyer and the provider do
    "pay": "付款 pay",
    "twice": "付款，通知两次 notify twice",
    "sixteen": "付款，通知 16 次 16 times",
    "silent": "付款，不通知 never notify",
    "late": "10 秒后付 in 10 s",
    "less": "少付 1 分 1 fen less",
    "close": "关闭 close",
}


def answer(
    sandbox: "Sandbox", method: str, path: str, asked: dict[str, str], fields: dict[str, str]
) -> Answer:
    if path.startswith("/wechatpay/buyer/"):
        number = path.removeprefix("/wechatpay/buyer/")
        return _buyer(sandbox, method, number, asked.get("redirect_url", ""))
    if path in {"", "/"} and method == "GET":
        with sandbox.book.read() as ledger:
            return _page("沙箱 Sandbox", _desk(ledger))
    if path == "/play" and method == "POST":
        _play(sandbox, fields)
        return Answer(303, (("Location", "/sandbox"),), b"")
    return _page("没有这一页 Not found", "<p><a href=/sandbox>沙箱 Sandbox</a></p>", 404)


def _play(sandbox: "Sandbox", fields: dict[str, str]) -> None:
    """What was pressed on the desk; anything else is passed over."""
    does, value, number = fields.get("do"), fields.get("value", ""), fields.get("number", "")
    with sandbox.book.opened() as ledger:
        if does == "mood" and value in get_args(Mood):
            ledger.mood, ledger.mood_left = value, None  # type: ignore[assignment]
        elif does == "refunds" and value in get_args(Refunds):
            ledger.becomes = value  # type: ignore[assignment]
        elif does == "notifies":
            ledger.notifies = value == "1"
        elif does == "bill":
            ledger.bill_ready = value == "1"
        elif does == "settle" and number in ledger.refunds:
            ledger.tasks.append(Task("refund", number, time.time()))
        elif does in _PLAYS and number in ledger.charges:
            _charge(sandbox, does, ledger.charges[number])


def _charge(sandbox: "Sandbox", does: str, charge: Charge) -> None:
    if does == "close":
        if charge.state == "NOTPAY":
            charge.state = "CLOSED"
        return
    given: dict[str, dict[str, Any]] = {
        "twice": {"times": 2},
        "sixteen": {"times": 16},
        "silent": {"times": 0},
        "late": {"delay_seconds": 10},
        "less": {"amount_fen": max(1, charge.amount_fen - 1)},
    }
    sandbox.pay(charge.number, **given.get(does, {}))


def _desk(ledger: Ledger) -> str:
    parts = [
        "<p class=note>这里没有真钱。No money moves here.</p>",
        "<h2>应答 How it answers</h2>",
        *(_button("mood", mood, MOODS[mood], pressed=ledger.mood == mood) for mood in MOODS),
        "<h2>退款 What becomes of refunds</h2>",
        *(_button("refunds", to, REFUNDS[to], pressed=ledger.becomes == to) for to in REFUNDS),
        "<h2>通知、账单 Notifications, bills</h2>",
        _button("notifies", "1", "通知 notify", pressed=ledger.notifies),
        _button("notifies", "0", "不通知 silent", pressed=not ledger.notifies),
        _button("bill", "1", "有账单 bill ready", pressed=ledger.bill_ready),
        _button("bill", "0", "账单生成中 creating", pressed=not ledger.bill_ready),
        "<h2>收款 Charges</h2>",
    ]
    charges = sorted(ledger.charges.values(), key=lambda charge: -charge.made_at)[:50]
    parts += [_charge_row(ledger, charge) for charge in charges]
    if not charges:
        parts.append("<p class=note>还没有。None yet.</p>")
    return "".join(parts)


def _charge_row(ledger: Ledger, charge: Charge) -> str:
    refunds = [refund for refund in ledger.refunds.values() if refund.charge == charge.number]
    rows = [
        f"<p>{_yuan(refund.amount_fen)} {html.escape(refund.status)}"
        f" <code>{html.escape(refund.number)}</code>"
        + _button("settle", "", "现在处理 settle now", number=refund.number)
        + "</p>"
        for refund in refunds
    ]
    plays = "".join(
        _button(does, "", words, number=charge.number) for does, words in _PLAYS.items()
    )
    return (
        f"<article><b>{_yuan(charge.amount_fen)}</b> {html.escape(charge.title)}"
        f" · {charge.way} · {STATES.get(charge.state, charge.state)}"
        f"<br><code>{html.escape(charge.number)}</code><br>{plays}{''.join(rows)}</article>"
    )


def _button(does: str, value: str, words: str, *, pressed: bool = False, number: str = "") -> str:
    return (
        f"<form method=post action=/sandbox/play><input type=hidden name=do value={does}>"
        f'<input type=hidden name=value value="{html.escape(value)}">'
        f'<input type=hidden name=number value="{html.escape(number)}">'
        f"<button aria-pressed={'true' if pressed else 'false'}>{words}</button></form>"
    )


def _buyer(sandbox: "Sandbox", method: str, number: str, back: str) -> Answer:
    with sandbox.book.read() as ledger:
        charge = ledger.charges.get(number)
        state = charge.state if charge else ""
        is_open = state == "NOTPAY" and charge is not None and charge.until > time.time()
    if charge is None:
        return _page("没有这笔付款 No such payment", "", 404)
    ours = sandbox.base_url.removesuffix("/sandbox/wechatpay") + "/"
    if not back.startswith(ours):
        back = ""
    if method == "POST" and is_open:
        sandbox.pay(number)
        return Answer(303, (("Location", back or f"/sandbox/wechatpay/buyer/{number}"),), b"")
    words = f"<p>{html.escape(charge.title)}</p><p><b>{_yuan(charge.amount_fen)}</b></p>"
    if is_open:
        words += "<form class=pay method=post><button>付款 Pay</button></form>"
    else:
        words += f"<p>{STATES.get(state, state) if state != 'NOTPAY' else '已过期 expired'}</p>"
    if back:
        words += f'<p><a href="{html.escape(back)}">返回商家 Back</a></p>'
    return _page("微信支付（沙箱）Sandbox", words)


def _yuan(fen: int) -> str:
    return f"¥{fen // 100}.{fen % 100:02}"


def _page(title: str, content: str, status: int = 200) -> Answer:
    text = (
        "<!doctype html><html lang=zh-CN><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>{content}</html>"
    )
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"))
    return Answer(status, headers, text.encode())
