"""Patterns: what the complaints about one batch come to, and when it should be held."""

from collections import Counter
from typing import Literal

from pydantic import Field

from .batches import UNSELLABLE, Batch
from .complaints import ComplaintReason
from .fields import Body, Instant, Message, Model
from .lifecycle import check_move
from .parcels import Parcel

COUNTED: tuple[ComplaintReason, ...] = ("rotten", "damaged", "not_as_described", "short_weight")
"""What can lie in the batch. A wrong item is a slip of packing, a suspected counterfeit is about
the code, and "other" says nothing that could be added up."""
LEAST_COMPLAINTS = 3
LEAST_PERCENT = 5
"""Of the packed parcels; both are our own choice, as no standard gives one. One bad box is bad luck
and two may be one carrier's day. Three of a hundred may still be, so a large batch needs one parcel
in twenty. It is people who hold: telling too early costs a look, too late a village's name."""
PROPOSE_AGAIN_AT = 2
"""Times as many complaints as at a decision, until the batch is proposed once more."""

MOST_BEHIND_ONE_ADDRESS = LEAST_COMPLAINTS - 1
"""Buyers who weigh, of those who complain from one network address about boxes of one shop that
says by itself that they paid: neighbours share a carrier's address, but whoever makes buyers up
alarms nobody from one address alone."""

State = Literal["open", "dismissed", "followed"]


class Pattern(Model):
    """Of one batch: parcels packed and not voided, those complained about, and for what first.

    packed: of what was packed since that is counted, so of an older batch it may be too few.
    repeats: of those complained about, those from where another complaint had come from lately.
    shop_id: whose parcel was complained about first, if that is known; of_shop: how many are its.
    """

    packed: int
    complained: int
    reasons: dict[ComplaintReason, int]
    repeats: int = 0
    shop_id: str | None = Field(default=None, exclude=True)
    of_shop: int = Field(default=0, exclude=True)

    @property
    def is_of_one_shop(self) -> bool:
        """Whether several complain, and all about what one shop has sent."""
        return self.complained > 1 and self.of_shop == self.complained

    @property
    def independent(self) -> int:
        """What one person alone cannot bring about: from so many places it came."""
        return self.complained - self.repeats

    @property
    def most(self) -> tuple[ComplaintReason, int] | None:
        """What most of them say, and how many."""
        return max(self.reasons.items(), key=lambda entry: entry[1]) if self.complained else None

    @property
    def packed_known(self) -> int | None:
        """Of how many it is a part; None where that is known to be too few."""
        return self.packed if self.packed >= self.complained else None

    @property
    def is_alarming(self) -> bool:
        return (
            self.independent >= LEAST_COMPLAINTS
            and self.independent * 100 >= self.packed * LEAST_PERCENT
        )

    def with_one(
        self, reason: str, *, repeats: bool = False, shop_id: str | None = None
    ) -> "Pattern":
        """repeats: it came from where another came from."""
        first = self if self.complained else self.model_copy(update={"shop_id": shop_id})
        return first._moved_by(1, reason, shop_id, repeats=repeats)

    def without_one(
        self, reason: str, *, repeats: bool = False, shop_id: str | None = None
    ) -> "Pattern":
        """As if this one had never been counted."""
        return self._moved_by(-1, reason, shop_id, repeats=repeats)

    def _moved_by(self, n: int, reason: str, shop_id: str | None, *, repeats: bool) -> "Pattern":
        own = shop_id is not None and shop_id == self.shop_id
        reasons = Counter[str](self.reasons)
        reasons[reason] += n
        update = {
            "complained": self.complained + n,
            "repeats": self.repeats + n * repeats,
            "reasons": dict(+reasons),
            "of_shop": self.of_shop + n * own,
        }
        return self.model_copy(update=update)


class PatternProposal(Model):
    """That a batch be held, as its pattern was at that moment; people decide, never this.

    id: the batch's. packed, complained, most: as they were then. followed: the batch was held or
    recalled. reason: why it was dismissed.
    """

    id: str
    village_id: str
    village: str
    product: str
    product_en: str | None = None
    lot: str
    state: State = "open"
    packed: int
    complained: int
    most_reason: ComplaintReason
    most: int
    at: Instant
    decided_at: Instant | None = None
    reason: str | None = None
    repeats: int = 0

    @property
    def then(self) -> Pattern:
        """What made it, as far as it is kept."""
        reasons = {self.most_reason: self.most}
        return Pattern(
            packed=self.packed, complained=self.complained, reasons=reasons, repeats=self.repeats
        )

    def dismissed(self, reason: str, now: Instant) -> "PatternProposal":
        return self._moved("dismissed", now, reason)

    def followed(self, now: Instant) -> "PatternProposal":
        return self._moved("followed", now, None)

    def _moved(self, state: State, now: Instant, reason: str | None) -> "PatternProposal":
        check_move("proposal", self.state, state)
        update = {"state": state, "decided_at": now, "reason": reason}
        return self.model_copy(update=update)


class Dismissal(Body):
    """What was found when the batch was looked at, so that it need not be held."""

    reason: Message


def has_its_say(
    parcel: Parcel, reason: ComplaintReason, *, knows_better: bool, now: Instant
) -> bool:
    """Whether a complaint decides what its parcel counts as: the first that lies in the batch does;
    and the first of its buyer, who knows what was in the box, also where that takes a stranger's
    word out. knows_better: it is the buyer, and cannot be the shop with the key of an order that it
    typed. What waits until the box leaves is decided in the same way."""
    waits = parcel.is_waiting and not parcel.has_left(now)
    known = parcel.waits_as if waits else parcel.counted_as
    decided = waits or parcel.counted
    if not knows_better:
        return not decided and reason in COUNTED
    if known is None:  # or an older release counted it, and did not remember as what
        return not decided
    return not known.by_order or (known.reason not in COUNTED and reason in COUNTED)


def is_settled(batch: Batch, proposal: PatternProposal | None) -> bool:
    """Whether nothing is left to propose: it is held, or proposed and not yet decided."""
    return batch.state in UNSELLABLE or (proposal is not None and proposal.state == "open")


def propose(
    batch: Batch, pattern: Pattern, earlier: PatternProposal | None, now: Instant
) -> PatternProposal | None:
    """That the batch be held, if its pattern has become alarming; None otherwise.

    After a decision, only when PROPOSE_AGAIN_AT times as many complained as then.
    """
    if is_settled(batch, earlier) or not pattern.is_alarming or pattern.most is None:
        return None
    if earlier is not None and pattern.independent < PROPOSE_AGAIN_AT * earlier.then.independent:
        return None
    reason, n = pattern.most
    passport = batch.passport
    return PatternProposal(
        id=batch.id,
        village_id=batch.village_id,
        village=passport.village,
        product=passport.product,
        product_en=passport.product_en,
        lot=batch.lot,
        packed=pattern.packed,
        complained=pattern.complained,
        repeats=pattern.repeats,
        most_reason=reason,
        most=n,
        at=now,
    )
