"""A month of the books, and its close."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.book_months import BookMonth, MonthDay, Reopening
from chalicelib.domain.fields import Instant, Model
from chalicelib.services import book_months as service

from ..edge.routing import Edge, Routes
from .reconciliations import SumsAnswer

routes = Routes(__name__)


class DayAnswer(Model):
    """missing: merchants whose bill was never compared. done: nothing is left to do."""

    date: date
    matched: int
    waiting: int
    differing: int
    received_fen: int
    refunded_fen: int
    fee_fen: int
    net_fen: int
    missing: int
    done: bool

    @classmethod
    def of(cls, day: MonthDay) -> "DayAnswer":
        names = set(cls.model_fields) - {"date", "missing", "done"}
        totals = {name: sum(getattr(shop, name) for shop in day.sums) for name in names}
        return cls(date=day.day, missing=day.missing, done=day.is_done, **totals)


class MonthStateAnswer(Model):
    """totals: by shop, as they were when it was closed."""

    provider: str
    month: str
    state: Literal["open", "closed"]
    closed_at: Annotated[Instant | None, Field(exclude_if=lambda value: value is None)] = None
    totals: list[SumsAnswer]

    @classmethod
    def of(cls, month: BookMonth) -> "MonthStateAnswer":
        totals = [SumsAnswer.of(sums) for sums in month.totals]
        return cls(totals=totals, **cls.taken_from(month, "totals"))


class MonthAnswer(MonthStateAnswer):
    """totals: by shop, as they are now."""

    days: list[DayAnswer]


@routes.api("GET", "/v1/months/{provider}/{month}", "books:read", answer=MonthAnswer)
def get_month(edge: Edge, provider: str, month: str) -> MonthAnswer:
    """The days of a month, as they were compared last"""
    shown = service.view(edge.call, provider, month)
    return MonthAnswer(
        totals=[SumsAnswer.of(sums) for sums in shown.totals],
        days=[DayAnswer.of(day) for day in shown.days],
        **MonthAnswer.taken_from(shown.month, "totals", "days"),
    )


@routes.api("POST", "/v1/months/{provider}/{month}/close", "books:close", answer=MonthStateAnswer)
def close_month(edge: Edge, raw: bytes, provider: str, month: str) -> MonthStateAnswer:
    """Close a month of which nothing differs any more"""
    return MonthStateAnswer.of(service.close(edge.call, provider, month))


@routes.api(
    "POST",
    "/v1/months/{provider}/{month}/reopen",
    "books:close",
    body=Reopening,
    answer=MonthStateAnswer,
)
def reopen_month(edge: Edge, body: Reopening, provider: str, month: str) -> MonthStateAnswer:
    """Open a month again that was closed"""
    return MonthStateAnswer.of(service.reopen(edge.call, provider, month, body))
