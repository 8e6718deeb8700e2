"""The page of a shop's saved replies."""

from contextlib import suppress

from chalice.app import Response

from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.replies import NewReply
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.replies import NEW, PATH, replies_page
from chalicelib.services import replies

from ..edge.answers import refused_page
from ..edge.desks import DeskQuery, desk_of, done
from ..edge.forms import blank, key_of, refused, text, tried
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)


@routes.api("GET", "/seller/replies", "reply:read", query=DeskQuery, html=True)
def show(edge: Edge) -> Page:
    """What the shop writes again and again"""
    return _page(edge, {})


def _page(edge: Edge, sent: dict[str, Form]) -> Page:
    saved = replies.replies(edge.call.actor)
    fresh = {reply_id: blank(edge) for reply_id in [NEW, *(reply.id for reply in saved)]}
    return replies_page(desk_of(edge), saved, done=edge.query.done, forms=fresh | sent)


@routes.api("POST", "/seller/replies", "reply:write", query=DeskQuery, html=True)
def act(edge: Edge, form: dict[str, str]) -> Response:
    """Save, change or delete one, as the form names it"""
    do, reply_id = form.get("do"), form.get("reply", "")
    given = {"title": text(form, "reply_title"), "text": text(form, "text")}
    outcome: object
    if do == "delete":
        with suppress(Refusal):  # a second tap finds it gone
            replies.delete(edge.call, reply_id)
        return done(edge, PATH, note="deleted")
    if do == "save":
        outcome = tried(lambda: replies.put(edge.call, key_of(form), read(NewReply, given)))
    elif do == "edit":
        outcome = tried(lambda: replies.edit(edge.call, reply_id, read(NewReply, given)))
    else:
        raise not_found("page")
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"title": "reply_title"})
        place = NEW if do == "save" else reply_id
        return refused_page(_page(edge, {place: again}), outcome)
    return done(edge, PATH, note="saved")
