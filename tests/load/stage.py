"""A server of its own on a fresh folder, its stock, the crowd in front of it, and the reckoning."""

import json
import os
import re
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.repositories.tables import OrderItem, key_of
from infra.capacity.scenarios import HUIMIN, LIFE
from tests.books import Books
from tests.conftest import ROOT, Run, engines_of
from tests.people_at_work import Served, books, stopped
from tests.world import BUYER

LOCUST = ROOT / ".venv-load/bin/locust"
MOST_REQUESTS = 2_000_000
VISITS_A_SECOND = 8
"""Of one client at most: 32 ask for more than one process gives, a tenth for less."""
PARCELS = 20
"""Delivered before the stream, for its viewers to scan; each counts 100 of its scans."""
GRACE = 60
"""Seconds beyond its own that the crowd may take to start and to finish what it began."""
GROWTH_MB = {"server": 0.5, "engine": 0.5}
"""Bound on the growth for 1,000 requests after warm-up. A request that leaves its body or answer
(8 KB) behind leaves 8 MB for 1,000; pools, caches and statistics level off."""
SLACK_MB = 24
"""Not counted as growth: what a heap and a page cache still take up after a short warm-up."""
ALLOWED = {"503", "409 out_of_stock"}
Memory = dict[str, float]


@dataclass
class Report:
    """results: of the crowd (stream.py). memory: MB at the start, after the warm-up and at the end.
    wrong: empty when all is well."""

    results: dict[str, Any]
    memory: list[Memory]
    wrong: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return sum(row[0] for row in self.results["kinds"].values())

    def growth(self, name: str) -> tuple[float, float]:
        """MB since the warm-up, and for 1,000 requests of the crowd's since then (two thirds)."""
        grown = self.memory[2][name] - self.memory[1][name]
        return grown, grown / max(self.requests * 2 / 3 / 1000, 0.001)

    def judge(self, books: Books) -> None:
        for name, count in self.results["statuses"].items():
            if name.partition(": ")[2] not in ALLOWED:
                self.wrong.append(f"{count} x {name}")
        self.wrong += [
            f"{failure['occurrences']} x {failure['error']}" for failure in self.results["broken"]
        ]
        for name, bound in GROWTH_MB.items():
            grown, rate = self.growth(name)
            if grown > SLACK_MB and rate > bound:
                self.wrong.append(f"{name} grows by {rate:.2f} MB for 1,000 requests")
        for what in ("placed", "paid"):
            for order_id in self.results[what]:
                order = books.get(OrderItem, key_of("order", order_id))
                if order is None or (what == "paid" and order.doc.paid_at is None):
                    self.wrong.append(f"order {order_id} was {what} and is not there")
        try:
            books.check()
        except AssertionError as error:
            self.wrong.append(str(error))

    def __str__(self) -> str:
        half = self.results["seconds"] / 2
        lines = [f"{'kind':<16}{'requests':>9}{'p50 ms':>9}{'p90 ms':>9}{'p99 ms':>9}"]
        for kind, row in self.results["kinds"].items():
            lines.append(f"{kind:<16}{row[0]:>9}" + "".join(f"{ms:>9.0f}" for ms in row[1:]))
        lines.append(f"{self.requests / (2 * half):.0f} requests/s in the mean")
        for phase in ("quiet", "burst"):
            lines.append(f"{self.results['phases'].get(phase, 0) / half:.0f} requests/s, {phase}")
        for name in GROWTH_MB:
            start, warm, end = (sample[name] for sample in self.memory)
            lines.append(
                f"{name}: {start:.0f} MB at the start, {warm:.0f} warmed up, {end:.0f} at the end,"
                f" {self.growth(name)[1]:+.3f} for 1,000 requests"
            )
        lines += [f"{count:>6} x {name}" for name, count in self.results["statuses"].items()]
        return "\n".join([*lines, *self.wrong, f"all adds up: {'no' if self.wrong else 'yes'}"])


def play(seconds: float, clients: int, folder: Path, parcels: int = PARCELS) -> Report:
    """Everything that was started has ended when it returns or raises."""
    server = Run(folder / "data", folder / "output")
    try:
        plan = _plan(Served(server), seconds, clients, parcels)
        results, memory = _crowd(plan, server, folder)
    finally:
        if server.process.poll() is None:
            server.end()
    report = Report(results, memory)
    with stopped(server.folder) as engine:
        report.judge(books(engine))
    if "Traceback" in server.printed:
        report.wrong.append(server.printed)
    return report


def _plan(world: Served, seconds: float, clients: int, parcels: int) -> dict[str, Any]:
    """What stream.py is told."""
    batch = world.passed_batch(quantity=10_000_000)
    offer = world.offer(batch, packs_total=900_000)
    codes = [world.delivered(world.pack(world.paid_order(offer)))["code"] for _ in range(parcels)]
    shares = {"view": HUIMIN.views, "scan": HUIMIN.scans, "order": HUIMIN.orders}
    return {
        "url": world.url,
        "seconds": seconds,
        "clients": clients,
        "requests": MOST_REQUESTS,
        "visits_a_second": VISITS_A_SECOND,
        "peak": HUIMIN.peak,
        "proportions": shares,
        "complaints": LIFE["complain"],
        "shop": world.shop_id,
        "seller": world.seller.token,
        "order": world.order_body(offer),
        "buyer": BUYER,
        "codes": codes,
    }


def _crowd(plan: dict[str, Any], server: Run, folder: Path) -> tuple[dict[str, Any], list[Memory]]:
    (folder / "plan").write_text(json.dumps(plan))
    environment = os.environ | {"PLAN": str(folder / "plan"), "TOLD": str(folder / "told")}
    command = [str(LOCUST), "-f", str(ROOT / "tests/load/stream.py")]
    command += ["--headless", "--only-summary"]
    command += ["--host", plan["url"], "--stop-timeout", "30", "--loglevel", "ERROR"]
    pids = {"server": server.process.pid, "engine": engines_of(server.folder)[0]}
    memory = [_memory(pids)]
    with (folder / "locust").open("wb") as log:
        crowd = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        # A second more, which Locust takes to start: the warm-up is its first cycle.
        with suppress(subprocess.TimeoutExpired):
            crowd.wait(plan["seconds"] / 3 + 1)
        memory.append(_memory(pids))
        crowd.wait(plan["seconds"] + GRACE)
        memory.append(_memory(pids))
    finally:
        if crowd.poll() is None:
            crowd.kill()
            crowd.wait()
    assert (folder / "told").is_file(), (folder / "locust").read_text()
    return json.loads((folder / "told").read_text()), memory


def _memory(pids: dict[str, int]) -> Memory:
    """MB in RAM (VmRSS) of each."""
    memory = {}
    for name, pid in pids.items():
        kilobytes = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        assert kilobytes
        memory[name] = int(kilobytes[1]) / 1024
    return memory
