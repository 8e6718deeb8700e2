"""Whoever knows Chalice starts the app as any other, against an engine that runs."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from tests.conftest import ENGINE_PLACE, ROOT, SECRET
from tests.waits import LONG_WAIT


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_chalice_local_serves_the_app(table: None, tmp_path: Path) -> None:
    port = _free_port()
    program = [str(Path(sys.executable).parent / "chalice"), "local", "--no-autoreload"]
    given = {
        "SHANHUO_STAGE": "local",
        "SHANHUO_DATA": str(tmp_path),
        "SHANHUO_SECRET": SECRET,
        "DYNAMODB_ENDPOINT": "http://{}:{}".format(*ENGINE_PLACE),
    }
    with subprocess.Popen(
        [*program, "--stage", "local", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as serving:
        try:
            assert _got(f"http://127.0.0.1:{port}/healthz").json() == {"status": "ok"}
            assert "<form" in _got(f"http://127.0.0.1:{port}/login").text
        finally:
            serving.kill()


def _got(address: str) -> requests.Response:
    until = time.monotonic() + LONG_WAIT
    while True:
        try:
            return requests.get(address, timeout=LONG_WAIT)
        except requests.ConnectionError:
            assert time.monotonic() < until, "it does not serve"
            time.sleep(0.2)
