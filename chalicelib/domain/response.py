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
    found = [one for one in complaints if not (one.taken_over or one.order_cancelled)]
    answered = [_hours(one, one.first_reply_at) for one in found if one.first_reply_at is not None]
    settled = [
        _hours(one, one.settled_at)
        for one in found
        if one.settled_at is not None and not one.is_open
    ]
    due = [one for one in found if one.first_reply_at is not None or one.first_due_at < now]
    return ResponseFigures(
        complaints=len(found),
        due=len(due),
        in_time=sum(
            one.first_reply_at is not None and one.first_reply_at <= one.first_due_at for one in due
        ),
        answered=len(answered),
        median_hours_to_answer=_rank(answered, 50),
        p90_hours_to_answer=_rank(answered, 90),
        settled=len(settled),
        median_hours_to_settle=_rank(settled, 50),
        p90_hours_to_settle=_rank(settled, 90),
    )


def _hours(one: Complaint, at: Instant) -> float:
    return round((at - one.created_at).total_seconds() / 3600, 1)


def _rank(hours: Sequence[float], percent: int) -> float | None:
    """The nearest rank: the least of them that `percent` of all do not exceed."""
    return sorted(hours)[ceil(len(hours) * percent / 100) - 1] if hours else None
