"""This build beside an earlier one: each in a process of its own, as `make run` starts it, over a
store of its own, asked over HTTP in turn.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.conftest import ROOT, Run, pytest_unconfigure
from tests.people_at_work import Served
from tests.platform_files import as_xlsx, mapped, pinduoduo, read, uploaded
from tests.world import BUYER, Client, Json, new_id, ok

from .measure import BenchRow
from .serving import rate

EARLIER = "0024dbf"
"""Before DynamoDB was asked by a wire of our own."""
CLIENTS = 8
ROUNDS = 4
IMPORTED = 10_000
TICK = os.sysconf("SC_CLK_TCK")


class Build(Served):
    """A running one, with a world in it. It is asked as every release of it can be."""

    def __init__(self, tree: Path, data: Path) -> None:
        self.run = Run(data, data.with_suffix(".log"), tree)
        super().__init__(self.run)
        self.harvest = self.passed_batch(quantity=1_000_000_000)
        self.stock = self.offer(self.harvest, packs_total=1_000_000)
        self.code = self.delivered(self.pack(self.paid_order(self.stock)))["code"]

    @property
    def cpu(self) -> float:
        """Seconds of a core that its own process has taken, the store's not among them."""
        fields = Path(f"/proc/{self.run.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    @property
    def memory(self) -> float:
        """MB that it holds."""
        status = Path(f"/proc/{self.run.process.pid}/status").read_text()
        matched = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert matched
        return int(matched[1]) / 1024


@contextmanager
def builds() -> Iterator[tuple[Build, Build]]:
    """This one and the earlier one."""
    with ExitStack() as stack:
        stack.callback(pytest_unconfigure)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shanhuo-bench-")))
        checkout = folder / "earlier"
        git = partial(subprocess.run, cwd=ROOT, check=True, capture_output=True)
        git(["git", "worktree", "add", "--detach", str(checkout), EARLIER])
        stack.callback(git, ["git", "worktree", "remove", "--force", str(checkout)])
        (checkout / "node_modules").symlink_to(ROOT / "node_modules")
        running = []
        for number, tree in enumerate((ROOT, checkout)):
            running.append(Build(tree, folder / f"data-{number}"))
            stack.callback(running[-1].run.end)
        yield running[0], running[1]


def rows() -> Iterator[BenchRow]:
    with builds() as both:
        yield _row("memory after the first scan", [(build.memory,) for build in both], "MB", 0.75)
        for clients in (1, 16):
            rates = _in_turn(both, partial(_scans_a_second, clients))
            name = f"GET /t/CODE, {clients} client{'s' * (clients > 1)}"
            yield _row(name, rates, "req/s", 1 / 2.5, more_is_better=True)
        yield _row(
            f"orders placed and paid, {CLIENTS} clients",
            _in_turn(both, _orders_a_second),
            "/s",
            1 / 2,
            more_is_better=True,
        )
        for name, act in (("payment", _payment), ("complaint", _complaint), ("test", _test)):
            yield _row(f"CPU of a {name}", _in_turn(both, partial(_cpu_of, act)), "ms", 0.7)
        yield _row("memory after all of that", [(build.memory,) for build in both], "MB", 0.75)
        name = f"{IMPORTED:,} orders of an XLSX, upload to orders"
        yield _row(name, [(_import_seconds(build),) for build in both], "s", 0.5)


def _in_turn(
    both: tuple[Build, Build], measure: Callable[[Build], float]
) -> list[tuple[float, ...]]:
    """What was measured of both, in every round one after the other; the first round warms up."""
    rounds = [[measure(build) for build in both] for _ in range(ROUNDS + 1)][1:]
    return list(zip(*rounds, strict=True))


def _row(
    name: str,
    measured: list[tuple[float, ...]],
    unit: str,
    bar: float,
    *,
    more_is_better: bool = False,
) -> BenchRow:
    now, before = measured
    return BenchRow(name, now, before, unit, bar, more_is_better)


def _scans_a_second(clients: int, build: Build) -> float:
    return rate(build.url, f"/t/{build.code}", clients)


def _orders_a_second(build: Build, seconds: float = 2.0) -> float:
    until = time.perf_counter() + seconds

    def buy(seller: Client) -> int:
        bought = 0
        while time.perf_counter() < until:
            _paid(seller, _ordered(build, seller))
            bought += 1
        return bought

    sellers = [Client(build.url, build.seller.token) for _ in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(buy, sellers)) / seconds


def _ordered(build: Build, seller: Client) -> Json:
    """Each of a buyer of its own."""
    buyer = BUYER | {"phone": f"139{time.perf_counter_ns() % 10**8:08}"}
    body = build.order_body(build.stock, buyer=buyer)
    order: Json = ok(seller.post("/v1/orders", body, new_id()))
    return order


def _paid(seller: Client, order: Json) -> Json:
    paid = {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()}
    payment: Json = ok(seller.post(f"/v1/orders/{order['id']}/payment", paid))
    return payment


Act = Callable[[Build, Json], object]
"""What is done to an order that was made for it."""


def _payment(build: Build, order: Json) -> object:
    return _paid(build.seller, order)


def _complaint(build: Build, order: Json) -> object:
    body = {"reason": "rotten", "damaged_percent": 40}
    return ok(build.seller.post(f"/t/{order['code']}/complaints", body))


def _test(build: Build, order: Json) -> object:
    return build.inspect(build.harvest)


def _cpu_of(act: Act, build: Build, times: int = 40) -> float:
    """Milliseconds of the server's process for one."""
    orders = [_ordered(build, build.seller) for _ in range(times)]
    if act is _complaint:
        orders = [build.delivered(build.pack(_paid(build.seller, order))) for order in orders]
    before = build.cpu
    for order in orders:
        act(build, order)
    return (build.cpu - before) * 1000 / times


def _import_seconds(build: Build) -> float:
    batch = build.passed_batch(quantity=IMPORTED * 40)
    offer = build.offer(batch, packs_total=IMPORTED * 2)
    content = as_xlsx(pinduoduo(IMPORTED))
    began = time.perf_counter()
    import_id = uploaded(build.seller, content)
    read(build.seller, import_id)
    mapped(build.seller, import_id, {"土鸡蛋": offer})
    while not ok(build.seller.post(f"/v1/imports/{import_id}/run"))["finished"]:
        pass
    return time.perf_counter() - began
