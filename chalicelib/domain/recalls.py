"""Who was notified that a batch is held or recalled: a tick for each parcel of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .batches import UNSELLABLE, Batch
from .errors import Refusal
from .fields import Body, Instant, Model
from .lifecycle import check_move
from .orders import Buyer, Order
from .parcels import Parcel

State = Literal["notified", "taken_back"]
_FIRST = ("delivered", "shipped", "packed", "returned", "voided")
"""Who may already have eaten of it is notified first."""


class NewNotice(Body):
    """notified: whether the buyer was notified, or that this was ticked by mistake."""

    notified: bool


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


def notified(batch: Batch, parcel: Parcel, by: str, now: Instant) -> Notice:
    """The first tick of a parcel."""
    return Notice(
        batch_id=batch.id,
        code=parcel.code,
        shop_id=parcel.shop_id,
        state="notified",
        by=by,
        at=now,
        born_by=by,
        born_at=now,
    )


def refuse_unless_stopped(batch: Batch) -> None:
    """Raise "not_allowed_now": nobody is notified of what may be eaten."""
    if batch.state not in UNSELLABLE:
        raise Refusal(
            "not_allowed_now",
            subject="batch",
            state=batch.state,
            wanted="notified",
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
    def is_notified(self) -> bool:
        return self.notice is not None and self.notice.state == "notified"

    @property
    def never_left(self) -> bool:
        """Nobody need be notified of a box that was unpacked again."""
        return self.parcel.state == "voided"

    @property
    def place(self) -> tuple[int, Instant, str]:
        """On the sheet: the same before and after its tick."""
        return _FIRST.index(self.parcel.state), self.parcel.packed_at, self.parcel.code


def refuse_unless_it_left(row: SheetRow) -> None:
    """Raise "not_allowed_now" for a parcel that was unpacked again."""
    if row.never_left:
        raise Refusal(
            "not_allowed_now", subject="parcel", state="voided", wanted="notified", allowed=[]
        )


@dataclass(frozen=True)
class Progress:
    """Of some parcels: how many there are, of how many the buyer knows, how many never left."""

    parcels: int
    notified: int
    never_left: int

    @property
    def left(self) -> int:
        return self.parcels - self.notified - self.never_left

    @classmethod
    def of(cls, rows: Iterable[SheetRow]) -> "Progress":
        listed = list(rows)
        never_left = sum(row.never_left for row in listed)
        notified = sum(row.is_notified and not row.never_left for row in listed)
        return cls(len(listed), notified, never_left)
