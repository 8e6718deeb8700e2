"""Forms that the inspection plan and the batch shape: a test, a certificate."""

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from chalicelib.domain.batches import Batch
from chalicelib.domain.certificates import COMMITMENT, Basis, Certificate
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import Inspection, Stage
from chalicelib.domain.products import Metric, Product
from chalicelib.domain.standards import dated, edition_of, replaced_by

from ..drawing import formats
from ..drawing.desks import Desk, desk_page
from ..drawing.forms import Form, local_time
from ..drawing.render import Page
from ..texts import Words
from ..texts.buyer import trace
from ..texts.buyer.trace import METRICS_EN
from ..texts.office import cadre
from .batches import LIST, PATH

MORE = ("sampled_at", "sample_size", "covered", "lab", "note")
"""Inputs that are folded away: a field test seldom needs them."""


def inspect_page(
    desk: Desk,
    form: Form,
    *,
    batch: Batch,
    product: Product,
    corrects: Inspection | None,
) -> Page:
    """Inputs: stage, tested_at; value-KEY and below-KEY for each metric of the plan; and MORE."""
    words = desk.words(cadre.TEXTS, trace.TEXTS)
    plan = product.inspection_plan
    unit = words["unit_kg" if batch.unit == "g" else "unit_piece"]
    note = ""
    if corrects:
        when = formats.moment(corrects.tested_at, desk.language, desk.now)
        note = words("correct_text", when=when)
    return desk_page(
        "office/inspect.html",
        desk,
        words,
        tab=LIST,
        query={"supersedes": corrects.id} if corrects else {},
        form=form,
        title=words["correct_title" if corrects else "inspect_title"],
        correcting=note,
        what=_what(batch, desk, words),
        sample=words("sample_rule", size=formats.marked(plan.sample_size, desk.language))
        if plan.sample_size
        else "",
        stages=[(stage, words[f"stage_{stage}"]) for stage in get_args(Stage)],
        metrics=[_metric(metric, words, desk.now) for metric in plan.metrics],
        covered=words("covered", unit=unit),
        open_more=any(form.error(name) for name in MORE),
        back=desk.link(f"{PATH}/batches/{batch.id}"),
    )


def _what(batch: Batch, desk: Desk, words: Words) -> str:
    passport = batch.passport
    product = formats.named(passport.product, passport.product_en, desk.language)
    return words("batch_title", product=product, lot=batch.lot)


def _metric(metric: Metric, words: Words, now: datetime) -> Mapping[str, object]:
    today = china_date(now)
    limit = formats.measure(metric.limit, metric.unit) if metric.limit is not None else ""
    method = formats.marked(metric.method, words.language)
    source = formats.marked(dated(metric.source, edition_of(metric.source, today)), words.language)
    newer = replaced_by(metric.source, today)
    known = METRICS_EN.get(metric.key) if words.language == "en" else None
    return {
        "key": metric.key,
        "name": known or formats.marked(metric.name, words.language),
        "label": words("metric_value_unit", unit=metric.unit)
        if metric.unit
        else words["metric_value_plain"],
        "limit": words(f"limit_{metric.operator or 'none'}", limit=limit),
        "how": words("method_and_source", method=method, source=source),
        "replaced": words("edition_replaced", edition=newer.name, day=newer.since.isoformat())
        if newer
        else "",
        "required": metric.required,
    }


def as_given(inspection: Inspection) -> dict[str, str]:
    """What a correction begins with: all that the corrected inspection says."""
    given = {
        "stage": inspection.stage,
        "tested_at": local_time(inspection.tested_at),
        "sampled_at": local_time(inspection.sampled_at),
        "sample_size": inspection.sample_size or "",
        "lab": inspection.lab or "",
        "note": inspection.note or "",
    }
    for measured in inspection.measurements:
        if measured.value is None:
            given[f"below-{measured.metric}"] = "1"
        else:
            given[f"value-{measured.metric}"] = formats.number(measured.value)
    return given


def certificate_page(
    desk: Desk, form: Form, *, batch: Batch, done: int, old: Certificate | None
) -> Page:
    """Inputs: basis, amount (kg or pieces), contact. done: how much the others certify. old: what
    it takes the place of."""
    words = desk.words(cadre.TEXTS, trace.TEXTS)
    unit = words["unit_kg" if batch.unit == "g" else "unit_piece"]
    return desk_page(
        "office/certificate.html",
        desk,
        words,
        tab=LIST,
        form=form,
        what=_what(batch, desk, words),
        producer=formats.marked(batch.passport.producer, desk.language),
        commitment=words("commitment_text", text=COMMITMENT),
        bases=[(basis, words[f"basis_{basis}"]) for basis in get_args(Basis)],
        needs_pass=batch.last_verdict != "pass",
        amount=words("certificate_amount", unit=unit),
        query={"supersedes": old.id} if old else {},
        replaces=_replaces(old, desk, words) if old else "",
        left=certificate_left(batch, done, desk, words) if done else "",
        amount_mode="decimal" if batch.unit == "g" else "numeric",
        back=desk.link(f"{PATH}/batches/{batch.id}"),
    )


def _replaces(old: Certificate, desk: Desk, words: Words) -> str:
    return words(
        "certificate_replaces",
        what=formats.quantity(old.quantity, old.unit, desk.language),
        when=formats.day(china_date(old.issued_at), desk.language),
    )


def certificate_left(batch: Batch, done: int, desk: Desk, words: Words) -> str:
    """How much may still be certified. done: how much is."""

    def shown(amount: int) -> str:
        return formats.quantity(amount, batch.unit, desk.language)

    return words(
        "certificate_left",
        left=shown(max(0, batch.quantity - done)),
        whole=shown(batch.quantity),
        covered=shown(done),
    )
