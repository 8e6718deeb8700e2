"""What of an open offer may be changed: its words, price and hours; and packs that are added.

Orders keep what they were placed by: each line has its own copy (domain/placing.py).
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from .batches import Batch
from .errors import Refusal
from .fields import Body, Id, Instant, Line, Packs
from .offers import MOST_BATCHES, Offer, draw, good_of, last_good_day, refuse_twice
from .plausible import Confirmed
from .products import Product

MOST_SLOTS_ADDED = 50
"""Stock items that one transaction adds packs to, beside the offer, its batches and journals."""


class OfferChange(Body):
    title: Line
    price_fen: Annotated[int, Field(ge=1, le=100_000_000)]
    opens_at: Instant | None = None
    closes_at: Instant | None = None

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValueError("closes_at 应晚于 opens_at", "closes_at is not after opens_at")
        return self


class MorePacks(Body):
    batch_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_BATCHES)]
    packs: Packs
    expired_ok: bool | None = None
    """Somebody has looked at what is past its shelf life, and sells it."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        refuse_twice(self.batch_ids)
        return self


def refuse_half_closed(offer: Offer, half: bool = False) -> None:
    """Raise "offer_ended" once it was taken off sale for good, or that was begun."""
    if half or offer.state != "open":
        raise Refusal("offer_ended", title=offer.title, offer_id=offer.id)


def changed(offer: Offer, body: OfferChange, confirmed: Confirmed = ()) -> Offer:
    """confirmed: that the price is right, though far from the usual. Raises "offer_ended"."""
    refuse_half_closed(offer)
    return offer.model_copy(update={**dict(body), "confirmed": confirmed or None})


def added_by_slot(offer: Offer, packs: int) -> dict[int, int]:
    """How many packs more each stock item holds. Packs are dealt out in turn, so each that nothing
    was taken from yet then holds what `Offer.packs_in` says of the larger offer."""
    larger = offer.model_copy(update={"packs_total": offer.packs_total + packs})
    more = {slot: larger.packs_in(slot) - offer.packs_in(slot) for slot in range(offer.slots)}
    return {slot: n for slot, n in more.items() if n}


def with_packs(
    offer: Offer, body: MorePacks, product: Product, batches: Sequence[Batch], today: date
) -> tuple[Offer, dict[str, int]]:
    """The offer with more packs, and how many of them each batch gives.

    Raises "offer_ended", "batch_held", "batch_expired", "not_enough_in_batch", "too_many_batches",
    "offer_too_spread".
    """
    refuse_half_closed(offer)
    offer.refuse_if_held()
    good = good_of(
        list(batches), product, today, body.packs, offer.pack_quantity, bool(body.expired_ok)
    )
    drawn = draw(body.packs, offer.pack_quantity, good)
    batch_ids = (*offer.batch_ids, *(new for new in drawn if new not in offer.batch_ids))
    if len(batch_ids) > MOST_BATCHES:
        raise Refusal("too_many_batches", title=offer.title, most=MOST_BATCHES)
    if len(added_by_slot(offer, body.packs)) > MOST_SLOTS_ADDED:
        raise Refusal("offer_too_spread", title=offer.title)
    used = [batch for batch in good if batch.id in drawn]
    last = None if body.expired_ok else last_good_day(product, used)
    days = [day for day in (offer.best_before, last) if day is not None]
    return offer.model_copy(
        update={
            "batch_ids": batch_ids,
            "packs_total": offer.packs_total + body.packs,
            "set_aside": {
                batch_id: offer.set_aside.get(batch_id, 0) + drawn.get(batch_id, 0)
                for batch_id in batch_ids
                if batch_id in offer.set_aside or batch_id in drawn
            },
            "lots": offer.lots | {batch.id: batch.lot for batch in used},
            "best_before": max(days) if len(days) == 2 else None,
        }
    ), drawn
