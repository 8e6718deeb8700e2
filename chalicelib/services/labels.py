"""Labels: which parcels may have one, and which have been printed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.domain.access import Call, check_shop
from chalicelib.domain.batches import Batch
from chalicelib.domain.codes import read_code
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import to_text
from chalicelib.domain.receivers import Receiver
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.orders import buyer_of
from chalicelib.repositories.reading import get_many, of_kind
from chalicelib.repositories.tables import BatchItem, OrderItem, ParcelItem, key_of
from chalicelib.repositories.transaction import MOST_WRITES, Adjust, commit
from chalicelib.steps import parcels

from ..repositories.items import Item, Key

MOST = 500
"""Labels of one printing: a roll's length, and still a page of some hundred KB."""


class Labelled(NamedTuple):
    """receiver: where it was asked for, and the buyer is known."""

    item: ParcelItem
    batches: list[Batch]
    receiver: Receiver | None = None


@dataclass(frozen=True)
class Labels:
    """left_out: what was asked for and is not printed, each with the reason."""

    printable: list[Labelled]
    left_out: list[tuple[str, Refusal]]


def label(call: Call, typed: str, *, for_whom: bool = False) -> Labelled:
    """What a label prints. Raises "batch_held": what is held or recalled is not labelled; and
    "not_found", also for a parcel that was voided: its code leads nowhere."""
    labels = several(call, [typed], for_whom=for_whom)
    if labels.left_out:
        raise labels.left_out[0][1]
    return labels.printable[0]


def several(call: Call, typed: Sequence[str], *, for_whom: bool = False) -> Labels:
    """In the order given, each once; for_whom: with their receivers. Raises "too_many_labels"."""
    codes = dict.fromkeys(read_code(label) or label for label in typed)
    if len(codes) > MOST:
        raise Refusal("too_many_labels", most=MOST)
    keys = {code: key_of("parcel", code) for code in codes if read_code(code)}
    stored = get_many(keys.values()) if keys else {}
    items = of_kind(ParcelItem, stored, keys.values())
    batch_keys = {key_of("batch", label) for item in items for label in item.doc.batch_ids}
    own = [item for item in items if item.doc.shop_id == call.actor.shop_id]
    order_keys = {key_of("order", item.doc.order_id) for item in own} if for_whom else set()
    stored |= get_many([*batch_keys, *order_keys]) if batch_keys else {}
    result = Labels([], [])
    for code in codes:
        try:
            item = stored.get(keys[code]) if code in keys else None
            result.printable.append(_labelled(call, item, stored))
        except Refusal as refusal:
            result.left_out.append((code, refusal))
    return result


def _labelled(call: Call, item: Item | None, stored: Mapping[Key, Item]) -> Labelled:
    if not isinstance(item, ParcelItem) or item.doc.state == "voided":
        raise not_found("parcel")
    check_shop(call.actor, item.doc.shop_id, "parcel")
    keys = [key_of("batch", batch_id) for batch_id in item.doc.batch_ids]
    batches = [
        batch_item.doc for key in keys if isinstance(batch_item := stored.get(key), BatchItem)
    ]
    for batch in batches:
        batch.refuse_unless_sellable()
    order = stored.get(key_of("order", item.doc.order_id))
    if not isinstance(order, OrderItem):
        return Labelled(item, batches)
    return Labelled(item, batches, Receiver.of(order.doc, buyer_of(order.doc)))


def codes_in(text: str) -> list[str]:
    """Codes with anything between them that is in no code."""
    return [label for label in re.split(r"[\s,;，；、]+", text) if label]


def not_printed(call: Call) -> list[str]:
    """Codes of packed parcels that are still here, to be sent and without a label, oldest orders
    first."""
    waiting = parcels.not_shipped(call.actor.shop_id or "", MOST)
    return [item.doc.code for _, item in waiting if not int(item.printed or 0)][:MOST]


def mark_printed(call: Call, typed: Sequence[str], printing: str) -> list[str]:
    """Mark what is about to be printed; codes among them that lead nowhere any more, and then as a
    rule none is marked, as the page has to be drawn anew.

    A box whose label was printed is not taken back, so marking comes before printing: of the two,
    whichever comes first holds. The same `printing` counts once, however often it is sent.
    """
    codes = [code for label in typed[:MOST] if (code := read_code(label))]
    keys = [key_of("parcel", code) for code in dict.fromkeys(codes)]
    items = of_kind(ParcelItem, get_many(keys) if keys else {}, keys)
    own = [item for item in items if item.doc.shop_id == call.actor.shop_id]
    voided = _voided(own)
    for start in range(0, 0 if voided else len(own), MOST_WRITES):
        voided += _mark(call, own[start : start + MOST_WRITES], printing)
    return voided


def _voided(items: Sequence[ParcelItem]) -> list[str]:
    return [item.doc.code for item in items if item.state == "voided"]


def _mark(call: Call, items: list[ParcelItem], printing: str) -> list[str]:
    """Codes of those that were voided in between."""
    marks = [
        ParcelItem.printed.add(1),
        ParcelItem.printed_at.set(to_text(call.now)),
        ParcelItem.printing.set(printing),
    ]
    fresh = ParcelItem.printing.does_not_exist() | (ParcelItem.printing != printing)
    standing = ParcelItem.state != "voided"
    left_out: list[ParcelItem] = []
    while items:
        try:
            commit([Adjust(item, marks, fresh & standing) for item in items])
            break
        except ConditionFailed as error:  # those are marked already, or voided
            left_out += [item for at, item in enumerate(items) if at in error.failed]
            items = [item for at, item in enumerate(items) if at not in error.failed]
    keys = [item.key for item in left_out]
    return _voided(of_kind(ParcelItem, get_many(keys) if keys else {}, keys))
