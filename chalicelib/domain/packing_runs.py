"""A packing run: the boxes that one tap packed, and taking them back before a label is printed."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass

from .fields import Instant, Model
from .lifecycle import check_undo
from .orders import Order
from .packing import PackingProblem, Pick
from .parcels import Parcel


class PackingRun(Model):
    """Who packed several orders at once, and when. Which boxes it made, and which of them were
    taken back, are lists beside the record (`repositories/tables.py:PackingRunItem`), as they
    grow."""

    id: str
    shop_id: str
    by: str
    at: Instant


@dataclass(frozen=True)
class RunEntry:
    """A run in a list; boxes: how many it packed, taken_back: how many of them were unpacked."""

    run: PackingRun
    boxes: int
    taken_back: int

    @property
    def standing(self) -> int:
        return self.boxes - self.taken_back


@dataclass(frozen=True)
class RunBox:
    """A parcel of a run with its order. to_be_sent: nothing is known against sending it. stays: why
    it cannot be taken back; None if it can be, or was."""

    parcel: Parcel
    order: Order
    to_be_sent: bool
    printed: bool
    stays: PackingProblem | None

    @property
    def stands(self) -> bool:
        """It was neither taken back nor voided with its order."""
        return self.parcel.state != "voided"

    @property
    def is_taken_back(self) -> bool:
        return not self.stands and self.stays is None


@dataclass(frozen=True)
class RunView:
    """A run's boxes by their orders' numbers, and what is fetched for those that stand."""

    run: PackingRun
    boxes: list[RunBox]
    picks: list[Pick]

    @property
    def standing(self) -> list[RunBox]:
        return [box for box in self.boxes if box.stands]

    @property
    def can_be_taken_back(self) -> int:
        """How many boxes."""
        return sum(box.stays is None for box in self.standing)

    @property
    def without_label(self) -> list[str]:
        """Codes of those that are here and to be sent, and whose label nobody has printed."""
        here = [box for box in self.boxes if box.parcel.state == "packed" and box.to_be_sent]
        return [box.parcel.code for box in here if not box.printed]


class TakenBackBox(Model):
    """What became of one box of a run: it is unpacked, or the problem says why it stays."""

    code: str
    order_id: str
    number: str = ""
    problem: PackingProblem | None = None


class TakenBack(Model):
    items: tuple[TakenBackBox, ...]


def why_it_stays(
    order: Order, parcel: Parcel, *, printed: bool, taken: Container[str]
) -> PackingProblem | None:
    """Why a box of a run cannot be taken back; None for one that can, or that was before.

    printed: whether its label was: a printed code must go on leading somewhere. taken: codes of
    the run that were taken back.
    """
    if parcel.state == "voided":
        return None if parcel.code in taken else PackingProblem(code="order_ended")
    if parcel.state != "packed":
        return PackingProblem(code="has_left")
    if printed:
        return PackingProblem(code="label_printed")
    if parcel.complaints:
        return PackingProblem(code="complained_about")
    if order.parcels[-1:] != (parcel.code,):
        return PackingProblem(code="packed_on")
    return None


def without_last_parcel(order: Order, parcel: Parcel) -> Order:
    """The order without its last parcel, whose packs are to be packed anew.

    Only the last: what a parcel bears counts the packs before it, see `Order.part_of`. Raises
    "not_allowed_now" for an order that is on its way, or has ended.
    """
    assert order.parcels[-1] == parcel.code
    if order.state != "paid":
        check_undo("order", order.state, "paid")
    packs: Counter[int] = Counter()
    for part in parcel.allocations:
        packs[part.line] += part.packs
    lines = tuple(
        line.model_copy(update={"packed": line.packed - packs[index]})
        for index, line in enumerate(order.lines)
    )
    update = {"lines": lines, "parcels": order.parcels[:-1], "state": "paid"}
    return order.model_copy(update=update)
