"""AWS on this machine: ministack in a process of its own, for the time of the rehearsal."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from infra.server import HOST
from tests.conftest import ROOT

PYTHON = ROOT / ".venv-cloud/bin/python"
REGION = "cn-north-1"
START_SECONDS = 60


def _free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def local_aws(log: Path, *, auth: bool = True) -> Iterator[str]:
    """Its address. Functions run as processes of the Python that built them.

    auth: whether signatures are checked and policies enforced.
    It listens on this machine only. Everything it holds is gone with it.
    """
    port, folder = _free_port(), tempfile.mkdtemp(prefix="shanhuo-local_aws-")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "TMPDIR": folder,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "LAMBDA_EXECUTOR": "local",
        "AUTH": str(auth).lower(),
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(PYTHON), "-m", "ministack"],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    url = f"http://{HOST}:{port}"
    try:
        _wait_for(url, process, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(f"{url}/_ministack/health", timeout=1).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(f"ministack did not start: {log.read_text()[-2000:]}")
