"""Answering a request that was sent before with its first answer; the first time, keeping it."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import TypeVar

from pydantic import BaseModel

from chalicelib.domain.access import Call
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.transaction import UnitOfWork, retrying

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")
Body = TypeVar("Body", bound=BaseModel)

Prepared = tuple[UnitOfWork, R]
"""Work that is not committed yet, and what is answered once it is."""


def as_it_was(answer: R) -> R:
    return answer


def answer_once(
    request: IdempotentRequest,
    kind: type[T],
    prepare: Callable[[], Prepared[T]],
    today: Callable[[T], T] = as_it_was,
) -> T:
    """The first answer; or, the first time, what `prepare` answers, kept in one commit with its
    work. today: takes from a first answer what may be shown no more.

    For a `retrying` service: whoever loses a race against the same request then looks again and
    finds the answer. Raises Refusal("idempotency_key_reused").
    """
    return answer_once_keeping(request, kind, prepare, kept=as_it_was, again=today)


def answer_once_keeping(
    request: IdempotentRequest,
    kind: type[T],
    prepare: Callable[[], Prepared[R]],
    *,
    kept: Callable[[R], T],
    again: Callable[[T], R],
) -> R:
    """Like `answer_once`, where only a part of the answer is kept. again: the whole of it, by that
    part."""
    first = request.first_answer(kind)
    if first is not None:
        return again(first)
    work, answer = prepare()
    work.add(request.keep(kept(answer))).commit()
    return answer


def once_per_key(
    what: str, kind: type[T]
) -> Callable[[Callable[[Call, str, Body], Prepared[T]]], Callable[[Call, str, Body], T]]:
    """Make a service of a function that prepares what is done to a subject, by its id and a body.

    what: it is called in the fingerprint of the request, so it stays.
    """

    def service(
        prepare: Callable[[Call, str, Body], Prepared[T]],
    ) -> Callable[[Call, str, Body], T]:
        @retrying
        @wraps(prepare)
        def answered(call: Call, identity: str, body: Body) -> T:
            request = IdempotentRequest(call, what, identity, body)
            return answer_once(request, kind, lambda: prepare(call, identity, body))

        return answered

    return service


def keep_beside(request: IdempotentRequest, answer: BaseModel) -> None:
    """Keep an answer whose parts were each committed by itself."""
    with suppress(ConditionFailed):  # its twin was a moment faster, and came to the same
        UnitOfWork(request.call).add(request.keep(answer)).commit()
