"""Cold start: CPU of fresh processes, up to the import of the app, a client and a first scan."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.cloud import package

from .measure import BenchRow
from .measured import TABLE, Measured, event

ROUNDS = 15
_CLOCK = "import time; began = time.process_time()\n{}\nprint(time.process_time() - began)"
_FLOOR = (
    "import boto3\nclient = boto3.client('dynamodb', region_name='cn-north-1', endpoint_url={!r},"
    " aws_access_key_id='a', aws_secret_access_key='b')"
)
_CONNECTED = "import app\nfrom chalicelib.repositories.connection import connection\nconnection()"
_SCAN = "import json, app\nassert app.app(json.loads({!r}), None)['statusCode'] == 200"
_READ = "\nclient.get_item(TableName={!r}, Key={{'pk': {{'S': {!r}}}, 'sk': {{'S': {!r}}}}})"


def rows(measured: Measured) -> list[BenchRow]:
    """From this tree with bytecode, whatever state its own is in, and from the package."""
    with tempfile.TemporaryDirectory(prefix="shanhuo-bench-") as bytecode:
        environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        bench_rows = _rows(measured, [sys.executable], environment, "")
    with tempfile.TemporaryDirectory(prefix="shanhuo-bench-") as folder:
        unpacked = Path(folder) / "package"
        with zipfile.ZipFile(package.build(platform.machine(), Path(folder) / "zip")) as archive:
            archive.extractall(unpacked)
        environment = os.environ | {"PYTHONPATH": str(unpacked)}
        return bench_rows + _rows(
            measured, [sys.executable, "-S"], environment, "package: ", unpacked
        )


def _rows(
    measured: Measured,
    python: Sequence[str],
    environment: Mapping[str, str],
    what: str,
    cwd: Path | None = None,
) -> list[BenchRow]:
    path = f"/t/{measured.parcel['code']}"
    accepted = {"accept": "text/html", "accept-language": "zh-CN"}
    boto3 = _FLOOR.format(measured.engine.endpoint)
    reads = (f"PARCEL#{measured.parcel['code']}", "PARCEL"), (f"BATCH#{measured.batch_id}", "BATCH")
    programs = {
        "app": "import app",
        "connected": _CONNECTED,
        "scan": _SCAN.format(json.dumps(event("GET", path, {"accept": "application/json"}))),
        "page": _SCAN.format(json.dumps(event("GET", path, accepted))),
        "boto3": boto3,
        "reads": boto3 + "".join(_READ.format(TABLE, *key) for key in reads),
    }
    timings: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(ROUNDS + 1):
        for name, program in programs.items():
            command = [*python, "-c", _CLOCK.format(program)]
            printed = subprocess.check_output(command, env=dict(environment), cwd=cwd)
            timings[name].append(float(printed) * 1000)
    # The first round compiles, or reads from a cold disk.
    app, connected, first, page, floor, read = (times[1:] for times in timings.values())
    return [
        BenchRow(f"{what}import app: CPU against boto3 with a client", app, floor, "ms", 1.4),
        BenchRow("... and with its own client, too", connected, floor, "ms", 1.8),
        BenchRow("... and a first scan, against boto3's two reads", first, read, "ms"),
        BenchRow("... which is a page", page, read, "ms"),
    ]
