"""Ending complaints in the transaction of what they end with."""

from collections.abc import Iterable

from chalicelib.domain.access import Call
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.parcels import Parcel
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.tables import ComplaintItem, key_of
from chalicelib.repositories.transaction import MOST_WRITES, UnitOfWork, retrying

from . import patterns


def end(work: UnitOfWork, item: ComplaintItem, after: Complaint, why: str) -> None:
    """It waits for nobody any more; its parcel is written by the caller."""
    work.replace(item, ComplaintItem.of(after), why)
    patterns.follow(work, after)


def end_with_order(work: UnitOfWork, parcels: Iterable[Parcel]) -> list[str]:
    """The open ones about parcels of an order that is being cancelled: as many as the commit has
    room for. The ids of the others, which `end_left` sees to after it."""
    left = []
    for item in _of(parcels):
        if work.size + 2 + len(item.doc.batch_ids) <= MOST_WRITES:
            _end_with_order(work, item)
        else:
            left.append(item.doc.id)
    return left


def open_about(parcels: Iterable[Parcel]) -> list[str]:
    """The ids of those that are still open, also about parcels that were voided."""
    return [item.doc.id for item in _of(parcels)]


def _of(parcels: Iterable[Parcel]) -> list[ComplaintItem]:
    keys = [key_of("complaint", given) for parcel in parcels for given in parcel.complaints]
    return [item for item in of_kind(ComplaintItem, get_many(keys), keys) if item.doc.is_open]


def end_left(call: Call, complaint_ids: Iterable[str]) -> None:
    """Each in a commit of its own. It can be repeated, so what was cut off is made up for when
    cancelling is asked for again."""
    for complaint_id in complaint_ids:
        _end_left(call, complaint_id)


@retrying
def _end_left(call: Call, complaint_id: str) -> None:
    item = get(ComplaintItem, key_of("complaint", complaint_id))
    if item is not None and item.doc.is_open:
        work = UnitOfWork(call)
        _end_with_order(work, item)
        work.commit()


def _end_with_order(work: UnitOfWork, item: ComplaintItem) -> None:
    end(work, item, item.doc.ends_with_order(work.call.now), "the order was cancelled")
