"""Parcel codes: 12 random Crockford base32 characters (60 bits) and one check character; and what
scanners and phones make of these, of lots and of product numbers."""

import re
import secrets
from collections.abc import Iterable
from urllib.parse import unquote

from .text import half_width

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
LENGTH = 13
LONGEST_SCAN = 300
_AS_TYPED = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")


def _times_two(element: int) -> int:
    """Multiply by the generator of GF(32) built on x^5 + x^2 + 1."""
    element <<= 1
    return element ^ 0b100101 if element & 0b100000 else element


def check_character(body: str) -> str:
    """The weighted sum over GF(32), each place's weight twice the one before.

    As all 12 weights differ, any one wrong character and any two swapped ones are noticed.
    """
    total = 0
    for char in body:
        total = _times_two(total ^ ALPHABET.index(char))
    return ALPHABET[total]


def new_code() -> str:
    """A fresh code. Never sequential: a code that counts shows how much a village sells."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def as_meant(scanned: str) -> str:
    """What a scanner or a phone's keyboard meant: half width, a plain hyphen for any dash.

    A scanner ends with Tab or Enter; a keyboard set to Chinese types all in full width. In static/
    packing.js stands the same.
    """
    text = half_width(scanned, LONGEST_SCAN).translate(_AS_TYPED)
    return re.sub(r"^[\s\x00-\x1f]+|[\s\x00-\x1f]+$", "", text)


def in_link(text: str, name: str) -> str | None:
    """What an address says after /name/, such as the lot after /10/ in a GS1 Digital Link."""
    matched = re.search(rf"/{name}/([^/?#]+)", text, re.I)
    return unquote(matched[1]) if matched else None


def read_code(typed: str) -> str | None:
    """The code a person or camera meant: any case and width, dashes or spaces, O for 0, I or L for
    1; also as the address that our label, or a GS1 Digital Link, holds.

    None when it cannot be one of ours (length, characters or check character).
    """
    text = as_meant(typed)
    text = in_link(text, "t") or in_link(text, "21") or text
    code = re.sub(r"[\s-]", "", text).upper().translate(_LOOK_ALIKE)
    if len(code) != LENGTH or any(char not in ALPHABET for char in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def read_lot(scanned: str, lots: Iterable[str]) -> str | None:
    """Which of these lots was meant: by itself, or by a GS1 Digital Link.

    In another case, as a keyboard with caps lock types it, only where no second lot could be meant.
    """
    typed = as_meant(scanned)
    there = set(lots)
    if typed in there:  # a lot may hold what looks like an address
        return typed
    lot = in_link(typed, "10") or typed
    if lot in there:
        return lot
    alike = [candidate for candidate in there if candidate.lower() == lot.lower()]
    return alike[0] if len(alike) == 1 else None


def same_product(gtin: str | None, other: str) -> bool:
    """GTINs of 8, 12, 13 and 14 digits are one number, shorter ones with zeros before them (GS1
    General Specifications 3.3.2)."""
    if gtin is None or not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", as_meant(other)):
        return False
    return gtin.zfill(14) == as_meant(other).zfill(14)


def display_code(code: str) -> str:
    """In fours, as printed on a label: K7Q2-M9XW-4B3C-T."""
    return "-".join((code[:4], code[4:8], code[8:12], code[12:]))
