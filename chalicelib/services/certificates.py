"""承诺达标合格证: issued for a batch, shown on its passport."""

from chalicelib.domain.access import Actor, Call, check_village
from chalicelib.domain.certificates import BASIS_TEXT, Certificate, NewCertificate, covered
from chalicelib.domain.errors import Invalid, not_found
from chalicelib.repositories.once import fingerprint, same
from chalicelib.repositories.reading import get
from chalicelib.repositories.tables import CertificateItem
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import batches as batch_store


@retrying
def issue(
    call: Call, batch_id: str, certificate_id: str, body: NewCertificate
) -> tuple[Certificate, bool]:
    """The certificate, and whether it is new.

    Raises "not_found" out of scope, "different_content", "certificate_needs_pass",
    "not_allowed_now" for a held or recalled batch, Invalid for more than the batch holds,
    "exceeds_uncertified" for more than its other certificates leave, "not_found" for one to
    supersede that is not there or was superseded before.
    """
    batch = batch_store.load(batch_id)
    check_village(call.actor, batch.doc.village_id, "batch")
    request_fingerprint = fingerprint(body)
    # Read after the batch: whoever issues one in between has written the batch too.
    issued = batch_store.certificates_of(batch)
    for item in issued:
        if item.doc.id == certificate_id:
            return same(item, certificate_id, request_fingerprint).doc, False
    if body.quantity > batch.doc.quantity:
        raise Invalid(
            (
                "quantity",
                f"这批货只有 {batch.doc.quantity}",
                f"the batch holds only {batch.doc.quantity}",
            )
        )
    passport = batch.doc.passport
    certificate = Certificate(
        id=certificate_id,
        batch_id=batch_id,
        product=passport.product,
        quantity=body.quantity,
        unit=batch.doc.unit,
        origin=f"{passport.province}{passport.county}{passport.village}",
        producer=passport.producer,
        contact=body.contact,
        issued_at=call.now,
        basis=body.basis,
        basis_text=BASIS_TEXT[body.basis],
        issued_by=call.actor.id,
    )
    work = UnitOfWork(call).create(CertificateItem.of(certificate, fingerprint=request_fingerprint))
    standing = [item for item in issued if item.doc.superseded_by is None]
    if body.supersedes is not None:
        old = next((item for item in standing if item.doc.id == body.supersedes), None)
        if old is None:
            raise not_found("certificate")
        standing.remove(old)
        after = old.doc.model_copy(update={"superseded_by": certificate_id})
        work.replace(old, CertificateItem.of(after))
    certified = batch.doc.certified(certificate, covered(item.doc for item in standing))
    batch_store.change(work, batch, certified)
    work.commit()
    return certificate, True


def certificate(actor: Actor, batch_id: str, certificate_id: str) -> Certificate:
    """Raises "not_found", also out of scope."""
    batch = batch_store.load(batch_id)
    check_village(actor, batch.doc.village_id, "batch")
    item = get(CertificateItem, (f"BATCH#{batch_id}", f"CERTIFICATE#{certificate_id}"))
    if item is None:
        raise not_found("certificate")
    return item.doc


def certificates(actor: Actor, batch_id: str) -> list[Certificate]:
    """Of one batch, newest first."""
    batch = batch_store.load(batch_id)
    check_village(actor, batch.doc.village_id, "batch")
    issued = [item.doc for item in batch_store.certificates_of(batch)]
    return sorted(issued, key=lambda certificate: certificate.issued_at, reverse=True)
