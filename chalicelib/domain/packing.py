"""What to pack next, and from which batches: first expired, first out, never more than there is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import Field

from .batches import UNSELLABLE, Batch
from .fields import Body, Id, Model
from .orders import Order, OrderLine
from .parcels import MOST_ALLOCATIONS, Allocation, NewAllocation, NewParcel
from .products import Unit
from .telling import JOINT

MOST_TOGETHER = 50
"""Orders packed by one request: some seconds of work."""

PROBLEMS: dict[str, tuple[str, str]] = {
    "batch_held": (
        "“{title}”还差 {packs} 份：批次 {lots} 已暂停，解除暂停后才能装。",
        "{packs} packs of “{title}” are missing: batch {lots} is held; it must be released first.",
    ),
    "batch_recalled": (
        "“{title}”还差 {packs} 份：批次 {lots} 已召回，不能装；请换货或退款。",
        "{packs} packs of “{title}” are missing: batch {lots} is recalled; replace it or refund.",
    ),
    "batch_expired": (
        "“{title}”还差 {packs} 份：批次 {lots} 已过保鲜期。先看货；还能发的，打开订单勾选后再装。",
        "{packs} packs of “{title}” are missing: batch {lots} is past its day. Look at it; if "
        "it is still good, open the order, say so and pack.",
    ),
    "not_enough_left": (
        "“{title}”还差 {packs} 份：它的批次剩下的不够。",
        "{packs} packs of “{title}” are missing: not enough is left of its batches.",
    ),
    "batches_closed": (
        "“{title}”还差 {packs} 份：它的批次都已关闭。",
        "{packs} packs of “{title}” are missing: all of its batches are closed.",
    ),
    "too_many_batches": (
        "要从 {n} 处取货，一箱最多 {most} 处；请打开订单分箱装。",
        "It takes {n} places to pack it from, one parcel has {most}; open the order and pack "
        "several parcels.",
    ),
    "packed_already": (
        "这单已经装好了（{codes}），没有再装。",
        "The order is packed already ({codes}); nothing was packed again.",
    ),
    "label_printed": (
        "标签已打印，不撤回；不发的话请取消订单。",
        "Its label was printed, so it stays; if it is not to be sent, cancel the order.",
    ),
    "has_left": ("已经发货，不能撤回。", "It has left already and cannot be taken back."),
    "complained_about": (
        "有人用这个码找过售后，不撤回；请打开订单处理。",
        "Somebody complained by its code, so it stays; open the order.",
    ),
    "packed_on": (
        "这单后来又装了别的箱，不能撤回。",
        "Another parcel of the order was packed after it, so it stays.",
    ),
    "order_ended": (
        "订单已取消，这一箱早已作废。",
        "The order was cancelled, and the parcel voided with it.",
    ),
}
"""Why an order cannot be packed as proposed, or a box not be taken back: code -> (zh-CN, English).
Beside these whatever refuses any parcel."""


class NewPacking(Body):
    order_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_TOGETHER)]


class PackingProblem(Model):
    """code: a key of PROBLEMS or of SENTENCES in sentences.py."""

    code: str
    facts: dict[str, str | int] = {}


class Packed(Model):
    """What became of one order: the code of its parcel, or why there is none."""

    order_id: str
    number: str = ""
    code: str | None = None
    problem: PackingProblem | None = None


class Packing(Model):
    """run_id: of the run, if anything was packed. None too where an older release answered."""

    items: tuple[Packed, ...]
    run_id: str | None = None


@dataclass(frozen=True)
class Supply:
    """A batch as packing sees it, in the product's unit.

    left: in no parcel yet. free: set aside for no offer. best_before: None without a shelf life.
    """

    batch_id: str
    lot: str
    state: str
    harvested_on: date
    left: int
    free: int
    best_before: date | None = None

    @classmethod
    def of(cls, batch: Batch, packed: int, shelf_life_days: int | None) -> "Supply":
        return cls(
            batch_id=batch.id,
            lot=batch.lot,
            state=batch.state,
            harvested_on=batch.harvested_on,
            left=batch.quantity - packed,
            free=batch.available_quantity,
            best_before=batch.best_before(shelf_life_days),
        )

    @property
    def may_be_packed(self) -> bool:
        return self.state not in UNSELLABLE and self.state != "closed"

    def is_expired(self, today: date) -> bool:
        """From the day after its last good one. It may be packed, once somebody has looked."""
        return self.best_before is not None and self.best_before < today

    @property
    def turn(self) -> tuple[date, date, str, str]:
        """First expired, first out; without a shelf life the oldest harvest first."""
        return self.best_before or self.harvested_on, self.harvested_on, self.lot, self.batch_id


Supplies = Mapping[str, Supply]
"""By the batches' ids."""


@dataclass(frozen=True)
class ProposedPacks:
    """Packs of an order's line from one batch."""

    line: int
    batch_id: str
    lot: str
    packs: int
    best_before: date | None = None


@dataclass(frozen=True)
class BatchChoice:
    """A batch that a line may be packed from, and the packs proposed from it.

    best_before: where it is past its day, so that somebody has to look at it first.
    """

    batch: Batch
    packs: int
    best_before: date | None = None


@dataclass(frozen=True)
class PackingPlan:
    """How an order is packed into one parcel, or why it cannot be."""

    order: Order
    proposals: tuple[ProposedPacks, ...] = ()
    problem: PackingProblem | None = None

    @classmethod
    def from_parts(
        cls, order: Order, parts: Iterable[Allocation | NewAllocation], supplies: Supplies
    ) -> "PackingPlan":
        """As a box was, or is to be, packed; without the parts whose batch is not among these."""
        return cls(
            order,
            tuple(
                ProposedPacks(part.line, part.batch_id, supply.lot, part.packs, supply.best_before)
                for part in parts
                if (supply := supplies.get(part.batch_id)) is not None
            ),
        )

    @property
    def parcel(self) -> NewParcel:
        """Raises ValidationError without proposals."""
        return NewParcel(
            allocations=[
                NewAllocation(line=proposal.line, batch_id=proposal.batch_id, packs=proposal.packs)
                for proposal in self.proposals
            ]
        )


@dataclass
class PackableStock:
    """The batches, and what is left of them while orders are proposed one after the other.

    given: offer -> batch -> packs that it has set aside there and that are in no parcel yet. An
    offer may take those and what no offer set aside; what others set aside stays theirs. today: in
    China; what is past its day by then is proposed to nobody. The tallies of what was proposed so
    far: taken, from each batch, in its unit; beyond, the part of it that no offer had set aside,
    in its unit; by_offer, packs of each offer and batch.
    """

    supplies: Supplies
    given: Mapping[str, Mapping[str, int]]
    today: date
    taken: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)
    by_offer: Counter[tuple[str, str]] = field(default_factory=Counter)

    def copy(self) -> "PackableStock":
        return PackableStock(
            self.supplies,
            self.given,
            self.today,
            self.taken.copy(),
            self.beyond.copy(),
            self.by_offer.copy(),
        )

    def proposes(self, supply: Supply) -> bool:
        return supply.may_be_packed and not supply.is_expired(self.today)

    def _due(self, line: OrderLine, supply: Supply) -> int:
        """Packs of the line's offer that are still set aside from the batch."""
        given = self.given.get(line.offer_id, {}).get(supply.batch_id, 0)
        return given - self.by_offer[line.offer_id, supply.batch_id]

    def room(self, line: OrderLine, supply: Supply) -> int:
        """Packs of the line that can still come from the batch."""
        left = (supply.left - self.taken[supply.batch_id]) // line.pack_quantity
        free = (supply.free - self.beyond[supply.batch_id]) // line.pack_quantity
        return max(0, min(left, self._due(line, supply) + max(0, free)))

    def take(self, line: OrderLine, supply: Supply, packs: int) -> None:
        due = self._due(line, supply)
        self.taken[supply.batch_id] += packs * line.pack_quantity
        self.by_offer[line.offer_id, supply.batch_id] += min(packs, due)
        self.beyond[supply.batch_id] += max(0, packs - due) * line.pack_quantity


def propose(orders: Iterable[Order], stock: PackableStock) -> list[PackingPlan]:
    """A plan for each order, in their order: who comes first takes first.

    An order that cannot be packed whole takes nothing from those behind it.
    """
    plans = []
    for order in orders:
        trial = stock.copy()
        plan = _plan(order, trial)
        if plan.problem is None:
            stock = trial
        plans.append(plan)
    return plans


def _plan(order: Order, stock: PackableStock) -> PackingPlan:
    if order.buyer is None:
        return PackingPlan(order, problem=PackingProblem(code="buyer_erased"))
    if order.is_stopped:
        return PackingPlan(
            order, problem=PackingProblem(code="stopped", facts={"number": order.number})
        )
    proposals: list[ProposedPacks] = []
    for at, line in enumerate(order.lines):
        missing = line.to_pack
        own = [
            stock.supplies[batch_id] for batch_id in line.batch_ids if batch_id in stock.supplies
        ]
        for supply in sorted(
            (candidate for candidate in own if stock.proposes(candidate)), key=lambda s: s.turn
        ):
            packs = min(missing, stock.room(line, supply))
            if packs:
                stock.take(line, supply, packs)
                proposals.append(
                    ProposedPacks(at, supply.batch_id, supply.lot, packs, supply.best_before)
                )
                missing -= packs
        if missing:
            return PackingPlan(order, problem=_missing(line, missing, own, stock))
    if not proposals:
        return PackingPlan(order, problem=packed_already(order, []))
    if len(proposals) > MOST_ALLOCATIONS:
        facts: dict[str, str | int] = {"n": len(proposals), "most": MOST_ALLOCATIONS}
        return PackingPlan(order, problem=PackingProblem(code="too_many_batches", facts=facts))
    return PackingPlan(order, tuple(proposals))


def _missing(
    line: OrderLine, packs: int, own: Sequence[Supply], stock: PackableStock
) -> PackingProblem:
    """A hold can be released, so it is named first; then what somebody may look at and pack."""
    facts: dict[str, str | int] = {"title": line.title, "packs": packs}
    for state, code in (("held", "batch_held"), ("recalled", "batch_recalled")):
        lots = [
            supply.lot
            for supply in own
            if supply.state == state and supply.left >= line.pack_quantity
        ]
        if lots:
            return PackingProblem(code=code, facts=facts | {"lots": JOINT.join(lots)})
    expired = [
        f"{supply.lot} ({supply.best_before})"
        for supply in own
        if supply.may_be_packed and supply.is_expired(stock.today) and stock.room(line, supply)
    ]
    if expired:
        return PackingProblem(code="batch_expired", facts=facts | {"lots": JOINT.join(expired)})
    closed = bool(own) and all(supply.state == "closed" for supply in own)
    return PackingProblem(code="batches_closed" if closed else "not_enough_left", facts=facts)


def packed_already(order: Order, codes: Sequence[str]) -> PackingProblem:
    """codes: of its parcels, as people read them."""
    return PackingProblem(code="packed_already", facts={"codes": JOINT.join(codes) or order.number})


# --- what to fetch from the store -----------------------------------------------------------------


@dataclass(frozen=True)
class Pick:
    """What to fetch: packs of one size from one batch."""

    product: str
    product_en: str | None
    title: str
    lot: str
    harvested_on: date
    best_before: date | None
    packs: int
    quantity: int
    unit: Unit


def picking(plans: Iterable[PackingPlan], supplies: Supplies) -> list[Pick]:
    """By product, then in the order in which the batches go out."""
    packs: defaultdict[tuple[str, str, str, int, Unit], int] = defaultdict(int)
    english: dict[str, str | None] = {}
    for plan in plans:
        for proposal in plan.proposals:
            line = plan.order.lines[proposal.line]
            key = (line.product, line.title, proposal.batch_id, line.pack_quantity, line.unit)
            packs[key] += proposal.packs
            english[line.product] = line.product_en
    rows = [
        (supplies[batch_id], product, title, size, unit, n)
        for (product, title, batch_id, size, unit), n in packs.items()
    ]
    rows.sort(key=lambda row: (row[1], row[0].turn, row[2], row[3]))
    return [
        Pick(
            product=product,
            product_en=english[product],
            title=title,
            lot=supply.lot,
            harvested_on=supply.harvested_on,
            best_before=supply.best_before,
            packs=n,
            quantity=n * size,
            unit=unit,
        )
        for supply, product, title, size, unit, n in rows
    ]
