"""Who pays inside WeChat: its browser says so by a code, for which the server is told the openid.

As 微信网页授权 has it, with the scope snsapi_base, which asks the payer nothing
(developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html): the code
is good once and for five minutes; the answer is not signed, and a refusal has status 200.
"""

import json
import re
import time
from http import HTTPStatus
from urllib.parse import urlencode

import urllib3

from chalicelib.domain.merchants import hosts_of_payers

from .. import CONNECT_SECONDS, READ_SECONDS, Away, Merchant, Refused
from .asking import asked_once, read_all

BUSY = -1
"""The errcode for which the provider asks to be asked again."""
HEADERS = {"Connection": "close", "User-Agent": "shanhuo"}


def payer_page(merchant: Merchant, back: str, state: str) -> str:
    query = {
        "appid": merchant.appid,
        "redirect_uri": back,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    host, _ = hosts_of_payers("wechatpay", merchant.base_url)
    # the provider asks for this order, and for the end where it is reached by a redirect
    return f"{host}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"


def payer(merchant: Merchant, code: str) -> str:
    query = {
        "appid": merchant.appid,
        "secret": merchant.app_secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    _, host = hosts_of_payers("wechatpay", merchant.base_url)
    began = time.monotonic()
    try:
        answer = asked_once("GET", f"{host}/sns/oauth2/access_token?{urlencode(query)}", HEADERS)
        content = read_all(answer, began + CONNECT_SECONDS + READ_SECONDS)
    except urllib3.exceptions.HTTPError as error:
        raise Away(type(error).__name__) from None  # its words hold the secret
    if answer.status != HTTPStatus.OK:
        raise Away(f"status {answer.status}")
    return _openid(content)


def _openid(content: bytes) -> str:
    """Raises Away, Refused."""
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Away("the answer has another form")
    errcode = answer.get("errcode", 0)
    if errcode == BUSY:
        raise Away("busy")
    if errcode:
        raise Refused(f"errcode {str(errcode)[:12]}")
    openid = answer.get("openid")
    if isinstance(openid, str) and re.fullmatch(r"[!-~]{1,128}", openid):
        return openid
    raise Away("the answer has another form")
