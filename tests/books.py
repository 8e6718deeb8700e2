"""The books: what must hold over the whole table whenever nobody is writing.

    Books.read().check()
    make books FROM=a backup, or the folder of a DynamoDB export

After a race, a crash or a fault every rule is checked again, on every item, so that a test need
not guess where a half-written thing would show.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from chalicelib.config import CommandRefused
from chalicelib.domain.batches import UNSELLABLE
from chalicelib.domain.lifecycle import CYCLES
from chalicelib.domain.orders import Order
from chalicelib.domain.patterns import COUNTED
from chalicelib.domain.refunds import Refund
from chalicelib.repositories.items import Item
from chalicelib.repositories.offers import aside_in
from chalicelib.repositories.patterns import pattern_of
from chalicelib.repositories.tables import (
    AllocationItem,
    BatchComplaintItem,
    BatchItem,
    BatchOfferItem,
    ChangeItem,
    ChargeItem,
    ComplaintItem,
    CouponItem,
    CustomerItem,
    CustomerOrderItem,
    FindItem,
    InspectionItem,
    OfferItem,
    OrderItem,
    PackingRunItem,
    ParcelItem,
    RefundItem,
    ReturnItem,
    StockItem,
    TakenItem,
    UnpaidItem,
    WaitingRefundItem,
    item_of,
    key_of,
    pattern_key,
    stock_key,
    taken_key,
)
from chalicelib.steps import stock
from infra.audit import items_of
from tests.world import raw_items

Kind = TypeVar("Kind", bound=Item)

BIRTH: dict[str, str | None] = {
    "import": "waiting",
    "batch": "registered",
    "offer": "open",
    "order": "pending_payment",
    "parcel": "packed",
    "complaint": "open",
    "proposal": "open",
    "return": "awaited",
    "coupon": "unused",
    "notice": "notified",
    "charge": "started",
    "refund": "requested",
    "book_month": "open",
}
GIVEN_BACK = frozenset({"cancelled", "expired"})
"""Orders that hold no packs."""
RANK = {"packed": 0, "shipped": 1, "delivered": 2, "returned": 2, "voided": 2}


class Books:
    """Every item of the table, by key and by kind."""

    def __init__(self, raws: Iterable[dict[str, Any]]) -> None:
        """raws: as the store has them. Kinds of a later release are left out."""
        self.items = {item.key: item for raw in raws if (item := item_of(raw)) is not None}

    @classmethod
    def read(cls) -> "Books":
        return cls(raw_items())

    def all(self, kind: type[Kind]) -> list[Kind]:
        return [item for item in self.items.values() if isinstance(item, kind)]

    def get(self, kind: type[Kind], key: tuple[str, str]) -> Kind | None:
        item = self.items.get(key)
        return item if isinstance(item, kind) else None

    def check(self) -> None:
        """Raises AssertionError with everything that does not add up."""
        wrong = [
            f"{rule.__name__.lstrip('_')}: {what}"
            for rule in (
                self._journal,
                self._indexes,
                self._stock,
                self._limits,
                self._unpaid,
                self._set_aside,
                self._holds,
                self._passports,
                self._payments,
                self._coupons,
                self._customers,
                self._refunds,
                self._charges,
                self._parcels,
                self._runs,
                self._allocations,
                self._complaints,
                self._patterns,
                self._replacements,
                self._returns,
                self._marks,
            )
            for what in rule()
        ]
        assert not wrong, "\n".join(wrong)

    # --- what each order holds ----------------------------------------------------------------

    @property
    def orders(self) -> list[Order]:
        return [item.doc for item in self.all(OrderItem)]

    def sold(self, offer_id: str) -> int:
        """Packs of an offer in orders that hold them."""
        return sum(
            line.packs
            for order in self.orders
            if order.state not in GIVEN_BACK
            for line in order.lines
            if line.offer_id == offer_id
        )

    def left(self, offer_id: str) -> int:
        """Packs in the slots of an offer."""
        return sum(int(slot.left) for slot in self._slots(offer_id))

    def _slots(self, offer_id: str) -> list[StockItem]:
        offer = self.get(OfferItem, key_of("offer", offer_id))
        assert offer is not None
        return stock.slots_in(self.items, offer.doc)

    # --- the rules: each yields what does not add up ------------------------------------------

    def _journal(self) -> Iterator[str]:
        """One entry for each move, from birth to the present state, each move an allowed one; and
        for each word that somebody gave, or field that was edited, without moving it."""
        entries: defaultdict[str, list[ChangeItem]] = defaultdict(list)
        for entry in self.all(ChangeItem):
            entries[entry.pk].append(entry)
        for item in self.items.values():
            if item.CYCLE is None or (isinstance(item, RefundItem) and item.state is None):
                continue
            state, versions = BIRTH[item.CYCLE], [1]
            if isinstance(item, OrderItem):
                state = item.doc.birth
            if isinstance(item, RefundItem) and item.doc.money == "recorded":
                state = None  # as it was before it was sent
            for entry in sorted(entries.pop(item.journal_pk, []), key=lambda change: change.sk):
                says_something = entry.doc.why or entry.doc.edited
                if entry.doc.old == entry.doc.new == state and says_something:
                    versions.append(int(entry.sk.removeprefix("CHANGE#")))
                    continue
                allowed = CYCLES[item.CYCLE][state or "recorded"]
                if entry.doc.old != state or entry.doc.new not in allowed:
                    yield f"{item.pk} {entry.sk}: {entry.doc.old} -> {entry.doc.new} after {state}"
                state = entry.doc.new
                versions.append(int(entry.sk.removeprefix("CHANGE#")))
            if state != item.state:
                yield f"{item.pk}: told to be {state}, is {item.state}"
            if versions != sorted(set(versions)) or versions[-1] > int(item.version):
                yield f"{item.pk}: entries at versions {versions} of {item.version}"
        things = [item for item in self.items.values() if not isinstance(item, ChangeItem)]
        subjects = {pk for item in things for pk in (item.pk, item.journal_pk)}
        yield from (f"entries without a subject: {pk}" for pk in entries.keys() - subjects)

    def _marks(self) -> Iterator[str]:
        """An order is found by its buyer as long as it knows the buyer, and no longer."""
        for item in self.all(FindItem):
            if not {item.scope, item.office} - {None}:
                continue
            order = self.get(OrderItem, key_of("order", item.sk.removeprefix("ORDER#")))
            if order is None or order.doc.buyer is None:
                yield f"{item.key}: found by a buyer whom its order does not know"

    def _indexes(self) -> Iterator[str]:
        """What stands beside a record for lists and conditions is what the record says."""
        for item in self.items.values():
            kind: Any = type(item)
            if not hasattr(item, "doc") or isinstance(item, ChangeItem):
                continue
            fresh = kind.of(item.doc)
            for name in ("key", "state", "scope", "scope_at", "office", "office_at"):
                if getattr(fresh, name) != getattr(item, name):
                    yield f"{item.key}: {name} is {getattr(item, name)!r}"

    def _stock(self) -> Iterator[str]:
        """Slot by slot: what is gone is what orders that hold packs took, no more, no less."""
        taken: Counter[tuple[str, str]] = Counter()
        for order in self.orders:
            for offer_id in {line.offer_id for line in order.lines}:
                lines = [line for line in order.lines if line.offer_id == offer_id]
                took = sum(n for line in lines for n in line.taken.values())
                if took != sum(line.packs for line in lines):
                    yield f"order {order.id} of {lines} took {took}"
                if order.state not in GIVEN_BACK:
                    for line in lines:
                        for slot, n in line.taken.items():
                            taken[stock_key(offer_id, slot)] += n
        for item in self.all(StockItem):
            if not 0 <= int(item.left) <= int(item.total):
                yield f"{item.pk}: {item.left} left of {item.total}"
            if int(item.total) - int(item.left) != taken.pop(item.key, 0):
                yield f"{item.pk}: {item.left} left of {item.total}, which is not what was sold"
        yield from (f"taken from no slot: {key}" for key in taken)
        for offer in self.all(OfferItem):
            slots = self._slots(offer.doc.id)
            total = sum(int(slot.total) for slot in slots)
            cut_short = any(slot.closed for slot in slots)
            if offer.state == "open" and not cut_short and total != offer.doc.packs_total:
                yield f"{offer.pk}: slots of {total} for {offer.doc.packs_total} packs"
            if offer.state == "closed" and self.left(offer.doc.id):
                yield f"{offer.pk}: closed with packs left, which no batch has back"

    def _limits(self) -> Iterator[str]:
        """What counts against a customer's limit is what they hold, and within it."""
        held: Counter[tuple[str, str]] = Counter()
        for order in self.orders:
            for line in order.lines:
                if line.limited and order.state not in GIVEN_BACK:
                    for who in order.counts_against:
                        held[taken_key(line.offer_id, who)] += line.packs
        for item in self.all(TakenItem):
            offer = self.get(OfferItem, (item.pk, "OFFER"))
            assert offer is not None
            assert offer.doc.limit_per_customer is not None
            if int(item.packs) != held.pop(item.key, 0):
                yield f"{item.key}: counted {item.packs}"
            if int(item.packs) > offer.doc.limit_per_customer:
                yield f"{item.key}: {item.packs} of {offer.doc.limit_per_customer}"
        yield from (f"not counted: {key}" for key in held)

    def _unpaid(self) -> Iterator[str]:
        """What counts as unpaid is what orders that wait for their payment hold."""
        held: Counter[tuple[str, str]] = Counter()
        for order in self.orders:
            for unpaid in order.held:
                if order.state != "pending_payment":
                    yield f"order {order.id} is {order.state} and holds {unpaid.packs} unpaid"
                held[UnpaidItem.of(unpaid).key] += unpaid.packs
        for item in self.all(UnpaidItem):
            if int(item.packs) != held.pop(item.key, 0):
                yield f"{item.key}: counted {item.packs}"
        yield from (f"not counted as unpaid: {key}" for key in held)

    def _set_aside(self) -> Iterator[str]:
        """What left a batch is in parcels, or set aside by offers (sold, or still to sell)."""
        packed = Counter[str]()
        for order in self.orders:
            for line in order.lines:
                packed[line.offer_id] += line.packed if order.stands else 0
        kept = Counter[str]()
        for offer in (slot.doc for slot in self.all(OfferItem)):
            slots = self._slots(offer.id)
            waits = sum(int(slot.total) for slot in slots) - packed[offer.id]
            aside = aside_in(self.items, offer, stock.went_back(offer, slots))
            if len(offer.batch_ids) == 1:
                aside = {offer.batch_ids[0]: waits}
            if sum(aside.values()) != waits:
                yield f"offer {offer.id}: {aside} for {waits} packs"
            for batch_id, packs in aside.items():
                kept[batch_id] += packs * offer.pack_quantity
        for batch in self.all(BatchItem):
            available, in_parcels = batch.doc.available_quantity, int(batch.packed)
            lost = batch.doc.quantity - available - in_parcels - kept[batch.doc.id]
            if lost or min(available, in_parcels, kept[batch.doc.id]) < 0:
                yield f"{batch.pk}: {available} free, {in_parcels} in parcels, {lost} lost"

    def _holds(self) -> Iterator[str]:
        """An open offer knows which of its batches are held, and each batch knows its offers."""
        for offer in self.all(OfferItem):
            batches = {
                batch_id: self.get(BatchItem, key_of("batch", batch_id))
                for batch_id in offer.doc.batch_ids
            }
            held = {
                batch_id
                for batch_id, batch in batches.items()
                if batch and batch.state in UNSELLABLE
            }
            if offer.state == "open" and held != set(offer.doc.held_batch_ids):
                yield f"{offer.pk}: thinks {offer.doc.held_batch_ids} are held, not {held}"
            for batch_id in offer.doc.batch_ids:
                link = self.get(BatchOfferItem, (f"BATCH#{batch_id}", f"OFFER#{offer.doc.id}"))
                if offer.state == "open" and (link is None or link.expires_at):
                    yield f"batch {batch_id} does not know {offer.pk}"
        for link in self.all(BatchOfferItem):
            if self.get(OfferItem, key_of("offer", link.offer_id)) is None:
                yield f"{link.key} leads nowhere"

    def _passports(self) -> Iterator[str]:
        """A passport counts the inspections that stand for themselves."""
        counted = Counter(
            inspection.pk
            for inspection in self.all(InspectionItem)
            if not inspection.doc.supersedes
        )
        for batch in self.all(BatchItem):
            if batch.doc.passport.inspections_total != counted[batch.pk]:
                yield f"{batch.pk}: {batch.doc.passport.inspections_total}, not {counted[batch.pk]}"

    def _payments(self) -> Iterator[str]:
        """A paid order says how, and its customer leads to it; an unpaid one has neither."""
        linked = {(item.pk, item.order_id) for item in self.all(CustomerOrderItem)}
        for order in self.orders:
            link = (f"CUSTOMER#{order.customer_id}", order.id)
            if order.paid_at is None:
                whole = not order.paid_fen and link not in linked and not order.payment_reference
                whole = whole and order.state in {"pending_payment", *GIVEN_BACK}
            else:
                whole = order.paid_fen == order.total_fen and link in linked
                has_payment = bool(order.payment_method and order.payment_reference)
                whole = whole and has_payment == (order.replaces is None)
                whole = whole and order.state not in {"pending_payment", "expired"}
            if not whole:
                yield f"order {order.id} is half paid: {order.state}, {order.paid_fen}"

    def _coupons(self) -> Iterator[str]:
        """A used coupon is in exactly one order that was kept, which costs so much less."""
        used: Counter[tuple[str | None, str]] = Counter()
        for order in self.orders:
            if order.coupon is None:
                if order.discount_fen and order.replaces is None:
                    yield f"order {order.id}: {order.discount_fen} off for nothing"
                continue
            item = self.get(CouponItem, key_of("coupon", order.coupon))
            goods = sum(line.price_fen * line.packs for line in order.lines)
            if item is None or item.doc.customer_id != order.customer_id:
                yield f"order {order.id}: its coupon is {item}"
            elif order.discount_fen != item.doc.discount(goods):
                yield f"order {order.id}: {order.discount_fen} off {goods} by {item.doc}"
            if order.total_fen + order.discount_fen != goods or order.total_fen < 1:
                yield f"order {order.id}: {order.total_fen} for {goods}"
            if order.state not in GIVEN_BACK:
                used[order.coupon, order.id] += 1
        for coupon in self.all(CouponItem):
            named = (coupon.doc.code, coupon.doc.order_id or "")
            if coupon.doc.state == "used" and used.pop(named, 0) != 1:
                yield f"{coupon.pk}: used by {coupon.doc.order_id}, which does not say so"
        yield from (f"order {order_id}: {code} is not used by it" for code, order_id in used)

    def _customers(self) -> Iterator[str]:
        """A customer's counts are those of their complaints and of the orders they kept, but for
        what was before an erasure once they have bought again. Nobody who is known lost a buyer."""
        paid: Counter[tuple[str, int]] = Counter()
        spent: Counter[tuple[str, int]] = Counter()
        known = {item.doc.id: item.doc for item in self.all(CustomerItem)}
        part = {order.id: (order.customer_id, order.after_erasures) for order in self.orders}
        for order in self.orders:
            kept = order.paid_at is not None and order.state != "cancelled"
            if kept and order.replaces is None:
                paid[part[order.id]] += 1
                spent[part[order.id]] += order.paid_fen
                customer = known.get(order.customer_id)
                if customer is None or order.after_erasures > customer.counted:
                    yield f"order {order.id}: its customer is {customer}"
                    continue
                known_by_it = not customer.erased_at and order.after_erasures == customer.counted
                if known_by_it and order.buyer is None:
                    yield f"order {order.id} has lost its buyer"
        complained = Counter(part[complaint.doc.order_id] for complaint in self.all(ComplaintItem))
        for doc in known.values():
            recorded = (doc.paid_orders, doc.spent_fen, doc.complaints)
            now = doc.id, doc.counted
            counted = (paid[now], spent[now], complained[now])
            if recorded != counted:
                yield f"CUSTOMER#{doc.id}: {recorded}, found {counted}"

    def _charges(self) -> Iterator[str]:
        """What came through a provider paid its order, of which the refunds go back the same way;
        or goes back whole. An order that was not paid, or not by it, has nothing of it."""
        back: defaultdict[str, list[Refund]] = defaultdict(list)
        for refund in self.all(RefundItem):
            through = refund.doc.charge_id
            if through is not None:
                back[through].append(refund.doc)
            if (through is None) != (refund.doc.money == "recorded"):
                yield f"{refund.key}: {refund.doc.money} through {through}"
        charges = {item.doc.id: item.doc for item in self.all(ChargeItem)}
        orders = {order.id: order for order in self.orders}
        for charge in charges.values():
            order, refunds = orders[charge.order_id], back.pop(charge.id, [])
            if charge.id not in order.charges:
                yield f"charge {charge.id}: its order does not know it"
            pays = charge.state == "succeeded" and charge.outcome == "paid"
            if pays != (order.paid_by_charge == charge.id):
                yield f"charge {charge.id}: {charge.outcome}, but {order.paid_by_charge} paid"
            if pays and (charge.received_fen != order.paid_fen or not order.proved_paid):
                yield f"charge {charge.id}: {charge.received_fen} came, {order.paid_fen} paid"
            if charge.outcome == "returned":
                sums = [refund.amount_fen for refund in refunds if refund.beside]
                if sums != [charge.received_fen] or len(refunds) != 1:
                    yield f"charge {charge.id}: {charge.received_fen} came, {sums} goes back"
            if pays and any(refund.beside for refund in refunds):
                yield f"charge {charge.id}: it paid, and something beside it goes back"
            if (charge.state == "succeeded") != bool(charge.received_fen):
                yield f"charge {charge.id}: {charge.state} with {charge.received_fen}"
            # of one that was paid by another, what comes goes back, and it is closed by and by
            if charge.state == "started" and order.state in GIVEN_BACK and order.paid_at is None:
                yield f"charge {charge.id}: open, though its order gave its packs back"
            if charge.state == "started" and charge.next_ask_at is None:
                yield f"charge {charge.id}: nobody asks what became of it"
        yield from (f"refunds of no charge: {charge_id}" for charge_id in back)
        for refund in self.all(RefundItem):
            waits = refund.doc.money == "requested"
            if waits and refund.doc.next_ask_at is None:
                yield f"{refund.key}: nobody asks what became of it"
            order = orders[refund.doc.order_id]
            listed = self.get(WaitingRefundItem, (refund.pk, f"WAITING#{refund.doc.id}"))
            place = f"REFUND#{refund.doc.waits}" if refund.doc.waits else None
            if (listed and listed.office) != place:
                yield f"{refund.key}: {refund.doc.waits}, listed as {listed and listed.office}"
            if not refund.doc.beside and refund.doc.charge_id != order.paid_by_charge:
                yield f"{refund.key}: of another payment than {order.paid_by_charge}"

    def _refunds(self) -> Iterator[str]:
        """The ledger's sum is the order's counter and at most what was paid; so for complaints."""
        ledger, named = Counter[str](), Counter[str | None]()
        for refund in self.all(RefundItem):
            if refund.doc.beside:
                continue
            ledger[refund.doc.order_id] += refund.doc.amount_fen
            named[refund.doc.complaint_id] += refund.doc.amount_fen
        for order in self.all(OrderItem):
            recorded, summed = int(order.refunded_fen), ledger.pop(order.doc.id, 0)
            if recorded != summed or summed > order.doc.paid_fen:
                paid = order.doc.paid_fen
                yield f"{order.pk}: {recorded} told, {summed} in the ledger, {paid} paid"
            if order.state == "cancelled" and summed != order.doc.paid_fen:
                yield f"{order.pk}: cancelled, refunded {summed} of {order.doc.paid_fen}"
        yield from (f"refunds of no order: {order_id}" for order_id in ledger)
        for complaint in self.all(ComplaintItem):
            doc = complaint.doc
            if doc.refunded_fen != named[doc.id]:
                yield f"{complaint.pk}: {doc.refunded_fen} told, {named[doc.id]} in the ledger"
            if doc.state == "settled" and doc.refund_fen:
                key = (f"ORDER#{doc.order_id}", f"REFUND#{doc.refund_id}")
                entry = self.get(RefundItem, key)
                if entry is None or entry.doc.amount_fen != doc.refund_fen:
                    yield f"{complaint.pk}: its refund of {doc.refund_fen} is {entry}"

    def _parcels(self) -> Iterator[str]:
        """An order has exactly its parcels, without those that were taken back, packed what they
        hold, and follows the slowest."""
        taken_back = {code for run in self.all(PackingRunItem) for code in run.taken}
        by_order: defaultdict[str, list[ParcelItem]] = defaultdict(list)
        for parcel in self.all(ParcelItem):
            by_order[parcel.doc.order_id].append(parcel)
        for order in self.orders:
            every = by_order.pop(order.id, [])
            parcels = [parcel for parcel in every if parcel.doc.code not in taken_back]
            if sorted(order.parcels) != sorted(parcel.doc.code for parcel in parcels):
                yield f"order {order.id}: {order.parcels} are not its parcels"
            for parcel in every:
                if parcel.doc.code in taken_back and parcel.state != "voided":
                    yield f"{parcel.pk}: taken back, and {parcel.state}"
            for index, line in enumerate(order.lines):
                packed = sum(
                    allocation.packs
                    for parcel in parcels
                    for allocation in parcel.doc.allocations
                    if allocation.line == index
                )
                if packed != line.packed or packed > line.packs:
                    yield f"order {order.id} line {index}: {line.packed} told, {packed} packed"
            states = {str(parcel.state) for parcel in parcels}
            if order.state == "cancelled" and states - {"voided"}:
                yield f"order {order.id}: cancelled with {states}"
            if order.state in RANK and min(RANK[state] for state in states) != RANK[order.state]:
                yield f"order {order.id}: {order.state} with {states}"
        yield from (f"parcels of no order: {order_id}" for order_id in by_order)

    def _runs(self) -> Iterator[str]:
        """A run knows parcels of its shop, each once and none of another run's; what was taken back
        is of what it packed."""
        seen: set[str] = set()
        for run in self.all(PackingRunItem):
            codes, taken = list(run.codes), list(run.taken)
            if len({*codes}) < len(codes) or len({*taken}) < len(taken) or {*taken} - {*codes}:
                yield f"{run.pk}: packed {codes}, took back {taken}"
            for code in codes:
                parcel = self.get(ParcelItem, key_of("parcel", code))
                if parcel is None or parcel.doc.shop_id != run.doc.shop_id or code in seen:
                    yield f"{run.pk}: {code} is {parcel}"
            seen.update(codes)

    def _allocations(self) -> Iterator[str]:
        """A recall finds every parcel from each of its batches, which hold what they give."""
        wanted = {}
        for parcel in self.all(ParcelItem):
            for batch_id in parcel.doc.batch_ids:
                link = AllocationItem.of(parcel.doc, batch_id)
                wanted[link.key] = link.quantity
        links = {item.key: item.quantity for item in self.all(AllocationItem)}
        if links != wanted:
            yield f"{sorted(set(links.items()) ^ set(wanted.items()))}"
        inside: Counter[str] = Counter()
        boxes: Counter[str] = Counter()
        for parcel in self.all(ParcelItem):
            if parcel.state != "voided":
                boxes.update(f"BATCH#{batch_id}" for batch_id in parcel.doc.batch_ids)
                for allocation in parcel.doc.allocations:
                    inside[f"BATCH#{allocation.batch_id}"] += allocation.quantity
        for batch in self.all(BatchItem):
            if not int(batch.packed) == inside[batch.pk] <= batch.doc.quantity:
                yield f"{batch.pk}: {batch.packed} told to be in parcels, {inside[batch.pk]} are"
            if int(batch.packed_parcels) != boxes[batch.pk]:
                yield f"{batch.pk}: {batch.packed_parcels} parcels told, {boxes[batch.pk]} are"

    def _complaints(self) -> Iterator[str]:
        """A parcel shows its one open complaint and remembers all of them."""
        by_parcel: defaultdict[str, list[ComplaintItem]] = defaultdict(list)
        for complaint in self.all(ComplaintItem):
            by_parcel[complaint.doc.parcel_code].append(complaint)
        for parcel in self.all(ParcelItem):
            complaints = by_parcel.pop(parcel.doc.code, [])
            if sorted(parcel.doc.complaints) != sorted(
                complaint.doc.id for complaint in complaints
            ):
                yield f"{parcel.pk}: {parcel.doc.complaints} are not its complaints"
            is_open = [complaint.doc.id for complaint in complaints if complaint.doc.is_open]
            shown = [parcel.doc.complaint_id] if parcel.doc.complaint_id else []
            if is_open != shown:
                yield f"{parcel.pk}: shows {shown}, open are {is_open}"
        yield from (f"complaints of no parcel: {code}" for code in by_parcel)

    def _patterns(self) -> Iterator[str]:
        """Each batch leads to its complaints, the open ones also from its village; and its tally is
        of the parcels that a first counted complaint was about, of the buyer's own once there is
        any; of those only that do not wait, and none that was voided. It knows the addresses and
        the proved buyers that its parcels do."""
        parcels = {item.doc.code: item.doc for item in self.all(ParcelItem)}
        links = {link.key: link for link in self.all(BatchComplaintItem)}
        first: dict[tuple[str, str], str] = {}
        of_buyer: dict[tuple[str, str], str] = {}
        for item in sorted(self.all(ComplaintItem), key=lambda complaint: complaint.doc.created_at):
            doc = item.doc
            # one of before there were patterns names no villages, and has no links
            for batch_id, village_id in zip(doc.batch_ids, doc.village_ids, strict=False):
                fresh = BatchComplaintItem.of(doc, batch_id, village_id)
                link = links.pop(fresh.key, None)
                wanted = fresh.scope_at if doc.state == "open" else None
                if link is None or link.scope_at != wanted:
                    yield f"{item.pk}: its link to {batch_id} is {link}"
                parcel = parcels[doc.parcel_code]
                if parcel.state == "voided" or parcel.is_waiting:
                    continue
                own, about = of_buyer if doc.knows_better else first, (batch_id, doc.parcel_code)
                if own.get(about) not in COUNTED:
                    own[about] = doc.reason
        yield from (f"{key} leads nowhere" for key in links)
        told_last = (first | of_buyer).items()
        counted = Counter((batch_id, reason) for (batch_id, _), reason in told_last)
        for batch in self.all(BatchItem):
            pattern = pattern_of(batch, self.items.get(pattern_key(batch.doc.id)))
            tally = {reason: counted[batch.doc.id, reason] for reason in COUNTED}
            same = all(pattern.reasons.get(reason, 0) == n for reason, n in tally.items())
            if not same or pattern.complained != sum(tally.values()):
                yield f"{batch.pk}: {pattern} told, {tally} are"
            weighing = [
                parcel.counted_as
                for parcel in parcels.values()
                if parcel.counted_as is not None
                and parcel.counted_as.reason in COUNTED
                and batch.doc.id in {*parcel.batch_ids} - {*parcel.counted_as.repeats}
            ]
            places = [
                voice.places[batch.doc.id] for voice in weighing if batch.doc.id in voice.places
            ]
            recorded = pattern.placed, pattern.place_sum, pattern.place_squares, pattern.proved
            proved = sum(voice.proved for voice in weighing)
            if recorded != (len(places), sum(places), sum(n * n for n in places), proved):
                yield f"{batch.pk}: {pattern} told, of {places}, {proved} of them proved"

    def _replacements(self) -> Iterator[str]:
        """Every settlement by a replacement has exactly one order, of nothing, known to the order
        that was paid."""
        made: defaultdict[str, list[Order]] = defaultdict(list)
        for order in self.orders:
            if order.replaces is None:
                continue
            made[order.complaint_id or ""].append(order)
            paid = self.get(OrderItem, key_of("order", order.replaces))
            if paid is None or paid.doc.replaces or order.id not in paid.doc.replacements:
                yield f"order {order.id}: {order.replaces} does not know it"
            if order.total_fen or order.paid_fen:
                yield f"order {order.id}: a replacement of {order.total_fen}"
        for complaint in self.all(ComplaintItem):
            doc, orders = complaint.doc, made.pop(complaint.doc.id, [])
            if sorted(order.id for order in orders) != sorted(doc.replacements):
                yield f"{complaint.pk}: {doc.replacements} told, {orders} are"
            if doc.state == "settled" and doc.remedy == "replacement" and not orders:
                yield f"{complaint.pk}: settled by a replacement that there is not"
        yield from (f"replacements of no complaint: {complaint_id}" for complaint_id in made)

    def _returns(self) -> Iterator[str]:
        """A return is known to its complaint and parcel; what was received came back."""
        for item in self.all(ReturnItem):
            doc = item.doc
            complaint = self.get(ComplaintItem, key_of("complaint", doc.complaint_id))
            parcel = self.get(ParcelItem, key_of("parcel", doc.parcel_code))
            if complaint is None or complaint.doc.return_id is None or parcel is None:
                yield f"{item.pk}: {complaint} and {parcel} do not know it"
            elif item.state == "received" and parcel.state != "returned":
                yield f"{item.pk}: received, and its parcel is {parcel.state}"
            elif item.state == "awaited" and parcel.state == "returned":
                yield f"{item.pk}: awaited, and its parcel is here"


def main() -> None:
    """Check the books of a source of `infra.audit`; ends with 1 and what does not add up."""
    raws, until = items_of(Path(sys.argv[1]))
    books = Books(raws)
    books.check()
    print(f"{len(books.items)} items of {until:%Y-%m-%d %H:%M:%S} UTC add up.")


if __name__ == "__main__":
    try:
        main()
    except (CommandRefused, AssertionError) as error:
        sys.exit(f"shanhuo: {error}")
