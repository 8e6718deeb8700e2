"""What becomes of the orders of a file, by what the store holds at this moment."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.import_drafts import (
    Draft,
    ItemRule,
    RefusalReason,
    Wanted,
    fingerprinted,
    wanted,
)
from chalicelib.domain.imports import Import, OrderOutcome, line_sums_of, lines_of, order_of
from chalicelib.domain.mapped_goods import goods_of, told_goods
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.domain.orders_here import (
    LESS,
    Facts,
    as_text,
    facts_of,
    names_its_order,
    outcome_here,
)
from chalicelib.domain.placing import as_imported
from chalicelib.domain.rows import DraftRefused
from chalicelib.domain.stops import Stop
from chalicelib.repositories import customers
from chalicelib.repositories.items import Item, Key
from chalicelib.repositories.once import fingerprint
from chalicelib.repositories.orders import imported_id
from chalicelib.repositories.reading import get_all, of_kind
from chalicelib.repositories.sealing import derived_id, keyed_hash
from chalicelib.repositories.tables import CustomerItem, OfferItem, OrderItem, key_of
from chalicelib.steps import stock


@dataclass(frozen=True)
class Candidate:
    """An order of the file whose lines are known, under the id it has or will have here."""

    draft: Draft
    lines: list[Wanted]
    order_id: str
    customer_id: str
    former_keys: list[Key]
    fingerprint: str
    goods: tuple[tuple[str, int], ...]
    """Of each line the mark of its goods, see `mark_of`, and how many pieces of them."""
    earlier_id: str | None = None
    """Of a number that counts within a group: where the release before kept its order."""


@dataclass(frozen=True)
class Unmade:
    """Rows of which no order can be made, and the id under which theirs would be here."""

    draft: Draft
    reason: RefusalReason
    order_id: str | None


def order_id_of(doc: Import, number: str, group: str = "") -> str:
    """The same for the same order of the same platform, whichever file it comes in."""
    platform = doc.platform or "other"
    if group:
        return derived_id("imported order of a group", doc.shop_id, platform, number, group)
    return imported_id(doc.shop_id, platform, number)


def candidates(
    doc: Import, drafts: Sequence[Draft], rules: Mapping[str, ItemRule]
) -> list[Candidate | Unmade]:
    """For each draft the order it could be, or why it cannot be one."""
    kinds = {(line.item, line.sku): line for draft in drafts for line in draft.lines}
    platform = doc.source or "other"
    marks = {kind: mark_of(doc.shop_id, platform, line.key) for kind, line in kinds.items()}
    return [_candidate(doc, draft, rules, marks) for draft in drafts]


def _candidate(
    doc: Import,
    draft: Draft,
    rules: Mapping[str, ItemRule],
    marks: Mapping[tuple[str, str], str],
) -> Candidate | Unmade:
    lines = draft.reason or wanted(draft, rules)
    if isinstance(lines, RefusalReason):
        named = names_its_order(draft)
        return Unmade(draft, lines, order_id_of(doc, draft.number, draft.group) if named else None)
    assert draft.buyer is not None
    customer_id = customers.id_at_platform(
        doc.shop_id, doc.platform or "other", draft.buyer, draft.nick, draft.reference
    )
    by_phone = customer_id == customers.id_of(doc.shop_id, draft.buyer)
    return Candidate(
        draft=draft,
        lines=lines,
        order_id=order_id_of(doc, draft.number, draft.group),
        customer_id=customer_id,
        former_keys=customers.former_keys(doc.shop_id, draft.buyer) if by_phone else [],
        fingerprint=fingerprint_of(draft, lines),
        goods=tuple((marks[line.item, line.sku], line.quantity) for line in draft.lines),
        earlier_id=order_id_of(doc, draft.number) if draft.group and draft.paid_at else None,
    )


def mark_of(shop_id: str, platform: str, item_key: str) -> str:
    """What a platform calls some goods, as the orders keep it that were made of them."""
    return keyed_hash("platform goods", shop_id, platform, item_key).hex()[:16]


def fingerprint_of(draft: Draft, lines: Sequence[Wanted]) -> str:
    return fingerprint(*fingerprinted(draft, lines))


def _mark(order_id: str, facts: Facts) -> str:
    """What a file says of an order, known again and not kept: anybody may have written it."""
    return keyed_hash("said of an order", order_id, as_text(facts)).hex()[:16]


def _against(draft: Draft, reason: RefusalReason, order: Order) -> OrderOutcome:
    facts = facts_of(draft, reason)
    return outcome_here(draft, reason, order, facts, _mark(order.id, facts))


def _cannot(draft: Draft, reason: RefusalReason) -> OrderOutcome:
    closed = reason.code in {"not_for_shipping", "unpaid", "refunded", "has_waybill"}
    return OrderOutcome(
        number=draft.number,
        rows=draft.rows,
        what="not_for_shipping" if closed else "cannot",
        reason=reason,
    )


class LineTaken(NamedTuple):
    """A line from the offer that has its packs, and how many of them from each slot."""

    line: Wanted
    slots: dict[int, int]


class StoreSnapshot:
    """One look at the store, at all that some candidates concern.

    Packs are taken from what it saw as orders are decided, so that together they fit.
    """

    def __init__(
        self,
        doc: Import,
        some: Sequence[Candidate | Unmade],
        slots: Mapping[str, int],
        stand_ins: Mapping[str, Sequence[str]],
    ) -> None:
        """slots: of each offer, which never change. stand_ins: by an offer's id, those of the same
        goods; they are looked at only if some offer cannot give all that is wanted."""
        self.doc = doc
        self.stand_ins = stand_ins
        asked = [candidate for candidate in some if isinstance(candidate, Candidate)]
        unmade = [entry.order_id for entry in some if isinstance(entry, Unmade) and entry.order_id]
        offers = {line.offer_id for candidate in asked for line in candidate.lines}
        keys = [
            *(key_of("order", candidate.order_id) for candidate in asked),
            *(key_of("order", candidate.earlier_id) for candidate in asked if candidate.earlier_id),
            *(key_of("order", order_id) for order_id in unmade),
            *(key_of("customer", candidate.customer_id) for candidate in asked),
            *(key for candidate in asked for key in candidate.former_keys),
            *(key_of("offer", offer_id) for offer_id in offers),
            *(
                key
                for offer_id in offers
                for key in stock.keys_of(offer_id, slots.get(offer_id, 0))
            ),
        ]
        self.items = get_all(keys)
        self.offers: dict[str, Offer] = {}
        self.left: dict[str, list[int]] = {}
        self._see(offers)
        self._asked = [key_of("order", candidate.order_id) for candidate in asked]
        needed: Counter[str] = Counter()
        for candidate in asked:
            if key_of("order", candidate.order_id) not in self.items:
                for line in candidate.lines:
                    needed[line.offer_id] += line.packs
        if not all(self._gives(offer_id, packs) for offer_id, packs in needed.items()):
            self._see_stand_ins(needed)

    def _see(self, offer_ids: Iterable[str]) -> None:
        """Offers of the shop, of those that were read, with what is left of them."""
        keys = [key_of("offer", offer_id) for offer_id in offer_ids]
        for item in of_kind(OfferItem, self.items, keys):
            if item.doc.shop_id == self.doc.shop_id:
                self.offers[item.doc.id] = item.doc
                self.left[item.doc.id] = stock.left_in(self.items, item.doc)

    def slots_for(self, line: Wanted) -> int:
        """From how many slots it may be taken at most, of whichever offer it will be."""
        offers = (line.offer_id, *self.stand_ins.get(line.offer_id, ()))
        return max((self.offers[id].slots for id in offers if id in self.offers), default=1)

    def _gives(self, offer_id: str, packs: int) -> bool:
        offer = self.offers.get(offer_id)
        sells = offer is not None and offer.state == "open" and not offer.held_batch_ids
        return sells and sum(self.left[offer_id]) >= packs

    def _see_stand_ins(self, needed: Iterable[str]) -> None:
        """Of all that are needed, as one that stands in may then be short itself."""
        others = {other for offer_id in needed for other in self.stand_ins.get(offer_id, ())}
        keys = [key_of("offer", offer_id) for offer_id in others - self.offers.keys()]
        if keys:
            self.items |= get_all(keys)
            offers = of_kind(OfferItem, self.items, keys)
            self.items |= get_all(
                [key for item in offers for key in stock.keys_of(item.doc.id, item.doc.slots)]
            )
            self._see(others)

    @cached_property
    def _orders_now(self) -> Mapping[Key, Item]:
        """The orders after all else was read: who took the last packs may have been this very
        file, in another window."""
        return get_all(self._asked)

    def who(self, candidate: Candidate) -> str:
        """The id of its customer: one that an older release gave, if the person has no other."""
        if not candidate.former_keys:
            return candidate.customer_id
        assert candidate.draft.buyer is not None
        return customers.id_by_phone(self.items, self.doc.shop_id, candidate.draft.buyer)

    def customer(self, customer_id: str) -> CustomerItem | None:
        item = self.items.get(key_of("customer", customer_id))
        return item if isinstance(item, CustomerItem) else None

    def order_here(self, order_id: str | None) -> OrderItem | None:
        """The order that is here under the id; None where there is none, or no id."""
        there = self.items.get(key_of("order", order_id)) if order_id else None
        return there if isinstance(there, OrderItem) else None

    def decide(self, candidate: Candidate | Unmade) -> OrderOutcome | list[LineTaken]:
        """From which slots of which offer each line is taken; or what there is, or why it cannot
        be."""
        if isinstance(candidate, Unmade):
            return self._unmade(candidate)
        if (order := self.order_here(candidate.order_id)) is not None:
            return self._already(candidate, order)
        if (before := self._of_release_before(candidate)) is not None:
            return self._already(candidate, before)
        try:
            return self._take(candidate)
        except (Refusal, DraftRefused) as refusal:
            if isinstance(
                there := self._orders_now.get(key_of("order", candidate.order_id)), OrderItem
            ):
                return self._already(candidate, there)
            facts = {k: v for k, v in refusal.facts.items() if isinstance(v, str | int)}
            return _cannot(candidate.draft, RefusalReason(code=refusal.code, facts=facts))

    def _unmade(self, unmade: Unmade) -> OrderOutcome:
        there = self.order_here(unmade.order_id)
        if there is None:
            return _cannot(unmade.draft, unmade.reason)
        return _against(unmade.draft, unmade.reason, there.doc)

    def to_stop(self, outcome: OrderOutcome, now: datetime) -> tuple[OrderItem, Order] | None:
        """The order that the outcome stops, as it is and as it then is; None where it is stopped
        for the same already."""
        there = self.order_here(outcome.order_id) if outcome.stops else None
        if there is None or outcome.reason is None:
            return None
        says = _mark(there.doc.id, outcome.reason.facts)
        if there.doc.stop is not None and there.doc.stop.says == says:
            return None
        stop = Stop(import_id=self.doc.id, says=says, at=now)
        return there, there.doc.model_copy(update={"stop": stop})

    def _of_release_before(self, candidate: Candidate) -> OrderItem | None:
        """It took such a number for the order's own: the same order if it was paid then, too."""
        there = self.order_here(candidate.earlier_id)
        if there is None or not self._is_same(candidate, there):
            return None
        return there if there.doc.paid_at == candidate.draft.paid_at else None

    def _take(self, candidate: Candidate) -> list[LineTaken]:
        """An offer's hours are not asked: the platform sold it when it did."""
        left: dict[str, list[int]] = {}
        taken = [self._take_line(line, left) for line in candidate.lines]
        self.left |= left
        return taken

    def _take_line(self, line: Wanted, left: dict[str, list[int]]) -> LineTaken:
        """From the offer it is mapped to, or else one of the same goods that has enough.

        left: of the offers that this order takes from, as they then are. Raises what the first of
        them refuses.
        """
        first: Refusal | DraftRefused | None = None
        for offer_id in (line.offer_id, *self.stand_ins.get(line.offer_id, ())):
            try:
                offer = self._selling(offer_id)
                slots = left.setdefault(offer_id, [*self.left[offer_id]])
                chosen = stock.choose(slots, line.packs)
                if chosen is None:
                    raise Refusal("out_of_stock", title=offer.title, packs_left=sum(slots))
            except (Refusal, DraftRefused) as refusal:
                first = first or refusal
                continue
            for slot, packs in chosen.items():
                slots[slot] -= packs
            return LineTaken(line._replace(offer_id=offer_id), chosen)
        assert first is not None
        raise first

    def _selling(self, offer_id: str) -> Offer:
        """Raises "offer_closed", "no_open_offer", "batch_held"."""
        offer = self.offers.get(offer_id)
        if offer is None:
            raise Refusal("offer_closed", title="")
        if offer.state == "closed":
            raise DraftRefused("no_open_offer", **told_goods(offer))
        offer.refuse_if_held()
        return offer

    def order(self, call: Call, candidate: Candidate, taken: Sequence[LineTaken]) -> Order:
        assert candidate.draft.buyer is not None
        customer_id = self.who(candidate)
        known = self.customer(customer_id)
        lines = [line for line, _ in taken]
        line_sums = line_sums_of(candidate.draft, lines, self.offers)
        order = order_of(
            self.doc,
            candidate.draft,
            lines_of(lines, line_sums, self.offers, [slots for _, slots in taken]),
            line_sums,
            order_id=candidate.order_id,
            customer_id=customer_id,
            buyer=customers.seal_buyer(candidate.draft.buyer, candidate.order_id),
            after_erasures=known.doc.buying if known else 0,
            platform_goods=candidate.goods,
            by=call.actor.id,
            now=call.now,
        )
        first = order.lines[0]
        offer = self.offers[first.offer_id]
        return order.on_shards(next(iter(first.taken)), offer.office_shards)

    def _already(self, candidate: Candidate, there: OrderItem) -> OrderOutcome:
        """Nothing of an order that is there is changed; what differs is said."""
        doc = there.doc
        draft = candidate.draft
        common = {"number": draft.number, "rows": draft.rows, "order_id": doc.id}
        if self._is_same(candidate, there):
            return OrderOutcome(what="already", **common)
        lines = self._as_sold(candidate, doc)
        if sorted(as_imported(doc)) != sorted((line.offer_id, line.packs) for line in lines):
            if doc.waits and draft.total_fen < doc.total_fen:
                return _against(draft, LESS, doc)
            what = "lines"
        else:
            what = "total" if doc.total_fen != draft.total_fen else "buyer"
        reason = RefusalReason(code="different", facts={"what": what, "number": doc.number})
        return OrderOutcome(what="different", reason=reason, **common)

    def _is_same(self, candidate: Candidate, there: OrderItem) -> bool:
        """Whether it was made of what is wanted now, from whichever offer of these goods."""
        if there.fingerprint == candidate.fingerprint:
            return True
        as_sold = self._as_sold(candidate, there.doc)
        return there.fingerprint == fingerprint_of(candidate.draft, as_sold)

    def _as_sold(self, candidate: Candidate, order: Order) -> list[Wanted]:
        """The lines from the offers that the order was made of, where it has the same goods: since
        then the offer may have ended, and another have come in its place."""
        lines = candidate.lines
        if len(lines) != len(order.lines) or order.platform_goods not in {(), candidate.goods}:
            return lines
        sold = zip(lines, order.lines, as_imported(order), strict=True)
        return [
            line._replace(offer_id=offer_id, packs=packs)
            if (offer := self.offers.get(line.offer_id)) is not None
            and goods_of(offer) == (now.product_id, now.pack_quantity)
            and line.packs == now.packs
            else line
            for line, now, (offer_id, packs) in sold
        ]
