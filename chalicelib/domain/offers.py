"""Offers: what a shop sells, from which batches, and for how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .batches import Batch
from .errors import Refusal
from .fields import Body, Id, Instant, Line, Model, Name, Packs, Quantity, china_date
from .lifecycle import check_move
from .plausible import Confirmed
from .products import AfterSales, Product, Unit

SLOT_PACKS = 1000
"""Packs one stock item carries before an offer is spread over another."""
SLOT_ORDERS = 40
"""Orders a second that one stock item takes well: two transactions on one item conflict, and at
some 200 a second it is never free (docs/capacity.md)."""
MOST_SLOTS = 256
MOST_BATCHES = 10
"""That one offer draws on."""
MOST_SHARDS = 64
"""Partitions over which a shop's orders lie in an index: each takes 1,000 writes a second, and a
list reads them all."""
CALM_SLOTS = 16
"""An offer of more slots is one for a crowd: what buyers read of it may be two seconds old."""


def refuse_twice(batch_ids: Sequence[str]) -> None:
    """Raise ValueError where a batch is named twice."""
    if len(set(batch_ids)) != len(batch_ids):
        raise ValueError("同一批次填了两次", "a batch is named twice")


class NewOffer(Body):
    product_id: Id
    batch_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_BATCHES)]
    title: Line
    price_fen: Annotated[int, Field(ge=1, le=100_000_000)]
    pack_quantity: Quantity
    packs_total: Packs
    campaign_id: Name | None = None
    expired_ok: bool | None = None
    """Somebody has looked at what is past its shelf life, and sells it."""
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    limit_per_customer: Packs | None = None
    confirmed: Confirmed | None = None
    expected_orders_per_second: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Of a live stream's best seconds. The offer is then spread over more stock items than its
    packs alone ask for, of which one order can take from some 80."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        refuse_twice(self.batch_ids)
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValueError("closes_at 应晚于 opens_at", "closes_at is not after opens_at")
        return self


class Offer(Model):
    """set_aside: packs taken from each batch. slots: over how many stock items they are spread.

    office_shards: over how many partitions its orders lie in the list of all shops.
    held_batch_ids: those of its batches that are held or recalled now; while there is one, nothing
    is sold, as no one can tell which pack it would be.
    """

    id: str
    shop_id: str
    state: Literal["open", "closed"] = "open"
    product_id: str
    product: str
    product_en: str | None = None
    unit: Unit
    batch_ids: tuple[str, ...]
    title: str
    price_fen: int
    pack_quantity: int
    packs_total: int
    campaign_id: str | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    limit_per_customer: int | None = None
    best_before: date | None = None
    """The last good day of what it set aside: then it ends. None where somebody sells it all the
    same, or where something of it has no such day."""
    after_sales: AfterSales
    rule_version: int
    set_aside: dict[str, int]
    lots: dict[str, str] = {}
    """The lot of each batch, for what a refusal says."""
    slots: int
    office_shards: int = 1
    held_batch_ids: tuple[str, ...] = ()
    confirmed: Confirmed | None = None
    created_at: Instant

    @property
    def shards(self) -> int:
        """Over how many partitions its orders lie in its shop's list."""
        return min(self.slots, MOST_SHARDS)

    @property
    def is_for_a_crowd(self) -> bool:
        return self.slots > CALM_SLOTS

    def packs_in(self, slot: int) -> int:
        """What a slot holds before anything is taken from it: 2500 over 3 are 834, 833, 833."""
        return self.packs_total // self.slots + (slot < self.packs_total % self.slots)

    def is_on_sale(self, now: Instant) -> bool:
        return (
            self.state == "open"
            and (self.opens_at is None or now >= self.opens_at)
            and (self.closes_at is None or now < self.closes_at)
            and not self.is_expired(now)
        )

    def is_expired(self, now: Instant) -> bool:
        """From the day in China after the last good one of all it set aside."""
        return self.best_before is not None and self.best_before < china_date(now)

    def refuse_unless_on_sale(self, now: Instant) -> None:
        """Raise "offer_closed" outside its time, "batch_held" while one of its batches is held."""
        if not self.is_on_sale(now):
            raise Refusal("offer_closed", title=self.title, offer_id=self.id)
        self.refuse_if_held()

    def refuse_if_held(self) -> None:
        """Raise "batch_held" while one of its batches is held."""
        if self.held_batch_ids:
            held = self.held_batch_ids[0]
            raise Refusal("batch_held", lot=self.lots.get(held, self.title), batch_id=held)

    def refuse_over_limit(self, before: int, packs: int) -> None:
        """Raise "over_limit" when a customer who has `before` packs may not have `packs` more."""
        limit = self.limit_per_customer
        if limit is not None and before + packs > limit:
            raise Refusal("over_limit", title=self.title, limit=limit)

    def with_batch(self, batch_id: str, *, held: bool) -> "Offer":
        """The offer when one of its batches is held or released."""
        others = tuple(other for other in self.held_batch_ids if other != batch_id)
        return self.model_copy(update={"held_batch_ids": (*others, batch_id) if held else others})


def slots_for(packs: int, orders_per_second: int | None = None) -> int:
    """Over how many stock items the packs are spread: by how many they are, or how fast they go."""
    wanted = max(-(-packs // SLOT_PACKS), -(-(orders_per_second or 1) // SLOT_ORDERS))
    return min(MOST_SLOTS, packs, wanted)


def shard_of(slot: int) -> int:
    """The partition of its shop's list on which an order from a slot lies."""
    return slot % MOST_SHARDS


def good_of(
    batches: list[Batch],
    product: Product,
    today: date,
    packs: int,
    pack_quantity: int,
    expired_ok: bool,
) -> list[Batch]:
    """What packs may be set aside from: what is past its day only if somebody says so.

    Raises "batch_expired" where the rest is too little, "batch_held".
    """
    for batch in batches:
        batch.refuse_unless_sellable()
    if expired_ok:
        return batches
    days = product.shelf_life_days
    expired = [batch for batch in batches if batch.expired_on(days, today)]
    good = [batch for batch in batches if not batch.expired_on(days, today)]
    left = sum(
        batch.available_quantity // pack_quantity for batch in good if batch.state != "closed"
    )
    if expired and left < packs:
        expired[0].refuse_if_expired(days, today)
    return good


def last_good_day(product: Product, drawn: list[Batch]) -> date | None:
    """Of all that is drawn on; None where one has no such day."""
    days = [batch.best_before(product.shelf_life_days) for batch in drawn]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def draw(packs: int, pack_quantity: int, batches: list[Batch]) -> dict[str, int]:
    """Packs to take from each batch, whole packs and in the order given.

    Raises "batch_held", or "not_enough_in_batch" with `packs_possible`.
    """
    taken: dict[str, int] = {}
    for batch in batches:
        batch.refuse_unless_sellable()
        if batch.state == "closed":
            continue
        taken[batch.id] = min(
            packs - sum(taken.values()), batch.available_quantity // pack_quantity
        )
    if sum(taken.values()) < packs:
        raise Refusal("not_enough_in_batch", packs_possible=sum(taken.values()))
    return {batch_id: n for batch_id, n in taken.items() if n}


def open_offer(
    body: NewOffer,
    *,
    offer_id: str,
    shop_id: str,
    product: Product,
    batches: list[Batch],
    now: Instant,
    office_shards: int = 1,
) -> Offer:
    """A new offer that sets its packs aside. Raises as `draw` does, and "batch_expired" where that
    takes what is past its shelf life and nobody has said so.

    office_shards: how widely the list of all shops is spread so far; it will be as wide as this.
    """
    slots = slots_for(body.packs_total, body.expected_orders_per_second)
    fields = set(NewOffer.model_fields) - {"expected_orders_per_second", "expired_ok"}
    expired_ok = bool(body.expired_ok)
    good = good_of(
        batches, product, china_date(now), body.packs_total, body.pack_quantity, expired_ok
    )
    set_aside = draw(body.packs_total, body.pack_quantity, good)
    drawn = [batch for batch in good if batch.id in set_aside]
    return Offer(
        id=offer_id,
        shop_id=shop_id,
        product=product.name,
        product_en=product.name_en,
        unit=product.unit,
        after_sales=product.after_sales,
        rule_version=product.rule_version,
        lots={batch.id: batch.lot for batch in batches},
        set_aside=set_aside,
        best_before=None if expired_ok else last_good_day(product, drawn),
        slots=slots,
        office_shards=max(office_shards, min(slots, MOST_SHARDS)),
        created_at=now,
        **{name: getattr(body, name) for name in fields},
    )


def going_back(aside: Mapping[str, int], packs: int) -> dict[str, int]:
    """Of so many packs those that each batch gets back: the one that was drawn on last comes first,
    and none gets more than is set aside from it.

    aside: packs of each batch that are set aside and in no parcel yet, in the offer's order.
    """
    back: dict[str, int] = {}
    for batch_id, kept in reversed(list(aside.items())):
        returned = min(kept, packs - sum(back.values()))
        if returned > 0:
            back[batch_id] = returned
    return back


@dataclass(frozen=True)
class Drawn:
    """Packs that a parcel takes of what its offer set aside from each batch; those that it takes
    beyond that, which no offer may have set aside; and those that go back to the batches that are
    spared by it, as many."""

    own: dict[str, int]
    beyond: dict[str, int]
    spared: dict[str, int]


def draw_for_parcel(aside: Mapping[str, int], packs: Mapping[str, int]) -> Drawn:
    """How packs of each batch go into a parcel. aside: as in `going_back`."""
    own = {batch_id: min(n, aside[batch_id]) for batch_id, n in packs.items()}
    beyond = {batch_id: n - own[batch_id] for batch_id, n in packs.items() if n > own[batch_id]}
    rest = {batch_id: n - own.get(batch_id, 0) for batch_id, n in aside.items()}
    return Drawn(own, beyond, going_back(rest, sum(beyond.values())))


def close(offer: Offer) -> Offer:
    """The offer, off sale for good. Raises "not_allowed_now" when it already is."""
    check_move("offer", offer.state, "closed")
    return offer.model_copy(update={"state": "closed"})
