"""What the complaints about a batch come to."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from chalicelib.domain.complaints import ComplaintReason
from chalicelib.domain.patterns import COUNTED, Pattern

from .items import Item, Key
from .reading import all_children, children, get_many, of_kind
from .sealing import keyed_hash
from .tables import (
    AllocationItem,
    BatchComplaintItem,
    BatchItem,
    ComplainerItem,
    ComplaintItem,
    PatternItem,
    key_of,
    pattern_key,
)

MOST_LOOKED_AT = 500
KEPT = timedelta(days=30)
"""As long as a batch of fresh goods is on its way to those who bought it."""


def pattern_of(batch: BatchItem, tally: Item | None) -> Pattern:
    """What the complaints about a batch come to."""
    counts: dict[ComplaintReason, int] = {}
    if isinstance(tally, PatternItem):
        counts = {one: int(getattr(tally, one)) for one in COUNTED}
    complained = int(tally.complained) if isinstance(tally, PatternItem) else 0
    repeats = int(tally.repeats) if isinstance(tally, PatternItem) else 0
    reasons = {one: n for one, n in counts.items() if n}
    packed = max(0, int(batch.packed_parcels))  # voided, but packed before it was counted
    return Pattern(packed=packed, complained=complained, reasons=reasons, repeats=repeats)


def of_shop(batch_id: str, shop_id: str) -> Pattern:
    """The same of one shop's parcels alone, as what others sold of the batch is theirs; by the
    latest MOST_LOOKED_AT complaints about the batch."""
    pk = f"BATCH#{batch_id}"
    links = children(
        BatchComplaintItem, pk, "COMPLAINT#", limit=MOST_LOOKED_AT, newest_first=True
    ).items
    own = [item.doc for item in of_links(links) if item.doc.shop_id == shop_id]
    buyers = {one.parcel_code for one in own if one.by_order}
    told = {  # as domain/patterns.py:has_its_say; the first one about a parcel comes last
        one.parcel_code: one.reason
        for one in own
        if one.reason in COUNTED and one.by_order == (one.parcel_code in buyers)
    }
    packed = sum(1 for _ in all_children(AllocationItem, pk, f"PARCEL#{shop_id}#"))
    reasons = Counter(told.values())
    return Pattern(packed=packed, complained=len(told), reasons=dict(reasons))


def of_links(links: list[BatchComplaintItem]) -> list[ComplaintItem]:
    """The complaints that are linked, each once, in the order of their links."""
    keys = dict.fromkeys(key_of("complaint", link.complaint_id) for link in links)
    found = get_many(keys, consistent=False) if keys else {}
    return of_kind(ComplaintItem, found, keys)


def keys_for(batch_ids: Sequence[str]) -> list[Key]:
    """What `count` has to have been read, beside those of who complains."""
    return [key for one in batch_ids for key in (pattern_key(one), key_of("proposal", one))]


def complainer_keys(batch_ids: Sequence[str], by: str) -> list[Key]:
    """by: as `count` is told."""
    return [complainer(one, by, 0).key for one in batch_ids]


def complainer(batch_id: str, by: str, expires_at: int) -> ComplainerItem:
    """For one batch: that it complained of another one cannot be told."""
    mark = keyed_hash("complainer", batch_id, by).hex()[:32]
    return ComplainerItem.of(batch_id, mark, expires_at)
