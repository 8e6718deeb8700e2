"""The embedded DynamoDB engine: one dynoxide process on one SQLite file.

For local runs and tests. Where DYNAMODB_ENDPOINT is set, nothing here is started.
"""

import fcntl
import http.client
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from chalicelib.config import Refused

BINARY = Path(__file__).resolve().parent.parent / "node_modules/@dynoxide/linux-x64/dynoxide"
HOST = "127.0.0.1"
START_SECONDS = 15
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
        raise Refused(
            "The embedded engine runs on Linux x64 only: start another DynamoDB engine, "
            "for example Amazon's DynamoDB Local (Docker image amazon/dynamodb-local), "
            "and set DYNAMODB_ENDPOINT to its address."
        )
    if not BINARY.is_file():
        raise Refused(
            "The embedded engine is not installed: run `npm ci --omit=dev` here, "
            "or set DYNAMODB_ENDPOINT to the address of another DynamoDB engine."
        )
    return BINARY


def use(endpoint: str) -> None:
    """Point this process at an embedded engine: no proxy is asked for the loopback address, and
    a profile that this machine lacks cannot stop the client."""
    os.environ.pop("AWS_PROFILE", None)
    direct = {*os.environ.get("NO_PROXY", "").split(","), HOST, "localhost"} - {""}
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
                    raise Refused(
                        f"The data folder {folder} is in use by another run"
                        f" (process {file.read().strip() or 'unknown'}): stop that one,"
                        " or set SHANHUO_DATA to another folder."
                    ) from None
                time.sleep(0.05)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Engine:
    """One engine process. `start` from a thread that lives as long as the engine should."""

    def __init__(
        self, file: Path | None = None, *, port: int | None = None, lock: int | None = None
    ) -> None:
        """Without `file` everything is in memory and gone with the process. Without `port` a
        free one is taken at the first start and kept after that. `lock` is what `locked` gave.
        """
        self.file = file
        self.port = port
        self._lock = () if lock is None else (lock,)
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

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
        """Start, or start again after an end, on the same file and port; returns once it answers.

        Raises Refused when it does not come up.
        """
        ports = [self.port] if self.port else [free_port() for _ in range(3)]
        for port in ports:  # a free port can be taken before the engine binds it
            command = [str(binary()), "serve", "--host", HOST, "--port", str(port)]
            if self.file:
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
            if self._comes_up(port):
                self.port = port
                return
            self.kill()
        words = self.last_words
        self._forget()
        raise Refused(f"The embedded engine did not start: {words}.")

    def _forget(self) -> None:
        if self._output:
            self._output.close()
        self._output = None

    def _comes_up(self, port: int) -> bool:
        until = time.monotonic() + START_SECONDS
        while self.running and time.monotonic() < until:
            if "listening" not in self.last_words:  # an answer would be somebody else's
                time.sleep(0.005)
                continue
            connection = http.client.HTTPConnection(HOST, port, timeout=1)
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
