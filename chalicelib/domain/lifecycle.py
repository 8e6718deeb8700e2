"""Every life cycle as one table: state -> the states it may move to.

A state that maps to nothing is final. `journal.py` records each move.
"""

from typing import Any

from .errors import Refusal

BATCH: dict[str, frozenset[str]] = {
    "registered": frozenset({"passed", "held", "recalled", "closed"}),
    "passed": frozenset({"held", "recalled", "closed"}),
    "held": frozenset({"passed", "recalled"}),
    "closed": frozenset({"held", "recalled"}),  # sold out, yet what was sold can still be stopped
    "recalled": frozenset(),
}
OFFER: dict[str, frozenset[str]] = {
    "open": frozenset({"closed"}),
    "closed": frozenset(),
}
ORDER: dict[str, frozenset[str]] = {
    "pending_payment": frozenset({"paid", "expired", "cancelled"}),
    "paid": frozenset({"packed", "cancelled"}),
    "packed": frozenset({"shipped", "cancelled", "paid"}),
    "shipped": frozenset({"delivered"}),
    "delivered": frozenset(),
    "expired": frozenset({"paid"}),  # by money that was on its way, if its packs are still there
    "cancelled": frozenset(),
}
WAITING = ("paid", "packed")
"""States in which an order waits for its shop."""
CHARGE: dict[str, frozenset[str]] = {
    "started": frozenset({"succeeded", "closed", "failed"}),
    "closed": frozenset({"succeeded"}),  # money that was on its way, or a provider that was wrong
    "failed": frozenset({"succeeded"}),
    "succeeded": frozenset(),
}
REFUND: dict[str, frozenset[str]] = {  # of what a provider holds; others are recorded, and sent
    "requested": frozenset({"returned", "failed"}),
    "failed": frozenset({"requested", "returned"}),
    "returned": frozenset(),
    "recorded": frozenset({"sent"}),
    "sent": frozenset(),
}
BOOK_MONTH: dict[str, frozenset[str]] = {
    "open": frozenset({"closed"}),
    "closed": frozenset({"open"}),  # by the county, which says why
}
PARCEL: dict[str, frozenset[str]] = {
    "packed": frozenset({"shipped", "voided"}),
    "shipped": frozenset({"delivered", "returned"}),
    "delivered": frozenset({"returned"}),
    "returned": frozenset(),  # never goes back on sale
    "voided": frozenset(),
}
COMPLAINT: dict[str, frozenset[str]] = {
    "open": frozenset({"answered", "settled", "rejected"}),
    "answered": frozenset({"open", "settled", "rejected"}),  # the buyer says more
    "settled": frozenset({"open"}),  # reopened, once, by the buyer
    "rejected": frozenset({"open"}),
}
PROPOSAL: dict[str, frozenset[str]] = {
    "open": frozenset({"dismissed", "followed"}),
    "dismissed": frozenset({"open"}),  # when far more complain than at the decision
    "followed": frozenset({"open"}),
}
RETURN: dict[str, frozenset[str]] = {
    "awaited": frozenset({"received", "closed"}),
    "received": frozenset(),
    "closed": frozenset(),
}
IMPORT: dict[str, frozenset[str]] = {
    "waiting": frozenset({"read"}),
    "read": frozenset({"running"}),
    "running": frozenset({"finished"}),
    "finished": frozenset(),
}
COUPON: dict[str, frozenset[str]] = {
    "unused": frozenset({"used", "void"}),
    "used": frozenset({"unused", "void"}),  # its order ended unpaid, or was paid back whole
    "void": frozenset(),
}
NOTICE: dict[str, frozenset[str]] = {
    "notified": frozenset({"taken_back"}),
    "taken_back": frozenset({"notified"}),  # ticked by mistake, and then notified
}

CYCLES: dict[str, dict[str, frozenset[str]]] = {
    "batch": BATCH,
    "offer": OFFER,
    "order": ORDER,
    "charge": CHARGE,
    "refund": REFUND,
    "book_month": BOOK_MONTH,
    "parcel": PARCEL,
    "complaint": COMPLAINT,
    "proposal": PROPOSAL,
    "return": RETURN,
    "import": IMPORT,
    "coupon": COUPON,
    "notice": NOTICE,
}

UNDOING: dict[tuple[str, str], frozenset[str]] = {
    ("order", "packed"): frozenset({"paid"}),
    ("order", "expired"): frozenset({"paid"}),
}
"""Moves back, by subject and state: only what undoes the last move makes them. So a packed order is
not paid again, nor an expired one by hand, and no refusal names it as possible."""


def check_move(subject: str, state: str, wanted: str, **more: Any) -> None:
    """Raise Refusal("not_allowed_now") unless `subject` may go from `state` to `wanted`.

    The refusal names the subject, its state, the wanted state, what would be allowed, and `more`.
    """
    _check(subject, state, wanted, CYCLES[subject][state] - _back(subject, state), more)


def check_undo(subject: str, state: str, wanted: str) -> None:
    """The same for a move back, which nothing but undoing makes."""
    _check(subject, state, wanted, _back(subject, state), {})


def _back(subject: str, state: str) -> frozenset[str]:
    return UNDOING.get((subject, state), frozenset())


def _check(
    subject: str, state: str, wanted: str, allowed: frozenset[str], more: dict[str, Any]
) -> None:
    if wanted not in allowed:
        raise Refusal(
            "not_allowed_now",
            subject=subject,
            state=state,
            wanted=wanted,
            allowed=sorted(allowed),
            **more,
        )
