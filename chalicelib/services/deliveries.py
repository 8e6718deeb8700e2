"""What has arrived, many parcels at once: from the desk, or by the carrier's list."""

from collections.abc import Sequence

from chalicelib.domain.access import Call
from chalicelib.domain.deliveries import (
    DeliveryOutcome,
    DeliveryOutcomes,
    DeliveryRow,
    judged,
)
from chalicelib.domain.delivery_files import look, read_rows
from chalicelib.domain.errors import Refusal
from chalicelib.domain.file_notes import of_sheets
from chalicelib.domain.import_drafts import RefusalReason
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.sheets import pick, together
from chalicelib.domain.telling import JOINT
from chalicelib.repositories import limits, sheets, spread
from chalicelib.repositories.errors import StoreUnavailable
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.parcels import Named, by_waybills, find_named
from chalicelib.repositories.reading import at_once, get_many, listing, load_item, of_kind
from chalicelib.repositories.tables import OrderItem, ParcelItem, key_of
from chalicelib.repositories.transaction import retrying
from chalicelib.steps import parcels
from chalicelib.steps.once import keep_beside

from ..repositories.items import SCOPE

HOUR = 3600
MOST_OF_ONE_ACCOUNT = 120
"""Lists that are read in an hour, as often as they are checked and sent."""


def on_the_way(
    call: Call, limit: int, cursor: str | None
) -> tuple[list[tuple[Order, Parcel]], str | None]:
    """Parcels of the shop that were shipped and have not arrived, those of its oldest orders first,
    and where the list goes on. An order of which a part is still here waits for that."""
    shop_id = call.actor.shop_id or ""
    partitions = [f"SHOP#{shop_id}#ORDER#shipped#{n}" for n in range(spread.shards_of(shop_id))]
    page = listing(OrderItem, SCOPE, partitions, limit=limit, cursor=cursor, newest_first=False)
    orders = {code: item.doc for item in page.items for code in item.doc.parcels}
    keys = [key_of("parcel", code) for code in orders]
    items = of_kind(ParcelItem, get_many(keys, consistent=False) if keys else {}, keys)
    under_way = [(orders[item.doc.code], item.doc) for item in items if item.state == "shipped"]
    return under_way, page.next_cursor


def read(call: Call, content: bytes) -> tuple[list[DeliveryRow], list[RefusalReason]]:
    """The rows of a list, and what a person should know of it. Raises what a broken file is told,
    "file_without_rows", "too_many_rows"; "too_many"."""
    limits.hit(call, "deliveries", call.actor.id, most=MOST_OF_ONE_ACCOUNT, window=HOUR)
    picked = pick(sheets.sheets_of(content), look, None)
    sheets.refuse_if_too_large(picked)
    rows, counted = together(picked, look, headings_again=False)
    return read_rows(rows), [*of_sheets(counted)]


def preview(call: Call, rows: Sequence[DeliveryRow]) -> list[DeliveryOutcome]:
    """What would become of each row; nothing is written. A waybill of several parcels stands for
    all of them."""
    shop_id = call.actor.shop_id or ""
    named = find_named(shop_id, [row.reference for row in rows if row.reference])
    # a list may have its waybills where others have the order's number
    waybills = {row.number or row.reference.upper() for row in rows} - {""}
    carried = by_waybills(shop_id, waybills)
    return [outcome for row in rows for outcome in _outcomes(row, named, carried)]


def _outcomes(
    row: DeliveryRow, named: Named, carried: dict[str, list[Parcel]]
) -> list[DeliveryOutcome]:
    by_waybill = carried.get(row.number or row.reference.upper(), [])
    if row.reference in named.codes:
        parcel = named.parcels.get(named.codes[row.reference])
        return [judged(row, parcel) if parcel else DeliveryOutcome.wrong(row, "unknown_parcel")]
    meant = named.by_reference.get(row.reference, []) if row.reference else []
    if not meant:
        if not by_waybill:
            return [DeliveryOutcome.wrong(row, "unknown_parcel")]
        return [judged(row, parcel) for parcel in by_waybill]
    ids = {order.id for order in meant}
    both = [parcel for parcel in by_waybill if parcel.order_id in ids]
    if both:
        return [judged(row, parcel) for parcel in both]
    return [_of_orders(row, meant, named)]


def _of_orders(row: DeliveryRow, meant: Sequence[Order], named: Named) -> DeliveryOutcome:
    if len(meant) > 1:
        numbers = JOINT.join(order.number for order in meant)
        return DeliveryOutcome.wrong(row, "several_orders", numbers=numbers)
    own = named.of_order(meant[0])
    under_way = [parcel for parcel in own if parcel.state == "shipped"]
    if len(under_way) > 1:
        return DeliveryOutcome.wrong(row, "several_parcels", n=len(under_way))
    if not own:
        return DeliveryOutcome.wrong(row, "not_shipped")
    return judged(row, (under_way or own)[0])


def deliver(call: Call, rows: Sequence[DeliveryRow]) -> list[DeliveryOutcome]:
    """Each parcel once and in a transaction of its own; the same rows again change nothing."""
    once = IdempotentRequest(call, "deliveries", *rows)
    if (first := once.first_answer(DeliveryOutcomes)) is not None:
        return list(first.rows)
    outcomes = preview(call, rows)
    ready = {outcome.code: outcome for outcome in outcomes if outcome.what == "ready"}
    codes = [code for code in ready if code]
    became = dict(
        zip(codes, at_once(lambda code: _delivered(call, ready[code]), codes), strict=True)
    )
    done = [
        became[outcome.code].model_copy(update={"row": outcome.row})
        if outcome.what == "ready" and outcome.code
        else outcome
        for outcome in outcomes
    ]
    results = {outcome.what for outcome in done}
    if "delivered" in results and not results & {"wrong", "waiting"}:
        keep_beside(once, DeliveryOutcomes(rows=tuple(done)))
    return done


def _delivered(call: Call, outcome: DeliveryOutcome) -> DeliveryOutcome:
    try:
        return _deliver_one(call, outcome)
    except Refusal as refusal:
        facts = {k: v for k, v in refusal.facts.items() if isinstance(v, str | int)}
        return DeliveryOutcome.wrong(outcome.row, refusal.code, **facts)
    except StoreUnavailable:
        return DeliveryOutcome.wrong(outcome.row, "store_unavailable")


@retrying
def _deliver_one(call: Call, outcome: DeliveryOutcome) -> DeliveryOutcome:
    item = load_item(ParcelItem, "parcel", outcome.code or "")
    if item.state != "shipped":
        return judged(outcome.row, item.doc)
    work, _ = parcels.deliver(call, item)
    work.commit()
    return outcome.model_copy(update={"what": "delivered"})
