"""An offer of one batch gets packs of others: from then on it is counted what each has set aside.

Of an offer of one batch that is never counted, as nothing of it is ever packed from another.
"""

from chalicelib.domain.errors import Refusal
from chalicelib.domain.offers import Offer
from chalicelib.repositories.reading import children, get_all, of_kind
from chalicelib.repositories.tables import (
    AllocationItem,
    AsideItem,
    BatchItem,
    OrderItem,
    ParcelItem,
    aside_key,
    key_of,
)
from chalicelib.repositories.transaction import UnitOfWork

from . import batches

MOST_PARCELS = 1000
"""Parcels of the shop that are looked through for those of the offer."""


def widen(work: UnitOfWork, offer: Offer, batch: BatchItem, more: int) -> None:
    """Count what its one batch has set aside for the offer and in no parcel, with so many packs
    more. The batch was read before: a parcel packed or voided since stops the commit.

    Raises "offer_too_spread" where there are too many parcels to count, "too_many_widened".
    """
    aside = offer.set_aside.get(batch.doc.id, 0) - _packed(offer, batch.doc.id) + more
    work.create(AsideItem(*aside_key(offer.id, batch.doc.id), packs=max(0, aside)))
    batches.widen(work, batch, offer.id)


def _packed(offer: Offer, batch_id: str) -> int:
    """Packs of the offer that lie in parcels."""
    place = f"BATCH#{batch_id}", f"PARCEL#{offer.shop_id}#"
    page = children(AllocationItem, *place, limit=MOST_PARCELS)
    if page.next_cursor:
        raise Refusal("offer_too_spread", title=offer.title)
    keys = [key_of("parcel", link.code) for link in page.items]
    parcels = [item.doc for item in of_kind(ParcelItem, get_all(keys), keys)]
    boxes = [parcel for parcel in parcels if parcel.state != "voided"]
    order_keys = [key_of("order", parcel.order_id) for parcel in boxes]
    orders = {item.doc.id: item.doc for item in of_kind(OrderItem, get_all(order_keys), order_keys)}
    return sum(
        part.packs
        for parcel in boxes
        for part in parcel.allocations
        if orders[parcel.order_id].lines[part.line].offer_id == offer.id
    )
