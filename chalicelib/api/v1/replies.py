"""A shop's saved replies."""

from chalice.app import Response

from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.replies import NewReply, Reply
from chalicelib.services import replies as service

from ..edge.queries import Listing
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class ReplyAnswer(Model):
    id: str
    title: str
    text: str
    changed_at: Instant

    @classmethod
    def of(cls, reply: Reply) -> "ReplyAnswer":
        return cls(**cls.taken_from(reply))


@routes.api("GET", "/v1/replies", "reply:read", answer=Listing[ReplyAnswer])
def list_replies(edge: Edge) -> Listing[ReplyAnswer]:
    """All saved replies of the shop, in the order in which they were saved"""
    replies = service.replies(edge.call.actor)
    return Listing(items=[ReplyAnswer.of(reply) for reply in replies], next_cursor=None)


@routes.api("PUT", "/v1/replies/{reply_id}", "reply:write", body=NewReply, answer=ReplyAnswer)
def put_reply(edge: Edge, body: NewReply, reply_id: str) -> tuple[ReplyAnswer, bool]:
    """Save a reply"""
    reply, is_new = service.put(edge.call, reply_id, body)
    return ReplyAnswer.of(reply), is_new


@routes.api("GET", "/v1/replies/{reply_id}", "reply:read", answer=ReplyAnswer)
def get_reply(edge: Edge, reply_id: str) -> ReplyAnswer:
    """A saved reply"""
    return ReplyAnswer.of(service.reply(edge.call.actor, reply_id))


@routes.api("POST", "/v1/replies/{reply_id}", "reply:write", body=NewReply, answer=ReplyAnswer)
def edit_reply(edge: Edge, body: NewReply, reply_id: str) -> ReplyAnswer:
    """Change a saved reply"""
    return ReplyAnswer.of(service.edit(edge.call, reply_id, body))


@routes.api("DELETE", "/v1/replies/{reply_id}", "reply:write", status=204)
def delete_reply(edge: Edge, reply_id: str, raw: bytes) -> Response:
    """Delete a saved reply"""
    service.delete(edge.call, reply_id)
    return Response("", status_code=204)
