"""Doing a thing once: what was put under a client's id, and what was answered under a key."""

from datetime import timedelta
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fingerprints import text_of

from .items import Item, Key
from .reading import get
from .sealing import keyed_hash, seal, unseal
from .tables import OnceItem
from .transaction import Create

Kind = TypeVar("Kind", bound=Item)
T = TypeVar("T", bound=BaseModel)

KEPT = timedelta(hours=72)
"""How long a first answer is given again: longer than any phone stays without signal at work, also
on a machine whose clock is two days wrong for a while."""


def fingerprint(*content: BaseModel | str) -> str:
    """What a client sent, in 32 hex digits. Passwords are masked in it, so check those apart.

    Keyed, so that the table does not tell whether a guessed buyer sent it.
    """
    parts = (part if isinstance(part, str) else text_of(part) for part in content)
    return keyed_hash("fingerprint", *parts).hex()[:32]


def as_seen(record: BaseModel, body: type[BaseModel]) -> str:
    """The fingerprint of the body that a record came to be as it is by: what a form shows of it."""
    sent: dict[str, Any] = {}
    for name in body.model_fields:
        value = getattr(record, name)
        sent[name] = list(value) if isinstance(value, tuple) else value
    return fingerprint(body.model_construct(**sent))


def is_change(record: BaseModel, body: BaseModel, seen: str) -> bool:
    """Whether a form makes the record another one. seen: `as_seen` when the form was filled.

    Sent twice it changes nothing the second time. Raises Refusal("changed_meanwhile").
    """
    now = as_seen(record, type(body))
    if now == fingerprint(body):
        return False
    if now != seen:
        raise Refusal("changed_meanwhile")
    return True


def existing(kind: type[Kind], key: Key, identity: str, request_fingerprint: str) -> Kind | None:
    """What a PUT finds under its id: None, or the item when it is the same content.

    Raises Refusal("different_content").
    """
    item = get(kind, key)
    return item and same(item, identity, request_fingerprint)


class Fingerprinted(Protocol):
    """A record that remembers the request that made it."""

    @property
    def fingerprint(self) -> str | None: ...


Record = TypeVar("Record", bound=Fingerprinted)


def same(record: Record, identity: str, request_fingerprint: str) -> Record:
    """The record, which must be of the same content. Raises Refusal("different_content")."""
    if record.fingerprint != request_fingerprint:
        raise Refusal("different_content", id=identity)
    return record


def refuse_another_request(call: Call, record: Fingerprinted, request_fingerprint: str) -> None:
    """Raise Refusal("idempotency_key_reused") unless the record is of this very request, which then
    was sent before."""
    if record.fingerprint != request_fingerprint:
        raise Refusal("idempotency_key_reused")
    call.replayed = call.key is not None


class IdempotentRequest:
    """One request under the caller's Idempotency-Key; without a key nothing is looked for or kept.

    caller: who the key belongs to, if not the actor (a buyer without an account).
    """

    def __init__(
        self,
        call: Call,
        *content: BaseModel | str,
        caller: str | None = None,
        kept: timedelta = KEPT,
    ) -> None:
        self.call, self.kept = call, kept
        self.fingerprint = fingerprint(*content)
        self.request = (
            keyed_hash("once", caller or call.actor.id, call.key).hex() if call.key else None
        )

    def first_answer(self, kind: type[T]) -> T | None:
        """What was answered the first time. Raises Refusal("idempotency_key_reused")."""
        item = self._kept()
        if item is None:
            return None
        refuse_another_request(self.call, item, self.fingerprint)
        return self._read(item, kind)

    def answer_before(self, kind: type[T]) -> T | None:
        """What was answered under the same key, whatever was sent with it."""
        item = self._kept()
        return None if item is None else self._read(item, kind)

    def _kept(self) -> OnceItem | None:
        if self.request is None:
            return None
        item = get(OnceItem, (f"ONCE#{self.request}", "ONCE"))
        if item is None or (item.expires_at or 0) <= self.call.now.timestamp():
            return None
        return item

    def _read(self, item: OnceItem, kind: type[T]) -> T:
        assert self.request is not None
        return kind.model_validate_json(unseal(item.answer, self.request))

    def keep(self, answer: BaseModel) -> Create | None:
        """The write that remembers the answer, for the same transaction."""
        if self.request is None:
            return None
        now = int(self.call.now.timestamp())
        item = OnceItem.of(
            self.request,
            self.fingerprint,
            seal(answer.model_dump_json(exclude_none=True), self.request),
            now + int(self.kept.total_seconds()),
        )
        return Create(item, over_expired=now)
