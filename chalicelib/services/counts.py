"""How much waits on the lists of a shop's desk: counted by keys, no further than a page shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.access import Call
from chalicelib.domain.fields import to_text
from chalicelib.domain.lifecycle import WAITING
from chalicelib.repositories import spread
from chalicelib.repositories.reading import LAST, counted

from ..repositories.items import SCOPE

MOST = 99
"""Of one list: above it the page says 99+."""


@dataclass(frozen=True)
class Counts:
    """orders: by state. complaints: open or answered. overdue: of these, those that should have
    been answered by now. failed, owed: refunds that the provider did not do, and that the shop pays
    back by itself."""

    orders: Mapping[str, int]
    complaints: int
    overdue: int
    offers: int
    failed: int
    owed: int


def of_desk(call: Call) -> Counts:
    """Of the actor's shop at this moment; of each at least MOST + 1 where there are more."""
    shop = f"SHOP#{call.actor.shop_id}#"
    shards = range(spread.shards_of(call.actor.shop_id))
    orders = [(f"{shop}ORDER#{state}#{shard}", LAST) for state in WAITING for shard in shards]
    others = [
        (f"{shop}COMPLAINT#open", to_text(call.now)),
        (f"{shop}COMPLAINT#open", LAST),
        (f"{shop}COMPLAINT#answered", LAST),
        (f"{shop}OFFER#open", LAST),
        (f"{shop}REFUND#failed", LAST),
        (f"{shop}REFUND#owed", LAST),
    ]
    numbers = counted(SCOPE, [*orders, *others], MOST)
    overdue, to_answer, answered, offers, failed, owed = numbers[len(orders) :]
    by_state = {
        state: sum(numbers[at * len(shards) : (at + 1) * len(shards)])
        for at, state in enumerate(WAITING)
    }
    return Counts(by_state, to_answer + answered, overdue, offers, failed, owed)
