"""Who pays inside the provider's own browser: its page that says so, and what a code tells."""

import json
import secrets
import time
from urllib.parse import urlencode

from infra.gateway import Answer

from .ledger import Book

CODE_SECONDS = 300
OPENID = "oSandboxBuyer"
"""There is one buyer here."""


class Payers:
    """ours: how every address of the house begins, the only ones that are come back to."""

    def __init__(self, book: Book, ours: str) -> None:
        self.book, self.ours = book, ours
        self._codes: dict[str, tuple[str, float]] = {}
        """Each with whose it is, and until when it is good."""

    def authorize(self, asked: dict[str, str]) -> Answer:
        """As open.weixin.qq.com answers within WeChat, where nothing is asked of the payer."""
        back, appid = asked.get("redirect_uri", ""), asked.get("appid", "")
        is_asked = asked.get("response_type"), asked.get("scope")
        if not back.startswith(self.ours) or is_asked != ("code", "snsapi_base"):
            return Answer(400, (("Content-Type", "text/plain"),), b"redirect_uri, scope")
        code = secrets.token_hex(16)
        self._codes[code] = (appid, time.time() + CODE_SECONDS)
        joint = "&" if "?" in back else "?"
        query = urlencode({"code": code, "state": asked.get("state", "")})
        return Answer(302, (("Location", f"{back}{joint}{query}"),), b"")

    def access_token(self, asked: dict[str, str]) -> Answer:
        """As api.weixin.qq.com answers, always with status 200. Raises ConnectionError when the
        sandbox plays dead."""
        appid, secret = asked.get("appid", ""), asked.get("secret", "")
        with self.book.read() as ledger:
            mood = ledger.mood
            known = [keys for keys in ledger.merchants.values() if keys.appid == appid]
        if mood == "away":
            raise ConnectionResetError("the sandbox plays dead")
        if mood == "html":
            return Answer(200, (("Content-Type", "text/html"),), b"<html><h1>502</h1></html>")
        if mood in {"busy", "failing"}:
            return _json({"errcode": -1, "errmsg": "system error"})
        if not known:
            return _json({"errcode": 40013, "errmsg": "invalid appid"})
        if not secret or secret not in {keys.app_secret for keys in known}:
            return _json({"errcode": 40125, "errmsg": "invalid appsecret"})
        whose, until = self._codes.pop(asked.get("code", ""), ("", 0.0))
        if whose != appid or until < time.time():
            return _json({"errcode": 40029, "errmsg": "invalid code"})
        token = {"access_token": secrets.token_hex(16), "expires_in": 7200}
        return _json({**token, "openid": OPENID, "scope": "snsapi_base"})


def _json(content: dict[str, object]) -> Answer:
    # the provider says text/plain, whatever it is
    return Answer(200, (("Content-Type", "text/plain"),), json.dumps(content).encode())
