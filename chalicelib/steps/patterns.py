"""Counting complaints by batch, in the transactions that report and move them; and proposing, after
them, that a batch be held."""

from collections.abc import Iterable, Mapping, Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain import patterns as rules
from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.parcels import CountedInPatterns, Parcel
from chalicelib.domain.patterns import COUNTED, Pattern, Voice
from chalicelib.repositories.patterns import KEPT, Origin, Source, complainer, keys_for, pattern_of
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


def hear(
    work: UnitOfWork,
    complaint: Complaint,
    parcel: Parcel,
    items: Mapping[Key, Item],
    source: Source,
) -> tuple[Parcel, list[str]]:
    """The parcel with what it counts as by this complaint, if that has its say; and the batches
    that `propose` has to look at. Of a box that has not left, whose goods nobody can have seen, it
    waits until that is sent, or two days are over: then what waited counts where this one has no
    say."""
    has_left = parcel.has_left(work.call.now)
    if rules.has_its_say(parcel, complaint.reason, knows_better=complaint.knows_better):
        as_what = _as_counted(work, complaint, items, source)
    elif parcel.waits_as is not None and parcel.is_waiting and has_left:
        as_what = parcel.waits_as
    else:
        return parcel, []
    if parcel.counted or has_left:
        return parcel.counting(as_what), _count(work, parcel, items, as_what)
    return parcel.model_copy(update={"waits_as": as_what}), []


def _as_counted(
    work: UnitOfWork,
    complaint: Complaint,
    items: Mapping[Key, Item],
    source: Source,
) -> CountedInPatterns:
    """As what a parcel is to count by this complaint; where it comes from is noted for its batches.

    What comes from there again within KEPT is counted, and alarms nobody.
    """
    as_what = CountedInPatterns(reason=complaint.reason, by_order=complaint.knows_better)
    if complaint.reason not in COUNTED:
        return as_what
    batch_ids = complaint.batch_ids
    repeats = tuple(
        batch_id for batch_id in batch_ids if _came_before(work, batch_id, source.origins, items)
    )
    places = {batch_id: source.place(batch_id) for batch_id in batch_ids}
    known = {batch_id: place for batch_id, place in places.items() if place is not None}
    update = {"repeats": repeats, "places": known, "proved": source.proved}
    return as_what.model_copy(update=update)


def _count(
    work: UnitOfWork,
    parcel: Parcel,
    items: Mapping[Key, Item],
    as_what: CountedInPatterns | None,
) -> list[str]:
    """In each of its batches the parcel counts as this from now on, or no more, instead of what it
    counted as until now; the batches that `propose` has to look at once this is written.

    As long as something may be proposed, complaints about a batch are counted one after the other:
    whichever brings it past the threshold knows it. After that nobody waits for anybody.
    """
    alarming = []
    for batch_id in parcel.batch_ids:
        batch, before, proposal = _standing(batch_id, items)
        after = _recounted(before, parcel, batch_id, as_what)
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
                None if settled and before.complained and after.complained else _still(before),
                creates=True,
            )
        )
    return alarming


def _recounted(
    pattern: Pattern, parcel: Parcel, batch_id: str, as_what: CountedInPatterns | None
) -> Pattern:
    """With the parcel as this, without it as what it counted until now: the buyer's own word takes
    the place of a stranger's also where it lies in no batch."""
    until_now = Voice.of(parcel, batch_id, parcel.counted_as if parcel.counted else None)
    if until_now is not None:
        pattern = pattern.without_one(until_now)
    voice = Voice.of(parcel, batch_id, as_what)
    return pattern if voice is None else pattern.with_one(voice)


def count_what_waited(work: UnitOfWork, parcel: Parcel) -> None:
    """The parcel is being sent, or lay packed for two days, and so the complaint counts that came
    before."""
    if parcel.is_waiting:
        _count(work, parcel, _looked_up([parcel]), parcel.waits_as)


def _looked_up(parcels: Iterable[Parcel]) -> dict[Key, Item]:
    batch_ids = list(dict.fromkeys(batch_id for parcel in parcels for batch_id in parcel.batch_ids))
    return get_many([*keys_for(batch_ids), *(key_of("batch", batch_id) for batch_id in batch_ids)])


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


_OF_ADDRESSES = ("proved", "placed", "place_sum", "place_squares")
"""What the release before knows nothing of, and so leaves in a tally that it empties."""


def _changes(before: Pattern, after: Pattern) -> list[Action]:
    """What makes the one of the other, as additions: others add at the same time. Where none is
    left, nobody does, and the release before knows an empty tally by its having no count."""
    if not after.complained:
        names = ["complained", "repeats", "shop", "of_shop", *_OF_ADDRESSES, *COUNTED]
        return [getattr(PatternItem, name).remove() for name in names]
    names = ["complained", "repeats", *(_OF_ADDRESSES if before.complained else ())]
    changes = {name: getattr(after, name) - getattr(before, name) for name in names}
    for reason in {*before.reasons, *after.reasons}:
        changes[reason] = after.reasons.get(reason, 0) - before.reasons.get(reason, 0)
    actions: list[Action] = []
    if after.shop_id == before.shop_id:
        changes["of_shop"] = after.of_shop - before.of_shop
    else:  # the first of all, whatever an emptied tally had kept
        actions += [
            PatternItem.shop.set(after.shop_id or ""),
            PatternItem.of_shop.set(after.of_shop),
        ]
    if not before.complained:
        actions += [getattr(PatternItem, name).set(getattr(after, name)) for name in _OF_ADDRESSES]
    return [*actions, *(getattr(PatternItem, name).add(n) for name, n in changes.items() if n)]


def _came_before(
    work: UnitOfWork, batch_id: str, origins: Sequence[Origin], items: Mapping[Key, Item]
) -> bool:
    """Whether as many as weigh complained from there lately; if not, this one is noted."""
    now = work.call.now
    expires_at, second = int((now + KEPT).timestamp()), int(now.timestamp())
    noted = []
    for origin in origins:
        marks = [complainer(batch_id, mark, expires_at) for mark in origin]
        free = [mark for mark in marks if not _stands(items.get(mark.key), second)]
        if not free:
            return True
        noted.append(Create(free[0], over_expired=second))
    work.add(*noted)
    return False


def _stands(item: Item | None, second: int) -> bool:
    return item is not None and (item.expires_at or 0) > second


def _still(before: Pattern) -> Condition:
    if not before.complained:  # none was ever counted, or none is left
        none: Condition = PatternItem.complained.does_not_exist()
        return none
    same: Condition = PatternItem.complained == before.complained
    for name in ("repeats", *_OF_ADDRESSES):
        attribute, n = getattr(PatternItem, name), getattr(before, name)
        unchanged: Condition = attribute == n
        if not n:  # or none was ever counted
            unchanged = unchanged | attribute.does_not_exist()
        same = same & unchanged
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
