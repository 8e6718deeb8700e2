"""Parcels on their way back: opened with a settlement, ended with the parcel they are about."""

from chalicelib.domain import returns as rules
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.returns import Return
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.sealing import derived_id
from chalicelib.repositories.tables import ParcelItem, ReturnItem, key_of
from chalicelib.repositories.transaction import UnitOfWork


def load(return_id: str | None) -> ReturnItem | None:
    return get(ReturnItem, key_of("return", return_id)) if return_id else None


def _id_of(complaint_id: str, parcel_version: int) -> str:
    """Of the return that a complaint opens. Erasing finds by it what nothing names any more, so it
    stays as it is."""
    return derived_id("return", complaint_id, str(parcel_version))


def all_of(parcel: ParcelItem, complaint: Complaint) -> list[ReturnItem]:
    """Every return that the complaint has opened or taken over, also those before the last one,
    which alone it and its parcel name. Looked for under each version that the parcel has had."""
    if complaint.return_id is None:
        return []
    own = (_id_of(complaint.id, version) for version in range(int(parcel.version) + 1))
    keys = [key_of("return", return_id) for return_id in (complaint.return_id, *own)]
    return of_kind(ReturnItem, get_many(keys), dict.fromkeys(keys))


def open_for(work: UnitOfWork, parcel: ParcelItem, complaint: Complaint) -> Return | None:
    """The way back of the parcel, if it may be asked back. One that is awaited already stays, and
    goes over to the buyer's own complaint."""
    if not rules.may_be_asked_back(parcel.doc, recalled=complaint.recalled):
        return None
    earlier = load(parcel.doc.return_id)
    if earlier is not None and earlier.state == "awaited":
        if complaint.is_buyers and earlier.doc.complaint_id != complaint.id:
            handed = earlier.doc.handed_to(complaint)
            work.replace(earlier, ReturnItem.of(handed))
            return handed
        return earlier.doc
    opened = rules.open_return(
        parcel.doc,
        return_id=_id_of(complaint.id, int(parcel.version)),
        complaint_id=complaint.id,
        now=work.call.now,
    )
    work.create(ReturnItem.of(opened))
    return opened


def receive(work: UnitOfWork, parcel: Parcel) -> None:
    """The parcel came back, so its return, if one is awaited, is received."""
    item = load(parcel.return_id)
    if item is not None and item.state == "awaited":
        work.replace(item, ReturnItem.of(item.doc.received(work.call.now)))
