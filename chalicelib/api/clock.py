"""What the clock does in production; `make run` does the same in a thread."""

from datetime import UTC, datetime

from chalice.app import CloudWatchEvent, Rate

from ..services.imports import delete_old_files
from ..services.payments import expire_unpaid
from .routing import Routes

routes = Routes(__name__)


@routes.schedule(Rate(1, unit=Rate.MINUTES))
def expire_orders(event: CloudWatchEvent) -> None:
    """Give unpaid orders' packs back."""
    expire_unpaid(datetime.now(UTC))


@routes.schedule(Rate(1, unit=Rate.HOURS))
def delete_imported_files(event: CloudWatchEvent) -> None:
    """Delete platforms' files that nobody finished importing."""
    delete_old_files(datetime.now(UTC))
