"""`make load`: the shape of the stream of 24 February for ten minutes.

Environment: SECONDS, CLIENTS. Exit code 1 when the books do not add up, anything but a 503 with
Retry-After or an honest 409 "out_of_stock" went wrong, or memory grows without bound; 130 when it
was stopped.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path

from tests.conftest import pytest_unconfigure
from tests.load.stage import play


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    seconds, clients = float(os.environ["SECONDS"]), int(os.environ["CLIENTS"])
    print(f"{clients} clients for {seconds:.0f} s on 127.0.0.1", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="shanhuo-load-") as folder:
            report = play(seconds, clients, Path(folder))
    except KeyboardInterrupt:
        return 130
    finally:
        pytest_unconfigure()
    print(report)
    return int(bool(report.wrong))


if __name__ == "__main__":
    sys.exit(main())
