"""The seller's page of what has arrived: a list to choose from, and one of the carrier's."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from chalicelib.domain.codes import display_code
from chalicelib.domain.deliveries import DeliveryOutcome, What
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.waybill_files import MOST_ROWS

from ..drawing import formats
from ..drawing.desks import Desk, Kind, desk_page
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts.seller import deliveries
from .home import PATH

DELIVERIES = f"{PATH}/deliveries"
KINDS: dict[str, Kind] = {
    "ready": "", "delivered": "ok", "already": "ok", "waiting": "warn", "wrong": "bad",
}  # fmt: skip
FIRST = ("wrong", "waiting")
"""What a person has to look at stands on top."""


def deliveries_page(
    desk: Desk,
    form: Form,
    under_way: Sequence[tuple[Order, Parcel]],
    outcomes: Sequence[tuple[DeliveryOutcome, str | None]],
    *,
    wrong: str,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    """outcomes: each with why it marks nothing. Inputs: rows, the list as it was sent."""
    words = desk.words(deliveries.TEXTS)
    counts = Counter(outcome.what for outcome, _ in outcomes)
    summary = ""
    if outcomes:
        key = "summary_preview" if counts["ready"] else "summary_result"
        summary = words(key, **{name: counts[name] for name in get_args(What)})
    return desk_page(
        "seller/deliveries.html",
        desk,
        words,
        tab=f"{PATH}/packing",
        query={"cursor": cursor} if cursor else {},
        css=["seller/packing"],
        js=["drawing/page", "drawing/request", "seller/deliveries"],
        form=form,
        wrong=wrong,
        summary=summary,
        rows=[
            {
                "title": words("row", row=outcome.row.row, ref=outcome.row.named),
                "chip": words[f"what_{outcome.what}"],
                "kind": KINDS[outcome.what],
                "why": why or (outcome.row.state or "" if outcome.what == "waiting" else ""),
            }
            for outcome, why in sorted(outcomes, key=lambda entry: entry[0].what not in FIRST)
        ],
        ready=counts["ready"],
        given=_left(form, outcomes),
        under_way=[_parcel(order, parcel, desk) for order, parcel in under_way],
        older=next_cursor and desk.link(DELIVERIES, cursor=next_cursor),
        newest=cursor and desk.link(DELIVERIES),
        most=MOST_ROWS,
        headings="\t".join(words[f"col_{name}"] for name in ("parcel", "waybill", "state")),
        back=desk.link(f"{PATH}/packing"),
    )


def _left(form: Form, outcomes: Sequence[tuple[DeliveryOutcome, str | None]]) -> str:
    """The list as it was sent, until it was worked off; then what was not marked."""
    given = form.value("rows")
    if not any(outcome.what == "delivered" for outcome, _ in outcomes):
        return given
    left = [outcome.row for outcome, _ in outcomes if outcome.what in FIRST]
    return "".join(f"{row.named} {row.state or ''}".rstrip() + "\n" for row in left if given)


def _parcel(order: Order, parcel: Parcel, desk: Desk) -> tuple[str, str, str, str]:
    shipped = parcel.shipped_at or parcel.packed_at
    return (
        parcel.code,
        order.number,
        f"{parcel.carrier or ''} {parcel.waybill or ''}".strip() or display_code(parcel.code),
        formats.short_day(shipped, desk.language, desk.now),
    )
