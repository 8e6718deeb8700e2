"""Batches: registered, held, released, recalled, closed; and where each one went."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain import batches as rules
from chalicelib.domain import corrections
from chalicelib.domain.access import Actor, Call, check_village, may_use
from chalicelib.domain.batches import (
    Batch,
    NewBatch,
    Touched,
    WrittenReason,
)
from chalicelib.domain.corrections import QuantityCorrection
from chalicelib.domain.doubts import of_new_batch, of_quantity, of_recorded
from chalicelib.domain.errors import not_found
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import Inspection
from chalicelib.domain.journal import Change
from chalicelib.domain.lifecycle import BATCH
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.plausible import Confirmed, Doubt
from chalicelib.domain.products import Product
from chalicelib.repositories import search
from chalicelib.repositories.batches import allocations_of, in_states
from chalicelib.repositories.journal import changes as journal
from chalicelib.repositories.once import fingerprint, same
from chalicelib.repositories.parcels import load_unless_voided
from chalicelib.repositories.reading import (
    ListPage,
    all_children,
    children,
    cursor_after,
    get,
    get_many,
    of_kind,
)
from chalicelib.repositories.tables import (
    AllocationItem,
    BatchItem,
    InspectionItem,
    ParcelItem,
    ProducerItem,
    ProductItem,
    VillageItem,
    key_of,
)
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import batches as store
from chalicelib.steps.once import Prepared, once_per_key

COMPARED = 100
"""Batches of which one asks what was usual."""
ALARMS = 10
"""Shown of each kind."""
MOST_LOOKED_AT = 50
"""Tests, of the newest batches."""
FLAGGED_SHOWN = 5
FLAGGED_FOR = timedelta(days=14)
"""Who tested remembers no longer when it was."""


@retrying
def register(call: Call, batch_id: str, body: NewBatch) -> tuple[Batch, bool]:
    """The batch, and whether it is new.

    Raises "not_found" for a product, a producer or a batch out of scope; "different_content";
    Invalid.
    """
    request_fingerprint = fingerprint(body)
    product_key, producer_key = (
        key_of("product", body.product_id),
        key_of("producer", body.producer_id),
    )
    items = get_many([product_key, producer_key])
    product, producer = items.get(product_key), items.get(producer_key)
    if not isinstance(producer, ProducerItem):
        raise not_found("producer")
    check_village(call.actor, producer.doc.village_id, "producer")
    if (item := get(BatchItem, key_of("batch", batch_id))) is not None:
        check_village(call.actor, item.doc.village_id, "batch")
        return same(item, batch_id, request_fingerprint).doc, False
    if not isinstance(product, ProductItem) or not may_use(call.actor, product.doc.village_id):
        raise not_found("product")
    village_key = key_of("village", producer.doc.village_id)
    village = get_many([village_key]).get(village_key)
    if not isinstance(village, VillageItem):
        raise not_found("village")
    batch = rules.register(
        body,
        batch_id=batch_id,
        product=product.doc,
        producer=producer.doc,
        village=village.doc,
        by=call.actor.id,
        now=call.now,
        clock_gap_seconds=call.clock_gap_seconds,
    )
    work = UnitOfWork(call).create(BatchItem.of(batch, fingerprint=request_fingerprint))
    work.create(search.of_lot(batch)).commit()
    return batch, True


def batch(actor: Actor, batch_id: str) -> Batch:
    """Raises "not_found", also out of scope."""
    item = store.load(batch_id)
    check_village(actor, item.doc.village_id, "batch")
    return item.doc


def several(batch_ids: Iterable[str]) -> dict[str, Batch]:
    """By id, of all villages: for the county."""
    keys = [key_of("batch", batch_id) for batch_id in batch_ids]
    items = of_kind(BatchItem, get_many(keys, consistent=False), keys)
    return {item.doc.id: item.doc for item in items}


def batches(
    actor: Actor, village_id: str | None, state: str | None, limit: int, cursor: str | None
) -> ListPage[BatchItem]:
    """Newest first, of one village or of all in scope, in one state or in all."""
    if village_id is not None:
        check_village(actor, village_id, "village")
    return in_states(actor, [state] if state else list(BATCH), limit, cursor, village_id)


@dataclass(frozen=True)
class FirstPage:
    """What a desk opens with. doubted: with what of each is far from the usual. flagged: tests to
    look at, each with its batch."""

    items: list[BatchItem]
    next_cursor: str | None
    doubted: list[tuple[Batch, list[Doubt]]]
    flagged: list[tuple[Inspection, Batch]]


def first_page(call: Call, limit: int) -> FirstPage:
    """The newest in scope, and what of the last COMPARED should be looked at."""
    newest = batches(call.actor, None, None, max(limit, COMPARED), None)
    docs = [item.doc for item in newest.items]
    going = [batch for batch in docs if batch.state not in {"recalled", "closed"}]
    doubted = [(batch, doubts) for batch in going if (doubts := of_recorded(batch, docs))]
    items, more = newest.items[:limit], newest.items[limit:]
    return FirstPage(
        items=items,
        next_cursor=cursor_after(str(items[-1].office_at)) if more else newest.next_cursor,
        doubted=doubted[:ALARMS],
        flagged=_flagged(call, going),
    )


def _flagged(call: Call, among: list[Batch]) -> list[tuple[Inspection, Batch]]:
    """Of the last days, newest first: by the passports, which name the tests that count."""
    since = call.now - FLAGGED_FOR
    keys = {
        (f"BATCH#{batch.id}", f"INSPECTION#{test.id}"): batch
        for batch in among
        for test in batch.passport.inspections
        if max(batch.recorded_at, test.tested_at) >= since
    }
    some = list(keys)[:MOST_LOOKED_AT]
    items = of_kind(InspectionItem, get_many(some, consistent=False) if some else {}, some)
    flagged = [item for item in items if item.doc.is_flagged]
    flagged.sort(key=lambda item: item.doc.recorded_at, reverse=True)
    return [(item.doc, keys[item.key]) for item in flagged[:FLAGGED_SHOWN]]


def _change(
    call: Call, batch_id: str, body: WrittenReason, changed: Callable[[Batch], Batch]
) -> Prepared[Batch]:
    item = store.load(batch_id)
    check_village(call.actor, item.doc.village_id, "batch")
    work, after = UnitOfWork(call), changed(item.doc)
    store.change(work, item, after, body.reason)
    return work, after


@once_per_key("hold", Batch)
def hold(call: Call, batch_id: str, body: WrittenReason) -> Prepared[Batch]:
    """Nothing of it can be sold, packed or labelled until it is released."""
    return _change(call, batch_id, body, lambda batch: batch.held(body.reason, call.now))


@once_per_key("release", Batch)
def release(call: Call, batch_id: str, body: WrittenReason) -> Prepared[Batch]:
    """Raises "release_needs_pass" without a passed inspection newer than the hold."""
    return _change(call, batch_id, body, lambda batch: batch.released(body.reason))


@once_per_key("recall", Batch)
def recall(call: Call, batch_id: str, body: WrittenReason) -> Prepared[Batch]:
    """Final. Every scan of a parcel that holds some of it says so from now on."""
    return _change(call, batch_id, body, lambda batch: batch.recalled(body.reason, call.now))


@once_per_key("close", Batch)
def close(call: Call, batch_id: str, body: WrittenReason) -> Prepared[Batch]:
    """Nothing more is inspected or offered from it; what was sold stays traceable."""
    return _change(call, batch_id, body, lambda batch: batch.closed(body.reason))


@once_per_key("quantity", Batch)
def correct(call: Call, batch_id: str, body: QuantityCorrection) -> Prepared[Batch]:
    """Set how much it truly holds; what was typed before stays in the journal.

    Raises "exceeds_free" below what is on offer, packed or sold; "below_certified";
    "not_allowed_now" for a recalled batch.
    """
    item = store.load(batch_id)
    check_village(call.actor, item.doc.village_id, "batch")
    work = UnitOfWork(call)
    return work, store.correct(work, item, body)


@retrying
def confirm(call: Call, batch_id: str, whats: Confirmed) -> Batch:
    """Somebody was asked about figures far from what was usual, and says that they are right."""
    item = store.load(batch_id)
    check_village(call.actor, item.doc.village_id, "batch")
    after = corrections.confirmed(item.doc, whats)
    if after == item.doc:
        return after
    new = (after.confirmed_since or ())[len(item.doc.confirmed_since or ()) :]
    UnitOfWork(call).replace(item, BatchItem.of(after), note=True, confirmed=new).commit()
    return after


def doubts(call: Call, body: NewBatch, product: Product) -> list[Doubt]:
    """What of a new batch is far from what its grower or product had before."""
    return of_new_batch(
        product_id=product.id,
        producer_id=body.producer_id,
        quantity=body.quantity,
        harvested_on=body.harvested_on,
        today=china_date(call.now),
        shelf_life_days=product.shelf_life_days,
        earlier=_newest(call.actor, None),
    )


def doubts_of_correction(call: Call, batch: Batch, quantity: int) -> list[Doubt]:
    """Whether what it shall hold is far from what there was before."""
    others = [other for other in _newest(call.actor, batch.village_id) if other.id != batch.id]
    doubt = of_quantity(quantity, batch.product_id, batch.producer_id, others)
    return [doubt] if doubt else []


def doubts_of_recorded(call: Call, batch: Batch) -> list[Doubt]:
    """What nobody was asked about yet."""
    return of_recorded(batch, _newest(call.actor, batch.village_id))


def _newest(actor: Actor, village_id: str | None) -> list[Batch]:
    """Of the village, or of all in scope: they tell what was usual."""
    return [item.doc for item in batches(actor, village_id, None, COMPARED, None).items]


def _prefix(actor: Actor) -> str:
    """Of the allocations that the actor sees in a batch's partition."""
    return f"PARCEL#{actor.shop_id}#" if actor.role == "seller" else "PARCEL#"


def parcels(
    actor: Actor, batch_id: str, limit: int, cursor: str | None
) -> tuple[list[tuple[Parcel, int]], str | None]:
    """Each parcel that holds some of the batch, with how much; a seller sees their own.

    One Query on the batch's own partition, whatever the number of orders.
    """
    item = store.load(batch_id)
    check_village(actor, item.doc.village_id, "batch")
    page = children(AllocationItem, item.pk, allocations_of(actor), limit=limit, cursor=cursor)
    items = get_many(key_of("parcel", allocation.code) for allocation in page.items)
    parcels_ = of_kind(
        ParcelItem, items, [key_of("parcel", allocation.code) for allocation in page.items]
    )
    return [(parcel.doc, parcel.doc.quantity_of(batch_id)) for parcel in parcels_], page.next_cursor


def touched(actor: Actor, batch_id: str) -> Touched:
    """Like `parcels`, only counted: a seller's own."""
    item = store.load(batch_id)
    check_village(actor, item.doc.village_id, "batch")
    allocations = list(all_children(AllocationItem, item.pk, allocations_of(actor)))
    # One that was packed before allocations named their order is asked for it.
    keys = [
        key_of("parcel", allocation.code) for allocation in allocations if not allocation.order_id
    ]
    older = of_kind(ParcelItem, get_many(keys) if keys else {}, keys)
    orders = {allocation.order_id for allocation in allocations if allocation.order_id} | {
        parcel.doc.order_id for parcel in older
    }
    return Touched(parcels=len(allocations), orders=len(orders))


def of_parcel(actor: Actor, typed: str) -> list[Batch]:
    """The batches in scope that a parcel holds, by its code in any spelling.

    Raises "not_found" also when none of them is in scope.
    """
    item = load_unless_voided(typed)
    own = [
        batch.doc
        for batch in store.load_all(item.doc.batch_ids)
        if actor.role == "county" or batch.doc.village_id in actor.village_ids
    ]
    if not own:
        raise not_found("code")
    return own


def changes(
    actor: Actor, batch_id: str, limit: int, cursor: str | None
) -> tuple[list[Change], str | None]:
    item = store.load(batch_id)
    check_village(actor, item.doc.village_id, "batch")
    doc = item.doc
    birth = Change(
        old=None,
        new="registered",
        by=doc.recorded_by,
        at=doc.recorded_at,
        confirmed=doc.confirmed,
    )
    return journal(item, birth, limit=limit, cursor=cursor)
