"""A model of DynamoDB's documented limits, second by second, and of waiting as our code does.

One key's items lie on one partition at most, which gives 1,000 write and 3,000 read units a second;
a full index partition throttles the write to the table; a transaction that meets another on one
item is cancelled and costs its units all the same. Bursts beyond a second are not counted on.
"""

import heapq
import math
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field

WRITES, READS = 1000, 3000
"""Units a second of one partition (DynamoDB's limits)."""
HOLD = 0.005
"""Seconds for which a transaction holds its items: assumed, no document says it. One item then runs
200 transactions a second at the very most, which is the "some hundreds" that are known of it."""
READ, TRANSACTION = 0.004, 0.010
"""Seconds of a request on average, assumed; each varies by half of that."""
TRIES, FIRST_PAUSE, LONGEST_PAUSE = 8, 0.01, 0.4
"""As in repositories/store.py: a test compares them."""
REQUEST_SECONDS = 15.0
"""Seconds a request asks the store for anything, as at the edge."""

Key = tuple[str, int]
"""What kind of key it is, and which one."""
Need = tuple[str, Key, float]
"""Kind of key, partition, units."""
Steps = Generator[float, None, bool | None]
"""Yields pauses; returns whether it was done. None: there was nothing to do, it does not count."""


class ConditionFailed(Exception):
    """A transaction's condition did not hold."""


@dataclass(frozen=True)
class Write:
    """units: of the table. index: partitions of the indexes, each with its units."""

    key: Key
    units: int
    index: tuple[tuple[Key, int], ...] = ()


@dataclass
class Store:
    """partitions: a table that was warmed up to as many, before heat has split any; None: split so
    that each hot key has its own. hold: seconds. used, wanted: units in each second."""

    seed: int
    partitions: int | None = None
    hold: float = HOLD
    now: float = 0.0
    used: defaultdict[tuple[str, Key], defaultdict[int, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    wanted: defaultdict[tuple[str, str, Key], defaultdict[int, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    throttled: Counter[str] = field(default_factory=Counter)
    conflicts: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)
    held: dict[Key, float] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311

    def latency(self, mean: float) -> float:
        return mean / 2 + self.chance.expovariate(2 / mean)

    def place(self, key: Key, index: bool = False) -> Key:
        """The partition of a key."""
        if self.partitions is None:
            return key
        spot = zlib.crc32(f"{key} {self.seed}".encode()) % self.partitions
        return ("index" if index else "table", spot)

    def room(self, what: str, needs: Iterable[Need]) -> bool:
        """Whether all partitions have as many units left in this second; what is asked is noted."""
        second, limit = int(self.now), WRITES if what == "write" else READS
        full, together = [], defaultdict[Key, float](float)
        for kind, place, n in needs:
            self.wanted[kind, what, place][second] += n
            together[place] += n
            if self.used[what, place][second] + together[place] > limit:
                full.append(kind)
        for kind in full:
            self.throttled[kind] += 1
            self.first.setdefault(kind, self.now)
        return not full

    def spend(self, what: str, needs: Iterable[Need]) -> None:
        second = int(self.now)
        for _, place, n in needs:
            self.used[what, place][second] += n

    def read(self, reads: Iterable[tuple[Key, float]]) -> Steps:
        """BatchGetItem, or gets: what is throttled is asked for again."""
        left: list[Need] = [(key[0], self.place(key), n) for key, n in reads]
        waits = self.pauses()
        while True:
            yield self.latency(READ)
            throttled = []
            for need in left:
                if self.room("read", [need]):
                    self.spend("read", [need])
                else:
                    throttled.append(need)
            left = throttled
            if not left:
                return True
            if (wait := next(waits, None)) is None:
                return False
            yield wait

    def transact(
        self,
        writes: Iterable[Write],
        holds: Callable[[], bool] = lambda: True,
        then: Callable[[], None] = lambda: None,
    ) -> Steps:
        """TransactWriteItems, cancelled and tried again as repositories/transaction.py does.

        holds: its condition; `Refused` is raised, and nothing tried again, when it does not.
        then: what it does. A cancelled one costs the table's units all the same, and no index's.
        """
        writes = list(writes)
        table: list[Need] = [(write.key[0], self.place(write.key), write.units) for write in writes]
        index: list[Need] = [
            (key[0], self.place(key, True), n) for write in writes for key, n in write.index
        ]
        waits = self.pauses()
        while True:
            self.attempts.update(write.key[0] for write in writes)
            if self.room("write", table):
                self.spend("write", table)
                met = [write.key[0] for write in writes if self.held.get(write.key, 0) > self.now]
                self.conflicts.update(met)
                if not met and not holds():
                    yield self.latency(TRANSACTION / 2)
                    raise ConditionFailed
                if not met and self.room("write", index):
                    self.spend("write", index)
                    self.held.update((write.key, self.now + self.hold) for write in writes)
                    then()
                    yield self.latency(TRANSACTION)
                    return True
            if (wait := next(waits, None)) is None:
                return False
            yield self.latency(TRANSACTION / 2) + wait

    def pauses(self) -> Iterator[float]:
        for attempt in range(TRIES - 1):
            yield self.chance.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt))

    def peak(self) -> dict[str, float]:
        """By kind of key: the most units asked of one partition in a second, of what it gives."""
        peaks: dict[str, float] = {}
        for (kind, what, _), seconds in self.wanted.items():
            limit = WRITES if what == "write" else READS
            name = f"{kind} {what}s"
            peaks[name] = max(peaks.get(name, 0.0), max(seconds.values()) / limit)
        return peaks


@dataclass
class LoadOutcome:
    """seconds: of each request that was done."""

    done: int = 0
    unavailable: int = 0
    seconds: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """The answer's milliseconds that this share of the requests stays within."""
        ordered = sorted(self.seconds)
        if not ordered:
            return math.nan
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def play(store: Store, arrivals: Iterable[tuple[float, str, Steps]]) -> dict[str, LoadOutcome]:
    """Run requests, each from its second on, until all are answered; what became of each sort."""
    outcomes: defaultdict[str, LoadOutcome] = defaultdict(LoadOutcome)
    heap: list[tuple[float, int, float, str, Steps]] = [
        (at, number, at, sort, steps) for number, (at, sort, steps) in enumerate(arrivals)
    ]
    heapq.heapify(heap)
    while heap:
        at, number, begun, sort, steps = heapq.heappop(heap)
        store.now = at
        outcome = outcomes[sort]
        if at - begun > REQUEST_SECONDS:
            outcome.unavailable += 1
            continue
        try:
            wait = next(steps)
        except StopIteration as end:
            if end.value is None:
                continue
            if end.value:
                outcome.done += 1
                outcome.seconds.append(at - begun)
            else:
                outcome.unavailable += 1
        else:
            heapq.heappush(heap, (at + wait, number, begun, sort, steps))
    return dict(outcomes)
