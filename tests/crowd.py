"""Many clients at the same moment, over real HTTP."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import requests

from tests.seam import Ask, asking
from tests.waits import LONG_WAIT
from tests.world import Client

T = TypeVar("T")

THREADS = 32


class SharedClient(Client):
    """A client for many threads, each with a connection of its own."""

    def __init__(self, of: Client) -> None:
        super().__init__(of.url, of.token)
        self._own = threading.local()

    def call(self, *what: Any, **how: Any) -> requests.Response:
        client: Client | None = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = Client(self.url, self.token)
        return client.call(*what, **how)


def at_once(tasks: Sequence[Callable[[], T]], threads: int = THREADS) -> list[T]:
    """What each task returns, in order. The first `threads` of them start together."""
    start = threading.Barrier(min(threads, len(tasks)))

    def run(at: int) -> T:
        if at < start.parties:
            start.wait(LONG_WAIT)
        return tasks[at]()

    with ThreadPoolExecutor(start.parties) as pool:
        return list(pool.map(run, range(len(tasks))))


@dataclass
class Moves(Generic[T]):
    """What the store was asked until then; `result`: of what was done meanwhile, if it was."""

    operations: list[str] = field(default_factory=list)
    result: T | None = None


@contextmanager
def meanwhile(at: int, act: Callable[[], T]) -> Iterator[Moves[T]]:
    """Just before the `at`-th request that this process sends to the store, `act` is done whole.

    So a race is played move by move, without luck. `act` is not done when it never comes to that.
    """
    moves = Moves[T]()

    def ask(really: Ask, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if len(moves.operations) < at:
            moves.operations.append(operation)
            if len(moves.operations) == at:
                moves.result = act()
        return really(operation, parameters)

    with asking(ask):
        yield moves


def outcomes(answers: Sequence[requests.Response]) -> Counter[str]:
    """How often each came out: by the code of the refusal, else the status.

    Raises AssertionError for a 5xx: a race is never an excuse.
    """
    for answer in answers:
        assert answer.status_code < 500, f"{answer.request.url}: {answer.text}"
    return Counter(
        str(answer.json()["code"]) if answer.status_code >= 400 else str(answer.status_code)
        for answer in answers
    )
