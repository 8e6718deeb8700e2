"""Orders: placed without ever overselling, and read by those they concern."""

import uuid
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.config import settings
from chalicelib.domain import placing as rules
from chalicelib.domain import unpaid as unpaid_rules
from chalicelib.domain.access import Actor, Call, check_shop
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.journal import Change
from chalicelib.domain.lifecycle import ORDER
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Buyer, NewOrder, Order, OrderLine
from chalicelib.domain.stops import SendAnyway
from chalicelib.repositories import customers, recent, store
from chalicelib.repositories import offers as offer_store
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.journal import changes as journal
from chalicelib.repositories.once import fingerprint, refuse_another_request
from chalicelib.repositories.orders import cancel_reason_of, lists_of, load, load_of_shop, opened_by
from chalicelib.repositories.reading import ListPage, get, listing, of_kind
from chalicelib.repositories.sealing import derived_id
from chalicelib.repositories.tables import OfferItem, OrderItem, key_of, stock_key
from chalicelib.repositories.transaction import UnitOfWork, retrying
from chalicelib.steps import coupons, numbers, search, stock, unpaid
from chalicelib.steps.cancelling import refuse_unless_it_can_be_cancelled
from chalicelib.steps.coupons import Presented
from chalicelib.steps.unpaid import Holds

from ..repositories.items import Item, Key

SENT_ANYWAY = "看过平台的文件，照发"
"""Why, in the journal."""


def place(
    call: Call,
    body: NewOrder,
    address: str = "",
    *,
    by_link: bool = False,
    proved: bool = False,
    seen_fen: int | None = None,
) -> Order:
    """Take the packs, use the coupon and put the order, all or nothing.

    The order's id is derived from the caller and the Idempotency-Key, so the order itself
    remembers the request: a repeat finds it before it is told "sold out". In the common case the
    store is asked twice: one read of the offers and of the order, then one transaction; and from a
    public address of a large offer for one small count between. An offer
    for a crowd may be as old as recent.KEPT; what is left of it is exact, as the transaction takes
    it. What anybody but the shop's seller orders counts as unpaid until it is paid
    (domain/unpaid.py).

    address: the network address that the order came from.
    by_link: a form was filled in for whoever holds the link of an earlier order, who sees number
    and street of it in part. The order's id and fingerprint are made of what the form sent, with
    these parts: no body with a whole number has them, so by the link nobody can try out numbers.
    proved: that earlier order proves whose the number is; so this one is not counted as a guess.
    seen_fen: what a pack cost on the page that it was ordered on.

    Raises "not_found", "offer_closed", "price_changed", "batch_held", "over_limit",
    "out_of_stock" with `packs_left`, "too_many_unpaid", "idempotency_key_reused", "too_many" for
    many numbers that look alike or for one coupon, those of Coupon.refuse_unless_good;
    StoreUnavailable.
    """
    sent = body.in_part() if by_link else body
    request_fingerprint = fingerprint(sent)
    order_id = _id_of(call, sent)
    if call.actor.role == "seller":
        check_shop(call.actor, body.shop_id, "shop")
    try:
        return _place(
            call, body, address, order_id, request_fingerprint, proved=proved, seen_fen=seen_fen
        )
    except Refusal:  # perhaps an earlier try of this same request took the last packs
        own = get(OrderItem, key_of("order", order_id)) if call.key else None
        if (placed := _placed(call, own, request_fingerprint)) is not None:
            return placed
        raise


def _place(
    call: Call,
    body: NewOrder,
    address: str,
    order_id: str,
    request_fingerprint: str,
    *,
    proved: bool,
    seen_fen: int | None,
) -> Order:
    """Raises what `place` does, also where the same request has just placed the order."""
    known = call.actor.role == "seller"
    offer_keys = [key_of("offer", line.offer_id) for line in body.lines]
    order_key = key_of("order", order_id)
    coupon_keys = [coupons.key_for(body.coupon)] if body.coupon is not None else []
    former_keys = customers.former_keys(body.shop_id, body.buyer)
    own_keys = [*([order_key] if call.key else []), *coupon_keys, *former_keys]
    first_slots = [] if known else [stock_key(line.offer_id, 0) for line in body.lines]
    items = offer_store.with_offers(offer_keys, own_keys, first_slots)
    if (placed := _placed(call, items.get(order_key), request_fingerprint)) is not None:
        return placed
    offers = {item.doc.id: item.doc for item in of_kind(OfferItem, items, offer_keys)}
    lines = _lines(call, body, offers)
    for line in lines:
        if seen_fen is not None and line.price_fen != seen_fen:
            raise Refusal("price_changed", title=line.title, price_fen=line.price_fen)
    packs = Counter[str]()
    for line in lines:
        packs[line.offer_id] += line.packs
    for offer_id, n in packs.items():
        offers[offer_id].refuse_over_limit(0, n)
    customer_id = customers.id_by_phone(items, body.shop_id, body.buyer)
    counted_as = customer_id if known else customers.counted_id(body.shop_id, body.buyer)
    coupon = Presented.of(items, coupon_keys[0]) if coupon_keys else None
    with (
        coupons.counting_numbers(call, coupon.item.doc, address)
        if coupon is not None and not known and not proved
        else nullcontext()
    ):
        order = rules.place(
            body,
            lines,
            order_id=order_id,
            customer_id=customer_id,
            buyer=customers.seal_buyer(body.buyer, order_id),
            by=call.actor.id,
            pay_within=settings().pay_within if known else _time_to_pay(offers, packs, items),
            now=call.now,
            coupon=coupon.item.doc if coupon else None,
            holder=coupon.holding if coupon else None,
            counted_as=counted_as if counted_as != customer_id else None,
        )
    holds = Holds(call, offers, {} if known else packs, counted_as, address)
    order = order.model_copy(update={"held": holds.held})
    number_decides = holds.by_buyer or any(line.limited for line in lines)
    if number_decides and not known and not proved:
        numbers.count(call, body)
    taken = {offer_id: {stock.any_slot(offers[offer_id].slots): n} for offer_id, n in packs.items()}
    attempt = _Attempt(order, offers, packs, taken, holds, coupon)
    tries = store.Tries("too many buyers at this moment")
    while True:
        try:
            return attempt.commit(call, request_fingerprint, body.buyer)
        except ConditionFailed as error:
            refused = error
        # The same request a moment earlier, or our own try whose answer was lost.
        if (placed := _placed(call, get(OrderItem, order_key), request_fingerprint)) is not None:
            return placed
        attempt = _next_attempt(call, body, attempt, refused)
        tries.pause()


@dataclass(frozen=True)
class _Attempt:
    """What one commit writes: the order first, then its slots, limits, holds and the coupon, and
    last what it is found by.

    By this order of the writes it is known which of them stopped a commit.
    packs: by offer. taken: offer -> slot -> packs. coupon: as it was last read.
    """

    order: Order
    offers: Mapping[str, Offer]
    packs: Mapping[str, int]
    taken: Mapping[str, Mapping[int, int]]
    holds: Holds
    coupon: Presented | None

    def commit(self, call: Call, request_fingerprint: str, buyer: Buyer) -> Order:
        """Raises ConditionFailed, with the positions of the writes that stopped it."""
        order = self._with_slots()
        work = UnitOfWork(call).create(OrderItem.of(order, fingerprint=request_fingerprint))
        work.add(*(stock.take(self.offers[offer_id], slot, n) for offer_id, slot, n in self._slots))
        for offer_id, n in self.packs.items():
            work.add(*stock.take_of_limit(self.offers[offer_id], order, n))
        work.add(*self.holds.writes(order))
        if self.coupon is not None:
            coupons.use(work, self.coupon, order)
        search.remember(work, order, buyer)
        refuse_unless_it_can_be_cancelled(order)
        work.commit()
        return order

    def _with_slots(self) -> Order:
        """The order as it is stored: an offer's slots stand in its first line."""
        lines, noted = [], set[str]()
        for line in self.order.lines:
            is_first = line.offer_id not in noted
            noted.add(line.offer_id)
            taken = {"taken": dict(self.taken[line.offer_id])}
            lines.append(line.model_copy(update=taken) if is_first else line)
        first = self.order.lines[0].offer_id
        slot = next(iter(self.taken[first]))
        order = self.order.model_copy(update={"lines": tuple(lines)})
        return order.on_shards(slot, self.offers[first].office_shards)

    @property
    def _slots(self) -> list[tuple[str, int, int]]:
        """Offer, slot and packs of each write to the stock."""
        return [
            (offer_id, slot, n)
            for offer_id, slots in self.taken.items()
            for slot, n in slots.items()
        ]

    @property
    def _limited(self) -> list[Offer]:
        """The offer of each write to a limit, one for each whom the order counts against."""
        return [
            self.offers[offer_id]
            for offer_id in self.packs
            if self.offers[offer_id].limit_per_customer is not None
            for _ in self.order.counts_against
        ]

    def short_of(self, error: ConditionFailed) -> list[tuple[str, int, int]]:
        """Offer, slot and packs of those that had fewer packs left."""
        return [slot for at, slot in enumerate(self._slots, 1) if at in error.failed]

    def over_limit(self, error: ConditionFailed) -> Offer | None:
        """The limited offer whose count was refused, if that is what stopped the order."""
        first = 1 + len(self._slots)
        limited = enumerate(self._limited, first)
        return next((offer for at, offer in limited if at in error.failed), None)

    def holds_too_many(self, error: ConditionFailed) -> bool:
        """Whether it would have held too many unpaid packs by the limits it was tried under."""
        first = 1 + len(self._slots) + len(self._limited)
        return any(first <= at < first + len(self.holds.held) for at in error.failed)


def _next_attempt(
    call: Call, body: NewOrder, attempt: _Attempt, error: ConditionFailed
) -> _Attempt:
    """The same order by a fresh look at the coupon, the slots and the limits of what is unpaid.

    Raises Refusal when it cannot be placed any more.
    """
    limited, holds_too_many = attempt.over_limit(error), attempt.holds_too_many(error)
    # First what is the same for every number: else who asks for more packs than there are
    # hears which numbers have their share, and takes none.
    try:
        coupon = attempt.coupon
        if coupon is not None:
            coupon = _still_good(call, attempt.order, coupon)
        taken = _choose_again(attempt, attempt.short_of(error))
        if holds_too_many:
            attempt.holds.look()
    except Refusal:
        numbers.uncount(call, body)
        raise
    if limited is not None:
        limited.refuse_over_limit(limited.limit_per_customer or 0, 1)
    if holds_too_many:
        attempt.holds.refuse_what_the_buyer_holds()
    return replace(attempt, taken=taken, coupon=coupon)


def _id_of(call: Call, body: NewOrder) -> str:
    """Strangers share the name "public", so their keys are kept apart by their phone numbers. Only
    a form that was filled in by a link sends a number in part."""
    if call.key is None:
        return str(uuid.uuid4())
    caller = call.actor.id if call.actor.role else f"public {body.buyer.phone}"
    return derived_id("order", caller, call.key)


def _placed(call: Call, item: object, request_fingerprint: str) -> Order | None:
    """The first answer: the order as it was when it was placed."""
    if not isinstance(item, OrderItem):
        return None
    refuse_another_request(call, item, request_fingerprint)
    return item.doc.model_copy(update={"state": "pending_payment"})


def _lines(call: Call, body: NewOrder, offers: dict[str, Offer]) -> tuple[OrderLine, ...]:
    lines = []
    for line in body.lines:
        offer = offers.get(line.offer_id)
        if offer is None or offer.shop_id != body.shop_id:
            raise not_found("offer")
        lines.append(rules.line_of(offer, line.packs, call.now))
    return tuple(lines)


def _time_to_pay(
    offers: Mapping[str, Offer], packs: Mapping[str, int], items: Mapping[Key, Item]
) -> timedelta:
    """The shortest that one of its offers gives."""
    left = unpaid.about_left({offer_id: offers[offer_id] for offer_id in packs}, items)
    return min(
        unpaid_rules.time_to_pay(
            max(0, left[offer_id] - n), offers[offer_id].packs_total, settings().pay_within
        )
        for offer_id, n in packs.items()
    )


def _still_good(call: Call, order: Order, coupon: Presented) -> Presented:
    """The coupon by a fresh look. Raises what Coupon.refuse_unless_good does."""
    fresh = coupon.again()
    fresh.item.doc.refuse_unless_good(
        shop_id=order.shop_id,
        customer_id=order.customer_id,
        holder=fresh.holding,
        goods_fen=order.goods_fen,
        now=call.now,
    )
    return fresh


def _choose_again(
    attempt: _Attempt, short: list[tuple[str, int, int]]
) -> dict[str, dict[int, int]]:
    """Slots that have enough by a fresh look at all of them. Raises "out_of_stock".

    An offer for a crowd is looked at by what this process read of it lately and by `short`, the
    slots that have just had too few: when it is sold out, everyone comes here, and each stock item
    gives 3,000 reads a second.
    """
    offers = attempt.offers
    left = stock.recent_packs_left_by_slot(
        (offers[offer_id] for offer_id in attempt.packs), within=recent.FOR_A_TAKE
    )
    for offer_id, slot, n in short:
        if offers[offer_id].is_for_a_crowd:
            left[offer_id][slot] = min(left[offer_id][slot], n - 1)
    taken = {}
    for offer_id, n in attempt.packs.items():
        chosen = stock.choose(left[offer_id], n)
        if chosen is None:
            raise Refusal(
                "out_of_stock",
                title=offers[offer_id].title,
                offer_id=offer_id,
                packs_left=sum(left[offer_id]),
            )
        taken[offer_id] = chosen
    return taken


def in_scope(call: Call, order_id: str, key: str | None = None) -> OrderItem:
    """The order, for its shop, the county, or whoever holds its key. Raises "not_found"."""
    return load(order_id) if opened_by(order_id, key) else load_of_shop(call.actor, order_id)


@retrying
def send_anyway(call: Call, order_id: str, body: SendAnyway) -> tuple[Order, int]:
    """What a platform's file says against it keeps it no longer; with what was refunded, in fen.

    Raises "stopped" where a later file has spoken since; "not_found"."""
    item = load_of_shop(call.actor, order_id)
    order = item.doc.sent_anyway(body.import_id)
    if order != item.doc:
        UnitOfWork(call).replace(item, OrderItem.of(order), SENT_ANYWAY, note=True).commit()
    return order, int(item.refunded_fen)


def orders(
    actor: Actor, state: str | None, limit: int, cursor: str | None, *, newest_first: bool = True
) -> ListPage[OrderItem]:
    """Of the actor's shop, or for the county of all; the oldest first is what waits longest."""
    index, partitions = lists_of(actor, [state] if state else list(ORDER))
    return listing(
        OrderItem, index, partitions, limit=limit, cursor=cursor, newest_first=newest_first
    )


def changes(
    actor: Actor, order_id: str, limit: int, cursor: str | None
) -> tuple[list[Change], str | None]:
    item = load_of_shop(actor, order_id)
    doc = item.doc
    birth = Change(old=None, new=doc.birth, by=doc.placed_by, at=doc.created_at)
    listed, cursor = journal(item, birth, limit=limit, cursor=cursor)
    return [_with_words(change, doc) for change in listed], cursor


def _with_words(change: Change, order: Order) -> Change:
    """Why, from the order itself: the journal is for good and keeps nothing that people typed."""
    if change.why or change.old is None:
        return change
    paid = f"{order.payment_method} {order.payment_reference}"
    words = {"paid": paid, "cancelled": cancel_reason_of(order) or ""}
    return change.model_copy(update={"why": words.get(change.new, "")})
