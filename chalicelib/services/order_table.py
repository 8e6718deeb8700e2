"""The table of a shop's orders: by what they wait for and since when, page by page; and those of
which something is to be done."""

from datetime import timedelta
from typing import Literal

from chalicelib.domain.access import Call
from chalicelib.domain.fields import to_text
from chalicelib.domain.lifecycle import ORDER, WAITING
from chalicelib.domain.orders import State
from chalicelib.repositories.orders import lists_of
from chalicelib.repositories.reading import ListPage, listing
from chalicelib.repositories.tables import OrderItem

Chosen = Literal["waiting", "all"] | State
"""waiting: what the shop itself has to do next."""
PAGES = 10
"""Of a list that are looked through for orders of which something is to be done."""


def orders(
    call: Call,
    chosen: Chosen,
    *,
    days: int | None,
    limit: int,
    cursor: str | None,
    newest_first: bool,
) -> ListPage[OrderItem]:
    """Of the actor's shop, in the order in which they were placed: the one order in which an index
    holds them. days: only those of the last so many."""
    since = to_text(call.now - timedelta(days=days)) if days else ""
    states = {"waiting": WAITING, "all": tuple(ORDER)}.get(chosen, (chosen,))
    index, partitions = lists_of(call.actor, states)
    return listing(
        OrderItem,
        index,
        partitions,
        limit=limit,
        cursor=cursor,
        newest_first=newest_first,
        since=since,
    )


def to_do(call: Call, state: State, most: int) -> tuple[list[OrderItem], bool]:
    """What waits longest, without what was paid back in full, of which nothing is to be done; and
    whether there is more."""
    items: list[OrderItem] = []
    cursor = None
    for _ in range(PAGES):
        page = orders(call, state, days=None, limit=most, cursor=cursor, newest_first=False)
        items += [item for item in page.items if not item.is_paid_back]
        cursor = page.next_cursor
        if cursor is None or len(items) >= most:
            break
    return items[:most], cursor is not None or len(items) > most
