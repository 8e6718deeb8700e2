"""Which offers of a shop the goods of a file are taken from, as the store has them now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.access import Call
from chalicelib.domain.fields import Instant
from chalicelib.domain.mapped_goods import goods_of, offers_for, stand_ins_of, with_goods
from chalicelib.domain.offers import Offer
from chalicelib.repositories.items import SCOPE
from chalicelib.repositories.reading import get_all, listing, of_kind
from chalicelib.repositories.tables import OfferItem, key_of
from chalicelib.steps import stock

from ..domain.import_drafts import ItemRule

MOST_OPEN = 300
"""Of a shop's open offers, the newest: those that a rule's goods are looked for in."""


@dataclass(frozen=True)
class MappedOffers:
    """kept: the rules with their goods, as the shop's mapping keeps them. rules: the same, each
    with the offer that it is taken from now. offers: all that were looked at, by id; left: of those
    that a rule may be taken from, the packs."""

    kept: dict[str, ItemRule] = field(default_factory=dict)
    rules: dict[str, ItemRule] = field(default_factory=dict)
    stand_ins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    def sellers(self, rule: ItemRule, now: Instant) -> list[str]:
        """Ids of the offers to take a rule's goods from, the best first."""
        return offers_for(with_goods(rule, self.offers), self.offers, self.left, now)


def offers_named(rules: Iterable[ItemRule]) -> dict[str, Offer]:
    """Those that the rules name, by their ids."""
    keys = [key_of("offer", offer_id) for offer_id in {rule.offer_id for rule in rules}]
    return {item.doc.id: item.doc for item in of_kind(OfferItem, get_all(keys), keys)}


def open_offers(shop_id: str) -> list[Offer]:
    """The newest, also those outside their time."""
    page = listing(OfferItem, SCOPE, [f"SHOP#{shop_id}#OFFER#open"], limit=MOST_OPEN)
    return [item.doc for item in page.items]


def offers_of(call: Call, shop_id: str, rules: Sequence[ItemRule]) -> MappedOffers:
    """Read once for all rules of a file, whatever the number of its rows."""
    if not rules:
        return MappedOffers()
    named = {
        offer_id: offer
        for offer_id, offer in offers_named(rules).items()
        if offer.shop_id == shop_id
    }
    offers = {offer.id: offer for offer in open_offers(shop_id)} | named
    complete = [with_goods(rule, named) for rule in rules]
    goods = {(rule.product_id, rule.pack_quantity) for rule in complete}
    wanted = [offer for offer in offers.values() if goods_of(offer) in goods]
    left = {offer_id: sum(slots) for offer_id, slots in stock.packs_left_by_slot(wanted).items()}
    kept = {rule.key: rule for rule in complete}
    looked = MappedOffers(kept, offers=offers, left=left)
    chosen = {key: looked.sellers(rule, call.now) for key, rule in kept.items()}
    taken_from = {
        key: rule.model_copy(update={"offer_id": chosen[key][0]}) if chosen[key] else rule
        for key, rule in kept.items()
    }
    return replace(looked, rules=taken_from, stand_ins=stand_ins_of(kept.values(), chosen))
