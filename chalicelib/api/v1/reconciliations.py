"""The books: a provider's bills against what came in and went back."""

from datetime import date
from typing import Annotated

from pydantic import Field

from chalicelib.domain.book_refusals import advice
from chalicelib.domain.day_books import (
    Difference,
    Failure,
    Kind,
    NewOutside,
    SettledOutside,
    ShopSums,
)
from chalicelib.domain.fields import Instant, Model
from chalicelib.pages.texts import LANGUAGES, Language
from chalicelib.services import reconciliations as service
from chalicelib.services.reconciliations import Reconciled

from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class DifferenceAnswer(Model):
    """ours_fen, theirs_fen: null where that side has nothing of it. advice: what a person can do.
    settled: what was noted of it."""

    kind: Kind
    out_trade_no: str | None
    out_refund_no: str | None
    ours_fen: int | None
    theirs_fen: int | None
    shop_id: str | None
    order_id: str | None
    advice: str
    settled: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None

    @classmethod
    def of(
        cls, difference: Difference, settled: SettledOutside | None, language: Language
    ) -> "DifferenceAnswer":
        return cls(
            advice=advice(difference)[LANGUAGES.index(language)],
            settled=settled.note if settled else None,
            **cls.taken_from(difference),
        )


class SumsAnswer(Model):
    """shop_id: null for what is of no shop that is known. fee_fen: what the provider kept. waiting:
    refunds under way, and what the next day's bill may have."""

    shop_id: str | None
    matched: int
    received_fen: int
    refunded_fen: int
    fee_fen: int
    net_fen: int
    waiting: int
    differing: int

    @classmethod
    def of(cls, sums: ShopSums) -> "SumsAnswer":
        return cls(net_fen=sums.net_fen, **cls.taken_from(sums, "net_fen"))


class ReconciliationAnswer(Model):
    """made_at: of the oldest bill in it. failures: of merchants whose bill is not there, by mchid.
    left_out: differences beside those that are listed."""

    provider: str
    date: date
    made_at: Instant | None
    matched: int
    waiting: int
    received_fen: int
    refunded_fen: int
    fee_fen: int
    differences: list[DifferenceAnswer]
    left_out: int
    shops: list[SumsAnswer]
    failures: dict[str, Failure]

    @classmethod
    def of(cls, reconciled: Reconciled, language: Language) -> "ReconciliationAnswer":
        sums = reconciled.sums
        added = ("matched", "waiting", "received_fen", "refunded_fen", "fee_fen")
        totals = {name: sum(getattr(shop, name) for shop in sums) for name in added}
        books = reconciled.books
        return cls(
            provider=reconciled.provider,
            date=reconciled.day,
            made_at=min((book.made_at for book in books), default=None),
            differences=[
                DifferenceAnswer.of(difference, settled, language)
                for difference, settled in reconciled.differences
            ],
            left_out=sum(book.left_out for book in books),
            shops=[SumsAnswer.of(shop) for shop in sums],
            failures={book.mchid: book.failure for book in books if book.failure},
            **totals,
        )


@routes.api(
    "PUT",
    "/v1/reconciliations/{provider}/{date}",
    "books:write",
    answer=ReconciliationAnswer,
)
def put_reconciliation(
    edge: Edge, raw: bytes, provider: str, date: str
) -> tuple[ReconciliationAnswer, bool]:
    """Fetch a day's bill from the provider and compare it"""
    reconciled, is_new = service.reconcile(edge.call, provider, date)
    return ReconciliationAnswer.of(reconciled, edge.language), is_new


@routes.api(
    "GET",
    "/v1/reconciliations/{provider}/{date}",
    "books:read",
    answer=ReconciliationAnswer,
)
def get_reconciliation(edge: Edge, provider: str, date: str) -> ReconciliationAnswer:
    """A day as it was compared last"""
    return ReconciliationAnswer.of(service.day(edge.call, provider, date), edge.language)


@routes.api(
    "PUT",
    "/v1/reconciliations/{provider}/{date}/notes/{number}",
    "books:write",
    body=NewOutside,
    answer=ReconciliationAnswer,
)
def put_note(
    edge: Edge, body: NewOutside, provider: str, date: str, number: str
) -> tuple[ReconciliationAnswer, bool]:
    """Note what became of a difference outside of here"""
    reconciled, is_new = service.note(edge.call, provider, date, number, body)
    return ReconciliationAnswer.of(reconciled, edge.language), is_new
