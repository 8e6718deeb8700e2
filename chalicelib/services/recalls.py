"""The sheet of a held or recalled batch: every parcel of it, and whose buyer was notified."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from chalicelib.domain import recalls as rules
from chalicelib.domain.access import Actor, Call, check_shop, check_village
from chalicelib.domain.batches import UNSELLABLE, Batch
from chalicelib.domain.codes import read_code
from chalicelib.domain.errors import not_found
from chalicelib.domain.recalls import NewNotice, Progress, SheetRow
from chalicelib.repositories.batches import allocations_of, in_states
from chalicelib.repositories.orders import buyer_of
from chalicelib.repositories.reading import (
    FIRST,
    LAST,
    all_children,
    at_once,
    get_all,
    get_many,
    index_keys,
    of_kind,
)
from chalicelib.repositories.tables import (
    AllocationItem,
    BatchItem,
    NoticeItem,
    OrderItem,
    ParcelItem,
    key_of,
)
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import batches as batch_store

from ..repositories.items import SCOPE, Key

MOST_ROWS = 3000
"""Parcels of one batch that a sheet lists: 6,000 read units, as many again by half with orders."""
MOST_BATCHES = 10
"""Held and recalled batches that a desk counts the parcels of, the newest first."""


@dataclass(frozen=True)
class Sheet:
    """complete: False where the batch has more parcels than one sheet lists."""

    batch: Batch
    rows: Sequence[SheetRow]
    complete: bool

    @property
    def progress(self) -> Progress:
        return Progress.of(self.rows)

    @property
    def by_shop(self) -> dict[str, Progress]:
        """Where most is left to be notified first."""
        shops: defaultdict[str, list[SheetRow]] = defaultdict(list)
        for row in self.rows:
            shops[row.parcel.shop_id].append(row)
        counted = {shop_id: Progress.of(some) for shop_id, some in shops.items()}
        return dict(sorted(counted.items(), key=lambda entry: (-entry[1].left, entry[0])))


def sheet(actor: Actor, batch_id: str) -> Sheet:
    """Of the actor's shop, or for the county of all. Raises "not_found"."""
    item = batch_store.load(batch_id)
    check_village(actor, item.doc.village_id, "batch")
    codes, complete = _codes(actor, batch_id)
    parcel_keys = [key_of("parcel", code) for code in codes]
    items = get_all([*parcel_keys, *(_key(batch_id, code) for code in codes)]) if codes else {}
    notices = {
        notice.doc.code: notice.doc
        for notice in of_kind(NoticeItem, items, [_key(batch_id, code) for code in codes])
    }
    rows = [
        SheetRow(parcel.doc, parcel.doc.quantity_of(batch_id), notices.get(parcel.doc.code))
        for parcel in of_kind(ParcelItem, items, parcel_keys)
    ]
    rows.sort(key=lambda row: row.place)
    return Sheet(item.doc, rows, complete)


def _codes(actor: Actor, batch_id: str) -> tuple[list[str], bool]:
    """Of the parcels that a sheet lists, and whether these are all."""
    links = all_children(AllocationItem, f"BATCH#{batch_id}", allocations_of(actor))
    codes = [link.code for link in islice(links, MOST_ROWS + 1)]
    return codes[:MOST_ROWS], len(codes) <= MOST_ROWS


def _key(batch_id: str, code: str) -> Key:
    return f"NOTICE#{batch_id}#{code}", "NOTICE"


def with_orders(actor: Actor, rows: Sequence[SheetRow]) -> list[SheetRow]:
    """With the order of each, and for its shop with whom it is for."""
    keys = {row.parcel.order_id: key_of("order", row.parcel.order_id) for row in rows}
    items = get_all(keys.values()) if keys else {}
    orders = {item.doc.id: item.doc for item in of_kind(OrderItem, items, keys.values())}
    complete = []
    for row in rows:
        order = orders.get(row.parcel.order_id)
        own = order is not None and order.shop_id == actor.shop_id
        complete.append(replace(row, order=order, buyer=buyer_of(order) if order and own else None))
    return complete


@retrying
def mark(call: Call, batch_id: str, typed: str, body: NewNotice) -> tuple[SheetRow, bool]:
    """The row as it then is, and whether the parcel is ticked for the first time.

    Once more changes nothing. Raises "not_found", also for a parcel of another shop or without any
    of the batch; "not_allowed_now" unless the batch is held or recalled, and for a voided parcel.
    """
    code = read_code(typed)
    if code is None:
        raise not_found("parcel")
    batch_key, parcel_key = key_of("batch", batch_id), key_of("parcel", code)
    items = get_many([batch_key, parcel_key, _key(batch_id, code)])
    batch, parcel = items.get(batch_key), items.get(parcel_key)
    if not isinstance(batch, BatchItem):
        raise not_found("batch")
    check_village(call.actor, batch.doc.village_id, "batch")
    if not isinstance(parcel, ParcelItem) or batch_id not in parcel.doc.batch_ids:
        raise not_found("parcel")
    check_shop(call.actor, parcel.doc.shop_id, "parcel")
    notice = next(iter(of_kind(NoticeItem, items, [_key(batch_id, code)])), None)
    row = SheetRow(
        parcel.doc, parcel.doc.quantity_of(batch_id), notice.doc if notice is not None else None
    )
    if row.is_notified == body.notified:
        return row, False
    rules.refuse_unless_stopped(batch.doc)
    rules.refuse_unless_it_left(row)
    work = UnitOfWork(call)
    if notice is None:
        after = rules.notified(batch.doc, parcel.doc, call.actor.id, call.now)
        work.create(NoticeItem.of(after))
    else:
        state: rules.State = "notified" if body.notified else "taken_back"
        after = notice.doc.moved(state, call.actor.id, call.now)
        work.replace(notice, NoticeItem.of(after))
    work.commit()
    return replace(row, notice=after), notice is None


@dataclass(frozen=True)
class Counted:
    """A held or recalled batch: how many parcels of it the actor has, of how many a buyer knows."""

    batch: Batch
    parcels: int
    notified: int


def stopped(actor: Actor) -> list[Counted]:
    """The newest held and recalled batches of which the actor's shop has parcels.

    As many parcels as the sheet has rows; two Queries of keys for each batch.
    """
    newest = in_states(actor, sorted(UNSELLABLE), MOST_BATCHES).items
    counted = at_once(lambda batch: _counted(actor, batch), [item.doc for item in newest])
    return [entry for entry in counted if entry.parcels]


def _counted(actor: Actor, batch: Batch) -> Counted:
    codes, _ = _codes(actor, batch.id)
    own = f"{actor.shop_id}#" if actor.shop_id else ""
    place = f"BATCH#{batch.id}#NOTICE#notified"
    notified = index_keys(SCOPE, place, own or FIRST, own + LAST) if codes else []
    return Counted(batch, len(codes), len(notified))
