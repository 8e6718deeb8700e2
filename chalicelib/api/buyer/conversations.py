"""The buyer says more about what is wrong, on the page of the complaint."""

from chalice.app import Response

from chalicelib.domain import fingerprints
from chalicelib.domain.conversations import Draft, NewMessage
from chalicelib.domain.errors import Refusal
from chalicelib.pages.buyer.complaints import photo_alone
from chalicelib.services import conversations

from ..edge.answers import refused_page
from ..edge.problems import in_sentences
from ..edge.queries import PageQuery
from ..edge.routing import Edge, Routes, read
from .complaints import claim_page, to_claim
from .reports import ids_in

routes = Routes(__name__)


@routes.api(
    "POST",
    "/complaints/{complaint_id}/messages",
    "public",
    query=PageQuery,
    html=True,
    identify=False,
)
def send_message(edge: Edge, complaint_id: str, form: dict[str, str]) -> Response:
    """What was added, on the complaint's page; or the form as it was, with what is wrong"""
    key = form.get("key", "")
    photos = ids_in(form.get("photos", ""))
    draft = Draft(text=form.get("message", ""), photos=tuple(photos))
    try:
        text = draft.text.strip() or (photo_alone(edge.language) if photos else "")
        body = read(NewMessage, {"message": text, "photos": photos})
        # a double tap is one message; what was changed since is another
        edge.call.key = f"{form.get('form_key', '')[:64]} {fingerprints.text_of(body)}"
        conversations.say_more(edge.call, complaint_id, body, key, edge.address, joiners=True)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        errors = in_sentences(refusal, edge.language)
        return refused_page(
            claim_page(edge, complaint_id, key, draft=draft, errors=errors), refusal
        )
    return to_claim(edge, complaint_id, key=key, done="said")
