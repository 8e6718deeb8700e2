"""What the clock does in production; `make run` does the same in a thread.

Registered at every start, so what the jobs need is imported when they run.
"""

from datetime import UTC, datetime

from chalice.app import Blueprint, CloudWatchEvent, Rate

jobs = Blueprint(__name__)


@jobs.schedule(Rate(1, unit=Rate.MINUTES))
def expire_orders(event: CloudWatchEvent) -> None:
    """Give unpaid orders' packs back."""
    from ..services.payments import expire_unpaid

    expire_unpaid(datetime.now(UTC))


@jobs.schedule(Rate(1, unit=Rate.HOURS))
def delete_imported_files(event: CloudWatchEvent) -> None:
    """Delete platforms' files that nobody finished importing."""
    from ..services.imports import delete_old_files

    delete_old_files(datetime.now(UTC))
