"""Packing what waits, oldest first, each order in one parcel as it was proposed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.access import Call
from chalicelib.domain.codes import display_code
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import china_date
from chalicelib.domain.orders import Order
from chalicelib.domain.packing import (
    NewPacking,
    PackableStock,
    Packed,
    Packing,
    PackingPlan,
    PackingProblem,
    packed_already,
    propose,
)
from chalicelib.domain.parcels import NewParcel, Parcel, resolve_lines
from chalicelib.repositories import orders as order_store
from chalicelib.repositories import spread
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.packing import packable_stock_for
from chalicelib.repositories.reading import ListPage, get_many, listing, of_kind
from chalicelib.repositories.sealing import derived_id
from chalicelib.repositories.tables import OrderItem, key_of
from chalicelib.repositories.transaction import retrying
from chalicelib.steps import packing_runs as runs
from chalicelib.steps import parcels
from chalicelib.steps.once import keep_beside

from ..repositories.items import SCOPE

HEAD = 100
"""Orders that are proposed for before any other: what a list shows first is packed so."""


@dataclass(frozen=True)
class ToPack:
    plans: list[PackingPlan]
    stock: PackableStock
    next_cursor: str | None


def to_pack(call: Call, limit: int, cursor: str | None) -> ToPack:
    """Paid orders of the shop, the oldest first, each with how to pack it or why it cannot be."""
    page = _waiting(call, limit, cursor)
    plans, stock = _proposed(call, [item for item in page.items if item.state == "paid"])
    return ToPack(plans, stock, page.next_cursor)


def _waiting(call: Call, limit: int, cursor: str | None) -> ListPage[OrderItem]:
    shop_id = call.actor.shop_id
    partitions = [f"SHOP#{shop_id}#ORDER#paid#{n}" for n in range(spread.shards_of(shop_id))]
    return listing(OrderItem, SCOPE, partitions, limit=limit, cursor=cursor, newest_first=False)


def _proposed(call: Call, items: Sequence[OrderItem]) -> tuple[list[PackingPlan], PackableStock]:
    """As `_packable` of those that are to be sent; what was paid back stands among them and takes
    nothing from them."""
    orders = [item.doc for item in items if not item.is_paid_back]
    plans, stock = _packable(call, orders)
    by_order = {plan.order.id: plan for plan in plans}
    problem = PackingProblem(code="paid_back")
    for item in items:
        if item.is_paid_back:
            by_order[item.doc.id] = PackingPlan(item.doc, problem=problem)
    ids = [item.doc.id for item in items]
    return [by_order[order_id] for order_id in ids if order_id in by_order], stock


def _packable(call: Call, orders: Sequence[Order]) -> tuple[list[PackingPlan], PackableStock]:
    """As what was read of the orders and, a moment later, of their batches lets them be packed.

    An order packed between the two was counted twice: it still asks for what it has taken. So
    where something is missing, the orders are looked at once more, after the batches. What may
    then be packed between is only too much in the batches, which packing itself notices.
    """
    stock = packable_stock_for(orders, china_date(call.now))
    plans = propose(orders, stock)
    if all(plan.problem is None or plan.order.is_stopped for plan in plans):
        return plans, stock
    keys = [key_of("order", order.id) for order in orders]
    again = [item.doc for item in of_kind(OrderItem, get_many(keys), keys)]
    return propose([order for order in again if order.state == "paid"], stock), stock


def as_shown(call: Call, shown: Mapping[str, NewParcel]) -> ToPack:
    """How orders that still wait would be packed, as somebody saw it; nothing is written."""
    keys = [key_of("order", order_id) for order_id in shown]
    items = of_kind(OrderItem, get_many(keys) if keys else {}, keys)
    shop_id = call.actor.shop_id
    orders = [item.doc for item in items if item.doc.shop_id == shop_id and item.state == "paid"]
    stock = packable_stock_for(orders, china_date(call.now))
    plans = [
        PackingPlan.from_parts(
            order, resolve_lines(order, shown[order.id]).allocations, stock.supplies
        )
        for order in orders
    ]
    return ToPack(plans, stock, None)


def pack(call: Call, body: NewPacking, shown: Mapping[str, NewParcel] | None = None) -> Packing:
    """Each order in one parcel and in a transaction of its own, and what became of each.

    shown: how each is to be packed, as somebody saw it; else as `to_pack` proposes now. With the
    same Idempotency-Key an order gets the same parcel, however often and from how many sides; of a
    page, from which one may choose again, nothing more is held to the first time. What is packed
    is a run, which can be taken back (`services/packing_runs.py`).
    """
    once = IdempotentRequest(call, "packing", body)
    if shown is None and (first := once.first_answer(Packing)) is not None:
        return first
    ids = list(dict.fromkeys(body.order_ids))
    plans = {} if shown is not None else _plans(call, ids)
    wanted: dict[str, NewParcel | PackingProblem | None] = {}
    for order_id in ids:
        plan = plans.get(order_id)
        wanted[order_id] = plan.problem or plan.parcel if plan else (shown or {}).get(order_id)
    run_id = derived_id("packing run", call.actor.id, call.key) if call.key else str(uuid.uuid4())
    if any(isinstance(parcel, NewParcel) for parcel in wanted.values()):
        runs.begin(call, run_id)
    items = tuple(_packed(call, order_id, wanted[order_id], run_id) for order_id in ids)
    codes = [outcome.code for outcome in items if outcome.code]
    done = Packing(items=items, run_id=run_id if codes else None)
    if shown is None and len(codes) == len(items):
        keep_beside(once, done)
    return done


def _plans(call: Call, order_ids: Sequence[str]) -> dict[str, PackingPlan]:
    """As a list from its beginning proposes them; those further behind take what is left then."""
    head = [item for item in _waiting(call, HEAD, None).items if item.state == "paid"]
    known = {item.doc.id for item in head}
    keys = [key_of("order", order_id) for order_id in order_ids if order_id not in known]
    rest = of_kind(OrderItem, get_many(keys) if keys else {}, keys)
    own = [item for item in rest if item.doc.shop_id == call.actor.shop_id]
    items = [*head, *(item for item in own if item.state == "paid")]
    return {plan.order.id: plan for plan in _proposed(call, items)[0]}


def _packed(
    call: Call, order_id: str, wanted: NewParcel | PackingProblem | None, run_id: str
) -> Packed:
    key = None if call.key is None else f"{call.key} {order_id}"
    own = Call(call.actor, call.now, key)
    try:
        item, parcel = _pack_one(own, order_id, wanted, run_id)
    except Refusal as refusal:
        facts = {k: v for k, v in refusal.facts.items() if isinstance(v, str | int)}
        return Packed(order_id=order_id, problem=PackingProblem(code=refusal.code, facts=facts))
    number = item.doc.number
    if isinstance(parcel, PackingProblem):
        return Packed(order_id=order_id, number=number, problem=parcel)
    return Packed(order_id=order_id, number=number, code=parcel.code)


@retrying
def _pack_one(
    call: Call, order_id: str, wanted: NewParcel | PackingProblem | None, run_id: str
) -> tuple[OrderItem, Parcel | PackingProblem]:
    """The order is read before the first answer: one that its twin has packed has that answer."""
    once = IdempotentRequest(call, "pack as proposed", order_id)
    order = order_store.load_of_shop(call.actor, order_id)
    if (first := once.first_answer(Parcel)) is not None:
        return order, first
    if order.doc.paid_at is not None and not any(line.to_pack for line in order.doc.lines):
        codes = [display_code(code) for code in order.doc.parcels]
        return order, packed_already(order.doc, codes)
    if isinstance(wanted, PackingProblem):
        return order, wanted
    if wanted is None:
        raise Refusal(
            "not_allowed_now", subject="order", state=order.state, wanted="packed", allowed=[]
        )
    work, parcel = parcels.box(call, order, wanted)
    work.add(runs.with_box(run_id, parcel.code), once.keep(parcel)).commit()
    return order, parcel


def find(call: Call, number: str) -> OrderItem:
    """An order of the shop by what people say on the phone. Raises "not_found"."""
    items = order_store.by_numbers(call.actor.shop_id or "", [number])
    if not items:
        raise not_found("order")
    return items[0]
