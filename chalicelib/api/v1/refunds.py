"""The refund ledger of an order."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.refunds import Cause, Failure, Money, NewRefund, Refund, SentRefund
from chalicelib.services import refunds as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class RefundAnswer(Model):
    """money: recorded where the order was paid by hand, else how far the provider is with it.
    failure: why it did not arrive. payment_id: of the money that it gives back. sent_at, method,
    reference: when the shop paid it back by itself, and how. at_platform: a platform pays it."""

    id: str
    order_id: str
    amount_fen: int
    reason: str
    complaint_id: str | None
    cause: Cause
    by: str
    at: Instant
    money: Money
    failure: Annotated[Failure | None, Field(exclude_if=lambda value: value is None)] = None
    returned_at: Annotated[Instant | None, Field(exclude_if=lambda value: value is None)] = None
    payment_id: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None
    out_refund_no: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None

    at_platform: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    sent_at: Annotated[Instant | None, Field(exclude_if=lambda value: value is None)] = None
    method: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None
    reference: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None

    @classmethod
    def of(cls, refund: Refund) -> "RefundAnswer":
        own = cls.taken_from(refund, "payment_id", "out_refund_no", "money")
        return cls(
            money=refund.money, payment_id=refund.charge_id, out_refund_no=refund.number, **own
        )


class Ledger(Listing[RefundAnswer]):
    """refundable_fen: what can still be paid back."""

    refundable_fen: int


@routes.api(
    "PUT",
    "/v1/orders/{order_id}/refunds/{refund_id}",
    "refund:write",
    body=NewRefund,
    answer=RefundAnswer,
)
def put_refund(
    edge: Edge, body: NewRefund, order_id: str, refund_id: str
) -> tuple[RefundAnswer, bool]:
    """Refund in part or in full"""
    refund, is_new = service.put(edge.call, order_id, refund_id, body)
    return RefundAnswer.of(refund), is_new


@routes.api(
    "POST",
    "/v1/orders/{order_id}/refunds/{refund_id}/retry",
    "refund:write",
    answer=RefundAnswer,
)
def retry_refund(edge: Edge, raw: bytes, order_id: str, refund_id: str) -> RefundAnswer:
    """Request again what failed"""
    return RefundAnswer.of(service.retry(edge.call, order_id, refund_id))


@routes.api(
    "PUT",
    "/v1/orders/{order_id}/refunds/{refund_id}/sent",
    "refund:send",
    body=SentRefund,
    answer=RefundAnswer,
)
def send_refund(
    edge: Edge, body: SentRefund, order_id: str, refund_id: str
) -> tuple[RefundAnswer, bool]:
    """Record that the shop has paid it back by itself"""
    refund, is_new = service.sent(edge.call, order_id, refund_id, body)
    return RefundAnswer.of(refund), is_new


@routes.api("GET", "/v1/orders/{order_id}/refunds", "refund:read", answer=Ledger, query=ListQuery)
def list_refunds(edge: Edge, order_id: str) -> Ledger:
    """The refund ledger"""
    page, refundable = service.refunds(edge.call, order_id, edge.query.limit, edge.query.cursor)
    return Ledger(
        items=[RefundAnswer.of(item.doc) for item in page.items],
        next_cursor=page.next_cursor,
        refundable_fen=refundable,
    )
