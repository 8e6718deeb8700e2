"""Reading the journal of a subject: its birth, then every move."""

from chalicelib.domain.journal import Change

from .items import Item
from .reading import children, cursor_after
from .tables import ChangeItem

LATEST = 20
PREFIX = "CHANGE#"
BEFORE_ALL = "0"
"""Sorts before the number of every move."""


def changes(
    subject: Item, birth: Change, *, limit: int, cursor: str | None
) -> tuple[list[Change], str | None]:
    """Oldest first. The birth stands on the record itself, so it costs no item of its own."""
    if cursor is not None:
        page = children(ChangeItem, subject.journal_pk, PREFIX, limit=limit, cursor=cursor)
        return [item.doc for item in page.items], page.next_cursor
    page = children(ChangeItem, subject.journal_pk, PREFIX, limit=max(1, limit - 1))
    if limit == 1:  # the birth alone fills the page
        return [birth], cursor_after(BEFORE_ALL) if page.items else None
    return [birth, *(item.doc for item in page.items)], page.next_cursor


def latest(subject: Item) -> list[Change]:
    """The last changes, newest first, without its birth."""
    page = children(ChangeItem, subject.journal_pk, PREFIX, limit=LATEST, newest_first=True)
    return [item.doc for item in page.items]
