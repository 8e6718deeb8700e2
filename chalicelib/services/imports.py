"""Imports of outside platforms' files: registered, uploaded, read and looked at beforehand."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from chalicelib.domain import platforms
from chalicelib.domain.access import Call
from chalicelib.domain.columns import Field, Platform
from chalicelib.domain.counted_goods import has_count
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.file_notes import of_lost, of_sheets, of_unread
from chalicelib.domain.imports import (
    KEPT_HOURS,
    MOST_ROWS,
    Import,
    Listed,
    NewImport,
    ReadImport,
)
from chalicelib.domain.lifecycle import check_move
from chalicelib.domain.offers import Offer
from chalicelib.domain.order_numbers import needs_group
from chalicelib.domain.pack_doubts import PackDoubt, doubts
from chalicelib.domain.platforms import heading
from chalicelib.domain.rows import ReadRow, header_at, places
from chalicelib.domain.sheets import Sheet, for_orders, pick, together
from chalicelib.domain.unread import unread_columns
from chalicelib.repositories import deadline, limits, sheets
from chalicelib.repositories import imports as store
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.imports import FILE, TABLE, FileTable, ImportPlan
from chalicelib.repositories.mappings import KnownColumns
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.parts import too_large
from chalicelib.repositories.photos import Link, signature_holds
from chalicelib.repositories.reading import (
    ListPage,
    cursor_after,
    get_many,
    listing,
    load_item,
    of_kind,
    read_cursor,
)
from chalicelib.repositories.tables import ImportItem, OfferItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps.once import Prepared, answer_once

from ..domain.import_drafts import Draft, ItemRule, RefusalReason, drafts
from ..repositories.items import SCOPE
from ..steps import import_preview as previews
from ..steps.mapped_offers import MappedOffers, offers_of

DRAFTING = 2
"""Changes with the rules of drafting: a plan that another release made is made anew."""
HOUR = 3600
MOST_OF_ONE_SHOP = 120
"""Files in an hour."""
FIRST_ROWS = 100


class ItemOfFile(NamedTuple):
    """Goods of a file: the orders they are in, the rule if there is one, and the offer that they
    are taken from now; sells: whether it has packs left. doubts: in what it differs from them."""

    title: str
    sku: str
    orders: int
    rule: ItemRule | None
    offer: Offer | None
    sells: bool
    doubts: tuple[PackDoubt, ...]


@dataclass(frozen=True)
class FileReading:
    """What a file was found to be. columns: heading -> field, None for one that is not used.

    missing: fields that must be mapped before there is a plan. ungrouped: its numbers start again
    with each group, so either there is another column or the group has a name. items: each with the
    orders it is in and its rule, if there is one. sheets: of a workbook with several. notes: what a
    person should know of the file beside its orders, with keys of NOTES.
    """

    doc: Import
    platform: Platform | None
    columns: list[tuple[str, Field | None]]
    missing: list[Field]
    ungrouped: bool
    paid_only: bool
    items: list[ItemOfFile] = field(default_factory=list)
    first: list[Listed] = field(default_factory=list)
    sheets: tuple[Sheet, ...] = ()
    notes: tuple[RefusalReason, ...] = ()


@retrying
def register(call: Call, body: NewImport) -> tuple[Import, Link]:
    """A new import, and where to send its file. Raises "too_many"."""
    shop_id = _shop_of(call)
    once = IdempotentRequest(call, "import", body)
    prepare = partial(_registered, call, shop_id, body)
    doc = answer_once(once, Import, prepare, today=store.without_erased)
    return doc, store.upload_link(doc)


def _registered(call: Call, shop_id: str, body: NewImport) -> Prepared[Import]:
    limits.hit(call, "import", shop_id, most=MOST_OF_ONE_SHOP, window=HOUR)
    doc = Import(
        id=str(uuid.uuid4()),
        shop_id=shop_id,
        by=call.actor.id,
        created_at=call.now,
        **body.model_dump(),
    )
    return UnitOfWork(call).create(ImportItem.of(doc)), doc


def _shop_of(call: Call) -> str:
    if call.actor.shop_id is None:
        raise not_found("shop")
    return call.actor.shop_id


def admits(import_id: str, signature: str, now: datetime) -> None:
    """Before the file is read. Raises "link_expired"."""
    if not signature_holds("PUT", store.signed_name(import_id), signature, now):
        raise Refusal("link_expired")


def receive(call: Call, import_id: str, signature: str, content: bytes) -> None:
    """Local store only: the file, sent to its link. Raises "link_expired", "file_differs"."""
    admits(import_id, signature, call.now)
    item = load_item(ImportItem, "import", import_id)
    item.doc.refuse_if_emptied()
    check_move("import", item.doc.state, "read")
    store.receive(item.doc, content)


def find(call: Call, import_id: str) -> Import:
    return store.load(call.actor, import_id).doc


def imports(call: Call, limit: int, cursor: str | None) -> ListPage[ImportItem]:
    """Of the actor's shop, newest first."""
    partition = f"SHOP#{_shop_of(call)}#IMPORT"
    return listing(ImportItem, SCOPE, [partition], limit=limit, cursor=cursor)


def delete_old_files(now: datetime) -> int:
    """Those past KEPT_HOURS, whatever became of them; how many."""
    return store.sweep(now)


# --- reading --------------------------------------------------------------------------------------


@retrying
def read(call: Call, import_id: str, body: ReadImport) -> FileReading:
    """Make a plan of the file, and say of each order what will become of it. Writes no order.

    What `body` says of columns and items is kept for the shop's next file of this platform. Raises
    "not_allowed_now" once it runs, "file_not_uploaded", "file_gone" and what a broken file is told.
    """
    item = store.load(call.actor, import_id)
    doc = item.doc
    if doc.emptied_at is not None:
        store.delete(doc.id, FILE)  # an upload link may have been used since
    doc.refuse_if_emptied()
    if doc.state != "read":
        check_move("import", doc.state, "read")
    chosen = _chosen_offers(doc, body)
    table = _table(call, doc, body)
    rows = table.rows
    at = header_at(rows, body.columns or ())
    if at is None:
        raise Refusal("file_without_rows")
    headings, below = rows[at][1], rows[at + 1 :]
    recognised = body.platform or platforms.recognise(headings)
    platform = recognised or "other"
    known_columns = KnownColumns.of(doc, platform, headings)
    told_of = (
        known_columns.sheet_item or known_columns.columns(headings) or body.columns is not None
    )
    known = recognised or ("other" if told_of else None)
    known_columns = known_columns.and_now(body, chosen)
    columns = places(headings, platforms.mapping(platform, known_columns.columns(headings)))
    ungrouped = needs_group(below, columns)
    group = heading(body.group) if body.group else doc.group
    unread = unread_columns(headings, below, columns)
    missing = platforms.missing(
        platform,
        headings,
        columns,
        counts_in_cells=any(has_count(ReadRow(row, columns).as_written("item")) for row in below),
        needs_group=ungrouped and not group,
        paid_only=known_columns.sheet.paid_only,
        unread=[column.asks for column in unread],
    )
    work = UnitOfWork(call)
    reading = FileReading(
        doc,
        known,
        _used_headings(headings, columns),
        missing,
        ungrouped,
        known_columns.sheet.paid_only,
        sheets=table.sheets,
        notes=(
            *of_unread([column for column in unread if column.asks in missing]),
            *of_sheets(table.sheets),
            *of_lost(rows),
        ),
    )
    doc = doc.model_copy(update={"group": group})
    if missing:
        work.add(*known_columns.changes)
        if doc != item.doc:
            work.replace(item, ImportItem.of(doc))
        work.commit()
        return reading
    drafted, drafted_from = _drafted(call, doc, table, at, columns)
    goods = previews.kinds(drafted)
    known_rules = known_columns.rules()
    mapped = offers_of(
        call, doc.shop_id, [known_rules[key] for key, *_ in goods if key in known_rules]
    )
    doc = doc.of_platform(platform)
    outcomes, instead = previews.preview(doc, drafted, mapped)
    plan = ImportPlan(
        platform=doc.platform or "other",
        headings=headings,
        rules=tuple(mapped.rules.values()),
        drafts=tuple(drafted),
        preview=tuple(outcomes),
        drafted_from=drafted_from,
        stand_ins=mapped.stand_ins,
        instead=instead,
    )
    work.add(*known_columns.with_goods(mapped.kept).changes)
    after = _with_plan(work, item, doc, plan)
    first = zip(outcomes[:FIRST_ROWS], drafted[:FIRST_ROWS], strict=True)
    return replace(
        reading,
        doc=after,
        platform=platform,
        items=_items(goods, mapped),
        first=previews.listed(0, first, mapped.rules, instead, mapped.offers),
    )


def _items(goods: Sequence[tuple[str, str, str, int]], mapped: MappedOffers) -> list[ItemOfFile]:
    """Those that are mapped to nothing first."""
    items = []
    for key, title, sku, orders in goods:
        rule = mapped.rules.get(key)
        offer = mapped.offers.get(rule.offer_id) if rule else None
        sells = offer is not None and offer.state == "open" and bool(mapped.left.get(offer.id))
        differing = tuple(doubts(title, sku, offer, rule.packs)) if rule and offer else ()
        items.append(ItemOfFile(title, sku, orders, rule, offer, sells, differing))
    return sorted(items, key=lambda item: (item.rule is not None, -item.orders, *item[:2]))


def _drafted(
    call: Call, doc: Import, table: FileTable, at: int, columns: Mapping[str, list[int]]
) -> tuple[list[Draft], str]:
    """The orders of the rows below the headings at `at`, and what they were drafted from: they are
    those of the plan before if it was made from the same. Raises "too_large", "file_without_rows".
    """
    headings, group = table.rows[at][1], doc.group
    drafted_from = json.dumps([DRAFTING, table.id, headings, columns, group, str(call.now.date())])
    before = store.plan_of(doc) if table.id else None
    if before is not None and before.drafted_from == drafted_from:
        drafted = list(before.drafts)
    else:
        with deadline.standing_still():
            drafted = drafts(headings, table.rows[at + 1 :], columns, group, call.now)
    if len(drafted) > MOST_ROWS:
        raise too_large()
    if not drafted:
        raise Refusal("file_without_rows")
    return drafted, drafted_from


def _with_plan(work: UnitOfWork, item: ImportItem, doc: Import, plan: ImportPlan) -> Import:
    """The import with the plan in the place of the one before, committed with `work`."""
    plan_id = str(uuid.uuid4())
    store.save(doc.id, plan_id, plan)
    rows = sum(len(draft.rows) for draft in plan.drafts)
    after = doc.read(plan_id, rows, list(plan.preview))
    try:
        work.replace(item, ImportItem.of(after)).commit()
    except ConditionFailed:
        store.delete(doc.id, plan_id)  # nobody else knows of it
        raise
    if item.doc.plan:
        store.delete(doc.id, item.doc.plan)
    return after


def _chosen_offers(doc: Import, body: ReadImport) -> dict[str, Offer]:
    """Those that the body names. Raises "not_found" for what is no offer of the shop."""
    keys = [key_of("offer", choice.offer_id) for choice in body.items or ()]
    items = get_many(keys) if keys else {}
    own = [find.doc for find in of_kind(OfferItem, items, keys) if find.doc.shop_id == doc.shop_id]
    if len(own) < len(keys):
        raise not_found("offer")
    return {offer.id: offer for offer in own}


def _table(call: Call, doc: Import, body: ReadImport) -> FileTable:
    """The file's rows, read once; then the file itself is deleted."""
    table = store.table_of(doc.id)
    if table is None:
        if (call.now - doc.created_at).total_seconds() > KEPT_HOURS * HOUR:
            raise Refusal("file_gone", hours=KEPT_HOURS)
        table = _picked(sheets.sheets_of(store.file_of(doc)), body)
        store.save(doc.id, TABLE, table)
    elif body.sheets is not None:
        table = _picked(table.sheets, body)
        store.save(doc.id, TABLE, table)
    store.delete(doc.id, FILE)
    return table


def _picked(read_sheets: Sequence[Sheet], body: ReadImport) -> FileTable:
    """Raises "no_such_sheet", "sheets_differ", "sheets_hidden", "file_too_large"."""
    look = for_orders(body.columns or ())
    picked = pick(read_sheets, look, body.sheets)
    sheets.refuse_if_too_large(picked)
    rows, counted = together(picked, look, headings_again=True)
    several = tuple(counted) if len(counted) > 1 else ()
    return FileTable(id=str(uuid.uuid4()), rows=rows, sheets=several)


def _used_headings(
    headings: Sequence[str], columns: dict[str, list[int]]
) -> list[tuple[str, Field | None]]:
    used = {index: field for field, some in columns.items() for index in some}
    return [(find, used.get(at)) for at, find in enumerate(headings) if find]  # type: ignore[misc]


# --- looking --------------------------------------------------------------------------------------


def rows(
    call: Call, import_id: str, limit: int, cursor: str | None
) -> tuple[Import, list[Listed], str | None]:
    """What will become, or became, of each order; without its buyer once the file is gone."""
    doc = store.load(call.actor, import_id).doc
    after = read_cursor(cursor)
    start = int(after) if after is not None and after.isdigit() and len(after) < 7 else 0
    if doc.plan is None or start >= doc.total:
        return doc, [], None
    done = store.outcomes(doc.id, start, limit) if start < doc.done else []
    plan = store.plan_of(doc) if doc.state != "finished" else None
    outcomes = list(done)
    if plan is not None:
        outcomes += plan.preview[start + len(done) : start + limit]
    some = [
        (outcome, plan.drafts[at] if plan is not None else None)
        for at, outcome in enumerate(outcomes, start)
    ]
    rules = {rule.key: rule for rule in plan.rules} if plan is not None else {}
    listed = previews.listed(start, some, rules, plan.instead if plan is not None else {})
    end = start + len(listed)
    return doc, listed, cursor_after(str(end)) if listed and end < doc.total else None
