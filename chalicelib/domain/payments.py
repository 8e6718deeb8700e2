"""Payments: what was paid, which references tell one from every other, and cancelling."""

from .fields import Body, Fen, Message, Name


class Payment(Body):
    paid_fen: Fen
    method: Name
    reference: Name


TELLING = 8
"""Least letters and digits of a reference that a provider or a bank gave. A shorter one, such as
现金 or "no. 3", is a note that several payments may have."""


def telling(reference: str) -> str | None:
    """A payment's reference in one form, by which it is known again; None for a mere note."""
    plain = "".join(char for char in reference.casefold() if char.isalnum())
    tells = len(plain) >= TELLING and any(char.isdigit() for char in plain)
    return plain if tells else None


class Cancellation(Body):
    reason: Message
