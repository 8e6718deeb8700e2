"""What a file's rows that make no order mean for the order of that number that is here already."""

from . import states
from .import_drafts import Draft, RefusalReason
from .imports import STOPS, OrderOutcome, What
from .orders import Order

_NO_NUMBER = frozenset({"no_number", "number", "number_lost", "group_number"})
_TO_BE_MAPPED = "item_unmapped"
_SENT = frozenset({"has_waybill", "part_shipped"})
_AGAINST = frozenset(
    {
        "not_for_shipping", "unpaid", "refunded", "part_refunded", "part_amount", "unknown_state",
        "cash_on_delivery", "pays_later", "changed_sku",
    }
) | _SENT  # fmt: skip
_IN_OUR_WORDS = frozenset({"unpaid", "refunded", "part_amount", "has_waybill"})
"""Codes whose reason quotes no state of the file's."""
Facts = dict[str, str | int]
LESS = RefusalReason(code="here_less")
"""A part of the order, and of what was paid, is no longer in the file."""


def names_its_order(draft: Draft) -> bool:
    """Whether an order may be here under its number, though none can be made of it."""
    return bool(draft.number) and (draft.reason is None or draft.reason.code not in _NO_NUMBER)


def facts_of(draft: Draft, reason: RefusalReason) -> Facts:
    """What the file says; of what became less how much it is now, as it may become less again."""
    if reason == LESS:
        pieces = sum(line.quantity for line in draft.lines)
        return {"status": _words_of(reason), "fen": draft.total_fen, "pieces": pieces}
    return {"status": _words_of(reason)}


def as_text(facts: Facts) -> str:
    """The same for a file that says the same."""
    return " ".join(str(fact) for fact in facts.values())


def _words_of(reason: RefusalReason) -> str:
    """Its own words, or a key of FACTS."""
    if reason.code in _IN_OUR_WORDS or reason == LESS:
        return f"file_{reason.code}"
    return str(reason.facts.get("status") or reason.facts.get("value") or f"file_{reason.code}")


def outcome_here(
    draft: Draft, reason: RefusalReason, order: Order, facts: Facts, says: str
) -> OrderOutcome:
    """Nobody is told to enter by hand what is here, and what waits to be sent is stopped.

    facts: of the reason. says: the hash of their `as_text`, by which it is known what the shop has
    decided.
    """
    if reason.code == _TO_BE_MAPPED:
        return _outcome(draft, order, "cannot", reason)
    if reason.code not in _AGAINST and reason != LESS:
        return _outcome(draft, order, "different", RefusalReason(code="here_unread"))
    what, code = _of_state(reason, order, says)
    return _outcome(draft, order, what, RefusalReason(code=code, facts=facts))


def _of_state(reason: RefusalReason, order: Order, says: str) -> tuple[What, str]:
    if not order.stands:
        return "not_for_shipping", "here_ended"
    if not order.waits:
        return "not_for_shipping", "here_sent"
    if order.parcels and _is_sent_alone(reason):  # a platform is often told first
        return "not_for_shipping", "here_packed"
    if order.stop is not None and order.stop.sent_anyway and order.stop.says == says:
        return "already", "here_decided"
    return "different", STOPS


def _is_sent_alone(reason: RefusalReason) -> bool:
    return reason.code in _SENT or (
        reason.code == "not_for_shipping" and states.is_sent_alone(str(reason.facts["status"]))
    )


def _outcome(draft: Draft, order: Order, what: What, reason: RefusalReason) -> OrderOutcome:
    return OrderOutcome(
        number=draft.number, rows=draft.rows, what=what, order_id=order.id, reason=reason
    )
