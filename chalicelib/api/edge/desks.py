"""What the desks share at the edge: who sits there, and where a form leads."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.access import Actor
from chalicelib.domain.journal import Change
from chalicelib.pages.drawing.desks import Desk, Waiting
from chalicelib.pages.office.catalogue import SETUP
from chalicelib.repositories.reading import ListPage
from chalicelib.services import accounts, catalogue, counts

from ...repositories.items import Item
from . import notes
from .answers import see_other
from .queries import ListQuery, PageQuery
from .routing import Edge

I = TypeVar("I", bound=Item)  # noqa: E741

MOST_CHOICES = 500
"""Entries of a select: more than any village has growers, and still 20 KB on the wire."""
JOURNAL = 100


class DeskQuery(PageQuery):
    """done: what was just done, a key of the page's copy; never of the address (notes.py)."""

    done: Annotated[str, Field(max_length=40)] | None = None


class DeskListQuery(ListQuery, DeskQuery):
    pass


DESKS = {"county": "/cadre/batches", "cadre": "/cadre", "seller": "/seller"}
"""Where each role works."""


def desk_path(actor: Actor) -> str | None:
    """Where the actor works; None of the public. A county that has no shop yet goes on setting
    up."""
    if actor.role == "county" and catalogue.is_without_shop():
        return SETUP
    return DESKS.get(actor.role or "")


def desk_of(edge: Edge) -> Desk:
    """Only for a route with a permission: someone is signed in."""
    actor = edge.call.actor
    assert actor.role is not None
    return Desk(
        name=actor.name or actor.username,
        role=actor.role,
        shop_id=actor.shop_id,
        csrf=edge.csrf,
        language=edge.language,
        large_text=edge.query.large,
        now=edge.call.now,
        counts=cache(lambda: _counts(edge)),
    )


def _counts(edge: Edge) -> dict[str, Waiting]:
    """Of a seller's lists, by their tabs, and of orders by what they wait for."""
    if edge.call.actor.role != "seller":
        return {}
    there = counts.of_desk(edge.call)
    numbers = {
        **there.orders,
        "/seller/orders": sum(there.orders.values()),
        "/seller/packing": there.orders["paid"],
        "/seller/offers": there.offers,
    }
    waiting = {name: Waiting(n, counts.MOST) for name, n in numbers.items()}
    complaints = Waiting(there.complaints, counts.MOST, there.overdue)
    refunds = Waiting(there.failed + there.owed, counts.MOST, there.failed)
    return waiting | {"/seller/complaints": complaints, "/seller/refunds": refunds}


def done(edge: Edge, path: str, *, note: str = "", **query: str) -> Response:
    """After a form that worked: the next page, in the same language and text size.

    note: what the page says was just done, once; a key of its copy.
    """
    text = {"text": "large"} if edge.query.large else {}
    joint = "&" if "?" in path else "?"
    response = see_other(f"{path}{joint}{urlencode({**query, 'lang': edge.language, **text})}")
    return notes.left(response, path, note) if note else response


def choices(fetch: Callable[[int, str | None], ListPage[I]]) -> list[I]:
    """What a select offers: the first MOST_CHOICES of a list, page by page."""
    items: list[I] = []
    cursor = None
    while len(items) < MOST_CHOICES:
        page = fetch(100, cursor)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return items


def named(changes: Sequence[Change]) -> list[tuple[Change, str | None]]:
    """Each change with the name of the account that made it."""
    names = accounts.names({change.by for change in changes})
    return [(change, names.get(change.by)) for change in changes]
