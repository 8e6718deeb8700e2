"""What a scan shows: the parcel joined with its batches' passports. Nothing of the buyer."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from .batches import Batch
from .codes import display_code
from .fields import Instant, Model
from .parcels import Parcel
from .passports import PassportCertificate, PassportInspection
from .scans import Scans


class TracedProduct(Model):
    name: str
    name_en: str | None
    grade: str | None
    unit: str
    gtin: str | None


class TracedBatch(Model):
    """A recall suspends the certificate: it is null then. plan_by: who set what is tested."""

    batch_id: str
    product_id: str
    lot: str
    gtin: str | None
    product: str
    product_en: str | None
    harvested_on: date
    best_before: date | None
    """Its last good day, as it was told when the parcel was packed."""
    quantity: int
    quantity_in_parcel: int
    unit: str
    village: str
    county: str
    province: str
    producer: str
    producer_kind: str
    plan_by: Literal["county", "village"]
    plot: str | None
    state: str
    verdict: Literal["pass", "fail"] | None
    recall_reason: str | None
    recalled_at: Instant | None
    inspections: tuple[PassportInspection, ...]
    inspections_total: int
    certificate: PassportCertificate | None


class Step(Model):
    at: Instant
    what: Literal[
        "harvested", "inspected", "certified", "packed", "shipped", "delivered", "recalled"
    ]
    place: str | None = None


class OpenComplaint(Model):
    reply_due_at: Instant


class Trace(Model):
    code: str
    display_code: str
    state: Literal["normal", "recalled"]
    product: TracedProduct
    batches: tuple[TracedBatch, ...]
    journey: tuple[Step, ...]
    scans: Scans
    complaint: OpenComplaint | None
    shop_id: str
    voided: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    """Its order was cancelled, so nothing can be claimed; shown only while a hold or recall warns
    of it."""


def _traced(batch: Batch, parcel: Parcel) -> TracedBatch:
    recalled = batch.state == "recalled"
    passport = batch.passport
    return TracedBatch(
        batch_id=batch.id,
        product_id=batch.product_id,
        lot=batch.lot,
        gtin=passport.gtin,
        product=passport.product,
        product_en=passport.product_en,
        harvested_on=batch.harvested_on,
        best_before=parcel.best_before.get(batch.id),
        quantity=batch.quantity,
        quantity_in_parcel=parcel.quantity_of(batch.id),
        unit=batch.unit,
        village=passport.village,
        county=passport.county,
        province=passport.province,
        producer=passport.producer,
        producer_kind=passport.producer_kind,
        plan_by=batch.plan_by,
        plot=batch.plot,
        state=batch.state,
        verdict=batch.last_verdict,
        recall_reason=batch.reason if recalled else None,
        recalled_at=batch.recalled_at,
        inspections=passport.inspections,
        inspections_total=passport.inspections_total,
        certificate=None if recalled else passport.certificate,
    )


def _journey(parcel: Parcel, batches: list[Batch]) -> tuple[Step, ...]:
    steps: list[Step] = []

    def add(at: Any, what: str, place: str | None = None) -> None:
        if at is not None:
            steps.append(Step.model_validate({"at": at, "what": what, "place": place}))

    for batch in batches:
        village = batch.passport.village
        add(f"{batch.harvested_on}T00:00:00+08:00", "harvested", village)
        for inspection in batch.passport.inspections:
            add(inspection.tested_at, "inspected", inspection.lab or village)
        if batch.passport.certificate and batch.state != "recalled":
            add(batch.passport.certificate.issued_at, "certified", village)
        add(batch.recalled_at, "recalled")
    add(parcel.packed_at, "packed")
    add(parcel.shipped_at, "shipped")
    add(parcel.delivered_at, "delivered")
    return tuple(sorted(steps, key=lambda step: step.at))


def trace(parcel: Parcel, batches: list[Batch], scans: Scans) -> Trace:
    """A recall of any batch in the parcel outranks everything else."""
    first = batches[0]
    return Trace(
        code=parcel.code,
        display_code=display_code(parcel.code),
        state="recalled" if any(batch.state == "recalled" for batch in batches) else "normal",
        product=TracedProduct(
            name=first.passport.product,
            name_en=first.passport.product_en,
            grade=first.passport.grade,
            unit=first.unit,
            gtin=first.passport.gtin,
        ),
        batches=tuple(_traced(batch, parcel) for batch in batches),
        journey=_journey(parcel, batches),
        scans=scans,
        complaint=OpenComplaint(reply_due_at=parcel.reply_due_at)
        if parcel.complaint_id and parcel.reply_due_at
        else None,
        shop_id=parcel.shop_id,
        voided=parcel.state == "voided",
    )
