"""The short number of a claim, as people say it on the phone: 4 0731 226 5.

Eight digits and a check digit by the table of H. M. Damm (2004), which tells every wrong digit, and
every two neighbours that changed places. It says nothing of when or how many, and opens nothing.
"""

import hashlib
import re
from collections.abc import Iterable

from .text import half_width

CANDIDATES = 3
"""Numbers of which a claim gets the first that is free."""
_FIRST, _NUMBERS = 10_000_000, 90_000_000
"""The first digit is no 0, which a spreadsheet drops."""
_LONGEST_TYPED = 40
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def candidates(complaint_id: str) -> list[str]:
    """The numbers that it may get, which follow from its id: the same each time, in their order."""
    hashes = (hashlib.sha256(f"{complaint_id} {n}".encode()).digest() for n in range(CANDIDATES))
    eight = (str(_FIRST + int.from_bytes(hashed[:8]) % _NUMBERS) for hashed in hashes)
    return [f"{digits}{_check(digits)}" for digits in eight]


def _check(digits: str) -> int:
    row = 0
    for digit in digits:
        row = int(_DAMM[row][int(digit)])
    return row


def spoken(number: str) -> str:
    """In groups, as it is shown and read aloud."""
    return f"{number[0]} {number[1:5]} {number[5:8]} {number[8:]}"


def read_number(typed: str) -> str | None:
    """A number as it was typed, with spaces, hyphens or wide digits; None for what cannot be one,
    as when a digit was heard wrong."""
    plain = re.sub(r"[\s-]", "", half_width(typed, _LONGEST_TYPED))
    if not re.fullmatch(r"[1-9][0-9]{8}", plain):
        return None
    return plain if _check(plain) == 0 else None


def first_free(complaint_id: str, taken: Iterable[str]) -> str:
    """The number that a new claim gets; none where just these are taken, of 90 million."""
    others = set(taken)
    return next((number for number in candidates(complaint_id) if number not in others), "")
