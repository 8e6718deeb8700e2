"""What the complaints about a batch come to, and the proposals to hold one."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.domain.access import PUBLIC, Actor, Call, check_village
from chalicelib.domain.batches import Batch
from chalicelib.domain.fields import to_text
from chalicelib.domain.patterns import Dismissal, Pattern, PatternProposal
from chalicelib.repositories.patterns import of_shop, pattern_of
from chalicelib.repositories.reading import FIRST, get, get_many, index_keys, listing, load_item
from chalicelib.repositories.tables import (
    WAITING,
    BatchItem,
    ParcelItem,
    PatternItem,
    ProposalItem,
    key_of,
    pattern_key,
)
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import batches as batch_store
from chalicelib.steps import patterns as store
from chalicelib.steps.once import Prepared, once_per_key

from ..repositories.items import OFFICE, SCOPE, Key

MOST_COUNTED_AT_ONCE = 200
"""Of a run of the clock; each is a commit of its own."""


def count_waiting(now: datetime) -> int:
    """Count what was said of boxes that nobody marked as sent, once they lay packed for two days,
    the longest waiting first; how many were counted."""
    due = index_keys(OFFICE, WAITING, FIRST, to_text(now))
    return sum(_count_waiting(Call(PUBLIC, now), key) for key in due[:MOST_COUNTED_AT_ONCE])


def _count_waiting(call: Call, key: Key) -> bool:
    batch_ids = _counted(call, key)
    store.propose(call, batch_ids)
    return bool(batch_ids)


@retrying
def _counted(call: Call, key: Key) -> list[str]:
    """The batches of what is counted; none where it was sent or cancelled in between, or by the
    release before, which takes nothing off a list."""
    item = get(ParcelItem, key)
    if item is None or item.office is None:
        return []
    parcel = item.doc
    work = UnitOfWork(call)
    store.count_what_waited(work, parcel)
    after = parcel.counting(parcel.waits_as) if parcel.is_waiting else parcel
    work.replace(item, ParcelItem.of(after)).commit()
    return parcel.batch_ids if parcel.is_waiting else []


def pattern(actor: Actor, batch_id: str) -> Pattern:
    """Of all shops' parcels, to a seller of the own ones. Raises "not_found", also out of scope."""
    batch = batch_store.load(batch_id)
    check_village(actor, batch.doc.village_id, "batch")
    if actor.role == "seller" and actor.shop_id:
        return of_shop(batch_id, actor.shop_id)
    return pattern_of(batch, get(PatternItem, pattern_key(batch_id)))


def as_seen(actor: Actor, batches: Iterable[tuple[Batch, Pattern]]) -> list[tuple[Batch, Pattern]]:
    """Batches with what they come to for all shops, to a seller with that of the own one."""
    if actor.role != "seller" or not actor.shop_id:
        return list(batches)
    return [(batch, of_shop(batch.id, actor.shop_id)) for batch, _ in batches]


def proposals(
    actor: Actor, limit: int, cursor: str | None
) -> tuple[list[tuple[PatternProposal, Pattern]], str | None]:
    """Batches proposed for holding and not yet decided, newest first, in the actor's scope.

    Each with what the complaints come to at present.
    """
    if actor.role == "county":
        index, partitions = OFFICE, ["PROPOSAL#open"]
    else:
        index = SCOPE
        partitions = [f"VILLAGE#{village_id}#PROPOSAL#open" for village_id in actor.village_ids]
    page = listing(ProposalItem, index, partitions, limit=limit, cursor=cursor)
    ids = [item.doc.id for item in page.items]
    keys = [key for batch_id in ids for key in (key_of("batch", batch_id), pattern_key(batch_id))]
    items = get_many(keys, consistent=False) if keys else {}
    shown = []
    for item in page.items:
        batch = items[key_of("batch", item.doc.id)]
        assert isinstance(batch, BatchItem)  # no proposal without its batch
        shown.append((item.doc, pattern_of(batch, items.get(pattern_key(item.doc.id)))))
    return shown, page.next_cursor


def looked_at(call: Call, batch_id: str) -> tuple[Pattern, PatternProposal | None]:
    """The pattern, and the open proposal that it has led to; one that its last complaint did not
    come to write is made now."""
    seen = pattern(call.actor, batch_id)
    if seen.is_alarming and call.actor.role != "seller":
        store.propose(call, [batch_id])
    return seen, proposal(call.actor, batch_id)


def proposal(actor: Actor, batch_id: str) -> PatternProposal | None:
    """The open one of a batch, if there is one. Out of scope there is none, nor for a seller: what
    other shops' parcels came to may have made it."""
    item = get(ProposalItem, key_of("proposal", batch_id))
    if item is None or item.state != "open" or actor.role == "seller":
        return None
    in_scope = actor.role == "county" or item.doc.village_id in actor.village_ids
    return item.doc if in_scope else None


@once_per_key("dismiss", PatternProposal)
def dismiss(call: Call, batch_id: str, body: Dismissal) -> Prepared[PatternProposal]:
    """Looked at and not held, with the finding. Raises "not_allowed_now", "not_found"."""
    item = load_item(ProposalItem, "proposal", batch_id)
    check_village(call.actor, item.doc.village_id, "proposal")
    after = item.doc.dismissed(body.reason, call.now)
    return UnitOfWork(call).replace(item, ProposalItem.of(after), body.reason), after
