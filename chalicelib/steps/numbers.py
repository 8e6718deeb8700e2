"""How many orders strangers place under phone numbers that a link shows alike.

An order's link shows 138****0001 and leaves 10,000 numbers open. Where an offer limits what one
buyer gets or holds unpaid, the right number is refused and a wrong one is not, so guessing costs an
order for each, which can be cancelled at once: what is bounded is how many there are.
"""

from chalicelib.domain import phones
from chalicelib.domain.access import Call
from chalicelib.domain.orders import HIDDEN, NewOrder
from chalicelib.repositories import limits
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.repositories.transaction import Adjust

DAY = 24 * 3600
MOST_ALIKE = 60
"""Orders a day in one shop under numbers of the same beginning and end, also by one buyer. Of a
stream of 10,000 bottles in two hours, hardly two buyers look alike."""


def count(call: Call, body: NewOrder) -> list[Adjust]:
    """In the order's own transaction. Nothing under a number that is hidden as a whole."""
    shown = phones.masked(body.buyer.number)
    if shown == HIDDEN:
        return []
    who = keyed_hash("alike", body.shop_id, shown).hex()[:32]
    return [limits.hit_with(call, "alike", who, most=MOST_ALIKE, window=DAY)]
