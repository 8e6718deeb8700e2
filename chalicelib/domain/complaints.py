"""Complaints of buyers, their deadlines and their settlement."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .access import PUBLIC
from .claim_numbers import candidates
from .conversations import ComplaintMessage, Conversation
from .coupons import NewCoupon
from .errors import Invalid, Refusal
from .fields import Body, Id, Instant, Message
from .lifecycle import COMPLAINT, check_move
from .orders import Order
from .parcels import Parcel
from .refunds import Amends, Cause, paid_for, share_of

ComplaintReason = Literal[
    "damaged", "rotten", "short_weight", "wrong_item", "not_as_described", "counterfeit", "other"
]
Wanted = Literal["refund", "replacement", "return"]
Remedy = Literal["partial_refund", "full_refund", "replacement", "return"]
State = Literal["open", "answered", "settled", "rejected"]
OPEN: frozenset[str] = frozenset({"open", "answered"})


class NewComplaint(Body):
    reason: ComplaintReason
    damaged_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    description: Message | None = None
    photos: Annotated[list[Id], Field(max_length=9)] = []
    wanted: Wanted | None = None


class NewAnswer(Body):
    message: Message


class Settlement(Body):
    remedy: Remedy
    refund_fen: Annotated[int, Field(ge=1, le=100_000_000_000)] | None = None
    message: Message
    cause: Cause = "nobody"
    coupon: NewCoupon | None = None
    """A thank-you for the next order, if the seller chooses to give one."""

    @model_validator(mode="after")
    def _money_goes_with_a_refund(self) -> Self:
        if self.remedy == "replacement" and self.refund_fen is not None:
            raise ValueError("换货不带 refund_fen", "a replacement carries no refund_fen")
        return self


class Complaint(Conversation):
    """amount_fen: what was paid for the parcel's packs. late: after the rule's evidence window.

    recalled: the parcel holds a recalled batch, so a photo is enough. refund_fen: of the last
    settlement. refunded_beside_fen: by earlier ones, and by refunds that name this complaint.
    coupon: the code of the one that came with the last settlement. order_id: of the order that was
    paid, also when the parcel is a replacement. replacements: the orders that settled it so.
    return_id: of the last return it opened. village_ids: of its batches, in their order.
    replaced: something that was sent in the parcel's place still stands; amends: what the parcel
    got by other complaints. Both are worked out anew each time, never stored.
    """

    id: str
    parcel_code: str
    order_id: str
    shop_id: str
    customer_id: str
    number: Annotated[str, Field(exclude_if=lambda number: not number)] = ""
    batch_ids: tuple[str, ...]
    village_ids: tuple[str, ...] = ()
    reason: ComplaintReason
    damaged_percent: int | None = None
    wanted: Wanted | None = None
    state: State = "open"
    late: bool
    recalled: bool
    amount_fen: int
    reply_hours: int
    created_at: Instant
    reply_due_at: Instant
    answered_at: Instant | None = None
    first_reply_at: Instant | None = None
    """When the buyer first heard back, by whichever move."""
    settled_at: Instant | None = None
    reopened_at: Instant | None = None
    remedy: Remedy | None = None
    refund_fen: int | None = None
    refund_id: str | None = None
    refunded_beside_fen: int = 0
    coupon: str | None = None
    replacements: tuple[str, ...] = ()
    replaced: bool = Field(default=False, exclude=True)
    amends: Amends = Field(default=Amends(), exclude=True)
    return_id: str | None = None
    by_order: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    """Reported with the order's key, so by its buyer; else by anybody who saw the box."""
    placed_by_shop: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    """The order was typed by its shop, which so has its key too."""
    taken_over: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    """Ended as the order's buyer reported the parcel; it can go on no more."""
    carried_on_at: Annotated[Instant | None, Field(exclude_if=lambda at: at is None)] = None
    """Since when the order's buyer goes on with what a stranger had reported."""
    order_cancelled: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    """Ended as the parcel's order was cancelled, and paid back."""

    @property
    def short_number(self) -> str:
        """By which it is spoken of; of an older one that kept none, the first it could get."""
        return self.number or candidates(self.id)[0]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def knows_better(self) -> bool:
        """Whether it is the buyer's word, and nobody else can have spoken it."""
        return self.by_order and not self.placed_by_shop

    @property
    def is_buyers(self) -> bool:
        """Whether the order's key has reported it or acted on it."""
        return self.by_order or self.carried_on_at is not None

    @property
    def first_due_at(self) -> Instant:
        """By when it was to be answered first, before it was reopened."""
        return self.created_at + timedelta(hours=self.reply_hours)

    def is_overdue(self, now: Instant) -> bool:
        """Nobody answered in time. A fact of the clock, never stored."""
        return self.state == "open" and now > self.reply_due_at

    @property
    def refunded_fen(self) -> int:
        """All that was paid back for this complaint so far."""
        return self.refunded_beside_fen + (self.refund_fen or 0)

    def seen_with(
        self, *, recalled: bool, replaced: bool = False, amends: Amends | None = None
    ) -> "Complaint":
        """As the parcel's batches are now, and with what the parcel got by other complaints: a
        recall is final, and counts whenever it came."""
        update = {"recalled": self.recalled or recalled, "replaced": replaced}
        return self.model_copy(update=update | {"amends": amends or Amends()})

    def suggested_refund(self, refundable_fen: int) -> int:
        """What 坏果包赔 still comes to: all of a recalled parcel, nothing of one that was sent
        again, else its damaged share.

        Less what was refunded for the parcel before, whoever complained; at most what is left of
        its price and what its order still has, in fen.
        """
        if self.replaced and not self.recalled:
            return 0
        left = self.full_refund(refundable_fen)
        if self.recalled or self.damaged_percent is None:
            return left
        share = share_of(self.amount_fen, self.damaged_percent)
        return max(0, min(share - self.refunded_fen - self.amends.refunded_fen, left))

    def full_refund(self, refundable_fen: int) -> int:
        """What is left of the parcel's price, as far as its order still has it."""
        return max(
            0, min(self.amount_fen - self.refunded_fen - self.amends.spent_fen, refundable_fen)
        )

    def refund_for(self, settlement: Settlement, refundable_fen: int) -> int:
        """How much a settlement pays back, in fen; 0 for a replacement and for nothing else.

        Raises "exceeds_refundable" for more than is left of the parcel's price, or of what its
        order has, and when nothing is; Invalid when a sum has to be named as the rule gives none.
        """
        if settlement.remedy == "replacement":
            return 0
        left = self.full_refund(refundable_fen)
        if not left or (settlement.refund_fen or 0) > left:
            raise Refusal("exceeds_refundable", refundable_fen=left)
        if settlement.refund_fen is not None:
            return settlement.refund_fen
        partial = settlement.remedy == "partial_refund"
        amount = self.suggested_refund(refundable_fen) if partial else left
        if not amount:
            raise Invalid(
                (
                    "refund_fen",
                    f"按规则没有还该退的（已退过或已补寄），要再退请写明金额，最多 {left} 分",
                    "what the rule gives was refunded or replaced before; to refund more, name up"
                    f" to {left} fen",
                )
            )
        return amount

    def refunded_beside(self, refund_fen: int) -> "Complaint":
        """After a refund that names it, outside a settlement."""
        return self.model_copy(
            update={"refunded_beside_fen": self.refunded_beside_fen + refund_fen}
        )

    def due_like(self, other: "Complaint") -> "Complaint":
        """By when it is to be answered, if it takes the place of one that waits already."""
        if other.state != "open":
            return self
        return self.model_copy(update={"reply_due_at": min(self.reply_due_at, other.reply_due_at)})

    def check(self, wanted: State) -> None:
        """Raise "not_allowed_now" unless it may move there; of a settled one with its `remedy`.

        Raise "order_cancelled" for what ended with its order.
        """
        if self.order_cancelled:
            raise Refusal("order_cancelled")
        how = {"remedy": self.remedy} if self.state == "settled" else {}
        check_move("complaint", self.state, wanted, **how)

    def _moved(self, state: State, message: ComplaintMessage, **fields: Any) -> "Complaint":
        self.check(state)
        first = self.first_reply_at or (None if state == "open" else message.at)
        update = {"state": state, "messages": (*self.messages, message), "first_reply_at": first}
        return self.model_copy(update=update | fields)

    def said_more(
        self, message: ComplaintMessage, photos: Sequence[str], *, joined: bool = False
    ) -> "Complaint":
        """The buyer adds something. What was answered waits for an answer again, as long as before.

        Raises "taken_over", "order_cancelled", "complaint_ended"; "conversation_full".
        """
        if self.order_cancelled:
            raise Refusal("order_cancelled")
        if self.taken_over:
            raise Refusal("taken_over")
        if not self.is_open:
            raise Refusal("complaint_ended")
        update = self.with_more(message, photos, joined=joined)
        if self.state == "answered":
            due = message.at + timedelta(hours=self.reply_hours)
            update |= {"state": "open", "reply_due_at": due}
        return self.model_copy(update=update)

    def answered(self, message: ComplaintMessage) -> "Complaint":
        return self._moved("answered", message, answered_at=message.at)

    def settled(
        self,
        message: ComplaintMessage,
        *,
        remedy: Remedy,
        refund_fen: int,
        refund_id: str | None,
        coupon: str | None = None,
        replacement: str | None = None,
        return_id: str | None = None,
    ) -> "Complaint":
        return self._moved(
            "settled",
            message,
            settled_at=message.at,
            remedy=remedy,
            refund_fen=refund_fen or None,
            refund_id=refund_id,
            refunded_beside_fen=self.refunded_fen,
            coupon=coupon or self.coupon,
            replacements=(*self.replacements, replacement) if replacement else self.replacements,
            replaced=self.replaced or replacement is not None,
            return_id=return_id or self.return_id,
        )

    def rejected(self, message: ComplaintMessage) -> "Complaint":
        return self._moved("rejected", message, settled_at=message.at)

    def _ended(self, now: Instant, **why: bool) -> "Complaint":
        self.check("rejected")
        return self.model_copy(update={"state": "rejected", "settled_at": now, **why})

    def taken_over_by_buyer(self, now: Instant) -> "Complaint":
        """By that of the order's buyer: what somebody else said about the box ends here."""
        return self._ended(now, taken_over=True)

    def ends_with_order(self, now: Instant) -> "Complaint":
        """The order was cancelled: the box is not sent, and what was paid for it is paid back."""
        return self._ended(now, order_cancelled=True)

    def carried_on(self, now: Instant) -> "Complaint":
        """By the order's buyer: what a stranger reported is theirs from now on."""
        return self if self.is_buyers else self.model_copy(update={"carried_on_at": now})

    @property
    def of_the_box(self) -> "Complaint":
        """As the complaint's own key shows it, which of a stranger's ends where the order's buyer
        carries it on: as if it had given way, with nothing that came after."""
        until = self.carried_on_at
        if until is None:
            return self
        reopened_before = self.reopened_at is not None and self.reopened_at < until
        answered_before = self.answered_at is not None and self.answered_at < until
        begun = self.reopened_at if self.reopened_at and reopened_before else self.created_at
        update = {
            "state": "rejected",
            "taken_over": True,
            "settled_at": until,
            **self.only([at for at, message in enumerate(self.messages) if message.at < until]),
            "answered_at": self.answered_at if answered_before else None,
            "reopened_at": self.reopened_at if reopened_before else None,
            "reply_due_at": begun + timedelta(hours=self.reply_hours),
            "refunded_beside_fen": 0,
            "replacements": (),
        }
        gone = ("remedy", "refund_fen", "refund_id", "coupon", "return_id")
        return self.model_copy(update=update | dict.fromkeys(gone))

    @property
    def can_reopen(self) -> bool:
        ended = self.taken_over or self.order_cancelled
        return not self.is_open and self.reopened_at is None and not ended

    def reopened(self, message: ComplaintMessage) -> "Complaint":
        """Raise "reopened_already" the second time, "not_allowed_now" while it is still open,
        "taken_over" once the order's buyer reported the parcel."""
        if self.taken_over:
            raise Refusal("taken_over")
        if self.is_open:
            others = sorted(COMPLAINT[self.state] - {"open"})
            facts = {"subject": "complaint", "state": self.state, "wanted": "open"}
            raise Refusal("not_allowed_now", **facts, allowed=others)
        if self.reopened_at is not None:
            raise Refusal("reopened_already")
        return self._moved(
            "open",
            message,
            reopened_at=message.at,
            reply_due_at=message.at + timedelta(hours=self.reply_hours),
        )


def refuse_if_cancelled(parcel: Parcel, paid: Order) -> None:
    """Raise "order_cancelled" where the box is not sent any more, or was paid back in full."""
    if parcel.state == "voided" or paid.state == "cancelled":
        raise Refusal("order_cancelled")


def report(
    body: NewComplaint,
    parcel: Parcel,
    order: Order,
    *,
    paid: Order,
    village_ids: tuple[str, ...],
    complaint_id: str,
    recalled: bool,
    message: ComplaintMessage | None,
    now: Instant,
    by_order: bool = False,
    number: str = "",
) -> Complaint:
    """A new complaint by the rules frozen into the order; of several, the kindest to the buyer.

    paid: the order whose money it is about, which of a replacement is the first one.
    """
    rules = [order.lines[allocation.line].after_sales for allocation in parcel.allocations]
    reply_hours = min(rule.reply_hours for rule in rules)
    evidence = timedelta(hours=max(rule.evidence_hours for rule in rules))
    return Complaint(
        id=complaint_id,
        parcel_code=parcel.code,
        order_id=paid.id,
        shop_id=order.shop_id,
        customer_id=order.customer_id,
        number=number,
        batch_ids=tuple(parcel.batch_ids),
        village_ids=village_ids,
        reason=body.reason,
        damaged_percent=body.damaged_percent,
        photos=tuple(dict.fromkeys(body.photos)),
        wanted=body.wanted,
        late=parcel.delivered_at is not None and now > parcel.delivered_at + evidence,
        recalled=recalled,
        amount_fen=paid_for(parcel, order, paid),
        reply_hours=reply_hours,
        created_at=now,
        reply_due_at=now + timedelta(hours=reply_hours),
        messages=(message,) if message else (),
        by_order=by_order,
        placed_by_shop=by_order and paid.placed_by != PUBLIC.id,
    )
