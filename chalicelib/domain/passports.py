"""What the public sees of a batch: its small record beside the parcels that hold some of it."""

from .fields import Instant, Model
from .inspections import Measurement, Stage, Verdict


class PassportInspection(Model):
    """What the public sees of an inspection: the measurements, not the inspector's account."""

    id: str
    stage: Stage
    tested_at: Instant
    verdict: Verdict
    measurements: tuple[Measurement, ...]
    sample_size: str | None = None
    lab: str | None = None
    photos: tuple[str, ...] = ()
    photo_bytes: tuple[int, ...] = ()
    """The size of each photo, told before it is loaded."""
    corrects: bool = False


class PassportCertificate(Model):
    id: str
    title: str
    basis: str
    basis_text: str
    producer: str
    issued_at: Instant


class Passport(Model):
    """The small public record of a batch, rewritten with each inspection, certificate or recall."""

    product: str
    product_en: str | None = None
    grade: str | None = None
    gtin: str | None = None
    village: str
    county: str
    province: str
    producer: str
    producer_kind: str
    inspections: tuple[PassportInspection, ...] = ()
    inspections_total: int = 0
    certificate: PassportCertificate | None = None
