"""Moving a batch, and with it every offer that draws on it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pynamodb.expressions.condition import Condition

from chalicelib.domain.batches import UNSELLABLE, Batch
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.parcels import Parcel
from chalicelib.repositories.reading import children, get, get_many, of_kind
from chalicelib.repositories.tables import BatchItem, BatchOfferItem, OfferItem, key_of
from chalicelib.repositories.transaction import Adjust, Require, UnitOfWork

from . import patterns

MOST_OFFERS = 80
"""Offers one batch may feed, so that a hold still stops them all in one transaction."""


def load(batch_id: str) -> BatchItem:
    """Raises Refusal("not_found")."""
    item = get(BatchItem, key_of("batch", batch_id))
    if item is None:
        raise not_found("batch")
    return item


def load_all(batch_ids: list[str]) -> list[BatchItem]:
    """In the order given. Raises Refusal("not_found") when one is missing."""
    keys = [key_of("batch", one) for one in batch_ids]
    items = of_kind(BatchItem, get_many(keys), keys)
    if len(items) < len(keys):
        raise not_found("batch")
    return items


def offers_of(batch_id: str) -> list[OfferItem]:
    """Every offer that draws on the batch."""
    links = children(BatchOfferItem, f"BATCH#{batch_id}", "OFFER#").items
    keys = [key_of("offer", link.offer_id) for link in links]
    return of_kind(OfferItem, get_many(keys), keys)


def give_back(work: UnitOfWork, quantities: Mapping[str, int]) -> None:
    """Quantities, by batch, that are not set aside any more."""
    for batch in load_all(list(quantities)):
        available = batch.doc.available_quantity + quantities[batch.doc.id]
        work.replace(
            batch, BatchItem.of(batch.doc.model_copy(update={"available_quantity": available}))
        )


def change(work: UnitOfWork, before: BatchItem, after: Batch, why: str = "") -> None:
    """Replace the batch; when it becomes unsellable or sellable again, its open offers follow."""
    work.replace(before, BatchItem.of(after), why)
    was_held, is_held = before.state in UNSELLABLE, after.state in UNSELLABLE
    if was_held != is_held:
        if is_held:
            patterns.held(work, after.id)
        for offer in offers_of(after.id):
            if offer.state == "open":
                work.replace(offer, OfferItem.of(offer.doc.with_batch(after.id, held=is_held)))


def pack(batch: BatchItem, quantity: int) -> Adjust:
    """Put some of it into a parcel: if it is sellable at that moment, and holds as much.

    Raises "exceeds_batch" by what was read; the condition holds it against any race.
    """
    left = batch.doc.quantity - int(batch.packed)
    if quantity > left:
        raise Refusal("exceeds_batch", lot=batch.doc.lot, left=left, wanted=quantity)
    return Adjust(
        batch,
        [BatchItem.packed.set(BatchItem.packed + quantity), BatchItem.packed_parcels.add(1)],
        condition=_sellable() & (BatchItem.packed <= batch.doc.quantity - quantity),
    )


def require_sellable(batch: BatchItem) -> Require:
    """Raises "batch_held" by what was read; the condition holds it against any race."""
    batch.doc.refuse_unless_sellable()
    return Require(batch, _sellable())


def _sellable() -> Condition:
    condition: Condition = ~BatchItem.state.is_in(*sorted(UNSELLABLE))
    return condition


def unpack(parcels: Iterable[Parcel]) -> list[Adjust]:
    """What voided parcels held is in no parcel any more."""
    quantities: Counter[str] = Counter()
    boxes: Counter[str] = Counter()
    for parcel in parcels:
        boxes.update(parcel.batch_ids)
        for one in parcel.allocations:
            quantities[one.batch_id] += one.quantity
    return [
        Adjust(
            BatchItem(*key_of("batch", one)),
            [
                BatchItem.packed.set(BatchItem.packed - n),
                BatchItem.packed_parcels.add(-boxes[one]),
            ],
        )
        for one, n in quantities.items()
    ]
