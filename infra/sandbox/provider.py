"""The provider's API, v3, as the sandbox answers it."""

import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.domain.fields import CHINA
from infra.gateway import Answer

from . import bills
from .ledger import Book, Charge, Ledger, Refund, Task, left_of
from .seals import SIGNED_AS, Keys, authorization, is_signed, signed

SLOW_SECONDS = 7.0
"""Longer than anybody should wait for an answer."""
REFUND_DAYS = 365
MOST_REFUNDS = 50


class Wrong(Exception):
    """What the provider refuses."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Asked:
    """One request, its merchant known. ids: what its path names."""

    keys: Keys
    ids: tuple[str, ...]
    query: dict[str, str]
    body: dict[str, Any]


class Provider:
    """pages: where buyers reach the sandbox, without a slash at the end."""

    def __init__(self, book: Book, pages: str) -> None:
        self.book, self.pages = book, pages
        self._nonces: set[str] = set()
        self._bills: dict[str, bytes] = {}
        self._routes: list[tuple[str, str, Callable[[Ledger, Asked], Any]]] = [
            ("POST", r"/v3/pay/transactions/(native|h5|jsapi)", self._start),
            ("GET", r"/v3/pay/transactions/out-trade-no/([^/]+)", self._query),
            ("POST", r"/v3/pay/transactions/out-trade-no/([^/]+)/close", self._close),
            ("POST", r"/v3/refund/domestic/refunds", self._refund),
            ("GET", r"/v3/refund/domestic/refunds/([^/]+)", self._query_refund),
            ("GET", r"/v3/bill/tradebill", self._bill),
            ("GET", r"/v3/billdownload/file", self._download),
        ]

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """target: from "/v3" on, as it is signed. Raises ConnectionError when it plays dead."""
        with self.book.opened() as ledger:
            mood = ledger.mood
            if ledger.mood_left is not None:
                ledger.mood_left -= 1
                if ledger.mood_left <= 0:
                    ledger.mood, ledger.mood_left = "well", None
        if mood == "away":
            raise ConnectionResetError("the sandbox plays dead")
        if mood == "html":
            return Answer(200, (("Content-Type", "text/html"),), b"<html><h1>502</h1></html>")
        if mood == "busy":
            return _json(429, {"code": "FREQUENCY_LIMITED", "message": "频率超限"})
        if mood == "failing":
            return _json(500, {"code": "SYSTEM_ERROR", "message": "系统错误"})
        keys, answer = self._answered(method, target, headers, body)
        if mood == "slow":
            time.sleep(SLOW_SECONDS)
        if mood == "unsigned" or keys is None:
            return answer
        signing = answer.body
        if mood == "tampering":
            signing += b" "
        signature = tuple(signed(keys, signing).items())
        return Answer(answer.status, (*answer.headers, *signature), answer.body)

    def _answered(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Keys | None, Answer]:
        """With whose keys to sign it; None: with nobody's, as it is not known who asks."""
        keys = None
        try:
            keys = self._who(method, target, headers, body)
            address = urlsplit(target)
            for allowed, path, does in self._routes:
                matched = re.fullmatch(path, address.path)
                if matched and allowed == method:
                    content = _object(body)
                    query = {name: values[-1] for name, values in parse_qs(address.query).items()}
                    with self.book.opened() as ledger:
                        result = does(ledger, Asked(keys, matched.groups(), query, content))
                    if result is None:
                        return keys, Answer(204, (), b"")
                    if isinstance(result, bytes):
                        return None, Answer(200, (("Content-Type", "text/plain"),), result)
                    return keys, _json(200, result)
            raise Wrong(404, "NOT_FOUND", "没有这个接口")
        except Wrong as wrong:
            return keys, _json(wrong.status, {"code": wrong.code, "message": wrong.message})

    def _who(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Keys:
        fields = authorization(headers.get("authorization", ""))
        with self.book.read() as ledger:
            keys = ledger.merchants.get(fields["mchid"]) if fields else None
        if fields and keys and fields["serial_no"] != keys.serial_no:
            message = "商户证书序列号有误。请使用签名私钥匹配的证书序列号"
            raise Wrong(401, "SIGN_ERROR", message)
        if fields is None or keys is None or not is_signed(keys, fields, method, target, body):
            raise Wrong(401, "SIGN_ERROR", f"签名错误，应按 {SIGNED_AS} 签名")
        if fields["nonce_str"] in self._nonces:
            raise Wrong(401, "SIGN_ERROR", "随机串用过了")
        self._nonces.add(fields["nonce_str"])
        if headers.get("accept") != "application/json" or not headers.get("user-agent"):
            raise Wrong(400, "PARAM_ERROR", "缺少 Accept 或 User-Agent")
        if headers.get("wechatpay-serial", keys.public_key_id) != keys.public_key_id:
            raise Wrong(400, "PARAM_ERROR", "Wechatpay-Serial 不是这个商户的微信支付公钥")
        return keys

    # --- charges --------------------------------------------------------------------------------

    def _start(self, ledger: Ledger, asked: Asked) -> dict[str, str]:
        (way,), body, keys = asked.ids, asked.body, asked.keys
        number, until = str(body.get("out_trade_no", "")), _instant(body.get("time_expire"))
        amount = body.get("amount", {})
        total = amount.get("total")
        if not re.fullmatch(r"[0-9A-Za-z_\-|*]{6,32}", number):
            raise Wrong(400, "PARAM_ERROR", "商户订单号应为 6 到 32 位字母数字")
        if not isinstance(total, int) or total < 1 or amount.get("currency", "CNY") != "CNY":
            raise Wrong(400, "PARAM_ERROR", "金额应为大于 0 的整数，单位为分")
        if (body.get("mchid"), body.get("appid")) != (keys.mchid, keys.appid):
            raise Wrong(400, "APPID_MCHID_NOT_MATCH", "商户号与 AppID 不匹配")
        if not 0 < len(str(body.get("description", "")).encode()) <= 127:
            raise Wrong(400, "PARAM_ERROR", "商品描述应为 1 到 127 字节")
        if not str(body.get("notify_url", "")).startswith("http"):
            raise Wrong(400, "PARAM_ERROR", "通知地址不对")
        openid = str(body.get("payer", {}).get("openid", ""))
        if way == "jsapi" and not openid:
            raise Wrong(400, "PARAM_ERROR", "缺少 openid")
        if way == "h5" and not body.get("scene_info", {}).get("payer_client_ip"):
            raise Wrong(400, "PARAM_ERROR", "缺少用户 IP")
        charge = ledger.charges.get(number)
        if charge is None:
            if until <= ledger.now:
                raise Wrong(400, "PARAM_ERROR", "交易结束时间已过")
            charge = ledger.charges[number] = Charge(
                number=number,
                mchid=keys.mchid,
                appid=keys.appid,
                amount_fen=total,
                title=str(body["description"]),
                way=way,
                notify_url=str(body["notify_url"]),
                until=until,
                made_at=ledger.now,
                openid=openid,
                prepay_id=f"wx{secrets.token_hex(17)}",
            )
        if charge.state in {"SUCCESS", "REFUND"}:
            raise Wrong(400, "ORDERPAID", "订单已支付")
        if charge.state == "CLOSED":
            raise Wrong(400, "ORDER_CLOSED", "订单已关闭")
        if (charge.amount_fen, charge.way, charge.mchid) != (total, way, keys.mchid):
            raise Wrong(400, "INVALID_REQUEST", "订单号重复，参数与上次不同")
        if way == "jsapi":
            return {"prepay_id": charge.prepay_id}
        page = f"{self.pages}/wechatpay/buyer/{number}"
        return {"code_url": page} if way == "native" else {"h5_url": page}

    def _of(self, ledger: Ledger, asked: Asked) -> Charge:
        charge = ledger.charges.get(asked.ids[0])
        if charge is None or charge.mchid != asked.keys.mchid:
            raise Wrong(404, "ORDER_NOT_EXIST", "订单不存在")
        return charge

    def _query(self, ledger: Ledger, asked: Asked) -> dict[str, Any]:
        if asked.query.get("mchid") != asked.keys.mchid:
            raise Wrong(400, "PARAM_ERROR", "商户号不对")
        return trade(self._of(ledger, asked))

    def _close(self, ledger: Ledger, asked: Asked) -> None:
        charge = self._of(ledger, asked)
        if asked.body.get("mchid") != asked.keys.mchid:
            raise Wrong(400, "PARAM_ERROR", "商户号不对")
        if charge.state in {"SUCCESS", "REFUND"}:
            raise Wrong(400, "ORDERPAID", "订单已支付")
        charge.state = "CLOSED"

    # --- refunds --------------------------------------------------------------------------------

    def _refund(self, ledger: Ledger, asked: Asked) -> dict[str, Any]:
        body, keys = asked.body, asked.keys
        number, amount = str(body.get("out_refund_no", "")), body.get("amount", {})
        charge = ledger.charges.get(str(body.get("out_trade_no", "")))
        if (
            charge is None
            or charge.mchid != keys.mchid
            or charge.state not in {"SUCCESS", "REFUND"}
        ):
            raise Wrong(404, "RESOURCE_NOT_EXISTS", "没有这笔支付")
        if not re.fullmatch(r"[0-9A-Za-z_\-|*@]{1,64}", number):
            raise Wrong(400, "PARAM_ERROR", "商户退款单号应为 1 到 64 位")
        if len(str(body.get("reason", "")).encode()) > 80:
            raise Wrong(400, "PARAM_ERROR", "退款原因过长")
        asked_fen, total = amount.get("refund"), amount.get("total")
        kept = ledger.refunds.get(number)
        if kept is not None:
            if (kept.charge, kept.amount_fen) != (charge.number, asked_fen):
                raise Wrong(400, "INVALID_REQUEST", "退款单号重复，参数与上次不同")
            if kept.status == "ABNORMAL":
                kept.status = "PROCESSING"
                self._begin(ledger, kept)
            return refunded(kept, charge)
        if total != charge.paid_fen or not isinstance(asked_fen, int) or asked_fen < 1:
            raise Wrong(400, "PARAM_ERROR", "金额与原订单不符")
        if asked_fen > left_of(ledger, charge):
            raise Wrong(400, "INVALID_REQUEST", "累计退款金额超过支付金额")
        if (
            sum(refund.charge == charge.number for refund in ledger.refunds.values())
            >= MOST_REFUNDS
        ):
            raise Wrong(400, "INVALID_REQUEST", f"一笔订单最多退款 {MOST_REFUNDS} 次")
        if ledger.becomes == "no_balance":
            raise Wrong(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")
        refund = ledger.refunds[number] = Refund(
            number=number,
            charge=charge.number,
            mchid=keys.mchid,
            amount_fen=asked_fen,
            total_fen=total,
            refund_id=f"503{secrets.randbelow(10**25):025}",
            notify_url=str(body.get("notify_url", "")),
            made_at=ledger.now,
        )
        charge.state = "REFUND"
        self._begin(ledger, refund)
        return refunded(refund, charge)

    def _begin(self, ledger: Ledger, refund: Refund) -> None:
        if ledger.becomes != "never":
            ledger.tasks.append(Task("refund", refund.number, time.time() + ledger.refund_seconds))

    def _query_refund(self, ledger: Ledger, asked: Asked) -> dict[str, Any]:
        refund = ledger.refunds.get(asked.ids[0])
        if refund is None or refund.mchid != asked.keys.mchid:
            raise Wrong(404, "RESOURCE_NOT_EXISTS", "没有这笔退款")
        return refunded(refund, ledger.charges[refund.charge])

    # --- bills ----------------------------------------------------------------------------------

    def _bill(self, ledger: Ledger, asked: Asked) -> dict[str, str]:
        if not ledger.bill_ready:
            raise Wrong(400, "STATEMENT_CREATING", "账单生成中")
        try:
            day = date.fromisoformat(asked.query.get("bill_date", ""))
        except ValueError:
            raise Wrong(400, "PARAM_ERROR", "账单日期应为 YYYY-MM-DD") from None
        text = bills.text_of(ledger, asked.keys.mchid, day)
        if text is None:
            raise Wrong(400, "NO_STATEMENT_EXIST", "当日没有账单")
        token = secrets.token_hex(16)
        self._bills[token] = bills.packed(text)
        return {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(text, usedforsecurity=False).hexdigest(),
            "download_url": f"https://api.mch.weixin.qq.com/v3/billdownload/file?token={token}",
        }

    def _download(self, ledger: Ledger, asked: Asked) -> bytes:
        file = self._bills.pop(asked.query.get("token", ""), None)
        if file is None:
            raise Wrong(400, "PARAM_ERROR", "下载链接已失效")
        return file


def trade(charge: Charge) -> dict[str, Any]:
    """A charge as answers and notifications say it."""
    content: dict[str, Any] = {
        "mchid": charge.mchid,
        "appid": charge.appid,
        "out_trade_no": charge.number,
        "trade_type": {"native": "NATIVE", "h5": "MWEB", "jsapi": "JSAPI"}[charge.way],
        "trade_state": charge.state,
        "trade_state_desc": charge.state,
        "attach": "",
    }
    if charge.paid_fen:
        content |= {
            "transaction_id": charge.transaction_id,
            "bank_type": "OTHERS",
            "success_time": _text(charge.paid_at),
            "payer": {"openid": charge.openid or "oSandbox"},
            "amount": {
                "total": charge.paid_fen,
                "payer_total": charge.paid_fen,
                "currency": "CNY",
                "payer_currency": "CNY",
            },
        }
    return content


def refunded(refund: Refund, charge: Charge) -> dict[str, Any]:
    """A refund as answers say it."""
    content: dict[str, Any] = {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.number,
        "transaction_id": charge.transaction_id,
        "out_trade_no": charge.number,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": _text(refund.made_at),
        "status": refund.status,
        "amount": {
            "total": refund.total_fen,
            "refund": refund.amount_fen,
            "payer_total": refund.total_fen,
            "payer_refund": refund.amount_fen,
            "currency": "CNY",
        },
    }
    if refund.status == "SUCCESS":
        content["success_time"] = _text(refund.ended_at)
    return content


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Wrong(400, "PARAM_ERROR", "请求体不是 JSON 对象")
    return content


def _instant(text: object) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        raise Wrong(400, "PARAM_ERROR", "交易结束时间应为 RFC 3339") from None


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone(CHINA).isoformat(timespec="seconds")


def _json(status: int, content: dict[str, Any]) -> Answer:
    body = json.dumps(content, ensure_ascii=False).encode()
    return Answer(status, (("Content-Type", "application/json; charset=utf-8"),), body)
