"""What lies in a box, told on paper: goods, how much, of which batches."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .orders import Order
from .parcels import Parcel
from .receivers import Receiver


@dataclass(frozen=True)
class SlipLine:
    """Packs of one order line; quantity in the product's unit, lots: of the batches it comes from.
    price_fen: of one pack."""

    title: str
    packs: int
    quantity: int
    unit: str
    lots: tuple[str, ...]
    price_fen: int


@dataclass(frozen=True)
class Slip:
    """receiver: None once the buyer was erased."""

    order: Order
    parcel: Parcel
    lines: tuple[SlipLine, ...]
    receiver: Receiver | None


def slip_of(
    order: Order, parcel: Parcel, lots: Mapping[str, str], receiver: Receiver | None
) -> Slip:
    """lots: by the batches' ids."""
    packs, quantities = Counter[int](), Counter[int]()
    batches: dict[int, dict[str, None]] = {}
    for part in parcel.allocations:
        packs[part.line] += part.packs
        quantities[part.line] += part.quantity
        batches.setdefault(part.line, {})[lots.get(part.batch_id, "")] = None
    lines = tuple(
        SlipLine(
            title=order.lines[at].title,
            packs=packs[at],
            quantity=quantities[at],
            unit=order.lines[at].unit,
            lots=tuple(lot for lot in batches[at] if lot),
            price_fen=order.lines[at].price_fen,
        )
        for at in sorted(packs)
    )
    return Slip(order, parcel, lines, receiver)
