"""Where refunded money is, in one sentence everywhere."""

from datetime import datetime

from chalicelib.domain.refunds import Refund

from ..texts import LANGUAGES, Language, Words
from ..texts.drawing import money
from . import formats


def _words(language: Language) -> Words:
    return Words(language, money.TEXTS)


def where_it_is(refund: Refund, language: Language, now: datetime) -> str:
    """Exactly what is known: promised, paid back by hand, being sent, taken by the provider,
    arrived, or not."""
    words, amount = _words(language), formats.money(refund.amount_fen)
    if refund.sent_at is not None:
        when = formats.short_day(refund.sent_at, language, now)
        how = method(refund.method or "", language)
        return words("money_sent", sum=amount, when=when, method=how)
    if refund.at_platform:
        return words("money_platform", sum=amount)
    if refund.money == "returned" and refund.returned_at is not None:
        when = formats.moment(refund.returned_at, language, now)
        return words("money_returned", sum=amount, when=when)
    is_sent = refund.money != "requested" or refund.accepted_at is not None
    return words(f"money_{refund.money if is_sent else 'sending'}", sum=amount)


def methods(language: Language) -> list[tuple[str, str]]:
    """(what is recorded, what is shown): records are in Chinese."""
    return [(names[0], names[LANGUAGES.index(language)]) for names in money.METHODS]


def method(name: str, language: Language) -> str:
    """How somebody paid, as it is shown."""
    by_provider = {known: names[LANGUAGES.index(language)] for known, *names in money.PROVIDERS}
    shown = dict(methods(language)) | by_provider
    return shown.get(name) or formats.marked(name, language)


def row(refund: Refund, language: Language, now: datetime) -> tuple[str, str]:
    """A line of a page's facts."""
    name = "money_beside" if refund.beside else "money_row"
    return _words(language)[name], where_it_is(refund, language, now)


def beside(why: str, language: Language) -> str:
    """Why an order could not take the money that goes back."""
    return _words(language)[f"beside_{why}"]


def what_to_do(refund: Refund, language: Language) -> str:
    """For the shop, of a refund that did not arrive; "" of others."""
    return _words(language)[f"failure_{refund.failure}"] if refund.failure else ""
