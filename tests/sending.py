"""Deeds that shall be done once, and clients who send them until they are told.

Whoever gets no answer, or a 503, sends the same again with the same key; what stays without an
answer is sent once more when the weather is fine (`finish`).
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from tests.waits import LONG_WAIT
from tests.world import Client, Json, World, new_id

TRIES = 4
"""Of one request, before its client turns to something else."""
PATIENCE = 0.2
"""Seconds between them at most: less than a 503 asks for, so that it is harder."""


class _From(HTTPAdapter):
    """From an address of one's own, as limits are counted by address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *what: Any, **how: Any) -> None:
        super().init_poolmanager(*what, source_address=(self._address, 0), **how)


def client_at(address: str, url: str, token: str | None) -> Client:
    client = Client(url, token)
    client._session.mount("http://", _From(address))
    return client


@dataclass
class Deed:
    """One request that shall be done once. may: refusals that others can cause.

    then: what its answer leads to; it may name another deed, to do next. undone: what a refusal
    leads to.
    """

    what: str
    who: Client
    method: str
    path: str
    body: Any = None
    may: set[str] = field(default_factory=set)
    then: Callable[[Json], "Deed | None"] = lambda _: None
    undone: Callable[[], None] = lambda: None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    tries: int = 0


@dataclass
class Shared:
    """What all clients work on."""

    batches: list[Json] = field(default_factory=list)
    offers: list[Json] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    imports: Iterator[int] = field(default_factory=lambda: iter(range(0, 4000, 4)))

    def add(self, some: list[Json], one: Json, most: int) -> None:
        """The oldest make room, but the first three stay."""
        with self.lock:
            some.append(one)
            if len(some) > most:
                some.pop(3)


class Sender:
    """One client.

    answered: all that was acknowledged, as (what, answer). told: how its requests came out.
    wrong: what must never happen. lists of orders, parcels and complaints: those that nothing is
    under way for, by how far they are.
    """

    def __init__(self, number: int, world: World, shared: Shared, seed: int) -> None:
        self.number = number
        self.world = world
        self.shared = shared
        self.told: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.chance = random.Random(f"{seed} {number}")
        address = f"127.0.1.{number + 1}"
        at = partial(client_at, address, world.url)
        self.nobody, self.cadre = at(None), at(world.cadre.token)
        self.seller, self.county = at(world.seller.token), at(world.county.token)
        self.pending: list[Deed] = []
        self.later: list[tuple[int, Deed]] = []
        self.answered: list[tuple[str, Json]] = []
        self.scanned: Counter[str] = Counter()
        self.never_paid: set[str] = set()
        self.placed: list[Json] = []
        self.paid: list[Json] = []
        self.packed: list[Json] = []
        self.shipped: list[Json] = []
        self.delivered: list[Json] = []
        self.complaints: list[Json] = []
        self.settled: list[Json] = []
        self.coupons: list[tuple[str, Json]] = []
        self.buyers: dict[str, Json] = {}
        self._placed_at: dict[str, float] = {}
        self._done = 0

    # --- sending ----------------------------------------------------------------------------------

    def work(self, operations: int) -> None:
        until = self._done + operations
        while self._done < until:
            self._done += 1
            self.attempt(self._next())

    def _next(self) -> Deed:
        if self.later and self.later[0][0] <= self._done:
            return self.later.pop(0)[1]
        return self.choose()

    def choose(self) -> Deed:
        """What to do now."""
        raise NotImplementedError

    def finish(self) -> None:
        """In fine weather each deed that was never answered is answered."""
        for _ in range(20):
            pending, self.pending = self.pending, []
            for deed in pending:
                self.attempt(deed)
            pending, self.later = [deed for _, deed in self.later], []
            for deed in pending:
                self.attempt(deed)
            if not self.pending and not self.later:
                return
        self.wrong += [f"never answered: {one.what} {one.path}" for one in self.pending]

    def attempt(self, deed: Deed) -> None:
        for _ in range(TRIES):
            answer = self._send(deed)
            if answer is not None:
                self._take(deed, answer)
                return
            time.sleep(self.chance.uniform(0, PATIENCE))
        self.pending.append(deed)

    def _send(self, deed: Deed) -> requests.Response | None:
        """None: not answered, so it may be done or not."""
        deed.tries += 1
        self.told["sent"] += 1
        sent: dict[str, Any] = {"json": deed.body} if deed.raw is None else {"data": deed.raw}
        try:
            answer = deed.who.call(
                deed.method, deed.path, headers=deed.headers, timeout=LONG_WAIT, **sent
            )
        except (requests.ConnectionError, requests.Timeout):
            self.told["unanswered"] += 1
            return None
        if answer.status_code == 503:
            self.told["503"] += 1
            if int(answer.headers.get("Retry-After", "0")) < 1:
                self.wrong.append(f"503 without Retry-After: {deed.path}")
            return None
        return answer

    def _take(self, deed: Deed, answer: requests.Response) -> None:
        if answer.ok:
            told: Json = answer.json() if answer.content else {}
            self.answered.append((deed.what, told))
            following = deed.then(told)
            if following is not None:
                self.later.append((self._done, following))
            return
        code = answer.json()["code"] if answer.status_code < 500 else "5xx"
        self.told[f"{deed.what}: {code}"] += 1
        deed.undone()
        if code not in deed.may:
            self.wrong.append(
                f"{deed.what} {deed.path} {deed.body}, try {deed.tries}: "
                f"{answer.status_code} {answer.text}"
            )

    def deed(
        self, what: str, who: Client, method: str, path: str, body: Any = None, **more: Any
    ) -> Deed:
        deed = Deed(what, who, method, path, body, **more)
        if method == "POST":
            deed.headers["Idempotency-Key"] = new_id()
        return deed

    def one_of(self, some: list[Json]) -> Json | None:
        """Taken out, as whoever works on it works on it alone."""
        return some.pop(self.chance.randrange(len(some))) if some else None

    def soon(self, deed: Deed) -> None:
        self.later.append((self._done + self.chance.randint(1, 4), deed))
        self.later.sort(key=lambda one: one[0])
