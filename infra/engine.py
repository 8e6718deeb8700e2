"""The embedded DynamoDB engine: one dynoxide process on one SQLite file.

For local runs and tests. Where DYNAMODB_ENDPOINT is set, nothing here is started.

It checks no signature and lets every origin read its answers, so a page in a browser of this
machine could read and write the whole table. It listens where no page finds it: docs/security.md.
"""

import fcntl
import http.client
import os
import platform
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from chalicelib.config import CommandRefused

BINARY = Path(__file__).resolve().parent.parent / "node_modules/@dynoxide/linux-x64/dynoxide"
START_SECONDS = 60  # of a busy machine; one that ends says so at once
STOP_SECONDS = 5
LOCK_SECONDS = 1

# Runs between us and the engine, then becomes it: the kernel sends the engine SIGTERM (15) when
# the thread that started it ends, however it ends (1 is PR_SET_PDEATHSIG). Not a `preexec_fn`,
# which runs Python in a fork of a threaded process and can hang there.
DIE_WITH_PARENT = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 15)
if os.getppid() != int(sys.argv[1]):
    sys.exit("the parent is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


def binary() -> Path:
    """The installed engine. Raises Refused where there is none."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise CommandRefused(
            "The embedded engine runs on Linux x64 only: start another DynamoDB engine, "
            "for example Amazon's DynamoDB Local (Docker image amazon/dynamodb-local), "
            "and set DYNAMODB_ENDPOINT to its address."
        )
    if not BINARY.is_file():
        raise CommandRefused(
            "The embedded engine is not installed: run `npm ci --omit=dev` here, "
            "or set DYNAMODB_ENDPOINT to the address of another DynamoDB engine."
        )
    return BINARY


def use(endpoint: str) -> None:
    """Point this process at an embedded engine: no proxy is asked for the loopback address, and
    a profile that this machine lacks cannot stop the client."""
    os.environ.pop("AWS_PROFILE", None)
    host = urlsplit(endpoint).hostname or ""
    direct = {*os.environ.get("NO_PROXY", "").split(","), host, "127.0.0.1", "localhost"} - {""}
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(sorted(direct))
    os.environ["DYNAMODB_ENDPOINT"] = endpoint


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold the data folder: the engine itself would let two servers open one file.

    Yields the lock's file descriptor, for the engine to hold too: the folder is free again only
    when both have ended. Waits a moment for an engine whose server was just killed.
    Raises Refused when another run holds it.
    """
    with (folder / "lock").open("a+") as file:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    file.seek(0)
                    raise CommandRefused(
                        f"The data folder {folder} is in use by another run"
                        f" (process {file.read().strip() or 'unknown'}): stop that one,"
                        " or set SHANHUO_DATA to another folder."
                    ) from None
                time.sleep(0.05)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def hidden_place() -> tuple[str, int]:
    """An address and a port of this machine's loopback network that nobody can guess.

    About 2^40 are possible, where a page tries a few thousand in a second. 127.0/16 is left to
    what others keep there. Raises Refused.
    """
    why = ""
    for _ in range(3):  # a port can be taken on all addresses at once
        second, third, fourth = (secrets.randbelow(254) + 1 for _ in range(3))
        host, port = f"127.{second}.{third}.{fourth}", secrets.randbelow(64_512) + 1_024
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError as error:
                why = f"{error.strerror}"
            else:
                return host, port
    raise CommandRefused(
        f"The embedded engine has no place on this machine's loopback network ({why}):"
        " give it all of 127.0.0.0/8, or set DYNAMODB_ENDPOINT to another engine's address."
    )


def beside(name: str) -> tuple[str, ...]:
    """The files that SQLite makes beside its file: the write-ahead log and its index."""
    return f"{name}-wal", f"{name}-shm"


def _keep_private(file: Path) -> None:
    """Its owner's alone, and what is beside it, which SQLite makes with the same mode."""
    file.touch(mode=0o600)
    for name in (file.name, *beside(file.name)):
        if (path := file.with_name(name)).exists():
            path.chmod(0o600)


class Engine:
    """One engine process. `start` from a thread that lives as long as the engine should."""

    def __init__(
        self,
        file: Path | None = None,
        *,
        place: tuple[str, int] | None = None,
        lock: int | None = None,
    ) -> None:
        """Without `file` everything is in memory and gone with the process. Without `place` it
        hides; a start after an end is at the same place. `lock` is what `locked` gave.

        Raises Refused.
        """
        self.file = file
        self.place = place or hidden_place()
        self._lock = () if lock is None else (lock,)
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return "http://{}:{}".format(*self.place)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def last_words(self) -> str:
        """The last line that the engine printed, for a message about its end."""
        if not self._output:
            return "it printed nothing"
        # pread, since the engine shares the file's position and would write where we had read.
        start = max(0, os.fstat(self._output.fileno()).st_size - 2_000)
        text = os.pread(self._output.fileno(), 2_000, start).decode(errors="replace")
        return text.strip().rpartition("\n")[2] or "it printed nothing"

    def start(self) -> None:
        """Start, or start again after an end, on the same file and place; returns once it answers.

        Raises Refused when it does not come up.
        """
        host, port = self.place
        command = [str(binary()), "serve", "--host", host, "--port", str(port)]
        if self.file:
            _keep_private(self.file)
            command += ["--db-path", str(self.file)]
        self._forget()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `_forget`
        self._process = subprocess.Popen(
            [sys.executable, "-ISc", DIE_WITH_PARENT, str(os.getpid()), *command],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            start_new_session=True,  # Ctrl-C is for us; we end the engine after our requests
            pass_fds=self._lock,
        )
        if not self._comes_up():
            self.kill()
            words = self.last_words
            self._forget()
            raise CommandRefused(f"The embedded engine did not start: {words}.")

    def _forget(self) -> None:
        if self._output:
            self._output.close()
        self._output = None

    def _comes_up(self) -> bool:
        until = time.monotonic() + START_SECONDS
        while self.running and time.monotonic() < until:
            if "listening" not in self.last_words:  # an answer would be somebody else's
                time.sleep(0.005)
                continue
            connection = http.client.HTTPConnection(*self.place, timeout=1)
            try:
                connection.request("GET", "/")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.005)
            else:
                return True
            finally:
                connection.close()
        return False

    def kill(self) -> None:
        """As a crash would: SIGKILL, no goodbye. What was answered is on disk all the same."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Final: SIGTERM, and SIGKILL where that is not enough."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._forget()
