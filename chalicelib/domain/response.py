"""How soon a shop answers and settles complaints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from .complaints import Complaint
from .fields import Instant

ESCALATES_AFTER = timedelta(hours=24)
"""Past the reply's deadline, which the village office sees at once: a day in which it can ring the
shop, before the county takes the complaint up."""


@dataclass(frozen=True)
class ResponseFigures:
    """Of the complaints whose first reply fell due in a period. Null where there is none.

    due: replied to, or past their deadline; in_time: of them, replied to by it. Hours run from the
    report: to the first reply of any kind, and to the end of those that ended.
    """

    complaints: int
    due: int
    in_time: int
    answered: int
    median_hours_to_answer: float | None
    p90_hours_to_answer: float | None
    settled: int
    median_hours_to_settle: float | None
    p90_hours_to_settle: float | None

    @property
    def in_time_rate(self) -> float | None:
        return round(self.in_time / self.due, 3) if self.due else None


def figures(complaints: Iterable[Complaint], now: Instant) -> ResponseFigures:
    counted = [
        complaint
        for complaint in complaints
        if not (complaint.taken_over or complaint.order_cancelled)
    ]
    answered = [
        _hours(complaint, complaint.first_reply_at)
        for complaint in counted
        if complaint.first_reply_at is not None
    ]
    settled = [
        _hours(complaint, complaint.settled_at)
        for complaint in counted
        if complaint.settled_at is not None and not complaint.is_open
    ]
    due = [
        complaint
        for complaint in counted
        if complaint.first_reply_at is not None or complaint.first_due_at < now
    ]
    return ResponseFigures(
        complaints=len(counted),
        due=len(due),
        in_time=sum(
            complaint.first_reply_at is not None
            and complaint.first_reply_at <= complaint.first_due_at
            for complaint in due
        ),
        answered=len(answered),
        median_hours_to_answer=_rank(answered, 50),
        p90_hours_to_answer=_rank(answered, 90),
        settled=len(settled),
        median_hours_to_settle=_rank(settled, 50),
        p90_hours_to_settle=_rank(settled, 90),
    )


def _hours(complaint: Complaint, at: Instant) -> float:
    return round((at - complaint.created_at).total_seconds() / 3600, 1)


def _rank(hours: Sequence[float], percent: int) -> float | None:
    """The nearest rank: the least of them that `percent` of all do not exceed."""
    return sorted(hours)[ceil(len(hours) * percent / 100) - 1] if hours else None
