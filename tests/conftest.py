"""What tests stand on: a real engine and a real HTTP server, one of each per worker process.

Domain tests ask for nothing. Services take `now`, so no clock is faked anywhere.
"""

import base64
import importlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from infra.engine import Engine, hidden_place, use
from infra.sandbox import Sandbox
from infra.sandbox.ledger import Ledger
from infra.server import HOST, Server

from .waits import LONG_WAIT

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(tempfile.mkdtemp(prefix="shanhuo-tests-"))
SECRET = base64.b64encode(b"this key of tests opens nothing else").decode()
"""Always the same, as it also opens the items that earlier releases wrote (tests/fixtures)."""
SERVER = Server(HOST, 0)
"""Holds its port from now on, so that every test knows the address QR codes point at."""

ENGINE_PLACE = hidden_place()

# Both cores are busy with tests: a time limit on examples would measure the others.
hypothesis_settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("busy")

for name in list(os.environ):
    if name.startswith(("SHANHUO_", "AWS_")) and name != "SHANHUO_WIRE":
        del os.environ[name]
os.environ.update(
    SHANHUO_STAGE="local",
    SHANHUO_DATA=str(DATA),
    SHANHUO_SECRET=SECRET,
    SHANHUO_BASE_URL=f"http://{HOST}:{SERVER.port}",
)
WITNESS = os.environ.get("WITNESS")
"""The address of another engine, which stands in for ours (tests/cloud/witness.py)."""
use(WITNESS or "http://{}:{}".format(*ENGINE_PLACE))


def pytest_unconfigure() -> None:
    SERVER.server_close()
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """In memory, where DYNAMODB_ENDPOINT points. Without a table: ask for `table`."""
    running = Engine(place=ENGINE_PLACE)
    if WITNESS is None:
        running.start()
    _be_patient()
    yield running
    running.stop()


def _be_patient() -> None:
    """In this process the app's own client waits longer for the engine than the app has patience
    for: where the machine stalls, a request would be sent twice, and counted twice."""
    from chalicelib.repositories.connection import connection
    from chalicelib.wire.client import Wire

    client = connection().client
    if isinstance(client, Wire):
        client._seconds = LONG_WAIT, LONG_WAIT


def new_table() -> None:
    """Instead of the one that was there, if any (3 ms).

    Windows of rate limits begin with it: at a quarter past, a count would begin anew in mid-test.
    """
    from chalicelib.repositories import connection, limits
    from tests.world import drop_table

    limits.FIRST_WINDOW = int(time.time())
    if connection.reachable():
        drop_table()
    connection.create_table()


_shared_by: list[str] = []
"""The module whose tests share a table, while they run."""


@pytest.fixture
def table(engine: Engine) -> None:
    """A new, empty table."""
    assert not _shared_by, f"{_shared_by} would lose its table; see shared_server"
    new_table()


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    """The payment provider beside the local HTTP server."""
    provider = Sandbox(DATA / "sandbox", f"http://{HOST}:{SERVER.port}")
    provider.start()
    yield provider
    provider.end()


@pytest.fixture(scope="session")
def http_server(engine: Engine, sandbox_server: Sandbox) -> Iterator[str]:
    """The local HTTP server's address. A password that it hashes costs next to nothing."""
    from chalicelib.repositories import passwords
    from tests.world import CHEAP

    app = importlib.import_module("app").app
    with (
        patch.object(passwords, "_hasher", lambda: CHEAP),
        SERVER.running(app, beside=sandbox_server.answer),
    ):
        yield f"http://{HOST}:{SERVER.port}"


@pytest.fixture
def sandbox(http_server: str, sandbox_server: Sandbox) -> Sandbox:
    """The payment provider, which behaves well and knows of nothing but its merchants."""
    with sandbox_server.book.opened() as ledger:
        for name, fresh in vars(Ledger(merchants=ledger.merchants)).items():
            setattr(ledger, name, fresh)
        ledger.refund_seconds = 0.0
    return sandbox_server


@pytest.fixture
def server(http_server: str, table: None) -> str:
    """The local HTTP server's address, over an empty table."""
    return http_server


@pytest.fixture(scope="module")
def shared_server(http_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The same over a table that a whole module shares; it must not ask for `table` or `server`:
    a worker that takes tests from another may do the module's last ones first."""
    new_table()
    _shared_by.append(request.node.name)
    yield http_server
    _shared_by.clear()


@pytest.fixture
def file_engine(tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Starts engines on one file: kill one and start it again to see what a crash leaves."""
    started: list[Engine] = []

    def start() -> Engine:
        started.append(Engine(tmp_path / "shanhuo.db"))
        started[-1].start()
        return started[-1]

    yield start
    for engine in started:
        engine.stop()


def engines_of(folder: Path) -> list[int]:
    """Process ids of the engines that serve a file in this folder."""
    pids = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:  # it has just ended
                continue
            if b"dynoxide" in command and str(folder).encode() in command:
                pids.append(int(entry.name))
    return pids


def listeners_of(*pids: int) -> set[tuple[str, int]]:
    """Addresses and ports (TCP) on which these processes listen, as everybody here can see."""
    sockets: set[str] = set()
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                sockets.add(str(descriptor.readlink()))
    addresses = set()
    for family, table in ((socket.AF_INET, "tcp"), (socket.AF_INET6, "tcp6")):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            _, local, _, state, *_ = fields = line.split()
            if state == "0A" and f"socket:[{fields[9]}]" in sockets:
                words, port = local.split(":")
                packed = b"".join(
                    struct.pack("=I", int(words[at : at + 8], 16)) for at in range(0, len(words), 8)
                )
                addresses.add((socket.inet_ntop(family, packed), int(port, 16)))
    return addresses


class Run:
    """`make run`'s program as a process of its own, on a free port, without demo data."""

    def __init__(self, folder: Path, output: Path, tree: Path = ROOT, **environment: str) -> None:
        """tree: the checkout whose program it is."""
        self.folder = folder
        self.output = output
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SHANHUO_", "DYNAMODB_", "PYTEST_"))
        }
        given = {"PORT": "0", "SHANHUO_DATA": str(folder), "SHANHUO_DEMO": "0", **environment}
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.run"],
                cwd=tree,
                env={**kept, **given},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    @property
    def printed(self) -> str:
        return self.output.read_text()

    def url(self, seconds: float = LONG_WAIT) -> str:
        """Where it serves, as soon as it does."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if matched := re.search(r"serving on (\S+)\n", self.printed):
                return matched[1]
            time.sleep(0.02)
        raise AssertionError(f"it does not serve: {self.printed}")

    def end(self, number: int = signal.SIGTERM, seconds: float = LONG_WAIT) -> int:
        """Send a signal; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def refusal(self, seconds: float = LONG_WAIT) -> str:
        """What it says when it refuses to start."""
        assert self.process.wait(seconds) == 1, self.printed
        return self.printed


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Starts `python -m infra.run` with these environment variables; see Run."""
    runs: list[Run] = []

    def start(folder: Path | None = None, **environment: str) -> Run:
        output = tmp_path / f"output-{len(runs)}"
        runs.append(Run(folder or tmp_path / "data", output, ROOT, **environment))
        return runs[-1]

    yield start
    for started in runs:
        started.process.kill()
        started.process.wait()
