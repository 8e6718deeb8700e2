"""Reading offers, of which those for a crowd are kept for a moment."""

from collections.abc import Sequence

from . import recent
from .items import Item, Key
from .reading import get_many
from .tables import OfferItem


def with_offers(
    offers: Sequence[Key], others: Sequence[Key] = (), beside: Sequence[Key] = ()
) -> dict[Key, Item]:
    """These offers, by their keys, and other items in the same read.

    beside: one key for each offer, which is read only with the offer itself.
    """
    kept: dict[Key, Item] = recent.find(offers)
    since = recent.mark()
    more = [key for offer, key in zip(offers, beside, strict=False) if offer not in kept]
    found = get_many([*(key for key in offers if key not in kept), *others, *more])
    crowded = {
        key: item
        for key in offers
        if isinstance(item := found.get(key), OfferItem) and item.doc.is_for_a_crowd
    }
    recent.keep(crowded, since)
    return kept | found
