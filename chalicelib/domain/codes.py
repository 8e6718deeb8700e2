"""Parcel codes: 12 random Crockford base32 characters (60 bits) and one check character."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
LENGTH = 13


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


def read_code(typed: str) -> str | None:
    """The code a person or camera meant: any case, hyphens or spaces, O for 0, I or L for 1.

    None when it cannot be one of ours (length, characters or check character).
    """
    code = re.sub(r"[\s-]", "", typed[:64]).upper().translate(_LOOK_ALIKE)
    if len(code) != LENGTH or any(char not in ALPHABET for char in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def display_code(code: str) -> str:
    """In fours, as printed on a label: K7Q2-M9XW-4B3C-T."""
    return "-".join((code[:4], code[4:8], code[8:12], code[12:]))
