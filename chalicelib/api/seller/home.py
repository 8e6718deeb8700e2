"""The seller's desk: what to do now, the orders, and who came back."""

from chalicelib.domain.complaints import Complaint
from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import State
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.home import Named, Waiting, seller_page
from chalicelib.repositories.complaints import all_as_of_now
from chalicelib.repositories.orders import buyer_of
from chalicelib.repositories.tables import ComplaintItem, CustomerItem, OrderItem
from chalicelib.services import complaints, customers, offers, order_table, orders, recalls

from ..edge.desks import DeskQuery, desk_of
from ..edge.routing import Edge, Routes

routes = Routes(__name__)

WAITING = 10
"""Entries of each kind among what waits."""
NEWEST = 8
"""Orders; their table has all."""
REPEAT = 3
OFFERS = 50
"""Offers looked through for held batches: more than a shop has open at once."""


@routes.api("GET", "/seller", "order:fulfil", query=DeskQuery, html=True)
def desk(edge: Edge) -> Page:
    """What waits, longest first; then the newest orders, and who came back"""
    newest = orders.orders(edge.call.actor, None, NEWEST, None)
    return seller_page(
        desk_of(edge),
        waiting=_waiting(edge),
        orders=[_named(item) for item in newest.items],
        repeat=_with_names(customers.customers(edge.call, True, REPEAT, None).items),
    )


def _waiting(edge: Edge) -> Waiting:
    more: set[str] = set()

    def oldest(name: str, state: State) -> list[Named]:
        items, are_more = order_table.to_do(edge.call, state, WAITING)
        if are_more:
            more.add(name)
        return [_named(item) for item in items]

    to_answer = complaints.complaints(edge.call, "open", None, WAITING, None)
    answered = complaints.complaints(edge.call, "answered", None, WAITING, None)
    more |= {"complaints"} if to_answer.next_cursor else set()
    more |= {"answered"} if answered.next_cursor else set()
    on_sale, _ = offers.of_desk(edge.call, "open", OFFERS, None)
    return Waiting(
        complaints=_as_of_now(to_answer.items),
        answered=_as_of_now(answered.items),
        to_pack=oldest("pack", "paid"),
        to_ship=oldest("ship", "packed"),
        to_pay=oldest("pay", "pending_payment"),
        stopped=[
            (entry.batch, entry.parcels, entry.notified)
            for entry in recalls.stopped(edge.call.actor)
        ],
        on_sale=bool(on_sale),
        held_offers=[offer for offer, _ in on_sale if offer.held_batch_ids],
        more=frozenset(more),
    )


def _as_of_now(items: list[ComplaintItem]) -> list[Complaint]:
    return [standing.complaint for standing in all_as_of_now([item.doc for item in items])]


def _named(item: OrderItem) -> Named:
    buyer = buyer_of(item.doc)
    return Named(item.doc, buyer.name if buyer else None, item.is_paid_back)


def _with_names(items: list[CustomerItem]) -> list[tuple[Customer, str | None]]:
    return [(item.doc, customers.name_of(item.doc)) for item in items]
