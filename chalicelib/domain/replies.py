"""Saved replies: what a shop writes to buyers again and again."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from .errors import Refusal
from .fields import Body, Instant, Model, Name, clean_lines

MOST_REPLIES = 30
"""As many as a person finds their way in; all of a shop's lie in one record."""


class NewReply(Body):
    title: Name
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
        AfterValidator(clean_lines),
    ]


class Reply(Model):
    """fingerprint: of what the client first sent under its id."""

    id: str
    title: str
    text: str
    changed_at: Instant
    fingerprint: str


class Replies(Model):
    """All of one shop, in the order in which they were saved."""

    id: str
    replies: tuple[Reply, ...] = ()

    def find(self, reply_id: str) -> Reply | None:
        return next((reply for reply in self.replies if reply.id == reply_id), None)

    def having(self, reply: Reply) -> "Replies":
        """With this one, in the place of the one of its id. Raises "too_many_replies"."""
        if self.find(reply.id) is None:
            if len(self.replies) >= MOST_REPLIES:
                raise Refusal("too_many_replies", most=MOST_REPLIES)
            return self.model_copy(update={"replies": (*self.replies, reply)})
        kept = tuple(reply if other.id == reply.id else other for other in self.replies)
        return self.model_copy(update={"replies": kept})

    def without(self, reply_id: str) -> "Replies":
        kept = tuple(reply for reply in self.replies if reply.id != reply_id)
        return self.model_copy(update={"replies": kept})
