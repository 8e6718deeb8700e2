"""Counting complaints by batch, in the transactions that report and move them; and proposing, after
them, that a batch be held."""

from collections.abc import Iterable, Mapping

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain import patterns as rules
from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.parcels import CountedInPatterns
from chalicelib.domain.patterns import COUNTED, Pattern
from chalicelib.repositories.patterns import KEPT, complainer, pattern_of
from chalicelib.repositories.reading import get, get_many
from chalicelib.repositories.tables import (
    BatchComplaintItem,
    BatchItem,
    PatternItem,
    ProposalItem,
    key_of,
    pattern_key,
)
from chalicelib.repositories.transaction import Adjust, Create, UnitOfWork, retrying

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
    items: Mapping[Key, Item],
    by: str | None,
    earlier: CountedInPatterns | None,
) -> tuple[CountedInPatterns, list[str]]:
    """What a parcel counts as from now on, in each of its batches; and the batches that `propose`
    has to look at once this is written.

    earlier: as what it counted until now, which the buyer's own word takes the place of, also where
    that lies in no batch.

    by: the buyer, if the order's key proved it, else the network address; None where that tells
    nobody apart. What comes from there again within KEPT is counted, and alarms nobody.

    As long as something may be proposed, complaints about a batch are counted one after the other:
    whichever brings it past the threshold knows it. After that nobody waits for anybody.
    """
    repeated, alarming = [], []
    for batch_id in complaint.batch_ids:
        batch, before, proposal = _standing(batch_id, items)
        after = before
        if earlier is not None and earlier.reason in COUNTED:
            after = after.without_one(earlier.reason, repeats=batch_id in earlier.repeats)
        if complaint.reason in COUNTED:
            repeats = by is not None and _came_before(work, batch_id, by, items)
            if repeats:
                repeated.append(batch_id)
            after = after.with_one(complaint.reason, repeats=repeats)
        decided = proposal.doc if proposal else None
        if rules.propose(batch.doc, after, decided, work.call.now) is not None:
            alarming.append(batch_id)
        if after == before:
            continue
        settled = rules.is_settled(batch.doc, decided)
        work.add(
            Adjust(
                PatternItem(*pattern_key(batch_id)),
                [*_changes(before, after), PatternItem.kind.set(PatternItem)],
                None if settled and after.complained else _still(before),
                creates=True,
            )
        )
    counted = CountedInPatterns(
        reason=complaint.reason, by_order=complaint.knows_better, repeats=tuple(repeated)
    )
    return counted, alarming


def propose(call: Call, batch_ids: Iterable[str]) -> None:
    """That each of these batches be held, if what complaints come to is alarming and nobody was
    told yet.

    It comes after the complaint was written, each batch in a transaction of its own: a parcel of
    many batches would not fit into one, and no complaint waits for this. It can be repeated, so
    what was cut off in between is made up for at the next look.
    """
    for batch_id in batch_ids:
        _propose(call, batch_id)


@retrying
def _propose(call: Call, batch_id: str) -> None:
    keys = [key_of("batch", batch_id), pattern_key(batch_id), key_of("proposal", batch_id)]
    batch, pattern, proposal = _standing(batch_id, get_many(keys))
    proposed = rules.propose(batch.doc, pattern, proposal.doc if proposal else None, call.now)
    if proposed is None:
        return
    work = UnitOfWork(Call(PUBLIC, call.now, request=call.request))  # whoever merely looked did not
    # A hold at this moment either comes first and is seen, or later and finds the proposal.
    unchanged = BatchItem.version == batch.version
    work.add(Adjust(batch, [BatchItem.version.add(1)], condition=unchanged))
    if proposal is None:
        work.create(ProposalItem.of(proposed))
    else:
        work.replace(proposal, ProposalItem.of(proposed), "many more complaints")
    work.commit()


def _standing(
    batch_id: str, items: Mapping[Key, Item]
) -> tuple[BatchItem, Pattern, ProposalItem | None]:
    batch, proposal = items[key_of("batch", batch_id)], items.get(key_of("proposal", batch_id))
    assert isinstance(batch, BatchItem)
    pattern = pattern_of(batch, items.get(pattern_key(batch_id)))
    return batch, pattern, proposal if isinstance(proposal, ProposalItem) else None


def _changes(before: Pattern, after: Pattern) -> list[Action]:
    """What makes the one of the other, as additions: others add at the same time. Where none is
    left, nobody does, and the release before knows an empty tally by its having no count."""
    if not after.complained:
        return [getattr(PatternItem, name).remove() for name in ("complained", "repeats", *COUNTED)]
    names = ["complained", "repeats"]
    changes = {name: getattr(after, name) - getattr(before, name) for name in names}
    for reason in {*before.reasons, *after.reasons}:
        changes[reason] = after.reasons.get(reason, 0) - before.reasons.get(reason, 0)
    return [getattr(PatternItem, name).add(n) for name, n in changes.items() if n]


def _came_before(work: UnitOfWork, batch_id: str, by: str, items: Mapping[Key, Item]) -> bool:
    """Whether somebody complained from there lately; if not, it is noted."""
    now = work.call.now
    item = complainer(batch_id, by, int((now + KEPT).timestamp()))
    known, second = items.get(item.key), int(now.timestamp())
    if known is not None and (known.expires_at or 0) > second:
        return True
    work.add(Create(item, over_expired=second))
    return False


def _still(before: Pattern) -> Condition:
    if not before.complained:  # none was ever counted, or none is left
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
