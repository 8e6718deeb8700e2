"""What a crowd reads thousands of times a second, kept for two by each process that serves it.

One item lies on one partition, which gives 3,000 reads a second: so many that no buyer of a live
stream may ask for the offer, the shop or the stock by himself. Only what cannot oversell is kept.
"""

import threading
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

from .items import Key
from .tables import OfferItem, ShopItem

KEPT = 2.0
"""Seconds. A hold of an offer for a crowd is known to all processes by then; the one that wrote it
knows at once, and packing looks at the batch itself."""
SHOP_KEPT = 10.0
"""Seconds of a shop: its phone number is right everywhere so soon after a change."""
FOR_A_TAKE = 0.5
"""Seconds, of a look at what is left by which packs are taken."""
MOST_KEPT = 1000

_kept: dict[Key, tuple[float, Any]] = {}
_writes = 0
_lock = threading.Lock()


def find(keys: Iterable[Key], within: float = KEPT) -> dict[Key, Any]:
    """What is kept of these, by key, and was read within so many seconds."""
    since = monotonic() - within
    kept = {key: _kept.get(key) for key in keys}
    return {key: entry[1] for key, entry in kept.items() if entry is not None and entry[0] > since}


def mark() -> int:
    """Take it before reading, give it back with what was read."""
    return _writes


def keep(things: Mapping[Key, Any], since: int) -> None:
    """Keep what was read, unless this process wrote something of that sort meanwhile."""
    with _lock:
        if since != _writes:
            return
        if len(_kept) + len(things) > MOST_KEPT:
            _kept.clear()
        now = monotonic()
        _kept.update({key: (now, thing) for key, thing in things.items()})


def forget(items: Iterable[OfferItem | ShopItem]) -> None:
    """These were, or may have been, written by this process."""
    global _writes
    with _lock:
        for item in items:
            _writes += 1
            _kept.pop(item.key, None)
            if isinstance(item, OfferItem):
                _kept.pop(stock_of(item.doc.id), None)


def stock_of(offer_id: str) -> Key:
    """Under which a look at all slots of an offer is kept."""
    return f"STOCK#{offer_id}", "LOOK"


def clear() -> None:
    """As a new process begins."""
    with _lock:
        _kept.clear()
