"""Packing slips: of one order, or of all boxes of a packing run."""

from collections.abc import Sequence

from chalicelib.domain.access import Call, check_shop
from chalicelib.domain.receivers import Receiver
from chalicelib.domain.slips import Slip, slip_of
from chalicelib.repositories.orders import buyer_of, load_of_shop
from chalicelib.repositories.reading import get_many, load_item, of_kind
from chalicelib.repositories.tables import BatchItem, OrderItem, PackingRunItem, ParcelItem, key_of


def of_order(call: Call, order_id: str) -> list[Slip]:
    """Of its boxes that are to be sent or were; none where nothing is packed. Raises
    "not_found"."""
    order = load_of_shop(call.actor, order_id)
    return _slips({order.doc.id: order}, order.doc.parcels)


def of_run(call: Call, run_id: str) -> list[Slip]:
    """Of its boxes that stand, by their orders' numbers. Raises "not_found"."""
    run = load_item(PackingRunItem, "packing", run_id)
    check_shop(call.actor, run.doc.shop_id, "packing")
    slips = _slips({}, run.codes)
    return sorted(slips, key=lambda slip: slip.order.number)


def _slips(orders: dict[str, OrderItem], codes: Sequence[str]) -> list[Slip]:
    keys = [key_of("parcel", code) for code in codes]
    items = of_kind(ParcelItem, get_many(keys) if keys else {}, keys)
    parcels = [item.doc for item in items if item.state != "voided"]
    wanted = {parcel.order_id for parcel in parcels} - orders.keys()
    order_keys = [key_of("order", order_id) for order_id in wanted]
    batch_keys = [key_of("batch", label) for parcel in parcels for label in parcel.batch_ids]
    beside = get_many([*order_keys, *batch_keys]) if parcels else {}
    orders |= {item.doc.id: item for item in of_kind(OrderItem, beside, order_keys)}
    lots = {item.doc.id: item.doc.lot for item in of_kind(BatchItem, beside, batch_keys)}
    slips = []
    for parcel in parcels:
        order = orders[parcel.order_id].doc
        slips.append(slip_of(order, parcel, lots, Receiver.of(order, buyer_of(order))))
    return slips
