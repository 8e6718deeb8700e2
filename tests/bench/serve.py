"""The app and one empty route on the local server, until stdin ends: `python -m tests.bench.serve`.

Prints its address. Not a test: tests.bench starts it.
"""

import sys

from app import app
from infra.server import HOST, Server


@app.route("/empty")
def empty() -> dict[str, str]:
    """The least a route can do here."""
    return {}


if __name__ == "__main__":
    server = Server(HOST, 0)
    with server.running(app):
        print(f"http://{HOST}:{server.port}", flush=True)
        sys.stdin.read()
