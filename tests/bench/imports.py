"""Cold start: CPU of importing the app, in fresh processes, against boto3 and a client."""

import os
import subprocess
import sys
import tempfile

from .measure import Row

ROUNDS = 15
_CLOCK = "import time; began = time.process_time()\n{}\nprint(time.process_time() - began)"
PROGRAMS = {
    "app": "import app",
    "app and connection": (
        "import app\nfrom chalicelib.repositories.connection import connection\nconnection()"
    ),
    "boto3": (
        "import boto3\nboto3.client('dynamodb', region_name='cn-north-1',"
        " endpoint_url='http://127.0.0.1:1', aws_access_key_id='a', aws_secret_access_key='b')"
    ),
}


def rows() -> list[Row]:
    """With bytecode, as the package is deployed; whatever state that of this tree is in."""
    found: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory(prefix="shanhuo-bench-") as bytecode:
        environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(ROUNDS + 1):
            for name, program in PROGRAMS.items():
                command = [sys.executable, "-c", _CLOCK.format(program)]
                printed = subprocess.check_output(command, env=environment)
                found[name].append(float(printed) * 1000)
    # The first round compiles.
    app, both, boto3 = (times[1:] for times in found.values())
    return [
        Row("import app: CPU against boto3 with a client", app, boto3, "ms", 1.8),
        Row("... and with its own client, too", both, boto3, "ms", 1.8),
    ]
