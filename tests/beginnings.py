"""What many tests begin with: made once a worker, then put back into the table for each of them.

A world over HTTP costs 140 ms of a core, its items in two batches 10.
"""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.repositories import limits, recent
from tests.bulk import write
from tests.world import Json, raw_items

T = TypeVar("T")

KEPT = 60
"""Seconds; what is older is made anew, so that a test finds it as recent as its own doing."""


class Snapshot:
    """All that the table holds now."""

    def __init__(self) -> None:
        self._items = list(raw_items())
        self._windows = limits.FIRST_WINDOW

    def put_back(self) -> None:
        """Into an empty table. Nothing is remembered of what was there meanwhile."""
        recent.clear()
        items = (self._moved(item) for item in self._items)
        write(f'{{"PutRequest":{{"Item":{json.dumps(item)}}}}}' for item in items)

    def _moved(self, item: Json) -> Json:
        """A rate limit's count as of the windows that begin with this table."""
        key, _, start = item["pk"]["S"].rpartition("#")
        if item["kind"]["S"] != "limit" or start != str(self._windows):
            return item
        later = limits.FIRST_WINDOW - self._windows
        expires_at = {"N": str(int(item["expires_at"]["N"]) + later)}
        return item | {"pk": {"S": f"{key}#{limits.FIRST_WINDOW}"}, "expires_at": expires_at}


@dataclass(frozen=True)
class _Beginning:
    made: float
    thing: Any
    snapshot: Snapshot


_kept: dict[Any, _Beginning] = {}


def begun(make: Callable[[str], T], url: str) -> T:
    """What `make(url)` makes over an empty table. The test may change it: it is a copy."""
    kept = _kept.get((make, url))
    if kept is None or time.monotonic() - kept.made > KEPT:
        made = time.monotonic()
        thing = make(url)
        _kept[make, url] = _Beginning(made, copy.deepcopy(thing), Snapshot())
        return thing
    kept.snapshot.put_back()
    again: T = copy.deepcopy(kept.thing)
    return again
