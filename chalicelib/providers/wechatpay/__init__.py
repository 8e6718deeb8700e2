"""WeChat Pay, API v3, in the mode in which the provider signs by a public key of its own.

`wechatpayv3` makes the requests and their signatures, and opens notifications. What it leaves to
its callers is here: where it asks, how long it waits, whether an answer is signed at any status,
and how old and whose a notification is. It is never shown a key id that is not the merchant's, as
it would then ask the provider for certificates, whoever had sent that id.
"""

import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from wechatpayv3 import WeChatPay, WeChatPayType

from chalicelib.domain.fields import CHINA
from chalicelib.domain.merchants import Verdict

from .. import (
    LONGEST_TITLE,
    Away,
    BillRow,
    Charge,
    Forged,
    Merchant,
    Refunding,
    RefundReport,
    Refused,
    Report,
    Unbelieved,
    Way,
)
from .answers import Envelope, Refund, Trade, of_charge, of_refund
from .asking import SIGNED_AS, SIGNING, client_of, is_fresh
from .bills import rows_of
from .keys import checked
from .payers import payer, payer_page

__all__ = ["bill", "checked", "close", "notified_key", "payer", "payer_page", "query"]
__all__ += ["query_refund", "read_notification", "refund", "start", "verdict"]

TITLE_BYTES, REASON_BYTES = 127, 80
"""Of UTF-8, as the provider counts them."""

_WAYS = {
    "native": WeChatPayType.NATIVE,
    "h5": WeChatPayType.H5,
    "jsapi": WeChatPayType.JSAPI,
}
_UNHEARD = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
_CLOSED = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
_PAID = frozenset({"ORDERPAID", "ORDER_PAID"})
_UNSIGNED = frozenset({"SIGN_ERROR", "SIGNERROR"})
_KEY_ID = re.compile(r"[0-9A-Za-z_]{1,64}")


def start(merchant: Merchant, charge: Charge, way: Way) -> dict[str, Any]:
    client = client_of(merchant)
    scene = {"payer_client_ip": charge.address, "h5_info": {"type": "Wap"}}
    _, content = client.pay(
        description=_cut(charge.title[:LONGEST_TITLE], TITLE_BYTES),
        out_trade_no=charge.number,
        amount={"total": charge.amount_fen, "currency": "CNY"},
        time_expire=charge.until.astimezone(CHINA).isoformat(timespec="seconds"),
        notify_url=charge.notify_url,
        payer={"openid": charge.openid} if way == "jsapi" else None,
        scene_info=scene if way == "h5" else None,
        pay_type=_WAYS[way],
    )
    name = {"native": "code_url", "h5": "h5_url", "jsapi": "prepay_id"}[way]
    try:
        answer = json.loads(content)[name]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Away("the answer has another form") from None
    if not isinstance(answer, str) or not answer:
        raise Away("the answer has another form")
    if way == "jsapi":
        return {"params": _params(client, merchant, f"prepay_id={answer}")}
    return {name: answer}


def _params(client: WeChatPay, merchant: Merchant, package: str) -> dict[str, str]:
    """What WeChat's own browser asks for to open the payment."""
    timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
    return {
        "appId": merchant.appid,
        "timeStamp": timestamp,
        "nonceStr": nonce,
        "package": package,
        "signType": "RSA",
        "paySign": client.sign([merchant.appid, timestamp, nonce, package]),
    }


def _cut(text: str, most: int) -> str:
    """So much of the text as has at most so many bytes."""
    return text.encode()[:most].decode(errors="ignore")


def query(merchant: Merchant, number: str) -> Report:
    try:
        _, content = client_of(merchant).query(out_trade_no=number)
    except Refused as refused:
        if refused.code not in _UNHEARD:
            raise
        return Report(number, "unknown", mchid=merchant.mchid)
    return of_charge(merchant.mchid, number, content)


def verdict(merchant: Merchant) -> Verdict:
    """Asks for a charge that nobody has. The APIv3 key and the AppID are not asked about by it."""
    try:
        query(merchant, f"check{secrets.token_hex(8)}")
    except Unbelieved:
        return "public_key"
    except Away:
        return "away"
    except Refused as refused:
        if "Wechatpay-Serial" in refused.message:
            return "public_key"
        if refused.code not in _UNSIGNED:
            return "refused"
        return "serial_no" if "序列号" in refused.message else "private_key"
    return "ok"


def close(merchant: Merchant, number: str) -> bool:
    """What the provider never heard of cannot be paid: nobody was shown its code."""
    try:
        status, _ = client_of(merchant).close(out_trade_no=number)
    except Refused as refused:
        if refused.code in _PAID:
            return False
        if refused.code in _CLOSED | _UNHEARD:
            return True
        raise
    if status != HTTPStatus.NO_CONTENT:
        raise Away(f"status {status}")
    return True


def refund(merchant: Merchant, refunding: Refunding) -> RefundReport:
    _, content = client_of(merchant).refund(
        out_refund_no=refunding.number,
        out_trade_no=refunding.charge,
        amount={
            "refund": refunding.amount_fen,
            "total": refunding.total_fen,
            "currency": "CNY",
        },
        reason=_cut(refunding.reason, REASON_BYTES),
        notify_url=refunding.notify_url,
    )
    return of_refund(refunding.number, content)


def query_refund(merchant: Merchant, number: str) -> RefundReport:
    try:
        _, content = client_of(merchant).query_refund(out_refund_no=number)
    except Refused as refused:
        if refused.code not in _UNHEARD:
            raise
        return RefundReport(number, "", "unknown")
    return of_refund(number, content)


# --- notifications ------------------------------------------------------------------------------


def notified_key(headers: Mapping[str, str], body: bytes) -> str:
    serial = _lowered(headers)["wechatpay-serial"]
    if not _KEY_ID.fullmatch(serial):
        raise Forged("no key's id")
    return serial


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that sign a notification, by their names in small letters. Raises Forged."""
    given = {name.lower(): text for name, text in headers.items()}
    wanted = [f"wechatpay-{name}" for name in SIGNING]
    if not all(given.get(name) for name in wanted):
        raise Forged("a header is missing")
    return {name: given[name] for name in wanted}


def read_notification(
    merchant: Merchant, headers: Mapping[str, str], body: bytes, now: datetime
) -> Report | RefundReport:
    given = _lowered(headers)
    if not is_fresh(given["wechatpay-timestamp"], now.timestamp()):
        raise Forged("too old, or of another clock")
    if given["wechatpay-serial"] != merchant.public_key_id:
        raise Forged("another key's")
    if given["wechatpay-signature-type"] != SIGNED_AS:
        raise Forged("signed in another way")
    try:
        envelope = Envelope.model_validate_json(body)
        text = client_of(merchant).decrypt_callback(given, body)
    except ValueError:  # also pydantic's: no JSON, no UTF-8, a nonce of another length
        raise Forged("unreadable") from None
    if text is None:
        raise Forged("not signed by the provider, or sealed with another key")
    try:
        return _notified(merchant, envelope.event_type, text)
    except ValueError:
        raise Forged("it has another form") from None


def _notified(merchant: Merchant, event: str, text: str) -> Report | RefundReport:
    """Raises ValueError, Forged."""
    if event.startswith("TRANSACTION."):
        trade = Trade.model_validate_json(text)
        whose, report = trade.mchid, trade.report()
        if whose != merchant.mchid:
            raise Forged("another merchant's")
        return report
    if not event.startswith("REFUND."):
        raise Forged("of nothing that we ask for")
    content = json.loads(text)
    refunded = Refund.model_validate({**content, "status": content.get("refund_status")})
    if refunded.mchid != merchant.mchid:
        raise Forged("another merchant's")
    return refunded.report()


def bill(merchant: Merchant, day: date) -> Iterator[BillRow]:
    return rows_of(client_of(merchant), day)
