"""Batches (lots) of produce, their states, and the passport a scan shows."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AfterValidator, Field

from .catalogue import Producer, Village
from .certificates import Certificate
from .errors import Invalid, Refusal
from .fields import (
    FIRST_YEAR,
    Body,
    ClockMoved,
    DeviceTime,
    Id,
    Instant,
    Message,
    Model,
    Name,
    Note,
    Quantity,
    china_date,
)
from .inspections import LARGEST_CLOCK_GAP, Inspection, Verdict
from .lifecycle import BATCH, check_move
from .passports import Passport, PassportCertificate, PassportInspection
from .plausible import Confirmed
from .products import Product, Unit

State = Literal["registered", "passed", "held", "recalled", "closed"]
UNSELLABLE: frozenset[str] = frozenset({"held", "recalled"})

RECORD_BYTES = 3600
"""Of a 4 KB item, whose consistent read costs 1 RCU; the rest are its keys."""


def _lot(value: str) -> str:
    if not re.fullmatch(r"[!-\"%-?A-Z_a-z]{1,20}", value):
        signs = "! \" % & ' ( ) * + , - . / _ : ; < = > ?"
        raise ValueError(
            f"应为 1 到 20 个字符，不用汉字和空格：A-Z a-z 0-9 {signs}",
            f"1 to 20 characters of GS1 set 82: A-Z a-z 0-9 {signs}",
        )
    return value


class NewBatch(Body):
    lot: Annotated[str, Field(min_length=1, max_length=20), AfterValidator(_lot)]
    """GS1 General Specifications, AI (10): up to 20 characters of character set 82."""
    product_id: Id
    producer_id: Id
    harvested_on: Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1))]
    quantity: Quantity
    plot: Name | None = None
    note: Note | None = None
    device_at: DeviceTime | None = None
    """When the phone says that it was recorded."""
    clock_moved_seconds: ClockMoved | None = None
    confirmed: Confirmed | None = None


class Batch(Model):
    """quantity and available_quantity in the product's unit; available is not set aside yet.

    held_at, recalled_at: by the server. held_tested_at: when the latest failing sample was tested,
    or a person held it; a pass must not be older than it to release the batch. device_at: when the
    phone says it was made; clock_gap_seconds: the server's time minus the phone's when it first
    came; clock_moved_seconds: see fields.py. confirmed: when it was recorded; confirmed_since:
    later. corrected_at: its quantity, the last time.
    """

    id: str
    lot: str
    product_id: str
    producer_id: str
    village_id: str
    unit: Unit
    harvested_on: date
    quantity: int
    available_quantity: int
    plot: str | None = None
    note: str | None = None
    state: State
    reason: str | None = None
    held_at: Instant | None = None
    held_tested_at: Instant | None = None
    recalled_at: Instant | None = None
    last_verdict: Verdict | None = None
    last_pass_id: str | None = None
    last_pass_recorded_at: Instant | None = None
    last_pass_tested_at: Instant | None = None
    recorded_at: Instant
    recorded_by: str
    device_at: DeviceTime | None = None
    clock_gap_seconds: int | None = None
    clock_moved_seconds: int | None = None
    confirmed: Confirmed | None = None
    confirmed_since: Confirmed | None = None
    corrected_at: Instant | None = None
    village_plan: Literal[True] | None = None
    """Whether a village's cadre made the plan that it is judged by; None: the county did."""
    passport: Passport

    @property
    def plan_by(self) -> Literal["county", "village"]:
        return "village" if self.village_plan else "county"

    def best_before(self, shelf_life_days: int | None) -> date | None:
        """Its last good day, in China; None without a shelf life, which is the product's."""
        if shelf_life_days is None:
            return None
        return self.harvested_on + timedelta(days=shelf_life_days)

    def expired_on(self, shelf_life_days: int | None, today: date) -> date | None:
        """Its last good day if that is over; else None, as without a shelf life."""
        last = self.best_before(shelf_life_days)
        return last if last is not None and last < today else None

    def refuse_if_expired(self, shelf_life_days: int | None, today: date) -> None:
        """Raise "batch_expired" from the day after its last good one."""
        if last := self.expired_on(shelf_life_days, today):
            raise Refusal("batch_expired", lot=self.lot, batch_id=self.id, best_before=str(last))

    def refuse_unless_sellable(self) -> None:
        """Raise "batch_held" for a held or recalled batch."""
        if self.state in UNSELLABLE:
            raise Refusal("batch_held", lot=self.lot, batch_id=self.id, state=self.state)

    def _moved(self, state: State, **fields: Any) -> "Batch":
        check_move("batch", self.state, state)
        return self.model_copy(update={"state": state, **fields})

    def held(self, reason: str, now: Instant) -> "Batch":
        """By a person, for a reason that no earlier sample speaks of, however late it comes."""
        since = now - timedelta(seconds=LARGEST_CLOCK_GAP)  # by the clock of who tests it next
        return self._moved("held", reason=reason, held_at=now, held_tested_at=since)

    def recalled(self, reason: str, now: Instant) -> "Batch":
        """Final, and from every other state: what was sold can always be called back."""
        return self._moved("recalled", reason=reason, recalled_at=now)

    def closed(self, reason: str) -> "Batch":
        return self._moved("closed", reason=reason)

    def released(self, reason: str) -> "Batch":
        """Raise "release_needs_pass" without a pass recorded after the hold.

        Recorded, because the server's clock is the one to trust; and not tested before what held
        it, so that a morning's pass uploaded late does not undo the noon's failure or hold.
        """
        check_move("batch", self.state, "passed")
        if self.held_at is None or not self._has_pass_since_hold:
            raise Refusal("release_needs_pass")
        return self._moved("passed", reason=reason)

    @property
    def _has_pass_since_hold(self) -> bool:
        newer = self.held_at is None or (
            self.last_pass_recorded_at is not None and self.last_pass_recorded_at >= self.held_at
        )
        fresh = self.held_tested_at is None or (
            self.last_pass_tested_at is not None and self.last_pass_tested_at >= self.held_tested_at
        )
        return newer and fresh

    def inspected(
        self,
        inspection: Inspection,
        photo_bytes: tuple[int, ...] = (),
        standing: Iterable[Inspection] = (),
    ) -> "Batch":
        """The batch after an inspection: a failure holds it, a first pass passes it; and where the
        pass that it was released by is corrected, it is held as before.

        standing: the other tests of the batch that nothing corrects, of which one takes the place
        of a latest pass that this one corrects. Raises "not_allowed_now" for a recalled batch, and
        for a closed one unless it fails: what was sold of it may still be on its way.
        """
        failed = inspection.verdict == "fail"
        if self.state == "recalled" or (self.state == "closed" and not failed):
            check_move("batch", self.state, "held" if failed else "passed")
        if inspection.supersedes is not None and inspection.supersedes == self.last_pass_id:
            after = self._without_last_pass(standing).inspected(inspection, photo_bytes)
            if after.state != "passed" or after._has_pass_since_hold:
                return after
            return after._moved("held", reason="放行所凭的检测已更正")
        update: dict[str, Any] = {
            "passport": self._passport_with(inspection, photo_bytes),
            "last_verdict": inspection.verdict,
        }
        if failed:
            update |= {
                "state": "held",
                "reason": failure_reason(inspection),
                "held_at": inspection.recorded_at,
                "held_tested_at": self._latest_failure(inspection),
            }
        else:
            if not self._has_newer_pass_than(inspection):
                update |= _last_pass(inspection)
            if self.state == "registered":
                update["state"] = "passed"
        return self.model_copy(update=update)

    def _without_last_pass(self, standing: Iterable[Inspection]) -> "Batch":
        """As if its latest pass had never come: of the others the newest takes its place."""
        batch = self.model_copy(update=_last_pass(None))
        others = (test for test in standing if test.id != self.last_pass_id)
        passes = [test for test in others if test.verdict == "pass"]
        for passed in sorted(passes, key=lambda test: test.recorded_at):
            if not batch._has_newer_pass_than(passed):
                batch = batch.model_copy(update=_last_pass(passed))
        return batch

    def _latest_failure(self, inspection: Inspection) -> Instant:
        """Samples come late and in any order: an older failure makes no older pass good enough."""
        before = self.held_tested_at if self.state == "held" else None
        return max(before or inspection.tested_at, inspection.tested_at)

    def _has_newer_pass_than(self, inspection: Inspection) -> bool:
        """Whether a pass that counts against the present hold was tested after this one."""
        return (
            self.last_pass_recorded_at is not None
            and self.last_pass_tested_at is not None
            and (self.held_at is None or self.last_pass_recorded_at >= self.held_at)
            and self.last_pass_tested_at > inspection.tested_at
        )

    def refuse_now(self, wanted: str) -> NoReturn:
        """What is no move of its state, but is not done in this one either."""
        raise Refusal(
            "not_allowed_now",
            subject="batch",
            state=self.state,
            wanted=wanted,
            allowed=sorted(BATCH[self.state]),
        )

    def certified(self, certificate: Certificate, covered: int = 0) -> "Batch":
        """Raise "not_allowed_now" if held or recalled, "certificate_needs_pass" without a pass,
        "exceeds_uncertified" for more than is left beside what its others cover."""
        if self.state in UNSELLABLE:
            self.refuse_now("certified")
        left = max(0, self.quantity - covered)
        if certificate.quantity > left:
            raise Refusal(
                "exceeds_uncertified",
                certified=covered,
                left=left,
                wanted=certificate.quantity,
                unit=self.unit,
            )
        if certificate.basis != "self_controlled" and self.last_verdict != "pass":
            raise Refusal("certificate_needs_pass")
        shown = PassportCertificate(**PassportCertificate.taken_from(certificate))
        return self.model_copy(
            update={"passport": self.passport.model_copy(update={"certificate": shown})}
        )

    def _passport_with(self, inspection: Inspection, photo_bytes: tuple[int, ...]) -> Passport:
        """Newest first, corrected ones left out."""
        newest = PassportInspection(
            corrects=inspection.supersedes is not None,
            photo_bytes=photo_bytes,
            **PassportInspection.taken_from(inspection),
        )
        earlier = [test for test in self.passport.inspections if test.id != inspection.supersedes]
        return self.passport.model_copy(
            update={
                "inspections": (newest, *earlier),
                "inspections_total": self.passport.inspections_total
                + (0 if inspection.supersedes else 1),
            }
        )

    def fitting(self) -> "Batch":
        """Without the oldest inspections of the passport, until it fits; the newest stays."""
        batch = self
        while (
            len(batch.passport.inspections) > 1
            and len(batch.model_dump_json(exclude_none=True).encode()) > RECORD_BYTES
        ):
            fewer = batch.passport.inspections[:-1]
            passport = batch.passport.model_copy(update={"inspections": fewer})
            batch = batch.model_copy(update={"passport": passport})
        return batch


def _last_pass(inspection: Inspection | None) -> dict[str, Any]:
    """What a batch keeps of its latest pass; of None, that there is none."""
    return {
        "last_pass_id": inspection and inspection.id,
        "last_pass_recorded_at": inspection and inspection.recorded_at,
        "last_pass_tested_at": inspection and inspection.tested_at,
    }


def failure_reason(inspection: Inspection) -> str:
    """The failed metrics in one line, for the journal and the hold."""
    failed = "、".join(
        measurement.name for measurement in inspection.measurements if measurement.verdict == "fail"
    )
    return f"检测不合格：{failed}"


class Touched(Model):
    """How much a hold or recall reaches."""

    parcels: int
    orders: int


class WrittenReason(Body):
    """Why a batch is held, released, recalled or closed."""

    reason: Message


def register(
    body: NewBatch,
    *,
    batch_id: str,
    product: Product,
    producer: Producer,
    village: Village,
    by: str,
    now: Instant,
    clock_gap_seconds: int | None = None,
) -> Batch:
    """A new batch. Raises Invalid for a harvest after today in China."""
    if body.harvested_on > china_date(now):
        raise Invalid(
            ("harvested_on", "采收日期不能晚于今天", "the harvest date lies in the future")
        )
    return Batch(
        id=batch_id,
        village_id=village.id,
        unit=product.unit,
        available_quantity=body.quantity,
        state="registered",
        recorded_at=now,
        recorded_by=by,
        clock_gap_seconds=clock_gap_seconds,
        village_plan=True if product.village_id else None,
        passport=Passport(
            product=product.name,
            product_en=product.name_en,
            grade=product.grade,
            gtin=product.gtin,
            village=village.name,
            county=village.county,
            province=village.province,
            producer=producer.display_name,
            producer_kind=producer.kind,
        ),
        **{name: getattr(body, name) for name in NewBatch.model_fields},
    )
