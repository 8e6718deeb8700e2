"""Deeds that shall be done once, and clients who send them until they are told.

Whoever gets no answer, or a 503, sends the same again with the same key; what stays without an
answer is sent once more in the end, when nothing fails (`finish`).
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
class Task:
    """One request that shall be done once. may: refusals that others can cause.

    then: what its answer leads to; it may name another task, to do next. undone: what a refusal
    leads to.
    """

    what: str
    who: Client
    method: str
    path: str
    body: Any = None
    may: set[str] = field(default_factory=set)
    then: Callable[[Json], "Task | None"] = lambda _: None
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

    def add(self, some: list[Json], record: Json, most: int) -> None:
        """The oldest make room, but the first three stay."""
        with self.lock:
            some.append(record)
            if len(some) > most:
                some.pop(3)


class Sender:
    """One client.

    answered: all that was acknowledged, as (what, answer). outcomes: of its requests.
    wrong: what must never happen. lists of orders, parcels and complaints: those that nothing is
    under way for, by how far they are.
    """

    def __init__(self, number: int, world: World, shared: Shared, seed: int) -> None:
        self.number = number
        self.world = world
        self.shared = shared
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.chance = random.Random(f"{seed} {number}")
        address = f"127.0.1.{number + 1}"
        at = partial(client_at, address, world.url)
        self.nobody, self.cadre = at(None), at(world.cadre.token)
        self.seller, self.county = at(world.seller.token), at(world.county.token)
        self.pending: list[Task] = []
        self.later: list[tuple[int, Task]] = []
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

    def _next(self) -> Task:
        if self.later and self.later[0][0] <= self._done:
            return self.later.pop(0)[1]
        return self.choose()

    def choose(self) -> Task:
        """What to do now."""
        raise NotImplementedError

    def finish(self) -> None:
        """When nothing fails any more, each task that was never answered is answered."""
        for _ in range(20):
            pending, self.pending = self.pending, []
            for task in pending:
                self.attempt(task)
            pending, self.later = [task for _, task in self.later], []
            for task in pending:
                self.attempt(task)
            if not self.pending and not self.later:
                return
        self.wrong += [f"never answered: {task.what} {task.path}" for task in self.pending]

    def attempt(self, task: Task) -> None:
        for _ in range(TRIES):
            answer = self._send(task)
            if answer is not None:
                self._take(task, answer)
                return
            time.sleep(self.chance.uniform(0, PATIENCE))
        self.pending.append(task)

    def _send(self, task: Task) -> requests.Response | None:
        """None: not answered, so it may be done or not."""
        task.tries += 1
        self.outcomes["sent"] += 1
        sent: dict[str, Any] = {"json": task.body} if task.raw is None else {"data": task.raw}
        try:
            answer = task.who.call(
                task.method, task.path, headers=task.headers, timeout=LONG_WAIT, **sent
            )
        except (requests.ConnectionError, requests.Timeout):
            self.outcomes["unanswered"] += 1
            return None
        if answer.status_code == 503:
            self.outcomes["503"] += 1
            if int(answer.headers.get("Retry-After", "0")) < 1:
                self.wrong.append(f"503 without Retry-After: {task.path}")
            return None
        return answer

    def _take(self, task: Task, answer: requests.Response) -> None:
        if answer.ok:
            body: Json = answer.json() if answer.content else {}
            self.answered.append((task.what, body))
            following = task.then(body)
            if following is not None:
                self.later.append((self._done, following))
            return
        code = answer.json()["code"] if answer.status_code < 500 else "5xx"
        self.outcomes[f"{task.what}: {code}"] += 1
        task.undone()
        if code not in task.may:
            self.wrong.append(
                f"{task.what} {task.path} {task.body}, try {task.tries}: "
                f"{answer.status_code} {answer.text}"
            )

    def task(
        self, what: str, who: Client, method: str, path: str, body: Any = None, **more: Any
    ) -> Task:
        task = Task(what, who, method, path, body, **more)
        if method == "POST":
            task.headers["Idempotency-Key"] = new_id()
        return task

    def one_of(self, some: list[Json]) -> Json | None:
        """Taken out, as whoever works on it works on it alone."""
        return some.pop(self.chance.randrange(len(some))) if some else None

    def soon(self, task: Task) -> None:
        self.later.append((self._done + self.chance.randint(1, 4), task))
        self.later.sort(key=lambda entry: entry[0])
