"""Complaints in a transaction: answered once, counted, ended with what they end with."""

from collections.abc import Callable, Iterable

from chalicelib.domain.access import Call
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.parcels import Parcel
from chalicelib.repositories import limits
from chalicelib.repositories.complaints import ComplaintAsOfNow, as_of_now, without_erased
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.reading import get, get_many, of_kind
from chalicelib.repositories.tables import ComplaintItem, key_of
from chalicelib.repositories.transaction import MOST_WRITES, UnitOfWork, retrying

from . import patterns
from .once import Prepared, answer_once_keeping

HOUR = 3600
MOST_OF_ONE_PARCEL = 60
"""Reports and further messages in an hour: more than anybody means; it stops the hammering."""
MOST_FROM_ONE_ADDRESS = 300


def count_try(call: Call, parcel: Parcel, address: str, *, by_order: bool) -> None:
    """Who holds the order's key has tries of their own. Raises "too_many"."""
    if by_order:
        tries = [(f"order {parcel.order_id}", MOST_OF_ONE_PARCEL)]
    else:
        here = limits.address_mark(address)
        tries = [(parcel.code, MOST_OF_ONE_PARCEL), (here, MOST_FROM_ONE_ADDRESS)]
    for who, most in tries:
        limits.hit(call, "complaint", who, most=most, window=HOUR)


def answered_once(
    once: IdempotentRequest, prepare: Callable[[], Prepared[ComplaintAsOfNow]]
) -> ComplaintAsOfNow:
    """The complaint is kept; what it is answered with is looked up anew."""
    return answer_once_keeping(
        once,
        Complaint,
        prepare,
        again=lambda first: as_of_now(without_erased(first)),
        kept=lambda standing: standing.complaint,
    )


def end(work: UnitOfWork, item: ComplaintItem, after: Complaint, why: str) -> None:
    """It waits for nobody any more; its parcel is written by the caller."""
    work.replace(item, ComplaintItem.of(after), why)
    patterns.follow(work, after)


def end_with_order(work: UnitOfWork, items: Iterable[ComplaintItem]) -> list[str]:
    """The open ones among those about an order that is being cancelled: as many as the commit has
    room for. The ids of the others, which `end_left` sees to after it."""
    left = []
    for item in items:
        if not item.doc.is_open:
            continue
        if work.size + 2 + len(item.doc.batch_ids) <= MOST_WRITES:
            _end_with_order(work, item)
        else:
            left.append(item.doc.id)
    return left


def open_about(parcels: Iterable[Parcel]) -> list[str]:
    """The ids of those that are still open, also about parcels that were voided."""
    return [item.doc.id for item in about(parcels) if item.doc.is_open]


def about(parcels: Iterable[Parcel]) -> list[ComplaintItem]:
    """All about these parcels."""
    keys = [key_of("complaint", given) for parcel in parcels for given in parcel.complaints]
    return of_kind(ComplaintItem, get_many(keys), keys)


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
