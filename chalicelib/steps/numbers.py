"""How many orders strangers try under phone numbers that a link shows alike.

An order's link shows 138****0001 and leaves 10,000 numbers open. Where an offer limits what one
buyer gets or holds unpaid, the right number is refused and a wrong one is not. So a try is counted
before the store is asked what the number has, and stays counted however it ends: to be placed is an
answer too. Only what is refused alike under every number is uncounted.
"""

from chalicelib.domain import phones
from chalicelib.domain.access import Call
from chalicelib.domain.orders import NewOrder
from chalicelib.repositories import limits
from chalicelib.repositories.sealing import keyed_hash

DAY = 24 * 3600
MOST_ALIKE = 60
"""Tries a day in one shop under numbers of the same beginning and end, also by one buyer. Of a
stream of 10,000 bottles in two hours, hardly two buyers look alike."""


def count(call: Call, body: NewOrder) -> None:
    """In a write of its own. Raises "too_many"."""
    limits.hit(call, "alike", _shown(body), most=MOST_ALIKE, window=DAY)


def uncount(call: Call, body: NewOrder) -> None:
    """Nothing where it was not counted."""
    limits.take_back(call, "alike", _shown(body), window=DAY)


def _shown(body: NewOrder) -> str:
    """With its beginning, also where that is not shown: an area code is that of the district."""
    number = body.buyer.number
    return keyed_hash("alike", body.shop_id, number[:3], phones.masked(number)).hex()[:32]
