"""By when a request must have its answer, however slow each answer of the store is."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_until: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """After `seconds` the store is asked for nothing more; without it, work takes what it takes."""
    token = _until.set(monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


@contextmanager
def standing_still() -> Iterator[None]:
    """What is done here, such as reading a large file, asks the store nothing and takes none of the
    time for it. The store's answer was never late, so "try again" would be no help."""
    began = monotonic()
    try:
        yield
    finally:
        _until.set(_until.get() + monotonic() - began)


def passed() -> bool:
    """Whether whoever waits for the answer has waited long enough."""
    return monotonic() >= _until.get()
