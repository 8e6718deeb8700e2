"""What an order is as far as its money goes, and where refunded money is: in one sentence each,
the same everywhere."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.orders import Order
from chalicelib.domain.refunds import Refund
from chalicelib.domain.standings import Standing

from ..texts import LANGUAGES, Language, Words
from ..texts.drawing import money
from . import formats

ARRIVED = {"returned": "arrived", "sent": "arrived_sent"}
"""How sums of several refunds are said that each came at a moment of its own."""


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
    return words(f"money_{_how_far(refund)}", sum=amount)


def _how_far(refund: Refund) -> str:
    """By which refunds are added up."""
    if refund.sent_at is not None:
        return "sent"
    if refund.at_platform:
        return "platform"
    is_sent = refund.money != "requested" or refund.accepted_at is not None
    return refund.money if is_sent else "sending"


def standing(
    order: Order, state: Standing, refunds: Sequence[Refund], language: Language, now: datetime
) -> str:
    """What the order is, in one sentence. refunds: all that there are."""
    words = _words(language)
    mine = [refund for refund in refunds if refund.beside == (order.paid_at is None)]
    facts = {
        "sum": formats.money(order.total_fen),
        "paid": formats.money(order.paid_fen),
        "when": formats.moment(order.pay_by, language, now),
        "back": words("comma").join(by_place(mine, language, now)),
        "why": beside(mine[-1].reason, language) if state == "sent_back" else "",
    }
    key = f"standing_{state}"
    if state in {"expired", "overdue"} and not order.charges:
        key = "standing_expired_plain"
    return words(key, **facts)


def by_place(refunds: Sequence[Refund], language: Language, now: datetime) -> list[str]:
    """Where all of it is: one refund as it is, of more a sum for each place."""
    if len(refunds) == 1:
        return [where_it_is(refunds[0], language, now)]
    words = _words(language)
    sums: dict[str, int] = {}
    for refund in refunds:
        how_far = _how_far(refund)
        sums[how_far] = sums.get(how_far, 0) + refund.amount_fen
    return [
        words(ARRIVED.get(how_far, f"money_{how_far}"), sum=formats.money(fen))
        for how_far, fen in sums.items()
    ]


def standing_row(
    order: Order, state: Standing, refunds: Sequence[Refund], language: Language, now: datetime
) -> tuple[str, str]:
    """The sentence as a line of a page's facts."""
    return _words(language)["standing_row"], standing(order, state, refunds, language, now)


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
    words, where = _words(language), where_it_is(refund, language, now)
    if refund.beside:
        why = beside(refund.reason, language)
        return words["money_beside"], words("beside_row", why=why, back=where)
    return words["money_row"], where


def beside(why: str, language: Language) -> str:
    """Why an order could not take the money that goes back."""
    return _words(language)[f"beside_{why}"]


def what_to_do(refund: Refund, language: Language) -> str:
    """For the shop, of a refund that did not arrive; "" of others."""
    return _words(language)[f"failure_{refund.failure}"] if refund.failure else ""
