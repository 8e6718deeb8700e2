"""Answers that are not JSON, and what every answer carries."""

import re
from collections.abc import Mapping

from chalice.app import Response

from chalicelib.config import settings
from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.render import Page

from .problems import STATUS, headers_of

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def html(page: Page, status: int = 200) -> Response:
    """A page with its own Content-Security-Policy."""
    return Response(
        body=page.html,
        status_code=status,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": page.csp,
        },
    )


def refused_page(page: Page, refusal: Refusal) -> Response:
    """A page that shows why nothing was done, with the status and the headers of the refusal."""
    response = html(page, STATUS[refusal.code])
    response.headers.update(headers_of(refusal))
    return response


def see_other(location: str, **headers: str | list[str]) -> Response:
    """After a form: the browser fetches the next page, and a reload repeats nothing."""
    return Response(body="", status_code=303, headers={"Location": location, **headers})


def secured(response: Response) -> Response:
    """The headers that every answer carries; what a handler set stays.

    Nothing is kept: a phone that goes from hand to hand shows no buyer's page by its Back. Pages
    tell where they lead to within this host alone, as origins.py asks.
    """
    defaults = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    }
    if settings().secure:
        defaults["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers = {
        name: [_one_line(text) for text in value] if isinstance(value, list) else _one_line(value)
        for name, value in {**defaults, **response.headers}.items()
    }
    return response


def _one_line(value: str) -> str:
    """Browsers end a header's line at a bare carriage return too, and read on behind it."""
    return _CONTROL.sub(" ", value)


def wants_page(path: str, accept: str) -> bool:
    """Whether a refusal of a page is shown to a person, not told to a program that asked for it."""
    return "text/html" in accept if path.startswith("/v1/") else not wants_json(accept)


def wants_json(accept: str) -> bool:
    """Whether a client of a page's address asks for the data instead."""
    return "application/json" in accept and "text/html" not in accept


def session_cookie() -> str:
    """Its name. Over https one that no other host of the domain can set (RFC 6265bis, __Host-)."""
    return "__Host-session" if settings().secure else "session"


def cookie(header: str, name: str) -> str | None:
    """One cookie's value. Read by hand: SimpleCookie drops all of them for one odd one."""
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return None


def session_of(headers: Mapping[str, str]) -> str | None:
    """The token of a page's session."""
    return cookie(headers.get("cookie", ""), session_cookie())
