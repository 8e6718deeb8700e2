"""The one way to write: all or nothing, each move of a state with its journal entry.

Items go to the store in the order given (PynamoDB's own TransactWrite regroups them), so the
reasons of a refusal can be told apart by position.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from botocore.exceptions import ClientError
from pydantic import BaseModel
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.access import Call
from chalicelib.domain.errors import Outside, Refusal
from chalicelib.domain.journal import Change

from . import recent, store
from .connection import connection
from .errors import ConditionFailed, Unjournalled
from .items import INDEX_KEYS, Item, Key
from .tables import ChangeItem, OfferItem, ShopItem

P = ParamSpec("P")
R = TypeVar("R")

MOST_WRITES = 100
"""Items in one TransactWriteItems (AWS limit)."""
LARGEST_RECORD = 360 * 1024
"""Bytes of a record as UTF-8. An item has 400 KB at most (AWS limit); its keys and counters take a
few of them."""
PASSING = frozenset({"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"})
"""Reasons for which the store cancels a transaction that it may do at the next try."""
COLLIDING = "transactions kept colliding"
RACES = 16
"""How often a service looks again when others write the same thing at the same time."""


@dataclass(frozen=True)
class Create:
    """Put an item that must not exist yet.

    over_expired: epoch seconds; an item that expired before may be overwritten (TTL deletes late).
    """

    item: Item
    over_expired: int | None = None


@dataclass(frozen=True)
class Replace:
    """The record of `before` becomes that of `after`, if nobody wrote it in between.

    Only the record, its state and index keys are written: counters beside it are left alone,
    unless `also` changes them, under `only_if`.
    """

    before: Item
    after: Item
    also: tuple[Action, ...] = ()
    only_if: Condition | None = None


@dataclass(frozen=True)
class Adjust:
    """Change attributes of an item in place, under a condition.

    creates: it may be the first to write the item; else nothing is written where there is none, as
    an update would make one, without a kind and with this change alone.
    """

    item: Item
    actions: Sequence[Action]
    condition: Condition | None = None
    creates: bool = False


@dataclass(frozen=True)
class Require:
    """Nothing is written unless the condition holds for this item."""

    item: Item
    condition: Condition


Write = Create | Replace | Adjust | Require


@dataclass(frozen=True)
class Moved:
    """A change of one subject, for the journal.

    of_state: its state moves, or stays while something else is noted; else fields of it changed.
    """

    subject: Item
    change: Change
    of_state: bool = True


class UnitOfWork:
    """Writes and changes gathered for one commit, all by one call."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.writes: list[Write] = []
        self.changes: list[Moved] = []

    def add(self, *writes: Write | None) -> "UnitOfWork":
        """More writes; None stands for nothing to write."""
        self.writes.extend(write for write in writes if write is not None)
        return self

    def create(self, *items: Item) -> "UnitOfWork":
        return self.add(*(Create(item) for item in items))

    def replace(
        self,
        before: Item,
        after: Item,
        why: str = "",
        *,
        note: bool = False,
        only_if: Condition | None = None,
        **facts: Any,
    ) -> "UnitOfWork":
        """`before` becomes `after`; if its state moves, that is journalled, else with `note`.

        facts: what else the journal's entry says.
        """
        self.writes.append(Replace(before, after, only_if=only_if))
        if note or before.state != after.state:
            change = Change(
                old=before.state,
                new=str(after.state),
                by=self.call.actor.id,
                at=self.call.now,
                why=why,
                request=self.call.request,
                **facts,
            )
            self.changes.append(Moved(before, change))
        return self

    def edit(self, before: Item, after: Item, old: str, new: str, why: str = "") -> "UnitOfWork":
        """`before` becomes `after` in its fields alone: what stood there and what stands there now
        is journalled."""
        self.writes.append(Replace(before, after))
        change = Change(
            old=old,
            new=new,
            by=self.call.actor.id,
            at=self.call.now,
            why=why,
            request=self.call.request,
        )
        self.changes.append(Moved(before, change, of_state=False))
        return self

    @property
    def size(self) -> int:
        """How many of a transaction's MOST_WRITES it takes so far."""
        return len(_by_item(self.writes)) + len(self.changes)

    def commit(self) -> None:
        """Write all of it by the function `commit` below, or do nothing where nothing was added."""
        if self.writes:
            commit(self.writes, self.changes)


def commit(writes: Sequence[Write], changes: Sequence[Moved] = ()) -> None:
    """Do all writes or none, together with one journal entry for each change.

    Raises ConditionFailed with the positions in `writes`; StoreUnavailable when the store is
    away or other transactions kept colliding; Unjournalled when a state would move unseen;
    Refusal("too_large").
    """
    joined = _by_item(writes)
    state_moves = {
        write.before.key: (write.before.state, write.after.state)
        for write in writes
        if isinstance(write, Replace) and write.before.state != write.after.state
    }
    journal_moves = {
        moved.subject.key: (moved.change.old, moved.change.new)
        for moved in changes
        if moved.of_state
    }
    subjects = {moved.subject.key for moved in changes}
    replaced_keys = {write.before.key for write in writes if isinstance(write, Replace)}
    expected_moves = {
        key: (old, new)
        for key, (old, new) in journal_moves.items()
        if old != new or key not in replaced_keys  # a note about what stays in its state
    }
    if state_moves != expected_moves or len(subjects) != len(changes):
        raise Unjournalled(f"moved {state_moves}, journalled {journal_moves}")
    entries = [Create(ChangeItem.of(*moved.subject.next_entry, moved.change)) for moved in changes]
    if len(joined) + len(entries) > MOST_WRITES:
        raise Refusal("too_large")
    connection()
    items = [_request(write) for write in [*joined.values(), *entries]]
    if any(_record_bytes(item) > LARGEST_RECORD for item in items):
        raise Refusal("too_large")
    kept = [
        write.before
        for write in writes
        if isinstance(write, Replace) and isinstance(write.before, OfferItem | ShopItem)
    ]
    try:
        _send(items)
    except ConditionFailed as error:
        failed = {key for at, key in enumerate(joined) if at in error.failed}
        places = [at for at, write in enumerate(writes) if _item_of(write).key in failed]
        raise ConditionFailed(places) from error
    finally:
        recent.forget(kept)


def _by_item(writes: Sequence[Write]) -> dict[Key, Write]:
    """The writes by the item that they change, several to one item joined into one.

    A transaction takes one write to each item, but two parts of a commit may each have one: a batch
    gets back what a parcel held, and what an offer had set aside.
    """
    first: dict[Key, Write] = {}
    for write in writes:
        key = _item_of(write).key
        first[key] = _joined(first[key], write) if key in first else write
    return first


def _item_of(write: Write) -> Item:
    return write.before if isinstance(write, Replace) else write.item


def _joined(write: Write, other: Write) -> Write:
    match write, other:
        case (Replace() as whole, Adjust() as part) | (Adjust() as part, Replace() as whole):
            only_if = _both(whole.only_if, part.condition)
            return replace(whole, also=(*whole.also, *part.actions), only_if=only_if)
        case Adjust(), Adjust():
            actions = [*write.actions, *other.actions]
            condition = _both(write.condition, other.condition)
            creates = write.creates and other.creates
            return Adjust(write.item, actions, condition, creates)
        case Replace(), Replace() if write.before.version != other.before.version:
            raise ConditionFailed([0])  # somebody changed it between two looks of this commit
    raise TypeError(f"two writes of {_item_of(write).key}: {write}, {other}")


def _both(condition: Condition | None, other: Condition | None) -> Condition | None:
    if condition is None:
        return other
    return condition if other is None else condition & other


def _send(items: list[dict[str, Any]]) -> None:
    """Send one transaction, again while what stopped it may pass.

    Raises ConditionFailed with the positions in `items`. A ClientError is a fault of ours: the
    store would refuse the same transaction each time.
    """
    tries = store.Tries(COLLIDING)
    while True:
        try:
            store.call("TransactWriteItems", TransactItems=items)
            return
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            reasons = store.whole_response(error)["CancellationReasons"]
            failed = [at for at, r in enumerate(reasons) if r["Code"] == "ConditionalCheckFailed"]
            if failed:
                raise ConditionFailed(failed) from error
            if not {reason["Code"] for reason in reasons} <= PASSING | {"None"}:
                raise
            tries.pause(error)  # nothing was written: the store cancelled all of it


def retrying(function: Callable[P, R]) -> Callable[P, R]:
    """Load, decide and commit again when someone else wrote in between.

    Bounded, with growing random pauses; then StoreUnavailable. A service that can say what a
    refused condition means catches ConditionFailed itself.

    A refusal may rest on two reads that were made at different moments, and would then tell of
    something that never was: "not enough left" of an order that was packed a moment before. So
    this decides again until two tries refuse for the same reason. The same request sent twice
    also finds its first answer this way.
    """

    @wraps(function)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        tries = store.Tries(COLLIDING, RACES)
        refusals: list[tuple[object, ...]] = []
        while True:
            before = store.asked()
            try:
                return function(*args, **kwargs)
            except ConditionFailed as error:
                tries.pause(error)
            except Refusal as refusal:
                refusals.append(refusal.content)
                of_one_moment = store.asked() - before <= 1 or isinstance(refusal, Outside)
                if of_one_moment or refusals[-2:-1] == refusals[-1:] or len(refusals) == RACES:
                    raise

    return tried


def _there(condition: Condition | None) -> Condition:
    """The condition, and that the item exists."""
    exists = Item.pk.exists()
    return exists if condition is None else exists & condition


def _absent() -> Condition:
    return Item.pk.does_not_exist()


def _request(write: Write) -> dict[str, Any]:
    """The write as a TransactItems entry."""
    match write:
        case Create(item, over_expired):
            condition = _absent()
            if over_expired is not None:
                condition = condition | (Item.expires_at < over_expired)
            return {"Put": item.get_save_kwargs_from_instance(condition=condition)}
        case Replace(before, after, also, only_if):
            unchanged = type(before).version == before.version
            return {
                "Update": before.get_update_kwargs_from_instance(
                    actions=[*_replacing(before, after), *also],
                    condition=unchanged if only_if is None else unchanged & only_if,
                )
            }
        case Adjust(item, actions, condition, creates):
            if not creates:
                condition = _there(condition)
            return {
                "Update": item.get_update_kwargs_from_instance(
                    actions=list(actions), condition=condition
                )
            }
        case Require(item, condition):
            return {
                "ConditionCheck": type(item).get_operation_kwargs_from_class(
                    item.pk, range_key=item.sk, condition=condition
                )
            }


def _record_bytes(request: dict[str, Any]) -> int:
    """The longest text that a TransactItems entry writes: that of its record, if it has one."""
    (parameters,) = request.values()
    written = parameters.get("Item", {}) | parameters.get("ExpressionAttributeValues", {})
    # a character has four bytes at most, so only long texts are measured exactly
    return max(
        (
            len(text.encode()) if len(text) > LARGEST_RECORD // 4 else len(text)
            for value in written.values()
            if (text := value.get("S")) is not None
        ),
        default=0,
    )


def _replacing(before: Item, after: Item) -> list[Action]:
    kind = type(after)
    actions: list[Action] = [kind.version.set(int(before.version) + 1)]
    for name in ("doc", "state", *INDEX_KEYS, "fingerprint"):
        attribute = getattr(kind, name, None)
        value = getattr(after, name, None)
        if attribute is not None and value is not None:
            actions.append(attribute.set(_whole(before, value) if name == "doc" else value))
        elif name in INDEX_KEYS and getattr(before, name) is not None:  # it leaves a list
            actions.append(getattr(kind, name).remove())
    return actions


def _whole(before: Item, doc: BaseModel) -> BaseModel | str:
    """`doc` with the fields that a later release wrote and this one does not know.

    Only those of the record itself; an unknown field inside a part of it, such as an order's line,
    is lost.
    """
    stored = json.loads(before.written) if before.written else {}
    unknown = stored.keys() - type(doc).model_fields.keys()
    if not unknown:
        return doc
    known = doc.model_dump(mode="json", exclude_none=True)
    return json.dumps({name: stored[name] for name in unknown} | known, ensure_ascii=False)
