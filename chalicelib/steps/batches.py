"""Moving a batch, and with it every offer that draws on it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from pynamodb.expressions.condition import Condition

from chalicelib.domain.batches import UNSELLABLE, Batch
from chalicelib.domain.certificates import covered
from chalicelib.domain.corrections import QuantityCorrection, corrected
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import Instant, china_date
from chalicelib.domain.offers import Offer
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.plausible import Confirmed
from chalicelib.repositories.reading import all_children, get_many, load_item, of_kind
from chalicelib.repositories.tables import (
    BatchItem,
    BatchOfferItem,
    CertificateItem,
    OfferItem,
    key_of,
)
from chalicelib.repositories.transaction import Adjust, Require, UnitOfWork

from . import patterns

MOST_OFFERS = 80
"""Open offers one batch may feed, so that a hold still stops them all in one transaction."""
MOST_OF_SHOP = 20
"""Of these, so that one shop keeps no other of the village from selling the batch."""
MOST_WIDENED = 1000
"""Offers of one batch that got packs of others, also those that ended: their ids stand on the
batch, which has to stay small enough to be written, and so to be recalled."""


def load(batch_id: str) -> BatchItem:
    """Raises Refusal("not_found")."""
    return load_item(BatchItem, "batch", batch_id)


def load_all(batch_ids: list[str]) -> list[BatchItem]:
    """In the order given. Raises Refusal("not_found") when one is missing."""
    keys = [key_of("batch", batch_id) for batch_id in batch_ids]
    items = of_kind(BatchItem, get_many(keys), keys)
    if len(items) < len(keys):
        raise not_found("batch")
    return items


def certificates_of(batch: BatchItem) -> list[CertificateItem]:
    """All of its certificates. Each was issued in one commit with a new version of the batch."""
    return list(all_children(CertificateItem, batch.pk, "CERTIFICATE#"))


def correct(work: UnitOfWork, batch: BatchItem, body: QuantityCorrection) -> Batch:
    """Set how much the batch holds, within what is free of it. Raises what `corrected` does."""
    doc, packed = batch.doc, int(batch.packed)
    certified = covered(item.doc for item in certificates_of(batch))
    after = corrected(doc, body, work.call.now, certified=certified, packed=packed)
    work.replace(
        batch,
        BatchItem.of(after),
        body.reason,
        note=True,
        only_if=BatchItem.packed <= max(body.quantity, packed),
        old_quantity=doc.quantity,
        new_quantity=body.quantity,
        confirmed=body.confirmed,
    )
    return after


def open_offers_of(batch_id: str) -> list[OfferItem]:
    """Every open offer that draws on the batch. An offer that an older release closed still has a
    link that has not expired."""
    links = all_children(BatchOfferItem, f"BATCH#{batch_id}", "OFFER#")
    keys = [key_of("offer", link.offer_id) for link in links if not link.expires_at]
    return [offer for offer in of_kind(OfferItem, get_many(keys), keys) if offer.state == "open"]


def refuse_one_more_offer(batch: Batch, shop_id: str) -> None:
    """Raise "too_many_offers" where the batch feeds as many open ones as it may, or the shop's."""
    offers = open_offers_of(batch.id)
    own = sum(offer.doc.shop_id == shop_id for offer in offers)
    if len(offers) >= MOST_OFFERS or own >= MOST_OF_SHOP:
        raise Refusal("too_many_offers", lot=batch.lot)


def forget_offer(offer: Offer, now: Instant) -> list[Adjust]:
    """A closed offer counts no more among those that its batches feed."""
    return [
        Adjust(
            BatchOfferItem.of(batch_id, offer.id),
            [BatchOfferItem.expires_at.set(int(now.timestamp()))],
        )
        for batch_id in offer.batch_ids
    ]


def set_aside(
    work: UnitOfWork,
    item: BatchItem,
    offer: Offer,
    packs: int,
    *,
    shelf_life_days: int | None,
    confirmed: Confirmed | None = None,
) -> None:
    """Take packs of the batch for an offer; a batch that gives none is still watched for holds.

    That something past its day is sold, or at a price far from the usual, stands in its journal:
    somebody has said so.
    """
    available = item.doc.available_quantity - packs * offer.pack_quantity
    after: Batch = item.doc.model_copy(update={"available_quantity": available})
    last = item.doc.expired_on(shelf_life_days, china_date(work.call.now)) if packs > 0 else None
    confirmed = confirmed if packs > 0 else None
    why = offer.title if confirmed else ""
    if last:
        why = f"保鲜期到 {last}，已过，确认后上架：{offer.title}"
    note = bool(last or confirmed)
    work.replace(item, BatchItem.of(after), why, note=note, confirmed=confirmed)


def give_back(
    work: UnitOfWork, quantities: Mapping[str, int], unpacked: Mapping[str, int] | None = None
) -> None:
    """Quantities, by batch, that are not set aside any more: never more than is in no parcel.

    unpacked: what the same commit takes out of parcels.
    """
    for batch in load_all(list(quantities)):
        _free(work, batch, quantities[batch.doc.id], -(unpacked or {}).get(batch.doc.id, 0))


def _free(work: UnitOfWork, batch: BatchItem, quantity: int, packed: int) -> None:
    """So much more, or below 0 less, is set aside for no offer.

    packed: what the same commit puts into parcels, or below 0 takes out of them. What gets back
    more than is in no parcel, as older releases counted it, gets as much as there is.
    """
    before = batch.doc.available_quantity
    in_no_parcel = batch.doc.quantity - packed
    available = min(before + quantity, max(before, in_no_parcel - int(batch.packed)))
    after = batch.doc.model_copy(update={"available_quantity": available})
    only_if = BatchItem.packed <= max(int(batch.packed), in_no_parcel - available)
    work.replace(batch, BatchItem.of(after), only_if=only_if)


def change(work: UnitOfWork, before: BatchItem, after: Batch, why: str = "") -> None:
    """Replace the batch; when it becomes unsellable or sellable again, its open offers follow."""
    work.replace(before, BatchItem.of(after), why)
    was_held, is_held = before.state in UNSELLABLE, after.state in UNSELLABLE
    if was_held != is_held:
        if is_held:
            patterns.held(work, after.id)
        for offer in open_offers_of(after.id):
            work.replace(offer, OfferItem.of(offer.doc.with_batch(after.id, held=is_held)))


def pack(
    work: UnitOfWork, batch: BatchItem, quantity: int, freed: int = 0, alone: Collection[str] = ()
) -> None:
    """Put some of it into a parcel: if it is sellable at that moment, and holds as much.

    freed: what is set aside no longer; below 0, what of it was set aside for no offer until now.
    alone: offers of which this is the one batch, as they were read. Raises "exceeds_batch" by what
    was read, with what the shop may have of it; the conditions hold it against any race.
    """
    doc = batch.doc
    beyond = max(0, -freed - doc.available_quantity)
    left = min(quantity - beyond, doc.quantity - int(batch.packed))
    if quantity > left:
        raise Refusal("exceeds_batch", lot=doc.lot, left=left, wanted=quantity)
    if freed:
        _free(work, batch, freed, quantity)
    work.add(
        Adjust(
            batch,
            [BatchItem.packed.set(BatchItem.packed + quantity), BatchItem.packed_parcels.add(1)],
            condition=_sellable() & (BatchItem.packed <= doc.quantity - quantity) & _alone(alone),
        )
    )


def _alone(offer_ids: Collection[str]) -> Condition:
    """None of these offers got packs of another batch since it was read: from then on it is counted
    what they have set aside from this one."""
    condition: Condition = BatchItem.pk.exists()
    for offer_id in offer_ids:
        condition &= BatchItem.widened.does_not_exist() | ~BatchItem.widened.contains(offer_id)
    return condition


def widen(work: UnitOfWork, batch: BatchItem, offer_id: str) -> None:
    """The offer draws on other batches beside its one; nothing of this one may have been packed or
    unpacked since the batch was read. Other offers may be widened at the same moment.

    Raises "too_many_widened".
    """
    if len(batch.widened or []) >= MOST_WIDENED:
        raise Refusal("too_many_widened", lot=batch.doc.lot)
    widened = (BatchItem.widened | []).append([offer_id])
    same = BatchItem.packed == int(batch.packed)
    boxes = BatchItem.packed_parcels == int(batch.packed_parcels)
    if not batch.packed:
        same = BatchItem.packed.does_not_exist() | same
    if not batch.packed_parcels:
        boxes = BatchItem.packed_parcels.does_not_exist() | boxes
    work.add(Adjust(batch, [BatchItem.widened.set(widened)], condition=same & boxes))


def require_sellable(batch: BatchItem) -> Require:
    """Raises "batch_held" by what was read; the condition holds it against any race."""
    batch.doc.refuse_unless_sellable()
    return Require(batch, _sellable())


def _sellable() -> Condition:
    condition: Condition = ~BatchItem.state.is_in(*sorted(UNSELLABLE))
    return condition


def unpack(
    work: UnitOfWork, parcels: Iterable[Parcel], alone: Mapping[str, Collection[str]]
) -> Counter[str]:
    """What voided parcels held is in no parcel any more; how much of each batch.

    alone: by batch, the offers of which it is the one batch, as they were read.
    """
    quantities: Counter[str] = Counter()
    boxes: Counter[str] = Counter()
    for parcel in parcels:
        boxes.update(parcel.batch_ids)
        for allocation in parcel.allocations:
            quantities[allocation.batch_id] += allocation.quantity
    for batch_id, n in quantities.items():
        actions = [
            BatchItem.packed.set(BatchItem.packed - n),
            BatchItem.packed_parcels.add(-boxes[batch_id]),
        ]
        only_if = _alone(alone.get(batch_id, ()))
        work.add(Adjust(BatchItem(*key_of("batch", batch_id)), actions, only_if))
    return quantities
