"""承诺达标合格证 of a batch."""

from chalicelib.domain.certificates import Certificate, NewCertificate
from chalicelib.services import certificates as service

from ..edge.routing import Edge, Routes

routes = Routes(__name__)


@routes.api(
    "PUT",
    "/v1/batches/{batch_id}/certificates/{certificate_id}",
    "batch:certify",
    body=NewCertificate,
    answer=Certificate,
)
def put_certificate(
    edge: Edge, body: NewCertificate, batch_id: str, certificate_id: str
) -> tuple[Certificate, bool]:
    """Issue a 承诺达标合格证"""
    return service.issue(edge.call, batch_id, certificate_id, body)
