"""Signing in and out in a browser."""

import re
from datetime import datetime
from functools import cache
from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.config import settings
from chalicelib.domain.access import Actor
from chalicelib.domain.accounts import Credentials
from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.login import SignedIn, Waiting, login_page
from chalicelib.services import accounts

from ..edge import kept
from ..edge.answers import cookie, refused_page, session_cookie
from ..edge.bounds import LONGEST_NEXT
from ..edge.desks import desk_path, done
from ..edge.forms import blank, refused, tried
from ..edge.index import entries
from ..edge.queries import PageQuery
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)

KNOWN_COOKIE = "known"
LONGEST_COOKIE = 400 * 86400
"""What browsers keep one for at most (RFC 6265bis)."""


class LoginQuery(PageQuery):
    """lost: what was typed was too much to be kept."""

    next: Annotated[str, Field(max_length=LONGEST_NEXT)] = ""
    lost: Annotated[str, Field(max_length=1)] = ""


@routes.api("GET", "/login", "public", query=LoginQuery, html=True)
def show(edge: Edge) -> Page:
    """The sign-in form"""
    waiting = Waiting(lost=bool(edge.query.lost))
    return _page(edge, blank(edge), local_path(edge.query.next), waiting)


@routes.api("POST", kept.KEEP, "public", query=LoginQuery, html=True, unproven=True)
def keep(edge: Edge, form: dict[str, str]) -> Response:
    """The sign-in form, carrying what was typed into another whose session is over"""
    path = local_path(edge.query.next)
    mark = kept.whose(form)
    if not path or mark is None:
        return done(edge, kept.SIGN_IN, **({"next": path} if path else {}))
    sealed = kept.keep(form, mark, path, edge.call.now.timestamp())
    page = _page(edge, blank(edge), path, Waiting(sealed or "", lost=sealed is None))
    return refused_page(page, Refusal("unauthenticated"))


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
        waiting = Waiting(form.get(kept.KEPT, ""))
        return refused_page(_page(edge, refused(edge, form, outcome), path, waiting), outcome)
    token, end, actor = outcome
    response = done(edge, path or desk_path(actor) or "/")
    if path and _is_for(form.get(kept.KEPT, ""), actor, path, edge.call.now):
        response.status_code = 307  # the browser sends what was kept on, and gets it in its form
    response.headers["Set-Cookie"] = session_cookies(token, end, actor.username, edge.call.now)
    return response


def session_cookies(token: str, end: int, username: str, now: datetime) -> list[str]:
    """Of a session that ends then, in epoch seconds, in a browser that is known from now on."""
    return [
        _cookie(token, end - int(now.timestamp())),
        _signed_out(0),
        _known(accounts.known_browser(token, username, now)),
    ]


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
    lasting = f"Path=/login; Max-Age={accounts.KNOWN}; HttpOnly; SameSite=Lax{_secure()}"
    return f"{KNOWN_COOKIE}={browser}; {lasting}"


def _secure() -> str:
    return "; Secure" if settings().secure else ""


def _signed_out(seconds: int) -> str:
    """Readable by the page for the field, which has to tell it from a session that ended."""
    return f"signed_out=1; Path=/; Max-Age={seconds}; SameSite=Lax{_secure()}"


def _is_for(sealed: str, actor: Actor, path: str, now: datetime) -> bool:
    """Whether it is a form that the account filled in, and is not too old."""
    mark = kept.mark_of(actor.id)
    return bool(sealed) and kept.opened(sealed, mark, path, now.timestamp()) is not None


def _page(edge: Edge, form: Form, path: str, waiting: Waiting) -> Page:
    actor, desk = edge.call.actor, desk_path(edge.call.actor)
    return login_page(
        form,
        language=edge.language,
        large_text=edge.query.large,
        path=path,
        waiting=waiting,
        already=SignedIn(actor.name or actor.username, desk, edge.csrf) if desk else None,
    )
