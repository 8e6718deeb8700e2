"""Sending the contents of a parcel once more: an order of nothing, with stock of its own."""

from collections import Counter

from chalicelib.domain import placing as rules
from chalicelib.domain.complaints import Complaint, refuse_if_cancelled
from chalicelib.domain.errors import Refusal
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.repositories import customers
from chalicelib.repositories.reading import get_many, of_kind
from chalicelib.repositories.sealing import derived_id
from chalicelib.repositories.tables import CustomerOrderItem, OfferItem, OrderItem, key_of
from chalicelib.repositories.transaction import UnitOfWork

from . import search, stock


def send(work: UnitOfWork, complaint: Complaint, parcel: Parcel, paid: OrderItem) -> Order:
    """A replacement order, in the caller's transaction; `paid` then names it.

    One complaint has one for each time that it is settled so: the complaint's own version keeps
    two settlements apart. Raises "order_cancelled", "buyer_erased", "batch_held", "no_replacement".
    """
    refuse_if_cancelled(parcel, paid.doc)
    sold = paid
    if parcel.order_id != paid.doc.id:  # it is a replacement that was complained about
        key = key_of("order", parcel.order_id)
        [sold] = of_kind(OrderItem, get_many([key]), [key])
    if sold.doc.buyer is None:
        raise Refusal("buyer_erased")
    packs: Counter[int] = Counter()
    for allocation in parcel.allocations:
        packs[allocation.line] += allocation.packs
    taken, first = _take(work, sold.doc, packs)
    order_id = derived_id("replacement", complaint.id, str(len(complaint.replacements)))
    buyer = customers.unseal_buyer(sold.doc.buyer, sold.doc.id)
    order = rules.replace(
        sold.doc,
        packs,
        taken,
        order_id=order_id,
        paid_id=paid.doc.id,
        paid_fen=complaint.amount_fen,
        complaint_id=complaint.id,
        buyer=customers.seal_buyer(buyer, order_id),
        by=work.call.actor.id,
        now=work.call.now,
    ).on_shards(next(iter(next(iter(taken.values())))), first.office_shards)
    work.create(OrderItem.of(order), CustomerOrderItem.of(order.customer_id, order_id))
    search.remember(work, order, buyer)
    known = paid.doc.model_copy(update={"replacements": (*paid.doc.replacements, order_id)})
    work.replace(paid, OrderItem.of(known))
    return order


def _take(
    work: UnitOfWork, sold: Order, packs: Counter[int]
) -> tuple[dict[int, dict[int, int]], Offer]:
    """For each line the slots that its packs are taken from, at what is left now; and the first
    line's offer, which says how widely the order is spread."""
    keys = [key_of("offer", sold.lines[at].offer_id) for at in packs]
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, get_many(keys), keys)}
    left = stock.packs_left_by_slot(offers.values())
    taken: dict[int, dict[int, int]] = {}
    slots: Counter[tuple[str, int]] = Counter()
    for at, n in packs.items():
        offer = offers[sold.lines[at].offer_id]
        offer.refuse_if_held()
        chosen = stock.choose(left[offer.id], n)
        if chosen is None:
            raise Refusal("no_replacement", title=offer.title, offer_id=offer.id)
        for slot, some in chosen.items():
            left[offer.id][slot] -= some
            slots[offer.id, slot] += some
        taken[at] = chosen
    work.add(*(stock.take(offers[offer_id], slot, n) for (offer_id, slot), n in slots.items()))
    return taken, offers[sold.lines[next(iter(packs))].offer_id]
