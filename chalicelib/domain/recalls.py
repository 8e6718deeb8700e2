"""Who was told that a batch is held or recalled: a tick for each parcel that holds some of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .batches import UNSELLABLE, Batch
from .errors import Refusal
from .fields import Body, Instant, Model
from .lifecycle import check_move
from .orders import Buyer, Order
from .parcels import Parcel

State = Literal["told", "untold"]
_FIRST = ("delivered", "shipped", "packed", "returned", "voided")
"""Who may already have eaten of it is told first."""


class NewNotice(Body):
    """told: whether the buyer was told, or that this was ticked by mistake."""

    told: bool


class Notice(Model):
    """by, at: of the last move; born_by, born_at: of the first, with which its journal begins."""

    batch_id: str
    code: str
    shop_id: str
    state: State
    by: str
    at: Instant
    born_by: str
    born_at: Instant

    def moved(self, state: State, by: str, now: Instant) -> "Notice":
        check_move("notice", self.state, state)
        return self.model_copy(update={"state": state, "by": by, "at": now})


def told(batch: Batch, parcel: Parcel, by: str, now: Instant) -> Notice:
    """The first tick of a parcel."""
    return Notice(
        batch_id=batch.id,
        code=parcel.code,
        shop_id=parcel.shop_id,
        state="told",
        by=by,
        at=now,
        born_by=by,
        born_at=now,
    )


def refuse_unless_stopped(batch: Batch) -> None:
    """Raise "not_allowed_now": nobody is told of what may be eaten."""
    if batch.state not in UNSELLABLE:
        raise Refusal(
            "not_allowed_now",
            subject="batch",
            state=batch.state,
            wanted="told",
            allowed=[],
        )


@dataclass(frozen=True)
class SheetRow:
    """A parcel of the batch: how much of the batch it holds, and the tick, if there was ever one.

    order, buyer: where they are shown.
    """

    parcel: Parcel
    quantity: int
    notice: Notice | None = None
    order: Order | None = None
    buyer: Buyer | None = None

    @property
    def is_told(self) -> bool:
        return self.notice is not None and self.notice.state == "told"

    @property
    def never_left(self) -> bool:
        """Nobody need be told of a box that was unpacked again."""
        return self.parcel.state == "voided"

    @property
    def place(self) -> tuple[int, Instant, str]:
        """On the sheet: the same before and after its tick."""
        return _FIRST.index(self.parcel.state), self.parcel.packed_at, self.parcel.code


def refuse_unless_it_left(row: SheetRow) -> None:
    """Raise "not_allowed_now" for a parcel that was unpacked again."""
    if row.never_left:
        raise Refusal(
            "not_allowed_now", subject="parcel", state="voided", wanted="told", allowed=[]
        )


@dataclass(frozen=True)
class Progress:
    """Of some parcels: how many there are, of how many the buyer was told, how many never left."""

    parcels: int
    told: int
    never_left: int

    @property
    def left(self) -> int:
        return self.parcels - self.told - self.never_left

    @classmethod
    def of(cls, rows: Iterable[SheetRow]) -> "Progress":
        listed = list(rows)
        never_left = sum(row.never_left for row in listed)
        told_ = sum(row.is_told and not row.never_left for row in listed)
        return cls(len(listed), told_, never_left)
