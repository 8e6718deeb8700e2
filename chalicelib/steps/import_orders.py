"""What becomes of the orders of a file, by what the store holds at this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

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
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.repositories import customers
from chalicelib.repositories.items import Item, Key
from chalicelib.repositories.once import fingerprint
from chalicelib.repositories.orders import imported_id
from chalicelib.repositories.reading import get_all, of_kind
from chalicelib.repositories.sealing import derived_id
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
    earlier_id: str | None = None
    """Of a number that counts within a group: where the release before kept its order."""


def order_id_of(doc: Import, number: str, group: str = "") -> str:
    """The same for the same order of the same platform, whichever file it comes in."""
    platform = doc.platform or "other"
    if group:
        return derived_id("imported order of a group", doc.shop_id, platform, number, group)
    return imported_id(doc.shop_id, platform, number)


def candidates(
    doc: Import, drafts: Sequence[Draft], rules: Mapping[str, ItemRule]
) -> list[Candidate | OrderOutcome]:
    """For each draft the order it could be, or why it cannot be one."""
    return [_candidate(doc, draft, rules) for draft in drafts]


def _candidate(
    doc: Import, draft: Draft, rules: Mapping[str, ItemRule]
) -> Candidate | OrderOutcome:
    lines = draft.reason or wanted(draft, rules)
    if isinstance(lines, RefusalReason):
        return _cannot(draft, lines)
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
        fingerprint=fingerprint(*fingerprinted(draft, lines)),
        earlier_id=order_id_of(doc, draft.number) if draft.group and draft.paid_at else None,
    )


def _cannot(draft: Draft, reason: RefusalReason) -> OrderOutcome:
    closed = reason.code in {"not_for_shipping", "unpaid", "refunded", "has_waybill"}
    return OrderOutcome(
        number=draft.number,
        rows=draft.rows,
        what="not_for_shipping" if closed else "cannot",
        reason=reason,
    )


class StoreSnapshot:
    """One look at the store, at all that some candidates concern.

    Packs are taken from what it saw as orders are decided, so that together they fit.
    """

    def __init__(
        self, doc: Import, some: Sequence[Candidate | OrderOutcome], slots: Mapping[str, int]
    ) -> None:
        """slots: of each offer, which never change."""
        self.doc = doc
        asked = [candidate for candidate in some if isinstance(candidate, Candidate)]
        offers = {line.offer_id for candidate in asked for line in candidate.lines}
        keys = [
            *(key_of("order", candidate.order_id) for candidate in asked),
            *(key_of("order", candidate.earlier_id) for candidate in asked if candidate.earlier_id),
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
        self.offers: dict[str, Offer] = {
            item.doc.id: item.doc
            for item in of_kind(
                OfferItem, self.items, [key_of("offer", offer_id) for offer_id in offers]
            )
            if item.doc.shop_id == doc.shop_id
        }
        self.left = {
            offer_id: stock.left_in(self.items, offer) for offer_id, offer in self.offers.items()
        }
        self._asked = [key_of("order", candidate.order_id) for candidate in asked]

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

    def decide(self, candidate: Candidate) -> OrderOutcome | list[dict[int, int]]:
        """From which slots each line is taken; or what there is, or why it cannot be."""
        there = self.items.get(key_of("order", candidate.order_id))
        if isinstance(there, OrderItem):
            return _already(candidate, there)
        if (before := self._of_release_before(candidate)) is not None:
            return _already(candidate, before)
        try:
            return self._take(candidate)
        except Refusal as refusal:
            if isinstance(
                there := self._orders_now.get(key_of("order", candidate.order_id)), OrderItem
            ):
                return _already(candidate, there)
            facts = {k: v for k, v in refusal.facts.items() if isinstance(v, str | int)}
            return _cannot(candidate.draft, RefusalReason(code=refusal.code, facts=facts))

    def _of_release_before(self, candidate: Candidate) -> OrderItem | None:
        """It took such a number for the order's own: the same order if it was paid then, too."""
        there = (
            self.items.get(key_of("order", candidate.earlier_id)) if candidate.earlier_id else None
        )
        if not isinstance(there, OrderItem) or there.fingerprint != candidate.fingerprint:
            return None
        return there if there.doc.paid_at == candidate.draft.paid_at else None

    def _take(self, candidate: Candidate) -> list[dict[int, int]]:
        """An offer's hours are not asked: the platform sold it when it did."""
        for line in candidate.lines:
            offer = self.offers.get(line.offer_id)
            if offer is None:
                raise Refusal("offer_closed", title="")
            if offer.state == "closed":
                raise Refusal("offer_closed", title=offer.title, offer_id=offer.id)
            offer.refuse_if_held()
        left = {line.offer_id: [*self.left[line.offer_id]] for line in candidate.lines}
        taken = []
        for line in candidate.lines:
            chosen = stock.choose(left[line.offer_id], line.packs)
            if chosen is None:
                offer = self.offers[line.offer_id]
                there = sum(self.left[line.offer_id])
                raise Refusal("out_of_stock", title=offer.title, packs_left=there)
            for slot, packs in chosen.items():
                left[line.offer_id][slot] -= packs
            taken.append(chosen)
        self.left |= left
        return taken

    def order(self, call: Call, candidate: Candidate, taken: list[dict[int, int]]) -> Order:
        assert candidate.draft.buyer is not None
        customer_id = self.who(candidate)
        known = self.customer(customer_id)
        line_sums = line_sums_of(candidate.draft, candidate.lines, self.offers)
        order = order_of(
            self.doc,
            candidate.draft,
            lines_of(candidate.lines, line_sums, self.offers, taken),
            line_sums,
            order_id=candidate.order_id,
            customer_id=customer_id,
            buyer=customers.seal_buyer(candidate.draft.buyer, candidate.order_id),
            after_erasures=known.doc.buying if known else 0,
            by=call.actor.id,
            now=call.now,
        )
        first = order.lines[0]
        offer = self.offers[first.offer_id]
        return order.on_shards(next(iter(first.taken)), offer.office_shards)


def _already(candidate: Candidate, there: OrderItem) -> OrderOutcome:
    """Nothing is ever done to an order that is there; what differs is said."""
    doc = there.doc
    common = {"number": candidate.draft.number, "rows": candidate.draft.rows, "order_id": doc.id}
    if there.fingerprint == candidate.fingerprint:
        return OrderOutcome(what="already", **common)
    goods = sorted((line.offer_id, line.packs) for line in doc.lines)
    if goods != sorted((line.offer_id, line.packs) for line in candidate.lines):
        what = "lines"
    else:
        what = "total" if doc.total_fen != candidate.draft.total_fen else "buyer"
    reason = RefusalReason(code="different", facts={"what": what, "number": doc.number})
    return OrderOutcome(what="different", reason=reason, **common)


def slots_of(rules: Mapping[str, ItemRule]) -> dict[str, int]:
    """Of every offer that the rules name, over how many slots its stock is spread."""
    keys = [key_of("offer", offer_id) for offer_id in {rule.offer_id for rule in rules.values()}]
    return {item.doc.id: item.doc.slots for item in of_kind(OfferItem, get_all(keys), keys)}
