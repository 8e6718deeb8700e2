"""What a buyer adds to an open complaint."""

from chalicelib.domain.conversations import NewMessage
from chalicelib.services import conversations

from ..edge.queries import KeyQuery
from ..edge.routing import Edge, Routes
from .complaints import ComplaintAnswer

routes = Routes(__name__)


@routes.api(
    "POST",
    "/v1/complaints/{complaint_id}/messages",
    "public",
    body=NewMessage,
    answer=ComplaintAnswer,
    query=KeyQuery,
    keyed=True,
    identify=False,
)
def say_more(edge: Edge, body: NewMessage, complaint_id: str) -> ComplaintAnswer:
    """The buyer adds words and photos while it is open; what was answered waits again"""
    key = edge.query.key
    standing = conversations.say_more(edge.call, complaint_id, body, key, edge.address)
    return ComplaintAnswer.for_key(standing, edge.call.now, key)
