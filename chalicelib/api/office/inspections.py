"""On the cadre's desk: recording a test, correcting one, issuing a certificate."""

from chalice.app import Response

from chalicelib.domain.batches import Batch
from chalicelib.domain.certificates import NewCertificate, covered
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import Id
from chalicelib.domain.inspections import Inspection, NewInspection
from chalicelib.domain.products import Product
from chalicelib.pages.drawing.forms import Form, editable, local_time
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.batches import PATH
from chalicelib.pages.office.inspections import as_given, certificate_page, inspect_page
from chalicelib.services import batches, certificates, inspections, products

from ..edge.answers import refused_page
from ..edge.desks import DeskQuery, desk_of, done
from ..edge.forms import (
    GRAMS,
    PIECES,
    blank,
    china_time,
    key_of,
    number,
    refused,
    text,
    tried,
    whole,
)
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)


class InspectQuery(DeskQuery):
    """supersedes: the inspection, or the certificate, that the new one takes the place of."""

    supersedes: Id | None = None


def _unit(batch: Batch) -> int:
    return GRAMS if batch.unit == "g" else PIECES


# --- a test --------------------------------------------------------------------------------------


@routes.api(
    "GET", "/cadre/batches/{batch_id}/inspect", "batch:inspect", query=InspectQuery, html=True
)
def inspect(edge: Edge, batch_id: str) -> Page:
    """The form that the product's inspection plan asks for"""
    batch = batches.batch(edge.call.actor, batch_id)
    corrected = _corrected(edge, batch_id)
    given = as_given(corrected) if corrected else {}
    return _inspect(edge, blank(edge, **given), batch, corrected)


def _corrected(edge: Edge, batch_id: str) -> Inspection | None:
    wanted = edge.query.supersedes
    if wanted is None:
        return None
    cursor = None
    while True:
        page = inspections.inspections(edge.call.actor, batch_id, 100, cursor)
        for item in page.items:
            if item.doc.id == wanted:
                return item.doc
        cursor = page.next_cursor
        if cursor is None:
            raise not_found("inspection")


def _inspect(edge: Edge, form: Form, batch: Batch, corrected: Inspection | None) -> Page:
    return inspect_page(
        desk_of(edge),
        form.with_defaults(
            stage="harvest" if batch.state == "registered" else "packing",
            tested_at=local_time(edge.call.now),
        ),
        batch=batch,
        product=products.of_batch(batch.product_id),
        corrects=corrected,
    )


@routes.api(
    "POST", "/cadre/batches/{batch_id}/inspect", "batch:inspect", query=InspectQuery, html=True
)
def record_inspection(edge: Edge, form: dict[str, str], batch_id: str) -> Response:
    """Record a test under the id its form was minted with; the verdict is computed"""
    batch = batches.batch(edge.call.actor, batch_id)
    product = products.of_batch(batch.product_id)
    measured, inputs = _measurements(form, product)
    given = {
        "stage": text(form, "stage"),
        "tested_at": china_time(text(form, "tested_at")),
        "sampled_at": china_time(text(form, "sampled_at")),
        "sample_size": text(form, "sample_size"),
        "quantity_covered": whole(text(form, "covered"), _unit(batch)),
        "measurements": measured,
        "lab": text(form, "lab"),
        "note": text(form, "note"),
        "supersedes": edge.query.supersedes,
    }
    inspection_id = key_of(form)
    outcome = tried(
        lambda: inspections.record(edge.call, batch_id, inspection_id, read(NewInspection, given))
    )
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"quantity_covered": "covered", **inputs})
        page = _inspect(edge, again, batch, _corrected(edge, batch_id))
        return refused_page(page, outcome)
    return done(edge, f"{PATH}/batches/{batch_id}", note=f"inspected_{outcome[0].verdict}")


def _measurements(
    form: dict[str, str], product: Product
) -> tuple[list[dict[str, object]], dict[str, str]]:
    """What was filled in, and which input each field of it came from.

    A required metric that was left empty is given too: the rules then name it in its place.
    """
    measured: list[dict[str, object]] = []
    inputs: dict[str, str] = {}
    for metric in product.inspection_plan.metrics:
        name = f"value-{metric.key}"
        value, below = text(form, name), text(form, f"below-{metric.key}")
        if not (metric.required or value or below):
            continue
        place = f"measurements.{len(measured)}"
        inputs |= dict.fromkeys((place, f"{place}.value", f"{place}.metric"), name)
        measured.append(
            {"metric": metric.key, "value": number(value), "below_detection": below is not None}
        )
    inputs["measurements"] = f"value-{product.inspection_plan.metrics[0].key}"
    return measured, inputs


# --- a certificate -------------------------------------------------------------------------------


@routes.api(
    "GET", "/cadre/batches/{batch_id}/certificate", "batch:certify", query=InspectQuery, html=True
)
def certificate(edge: Edge, batch_id: str) -> Page:
    """The form of a 承诺达标合格证"""
    return _certificate(edge, blank(edge), batches.batch(edge.call.actor, batch_id))


def _certificate(edge: Edge, form: Form, batch: Batch) -> Page:
    earlier = certificates.certificates(edge.call.actor, batch.id)
    wanted = edge.query.supersedes
    old = next((held for held in earlier if held.id == wanted), None)
    if wanted and (old is None or old.superseded_by):
        raise not_found("certificate")
    certified = covered(held for held in earlier if held is not old)
    left = max(0, batch.quantity - certified)
    return certificate_page(
        desk_of(edge),
        form.with_defaults(
            basis="self_tested" if batch.last_verdict == "pass" else "self_controlled",
            amount=editable(left, batch.unit) if left else "",
            contact=earlier[0].contact if earlier else "",
        ),
        batch=batch,
        done=certified,
        old=old,
    )


@routes.api(
    "POST", "/cadre/batches/{batch_id}/certificate", "batch:certify", query=InspectQuery, html=True
)
def issue_certificate(edge: Edge, form: dict[str, str], batch_id: str) -> Response:
    """Issue it under the id its form was minted with"""
    batch = batches.batch(edge.call.actor, batch_id)
    given = {
        "basis": text(form, "basis"),
        "quantity": whole(text(form, "amount"), _unit(batch)),
        "contact": text(form, "contact"),
        "supersedes": edge.query.supersedes,
    }
    certificate_id = key_of(form)
    outcome = tried(
        lambda: certificates.issue(edge.call, batch_id, certificate_id, read(NewCertificate, given))
    )
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"quantity": "amount"})
        return refused_page(_certificate(edge, again, batch), outcome)
    return done(edge, f"{PATH}/batches/{batch_id}", note="certified")
