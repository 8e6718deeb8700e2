"""Patterns: what the complaints about one batch come to, and when it should be held."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from pydantic import Field

from .batches import UNSELLABLE, Batch
from .complaints import Complaint, ComplaintReason
from .fields import Body, Instant, Message, Model
from .lifecycle import check_move
from .parcels import CountedInPatterns, Parcel

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
says by itself that they paid: neighbours share a carrier's address. It is kept by shop, so that
nobody whom a rival makes up silences them; `Pattern.is_alarming` sees to the address."""

State = Literal["open", "dismissed", "followed"]


class Voice(NamedTuple):
    """What one parcel says of a batch, and whose word that is; the rest as in CountedInPatterns."""

    reason: str
    repeats: bool = False
    shop_id: str | None = None
    place: int | None = None
    proved: bool = False

    @classmethod
    def of(cls, parcel: Parcel, batch_id: str, as_what: CountedInPatterns | None) -> "Voice | None":
        """None for what lies in no batch."""
        if as_what is None or as_what.reason not in COUNTED:
            return None
        return cls(
            as_what.reason,
            repeats=batch_id in as_what.repeats,
            shop_id=parcel.shop_id,
            place=as_what.places.get(batch_id),
            proved=as_what.proved,
        )


class Pattern(Model):
    """Of one batch: parcels packed and not voided, those complained about, and for what first.

    packed: of what was packed since that is counted, so of an older batch it may be too few.
    repeats: of those complained about, those from where another complaint had come from lately.
    shop_id: whose parcel was complained about first, if that is known; of_shop: how many are its.
    Of those that repeat nothing, proved: how many are of buyers of whose payment the provider told;
    placed: of how many it is known which address they came from; place_sum, place_squares: the sums
    of these addresses' numbers and of their squares.
    """

    packed: int
    complained: int
    reasons: dict[ComplaintReason, int]
    repeats: int = 0
    shop_id: str | None = Field(default=None, exclude=True)
    of_shop: int = Field(default=0, exclude=True)
    proved: int = Field(default=0, exclude=True)
    placed: int = Field(default=0, exclude=True)
    place_sum: int = Field(default=0, exclude=True)
    place_squares: int = Field(default=0, exclude=True)

    @property
    def is_of_one_shop(self) -> bool:
        """Whether several complain, and all about what one shop has sent."""
        return self.complained > 1 and self.of_shop == self.complained

    @property
    def is_of_one_address(self) -> bool:
        """Whether several weigh, and all are known to come from one network address.

        Only of numbers that are all alike the sum of squares, times how many there are, is the
        square of their sum. So it holds whichever are taken out again, in whatever order.
        """
        alike = self.placed * self.place_squares == self.place_sum**2
        return self.independent > 1 and self.placed == self.independent and alike

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
        """Whether enough weigh, and not all from one address: whoever makes buyers up alarms
        nobody from there alone. Nobody pays for buyers made up, so enough who did are enough."""
        alone = self.is_of_one_address and not self._are_enough(self.proved)
        return self._are_enough(self.independent) and not alone

    def _are_enough(self, n: int) -> bool:
        return n >= LEAST_COMPLAINTS and n * 100 >= self.packed * LEAST_PERCENT

    def with_one(self, voice: Voice) -> "Pattern":
        first = self if self.complained else self.model_copy(update={"shop_id": voice.shop_id})
        return first._moved_by(1, voice)

    def without_one(self, voice: Voice) -> "Pattern":
        """As if this one had never been counted."""
        return self._moved_by(-1, voice)

    def _moved_by(self, n: int, voice: Voice) -> "Pattern":
        own = voice.shop_id is not None and voice.shop_id == self.shop_id
        reasons = Counter[str](self.reasons)
        reasons[voice.reason] += n
        weighs = 0 if voice.repeats else n
        place = 0 if voice.place is None else voice.place
        update = {
            "complained": self.complained + n,
            "repeats": self.repeats + n * voice.repeats,
            "reasons": dict(+reasons),
            "of_shop": self.of_shop + n * own,
            "proved": self.proved + weighs * voice.proved,
            "placed": self.placed + weighs * (voice.place is not None),
            "place_sum": self.place_sum + weighs * place,
            "place_squares": self.place_squares + weighs * place**2,
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


def has_its_say(parcel: Parcel, reason: ComplaintReason, *, knows_better: bool) -> bool:
    """Whether a complaint decides what its parcel counts as: the first that lies in the batch does;
    and the first of its buyer, who knows what was in the box, also where that takes a stranger's
    word out. knows_better: it is the buyer, and cannot be the shop with the key of an order that it
    typed. What waits until the box leaves is decided in the same way."""
    known = parcel.waits_as if parcel.is_waiting else parcel.counted_as
    decided = parcel.is_waiting or parcel.counted
    if not knows_better:
        return not decided and reason in COUNTED
    if known is None:  # or an older release counted it, and did not remember as what
        return not decided
    return not known.by_order or (known.reason not in COUNTED and reason in COUNTED)


def was_seen(parcel: Parcel, complaints: Iterable[Complaint], now: Instant) -> bool:
    """Whether what somebody said of the box counts in any of its batches, or waits to count and
    nobody may take it out any more: once the box has left whoever said it, before that only with
    the order's key. So a stranger with a picture of a label keeps nothing from being cancelled
    that is still here. complaints: all about the box."""
    as_what = parcel.counted_as
    if parcel.is_waiting and (parcel.has_left(now) or any(map(_buyer_saw, complaints))):
        as_what = parcel.waits_as
    return any(Voice.of(parcel, batch_id, as_what) is not None for batch_id in parcel.batch_ids)


def _buyer_saw(complaint: Complaint) -> bool:
    return complaint.is_buyers and complaint.reason in COUNTED


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
