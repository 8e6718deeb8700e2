"""What the house asks of a payment provider, and which of ours answers by its name.

Sums are integer fen, moments are aware and in UTC. Every question may raise `Away`: then nobody
knows whether it was done, and it is asked again with the same number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from chalicelib.domain.merchants import Verdict

Way = Literal["native", "h5", "jsapi"]
"""How a buyer pays: by a code shown to the phone, from a browser, in the provider's own app."""
ChargeState = Literal["open", "succeeded", "closed", "failed", "unknown"]
"""unknown: the provider never heard of it."""
RefundState = Literal["processing", "returned", "closed", "abnormal", "unknown"]
"""closed: it needs a new number. abnormal: somebody has to do something at the provider."""
LONGEST_TITLE = 40
"""Characters of what the buyer reads beside the sum."""
CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
"""How long a question may take to arrive, and its answer to come."""
FRESH_SECONDS = 300
"""By how much a notification's clock may differ from ours, either way."""


class Away(Exception):
    """No answer, or none that can be believed: whether it was done is not known."""


class Unbelieved(Away):
    """An answer came, and is not signed by the key that the provider is known by."""


class Refused(Exception):
    """The provider said no, and nothing was done. code: its own, such as NOT_ENOUGH."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Forged(Exception):
    """A notification that is not the provider's for this merchant, or is too old."""


class NotYet(Exception):
    """The provider has no bill of that day yet."""


@dataclass(frozen=True)
class Merchant:
    """A merchant's credentials, opened. base_url: where its provider is asked; "" is the usual."""

    provider: str
    mchid: str
    appid: str
    serial_no: str
    public_key_id: str
    private_key: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    public_key: str = field(repr=False)
    base_url: str = ""


@dataclass(frozen=True)
class Charge:
    """A sum that a buyer is asked for. number: 6 to 32 of 0-9, A-Z, a-z. until: when it can no
    longer be paid. address: the payer's, for h5. openid: who the payer is to the app, for jsapi."""

    number: str
    amount_fen: int
    title: str
    until: datetime
    notify_url: str
    address: str = ""
    openid: str = ""


@dataclass(frozen=True)
class Report:
    """What the provider says of a charge. amount_fen, transaction_id, at: once it was paid."""

    number: str
    state: ChargeState
    amount_fen: int | None = None
    transaction_id: str | None = None
    at: datetime | None = None
    mchid: str = ""


@dataclass(frozen=True)
class Refunding:
    """Money to give back. number: up to 64 characters, and one refund for good. charge: the number
    that was paid. total_fen: what was paid by it."""

    number: str
    charge: str
    amount_fen: int
    total_fen: int
    reason: str
    notify_url: str


@dataclass(frozen=True)
class RefundReport:
    """What the provider says of a refund. at: when the money arrived."""

    number: str
    charge: str
    state: RefundState
    amount_fen: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class BillRow:
    """One payment or refund of a day, as the provider booked it. fee_fen: less than 0 where a
    refund gives some of it back."""

    kind: Literal["payment", "refund"]
    number: str
    refund_number: str | None
    amount_fen: int
    fee_fen: int
    state: str
    at: datetime


class Adapter(Protocol):
    """What a provider's module has; the functions below say what each does."""

    def checked(self, merchant: Merchant) -> Merchant: ...
    def verdict(self, merchant: Merchant) -> Verdict: ...
    def start(self, merchant: Merchant, charge: Charge, way: Way) -> dict[str, Any]: ...
    def query(self, merchant: Merchant, number: str) -> Report: ...
    def close(self, merchant: Merchant, number: str) -> bool: ...
    def refund(self, merchant: Merchant, refunding: Refunding) -> RefundReport: ...
    def query_refund(self, merchant: Merchant, number: str) -> RefundReport: ...
    def notified_key(self, headers: Mapping[str, str], body: bytes) -> str: ...
    def read_notification(
        self, merchant: Merchant, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Report | RefundReport: ...
    def bill(self, merchant: Merchant, day: date) -> Iterator[BillRow]: ...


def _adapter(provider: str) -> Adapter:
    """Imported when first asked, as a scan needs no provider."""
    if provider == "wechatpay":
        from . import wechatpay

        return wechatpay
    raise LookupError(provider)


def checked(merchant: Merchant) -> Merchant:
    """The merchant as it is kept. Asks nobody outside. Raises Invalid for keys that cannot be
    right."""
    return _adapter(merchant.provider).checked(merchant)


def verdict(merchant: Merchant) -> Verdict:
    """Whether the keys belong together, by a question that moves nothing."""
    return _adapter(merchant.provider).verdict(merchant)


def start(merchant: Merchant, charge: Charge, way: Way) -> dict[str, Any]:
    """Ask the buyer for a sum: exactly one of code_url, h5_url and params. The same charge again
    gives the same question. Raises Away, Refused."""
    return _adapter(merchant.provider).start(merchant, charge, way)


def query(merchant: Merchant, number: str) -> Report:
    """What became of a charge. Raises Away, Refused."""
    return _adapter(merchant.provider).query(merchant, number)


def close(merchant: Merchant, number: str) -> bool:
    """Whether no money can come on a charge any more; False: it is paid. Raises Away, Refused."""
    return _adapter(merchant.provider).close(merchant, number)


def refund(merchant: Merchant, refunding: Refunding) -> RefundReport:
    """Give money back; the same number again does nothing more. Raises Away, Refused."""
    return _adapter(merchant.provider).refund(merchant, refunding)


def query_refund(merchant: Merchant, number: str) -> RefundReport:
    """What became of a refund. Raises Away, Refused."""
    return _adapter(merchant.provider).query_refund(merchant, number)


def notified_key(provider: str, headers: Mapping[str, str], body: bytes) -> str:
    """The id of the public key by which a notification says it is signed: whose it is, before
    anything of it is believed. Raises Forged."""
    return _adapter(provider).notified_key(headers, body)


def read_notification(
    merchant: Merchant, headers: Mapping[str, str], body: bytes, now: datetime
) -> Report | RefundReport:
    """What a notification says, once its age, key, signature, content and merchant are right.

    Asks nobody outside. Raises Forged.
    """
    return _adapter(merchant.provider).read_notification(merchant, headers, body, now)


def bill(merchant: Merchant, day: date) -> Iterator[BillRow]:
    """What the provider booked on a day in China. Raises NotYet, Away, Refused."""
    return _adapter(merchant.provider).bill(merchant, day)
