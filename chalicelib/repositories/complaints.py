"""Loading complaints, and how they stand now: with their order, batches, patterns and return."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from chalicelib.domain.access import Call
from chalicelib.domain.batches import Batch
from chalicelib.domain.claim_numbers import candidates, first_free
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.conversations import ComplaintMessage, Speaker
from chalicelib.domain.errors import not_found
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.patterns import Pattern
from chalicelib.domain.returns import Return

from . import orders, patterns
from .amends import Chains
from .items import Item, Key
from .reading import get, get_many, load_item, of_kind
from .sealing import access_key, seal, unseal
from .tables import (
    BatchItem,
    ComplaintItem,
    OrderItem,
    ParcelItem,
    ReturnItem,
    claim_number_key,
    key_of,
    pattern_key,
)


def key_for(complaint_id: str) -> str:
    """The complaint's own key, for whoever reported it."""
    return access_key("complaint", complaint_id)


def opened_by_order(complaint: Complaint, key: str | None) -> bool:
    """Whether it is the key of the order that was paid for the parcel."""
    return orders.opened_by(complaint.order_id, key)


def opened_by(complaint: Complaint, key: str | None) -> bool:
    """Whether it is the complaint's own key, or its order's; compared in constant time."""
    own = key is not None and hmac.compare_digest(key_for(complaint.id).encode(), key.encode())
    return own or opened_by_order(complaint, key)


def joining_key(complaint_id: str) -> str:
    """For a second phone, which knew the order's number and the end of the buyer's."""
    return access_key("complaint joined", complaint_id)


def joined_by(complaint: Complaint, key: str | None) -> bool:
    return key is not None and hmac.compare_digest(joining_key(complaint.id).encode(), key.encode())


def load(complaint_id: str) -> ComplaintItem:
    """Raises "not_found"."""
    return load_item(ComplaintItem, "complaint", complaint_id)


def load_opened(complaint_id: str, key: str | None) -> ComplaintItem:
    """For whoever holds its key, or its order's. Raises "not_found"."""
    item = load(complaint_id)
    if not opened_by(item.doc, key):
        raise not_found("complaint")
    return item


def without_erased(first: Complaint) -> Complaint:
    """A first answer with messages and photos as they are now: data that was erased since, or that
    this key may not see any more, is not shown."""
    today = load(first.id).doc
    messages = today.messages[: len(first.messages)]
    photos = tuple(photo for photo in first.photos if photo in today.photos)
    update = {"photos": photos, "carried_on_at": today.carried_on_at}
    return first.model_copy(update={"messages": messages, **update})


def parcel_of(complaint: Complaint) -> ParcelItem:
    item = get(ParcelItem, key_of("parcel", complaint.parcel_code))
    assert item is not None  # a complaint never outlives its parcel
    return item


def message_by(call: Call, by: Speaker, complaint_id: str, text: str) -> ComplaintMessage:
    """What somebody says now, sealed."""
    return ComplaintMessage(at=call.now, by=by, sealed=seal(text, f"COMPLAINT#{complaint_id}"))


def text_of(complaint: Complaint, message: ComplaintMessage) -> str | None:
    """A message in the clear; None once erased."""
    return unseal(message.sealed, f"COMPLAINT#{complaint.id}") if message.sealed else None


@dataclass(frozen=True)
class ComplaintAsOfNow:
    """A complaint as its batches are now, where a recall counts also when it came later; and with
    what its parcel got by other complaints.

    order: the one that was paid; refundable_fen: what it still has. batches: with the pattern that
    the complaints about each come to. way_back: the return that its settlement opened.
    """

    complaint: Complaint
    order: OrderItem
    parcel: ParcelItem
    refundable_fen: int
    batches: tuple[tuple[Batch, Pattern], ...]
    way_back: Return | None

    @property
    def of_the_box(self) -> "ComplaintAsOfNow":
        """As the complaint's own key shows it, which the box's code gives to anybody."""
        back = self.way_back
        own = back if back and back.belongs_to(self.complaint) else None
        return replace(self, complaint=self.complaint.of_the_box, way_back=own)

    @property
    def alarm(self) -> Pattern | None:
        """The pattern of a batch that too many complain about, the worst of several."""
        alarming = [pattern for _, pattern in self.batches if pattern.is_alarming]
        return max(alarming, key=lambda pattern: pattern.complained, default=None)


def as_of_now(complaint: Complaint) -> ComplaintAsOfNow:
    return all_as_of_now([complaint])[0]


def all_as_of_now(complaints: Sequence[Complaint]) -> list[ComplaintAsOfNow]:
    """One request for all of them, of 25 at most; then what hangs on their parcels."""
    if not complaints:
        return []
    items = get_many(chain.from_iterable(_keys(complaint) for complaint in complaints))
    chains = Chains(complaints, items)
    return [_standing(complaint, items, chains) for complaint in complaints]


def _keys(complaint: Complaint) -> list[Key]:
    batches = [
        key
        for batch_id in complaint.batch_ids
        for key in (key_of("batch", batch_id), pattern_key(batch_id))
    ]
    back = [key_of("return", complaint.return_id)] if complaint.return_id else []
    bought = [key_of("order", complaint.order_id), key_of("parcel", complaint.parcel_code)]
    return [*bought, *batches, *back]


def _standing(complaint: Complaint, items: dict[Key, Item], chains: Chains) -> ComplaintAsOfNow:
    order = items.get(key_of("order", complaint.order_id))
    parcel = items.get(key_of("parcel", complaint.parcel_code))
    assert isinstance(order, OrderItem)  # no complaint outlives its order, nor its parcel
    assert isinstance(parcel, ParcelItem)
    batches = of_kind(
        BatchItem, items, [key_of("batch", batch_id) for batch_id in complaint.batch_ids]
    )
    back = items.get(key_of("return", complaint.return_id)) if complaint.return_id else None
    return ComplaintAsOfNow(
        complaint=chains.seen(
            complaint, recalled=any(batch.state == "recalled" for batch in batches)
        ),
        order=order,
        parcel=parcel,
        refundable_fen=order.doc.paid_fen - int(order.refunded_fen),
        batches=tuple(
            (batch.doc, patterns.pattern_of(batch, items.get(pattern_key(batch.doc.id))))
            for batch in batches
        ),
        way_back=back.doc if isinstance(back, ReturnItem) else None,
    )


def free_number(complaint_id: str, items: dict[Key, Item]) -> str:
    """Of the items that `with_surroundings` gave."""
    numbers = {number: claim_number_key(number) for number in candidates(complaint_id)}
    return first_free(complaint_id, [number for number, key in numbers.items() if key in items])


def with_surroundings(
    parcel: Parcel, complaint_id: str, origins: Sequence[patterns.Origin]
) -> tuple[OrderItem, OrderItem, dict[Key, Item]]:
    """A parcel's order, the order that was paid for it, and its batches with their patterns; and
    of the numbers that a new complaint may get those that are taken.

    origins: where the complaint comes from, as far as that is known before the order is.
    """
    order_key = key_of("order", parcel.order_id)
    batch_keys = [key_of("batch", batch_id) for batch_id in parcel.batch_ids]
    more = patterns.keys_for(parcel.batch_ids)
    from_there = patterns.complainer_keys(parcel.batch_ids, origins)
    numbers = [claim_number_key(number) for number in candidates(complaint_id)]
    items = get_many([order_key, *batch_keys, *more, *from_there, *numbers])
    order = items[order_key]
    assert isinstance(order, OrderItem)
    if order.doc.replaces is None:
        return order, order, items
    paid = get(OrderItem, key_of("order", order.doc.replaces))
    assert paid is not None  # a replacement never outlives what it replaces
    return order, paid, items
