"""What a second phone has to know before it joins a claim: the order's number, the phone's end."""

import re

from . import phones
from .cells import LONGEST_CELL, clean
from .orders import Order
from .own_numbers import read_number
from .text import half_width

SHORTEST_NUMBER = 10
"""Characters of a platform's number of an order. Shorter ones are places in a list."""


def is_named(order: Order, typed: str) -> bool:
    """Whether it is the order's number as its buyer knows it: ours, or that of the platform where
    it was bought."""
    if read_number(typed) == order.number:
        return True
    own = order.external_ref or ""
    return len(own) >= SHORTEST_NUMBER and clean(typed[:LONGEST_CELL]) == own


def ends_with(phone: str | None, typed: str) -> bool:
    """Whether a number, if there is one, ends with the four digits that were typed."""
    known = phones.tail(phone) if phone else None
    digits = half_width(typed, phones.LONGEST_PHONE).strip()
    if known is None or not re.fullmatch(rf"[0-9]{{{phones.TELLING_DIGITS}}}", digits):
        return False
    return known.partition("-")[0] == digits
