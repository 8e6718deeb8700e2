"""Changing an open offer: its words, price and hours; and adding packs to it."""

from chalicelib.domain import offer_changes as rules
from chalicelib.domain.access import Call, check_village
from chalicelib.domain.errors import not_found
from chalicelib.domain.fields import china_date
from chalicelib.domain.journal import Change, edit
from chalicelib.domain.offer_changes import MorePacks, OfferChange
from chalicelib.domain.offers import Offer
from chalicelib.domain.plausible import Confirmed
from chalicelib.repositories import offers as offer_store
from chalicelib.repositories.journal import latest
from chalicelib.repositories.once import as_seen, is_change
from chalicelib.repositories.reading import get, get_many
from chalicelib.repositories.tables import BatchOfferItem, OfferItem, ProductItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import batches as batch_store
from chalicelib.steps import stock, widening
from chalicelib.steps.once import Prepared, once_per_key


def with_history(call: Call, offer_id: str) -> tuple[Offer, str, list[Change]]:
    """The actor's own offer, what a form remembers of it, and what was changed."""
    item = _own(call, offer_id)
    return item.doc, as_seen(item.doc, OfferChange), latest(item)


def _own(call: Call, offer_id: str) -> OfferItem:
    item = get(OfferItem, key_of("offer", offer_id))
    if item is None or item.doc.shop_id != call.actor.shop_id:
        raise not_found("offer")
    return item


@retrying
def change(
    call: Call, offer_id: str, body: OfferChange, seen: str, confirmed: Confirmed = ()
) -> Offer:
    """Orders that were placed keep what they were placed by. Raises "not_found", "offer_ended",
    "changed_meanwhile"."""
    item = _own(call, offer_id)
    if not is_change(item.doc, body, seen):
        return item.doc
    after = rules.changed(item.doc, body, confirmed)
    changed = edit(item.doc, after, OfferChange.model_fields)
    after_item = OfferItem.of(after, fingerprint=item.fingerprint)
    work = UnitOfWork(call)
    work.replace(item, after_item, note=True, edited=changed, confirmed=confirmed or None)
    work.commit()
    return after


@once_per_key("add packs", Offer)
def add_packs(call: Call, offer_id: str, body: MorePacks) -> Prepared[Offer]:
    """Set packs aside from batches and put them on sale, all in one commit; the offer's journal
    says from where.

    Raises "not_found" out of scope, "too_many_offers" and what `rules.with_packs` does.
    """
    item = _own(call, offer_id)
    before = item.doc
    batches = batch_store.load_all(body.batch_ids)
    for batch in batches:
        check_village(call.actor, batch.doc.village_id, "batch")
    product = get(ProductItem, key_of("product", before.product_id))
    if product is None or any(batch.doc.product_id != before.product_id for batch in batches):
        raise not_found("product")
    today = china_date(call.now)
    after, drawn = rules.with_packs(
        before, body, product.doc, [batch.doc for batch in batches], today
    )
    changed = edit(before, after, {"packs_total", "set_aside"})
    after_item = OfferItem.of(after, fingerprint=item.fingerprint)
    work = UnitOfWork(call).replace(item, after_item, note=True, edited=changed)
    slots = stock.slots_of(before)
    rules.refuse_half_closed(before, any(slot.closed for slot in slots))
    work.add(*stock.add(before, slots, rules.added_by_slot(before, body.packs)))
    for batch in batches:
        packs = drawn.get(batch.doc.id, 0)
        if packs and batch.doc.id not in before.batch_ids:
            batch_store.refuse_one_more_offer(batch.doc, before.shop_id)
            work.create(BatchOfferItem.of(batch.doc.id, offer_id))
        if packs:
            batch_store.set_aside(
                work, batch, before, packs, shelf_life_days=product.doc.shelf_life_days
            )
    _count_aside(work, before, after, drawn)
    return work, after


def _count_aside(work: UnitOfWork, before: Offer, after: Offer, drawn: dict[str, int]) -> None:
    """What each batch has set aside; of a new one that follows from the offer itself."""
    if len(before.batch_ids) > 1:
        items = get_many(offer_store.aside_keys(before.id, before.batch_ids))
        more = {batch_id: n for batch_id, n in drawn.items() if batch_id in before.batch_ids}
        work.add(*stock.change_aside(before, stock.aside_of(before, items), more))
    elif len(after.batch_ids) > 1:
        [own] = batch_store.load_all(list(before.batch_ids))
        widening.widen(work, before, own, drawn.get(own.doc.id, 0))
