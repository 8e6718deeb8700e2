"""Taking a group of customers out: only who consented, only what the purpose needs, on record."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.access import Call
from chalicelib.domain.customers import Customer
from chalicelib.domain.exports import FIELDS, MOST_A_DAY, Export, NewExport
from chalicelib.domain.segments import Where, segment_of, where
from chalicelib.repositories import customers, limits
from chalicelib.repositories.once import fingerprint, refuse_another_request
from chalicelib.repositories.reading import ListPage, get, listing
from chalicelib.repositories.sealing import derived_id
from chalicelib.repositories.tables import ExportItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying

from ..repositories.items import SCOPE

DAY = 86_400


@dataclass(frozen=True)
class Taken:
    """fields: the headings, which are empty for a count. rows: the people."""

    export: Export
    fields: Sequence[str]
    rows: Sequence[Sequence[str]]


@retrying
def export(call: Call, body: NewExport) -> Taken:
    """Once under its Idempotency-Key; a repeat gives those people who are still in it.

    It is written down before it is given away. Raises "too_many" past MOST_A_DAY of the shop.
    """
    shop_id = call.actor.shop_id or ""
    request_fingerprint = fingerprint(body)
    new_id = str(uuid.uuid4())
    export_id = derived_id("export", call.actor.id, call.key) if call.key else new_id
    before = get(ExportItem, key_of("export", export_id)) if call.key else None
    if before is not None:
        refuse_another_request(call, before, request_fingerprint)
        people, _ = _people(before.doc)
        return Taken(before.doc, FIELDS[body.purpose], _rows(before.doc, people))
    limits.hit(call, "export", shop_id, most=MOST_A_DAY, window=DAY)
    entry = Export(
        id=export_id,
        shop_id=shop_id,
        purpose=body.purpose,
        segment=body.segment,
        people=0,
        complete=True,
        by=call.actor.id,
        at=call.now,
    )
    people, complete = _people(entry)
    entry = entry.model_copy(update={"people": len(people), "complete": complete})
    UnitOfWork(call).create(ExportItem.of(entry, fingerprint=request_fingerprint)).commit()
    return Taken(entry, FIELDS[body.purpose], _rows(entry, people))


def _people(entry: Export) -> tuple[list[Customer], bool]:
    """Who is in the group and had consented when it was taken, and still does."""
    place = where(entry.segment, entry.at) if entry.segment else Where(None, None, None)
    everyone, complete = customers.all_of_shop(entry.shop_id, place)
    inside = [
        customer
        for customer in everyone
        if customer.consent is not None
        and customer.consent.holds
        and customer.consent.given_at <= entry.at
        and customer.sealed is not None
        and entry.segment in {None, segment_of(customer, entry.at)}
    ]
    return inside, complete


def _rows(entry: Export, people: Sequence[Customer]) -> list[list[str]]:
    if not FIELDS[entry.purpose]:
        return []
    known = (customers.person_of(customer) for customer in people)
    return [[getattr(person, name) for name in FIELDS[entry.purpose]] for person in known if person]


def exports(call: Call, limit: int, cursor: str | None) -> ListPage[ExportItem]:
    """The shop's, newest first."""
    return listing(
        ExportItem, SCOPE, [f"SHOP#{call.actor.shop_id}#EXPORT"], limit=limit, cursor=cursor
    )
