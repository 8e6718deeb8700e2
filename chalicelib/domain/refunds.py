"""The refund ledger: entries are only added, and never sum to more than was paid."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from .charges import refund_number
from .errors import Refusal
from .fields import Body, Id, Instant, Message, Model, Name
from .lifecycle import check_move
from .orders import Order
from .parcels import Parcel
from .shares import stretch

Cause = Literal["grower", "packer", "carrier", "nobody"]
Money = Literal["recorded", "requested", "returned", "failed"]
"""recorded: the order was paid by hand, and so is this. Else how far the provider is with it."""
Failure = Literal["no_balance", "closed", "abnormal", "no_merchant", "other_amount", "refused"]
"""closed: the provider gave up and needs a new number. abnormal: the buyer's account takes no
money, and the shop has to do something at the provider. refused: for what only that can tell."""

Waits = Literal["failed", "owed", "under_way"]
"""The lists on which a refund waits. owed: the shop pays it back by itself, and has not yet."""

FIRST_ASK = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_DOUBLINGS = 12


class NewRefund(Body):
    amount_fen: Annotated[int, Field(ge=1, le=100_000_000_000)]
    reason: Message
    complaint_id: Id | None = None
    cause: Cause = "nobody"
    """Who the loss is shared with later."""


class SentRefund(Body):
    """How a shop paid back by itself. same_transfer: the reference paid another refund too."""

    method: Name
    reference: Name
    same_transfer: bool | None = None


class Refund(Model):
    """Money given back: of an order, or beside it where the order could not take what came.

    money, and what follows it: of one that goes through the provider who holds the money, by the
    number that tells it apart there. beside: not counted against what was paid for the order, as
    that is other money. next_ask_at: when it is sent, or asked about, again.
    shop_id: none of an earlier release's, which is on no list. at_platform: the order was imported,
    and where it was sold the buyer gets the money back. sent_at: when its shop said that it had
    paid it back, how, and by which transfer.
    """

    id: str
    order_id: str
    amount_fen: int
    reason: str
    complaint_id: str | None = None
    cause: Cause = "nobody"
    by: str
    at: Instant
    money: Annotated[Money, Field(exclude_if=lambda money: money == "recorded")] = "recorded"
    charge_id: str | None = None
    number: str | None = None
    renumbered: Annotated[int, Field(exclude_if=lambda n: not n)] = 0
    beside: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    failure: Failure | None = None
    failure_code: str | None = None
    """The provider's own word."""
    accepted_at: Instant | None = None
    returned_at: Instant | None = None
    asked: Annotated[int, Field(exclude_if=lambda n: not n)] = 0
    next_ask_at: Instant | None = None
    shop_id: Annotated[str, Field(exclude_if=lambda shop_id: not shop_id)] = ""
    at_platform: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    sent_at: Instant | None = None
    sent_by: str | None = None
    method: str | None = None
    reference: str | None = None

    @property
    def state(self) -> str | None:
        """Of its life at the provider, or that its shop has sent it; None for what is only
        recorded."""
        if self.money == "recorded":
            return "sent" if self.sent_at else None
        return self.money

    @property
    def waits(self) -> Waits | None:
        """The list on which somebody looks for it."""
        if not self.shop_id:
            return None
        if self.money == "recorded":
            return None if self.sent_at or self.at_platform else "owed"
        return {"requested": "under_way", "failed": "failed"}.get(self.money)  # type: ignore[return-value]

    @property
    def is_booked(self) -> bool:
        """Whether the provider has taken it under its number."""
        return self.accepted_at is not None or self.returned_at is not None

    def without_words(self) -> "Refund":
        """What was typed for it is gone; the sum, who, when and what for stay."""
        return self.model_copy(update={"reason": ""})

    def of(self, order: Order) -> "Refund":
        """Whose it is, and whether a platform pays it back."""
        at_platform = order.import_id is not None
        return self.model_copy(update={"shop_id": order.shop_id, "at_platform": at_platform})

    def sent(self, body: SentRefund, by: str, now: Instant) -> "Refund":
        """Its shop has paid it back. Raises "not_allowed_now" for what a provider pays back."""
        if self.money != "recorded":
            state = self.money
            raise Refusal(
                "not_allowed_now", subject="refund", state=state, wanted="sent", allowed=[]
            )
        update = {"sent_at": now, "sent_by": by, **body.model_dump(include={"method", "reference"})}
        return self.model_copy(update=update)

    def through(self, charge_id: str | None) -> "Refund":
        """The refund as it is requested of the provider by whom the charge was paid, if any."""
        if charge_id is None:
            return self
        return self.model_copy(
            update={
                "money": "requested",
                "charge_id": charge_id,
                "number": refund_number(self.order_id, self.id, 0),
                "next_ask_at": self.at,
            }
        )

    def accepted(self, now: Instant) -> "Refund":
        """The provider has it and will do it, which is all that its answer means."""
        update = {
            "accepted_at": self.accepted_at or now,
            "asked": 0,
            "next_ask_at": now + FIRST_ASK,
        }
        return self.model_copy(update=update)

    def asked_again(self, now: Instant) -> "Refund":
        """Nothing was learned: when it is asked next, after pauses that grow."""
        pause = min(FIRST_ASK * 2 ** min(self.asked, MOST_DOUBLINGS), LONGEST_PAUSE)
        return self.model_copy(update={"asked": self.asked + 1, "next_ask_at": now + pause})

    def returned(self, at: Instant) -> "Refund":
        """The money has arrived."""
        check_move("refund", self.money, "returned")
        gone = dict.fromkeys(("failure", "failure_code", "next_ask_at"))
        return self.model_copy(update={**gone, "money": "returned", "returned_at": at})

    def failed(self, failure: Failure, now: Instant, code: str | None = None) -> "Refund":
        """Somebody has to do something. What is abnormal may be set right at the provider, so that
        alone is asked about on and on."""
        check_move("refund", self.money, "failed")
        update = {"money": "failed", "failure": failure, "failure_code": code, "asked": 0}
        waits = failure == "abnormal"
        return self.model_copy(
            update={**update, "next_ask_at": now + LONGEST_PAUSE if waits else None}
        )

    def again(self, now: Instant) -> "Refund":
        """Requested once more, under the same number, but for a refund that the provider closed.
        Raises "not_allowed_now" unless it failed."""
        check_retry(self.money)
        renumbered = self.renumbered + (self.failure == "closed")
        gone = dict.fromkeys(("failure", "failure_code", "accepted_at"))
        update = {
            "money": "requested",
            "renumbered": renumbered,
            "number": refund_number(self.order_id, self.id, renumbered),
            "asked": 0,
            "next_ask_at": now,
        }
        return self.model_copy(update={**gone, **update})


class Amends(Model):
    """What a box has got already by other complaints than the one at hand.

    refunded_fen: for the box itself and what was sent again in its place. spent_fen: how much of
    its price is not to be had any more, also as it was refunded for what the box stands in for.
    in_all_fen, sent_again: of the whole chain, from the first box to the last, what was refunded
    and how many orders that stand were sent again.
    """

    refunded_fen: int = 0
    spent_fen: int = 0
    in_all_fen: int = 0
    sent_again: int = 0


def check_retry(money: Money) -> None:
    """Raise "not_allowed_now" for what did not fail: recorded only, under way or there already."""
    if money == "recorded":
        facts = {"state": money, "wanted": "requested", "allowed": []}
        raise Refusal("not_allowed_now", subject="refund", **facts)
    check_move("refund", money, "requested")


def check_refundable(amount_fen: int, *, paid_fen: int, refunded_fen: int) -> None:
    """Raise "exceeds_refundable" with `refundable_fen` when the sum would pass what was paid."""
    if amount_fen > paid_fen - refunded_fen:
        raise Refusal("exceeds_refundable", refundable_fen=paid_fen - refunded_fen)


def share_of(amount_fen: int, percent: int) -> int:
    """坏果包赔: the damaged share of what was paid, rounded half up, in the buyer's favour."""
    return (amount_fen * percent + 50) // 100


def paid_for(parcel: Parcel, order: Order, paid: Order) -> int:
    """What was paid for a parcel, which of a replacement was paid by the first order.

    Older releases rounded each parcel down, and noted nothing on one that replaces another.
    """
    if order.replaces is None:
        only = order.parcels == (parcel.code,) and not any(line.to_pack for line in order.lines)
        return order.total_fen if only else parcel.amount_fen
    if parcel.replaced_fen is not None:
        return parcel.replaced_fen
    packed = sum(
        allocation.packs * order.lines[allocation.line].price_fen
        for allocation in parcel.allocations
    )
    priced = sum(line.packs * line.price_fen for line in paid.lines)
    return stretch(paid.total_fen, priced, 0, packed) if priced else 0
