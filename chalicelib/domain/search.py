"""What a text typed or scanned into the one search box may be, and what was found by it."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from . import claim_numbers, phones
from .batches import Batch
from .carriers import waybill_of
from .cells import clean
from .codes import LONGEST_SCAN, as_meant, in_link, read_code
from .complaints import Complaint
from .fields import Body
from .orders import Buyer, Order
from .own_numbers import read_number
from .parcels import Parcel
from .text import half_width

Kind = Literal["number", "code", "tail", "phone", "waybill", "reference", "claim", "lot", "name"]
OF_BUYERS: frozenset[Kind] = frozenset({"tail", "phone", "name"})
"""What only the shop may look for: others see no buyer."""
MOST = 50
"""Of one kind that one search shows, the newest first."""
SHORTEST_PHONE = 7
SHORTEST_REFERENCE = 6
"""Characters of a platform's number; a shorter one would be looked for with every phone's tail."""
END_OF_NUMBER = 8
"""Characters by which an order's number is found: the others are the day, and follow from it."""


@dataclass(frozen=True)
class Guess:
    """One thing that the text may be, in the form in which it is kept."""

    kind: Kind
    value: str


@dataclass(frozen=True)
class Hit:
    """What was found. order: the one that a parcel is of."""

    subject: Order | Parcel | Batch | Complaint
    order: Order | None = None


def _named_by(typed: str) -> str:
    guess = next(iter(guesses(typed)), None)
    if guess is None or guess.kind not in {"number", "code"}:
        raise ValueError(
            "应为订单号，如 SH20261015-1A2B3C4D，或箱上标签的编码，如 K7Q2-M9XW-4B3C-H",
            "must be an order's number, e.g. SH20261015-1A2B3C4D, or the code on the box's label",
        )
    return guess.value


class OwnOrder(Body):
    """What opens a buyer's own order: what a label shows of it, and what it does not."""

    phone: Annotated[str, Field(max_length=30, repr=False), AfterValidator(phones.kept)]
    number: Annotated[str, Field(max_length=LONGEST_SCAN), AfterValidator(_named_by)]
    """Of the order, or its end; or the code of one of its parcels."""

    def is_of(self, buyer: Buyer) -> bool:
        """Whether the whole number is the buyer's; of a mobile its extension may be left out."""
        own, typed = phones.counted(buyer.number), phones.counted(self.phone)
        return hmac.compare_digest(own.encode(), typed.encode())


def guesses(typed: str) -> tuple[Guess, ...]:
    """All that the text may be, in the order in which it is shown; nothing for what can be none.

    A number of ours, and the address that a label holds, can be nothing else. A code may by chance
    be somebody's waybill, so that is looked for too.
    """
    text = as_meant(typed[:LONGEST_SCAN])
    if (number := read_number(text)) is not None:
        return (Guess("number", number),)
    code = read_code(text)
    if code is not None and (in_link(text, "t") or in_link(text, "21")):
        return (Guess("code", code),)
    if not text or "://" in text:
        return ()
    meant = [Guess("code", code)] if code else []
    for kind, read in _READERS:
        value = read(text)
        if value is not None:
            meant.append(Guess(kind, value))
    return tuple(meant)


def _number(text: str) -> str | None:
    """The last characters of a number, as a label or a person gives them."""
    end = text.upper()
    return end if re.fullmatch(rf"[0-9A-F]{{{END_OF_NUMBER}}}", end) else None


def _tail(text: str) -> str | None:
    """The last four digits, and the extension of a stand-in number: 0401-1111."""
    return text if re.fullmatch(r"[0-9]{4}(-[0-9]{1,6})?", text) else None


def _phone(text: str) -> str | None:
    if sum(char.isdigit() for char in text) < SHORTEST_PHONE:
        return None
    try:
        return phones.canonical(phones.kept(text))
    except ValueError:
        return None


def _waybill(text: str) -> str | None:
    if not _has_digit(text):
        return None
    try:
        return waybill_of(text).upper()
    except ValueError:
        return None


def _reference(text: str) -> str | None:
    plain = clean(text)
    if re.fullmatch(r"1[3-9][0-9]{9}", plain):  # a mobile's
        return None
    return plain if len(plain) >= SHORTEST_REFERENCE and _has_digit(plain) else None


def _lot(text: str) -> str | None:
    """Whoever types it does not look at its case."""
    return text.lower() if re.fullmatch(r"[!-\"%-?A-Z_a-z]{1,20}", text) else None


def _name(text: str) -> str | None:
    return None if _has_digit(text) else plain_name(text)


_READERS: tuple[tuple[Kind, Callable[[str], str | None]], ...] = (
    ("number", _number),
    ("tail", _tail),
    ("phone", _phone),
    ("waybill", _waybill),
    ("reference", _reference),
    ("claim", claim_numbers.read_number),
    ("lot", _lot),
    ("name", _name),
)


def _has_digit(text: str) -> bool:
    return any(char in "0123456789" for char in text)


def plain_name(name: str) -> str | None:
    """A name as it is looked for: without blanks, case and the extension of a stand-in number.

    None for what has no letter.
    """
    plain = "".join(half_width(phones.without_extension(name), LONGEST_SCAN).casefold().split())
    return plain if any(char.isalpha() for char in plain) else None


def plain_tail(phone: str) -> str | None:
    """The last four digits that a number shows; None where its platform shows fewer."""
    last = (phones.tail(phone) or "").partition("-")[0]
    return last if len(last) == phones.TELLING_DIGITS else None


def end_of(number: str) -> str:
    """By which a number is found, or what was typed of it."""
    return number[-END_OF_NUMBER:].upper()
