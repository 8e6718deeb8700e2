"""Customers of a shop: who they are, who came back, and who may be written to."""

from datetime import datetime
from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.consents import TEXTS, Withdrawal
from chalicelib.domain.customers import Customer
from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.segments import Segment, segment_of
from chalicelib.pages.texts import LANGUAGES, Language
from chalicelib.services import customers as service

from ..edge.queries import Listing, ListQuery, Query
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class CustomersQuery(ListQuery):
    repeat: bool | None = None
    segment: Segment | None = None


class SegmentsQuery(Query):
    days: Annotated[int, Field(ge=1, le=3650)] = 365


class CustomerAnswer(Model):
    """name and phone_tail are null once the person was erased.

    segment: by recency, frequency and value, today. days_between: first to second paid order.
    may_message: consented to messages, and did not withdraw it.
    """

    id: str
    name: str | None
    phone_tail: str | None
    paid_orders: int
    spent_fen: int
    first_order_at: Instant | None
    last_order_at: Instant | None
    complaints: int
    came_back_after_complaint: bool
    segment: Segment
    days_between: int | None
    may_message: bool

    @classmethod
    def of(cls, customer: Customer, now: datetime) -> "CustomerAnswer":
        own = {"name", "segment", "days_between", "may_message"}
        return cls(
            name=service.name_of(customer),
            segment=segment_of(customer, now),
            days_between=customer.days_between,
            may_message=customer.consent is not None and customer.consent.holds,
            **cls.taken_from(customer, *own),
        )


class PeriodAnswer(Model):
    since: Instant
    until: Instant


class CustomerFigures(Model):
    """Of customers who last ordered in the period. Rates are null where there is nobody.

    settled: had a complaint settled; after_complaint: of them, ordered again after it. untroubled:
    never complained. complete: false when only the latest buyers were counted.
    """

    period: PeriodAnswer
    as_of: Instant
    complete: bool
    customers: int
    repeat: int
    repeat_rate: float | None
    settled: int
    after_complaint: int
    after_complaint_rate: float | None
    untroubled: int
    untroubled_repeat: int
    untroubled_rate: float | None
    median_days_to_return: float | None
    segments: dict[str, int]

    @classmethod
    def of(cls, counted: service.CountedCustomers) -> "CustomerFigures":
        own = {"period", "as_of", "complete"}
        return cls(
            period=PeriodAnswer(since=counted.since, until=counted.as_of),
            as_of=counted.as_of,
            complete=counted.complete,
            **{name: getattr(counted.figures, name) for name in set(cls.model_fields) - own},
        )


class ConsentAnswer(Model):
    """text: the wording of that version, in the caller's language. All null: never given."""

    given: bool
    text_version: str | None = None
    text: str | None = None
    channel: str | None = None
    given_at: Instant | None = None
    withdrawn_at: Instant | None = None

    @classmethod
    def of(cls, customer: Customer, language: Language) -> "ConsentAnswer":
        consent = customer.consent
        if consent is None:
            return cls(given=False)
        return cls(
            given=consent.holds,
            text=TEXTS[consent.text_version][LANGUAGES.index(language)],
            **consent.model_dump(exclude={"order_id"}),
        )


@routes.api(
    "GET",
    "/v1/customers",
    "customer:read",
    answer=Listing[CustomerAnswer],
    query=CustomersQuery,
)
def list_customers(edge: Edge) -> Listing[CustomerAnswer]:
    """Customers of the shop, last buyers first"""
    query = edge.query
    page = service.customers(
        edge.call, query.repeat, query.limit, query.cursor, segment=query.segment
    )
    return Listing.of(page, lambda item: CustomerAnswer.of(item.doc, edge.call.now))


@routes.api(
    "GET",
    "/v1/customers/figures",
    "customer:read",
    answer=CustomerFigures,
    query=SegmentsQuery,
)
def get_figures(edge: Edge) -> CustomerFigures:
    """Who came back, after how long, after a complaint or without"""
    return CustomerFigures.of(service.figures(edge.call, edge.query.days))


@routes.api("GET", "/v1/customers/{customer_id}", "customer:read", answer=CustomerAnswer)
def get_customer(edge: Edge, customer_id: str) -> CustomerAnswer:
    """A customer"""
    return CustomerAnswer.of(service.customer(edge.call, customer_id), edge.call.now)


@routes.api("GET", "/v1/customers/{customer_id}/consent", "customer:read", answer=ConsentAnswer)
def get_consent(edge: Edge, customer_id: str) -> ConsentAnswer:
    """Whether the customer may be written to, and what they agreed to"""
    return ConsentAnswer.of(service.customer(edge.call, customer_id), edge.language)


@routes.api(
    "PUT",
    "/v1/customers/{customer_id}/consent",
    "customer:write",
    body=Withdrawal,
    answer=ConsentAnswer,
)
def put_consent(edge: Edge, body: Withdrawal, customer_id: str) -> tuple[ConsentAnswer, bool]:
    """Withdraw it on the customer's request"""
    after = service.withdraw_consent(edge.call, customer_id)
    return ConsentAnswer.of(after, edge.language), False


@routes.api("DELETE", "/v1/customers/{customer_id}", "customer:erase", status=204)
def erase_customer(edge: Edge, customer_id: str, raw: bytes) -> Response:
    """Erase what identifies the person; the ledger stays"""
    service.erase(edge.call, customer_id)
    return Response("", status_code=204)
