"""`make faults`: 10,000 random operations by 16 clients under each mix of faults.

Environment: OPS, SEED, MIX (names, with commas). Exit code 1 when an invariant does not hold.
"""

import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from infra.engine import Engine
from tests.busy_clients import BusyClients
from tests.client_tasks import PAY_MINUTES
from tests.conftest import Run, pytest_unconfigure
from tests.fault_mixes import MIXES, FaultyStore
from tests.paying_clients import PayingClient, be_paid_by_the_sandbox, check_money, moody
from tests.people_at_work import Served, books

OPERATIONS = 10_000


@dataclass
class Report:
    """Of one mix. outcomes: of its requests, as BusyClients.outcomes."""

    mix: str
    seed: int
    answers: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    received_fen: int = 0
    """By the payment provider."""
    wrong: str = ""

    def __str__(self) -> str:
        sent = self.outcomes["sent"]
        refused = sum(n for name, n in self.outcomes.items() if ": " in name)
        again = sent - self.answers - refused
        share = 100 * self.outcomes["503"] / max(sent, 1)
        return (
            f"{self.mix:<12} {self.answers:>7} {refused:>8} {sum(self.met.values()):>7}"
            f" {share:>5.1f} % {again:>7} {self.seconds:>8.0f} {self.seed:>5}"
            f"  {'no' if self.wrong else 'yes'}"
        )


HEADING = "mix             done  refused  faults   503 s  resent  seconds  seed  invariants hold"


def run_mix(mix: str, operations: int, seed: int, folder: Path) -> Report:
    """One store over an engine, a server and a world of its own."""
    report = Report(mix, seed)
    engine = Engine()
    engine.start()
    try:
        with FaultyStore(engine.endpoint, MIXES[mix], seed) as store:
            server = Run(
                folder / "data",
                folder / "output",
                DYNAMODB_ENDPOINT=store.endpoint,
                SHANHUO_PAY_MINUTES=str(PAY_MINUTES),
            )
            try:
                world = Served(server)
                be_paid_by_the_sandbox(world.url, world)
                busy = BusyClients(world, seed, PayingClient)
                start = time.monotonic()
                with ExitStack() as faults:
                    faults.enter_context(store.failing())
                    if MIXES[mix].provider:
                        faults.enter_context(moody(world.url, seed))
                    busy.work(operations)
                report.seconds = time.monotonic() - start
                busy.finish()
            finally:
                server.end()
            report.answers, report.outcomes, report.met = busy.answers, busy.outcomes, store.met
            kept = books(engine)
            busy.check(kept)
            report.received_fen = check_money(kept, folder / "data")
            if "Traceback" in server.printed:
                raise AssertionError(server.printed)
    except AssertionError:
        report.wrong = traceback.format_exc(limit=-1)
    finally:
        engine.stop()
    return report


def main() -> int:
    operations = int(os.environ.get("OPS") or OPERATIONS)
    seed = int(os.environ.get("SEED") or 1)
    mixes = (os.environ.get("MIX") or ",".join(MIXES)).split(",")
    print(f"{operations} operations by 16 clients under each mix\n{HEADING}", flush=True)
    wrong = False
    for mix in mixes:
        with tempfile.TemporaryDirectory(prefix="shanhuo-faults-") as folder:
            report = run_mix(mix, operations, seed, Path(folder))
        print(report, flush=True)
        for name, count in report.met.most_common():
            print(f"    {count:>6} {name}")
        if report.wrong:
            wrong = True
            print(report.wrong, flush=True)
    return int(wrong)


if __name__ == "__main__":
    try:
        code = main()
    finally:
        pytest_unconfigure()
    sys.exit(code)
