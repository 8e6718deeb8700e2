"""Counting complaints by batch, in the transactions that report and move them."""

from collections.abc import Mapping

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain import patterns as rules
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.parcels import CountedInPatterns
from chalicelib.domain.patterns import Pattern
from chalicelib.repositories.patterns import KEPT, complainer, pattern_of
from chalicelib.repositories.reading import get
from chalicelib.repositories.tables import (
    BatchComplaintItem,
    BatchItem,
    PatternItem,
    ProposalItem,
    key_of,
    pattern_key,
)
from chalicelib.repositories.transaction import Adjust, Create, UnitOfWork

from ..repositories.items import Item, Key


def link(work: UnitOfWork, complaint: Complaint) -> None:
    """A complaint just reported is found from its batches and, while open, from their villages."""
    work.create(
        *(
            BatchComplaintItem.of(complaint, batch_id, village_id)
            for batch_id, village_id in zip(complaint.batch_ids, complaint.village_ids, strict=True)
        )
    )


def count(
    work: UnitOfWork,
    complaint: Complaint,
    found: Mapping[Key, Item],
    by: str | None,
    earlier: CountedInPatterns | None,
) -> CountedInPatterns:
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
    return CountedInPatterns(
        reason=complaint.reason, by_order=complaint.by_order, repeats=tuple(repeated)
    )


def _changes(before: Pattern, after: Pattern) -> list[Action]:
    """What makes the one of the other, as additions: others add at the same time."""
    names = ["complained", "repeats"]
    changes = {name: getattr(after, name) - getattr(before, name) for name in names}
    for reason in {*before.reasons, *after.reasons}:
        changes[reason] = after.reasons.get(reason, 0) - before.reasons.get(reason, 0)
    return [getattr(PatternItem, name).add(n) for name, n in changes.items() if n]


def _came_before(work: UnitOfWork, batch_id: str, by: str, found: Mapping[Key, Item]) -> bool:
    """Whether somebody complained from there lately; if not, it is noted."""
    now = work.call.now
    item = complainer(batch_id, by, int((now + KEPT).timestamp()))
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


def follow(work: UnitOfWork, complaint: Complaint) -> None:
    """The complaint's links after a move: on its villages' lists while it waits for an answer."""
    for batch_id, village_id in zip(complaint.batch_ids, complaint.village_ids, strict=False):
        link = BatchComplaintItem.of(complaint, batch_id, village_id)
        scope, at = BatchComplaintItem.scope, BatchComplaintItem.scope_at
        off: list[Action] = [scope.remove(), at.remove()]
        on: list[Action] = [scope.set(link.scope), at.set(link.scope_at)]
        work.add(Adjust(link, on if complaint.state == "open" else off))


def held(work: UnitOfWork, batch_id: str) -> None:
    """The batch is being held or recalled, so what was proposed is done."""
    item = get(ProposalItem, key_of("proposal", batch_id))
    if item is not None and item.state == "open":
        work.replace(item, ProposalItem.of(item.doc.followed(work.call.now)))
