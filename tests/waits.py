"""How long a test waits for what must come: a hang takes so long, a busy machine does not."""

import time
from collections.abc import Callable

LONG_WAIT = 60
"""Seconds."""


def until(condition: Callable[[], bool], seconds: float = LONG_WAIT) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
