"""An order as the county sees it: of which shop, what, where it is; nothing of its buyer."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from chalicelib.domain.batches import Batch
from chalicelib.domain.codes import display_code
from chalicelib.domain.journal import Change
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel

from ..drawing import formats
from ..drawing.desks import Desk, ListEntry, desk_page, flag, journal, state
from ..drawing.render import Page
from ..texts import Words
from ..texts.office import county


@dataclass(frozen=True)
class OrderView:
    """parcels: each with its recalled batches. changes: each with the name of who made it."""

    order: Order
    shop: str
    refunded_fen: int
    parcels: Sequence[tuple[Parcel, Sequence[Batch]]]
    changes: Sequence[tuple[Change, str | None]]


def order_page(desk: Desk, view: OrderView) -> Page:
    words = desk.words(county.TEXTS)
    order = view.order
    chip, kind = state("order", order.state, words)
    complaints = dict.fromkeys(claim for parcel, _ in view.parcels for claim in parcel.complaints)
    return desk_page(
        "office/order.html",
        desk,
        words,
        tab="",
        title=words("order_title", number=order.number),
        chip=chip,
        kind=kind,
        facts=_facts(view, desk, words),
        parcels=[_parcel(parcel, recalled, desk, words) for parcel, recalled in view.parcels],
        complaints=[
            (words("see_complaint", n=n), desk.link(f"/seller/complaints/{quote(complaint_id)}"))
            for n, complaint_id in enumerate(complaints, 1)
        ],
        history=journal("order", view.changes, desk, words),
    )


def _facts(view: OrderView, desk: Desk, words: Words) -> list[tuple[str, str | Markup]]:
    order = view.order
    rows: list[tuple[str, str | Markup]] = [
        (words["fact_shop"], formats.marked(view.shop, desk.language)),
        *(
            (
                words["order_goods"],
                words("line", title=formats.goods(line, desk.language), n=line.packs),
            )
            for line in order.lines
        ),
        (words["order_total"], formats.money(order.total_fen)),
        (words["order_placed"], formats.moment(order.created_at, desk.language, desk.now)),
    ]
    if view.refunded_fen:
        rows.append((words["order_refunded"], formats.money(view.refunded_fen)))
    return rows


def _parcel(parcel: Parcel, recalled: Sequence[Batch], desk: Desk, words: Words) -> ListEntry:
    chip, kind = state("parcel", parcel.state, words)
    sent = f"{parcel.carrier} {parcel.waybill}" if parcel.waybill else ""
    when = formats.moment(parcel.shipped_at or parcel.packed_at, desk.language, desk.now)
    return ListEntry(
        href=desk.link(f"/t/{quote(parcel.code)}"),
        title=words("order_parcel", code=display_code(parcel.code)),
        meta=(
            formats.in_line([sent, when] if sent else [when]),
            *(flag(words["batch_recalled"], "bad") for _ in recalled[:1]),
        ),
        chip=chip,
        kind=kind,
    )
