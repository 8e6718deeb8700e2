"""From which of a shop's offers the goods of a platform are taken.

A platform's item is mapped to a product in packs of a size. Any open offer of these will do, so
that a new batch needs no new mapping.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from .fields import Body, Id, Instant
from .import_drafts import ItemRule
from .offers import Offer
from .orders import Order

MOST_LOOKED_AT = 500
"""Paid orders, the oldest first, that are looked through for those of some goods."""
MOST_STAND_INS = 4
"""Further offers of the same goods that an import may take from, when one has too few packs."""


@dataclass(frozen=True)
class KnownGoods:
    """Goods of a platform that the shop has mapped. id: the mark that their orders have, too.

    offer: that they are taken from now, and how many packs it has left; 0 with one that was closed.
    sellers: ids of all offers that they may be taken from, the best first.
    """

    id: str
    platform: str
    kept: ItemRule
    offer: Offer | None
    left: int
    sellers: tuple[str, ...]


@dataclass(frozen=True)
class Imported:
    """Orders of some goods with nothing packed yet; whole: whether all paid ones were looked at."""

    orders: list[Order]
    whole: bool


class ChangedGoods(Body):
    """What some goods of a platform are from now on. orders: also of the orders that they were
    imported in, as far as nothing of these is packed."""

    offer_id: Id
    packs: Annotated[int, Field(ge=1, le=1000)] = 1
    orders: bool = False


def goods_of(offer: Offer) -> tuple[str, int]:
    """What two offers have in common that are the same goods: the product and the pack's size."""
    return offer.product_id, offer.pack_quantity


def told_goods(offer: Offer) -> dict[str, str | int]:
    """The same, as facts of a reason: kilograms are written as people buy them."""
    if offer.unit == "g" and offer.pack_quantity >= 1000:
        kilograms = Decimal(offer.pack_quantity) / 1000
        return {"product": offer.product, "pack": f"{kilograms.normalize():f}", "unit": "kg"}
    return {"product": offer.product, "pack": offer.pack_quantity, "unit": offer.unit}


def with_goods(rule: ItemRule, offers: Mapping[str, Offer]) -> ItemRule:
    """The rule with its goods, by its offer where the release before wrote it."""
    offer = offers.get(rule.offer_id)
    if rule.product_id or offer is None:
        return rule
    product_id, pack_quantity = goods_of(offer)
    return rule.model_copy(update={"product_id": product_id, "pack_quantity": pack_quantity})


def offers_for(
    rule: ItemRule,
    offers: Mapping[str, Offer],
    left: Mapping[str, int],
    now: Instant,
) -> list[str]:
    """Ids of the offers to take a rule's goods from, the best first; none: nothing of it is open.

    First the one that was chosen, as long as it sells; then those under its name, then the others,
    the newest of each first. What is sold out, and what is past its day, comes last.
    """
    chosen = offers.get(rule.offer_id)
    goods = (rule.product_id, rule.pack_quantity)
    same = [
        offer
        for offer in offers.values()
        if offer.state == "open" and not offer.held_batch_ids and goods_of(offer) == goods
    ]

    def rank(offer: Offer) -> tuple[bool, bool, bool, bool, float]:
        return (
            not left.get(offer.id),
            offer.is_expired(now),
            offer.id != rule.offer_id,
            chosen is None or offer.title != chosen.title,
            -offer.created_at.timestamp(),
        )

    return [offer.id for offer in sorted(same, key=rank)][: 1 + MOST_STAND_INS]


def stand_ins_of(
    rules: Iterable[ItemRule], chosen: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """By the id of the offer that a rule is taken from: those of the same goods behind it."""
    behind = {}
    for rule in rules:
        first, *others = chosen.get(rule.key, ()) or (rule.offer_id,)
        behind[first] = tuple(others)
    return behind
