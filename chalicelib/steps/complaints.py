"""Ending complaints in the transaction of what they end with."""

from collections.abc import Iterable

from chalicelib.domain.complaints import Complaint
from chalicelib.domain.parcels import Parcel
from chalicelib.repositories.reading import get_many, of_kind
from chalicelib.repositories.tables import ComplaintItem, key_of
from chalicelib.repositories.transaction import UnitOfWork

from . import patterns


def end(work: UnitOfWork, item: ComplaintItem, after: Complaint, why: str) -> None:
    """It waits for nobody any more; its parcel is written by the caller."""
    work.replace(item, ComplaintItem.of(after), why)
    patterns.follow(work, after)


def end_with_order(work: UnitOfWork, parcels: Iterable[Parcel]) -> None:
    """The open ones about parcels of an order that is being cancelled."""
    keys = [key_of("complaint", parcel.complaint_id) for parcel in parcels if parcel.complaint_id]
    for item in of_kind(ComplaintItem, get_many(keys), keys):
        end(work, item, item.doc.ends_with_order(work.call.now), "the order was cancelled")
