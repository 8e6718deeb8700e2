"""What WeChat Pay says of charges and refunds, in the house's words."""

from datetime import UTC
from typing import Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ValidationError

from .. import Away, ChargeState, RefundReport, RefundState, Report

M = TypeVar("M", bound=BaseModel)

_TRADE: dict[str, ChargeState] = {
    "NOTPAY": "open",
    "USERPAYING": "open",
    "SUCCESS": "succeeded",
    "REFUND": "succeeded",  # paid, and some of it was asked back since
    "CLOSED": "closed",
    "REVOKED": "closed",
    "PAYERROR": "failed",
}
_REFUND: dict[str, RefundState] = {
    "PROCESSING": "processing",
    "SUCCESS": "returned",
    "CLOSED": "closed",
    "ABNORMAL": "abnormal",
}


class _TradeAmount(BaseModel):
    total: int
    currency: Literal["CNY"] = "CNY"


class Trade(BaseModel):
    mchid: str
    out_trade_no: str
    trade_state: Literal[
        "NOTPAY", "USERPAYING", "SUCCESS", "REFUND", "CLOSED", "REVOKED", "PAYERROR"
    ]
    transaction_id: str | None = None
    success_time: AwareDatetime | None = None
    amount: _TradeAmount | None = None

    def report(self) -> Report:
        """Raises ValueError for money without what tells which it is."""
        state = _TRADE[self.trade_state]
        if state != "succeeded":
            return Report(self.out_trade_no, state, mchid=self.mchid)
        if not (self.transaction_id and self.success_time and self.amount):
            raise ValueError("paid, and not said how much, when or as what")
        return Report(
            self.out_trade_no,
            state,
            self.amount.total,
            self.transaction_id,
            self.success_time.astimezone(UTC),
            self.mchid,
        )


class _RefundAmount(BaseModel):
    refund: int


class Refund(BaseModel):
    """Answers say `status`, notifications `refund_status` and whose it is."""

    out_refund_no: str
    out_trade_no: str
    status: Literal["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL"]
    success_time: AwareDatetime | None = None
    amount: _RefundAmount
    mchid: str = ""

    def report(self) -> RefundReport:
        at = self.success_time and self.success_time.astimezone(UTC)
        return RefundReport(
            self.out_refund_no, self.out_trade_no, _REFUND[self.status], self.amount.refund, at
        )


class Resource(BaseModel):
    algorithm: Literal["AEAD_AES_256_GCM"]
    ciphertext: str
    nonce: str
    associated_data: str = ""


class Envelope(BaseModel):
    event_type: str
    resource_type: Literal["encrypt-resource"]
    resource: Resource


class Statement(BaseModel):
    hash_type: Literal["SHA1"]
    hash_value: str
    download_url: str


def parsed(model: type[M], content: bytes) -> M:
    """Raises Away for what is not what was asked for."""
    try:
        return model.model_validate_json(content)
    except ValidationError:
        raise Away("the answer has another form") from None


def of_charge(mchid: str, number: str, content: bytes) -> Report:
    trade = parsed(Trade, content)
    if (trade.out_trade_no, trade.mchid) != (number, mchid):
        raise Away("the answer is of another charge")
    try:
        return trade.report()
    except ValueError as error:
        raise Away(str(error)) from None


def of_refund(number: str, content: bytes) -> RefundReport:
    refunded = parsed(Refund, content)
    if refunded.out_refund_no != number:
        raise Away("the answer is of another refund")
    return refunded.report()
