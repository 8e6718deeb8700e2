"""Orders of a file whose packs or sums are far from the usual: a person is told, nothing is
refused."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .import_drafts import RefusalReason, Wanted
from .plausible import FEWEST, PRICE_FACTOR, QUANTITY_FACTOR


class FileOrder(NamedTuple):
    lines: Sequence[Wanted]
    total_fen: int


def doubts_of_orders(
    orders: Sequence[FileOrder], prices: Mapping[str, int]
) -> list[RefusalReason | None]:
    """Of each, what is far: its sum from what the packs cost here, or the packs of one offer from
    those of the file's other orders. prices: in fen, by offer."""
    packs: dict[str, list[int]] = {}
    for order in orders:
        for line in order.lines:
            packs.setdefault(line.offer_id, []).append(line.packs)
    largest = {offer_id: sorted(many, reverse=True)[:2] for offer_id, many in packs.items()}
    enough = {offer_id for offer_id, many in packs.items() if len(many) > FEWEST}
    return [
        _far_packs((line for line in order.lines if line.offer_id in enough), largest)
        or _far_sum(order, prices)
        for order in orders
    ]


def _far_packs(
    lines: Iterable[Wanted], largest: Mapping[str, Sequence[int]]
) -> RefusalReason | None:
    """largest: of each offer the two largest, one of which may be this order's."""
    for line in lines:
        first, second = largest[line.offer_id]
        others = second if line.packs == first else first
        if line.packs >= others * QUANTITY_FACTOR:
            return RefusalReason(
                code="far_packs", facts={"packs": line.packs, "most_packs": others}
            )
    return None


def _far_sum(order: FileOrder, prices: Mapping[str, int]) -> RefusalReason | None:
    known = [prices.get(line.offer_id) for line in order.lines]
    if not order.lines or None in known:
        return None
    usual = sum(prices[line.offer_id] * line.packs for line in order.lines)
    if usual < order.total_fen * PRICE_FACTOR and order.total_fen < usual * PRICE_FACTOR:
        return None
    facts: dict[str, str | int] = {"paid": _yuan(order.total_fen), "usual": _yuan(usual)}
    return RefusalReason(code="far_sum", facts=facts)


def _yuan(fen: int) -> str:
    return f"¥{fen / 100:,.2f}"
