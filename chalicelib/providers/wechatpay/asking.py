"""How WeChat Pay is asked: where, how long it is waited for, and whether its answer is believed."""

import json
import logging
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import certifi
import urllib3
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType
from wechatpayv3.utils import build_authorization, rsa_verify

from .. import CONNECT_SECONDS, FRESH_SECONDS, READ_SECONDS, Away, Merchant, Refused, Unbelieved

HOST = "https://api.mch.weixin.qq.com"
SIGNED_AS = "WECHATPAY2-SHA256-RSA2048"
SIGNING = ("signature", "timestamp", "nonce", "serial", "signature-type")
"""The headers by which an answer or a notification is signed, behind "Wechatpay-"."""
LARGEST = 16 << 20
"""Bytes of an answer: a day's bill, packed."""
_PASSING = frozenset({"SYSTEM_ERROR", "SYSTEMERROR", "BANK_ERROR", "BANKERROR"}) | frozenset(
    {"FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED"}
)
"""Codes after which the same is asked again with the same number, whatever the status."""


logging.getLogger("urllib3").setLevel(logging.INFO)  # below it writes addresses: one has a secret


@lru_cache(1)
def _pool() -> urllib3.PoolManager:
    """Asks each question once: none follows where an answer points to, and no proxy that the
    environment names is asked."""
    return urllib3.PoolManager(
        retries=False,
        ca_certs=certifi.where(),
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
    )


def asked_once(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: str | None = None
) -> urllib3.BaseHTTPResponse:
    """An answer whose content is still to be read. Raises urllib3's HTTPError."""
    return _pool().request(
        method, url, headers=headers, body=body, preload_content=False, redirect=False
    )


@dataclass(frozen=True)
class Asking:
    """Stands in for the library's own `request`, which it calls alike."""

    merchant: Merchant
    core: Core

    def __call__(
        self,
        path: str,
        method: RequestType = RequestType.GET,
        data: dict[str, Any] | None = None,
        skip_verify: bool = False,
    ) -> tuple[int, bytes]:
        """Raises Away, and Refused for what the provider did not do."""
        merchant, body = self.merchant, json.dumps(data) if data else ""
        signature = build_authorization(
            path, method.value, merchant.mchid, merchant.serial_no, self.core._private_key, body
        )
        headers = {
            "Accept": "application/json",
            "Authorization": signature,
            # a connection that was kept may have ended while this process slept
            "Connection": "close",
            "Content-Type": "application/json",
            "User-Agent": "shanhuo",
            "Wechatpay-Serial": merchant.public_key_id,
        }
        began = time.monotonic()
        try:
            answer = asked_once(
                method.value, (merchant.base_url or HOST) + path, headers, body or None
            )
            content = read_all(answer, began + CONNECT_SECONDS + READ_SECONDS)
        except urllib3.exceptions.HTTPError as error:
            raise Away(type(error).__name__) from None  # its words name the address
        # what it refuses, a gateway before it may refuse, too, which signs nothing
        may_be_unsigned = skip_verify or answer.status >= HTTPStatus.BAD_REQUEST
        is_unsigned = not _header(answer.headers, "signature")
        if not (is_unsigned and may_be_unsigned) and not self._is_signed(answer.headers, content):
            raise (Away if is_unsigned else Unbelieved)("not signed by the merchant's key")
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return answer.status, content
        raise _refusal(answer.status, content)

    def _is_signed(self, headers: Mapping[str, str], content: bytes) -> bool:
        given = [_header(headers, name) for name in SIGNING]
        signature, timestamp, nonce, serial, kind = given
        return (
            serial == self.merchant.public_key_id
            and kind == SIGNED_AS
            and is_fresh(timestamp, time.time())
            and rsa_verify(
                timestamp,
                nonce,
                content.decode(errors="replace"),
                signature,
                self.core._public_key,
            )
        )


def read_all(answer: urllib3.BaseHTTPResponse, until: float) -> bytes:
    """All of an answer that comes in time. Raises Away, HTTPError."""
    content = bytearray()
    for part in answer.stream(1 << 16):
        content += part
        if len(content) > LARGEST or time.monotonic() > until:
            answer.close()
            raise Away("the answer does not end")
    return bytes(content)


def _refusal(status: int, content: bytes) -> Away | Refused:
    """What an answer means that is no success."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Away(f"status {status}")
    with suppress(ValueError, RecursionError):
        answer = json.loads(content)
        code = answer.get("code") if isinstance(answer, dict) else None
        if status >= HTTPStatus.BAD_REQUEST and isinstance(code, str):
            if code in _PASSING:
                return Away(code)
            return Refused(code[:64], str(answer.get("message", ""))[:200])
    return Away(f"status {status}")


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"Wechatpay-{name}", "")


def is_fresh(timestamp: str, now: float) -> bool:
    return (
        re.fullmatch(r"[0-9]{1,12}", timestamp) is not None
        and abs(int(timestamp) - now) <= FRESH_SECONDS
    )


@lru_cache(32)
def client_of(merchant: Merchant) -> WeChatPay:
    """Kept, as reading keys takes longer than signing."""
    client = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=merchant.mchid,
        private_key=merchant.private_key,
        cert_serial_no=merchant.serial_no,
        appid=merchant.appid,
        apiv3_key=merchant.apiv3_key,
        public_key=merchant.public_key,
        public_key_id=merchant.public_key_id,
    )
    client._core.request = Asking(merchant, client._core)
    return client
