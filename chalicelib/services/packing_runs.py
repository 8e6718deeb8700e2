"""Packing runs: the boxes that one tap packed, what was fetched for them, and taking them back."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.access import Call, check_shop
from chalicelib.domain.packing import PackingPlan, Pick, Supply, picking
from chalicelib.domain.packing_runs import (
    RunBox,
    RunEntry,
    RunView,
    TakenBack,
    TakenBackBox,
    why_it_stays,
)
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.reading import ListPage, get_many, listing, load_item, of_kind
from chalicelib.repositories.tables import BatchItem, OrderItem, PackingRunItem, ParcelItem, key_of
from chalicelib.repositories.transaction import retrying
from chalicelib.steps import packing_runs as store
from chalicelib.steps import parcels
from chalicelib.steps.once import keep_beside

from ..repositories.items import SCOPE


def runs(call: Call, limit: int, cursor: str | None) -> ListPage[PackingRunItem]:
    """The shop's, newest first."""
    partition = f"SHOP#{call.actor.shop_id}#PACKING"
    return listing(PackingRunItem, SCOPE, [partition], limit=limit, cursor=cursor)


def entry(item: PackingRunItem) -> RunEntry:
    return RunEntry(item.doc, boxes=len(item.codes), taken_back=len(item.taken))


def view(call: Call, run_id: str) -> RunView:
    """Raises "not_found"."""
    run = _load(call, run_id)
    keys = [key_of("parcel", code) for code in run.codes]
    items = of_kind(ParcelItem, get_many(keys) if keys else {}, keys)
    order_keys = [key_of("order", item.doc.order_id) for item in items]
    orders = {
        item.doc.id: item
        for item in of_kind(OrderItem, get_many(order_keys) if items else {}, order_keys)
    }
    boxes = [_box(run, item, orders[item.doc.order_id]) for item in items]
    boxes.sort(key=lambda box: box.order.number)
    return RunView(run.doc, boxes, _picks([box for box in boxes if box.stands]))


def _load(call: Call, run_id: str) -> PackingRunItem:
    run = load_item(PackingRunItem, "packing", run_id)
    check_shop(call.actor, run.doc.shop_id, "packing")
    return run


def _box(run: PackingRunItem, item: ParcelItem, order: OrderItem) -> RunBox:
    printed = int(item.printed or 0) > 0
    stays = why_it_stays(order.doc, item.doc, printed=printed, taken=run.taken)
    return RunBox(item.doc, order.doc, order.is_to_be_sent, printed, stays)


def _picks(boxes: Sequence[RunBox]) -> list[Pick]:
    """Each batch with the last good day that it had when it was packed."""
    keys = [key_of("batch", batch_id) for box in boxes for batch_id in box.parcel.batch_ids]
    batches = of_kind(BatchItem, get_many(keys) if keys else {}, dict.fromkeys(keys))
    last = {batch_id: day for box in boxes for batch_id, day in box.parcel.best_before.items()}
    supplies = {
        item.doc.id: replace(
            Supply.of(item.doc, int(item.packed), None), best_before=last.get(item.doc.id)
        )
        for item in batches
    }
    plans = [PackingPlan.from_parts(box.order, box.parcel.allocations, supplies) for box in boxes]
    return picking(plans, supplies)


def take_back(call: Call, run_id: str) -> TakenBack:
    """Unpack the boxes of a run that have no label yet, each in a transaction of its own, and say
    which stay and why. Cut short, it is asked for again. Raises "not_found"."""
    once = IdempotentRequest(call, "take back packing", run_id)
    if (first := once.first_answer(TakenBack)) is not None:
        return first
    codes = [box.parcel.code for box in view(call, run_id).boxes]
    done = TakenBack(items=tuple(_taken_back(call, run_id, code) for code in codes))
    keep_beside(once, done)
    return done


@retrying
def _taken_back(call: Call, run_id: str, code: str) -> TakenBackBox:
    run = _load(call, run_id)
    item = load_item(ParcelItem, "parcel", code)
    order = load_item(OrderItem, "order", item.doc.order_id)
    box = _box(run, item, order)
    if box.stands and box.stays is None:
        work = parcels.unpack(call, order, item)
        work.add(store.without_box(run, code)).commit()
    return TakenBackBox(
        code=code, order_id=order.doc.id, number=order.doc.number, problem=box.stays
    )
