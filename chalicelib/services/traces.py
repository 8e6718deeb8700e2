"""What a scan shows, and counting scans."""

from contextlib import suppress
from datetime import timedelta

from chalicelib.domain.access import Call
from chalicelib.domain.batches import UNSELLABLE
from chalicelib.domain.errors import not_found
from chalicelib.domain.networks import tells_apart
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.scans import (
    DEVICE_WINDOW_HOURS,
    MOST_COUNTED,
    MOST_OF_ONE_ADDRESS,
    SUSPECT_FROM,
    Scans,
    level,
)
from chalicelib.domain.traces import Trace
from chalicelib.domain.traces import trace as join
from chalicelib.repositories import limits, parcels, recent
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.repositories.tables import BatchItem, ParcelItem, SeenItem, key_of
from chalicelib.repositories.transaction import Adjust, Create, UnitOfWork

from ..repositories.items import Key

MOST_DEVICES_FROM_ONE_ADDRESS = 60
"""New devices of one parcel from one address in a month: a family shares one, a mobile network's
gateway many; a script is slowed down here. Who holds a code can still make it look copied, which
is why the page warns and never accuses."""
MONTH = 30 * 86400
"""As long as a box of fresh goods is about: else one address would weigh anew every day."""


def trace(typed: str) -> Trace:
    """The parcel joined with its batches' passports: 2 requests, 1.5 RCU for one batch.

    The batches are read consistently, so a recall shows at once. Raises "not_found", also for a
    voided one that no hold or recall warns of: it may have been handed over before its order was
    cancelled.
    """
    view, _ = with_parcel(typed)
    if view.voided and not any(batch.state in UNSELLABLE for batch in view.batches):
        raise not_found("code")
    return view


def with_parcel(typed: str) -> tuple[Trace, Parcel]:
    """The same with the parcel, also of a voided one, which a complaint about it outlives."""
    item = parcels.find(typed, consistent=False)
    if item is None:
        raise not_found("code")
    keys = [key_of("batch", batch_id) for batch_id in item.doc.batch_ids]
    if len(keys) == 1:
        only = _batch(keys[0])
        batches = [only] if only else []
    else:
        batches = of_kind(BatchItem, get_many(keys), keys)
    return join(item.doc, [batch.doc for batch in batches], _scans(item)), item.doc


def _batch(key: Key) -> BatchItem | None:
    """A recalled one is kept: a recall is final, and the day it is in the news everybody looks."""
    item: BatchItem | None = recent.find([key]).get(key)
    if item is None:
        since = recent.mark()
        item = get(BatchItem, key)
        if item is not None and item.state == "recalled":
            recent.keep({key: item}, since)
    return item


def _scans(item: ParcelItem) -> Scans:
    grade = level(int(item.scans) - int(item.muted))
    return Scans.model_validate(
        {"count": int(item.scans), "first_at": item.first_scan_at, "level": grade}
    )


def count(call: Call, typed: str, device: str | None, address: str, agent: str) -> Scans:
    """Count a scan, one device once in 24 hours. Raises "not_found", "too_many".

    Past MOST_COUNTED it stays as it is, once it warns. From one address of a public network only
    MOST_OF_ONE_ADDRESS count for the level; one of this machine or an inner network tells nobody
    apart, so there each device does. Without a device id, the address and the browser's name
    stand for it. Neither is stored: only their keyed hash, for a day.
    """
    item = parcels.load_unless_voided(typed)
    is_full = int(item.scans) >= MOST_COUNTED
    if is_full and int(item.scans) - int(item.muted) >= SUSPECT_FROM:
        return _scans(item)
    mark = keyed_hash("device", item.doc.code, device or f"{address} {agent}").hex()[:32]
    now = int(call.now.timestamp())
    until = call.now + timedelta(hours=DEVICE_WINDOW_HOURS)
    seen = SeenItem.of(item.doc.code, mark, int(until.timestamp()))
    known = get(SeenItem, seen.key)
    if known is not None and (known.expires_at or 0) > now:
        return _scans(item)
    who = keyed_hash("scan", item.doc.code, address).hex()[:32]
    nth = limits.hit(call, "scan", who, most=MOST_DEVICES_FROM_ONE_ADDRESS, window=MONTH)
    muted = [ParcelItem.muted.add(1)] if nth > MOST_OF_ONE_ADDRESS and tells_apart(address) else []
    if is_full and muted:
        return _scans(item)
    first = item.first_scan_at or call.now.isoformat()
    with suppress(ConditionFailed):  # the same device, a moment earlier
        UnitOfWork(call).add(
            Create(seen, over_expired=now),
            Adjust(
                item,
                [
                    ParcelItem.scans.add(1),
                    ParcelItem.first_scan_at.set(ParcelItem.first_scan_at | first),
                    *muted,
                ],
            ),
        ).commit()
    counted = get(ParcelItem, item.key)
    assert counted is not None
    return _scans(counted)
