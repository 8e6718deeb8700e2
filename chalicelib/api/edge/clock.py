"""What time alone does: in production each a function of its own, in `make run` a thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.services.charges import ask_payments as ask_providers
from chalicelib.services.imports import delete_old_files
from chalicelib.services.inbox import count_overdue
from chalicelib.services.patterns import count_waiting
from chalicelib.services.payments import expire_unpaid
from chalicelib.services.reconciliations import reconcile_days

from . import logs


@dataclass(frozen=True)
class Chore:
    """do: given the present moment, how many it found. metric: that number's name."""

    every: timedelta
    do: Callable[[datetime], int]
    metric: str

    def __call__(self, event: Any, context: Any) -> None:
        """As Lambda calls it. What it raises, Lambda tries twice more and then tells the queue."""
        logs.listen()
        with logs.about(context.aws_request_id):
            logs.line({"chore": self.metric}, {self.metric: self.do(datetime.now(UTC))})


expire_orders = Chore(timedelta(minutes=1), expire_unpaid, "ExpiredOrders")
"""Gives unpaid orders' packs back."""
ask_payments = Chore(timedelta(minutes=1), ask_providers, "AskedPayments")
"""Asks payment providers about what is open: no notification is sure to come."""
reconcile = Chore(timedelta(minutes=30), reconcile_days, "OpenBooks")
"""Fetches the bills of the last days from 10:15 in China on, and tells how many days are not right.
"""
watch_complaints = Chore(timedelta(minutes=5), count_overdue, "OverdueComplaints")
"""Tells how many wait past their deadline."""
count_complaints = Chore(timedelta(minutes=5), count_waiting, "CountedComplaints")
"""Counts what was said of boxes that nobody marked as sent."""
delete_files = Chore(timedelta(hours=1), delete_old_files, "DeletedFiles")
"""Deletes platforms' files that nobody finished importing."""
CHORES = {
    "expire_orders": expire_orders,
    "ask_payments": ask_payments,
    "reconcile": reconcile,
    "watch_complaints": watch_complaints,
    "count_complaints": count_complaints,
    "delete_files": delete_files,
}
