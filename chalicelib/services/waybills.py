"""Waybills: what waits for its carrier, and shipping by the carrier's file, each parcel once."""

from collections.abc import Sequence

from chalicelib.domain.access import Call
from chalicelib.domain.batches import Batch
from chalicelib.domain.errors import Refusal
from chalicelib.domain.file_notes import of_lost, of_sheets
from chalicelib.domain.orders import Buyer, Order
from chalicelib.domain.parcels import Parcel, Shipment
from chalicelib.domain.sheets import pick, together
from chalicelib.domain.telling import JOINT
from chalicelib.domain.waybill_files import FileChoice, WaybillRow, WaybillTable, look, read_table
from chalicelib.domain.waybills import (
    Outcomes,
    WaybillOutcome,
    is_shipped_so,
    judged,
    lost_in,
    shipment_of,
)
from chalicelib.repositories import limits, orders, sheets
from chalicelib.repositories.errors import StoreUnavailable
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.parcels import Named, find_named
from chalicelib.repositories.reading import at_once, get, get_many, of_kind
from chalicelib.repositories.tables import BatchItem, OrderItem, ParcelItem, key_of
from chalicelib.repositories.transaction import retrying
from chalicelib.steps import parcels, patterns
from chalicelib.steps.once import keep_beside

from ..domain.import_drafts import RefusalReason

MOST = 1000
"""Orders looked at for one export."""
HOUR = 3600
MOST_OF_ONE_ACCOUNT = 120
"""Files that are read in an hour, as often as they are checked and sent."""


def waiting(call: Call) -> list[tuple[Order, Parcel, Buyer | None]]:
    """Packed parcels that are still here, with whom they go to; None once erased."""
    unshipped = parcels.not_shipped(call.actor.shop_id or "", MOST)
    return [(order, item.doc, orders.buyer_of(order)) for order, item in unshipped]


def read(
    call: Call, content: bytes, choice: FileChoice
) -> tuple[WaybillTable, list[RefusalReason]]:
    """The rows of a file, and what is asked of it; and what a person should know of it. Raises what
    a broken file is told, "file_without_rows", "too_many_rows"; "too_many"."""
    limits.hit(call, "waybills", call.actor.id, most=MOST_OF_ONE_ACCOUNT, window=HOUR)
    named = [choice.sheet] if choice.sheet else None
    picked = pick(sheets.sheets_of(content), look, named)
    sheets.refuse_if_too_large(picked)
    rows, counted = together(picked, look, headings_again=False)
    return read_table(rows, choice), [*of_sheets(counted), *of_lost(rows)]


def preview(call: Call, rows: Sequence[WaybillRow]) -> list[WaybillOutcome]:
    """What would become of each row; nothing is written."""
    outcomes, by_code = _judged(call, rows)
    return _held_back(outcomes, by_code)


def _judged(
    call: Call, rows: Sequence[WaybillRow]
) -> tuple[list[WaybillOutcome], dict[str, Parcel]]:
    """Which parcel each row means, and what its state lets become of it; the parcels by code.

    Whether their batches are held, or their orders stopped or paid back, is asked when they are
    shipped, with their state in one look.
    """
    lookup = find_named(call.actor.shop_id or "", [row.reference for row in rows])
    lost = lost_in(rows)
    seen: dict[str, tuple[int, Shipment]] = {}
    outcomes = []
    for row in rows:
        shipment = shipment_of(row, lost)
        outcome = (
            shipment if isinstance(shipment, WaybillOutcome) else _outcome(row, shipment, lookup)
        )
        if outcome.code and isinstance(shipment, Shipment):
            first, other = seen.setdefault(outcome.code, (row.row, shipment))
            if not shipment.is_as(other.carrier, other.waybill):
                outcome = WaybillOutcome.wrong(row, "given_twice", first=first)
        outcomes.append(outcome)
    return outcomes, lookup.parcels


def _outcome(row: WaybillRow, shipment: Shipment, lookup: Named) -> WaybillOutcome:
    if row.reference in lookup.codes:
        parcel = lookup.parcels.get(lookup.codes[row.reference])
        return (
            judged(row, parcel, shipment) if parcel else WaybillOutcome.wrong(row, "unknown_parcel")
        )
    meant = lookup.by_reference.get(row.reference, [])
    if not meant:
        return WaybillOutcome.wrong(row, "unknown_parcel")
    if len(meant) > 1:
        numbers = JOINT.join(order.number for order in meant)
        return WaybillOutcome.wrong(row, "several_orders", numbers=numbers)
    [order] = meant
    own = lookup.of_order(order)
    same = [parcel for parcel in own if is_shipped_so(parcel, shipment)]
    here = [parcel for parcel in own if parcel.state == "packed"]
    if same:
        return judged(row, same[0], shipment)
    if len(here) > 1:
        return WaybillOutcome.wrong(row, "several_parcels", n=len(here))
    if not own:
        return WaybillOutcome.wrong(row, "nothing_packed")
    return judged(row, (here or own)[0], shipment)


def _held_back(outcomes: list[WaybillOutcome], by_code: dict[str, Parcel]) -> list[WaybillOutcome]:
    """What is recalled or held since it was packed stays here, and what is not to be sent."""
    ready = [
        by_code[outcome.code] for outcome in outcomes if outcome.what == "ready" and outcome.code
    ]
    batch_keys = {key_of("batch", batch_id) for parcel in ready for batch_id in parcel.batch_ids}
    order_keys = {key_of("order", parcel.order_id) for parcel in ready}
    items = get_many([*batch_keys, *order_keys]) if ready else {}
    batches = {item.doc.id: item.doc for item in of_kind(BatchItem, items, list(batch_keys))}
    orders = {item.doc.id: item for item in of_kind(OrderItem, items, list(order_keys))}
    return [
        _refused_if_held_back(
            outcome,
            orders[by_code[outcome.code].order_id],
            [batches[b] for b in by_code[outcome.code].batch_ids if b in batches],
        )
        if outcome.what == "ready" and outcome.code
        else outcome
        for outcome in outcomes
    ]


def _refused_if_held_back(
    outcome: WaybillOutcome, order: OrderItem, batches: Sequence[Batch]
) -> WaybillOutcome:
    try:
        parcels.refuse_to_send(order, by_hand=False)
        for batch in batches:
            batch.refuse_unless_sellable()
    except Refusal as refusal:
        return _wrong(outcome.row, refusal)
    return outcome


def _wrong(row: WaybillRow, refusal: Refusal) -> WaybillOutcome:
    facts = {k: v for k, v in refusal.facts.items() if isinstance(v, str | int)}
    return WaybillOutcome.wrong(row, refusal.code, **facts)


def ship(call: Call, rows: Sequence[WaybillRow]) -> list[WaybillOutcome]:
    """Each parcel once and in a transaction of its own; the same rows again change nothing."""
    once = IdempotentRequest(call, "waybills", *rows)
    if (first := once.first_answer(Outcomes)) is not None:
        return list(first.rows)
    outcomes = _ship(call, rows)
    results = {outcome.what for outcome in outcomes}
    if "shipped" in results and "wrong" not in results:
        keep_beside(once, Outcomes(rows=tuple(outcomes)))
    return outcomes


def _ship(call: Call, rows: Sequence[WaybillRow]) -> list[WaybillOutcome]:
    outcomes, _ = _judged(call, rows)
    codes = list(
        dict.fromkeys(
            outcome.code for outcome in outcomes if outcome.what == "ready" and outcome.code
        )
    )
    by_code = {outcome.code: outcome.row for outcome in outcomes if outcome.what == "ready"}
    done = dict(
        zip(codes, at_once(lambda code: _shipped(call, code, by_code[code]), codes), strict=True)
    )
    return [
        done[outcome.code].model_copy(update={"row": outcome.row})
        if outcome.what == "ready" and outcome.code
        else outcome
        for outcome in outcomes
    ]


def _shipped(call: Call, code: str, row: WaybillRow) -> WaybillOutcome:
    try:
        return _ship_one(call, code, row)
    except Refusal as refusal:
        return _wrong(row, refusal)
    except StoreUnavailable:
        return _wrong(row, Refusal("store_unavailable"))


@retrying
def _ship_one(call: Call, code: str, row: WaybillRow) -> WaybillOutcome:
    item = get(ParcelItem, key_of("parcel", code))
    shipment = shipment_of(row)
    if item is None or isinstance(shipment, WaybillOutcome):
        return WaybillOutcome.wrong(row, "unknown_parcel")
    if item.state != "packed":
        return judged(row, item.doc, shipment)
    work, shipped = parcels.ship(call, item, shipment, by_hand=False)
    work.commit()
    if shipped.counted:
        patterns.propose(call, shipped.batch_ids)
    return WaybillOutcome(row=row, what="shipped", code=code)
