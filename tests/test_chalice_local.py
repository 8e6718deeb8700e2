"""Whoever knows Chalice starts the app as any other, against an engine that runs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import requests

from infra.engine import hidden_place
from tests.conftest import ENGINE_PLACE, ROOT, SECRET
from tests.waits import LONG_WAIT
from tests.world import Client


def test_chalice_local_serves_the_app(table: None, tmp_path: Path) -> None:
    """At a place of its own: a port that was free a moment ago is soon another test's."""
    host, port = hidden_place()
    program = [str(Path(sys.executable).parent / "chalice"), "local", "--no-autoreload"]
    given = {
        "SHANHUO_STAGE": "local",
        "SHANHUO_DATA": str(tmp_path),
        "SHANHUO_SECRET": SECRET,
        "DYNAMODB_ENDPOINT": "http://{}:{}".format(*ENGINE_PLACE),
    }
    with subprocess.Popen(
        [*program, "--stage", "local", "--host", host, "--port", str(port)],
        cwd=ROOT,
        env=os.environ | given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as serving:
        try:
            client = Client(f"http://{host}:{port}")
            assert _got(client, "/healthz").json() == {"status": "ok"}
            assert "<form" in _got(client, "/login").text
        finally:
            serving.kill()


def _got(client: Client, path: str) -> requests.Response:
    until = time.monotonic() + LONG_WAIT
    while True:
        try:
            return client.get(path)
        except requests.ConnectionError:
            assert time.monotonic() < until, "it does not serve"
            time.sleep(0.2)
