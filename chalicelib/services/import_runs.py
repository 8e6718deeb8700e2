"""Working off an import: in chunks of bounded time that may be killed and repeated at any point.

How far an import is stands in the same transaction as the orders it made, so nothing is done twice
and nothing is left out, however many run it at once.
"""

import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.imports import KEPT_HOURS, Import, OrderOutcome
from chalicelib.domain.orders import Buyer, Order
from chalicelib.repositories import imports as files
from chalicelib.repositories import store
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.imports import (
    FILE,
    MOST_TOGETHER,
    REFUSED,
    TABLE,
    ImportPlan,
    RefusedRows,
)
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.tables import ImportItem, OrderItem
from chalicelib.repositories.transaction import MOST_WRITES, RACES, UnitOfWork, retrying
from chalicelib.steps import purchases, search, stock
from chalicelib.steps.once import Prepared, answer_once

from ..steps.import_orders import Candidate, StoreSnapshot, Unmade, candidates, fingerprint_of
from ..steps.mapped_offers import offers_named

RUSH = "too many buyers at this moment"
CHUNK_SECONDS = 5.0
"""Of work in one request; a gateway waits 29 s."""
MOST_MADE = 20
"""Orders looked at together while orders are being made: about 90 of a transaction's 100 writes."""


@retrying
def run(call: Call, import_id: str) -> Import:
    """Do what can be done in CHUNK_SECONDS, and say how far it is.

    Raises "not_allowed_now" before the file was read, "file_gone" after KEPT_HOURS.
    """
    once = IdempotentRequest(call, "run", import_id)
    return answer_once(once, Import, lambda: _run(call, import_id), today=files.without_erased)


def _run(call: Call, import_id: str) -> Prepared[Import]:
    """How far it is, with nothing more to write: its orders are committed."""
    doc = _worked_off(call, files.load(call.actor, import_id))
    if doc.state == "finished":
        _tidy(doc)
    return UnitOfWork(call), doc


def _worked_off(call: Call, item: ImportItem) -> Import:
    until = time.monotonic() + CHUNK_SECONDS
    if item.doc.state == "finished":
        return item.doc
    plan = files.plan_of(item.doc)
    if plan is None and item.doc.plan is not None:
        now = files.load(call.actor, item.doc.id).doc
        if now.state == "finished":
            return now
        if now.plan != item.doc.plan:  # read again since
            raise ConditionFailed([0])
        raise Refusal("file_gone", hours=KEPT_HOURS)
    if item.doc.state != "running":
        UnitOfWork(call).replace(item, ImportItem.of(item.doc.started())).commit()
        item = files.load(call.actor, item.doc.id)
    assert plan is not None  # there was one, or it could not have been started
    rules = {rule.key: rule for rule in plan.rules}
    slots = {offer.id: offer.slots for offer in offers_named(plan.rules).values()}
    until = time.monotonic() + CHUNK_SECONDS
    size, tries = MOST_MADE, store.Tries(RUSH, RACES)
    worked = False
    while item.doc.state == "running" and not (worked and time.monotonic() >= until):
        worked = True
        drafts = plan.drafts[item.doc.done : item.doc.done + size]
        batch = _Batch(call, item, candidates(item.doc, drafts, rules), slots, plan.stand_ins)
        try:
            item = batch.commit()
        except ConditionFailed as error:
            if 0 in error.failed:  # somebody else works on it, or we did and were not told
                return files.load(call.actor, item.doc.id).doc
            tries.pause(error)
            size = 1
        else:
            size = MOST_MADE if batch.orders else MOST_TOGETHER
            tries = store.Tries(RUSH, RACES)
    return item.doc


ITS_OWN = 4
"""Writes of an imported order: itself, what it is found by, its customer, and their link."""
OF_A_STOP = 2
STOPPED = "平台的文件说不用发、已发过或要先看"
"""Why, in the journal."""


@dataclass
class _Batch:
    """Some orders of an import, to be made in one transaction."""

    call: Call
    item: ImportItem
    some: list[Candidate | Unmade]
    slots: dict[str, int]
    stand_ins: dict[str, tuple[str, ...]]
    outcomes: list[OrderOutcome] = field(default_factory=list)
    orders: list[tuple[Candidate, Order, str]] = field(default_factory=list)
    """Each with its fingerprint."""
    stops: dict[str, tuple[OrderItem, Order]] = field(default_factory=dict)
    """Orders that are here and wait, as they are and as they then are."""

    def commit(self) -> ImportItem:
        """The import as it then is. Raises ConditionFailed; position 0 is the import itself."""
        look = StoreSnapshot(self.item.doc, self.some, self.slots, self.stand_ins)
        for entry in self.some:
            if not self._fits(look, entry):
                break
            self._decide(look, entry)
        after = ImportItem.of(self.item.doc.advanced(self.outcomes, self.call.now))
        work = UnitOfWork(self.call).replace(self.item, after)
        start = self.item.doc.done
        work.create(files.outcomes_item(self.item.doc.id, start, self.outcomes))
        taken: defaultdict[tuple[str, int], int] = defaultdict(int)
        bought: defaultdict[str, list[tuple[Order, Buyer]]] = defaultdict(list)
        for candidate, order, fingerprint in self.orders:
            assert candidate.draft.buyer is not None
            work.create(OrderItem.of(order, fingerprint=fingerprint))
            search.remember(work, order, candidate.draft.buyer)
            bought[order.customer_id].append((order, candidate.draft.buyer))
            for line in order.lines:
                for slot, packs in line.taken.items():
                    taken[line.offer_id, slot] += packs
        for there, stopped in self.stops.values():
            work.replace(there, OrderItem.of(stopped), STOPPED, note=True)
        for (offer_id, slot), packs in taken.items():
            work.add(stock.take(look.offers[offer_id], slot, packs))
        for customer_id, some in bought.items():
            purchases.count(work, look.customer(customer_id), some)
        work.commit()
        after.version = self.item.version + 1
        return after

    def _fits(self, look: StoreSnapshot, entry: Candidate | Unmade) -> bool:
        """Whether a transaction holds one more: itself, what it is found by, its customer and link,
        and its slots; of an order that is here, itself and its journal."""
        if not self.orders and not self.stops:
            return True
        lines = [line for _, order, _ in self.orders for line in order.lines]
        slots = {(line.offer_id, slot) for line in lines for slot in line.taken}
        used = ITS_OWN * len(self.orders) + OF_A_STOP * len(self.stops) + len(slots)
        if isinstance(entry, Unmade):
            more = OF_A_STOP if look.order_here(entry.order_id) else 0
        else:
            more = ITS_OWN + sum(min(line.packs, look.slots_for(line)) for line in entry.lines)
        return 4 + used + more <= MOST_WRITES

    def _decide(self, look: StoreSnapshot, candidate: Candidate | Unmade) -> None:
        decided = look.decide(candidate)
        if not isinstance(decided, OrderOutcome):
            assert isinstance(candidate, Candidate)
            order = look.order(self.call, candidate, decided)
            made_of = fingerprint_of(candidate.draft, [line for line, _ in decided])
            self.orders.append((candidate, order, made_of))
            decided = OrderOutcome(
                number=candidate.draft.number,
                rows=candidate.draft.rows,
                what="created",
                order_id=order.id,
            )
        elif stop := look.to_stop(decided, self.call.now):
            there, _ = stop
            self.stops[there.doc.id] = stop
        self.outcomes.append(decided)


# --- the end --------------------------------------------------------------------------------------


def _tidy(doc: Import) -> None:
    """Keep the rows that were refused, for KEPT_HOURS; everything else of the file is deleted."""
    table = files.table_of(doc.id)
    plan = files.plan_of(doc)
    if table is not None and plan is not None:
        with suppress(Refusal):  # emptied meanwhile: nothing of it is kept
            files.save(doc.id, REFUSED, _refused(doc, plan, table.rows))
    files.delete(doc.id, FILE, TABLE, *([doc.plan] if doc.plan else []))


def _refused(doc: Import, plan: ImportPlan, rows: list[tuple[int, list[str]]]) -> RefusedRows:
    cells = dict(rows)
    kept: list[tuple[list[str], OrderOutcome]] = []
    for outcome in files.outcomes(doc.id, 0, doc.total):
        if outcome.what in {"cannot", "different", "not_for_shipping"}:
            kept += [(cells[at], outcome) for at in outcome.rows]
    return RefusedRows(headings=plan.headings, rows=kept)


def refused(call: Call, import_id: str) -> RefusedRows:
    """The rows that became no order, each with its reason, of an import that is finished.

    Raises "not_allowed_now" before, "file_gone" after KEPT_HOURS.
    """
    doc = files.load(call.actor, import_id).doc
    if doc.state != "finished":
        raise Refusal(
            "not_allowed_now", subject="import", state=doc.state, wanted="finished", allowed=[]
        )
    table = files.refused_of(doc.id)
    if table is None:
        _tidy(doc)  # whoever finished it was killed before
        table = files.refused_of(doc.id)
    if table is None:
        raise Refusal("file_gone", hours=KEPT_HOURS)
    return table
