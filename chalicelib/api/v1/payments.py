"""Paying through a provider, and what a provider tells by itself."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.domain.charges import NewCharge, ProviderPayment
from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.standings import Standing
from chalicelib.pages.drawing.money import standing
from chalicelib.services import charges as service
from chalicelib.services import standings

from ..edge.queries import KeyQuery, Listing
from ..edge.routing import Edge, Routes

routes = Routes(__name__)

LARGEST_NOTIFICATION = 64 * 1024
"""Bytes: the provider's own have some two thousand."""

Absent = Field(exclude_if=lambda value: value is None)


class StartedAnswer(Model):
    """code_url: to be shown as a QR code. h5_url: to be opened. params: for the provider's browser.
    Exactly one of them is there."""

    payment_id: str
    out_trade_no: str
    amount_fen: int
    expires_at: Instant
    code_url: Annotated[str | None, Absent] = None
    h5_url: Annotated[str | None, Absent] = None
    params: Annotated[dict[str, Any] | None, Absent] = None


class PaymentAnswer(Model):
    """outcome: of what succeeded, whether it paid the order or goes back, and why it does."""

    id: str
    provider: str
    way: str
    out_trade_no: str
    state: Literal["started", "succeeded", "closed", "failed"]
    amount_fen: int
    received_fen: int
    transaction_id: Annotated[str | None, Absent] = None
    started_at: Instant
    succeeded_at: Annotated[Instant | None, Absent] = None
    outcome: Annotated[str | None, Absent] = None
    why: Annotated[str | None, Absent] = None

    @classmethod
    def of(cls, charge: ProviderPayment) -> "PaymentAnswer":
        return cls(out_trade_no=charge.id, **cls.taken_from(charge, "out_trade_no"))


class StandingAnswer(Model):
    """sentence: what it is, in the caller's language. mark: another one as soon as there is
    something new to say."""

    standing: Standing
    sentence: str
    mark: str


class Heard(Model):
    """What a provider wants to hear."""

    code: Literal["SUCCESS"] = "SUCCESS"
    message: str = ""


@routes.api(
    "POST",
    "/v1/orders/{order_id}/pay",
    "order:fulfil",
    body=NewCharge,
    answer=StartedAnswer,
    status=201,
    query=KeyQuery,
    buyer_key=True,
)
def start_payment(edge: Edge, body: NewCharge, order_id: str) -> StartedAnswer:
    """Ask for an order's sum through a provider"""
    started = service.start(edge.call, order_id, body, edge.query.key, edge.source)
    charge = started.charge
    return StartedAnswer(
        payment_id=charge.id,
        out_trade_no=charge.id,
        amount_fen=charge.amount_fen,
        expires_at=charge.until,
        **started.shown,
    )


@routes.api(
    "GET",
    "/v1/orders/{order_id}/payments",
    "order:read",
    answer=Listing[PaymentAnswer],
    query=KeyQuery,
    buyer_key=True,
)
def list_payments(edge: Edge, order_id: str) -> Listing[PaymentAnswer]:
    """What an order was asked for through providers, and what came"""
    charges = service.payments(edge.call, order_id, edge.query.key)
    return Listing(items=[PaymentAnswer.of(charge) for charge in charges], next_cursor=None)


@routes.api(
    "GET",
    "/v1/orders/{order_id}/standing",
    "order:read",
    answer=StandingAnswer,
    query=KeyQuery,
    buyer_key=True,
)
def show_standing(edge: Edge, order_id: str) -> StandingAnswer:
    """What an order is as far as its money goes, in one sentence"""
    money = standings.asked(edge.call, order_id, edge.query.key)
    sentence = standing(money.order, money.standing, money.refunds, edge.language, edge.call.now)
    return StandingAnswer(standing=money.standing, sentence=str(sentence), mark=money.mark)


@routes.api(
    "POST",
    "/v1/payments/wechatpay/notify",
    "public",
    answer=Heard,
    identify=False,
    largest=LARGEST_NOTIFICATION,
)
def hear_payment(edge: Edge, raw: bytes) -> Heard:
    """WeChat Pay tells of a payment"""
    service.notified(edge.call, "wechatpay", edge.headers, raw)
    return Heard()


@routes.api(
    "POST",
    "/v1/payments/wechatpay/refund-notify",
    "public",
    answer=Heard,
    identify=False,
    largest=LARGEST_NOTIFICATION,
)
def hear_refund(edge: Edge, raw: bytes) -> Heard:
    """WeChat Pay tells of a refund"""
    service.notified(edge.call, "wechatpay", edge.headers, raw)
    return Heard()
