"""Signing in and out in a browser."""

import re
from functools import cache
from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.config import settings
from chalicelib.domain.accounts import SESSION_HOURS, Credentials
from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.login import SignedIn, login_page
from chalicelib.services import accounts

from ..edge.answers import cookie, refused_page
from ..edge.bounds import LONGEST_NEXT
from ..edge.desks import desk_path, done
from ..edge.forms import blank, refused, tried
from ..edge.index import entries
from ..edge.queries import PageQuery
from ..edge.routing import Edge, Routes, read, session_cookie

routes = Routes(__name__)

KNOWN_COOKIE = "known"
LONGEST_COOKIE = 400 * 86400
"""What browsers keep one for at most (RFC 6265bis)."""


class LoginQuery(PageQuery):
    next: Annotated[str, Field(max_length=LONGEST_NEXT)] = ""


@routes.api("GET", "/login", "public", query=LoginQuery, html=True)
def show(edge: Edge) -> Page:
    """The sign-in form"""
    return _page(edge, blank(edge), local_path(edge.query.next))


@routes.api("POST", "/login", "public", query=LoginQuery, html=True)
def sign_in(edge: Edge, form: dict[str, str]) -> Response:
    """Sign in: a session cookie, and on to where one wanted to go"""
    path = local_path(form.get("next", ""))
    given = {name: form.get(name, "") for name in Credentials.model_fields}
    known = cookie(edge.headers.get("cookie", ""), KNOWN_COOKIE) or ""
    outcome = tried(
        lambda: accounts.sign_in(edge.call, read(Credentials, given), edge.address, known)
    )
    if isinstance(outcome, Refusal):
        return refused_page(_page(edge, refused(edge, form, outcome), path), outcome)
    token, _, actor = outcome
    response = done(edge, path or desk_path(actor) or "/")
    response.headers["Set-Cookie"] = [
        _cookie(token, SESSION_HOURS * 3600),
        _signed_out(0),
        _known(accounts.known_browser(token, actor.username, edge.call.now)),
    ]
    return response


@routes.api("POST", "/logout", "public", query=PageQuery, html=True)
def sign_out(edge: Edge, form: dict[str, str]) -> Response:
    """Sign out on this phone, and end the session for whoever has a copy of it"""
    if edge.session is not None:
        accounts.sign_out(edge.call, edge.session)
    response = done(edge, "/login")
    response.headers["Set-Cookie"] = [_cookie("", 0), _signed_out(LONGEST_COOKIE)]
    return response


def local_path(wanted: str) -> str:
    """`wanted` if it is a page on this host, else nothing.

    Browsers read //host and /\\host as another host, and drop tabs and line ends. What only takes
    forms, such as /logout, is no page; nor is what is too long for the header that leads there.
    """
    path = wanted.partition("?")[0]
    is_local = re.fullmatch(r"/(?![/\\])[!$-\[\]-~]*", wanted)
    is_page = is_local and any(page.fullmatch(path) for page in _pages())
    return wanted if is_page and len(wanted) <= LONGEST_NEXT else ""


@cache
def _pages() -> list[re.Pattern[str]]:
    """The addresses that a browser can open."""
    paths = [entry.path for entry in entries() if entry.is_page]
    return [re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "/?") for path in paths]


def _cookie(token: str, seconds: int) -> str:
    cookie = f"{session_cookie()}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return cookie + _secure()


def _known(browser: str) -> str:
    """Stays after signing out: it keeps strangers at the same address from locking one out."""
    kept = f"Path=/login; Max-Age={accounts.KNOWN}; HttpOnly; SameSite=Lax{_secure()}"
    return f"{KNOWN_COOKIE}={browser}; {kept}"


def _secure() -> str:
    return "; Secure" if settings().secure else ""


def _signed_out(seconds: int) -> str:
    """Readable by the page for the field, which has to tell it from a session that ended."""
    return f"signed_out=1; Path=/; Max-Age={seconds}; SameSite=Lax{_secure()}"


def _page(edge: Edge, form: Form, path: str) -> Page:
    actor, desk = edge.call.actor, desk_path(edge.call.actor)
    return login_page(
        form,
        language=edge.language,
        large_text=edge.query.large,
        path=path,
        already=SignedIn(actor.name or actor.username, desk, edge.csrf) if desk else None,
    )
