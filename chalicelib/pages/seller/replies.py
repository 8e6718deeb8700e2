"""A shop's saved replies: each can be changed and deleted, and one be added."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.replies import MOST_REPLIES, Reply

from ..drawing.desks import Desk, desk_page
from ..drawing.forms import Form
from ..drawing.late import PATH as INBOX
from ..drawing.render import Page
from ..texts.seller import inbox

PATH = "/seller/replies"
NEW = "new"


def replies_page(
    desk: Desk, replies: Sequence[Reply], *, done: str | None, forms: Mapping[str, Form]
) -> Page:
    """forms: by the reply's id, or NEW, as it was sent or fresh."""
    words = desk.words(inbox.TEXTS)
    return desk_page(
        "seller/replies.html",
        desk,
        words,
        tab=INBOX,
        done=words[f"done_{done}"] if f"done_{done}" in inbox.TEXTS else "",
        limits=words("replies_text", most=MOST_REPLIES),
        replies=[
            (
                reply.id,
                reply.title,
                reply.text,
                forms[reply.id].with_defaults(reply_title=reply.title, text=reply.text),
                words("reply_delete", title=reply.title),
            )
            for reply in replies
        ],
        form=forms[NEW],
        may_add=len(replies) < MOST_REPLIES,
        new=NEW,
        back=desk.link(INBOX),
    )
