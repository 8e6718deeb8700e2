"""Reading the journal of a subject: its birth, then every move."""

from ..domain.journal import Change
from .reading import Page, children
from .tables import ChangeItem, Item

PREFIX = "CHANGE#"


def changes(
    subject: Item, birth: Change, *, limit: int, cursor: str | None
) -> tuple[list[Change], str | None]:
    """Oldest first. The birth stands on the record itself, so it costs no item of its own."""
    page: Page[ChangeItem] = children(
        ChangeItem, subject.pk, PREFIX, limit=limit - (cursor is None), cursor=cursor
    )
    moves = [item.doc for item in page.items]
    return ([birth, *moves] if cursor is None else moves), page.next_cursor
