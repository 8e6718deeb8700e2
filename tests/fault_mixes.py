"""A proxy between the app and its engine whose faults follow a seeded schedule.

    with FaultyStore(engine.endpoint, MIXES["cuts"], seed=7) as store:
        server = run(DYNAMODB_ENDPOINT=store.endpoint)
        with store.failing():
            ...
    store.met  # Counter({"cut after it was done": 31, ...})

What the n-th request of an operation meets depends on the seed alone.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from infra.server import HOST
from tests.wire import (
    CUT_AFTER,
    CUT_BEFORE,
    EMPTY,
    GATEWAY,
    HALF_PROCESSED,
    INTERNAL,
    SILENT,
    SILENT_AFTER,
    THROTTLED,
    UNPROCESSED,
    Proxy,
    StoreFault,
    cancelled,
    error,
)

THROTTLING = error("ThrottlingException")
BUSY = error("RequestLimitExceeded")
CONFLICT = StoreFault("TransactionConflict", status=400, body=cancelled("TransactionConflict").body)
THROTTLED_INSIDE = StoreFault(
    "throttled inside a transaction", status=400, body=cancelled("ThrottlingError").body
)
CONFLICT_OF_ONE = error("TransactionConflictException")
LATE = StoreFault("a slow answer", late=0.15)
VERY_LATE = StoreFault("a very slow answer", late=1.2)

TRANSACTIONS, BATCHES = "TransactWriteItems", "BatchGetItem"
ONLY = {
    CONFLICT: TRANSACTIONS,
    CONFLICT_OF_ONE: "UpdateItem",
    THROTTLED_INSIDE: TRANSACTIONS,
    UNPROCESSED: BATCHES,
    HALF_PROCESSED: BATCHES,
}
"""Faults that only one operation can meet."""
SQUALL_EVERY, SQUALL_LENGTH, SQUALL_SHARE = 120, 16, 0.9
"""The app's own retries hide a lone fault; so of each 120 requests 16 in a row may fail."""


@dataclass(frozen=True)
class Mix:
    """share: of the requests of an operation that meet one of `weights` outside of squalls.
    provider: whether the payment provider is moody, too."""

    share: float
    weights: dict[StoreFault, int]
    squalls: bool = True
    provider: bool = False


MIXES: dict[str, Mix] = {
    "throttling": Mix(0.08, {THROTTLED: 4, THROTTLING: 3, BUSY: 1, THROTTLED_INSIDE: 3}),
    "conflicts": Mix(0.25, {CONFLICT: 1, CONFLICT_OF_ONE: 1}),
    "errors": Mix(0.06, {INTERNAL: 3, GATEWAY: 1, EMPTY: 1}),
    "slow": Mix(0.04, {LATE: 60, VERY_LATE: 8, SILENT: 1, SILENT_AFTER: 1}, squalls=False),
    "cuts": Mix(0.08, {CUT_BEFORE: 1, CUT_AFTER: 1}),
    "unprocessed": Mix(0.30, {UNPROCESSED: 1, HALF_PROCESSED: 2}),
    "provider": Mix(0.03, {THROTTLED: 1, CUT_BEFORE: 1, CUT_AFTER: 2, CONFLICT: 2}, provider=True),
    "everything": Mix(
        0.08,
        {
            THROTTLED: 30,
            THROTTLING: 20,
            THROTTLED_INSIDE: 20,
            CONFLICT: 40,
            CONFLICT_OF_ONE: 40,
            INTERNAL: 20,
            GATEWAY: 10,
            CUT_BEFORE: 30,
            CUT_AFTER: 60,
            HALF_PROCESSED: 40,
            LATE: 40,
            SILENT_AFTER: 1,
        },
        provider=True,
    ),
}


class FaultyStore(Proxy):
    """Calm until `blowing`. met: how often each fault was met. asked: requests of each operation
    that came while it blew."""

    def __init__(self, engine: str, mix: Mix, seed: int) -> None:
        super().__init__(urlsplit(engine).netloc)
        self.mix = mix
        self.seed = seed
        self.met: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self._blowing = False
        self._lock = threading.Lock()
        self._running = self.running()

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    @contextmanager
    def failing(self) -> Iterator[None]:
        self._blowing = True
        try:
            yield
        finally:
            self._blowing = False

    def fault_of(self, headers: Message) -> StoreFault | None:
        if not self._blowing:
            return None
        operation = headers["X-Amz-Target"].rpartition(".")[2]
        with self._lock:
            number = self.asked[operation]
            self.asked[operation] += 1
            fault = self.drawn(operation, number)
            if fault is not None:
                self.met[fault.name] += 1
        return fault

    def drawn(self, operation: str, number: int) -> StoreFault | None:
        """What the `number`-th request of an operation meets."""
        weights = {
            fault: weight
            for fault, weight in self.mix.weights.items()
            if ONLY.get(fault, operation) == operation
        }
        if not weights:
            return None
        chance = random.Random(f"{self.seed} {operation} {number}")
        squall = self.mix.squalls and number % SQUALL_EVERY >= SQUALL_EVERY - SQUALL_LENGTH
        if chance.random() >= (SQUALL_SHARE if squall else self.mix.share):
            return None
        return chance.choices(list(weights), list(weights.values()))[0]

    def __enter__(self) -> Self:
        self._running.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.__exit__(kind, error, trace)
