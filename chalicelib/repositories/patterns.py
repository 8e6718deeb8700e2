"""Counting complaints by batch, in the transactions that report and move them."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from ..domain import patterns as rules
from ..domain.complaints import Complaint, Reason
from ..domain.parcels import Counted
from ..domain.patterns import COUNTED, Pattern
from .reading import all_children, children, get, get_many, of_kind
from .sealing import keyed_hash
from .tables import (
    AllocationItem,
    BatchComplaintItem,
    BatchItem,
    ComplainerItem,
    ComplaintItem,
    Item,
    Key,
    PatternItem,
    ProposalItem,
    key_of,
    pattern_key,
)
from .transaction import Adjust, Create, Work

MOST_LOOKED_AT = 500
KEPT = timedelta(days=30)
"""As long as a batch of fresh goods is on its way to those who bought it."""


def pattern_of(batch: BatchItem, tally: Item | None) -> Pattern:
    """What the complaints about a batch come to."""
    counts: dict[Reason, int] = {}
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
    own: dict[str, ComplaintItem] = {}
    for item in of_links(links):  # the first one about a parcel comes last
        if item.doc.shop_id == shop_id and item.doc.reason in COUNTED:
            known = own.get(item.doc.parcel_code)
            if known is None or item.doc.by_order or not known.doc.by_order:
                own[item.doc.parcel_code] = item
    packed = sum(1 for _ in all_children(AllocationItem, pk, f"PARCEL#{shop_id}#"))
    reasons = Counter(item.doc.reason for item in own.values())
    return Pattern(packed=packed, complained=len(own), reasons=dict(reasons))


def of_links(links: list[BatchComplaintItem]) -> list[ComplaintItem]:
    """The complaints that are linked, each once, in the order of their links."""
    keys = dict.fromkeys(key_of("complaint", link.complaint_id) for link in links)
    found = get_many(keys, consistent=False) if keys else {}
    return of_kind(ComplaintItem, found, keys)


def keys_for(batch_ids: tuple[str, ...], by: str | None) -> list[Key]:
    """What `count` has to have been read; by: as it is told."""
    keys = [key for one in batch_ids for key in (pattern_key(one), key_of("proposal", one))]
    if by is not None:
        keys += [_complainer(one, by, 0).key for one in batch_ids]
    return keys


def _complainer(batch_id: str, by: str, expires_at: int) -> ComplainerItem:
    """For one batch: that it complained of another one cannot be told."""
    mark = keyed_hash("complainer", batch_id, by).hex()[:32]
    return ComplainerItem.of(batch_id, mark, expires_at)


def link(work: Work, complaint: Complaint) -> None:
    """A complaint just reported is found from its batches and, while open, from their villages."""
    work.create(
        *(
            BatchComplaintItem.of(complaint, batch_id, village_id)
            for batch_id, village_id in zip(complaint.batch_ids, complaint.village_ids, strict=True)
        )
    )


def count(
    work: Work,
    complaint: Complaint,
    found: Mapping[Key, Item],
    by: str | None,
    earlier: Counted | None,
) -> Counted:
    """One more parcel complained about, in each of its batches; an alarming one is proposed.

    earlier: as what the parcel counted until now, which the buyer's own word takes the place of.
    Gives as what it counts from now on.

    by: the buyer, if the order's key proved it, else the network address; None where that tells
    nobody apart. What comes from there again within KEPT is counted, and alarms nobody.

    As long as something may be proposed, complaints about a batch are counted one after the other:
    whichever brings it past the threshold knows it. After that nobody waits for anybody.
    """
    repeated = []
    for batch_id in complaint.batch_ids:
        batch, tally = found[key_of("batch", batch_id)], found.get(pattern_key(batch_id))
        known = found.get(key_of("proposal", batch_id))
        assert isinstance(batch, BatchItem)
        proposal = known if isinstance(known, ProposalItem) else None
        before = pattern_of(batch, tally)
        decided = proposal.doc if proposal else None
        repeats = by is not None and _came_before(work, batch_id, by, found)
        if repeats:
            repeated.append(batch_id)
        instead_of = (earlier.reason, batch_id in earlier.repeats) if earlier else None
        after = before.with_one(complaint.reason, repeats=repeats, instead_of=instead_of)
        if after == before:
            continue
        work.add(
            Adjust(
                PatternItem(*pattern_key(batch_id)),
                [*_changes(before, after), PatternItem.kind.set(PatternItem)],
                None if rules.is_settled(batch.doc, decided) else _still(before),
                creates=True,
            )
        )
        proposed = rules.propose(batch.doc, after, decided, work.call.now)
        if proposed is None:
            continue
        # A hold at this moment either comes first and is seen, or later and finds the proposal.
        unchanged = BatchItem.version == batch.version
        work.add(Adjust(batch, [BatchItem.version.add(1)], condition=unchanged))
        if proposal is None:
            work.create(ProposalItem.of(proposed))
        else:
            work.replace(proposal, ProposalItem.of(proposed), "many more complaints")
    by_order = complaint.by_order
    return Counted(reason=complaint.reason, by_order=by_order, repeats=tuple(repeated))


def _changes(before: Pattern, after: Pattern) -> list[Action]:
    """What makes the one of the other, as additions: others add at the same time."""
    names = ["complained", "repeats"]
    changes = {name: getattr(after, name) - getattr(before, name) for name in names}
    for reason in {*before.reasons, *after.reasons}:
        changes[reason] = after.reasons.get(reason, 0) - before.reasons.get(reason, 0)
    return [getattr(PatternItem, name).add(n) for name, n in changes.items() if n]


def _came_before(work: Work, batch_id: str, by: str, found: Mapping[Key, Item]) -> bool:
    """Whether somebody complained from there lately; if not, it is noted."""
    now = work.call.now
    item = _complainer(batch_id, by, int((now + KEPT).timestamp()))
    known, second = found.get(item.key), int(now.timestamp())
    if known is not None and (known.expires_at or 0) > second:
        return True
    work.add(Create(item, over_expired=second))
    return False


def _still(before: Pattern) -> Condition:
    if not before.complained:
        none: Condition = PatternItem.complained.does_not_exist()
        return none
    repeats: Condition = PatternItem.repeats == before.repeats
    if not before.repeats:  # or none was ever counted
        repeats = repeats | PatternItem.repeats.does_not_exist()
    same: Condition = repeats & (PatternItem.complained == before.complained)
    return same


def follow(work: Work, complaint: Complaint) -> None:
    """The complaint's links after a move: on its villages' lists while it waits for an answer."""
    for batch_id, village_id in zip(complaint.batch_ids, complaint.village_ids, strict=False):
        link = BatchComplaintItem.of(complaint, batch_id, village_id)
        scope, at = BatchComplaintItem.scope, BatchComplaintItem.scope_at
        off: list[Action] = [scope.remove(), at.remove()]
        on: list[Action] = [scope.set(link.scope), at.set(link.scope_at)]
        work.add(Adjust(link, on if complaint.state == "open" else off))


def held(work: Work, batch_id: str) -> None:
    """The batch is being held or recalled, so what was proposed is done."""
    item = get(ProposalItem, key_of("proposal", batch_id))
    if item is not None and item.state == "open":
        work.replace(item, ProposalItem.of(item.doc.followed(work.call.now)))
