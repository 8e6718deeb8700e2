"""Our access patterns under a crowd: one offer's buyers, and those who scan."""

import random
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import partial

from chalicelib.domain.offers import MOST_SHARDS, slots_for
from chalicelib.domain.scans import MOST_COUNTED
from chalicelib.repositories.recent import FOR_A_TAKE, KEPT

from .store import ConditionFailed, Key, LoadOutcome, Steps, Store, Write, play

PLACE_UNITS = (4, 2, 2)
"""Of the order, of the stock item, and of what the order is found by."""
TAILS, NAMES = 10_000, 2_000
"""Of buyers, in the two indexes: four digits; names as common as the commonest in China (one in
3,000 or so) and commoner, each for its shop."""
PAY_UNITS = 16
SCAN_UNITS = (2, 2)
"""Of the SEEN item and the parcel; the rate limit costs one more."""
REQUEST_SECONDS = 0.05
"""For which a Lambda process is busy with one request: assumed."""


@dataclass(frozen=True)
class Design:
    """slots, shards, customer_shards: of the offer, of its orders and of its customers in the
    indexes. kept: seconds for which a process keeps what a crowd reads. counted: of a code."""

    name: str
    slots: int
    shards: int
    customer_shards: int
    kept: float
    counted: int | None


PACKS = 100_000
BEFORE = Design("before", 16, 16, 1, 0.0, None)


def after(rate: int) -> Design:
    """As the code now chooses for an offer that says it expects this rate."""
    slots = slots_for(PACKS, rate)
    shards = min(slots, MOST_SHARDS)
    return Design("now", slots, shards, shards, KEPT, MOST_COUNTED)


def _scattered(number: int) -> int:
    """As good as random, and the same for each order (Knuth's multiplicative hash)."""
    return number * 2_654_435_761 % 2**32


@dataclass
class Stage:
    """One run: the store, the design, and what each of the `processes` keeps."""

    store: Store
    design: Design
    processes: int
    packs: int = PACKS
    kept: dict[tuple[int, str], float] = field(default_factory=dict)
    looks: dict[int, list[int]] = field(default_factory=dict)
    placed: set[int] = field(default_factory=set)
    sold_out: int = 0
    scans: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        n, more = divmod(self.packs, self.design.slots)
        self.left = [n + (slot < more) for slot in range(self.design.slots)]
        self.chance = random.Random(self.store.seed + 1)  # noqa: S311

    @property
    def look(self) -> float:
        """Read units for one slot: what is kept anyway need not be consistent."""
        return 0.5 if self.design.kept else 1.0

    @property
    def sold(self) -> int:
        """Packs gone from the slots."""
        return self.packs - sum(self.left)

    def keeps(self, process: int, what: str, within: float | None = None) -> bool:
        within = self.design.kept if within is None else min(within, self.design.kept)
        return self.kept.get((process, what), -within) > self.store.now - within

    def keep(self, process: int, *what: str) -> None:
        for kind in what:
            self.kept[process, kind] = self.store.now

    def view(self) -> Steps:
        """The order form: offer, shop, and what is left in all slots."""
        process = self.chance.randrange(self.processes)
        wanted = [kind for kind in ("OFFER#id", "SHOP#id", "look") if not self.keeps(process, kind)]
        reads: list[tuple[Key, float]] = [((kind, 0), 1.0) for kind in wanted if kind != "look"]
        if "look" in wanted:
            slots = range(self.design.slots)
            reads += [(("STOCK#offer#slot", slot), self.look) for slot in slots]
        if not reads:
            return True
        if not (yield from self.store.read(reads)):
            return False
        self.keep(process, *wanted)
        self.looks[process] = list(self.left)
        return True

    def order(self, number: int) -> Steps:
        """Placed, then paid by another request within a second."""
        process = self.chance.randrange(self.processes)
        reads: list[tuple[Key, float]] = [(("ORDER#id", number), 1.0)]
        if not self.keeps(process, "OFFER#id"):
            reads.append((("OFFER#id", 0), 1.0))
        if not (yield from self.store.read(reads)):
            return False
        self.keep(process, "OFFER#id")
        slot = self.chance.randrange(self.design.slots)
        waits = self.store.pauses()
        while True:
            shard = slot % self.design.shards
            index = (
                (("SHOP#id#ORDER#pending_payment#shard", shard), 1),
                (("ORDER#pending_payment#shard", number % self.design.shards), 1),
            )
            order = Write(("ORDER#id", number), PLACE_UNITS[0], index)
            stock = Write(("STOCK#offer#slot", slot), PLACE_UNITS[1])
            places = (
                (("FIND#tail of shop", _scattered(number) % TAILS), 1),
                (("FIND#name of shop", _scattered(number) % NAMES), 1),
            )
            find = Write(("FIND#number", number), PLACE_UNITS[2], places)
            try:
                done = yield from self.store.transact(
                    [order, stock, find], partial(self._is_left, slot), partial(self._take, slot)
                )
            except ConditionFailed:
                pass
            else:
                if done:
                    self.placed.add(number)
                return done
            chosen = yield from self._look_again(process, slot)
            if chosen is None:
                self.sold_out += 1
                return True
            slot = chosen
            if (wait := next(waits, None)) is None:
                return False
            yield wait

    def _is_left(self, slot: int) -> bool:
        return self.left[slot] > 0

    def _take(self, slot: int) -> None:
        self.left[slot] -= 1

    def _look_again(self, process: int, empty: int) -> Generator[float, None, int | None]:
        """Another slot by a look at all: kept, less the empty one, or fresh. None: sold out."""
        if self.keeps(process, "look", FOR_A_TAKE):
            look = self.looks[process]
        else:
            slots = range(self.design.slots)
            yield from self.store.read([(("STOCK#offer#slot", slot), self.look) for slot in slots])
            look = self.looks[process] = list(self.left)
            self.keep(process, "look")
        look[empty] = 0
        whole = [slot for slot, n in enumerate(look) if n > 0]
        return self.chance.choice(whole) if whole else None

    def pay(self, number: int) -> Steps:
        """Its own items, and what moves in the indexes: the order twice, the customer once."""
        if number not in self.placed:
            return None
        if not (yield from self.store.read([(("ORDER#id", number), 1.0)])):
            return False
        shard = self.chance.randrange(self.design.shards)
        customer = self.chance.randrange(self.design.customer_shards)
        index = (
            (("SHOP#id#ORDER#pending_payment#shard", shard), 1),
            (("SHOP#id#ORDER#paid#shard", shard), 1),
            (("ORDER#pending_payment#shard", number % self.design.shards), 1),
            (("ORDER#paid#shard", number % self.design.shards), 1),
            (("SHOP#id#CUSTOMER#group#shard", customer), 2),
        )
        return (yield from self.store.transact([Write(("ORDER#id", number), PAY_UNITS, index)]))

    def scan(self, code: int, recalled: bool) -> Steps:
        """The page."""
        process = self.chance.randrange(self.processes)
        reads: list[tuple[Key, float]] = [(("PARCEL#code", code), 0.5)]
        if not (recalled and self.keeps(process, "BATCH#id")):
            reads.append((("BATCH#id", 0), 1.0))
        if not (yield from self.store.read(reads)):
            return False
        self.keep(process, "BATCH#id")
        return True

    def count(self, code: int) -> Steps:
        """The counting that the page's script asks for."""
        if not (yield from self.store.read([(("PARCEL#code", code), 1.0)])):
            return False
        if self.design.counted is not None and self.scans[code] >= self.design.counted:
            return True
        # SEEN#device lies in the parcel's own partition
        seen, parcel = SCAN_UNITS
        if not (yield from self.store.transact([Write(("PARCEL#code", code), seen + parcel)])):
            return False
        self.scans[code] += 1
        return True


@dataclass(frozen=True)
class Result:
    """name: of the design. rate: a second. wanted: by kind of key, of what a partition gives."""

    name: str
    rate: int
    stage: Stage
    outcomes: dict[str, LoadOutcome]

    def saturated(self) -> list[tuple[str, float]]:
        """Kinds of key that throttled, or whose transactions met more often than not."""
        store = self.stage.store
        conflicted = {
            kind: n / store.attempts[kind]
            for kind, n in store.conflicts.items()
            if n / store.attempts[kind] > 0.5
        }
        names = set(store.throttled) | set(conflicted)
        first = {kind: store.first.get(kind, 0.0) for kind in names}
        return sorted(first.items(), key=lambda entry: (entry[1], entry[0]))


def buyers(
    design: Design,
    rate: int,
    seconds: float,
    *,
    packs: int = PACKS,
    partitions: int | None = None,
    hold: float | None = None,
    seed: int = 20200224,
) -> Result:
    """Everyone opens the form, orders, and pays within a second."""
    store = Store(seed, partitions) if hold is None else Store(seed, partitions, hold)
    stage = Stage(store, design, max(1, int(3 * rate * REQUEST_SECONDS)), packs)
    chance = random.Random(seed)  # noqa: S311

    def arrivals() -> Iterator[tuple[float, str, Steps]]:
        for number in range(int(rate * seconds)):
            at = chance.uniform(0, seconds)
            yield at, "view", stage.view()
            yield at + 0.2, "order", stage.order(number)
            yield at + chance.uniform(0.4, 1.2), "pay", stage.pay(number)

    return Result(design.name, rate, stage, play(store, arrivals()))


def scanners(
    design: Design,
    rate: int,
    seconds: float,
    *,
    codes: int,
    recalled: bool = False,
    seed: int = 20200224,
) -> Result:
    """Scans of `codes` parcels of one batch."""
    store = Store(seed)
    stage = Stage(store, design, max(1, int(2 * rate * REQUEST_SECONDS)))
    chance = random.Random(seed)  # noqa: S311

    def arrivals() -> Iterator[tuple[float, str, Steps]]:
        for _ in range(int(rate * seconds)):
            at, code = chance.uniform(0, seconds), chance.randrange(codes)
            yield at, "scan", stage.scan(code, recalled and design.kept > 0)
            yield at + 0.2, "count", stage.count(code)

    return Result(design.name, rate, stage, play(store, arrivals()))
