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
        counts = {reason: int(getattr(tally, reason)) for reason in COUNTED}
    complained = int(tally.complained) if isinstance(tally, PatternItem) else 0
    repeats = int(tally.repeats) if isinstance(tally, PatternItem) else 0
    reasons = {reason: n for reason, n in counts.items() if n}
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
    buyers = {complaint.parcel_code for complaint in own if complaint.knows_better}
    reasons_told = {  # as domain/patterns.py:has_its_say; the first one about a parcel comes last
        complaint.parcel_code: complaint.reason
        for complaint in own
        if complaint.reason in COUNTED
        and complaint.knows_better == (complaint.parcel_code in buyers)
    }
    packed = sum(1 for _ in all_children(AllocationItem, pk, f"PARCEL#{shop_id}#"))
    reasons = Counter(reasons_told.values())
    return Pattern(packed=packed, complained=len(reasons_told), reasons=dict(reasons))


def of_links(links: list[BatchComplaintItem]) -> list[ComplaintItem]:
    """The complaints that are linked, each once, in the order of their links."""
    keys = dict.fromkeys(key_of("complaint", link.complaint_id) for link in links)
    items = get_many(keys, consistent=False) if keys else {}
    return of_kind(ComplaintItem, items, keys)


def keys_for(batch_ids: Sequence[str]) -> list[Key]:
    """What `count` has to have been read, beside those of who complains."""
    return [
        key
        for batch_id in batch_ids
        for key in (pattern_key(batch_id), key_of("proposal", batch_id))
    ]


def complainer_keys(batch_ids: Sequence[str], by: str) -> list[Key]:
    """by: as `count` is told."""
    return [complainer(batch_id, by, 0).key for batch_id in batch_ids]


def complainer(batch_id: str, by: str, expires_at: int) -> ComplainerItem:
    """For one batch: that it complained of another one cannot be told."""
    mark = keyed_hash("complainer", batch_id, by).hex()[:32]
    return ComplainerItem.of(batch_id, mark, expires_at)
