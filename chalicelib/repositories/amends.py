"""Finding what hangs together with a box: all complaints about it, what was sent again in its place
and what it was itself sent again for."""

from collections.abc import Iterable, Mapping

from chalicelib.domain.amends import amends_beside, first_of
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel

from .items import Item, Key
from .reading import get_many, of_kind
from .tables import ComplaintItem, OrderItem, ParcelItem, key_of


class Chains:
    """The boxes that complaints are about, with all that hangs on them.

    It is read after `items`, by a request for each step away from the boxes and none where nothing
    hangs on them. So whoever commits under the order that is in `items` has seen every settlement
    that came before.
    """

    def __init__(self, complaints: Iterable[Complaint], items: Mapping[Key, Item]) -> None:
        claims = {complaint.id: complaint for complaint in complaints}
        boxes = [key_of("parcel", claim.parcel_code) for claim in claims.values()]
        known = {key_of("order", claim.order_id) for claim in claims.values()} | set(boxes)
        known |= {key_of("complaint", complaint_id) for complaint_id in claims}
        sent_again: list[Order] = []
        parcels = [item.doc for item in of_kind(ParcelItem, dict(items), dict.fromkeys(boxes))]
        docs: list[Complaint | Parcel] = [*claims.values(), *parcels]
        beside = [key for doc in docs for key in _beside(doc)]
        while wanted := set(beside) - known:
            known |= wanted
            beside = []
            for item in get_many(wanted).values():
                assert isinstance(item, ComplaintItem | OrderItem | ParcelItem)
                if isinstance(item, ComplaintItem):
                    claims[item.doc.id] = item.doc
                elif isinstance(item, OrderItem):
                    sent_again.append(item.doc)
                beside += _beside(item.doc)
        self._claims = claims
        made_up_for = [
            (order, claims[order.complaint_id].parcel_code)
            for order in sent_again
            if order.complaint_id
        ]
        self._stands_in_for = {code: box for order, box in made_up_for for code in order.parcels}
        self._replaced = [box for order, box in made_up_for if order.stands]

    def seen(self, complaint: Complaint, *, recalled: bool) -> Complaint:
        """The complaint with what its box has got already."""
        of_order = [
            claim for claim in self._claims.values() if claim.order_id == complaint.order_id
        ]
        first = first_of(complaint.parcel_code, self._stands_in_for)
        chain = [box for box in self._replaced if first_of(box, self._stands_in_for) == first]
        return complaint.seen_with(
            recalled=recalled,
            replaced=complaint.parcel_code in chain,
            amends=amends_beside(complaint, of_order, self._stands_in_for, len(chain)),
        )


def _beside(doc: Complaint | Order | Parcel) -> list[Key]:
    """What hangs on it: of orders, those that were sent again for a complaint."""
    if isinstance(doc, Complaint):
        sent_again = [key_of("order", order_id) for order_id in doc.replacements]
        return [key_of("parcel", doc.parcel_code), *sent_again]
    if isinstance(doc, Order):
        parcels = [key_of("parcel", code) for code in doc.parcels]
        return [*parcels, key_of("complaint", doc.complaint_id)] if doc.complaint_id else parcels
    complaints = [key_of("complaint", complaint_id) for complaint_id in doc.complaints]
    return [*complaints, key_of("order", doc.order_id)]
