"""An order's money at providers on its page of the desk, and where each refund of it is."""

from collections.abc import Callable
from typing import Literal, get_args

from markupsafe import Markup

from chalicelib.domain.charges import ProviderPayment
from chalicelib.domain.complaints import ComplaintReason
from chalicelib.domain.refunds import Refund

from ..drawing import formats, money
from ..drawing.desks import Desk, Kind
from ..drawing.forms import Form
from ..texts import Words

Refunded = Literal["refund_sent", "refund_retry"]
"""What a form of a refund does."""
KINDS: dict[str, Kind] = {"started": "warn", "paid": "ok", "returned": "bad"}


def charge_row(charge: ProviderPayment, desk: Desk, words: Words) -> dict[str, object]:
    """What was asked for and what came, in figures that the provider's own pages have too."""
    what = charge.outcome or charge.state
    word = "succeeded" if what == "paid" else what

    def at(moment: object) -> str:
        return formats.moment(moment, desk.language, desk.now)  # type: ignore[arg-type]

    rows: list[tuple[str, str | Markup]] = [
        (words["charge_asked"], formats.money(charge.amount_fen)),
        (words["charge_started_at"], at(charge.started_at)),
        (words["charge_number"], charge.id),
    ]
    if charge.succeeded_at is not None:
        rows[1:1] = [
            (words["charge_received"], formats.money(charge.received_fen)),
            (words["charge_succeeded_at"], at(charge.succeeded_at)),
        ]
        rows.append((words["charge_transaction"], charge.transaction_id or ""))
    elif charge.ended_at is not None:
        rows.insert(2, (words["charge_ended_at"], at(charge.ended_at)))
    if charge.why:
        rows.insert(0, (words["charge_why"], money.beside(charge.why, desk.language)))
    if charge.failure:
        rows.insert(0, (words["charge_failure"], charge.failure))
    provider = money.method(charge.provider, desk.language)
    return {
        "title": formats.in_line([provider, words[f"charge_way_{charge.way}"]]),
        "chip": words[f"charge_{word}"],
        "kind": KINDS.get(what, ""),
        "rows": rows,
    }


def refund_row(
    refund: Refund, desk: Desk, words: Words, form: Callable[[Refunded, str], Form]
) -> dict[str, object]:
    """Where it is and why, and what the shop can do about it."""
    where = money.where_it_is(refund, desk.language, desk.now)
    details = [
        (words[f"refund_{name}"], text)
        for name, text in (("number", refund.number), ("reference", refund.reference))
        if text
    ]
    return {
        "id": refund.id,
        "when": formats.moment(refund.at, desk.language, desk.now),
        "what": words("ledger_row", amount=where, reason=_reason(refund, desk, words)),
        "todo": money.what_to_do(refund, desk.language),
        "details": details,
        "retry": form("refund_retry", refund.id) if refund.money == "failed" else None,
        "sent": form("refund_sent", refund.id) if refund.waits == "owed" else None,
        "at": f"s{refund.id[:8]}-",
    }


def _reason(refund: Refund, desk: Desk, words: Words) -> str:
    """A complaint's refund is recorded under the complaint's reason."""
    if refund.beside:
        return money.beside(refund.reason, desk.language)
    if refund.reason in get_args(ComplaintReason):
        return words[f"reason_{refund.reason}"]
    return formats.marked(refund.reason, desk.language)
