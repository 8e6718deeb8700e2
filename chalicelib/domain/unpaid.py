"""Unpaid packs: how many of an offer one buyer and one address may hold, and for how long.

Whoever is not known can take packs out of an offer without paying, until `pay_by`. A share of what
is left stays for the others, whatever one of them does; what is paid counts no more.
"""

from datetime import timedelta

from .errors import Refusal
from .fields import Model

USUAL_PACKS = 2
"""What nearly every order asks for. So small ones are not counted by buyer, as a phone number
costs nothing to make up: the address they come from counts."""
UNNOTICED = 1000
"""An order of one in so many of the offer's packs, or fewer, is not counted by its address as long
as that sends few: the orders of a stream, which are nearly all like this, note one small number."""
MOST_UNNOTICED, UNNOTICED_WITHIN = 100, 30 * 60
"""So many of them from one address, in so many seconds: a tenth of the offer at most. Further ones
are counted as any other, so a gateway with more buyers is not refused as long as they pay."""
LEAST_OF_BUYER, PART_OF_BUYER = 20, 4
"""One in four of what is left, and always so many: a small offer is for whoever comes first."""
LEAST_OF_ADDRESS, PART_OF_ADDRESS = 40, 2
"""Behind one address may be an office or a carrier's gateway. Of a stream of 10,000 bottles in two
hours, a gateway with one in a hundred of the buyers has some ten orders unpaid at a time, and
25 in half an hour, as people pay within minutes; it may have thousands."""
LOW_FROM = 2
"""Below one part in so many of the offer, the time to pay shrinks with what is left."""
LEAST_TIME = timedelta(minutes=10)
"""Enough to pay a person by phone."""


class Held(Model):
    """Packs of an order that count against whoever holds them until it is paid or ends.

    by: of a buyer the customer's id, of an address its keyed hash.
    """

    offer_id: str
    by: str
    packs: int


def limit_of_buyer(free: int) -> int:
    """Packs that one phone number may hold unpaid, of those that nobody else holds."""
    return max(LEAST_OF_BUYER, free // PART_OF_BUYER)


def limit_of_address(free: int) -> int:
    """The same of one network address."""
    return max(LEAST_OF_ADDRESS, free // PART_OF_ADDRESS)


def counts_for_buyer(packs: int) -> bool:
    return packs > USUAL_PACKS


def counts_for_address(packs: int, packs_total: int, *, tells_apart: bool) -> bool:
    """tells_apart: whether others come from other addresses; if not, only what is unusual counts,
    as all buyers may be behind it."""
    least = packs_total // UNNOTICED if tells_apart else USUAL_PACKS
    return packs > least


def refuse_over(limit: int, packs: int, held: int, *, title: str, offer_id: str) -> None:
    """Raise "too_many_unpaid" when `packs` more than the `held` would be over the limit."""
    if held + packs > limit:
        raise Refusal(
            "too_many_unpaid",
            title=title,
            offer_id=offer_id,
            unpaid_limit=limit,
            packs_possible=max(0, limit - held),
        )


def time_to_pay(left: int, total: int, usual: timedelta) -> timedelta:
    """How long an order may stay unpaid when it leaves so many packs of the offer's."""
    if left * LOW_FROM >= total:
        return usual
    shorter = timedelta(seconds=usual.total_seconds() * left * LOW_FROM // total)
    return max(min(usual, LEAST_TIME), shorter)
