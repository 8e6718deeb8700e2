"""Charges: sums that a buyer is asked for through a payment provider, and what came of them."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .errors import Refusal
from .fields import Body, Instant, Model
from .lifecycle import check_move
from .offers import Offer
from .orders import Order

Way = Literal["native", "h5", "jsapi"]
Provider = Literal["wechatpay"]
State = Literal["started", "succeeded", "closed", "failed"]
Why = Literal["twice", "late", "cancelled", "amount"]
"""Why money could not pay its order: that was paid already, was over, was cancelled, or costs
another sum."""

MOST_OPEN = 3
"""Of one order at a time: a laptop, then a phone, then somebody else's phone."""
MOST_CHARGES = 30
"""Of one order in all: each is looked at when it ends."""
LEAST_TIME = timedelta(minutes=1)
"""Until when a charge may be paid, at the least: the provider takes no shorter one."""
ASKED_EVERY = timedelta(minutes=1)
OFTEN = 30
"""Times that an open charge is asked about each minute; after that every SELDOM."""
SELDOM = timedelta(minutes=5)
KEPT = timedelta(days=2)
"""After its end a charge is asked about a last time, and until then its order keeps its buyer: what
was on its way at that moment may still come."""
FRESH = {
    "native": timedelta(minutes=100),
    "h5": timedelta(minutes=4),
    "jsapi": timedelta(minutes=100),
}
"""How long what the provider answered can be shown again: a code and a prepared payment live for
two hours, a link for five minutes."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OF_ID = 25
"""Digits of an id of 128 bits, of 36 each."""


class NewCharge(Body):
    provider: Provider
    way: Way
    openid: Annotated[str | None, Field(max_length=128, pattern="^[!-~]+$", repr=False)] = None
    """Who the payer is to the app, where the provider's own browser pays."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.way == "jsapi" and self.openid is None:
            raise ValueError(
                "在微信里付款要有 openid；没有就用 h5 或 native",
                "jsapi needs the payer's openid; without one use h5 or native",
            )
        return self


class ProviderPayment(Model):
    """A charge, by the number under which its provider knows it.

    mchid, public_key_id: of the merchant by whom it was started. payer: a keyed hash of the openid.
    answer: sealed. received_fen: what came, whatever was asked for.
    """

    id: str
    order_id: str
    shop_id: str
    provider: str
    mchid: str
    public_key_id: str = ""
    way: Way
    payer: str = ""
    amount_fen: int
    state: State = "started"
    started_at: Instant
    until: Instant
    answer: str | None = Field(default=None, repr=False)
    answered_at: Instant | None = None
    transaction_id: str | None = None
    received_fen: int = 0
    succeeded_at: Instant | None = None
    ended_at: Instant | None = None
    """When it was closed, or failed."""
    outcome: Literal["paid", "returned"] | None = None
    why: Why | None = None
    failure: str | None = None
    """The provider's code, where it would not start."""
    asked: int = 0
    next_ask_at: Instant | None = None
    """None: nothing more is to be learned."""

    def is_same(self, body: NewCharge, payer: str) -> bool:
        return (self.provider, self.way, self.payer) == (body.provider, body.way, payer)

    def is_shown(self, now: Instant) -> bool:
        """Whether what the provider answered can be given again."""
        return self.answered_at is not None and now < self.answered_at + FRESH[self.way]

    def answered(self, answer: str, now: Instant) -> "ProviderPayment":
        return self.model_copy(update={"answer": answer, "answered_at": now})

    def asked_again(self, now: Instant) -> "ProviderPayment":
        """Nothing was learned: when it is asked next. Of one that has ended once more, at last."""
        if self.state == "started":
            pause = ASKED_EVERY if self.asked < OFTEN else SELDOM
            update = {"asked": self.asked + 1, "next_ask_at": now + pause}
        else:
            assert self.ended_at is not None
            last = self.ended_at + KEPT
            update = {"asked": self.asked + 1, "next_ask_at": last if now < last else None}
        return self.model_copy(update=update)

    def ended(
        self, state: Literal["closed", "failed"], now: Instant, failure: str | None = None
    ) -> Self:
        """No money can come, by the provider's word; so it is looked at again all the same."""
        check_move("charge", self.state, state)
        return self.model_copy(
            update={
                "state": state,
                "ended_at": now,
                "answer": None,
                "failure": failure,
                "asked": 0,
                "next_ask_at": now + SELDOM,
            }
        )

    def received(
        self, amount_fen: int, transaction_id: str, at: Instant, why: Why | None
    ) -> "ProviderPayment":
        """The money came. why: the order could not take it, so it goes back."""
        check_move("charge", self.state, "succeeded")
        return self.model_copy(
            update={
                "state": "succeeded",
                "received_fen": amount_fen,
                "transaction_id": transaction_id,
                "succeeded_at": at,
                "outcome": "returned" if why else "paid",
                "why": why,
                "answer": None,
                "next_ask_at": None,
            }
        )


def why_not_by_hand(order: Order) -> dict[str, Any]:
    """Facts of a refusal for the shop that records a payment: what happened to the order before."""
    if order.state in {"expired", "cancelled"}:
        return {"happened": order.state}
    if order.paid_at is None:
        return {}
    happened = "online" if order.paid_by_charge else "by_hand"
    return {"happened": happened, "paid_fen": order.paid_fen, "method": order.payment_method}


def why_not(order: Order, amount_fen: int) -> Why | None:
    """Why so much money cannot pay the order; None where it can, if an expired one gets its packs
    again."""
    if order.paid_at is not None:
        return "twice"
    if order.state == "cancelled":
        return "cancelled"
    if amount_fen != order.total_fen:
        return "amount"
    if order.state == "expired" and order.buyer is None:
        return "late"
    return None


def revived(order: Order, taken: dict[str, dict[int, int]]) -> Order:
    """An expired order as it was when it waited for its payment, with packs taken anew, by offer
    and slot: an offer's slots stand in its first line."""
    lines, noted = [], set[str]()
    for line in order.lines:
        slots = {} if line.offer_id in noted else taken[line.offer_id]
        noted.add(line.offer_id)
        lines.append(line.model_copy(update={"taken": slots}))
    update = {"state": "pending_payment", "lines": tuple(lines), "closed_at": None}
    return order.model_copy(update=update)


def can_be_had_again(offer: Offer, now: Instant) -> bool:
    """Whether an offer still has what it sold. That its time of sale is over is no reason."""
    return offer.state == "open" and not offer.held_batch_ids and not offer.is_expired(now)


def refuse_another(open_charges: Sequence[ProviderPayment], order: Order) -> None:
    """Raise "too_many_charges" for an order that has as many as may be open, or as there may be."""
    if len(open_charges) >= MOST_OPEN or len(order.charges) >= MOST_CHARGES:
        raise Refusal("too_many_charges", most=MOST_OPEN)


def until(order: Order, now: Instant) -> Instant:
    """When a charge that is started now ends: with the order's time to pay."""
    return max(order.pay_by, now + LEAST_TIME)


# --- numbers at the provider ---------------------------------------------------------------------
# An order's id and a count, written in 36 digits: they tell their order without a look-up, are the
# same at every try, and no two are alike even where letters' case is not told apart.


def _written(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def _id_in(text: str) -> str | None:
    if len(text) != _OF_ID or not set(text) <= set(_DIGITS):
        return None
    number = int(text, 36)
    return str(uuid.UUID(int=number)) if number < 1 << 128 else None


def number_of(order_id: str, n: int) -> str:
    """Of an order's n-th charge: 28 characters of the 32 that a provider takes."""
    return _written(uuid.UUID(order_id).int, _OF_ID) + f"{n:03}"


def order_in(number: str) -> str | None:
    """The order that a charge's number tells; None for a number that is none of ours."""
    is_ours = len(number) == _OF_ID + 3 and number[_OF_ID:].isdecimal()
    return _id_in(number[:_OF_ID]) if is_ours else None


def refund_number(order_id: str, refund_id: str, n: int) -> str:
    """Of a refund, whose id a client chose for its order alone. n: how often it was renumbered."""
    ids = (_written(uuid.UUID(identity).int, _OF_ID) for identity in (order_id, refund_id))
    return "".join(ids) + f"{n:02}"


def refund_in(number: str) -> tuple[str, str] | None:
    """The order and the refund that a refund's number tells."""
    if len(number) != 2 * _OF_ID + 2 or not number[2 * _OF_ID :].isdecimal():
        return None
    order_id, refund_id = _id_in(number[:_OF_ID]), _id_in(number[_OF_ID : 2 * _OF_ID])
    return (order_id, refund_id) if order_id and refund_id else None
