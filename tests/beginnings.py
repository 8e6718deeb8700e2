"""What many tests begin with: made once a worker, then put back into the table for each of them.

A world over HTTP costs 140 ms of a core, its items in two batches 10.
"""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.config import settings
from chalicelib.repositories import limits, recent, store
from tests.world import Json, raw_items

T = TypeVar("T")

KEPT = 60
"""Seconds; what is older is made anew, so that a test finds it as recent as its own doing."""
MOST_AT_ONCE = 25
"""Items of one batch, by DynamoDB."""


@dataclass(frozen=True)
class _Beginning:
    made: float
    windows: int
    items: list[Json]
    thing: Any


_kept: dict[Any, _Beginning] = {}


def begun(make: Callable[[str], T], url: str) -> T:
    """What `make(url)` makes over an empty table. The test may change it: it is a copy."""
    kept = _kept.get((make, url))
    if kept is None or time.monotonic() - kept.made > KEPT:
        made = time.monotonic()
        thing = make(url)
        _kept[make, url] = _Beginning(
            made, limits.FIRST_WINDOW, list(raw_items()), copy.deepcopy(thing)
        )
        return thing
    recent.clear()
    later = limits.FIRST_WINDOW - kept.windows
    items = [_moved(item, kept.windows, later) for item in kept.items]
    for at in range(0, len(items), MOST_AT_ONCE):
        puts = [{"PutRequest": {"Item": item}} for item in items[at : at + MOST_AT_ONCE]]
        answer = store.call("BatchWriteItem", RequestItems={settings().table: puts})
        assert not answer["UnprocessedItems"]
    again: T = copy.deepcopy(kept.thing)
    return again


def _moved(item: Json, windows: int, later: int) -> Json:
    """A rate limit's count as of windows that begin so many seconds later, others as they are."""
    key, _, start = item["pk"]["S"].rpartition("#")
    if item["kind"]["S"] != "limit" or start != str(windows):
        return item
    expires_at = int(item["expires_at"]["N"]) + later
    return item | {"pk": {"S": f"{key}#{windows + later}"}, "expires_at": {"N": str(expires_at)}}
