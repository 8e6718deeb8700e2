"""Reading offers, of which those for a crowd are kept for a moment."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.offers import Offer, going_back

from . import recent
from .items import Item, Key
from .reading import get_many
from .tables import AsideItem, OfferItem, aside_key


def with_offers(
    offers: Sequence[Key], others: Sequence[Key] = (), beside: Sequence[Key] = ()
) -> dict[Key, Item]:
    """These offers, by their keys, and other items in the same read.

    beside: one key for each offer, which is read only with the offer itself.
    """
    kept: dict[Key, Item] = recent.find(offers)
    since = recent.mark()
    more = [key for offer, key in zip(offers, beside, strict=False) if offer not in kept]
    items = get_many([*(key for key in offers if key not in kept), *others, *more])
    crowded = {
        key: item
        for key in offers
        if isinstance(item := items.get(key), OfferItem) and item.doc.is_for_a_crowd
    }
    recent.keep(crowded, since)
    return kept | items


def aside_keys(offer_id: str, batch_ids: Sequence[str]) -> list[Key]:
    """Of what it has set aside from each; none where it has one batch, which gives all."""
    return [aside_key(offer_id, batch_id) for batch_id in batch_ids] if len(batch_ids) > 1 else []


def aside_in(items: Mapping[Key, Item], offer: Offer, back: int = 0) -> dict[str, int]:
    """Packs set aside from each batch and in no parcel yet, in the offer's order.

    back: of its packs, those that batches have back; where no item says what one has given up
    since, that follows from it. Of an offer of one batch those in parcels count too.
    """
    returned = going_back(offer.set_aside, back)
    aside = {}
    for batch_id in offer.batch_ids:
        item = items.get(aside_key(offer.id, batch_id))
        first = offer.set_aside.get(batch_id, 0) - returned.get(batch_id, 0)
        aside[batch_id] = int(item.packs) if isinstance(item, AsideItem) else first
    return aside
