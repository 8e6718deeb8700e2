"""What was just done, told once: the page after a form says so, and its reload no longer does.

The key of the sentence travels in a cookie of that page's path, which the page takes back. So no
link can make a desk say that something was done.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib.config import settings

from .answers import cookie

DONE = "done"
"""The cookie, and the parameter by which a handler gets it (desks.DeskQuery)."""
SECONDS = 60
"""For which it waits: the page is fetched at once."""
_KEY = re.compile("[a-z_]{1,40}")


def with_done(given: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
    """The query of a desk's page, with what was just done; what an address says of it is out."""
    key = cookie(headers.get("cookie", ""), DONE)
    others = {name: text for name, text in given.items() if name != DONE}
    return others | {DONE: key} if key and _KEY.fullmatch(key) else others


def left(response: Response, location: str, key: str) -> Response:
    """The way to the page, with what is told there."""
    response.headers["Set-Cookie"] = _cookie(urlsplit(location).path, key, SECONDS)
    return response


def taken(response: Response, path: str) -> Response:
    """The page that told it."""
    response.headers["Set-Cookie"] = _cookie(path, "", 0)
    return response


def _cookie(path: str, key: str, seconds: int) -> str:
    secure = "; Secure" if settings().secure else ""
    return f"{DONE}={key}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
