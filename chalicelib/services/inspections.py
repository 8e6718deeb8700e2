"""Inspections: recorded once, judged by the plan, never edited."""

from collections.abc import Collection, Sequence

from chalicelib.domain.access import Actor, Call, check_village
from chalicelib.domain.batches import Batch
from chalicelib.domain.errors import Invalid, Refusal, not_found
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import (
    TESTED_BEFORE_HARVEST,
    Inspection,
    NewInspection,
    check_past,
    judge,
    overall,
    training_gaps,
)
from chalicelib.repositories import photos as photo_store
from chalicelib.repositories.once import fingerprint, same
from chalicelib.repositories.reading import (
    ListPage,
    all_children,
    get_many,
    listing,
    load_item,
)
from chalicelib.repositories.tables import BatchItem, InspectionItem, PhotoItem, ProductItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import batches as batch_store

from ..repositories.items import OFFICE, SCOPE, Key


def _key(batch_id: str, inspection_id: str) -> Key:
    return f"BATCH#{batch_id}", f"INSPECTION#{inspection_id}"


@retrying
def record(
    call: Call, batch_id: str, inspection_id: str, body: NewInspection
) -> tuple[Inspection, bool]:
    """The inspection, and whether it is new. A failed verdict holds the batch in the same commit.

    Raises "not_found" out of scope, "different_content", "not_allowed_now" for a recalled batch
    and for a closed one that passes, Invalid for what the plan does not know or misses,
    "photo_unknown".
    """
    request_fingerprint = fingerprint(body)
    keys = [_key(batch_id, inspection_id), key_of("batch", batch_id)]
    if body.supersedes:
        keys.append(_key(batch_id, body.supersedes))
    items = get_many(keys)
    batch = items.get(keys[1])
    if not isinstance(batch, BatchItem):
        raise not_found("batch")
    check_village(call.actor, batch.doc.village_id, "batch")
    recorded = items.get(keys[0])
    if isinstance(recorded, InspectionItem):
        first = same(recorded, inspection_id, request_fingerprint).doc
        return _with_waiting([first])[0], False
    old = items.get(keys[2]) if body.supersedes else None
    taken_over = old.doc.photos if isinstance(old, InspectionItem) else ()
    photos = _photos(call, body.photos, taken_over)
    inspection = _judged(call, batch.doc, inspection_id, body)
    corrects_pass = body.supersedes is not None and body.supersedes == batch.doc.last_pass_id
    after = batch.doc.inspected(
        inspection,
        tuple(photo.doc.size for photo in photos),
        _standing(batch_id) if corrects_pass else (),
    )
    work = UnitOfWork(call).create(InspectionItem.of(inspection, fingerprint=request_fingerprint))
    why = after.reason or "" if after.state == "held" else "检测合格"
    batch_store.change(work, batch, after, why)
    if body.supersedes:
        work.replace(*_corrected(old, inspection_id))
    waiting = photo_store.waiting(photos)  # first: nothing is written that cannot be answered
    work.commit()
    return _waiting_for(inspection, waiting), True


def _standing(batch_id: str) -> list[Inspection]:
    """All tests of the batch that nothing corrects."""
    items = all_children(InspectionItem, f"BATCH#{batch_id}", "INSPECTION#")
    return [item.doc for item in items if item.doc.superseded_by is None]


def _judged(call: Call, batch: Batch, inspection_id: str, body: NewInspection) -> Inspection:
    check_past(call.now, tested_at=body.tested_at, sampled_at=body.sampled_at)
    product = load_item(ProductItem, "product", batch.product_id)
    measurements = judge(product.doc.inspection_plan, body.measurements, china_date(body.tested_at))
    return Inspection(
        id=inspection_id,
        batch_id=batch.id,
        stage=body.stage,
        tested_at=body.tested_at,
        sampled_at=body.sampled_at,
        sample_size=body.sample_size,
        quantity_covered=body.quantity_covered,
        measurements=measurements,
        verdict=overall(measurements),
        plan_version=product.doc.plan_version,
        lab=body.lab,
        note=body.note,
        photos=tuple(body.photos),
        supersedes=body.supersedes,
        inspector=call.actor.username or call.actor.id,
        inspector_name=call.actor.name or None,
        recorded_at=call.now,
        device_at=body.device_at,
        clock_gap_seconds=call.clock_gap_seconds,
        clock_moved_seconds=body.clock_moved_seconds,
        before_harvest=china_date(body.tested_at) < batch.harvested_on - TESTED_BEFORE_HARVEST,
        training_gaps=training_gaps(call.actor.trainings, measurements, body.tested_at),
    )


def _photos(call: Call, photo_ids: list[str], taken_over: Collection[str]) -> list[PhotoItem]:
    """As registered: one's own, and those of the test that is corrected, whoever took them.

    Uploaded or not: in the field the text comes first, photos after.
    """
    keys = [key_of("photo", photo_id) for photo_id in photo_ids]
    items = get_many(keys)
    photos = []
    for photo_id, key in zip(photo_ids, keys, strict=True):
        photo = items.get(key)
        if not isinstance(photo, PhotoItem) or not (
            photo.doc.owner == call.actor.id or photo_id in taken_over
        ):
            raise Refusal("photo_unknown", photo_id=photo_id)
        photos.append(photo)
    return photos


def _waiting_for(inspection: Inspection, waiting: Collection[str]) -> Inspection:
    ids = tuple(photo_id for photo_id in inspection.photos if photo_id in waiting)
    return inspection.model_copy(update={"photos_waiting": ids})


def _with_waiting(inspections: Sequence[Inspection]) -> list[Inspection]:
    """Each with those of its photos that are still on the phone; without photos nothing is asked.

    A photo that has just come may be missed by the eventual read; then its bytes are looked for.
    """
    ids = dict.fromkeys(photo for inspection in inspections for photo in inspection.photos)
    items = get_many((key_of("photo", photo_id) for photo_id in ids), consistent=False)
    waiting = photo_store.waiting(items.values())
    return [_waiting_for(inspection, waiting) for inspection in inspections]


def _corrected(item: object, by: str) -> tuple[InspectionItem, InspectionItem]:
    """The corrected record, before and after it points at its correction."""
    if not isinstance(item, InspectionItem):
        raise Invalid(("supersedes", "这批货没有这条检测", "this batch has no such inspection"))
    if item.doc.superseded_by is not None:
        raise Invalid(
            (
                "supersedes",
                "这条检测已被更正过，请更正最新的一条",
                "this inspection was corrected before; correct the newest one",
            )
        )
    after = item.doc.model_copy(update={"superseded_by": by})
    return item, InspectionItem.of(after, fingerprint=item.fingerprint)


def inspections(
    actor: Actor, batch_id: str, limit: int, cursor: str | None
) -> ListPage[InspectionItem]:
    """Newest first, corrected ones too."""
    batch = batch_store.load(batch_id)
    check_village(actor, batch.doc.village_id, "batch")
    partition = f"BATCH#{batch_id}#INSPECTION"
    return _read(listing(InspectionItem, SCOPE, [partition], limit=limit, cursor=cursor))


def flagged(limit: int, cursor: str | None) -> ListPage[InspectionItem]:
    """Those that the county should look at, newest first, of all villages."""
    return _read(
        listing(InspectionItem, OFFICE, ["INSPECTION#FLAGGED"], limit=limit, cursor=cursor)
    )


def _read(page: ListPage[InspectionItem]) -> ListPage[InspectionItem]:
    docs = _with_waiting([item.doc for item in page.items])
    for item, doc in zip(page.items, docs, strict=True):
        item.doc = doc
    return page
