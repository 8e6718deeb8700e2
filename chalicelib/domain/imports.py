"""An import of an outside platform's file: sent up, read, looked at, then worked off in chunks."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

from .columns import Field as Column
from .columns import Platform, StoredPlatform
from .errors import Refusal
from .fields import Body, Id, Instant, Line, Model
from .import_drafts import Draft, ItemRule, RefusalReason, Wanted
from .lifecycle import check_move
from .mapped_goods import with_goods
from .offers import Offer
from .orders import Order, OrderLine
from .own_numbers import number_of
from .pack_doubts import ToPack
from .placing import frozen_line
from .platforms import GROUP_ORDERS, NAMES, heading
from .shares import share

LARGEST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 60
MOST_ITEMS = 300
"""Kinds of goods in one file: what a person can still assign to offers by hand."""
MOST_MAPPING_BYTES = 300_000
"""Of a mapping's record. The store takes 400 KB, keys and the names of attributes with it."""
KEPT_HOURS = 24
"""How long a file and what was made of it are kept, if the import is not finished before."""

QUOTED = frozenset({"value", "title", "status"})
"""Facts of a reason that stand in the file as they are."""

STOPS = "here_waits"
"""The code of what stops an order that is here, see orders_here.py."""

What = Literal["new", "created", "already", "different", "cannot", "not_for_shipping"]


class NewImport(Body):
    filename: Line
    size: Annotated[int, Field(ge=1, le=LARGEST_BYTES)]
    """In bytes."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ItemChoice(Body):
    """packs: how many packs of the offer one piece of the item is."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    sku: Annotated[str, Field(max_length=200)] = ""
    offer_id: Id
    packs: Annotated[int, Field(ge=1, le=1000)] = 1


class ReadImport(Body):
    """columns: heading -> field. Left out: what was kept of the shop's last import of its kind.

    sheets: of a workbook, those to read. Left out: those that were read last, or hold the orders.
    paid_only: the file holds nothing but paid orders that are to be sent, though no column says so.
    group: what the shop calls the group buy that the file is of, where the numbers of its orders
    start again with each.
    """

    platform: Platform | None = None
    columns: Annotated[
        dict[Annotated[str, Field(max_length=200)], Column] | None, Field(max_length=MOST_COLUMNS)
    ] = None
    items: Annotated[list[ItemChoice] | None, Field(max_length=MOST_ITEMS)] = None
    sheets: Annotated[
        list[Annotated[str, Field(max_length=200)]] | None, Field(min_length=1, max_length=50)
    ] = None
    paid_only: bool | None = None
    group: Annotated[str, Field(min_length=1, max_length=60)] | None = None


def _record_bytes(part: Model) -> int:
    return len(part.model_dump_json(exclude_none=True).encode())


class Mapping(Model):
    """What a shop has said about the files of one platform, or about those with the same headings.

    columns: in the record of a platform, of the release before, for files that have them all.
    """

    shop_id: str
    platform: str
    columns: dict[str, Column] = {}
    items: tuple[ItemRule, ...] = ()
    paid_only: bool = False

    def with_choices(self, body: ReadImport, offers: Mapping_[str, Offer]) -> "Mapping":
        """The newest word about each item counts; the oldest fall out past MOST_ITEMS, and past
        what the record can hold. offers: those that the body names."""
        rules = {item.key: item for item in self.items}
        for choice in body.items or ():
            rule = with_goods(ItemRule(**choice.model_dump()), offers)
            rules.pop(rule.key, None)
            rules[rule.key] = rule
        return self._with_rules(rules.values())

    def with_goods(self, rules: Mapping_[str, ItemRule]) -> "Mapping":
        """Those of its rules that are among these, as they are there."""
        after = tuple(rules.get(item.key, item) for item in self.items)
        return self if after == self.items else self._with_rules(after)

    def without(self, key: str) -> "Mapping":
        """What an item is is asked again."""
        kept = tuple(item for item in self.items if item.key != key)
        return self.model_copy(update={"items": kept})

    def _with_rules(self, rules: Iterable[ItemRule]) -> "Mapping":
        left = MOST_MAPPING_BYTES - _record_bytes(self.model_copy(update={"items": ()}))
        kept: list[ItemRule] = []
        for rule in list(rules)[: -MOST_ITEMS - 1 : -1]:
            left -= _record_bytes(rule) + len(",")
            if left <= 0:
                break
            kept.insert(0, rule)
        return self.model_copy(update={"items": tuple(kept)})

    def with_columns(self, body: ReadImport) -> "Mapping":
        chosen = {"columns": body.columns, "paid_only": body.paid_only}
        return self.model_copy(
            update={name: value for name, value in chosen.items() if value is not None}
        )

    def fits(self, headings: Sequence[str]) -> bool:
        """Whether a file has every column that was mapped."""
        return {heading(name) for name in self.columns} <= {heading(name) for name in headings}


class OrderOutcome(Model):
    """What will become, or became, of one order of the file."""

    number: str
    rows: tuple[int, ...]
    what: What
    order_id: str | None = None
    reason: RefusalReason | None = None
    doubt: RefusalReason | None = None
    """Before it runs: why somebody should look at it, though it becomes an order."""

    @property
    def stops(self) -> bool:
        """Whether the order is here, has not left, and the file speaks against sending it."""
        return self.reason is not None and self.reason.code == STOPS

    def without_quotes(self) -> "OrderOutcome":
        """What its reason quotes from the file is blank; what we found out ourselves stays."""
        if self.reason is None:
            return self
        facts = {
            name: "…" if name in QUOTED else value for name, value in self.reason.facts.items()
        }
        reason = self.reason.model_copy(update={"facts": facts})
        number = "…" if reason.code == "number" else self.number
        return self.model_copy(update={"reason": reason, "number": number})


@dataclass(frozen=True)
class Listed:
    """One order of a file with what becomes of it; draft: None once the file is gone. packs: of one
    that will be made, what is packed for each of its lines."""

    outcome: OrderOutcome
    draft: Draft | None
    packs: tuple[ToPack, ...] = ()


class Counts(Model):
    """Of orders. refused: those that cannot be, of which some differ and some need no shipping.
    stopped: of those that differ, the ones that wait here and that the file speaks against."""

    new: int = 0
    created: int = 0
    already: int = 0
    different: int = 0
    not_for_shipping: int = 0
    cannot: int = 0
    stopped: int = 0

    def with_outcomes(self, outcomes: list[OrderOutcome]) -> "Counts":
        """And these."""
        counts = self.model_dump()
        for outcome in outcomes:
            counts[outcome.what] += 1
            counts["stopped"] += outcome.stops
        return Counts(**counts)

    @property
    def refused(self) -> int:
        return self.different + self.not_for_shipping + self.cannot


class Import(Model):
    """plan: which reading of the file is worked off. done: orders of it that are dealt with.

    emptied_at: when all of its file went, as somebody in it may have been erased. Its record notes
    that before the files go, so whoever works on it cannot commit and nothing comes back.
    profile: its platform, where `platform` is the one under which the release before has it.
    """

    id: str
    shop_id: str
    state: Literal["waiting", "read", "running", "finished"] = "waiting"
    filename: str
    size: int
    sha256: str
    platform: StoredPlatform | None = None
    profile: Platform | None = None
    group: str = ""
    plan: str | None = None
    rows: int = 0
    total: int = 0
    preview: Counts = Counts()
    done: int = 0
    counts: Counts = Counts()
    by: str
    created_at: Instant
    finished_at: Instant | None = None
    emptied_at: Instant | None = None

    def emptied(self, now: Instant) -> "Import":
        """Without the file's name, which may be a person's."""
        gone = {"filename": "", "group": "", "emptied_at": self.emptied_at or now}
        return self.model_copy(update=gone)

    @property
    def source(self) -> Platform | None:
        """Whose file it is."""
        return self.profile or self.platform

    def of_platform(self, platform: Platform) -> "Import":
        stored = platform if platform in get_args(StoredPlatform) else "other"
        return self.model_copy(update={"platform": stored, "profile": platform})

    def refuse_if_emptied(self) -> None:
        if self.emptied_at is not None:
            raise Refusal("file_gone", hours=KEPT_HOURS)

    def read(self, plan: str, rows: int, preview: list[OrderOutcome]) -> "Import":
        """With a plan. Raises "not_allowed_now" once it is running, "file_gone"."""
        self.refuse_if_emptied()
        if self.state != "read":
            check_move("import", self.state, "read")
        return self.model_copy(
            update={
                "state": "read",
                "plan": plan,
                "rows": rows,
                "total": len(preview),
                "preview": Counts().with_outcomes(preview),
            }
        )

    def started(self) -> "Import":
        """Raises "not_allowed_now" before it was read, "file_gone"."""
        self.refuse_if_emptied()
        check_move("import", self.state, "running")
        return self.model_copy(update={"state": "running"})

    def advanced(self, outcomes: list[OrderOutcome], now: Instant) -> "Import":
        """With more of it done; finished with the last. Raises "file_gone"."""
        self.refuse_if_emptied()
        done = self.done + len(outcomes)
        update = {"done": done, "counts": self.counts.with_outcomes(outcomes)}
        if done >= self.total:
            check_move("import", self.state, "finished")
            update |= {"state": "finished", "finished_at": now}
        return self.model_copy(update=update)


def order_of(
    doc: Import,
    draft: Draft,
    lines: tuple[OrderLine, ...],
    line_sums: tuple[int, ...],
    *,
    order_id: str,
    customer_id: str,
    buyer: str,
    platform_goods: tuple[tuple[str, int], ...],
    after_erasures: int,
    by: str,
    now: Instant,
) -> Order:
    """Born paid, as the platform has the money; `buyer` is the sealed buyer."""
    platform = doc.source or "other"
    return Order(
        id=order_id,
        number=number_of(order_id, now),
        shop_id=doc.shop_id,
        state="paid",
        channel="wechat_group" if platform in GROUP_ORDERS else "platform",
        external_ref=draft.reference,
        lines=lines,
        line_sums=line_sums,
        total_fen=draft.total_fen,
        paid_fen=draft.total_fen,
        payment_method=NAMES[platform][0],
        payment_reference=draft.reference,
        customer_id=customer_id,
        buyer=buyer,
        placed_by=by,
        created_at=now,
        pay_by=now,
        paid_at=min(draft.paid_at or now, now),
        import_id=doc.id,
        platform_goods=platform_goods,
        after_erasures=after_erasures,
    )


def line_sums_of(
    draft: Draft, wanted: Sequence[Wanted], offers: Mapping_[str, Offer]
) -> tuple[int, ...]:
    """What was paid for each line; by the offers' prices where only the order's sum is known."""
    weights = [
        offers[line.offer_id].price_fen * line.packs if line.amount_fen is None else line.amount_fen
        for line in wanted
    ]
    return tuple(share(draft.total_fen, weights))


def lines_of(
    wanted: Sequence[Wanted],
    line_sums: Sequence[int],
    offers: Mapping_[str, Offer],
    taken: Sequence[dict[int, int]],
) -> tuple[OrderLine, ...]:
    """A pack's price is rounded down to fen; what was paid for the line stands in its sum.

    The offer's limit for each customer is not counted: the platform sold by its own.
    """
    return tuple(
        frozen_line(offers[line.offer_id], line.packs, price_fen=paid // line.packs, taken=slots)
        for line, paid, slots in zip(wanted, line_sums, taken, strict=True)
    )
