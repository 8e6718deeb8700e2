"""A shop's saved replies: stored, edited, deleted."""

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.errors import not_found
from chalicelib.domain.replies import NewReply, Replies, Reply
from chalicelib.repositories.once import fingerprint, same
from chalicelib.repositories.reading import get
from chalicelib.repositories.tables import RepliesItem
from chalicelib.repositories.transaction import UnitOfWork, retrying


def _load(shop_id: str) -> RepliesItem | None:
    return get(RepliesItem, (f"SHOP#{shop_id}", "REPLIES"))


def replies(actor: Actor) -> tuple[Reply, ...]:
    """Of the actor's shop, in the order in which they were saved."""
    item = _load(actor.shop_id or "")
    return item.doc.replies if item else ()


def reply(actor: Actor, reply_id: str) -> Reply:
    """Raises "not_found"."""
    saved = next((reply for reply in replies(actor) if reply.id == reply_id), None)
    if saved is None:
        raise not_found("reply")
    return saved


@retrying
def put(call: Call, reply_id: str, body: NewReply) -> tuple[Reply, bool]:
    """A reply of the actor's shop, and whether it is new.

    Raises "different_content", "too_many_replies".
    """
    item, request_fingerprint = _load(call.actor.shop_id or ""), fingerprint(body)
    known = item.doc.find(reply_id) if item else None
    if known is not None:
        return same(known, reply_id, request_fingerprint), False
    made = Reply(
        id=reply_id, changed_at=call.now, fingerprint=request_fingerprint, **body.model_dump()
    )
    shops = item.doc if item else Replies(id=call.actor.shop_id or "")
    _keep(call, item, shops.having(made))
    return made, True


@retrying
def edit(call: Call, reply_id: str, body: NewReply) -> Reply:
    """Another title and text for it. Raises "not_found"."""
    item = _load(call.actor.shop_id or "")
    known = item.doc.find(reply_id) if item else None
    if item is None or known is None:
        raise not_found("reply")
    after = known.model_copy(
        update={"title": body.title, "text": body.text, "changed_at": call.now}
    )
    _keep(call, item, item.doc.having(after))
    return after


@retrying
def delete(call: Call, reply_id: str) -> None:
    """Raises "not_found"."""
    item = _load(call.actor.shop_id or "")
    if item is None or item.doc.find(reply_id) is None:
        raise not_found("reply")
    _keep(call, item, item.doc.without(reply_id))


def _keep(call: Call, item: RepliesItem | None, after: Replies) -> None:
    work = UnitOfWork(call)
    if item is None:
        work.create(RepliesItem.of(after))
    else:
        work.replace(item, RepliesItem.of(after))
    work.commit()
