"""Where refunded money is, in one sentence everywhere."""

from datetime import datetime

from chalicelib.domain.refunds import Refund

from ..texts import Language, Words
from ..texts.drawing import money
from . import formats


def _words(language: Language) -> Words:
    return Words(language, money.TEXTS)


def where_it_is(refund: Refund, language: Language, now: datetime) -> str:
    """Exactly what is known: promised, being sent, taken by the provider, arrived, or not."""
    words, amount = _words(language), formats.money(refund.amount_fen)
    if refund.money == "returned" and refund.returned_at is not None:
        when = formats.moment(refund.returned_at, language, now)
        return words("money_returned", sum=amount, when=when)
    is_sent = refund.money != "requested" or refund.accepted_at is not None
    return words(f"money_{refund.money if is_sent else 'sending'}", sum=amount)


def row(refund: Refund, language: Language, now: datetime) -> tuple[str, str]:
    """A line of a page's facts."""
    name = "money_beside" if refund.beside else "money_row"
    return _words(language)[name], where_it_is(refund, language, now)


def why_beside(refund: Refund, language: Language) -> str:
    """Why an order could not take the money that goes back."""
    return _words(language)[f"beside_{refund.reason}"]


def what_to_do(refund: Refund, language: Language) -> str:
    """For the shop, of a refund that did not arrive; "" of others."""
    return _words(language)[f"failure_{refund.failure}"] if refund.failure else ""
