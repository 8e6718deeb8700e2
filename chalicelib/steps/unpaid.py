"""Counting unpaid packs, in the transactions that place, pay and end an order."""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.domain import unpaid as rules
from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.networks import network, tells_apart
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.domain.unpaid import Held
from chalicelib.repositories import limits, recent
from chalicelib.repositories.reading import get_many
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.repositories.tables import StockItem, UnpaidItem, stock_key
from chalicelib.repositories.transaction import Adjust, UnitOfWork

from ..repositories.items import Item, Key
from . import stock

KEPT = timedelta(days=7)
"""After an order's time to pay: by then it was ended, also by a table that was away for days."""
MOST_LOOKS = 4
"""For a moment in which nothing it holds was paid or ended; the last one then has to do."""


class Holds:
    """What an order counts as unpaid, each with the limit under which it is tried next.

    Nearly every order is within what each may always hold, so what is left is only looked at when
    it is not.
    """

    def __init__(
        self,
        call: Call,
        offers: Mapping[str, Offer],
        packs: Mapping[str, int],
        buyer: str,
        address: str,
    ) -> None:
        self.offers = offers
        self.limits: dict[Held, int] = {}
        apart = tells_apart(address)
        for offer_id, n in packs.items():
            total = offers[offer_id].packs_total
            if rules.counts_for_buyer(n):
                by_buyer = Held(offer_id=offer_id, by=buyer, packs=n)
                self.limits[by_buyer] = rules.LEAST_OF_BUYER
            if address and (
                rules.counts_for_address(n, total, tells_apart=apart)
                or (apart and _is_one_of_many(call, offer_id, address))
            ):
                by_address = Held(offer_id=offer_id, by=_mark(offer_id, address), packs=n)
                self.limits[by_address] = rules.LEAST_OF_ADDRESS
        self.buyer = buyer
        self.before: dict[Held, int] = {}
        self.there: dict[str, int] = {}
        if any(held.packs > limit for held, limit in self.limits.items()):
            self._refuse_what_is_too_many_for_anybody()

    @property
    def held(self) -> tuple[Held, ...]:
        return tuple(self.limits)

    @property
    def by_buyer(self) -> bool:
        """Whether any of it counts against the phone number."""
        return any(holding.by == self.buyer for holding in self.limits)

    def _refuse_what_is_too_many_for_anybody(self) -> None:
        """Without a look at what any number holds, whose guess is not counted yet."""
        self.there = self._left()
        self._set_limits()
        for holding in self.held:
            self._refuse(holding)

    def look(self) -> None:
        """Take the limits from what is left and held now. Raises "too_many_unpaid" of the address:
        it is told first, as what a phone number holds is told to nobody whose order would not be
        taken under another."""
        self._look_at_one_moment()
        self._set_limits()
        for holding in self.held:
            if holding.by != self.buyer:
                self._refuse(holding)

    def refuse_what_the_buyer_holds(self) -> None:
        """By the last look. Raises "too_many_unpaid"."""
        for holding in self.held:
            if holding.by == self.buyer:
                self._refuse(holding)

    def _set_limits(self) -> None:
        for holding in self.held:
            of = rules.limit_of_buyer if holding.by == self.buyer else rules.limit_of_address
            self.limits[holding] = of(self.there[holding.offer_id] + self.before.get(holding, 0))

    def _refuse(self, holding: Held) -> None:
        """Not where even fewer are left, which is said by their taking."""
        if holding.packs <= self.there[holding.offer_id]:
            offer, limit = self.offers[holding.offer_id], self.limits[holding]
            before = self.before.get(holding, 0)
            rules.refuse_over(limit, holding.packs, before, title=offer.title, offer_id=offer.id)

    def _look_at_one_moment(self) -> None:
        """At what is left, while what they hold stayed the same: else one who loses a race is told
        of packs that the winner had just taken twice, or not at all."""
        counted = self._counted()
        looks = 0
        while True:
            self.there = self._left()
            self.before, counted = counted, self._counted()
            looks += 1
            if self.before == counted or looks == MOST_LOOKS:
                return

    def _left(self) -> dict[str, int]:
        offers = {holding.offer_id: self.offers[holding.offer_id] for holding in self.held}
        left = stock.recent_packs_left_by_slot(offers.values(), within=recent.FOR_A_TAKE)
        return {offer_id: sum(slots) for offer_id, slots in left.items()}

    def _counted(self) -> dict[Held, int]:
        items = get_many([UnpaidItem.of(holding).key for holding in self.held])
        return {holding: _packs(items.get(UnpaidItem.of(holding).key)) for holding in self.held}

    def writes(self, order: Order) -> list[Adjust]:
        """In the order's own transaction."""
        until = int((order.pay_by + KEPT).timestamp())
        return [
            Adjust(
                UnpaidItem.of(holding),
                [
                    UnpaidItem.packs.add(holding.packs),
                    UnpaidItem.expires_at.set(until),
                    UnpaidItem.kind.set(UnpaidItem),
                ],
                UnpaidItem.packs.does_not_exist() | (UnpaidItem.packs <= limit - holding.packs)
                if holding.packs <= limit
                else UnpaidItem.packs <= limit - holding.packs,
                creates=True,
            )
            for holding, limit in self.limits.items()
        ]


def _mark(offer_id: str, address: str) -> str:
    """An address for one offer: what it ordered elsewhere cannot be told from it."""
    return keyed_hash("unpaid", offer_id, network(address)).hex()[:32]


def _is_one_of_many(call: Call, offer_id: str, address: str) -> bool:
    """Whether so many small orders came from the address that further ones are counted."""
    try:
        limits.hit(
            call,
            "small",
            _mark(offer_id, address),
            most=rules.MOST_UNNOTICED,
            window=rules.UNNOTICED_WITHIN,
        )
    except Refusal:
        return True
    return False


def _packs(item: Item | None) -> int:
    return int(item.packs) if isinstance(item, UnpaidItem) else 0


def give_back(work: UnitOfWork, order: Order) -> None:
    """The order is paid or ends: what it held counts no more."""
    items = [UnpaidItem.of(holding) for holding in order.held]
    stored = get_many([item.key for item in items]) if items else {}
    for item, holding in zip(items, order.held, strict=True):
        n = min(holding.packs, _packs(stored.get(item.key)))
        if n:  # else its time was over, long after the order's
            work.add(Adjust(item, [UnpaidItem.packs.add(-n)], UnpaidItem.packs >= n))


def about_left(offers: Mapping[str, Offer], items: Mapping[Key, Item]) -> dict[str, int]:
    """Packs left of each offer, by what was read with the offers; exact where few are left.

    Buyers draw slots at random, so the first one stands for all as long as it has half of its
    packs. items: the first slots, of offers that are not for a crowd, among what else was read.
    """
    left, look = {}, []
    for offer in offers.values():
        item, full = items.get(stock_key(offer.id, 0)), offer.packs_in(0)
        first = int(item.left) if isinstance(item, StockItem) else full
        left[offer.id] = first * offer.packs_total // full
        if offer.is_for_a_crowd or (offer.slots > 1 and first * rules.LOW_FROM < full):
            look.append(offer)
    return left | {
        offer_id: sum(some) for offer_id, some in stock.recent_packs_left_by_slot(look).items()
    }
