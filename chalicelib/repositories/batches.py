"""Batches by their state, and which parcels of one somebody sees."""

from collections.abc import Iterable

from chalicelib.domain.access import Actor

from .items import OFFICE, SCOPE
from .reading import ListPage, listing
from .tables import BatchItem


def in_states(
    actor: Actor,
    states: Iterable[str],
    limit: int,
    cursor: str | None = None,
    village_id: str | None = None,
) -> ListPage[BatchItem]:
    """Of all in scope, or of one village, which the caller has checked."""
    if village_id is None and actor.role == "county":
        index, partitions = OFFICE, [f"BATCH#{name}" for name in states]
    else:
        ids = [village_id] if village_id else list(actor.village_ids)
        index = SCOPE
        partitions = [f"VILLAGE#{place}#BATCH#{name}" for place in ids for name in states]
    return listing(BatchItem, index, partitions, limit=limit, cursor=cursor)


def allocations_of(actor: Actor) -> str:
    """Where those that the actor sees begin in a batch's partition."""
    return f"PARCEL#{actor.shop_id}#" if actor.role == "seller" else "PARCEL#"
