"""A desk's form that is sent when its session is over: what was typed waits on the sign-in page.

The browser carries it: sealed for the account that the form was shown to, bound to the address it
belongs to, for some hours; nothing is stored. After signing in it stands in its form again, and
nothing is done until the button is pressed once more.
"""

import base64
import hmac
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from chalice.app import Request, Response

from chalicelib.repositories.sealing import keyed_hash, seal_bytes, unseal_bytes

from .answers import see_other
from .bounds import LARGEST_FORM, LONGEST_NEXT
from .problems import STATUS

KEPT = "kept"
"""The field in which it travels."""
LOOKS = frozenset({"lang", "text"})
"""Query parameters of every page, which the sign-in page has too and leads on with."""
SIGN_IN, KEEP = "/login", "/login/form"
HOURS = 12
LARGEST = 96 * 1024
"""Characters of it: with what else the sign-in form sends it stays below bounds.LARGEST_FORM."""
SECRETS = frozenset({"csrf", "whose", KEPT})
_MARK = re.compile(r"[0-9a-f]{16}")


def mark_of(account_id: str) -> str:
    """Stands for the account in its forms, and cannot be made up."""
    return keyed_hash("form of", account_id).hex()[:16]


def whose(form: Mapping[str, str]) -> str | None:
    """The mark in a form of ours; None for any other."""
    mark = form.get("whose", "")
    return mark if _MARK.fullmatch(mark) else None


def is_secret(name: str) -> bool:
    """Of a field that is typed again, whatever happens."""
    return name in SECRETS or re.search("password|secret", name, re.I) is not None


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """What of it may be shown again."""
    return {name: text for name, text in form.items() if not is_secret(name)}


def keep(form: Mapping[str, str], mark: str, address: str, now: float) -> str | None:
    """Sealed; None for more than a sign-in form carries."""
    content = json.dumps([_path(address), int(now) + HOURS * 3600, typed(form)])
    sealed = seal_bytes(zlib.compress(content.encode()), _owner(mark))
    text = base64.urlsafe_b64encode(sealed).decode()
    return text if len(text) <= LARGEST else None


def opened(kept: str, mark: str, address: str, now: float) -> dict[str, str] | None:
    """What was typed at the address; None for what is another account's, another page's or old."""
    from cryptography.exceptions import InvalidTag

    try:
        content = unseal_bytes(base64.urlsafe_b64decode(kept.encode()), _owner(mark))
        path, until, form = json.loads(zlib.decompress(content))
    except (InvalidTag, ValueError):
        return None
    return dict(form) if path == _path(address) and now < until else None


def _owner(mark: str) -> str:
    return f"form of {mark}"


def _path(address: str) -> str:
    return address.partition("?")[0].rstrip("/")


# --- where it goes -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Again:
    """What comes of a form that is not done: it is shown again with what was typed, under a
    status; or the browser is sent elsewhere."""

    typed: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    elsewhere: Response | None = None


def again(
    request: Request, form: Mapping[str, str], account_id: str, csrf: str | None, now: float
) -> Again | None:
    """None for a form that may be done. csrf: of the session; None where there is none."""
    mark, own = whose(form), mark_of(account_id) if csrf else None
    if own and KEPT in form:
        path = request.context.get("path", "/")
        if fields := opened(form[KEPT], own, path, now):
            return Again(fields)
        return Again(elsewhere=see_other(_address(path, request.query_params)))
    if mark is None or (csrf and hmac.compare_digest(form.get("csrf", "").encode(), csrf.encode())):
        return None
    if mark == own:
        return Again(typed(form), STATUS["csrf"])
    address = sign_in_address(request, KEEP)
    return Again(elsewhere=Response("", status_code=307, headers={"Location": address}))


def sign_in_address(request: Request, to: str = SIGN_IN) -> str:
    """Where one signs in and is led back from, as far as that fits."""
    path = request.context.get("path", "/")
    query = dict(request.query_params or {})
    if request.method == "GET":
        target = _address(path, query)
    else:
        target = _page_of(request, path, exactly=to == KEEP)
        path = target.partition("?")[0]
    fitting = [address for address in (target, path) if len(address) <= LONGEST_NEXT]
    given = {"next": fitting[0]} if fitting else {}
    given |= {name: text for name, text in query.items() if name in LOOKS and len(text) <= 10}
    if len(request.raw_body) > LARGEST_FORM:
        given["lost"] = "1"
    return f"{to}?{urlencode(given, quote_via=quote, safe='/')}" if given else to


def _page_of(request: Request, path: str, *, exactly: bool) -> str:
    """The address of the page that a form stood on, which the browser names, else the one that it
    was sent to. exactly: only a page that takes the form itself."""
    try:
        page = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        page = urlsplit("")
    if page.path and (page.path == path or not exactly):
        return _address(page.path, dict(parse_qsl(page.query)))
    return _address(path, request.query_params)


def _address(path: str, query: Mapping[str, str] | None) -> str:
    given = {name: text for name, text in (query or {}).items() if name not in LOOKS}
    return f"{path}?{urlencode(given)}" if given else path
