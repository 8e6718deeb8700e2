"""Complaints beside each other: of one batch, those nobody answers, and how soon others are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain import response
from chalicelib.domain.access import Actor, Call, check_shop
from chalicelib.domain.batches import Batch
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.fields import to_text
from chalicelib.domain.lifecycle import COMPLAINT
from chalicelib.repositories import patterns
from chalicelib.repositories.reading import (
    FIRST,
    children,
    get_many,
    index_keys,
    listing,
    of_kind,
)
from chalicelib.repositories.tables import BatchComplaintItem, BatchItem, ComplaintItem, key_of

from ..repositories.items import OFFICE, SCOPE

LOOKED_AT_ONCE = 500
MOST_BATCHES = 3
"""Of a mixed parcel whose other complaints are shown."""
MOST_LOOKED_AT = 2000
"""Complaints that one request counts, those due last first: 1,000 read units and more."""


def beside(actor: Actor, complaint: Complaint, limit: int) -> list[Complaint]:
    """Other complaints among the newest about its batches, `limit` at most: of whatever shop, to a
    seller of the own one.

    For whoever may see this one: what is shown of the others is no buyer's.
    """
    by_id: dict[str, Complaint] = {}
    for batch_id in complaint.batch_ids[:MOST_BATCHES]:
        links = children(
            BatchComplaintItem,
            f"BATCH#{batch_id}",
            "COMPLAINT#",
            limit=limit + 1,
            newest_first=True,
        )
        by_id |= {item.doc.id: item.doc for item in patterns.of_links(links.items)}
    by_id.pop(complaint.id, None)
    every = actor.role != "seller"
    others = [other for other in by_id.values() if every or other.shop_id == actor.shop_id]
    return sorted(others, key=lambda other: other.created_at, reverse=True)[:limit]


def _scope(actor: Actor, shop_id: str | None) -> tuple[str, str]:
    """The index in which an actor's complaints are, or those of a shop for the county, and how its
    partitions begin."""
    if actor.role != "county":
        return SCOPE, f"SHOP#{actor.shop_id}#"
    return (SCOPE, f"SHOP#{shop_id}#") if shop_id else (OFFICE, "")


@dataclass(frozen=True)
class Late:
    """A complaint that nobody answered in time, with the batch of the village it concerns."""

    complaint: Complaint
    batch: Batch


def late(call: Call, limit: int, cursor: str | None) -> tuple[list[Late], str | None]:
    """Not answered in time, longest first: about batches of a cadre's villages, or for the county
    those that have been so for `response.ESCALATES_AFTER`. Read off the clock, never stored."""
    actor = call.actor
    if actor.role == "county":
        until = to_text(call.now - response.ESCALATES_AFTER)
        page = listing(
            ComplaintItem,
            OFFICE,
            ["COMPLAINT#open"],
            limit=limit,
            cursor=cursor,
            newest_first=False,
            until=until,
        )
        items, next_cursor = page.items, page.next_cursor
    else:
        partitions = [f"VILLAGE#{village_id}#COMPLAINT" for village_id in actor.village_ids]
        links = listing(
            BatchComplaintItem,
            SCOPE,
            partitions,
            limit=limit,
            cursor=cursor,
            newest_first=False,
            until=to_text(call.now),
        )
        items, next_cursor = patterns.of_links(links.items), links.next_cursor
    waiting = [item.doc for item in items if item.doc.is_overdue(call.now)]
    batch_ids = dict.fromkeys(batch_id for complaint in waiting for batch_id in complaint.batch_ids)
    keys = {batch_id: key_of("batch", batch_id) for batch_id in batch_ids}
    read = get_many(keys.values(), consistent=False) if keys else {}
    batches = {item.doc.id: item.doc for item in of_kind(BatchItem, read, keys.values())}
    return [
        Late(complaint, _concerned(actor, complaint, batches)) for complaint in waiting
    ], next_cursor


def count_overdue(now: datetime) -> int:
    """How many of all shops are open past their deadline."""
    return len(index_keys(OFFICE, "COMPLAINT#open", FIRST, to_text(now)))


def _concerned(actor: Actor, complaint: Complaint, batches: dict[str, Batch]) -> Batch:
    own = [batches[batch_id] for batch_id in complaint.batch_ids]
    return next((batch for batch in own if batch.village_id in actor.village_ids), own[0])


@dataclass(frozen=True)
class CountedComplaints:
    """complete: False when there were more complaints than one request counts."""

    figures: response.ResponseFigures
    since: datetime
    as_of: datetime
    complete: bool


def figures(call: Call, days: int, shop_id: str | None) -> CountedComplaints:
    """How soon the actor's shop, or for the county one or all, answers and settles.

    Of complaints whose reply fell due in so many days, or is still due: counted over their records
    when asked, at most MOST_LOOKED_AT. Raises "not_found" for another's shop.
    """
    if call.actor.role != "county":
        check_shop(call.actor, shop_id or call.actor.shop_id or "", "shop")
    index, scope = _scope(call.actor, shop_id)
    since = call.now - timedelta(days=days)
    complaints: list[Complaint] = []
    cursor, complete = None, False
    while not complete and len(complaints) < MOST_LOOKED_AT:
        page = listing(
            ComplaintItem,
            index,
            [f"{scope}COMPLAINT#{state}" for state in COMPLAINT],
            limit=LOOKED_AT_ONCE,
            cursor=cursor,
            since=to_text(since),
        )
        complaints += [item.doc for item in page.items]
        cursor = page.next_cursor
        complete = cursor is None
    return CountedComplaints(response.figures(complaints, call.now), since, call.now, complete)
