"""Whether the service runs and reaches its store."""

from chalicelib.domain.fields import Model
from chalicelib.repositories.connection import reachable
from chalicelib.repositories.errors import StoreUnavailable

from .routing import Edge, Routes

routes = Routes(__name__)


class Health(Model):
    status: str


@routes.api("GET", "/healthz", "public", answer=Health, identify=False)
def healthz(edge: Edge) -> Health:
    """Whether the service reaches its store"""
    if not reachable():
        raise StoreUnavailable("healthz")
    return Health(status="ok")
