"""The sheet of a held or recalled batch: every parcel of it, and whose buyer was notified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from chalicelib.domain import phones
from chalicelib.domain.batches import UNSELLABLE, Batch
from chalicelib.domain.codes import display_code
from chalicelib.domain.recalls import Progress, SheetRow

from ..texts import Words
from ..texts.drawing import recalls
from . import formats
from .desks import Desk, ListEntry, desk_page, state
from .forms import Form
from .render import Page
from .spreadsheets import csv
from .verdicts import Banner

ROWS = 100
"""Of a page."""


@dataclass(frozen=True)
class SheetView:
    """rows: those of this page, from `start`, with their orders. names: of who ticked them, by id.

    by_shop, shops: for the county, how far each is, and its name; by the shop's id.
    """

    batch: Batch
    progress: Progress
    rows: Sequence[SheetRow]
    start: int
    complete: bool
    names: Mapping[str, str]
    by_shop: Mapping[str, Progress]
    shops: Mapping[str, str]


def sheet_path(desk: Desk, batch_id: str) -> str:
    return f"/{'seller' if desk.role == 'seller' else 'county'}/batches/{quote(batch_id)}/recall"


def sheet_page(desk: Desk, view: SheetView, form: Form, *, tab: str) -> Page:
    """form: the secrets of the ticks, and why one was refused."""
    words = desk.words(recalls.TEXTS)
    batch, path = view.batch, sheet_path(desk, view.batch.id)
    chip, kind = state("batch", batch.state, words)
    stopped = batch.state in UNSELLABLE
    may_tick = desk.role == "seller" and stopped
    begin, end = view.start + 1, view.start + len(view.rows)
    further = end < view.progress.parcels
    return desk_page(
        "drawing/recall.html",
        desk,
        words,
        tab=tab,
        query={"start": str(view.start)} if view.start else {},
        title=_title(batch, desk, words),
        chip=chip,
        kind=kind,
        banner=_banner(batch, desk, words),
        form=form,
        progress=_progress(view.progress, words) if stopped and view.progress.parcels else "",
        share=_share(view.progress),
        least="" if view.complete else words("progress_least", n=view.progress.parcels),
        shops=[
            _shop(view.shops.get(shop_id, ""), progress, desk, words)
            for shop_id, progress in view.by_shop.items()
        ],
        rows=[_row(row, view, desk, words, may_tick=may_tick) for row in view.rows],
        place=words("rows_place", begin=begin, end=end, n=view.progress.parcels)
        if view.rows and (further or view.start)
        else "",
        further=desk.link(path, start=str(end)) if further else "",
        first=desk.link(path) if view.start else "",
        csv=desk.link(f"{path}.csv") if view.rows else "",
        call=_next_call(view.rows, words) if may_tick else None,
    )


def _product(batch: Batch, desk: Desk) -> Markup:
    passport = batch.passport
    return formats.named(passport.product, passport.product_en, desk.language)


def _title(batch: Batch, desk: Desk, words: Words) -> Markup:
    name = batch.state if batch.state in UNSELLABLE else "other"
    return words(f"sheet_{name}", product=_product(batch, desk), lot=batch.lot)


def _banner(batch: Batch, desk: Desk, words: Words) -> Banner:
    if batch.state not in UNSELLABLE:
        return Banner("info", words["sheet_fine"], ())
    who = "seller" if desk.role == "seller" else "county"
    reason = formats.marked(batch.reason or "", desk.language)
    return Banner(
        "stop" if batch.state == "recalled" else "warn",
        words(f"{batch.state}_why", reason=reason),
        (words[f"{batch.state}_do_{who}"],),
    )


def _progress(progress: Progress, words: Words) -> Markup:
    text = "progress_sum" if progress.left else "progress_all"
    shown = words(text, n=progress.parcels, notified=progress.notified, left=progress.left)
    if progress.never_left:
        shown += words("progress_void", n=progress.never_left)
    return shown


def _share(progress: Progress) -> int:
    """Per cent, of those to be notified."""
    wanted = progress.notified + progress.left
    return 100 * progress.notified // wanted if wanted else 100


def _chip(progress: Progress, words: Words) -> tuple[str, str]:
    if progress.left:
        return words("progress_left", n=progress.left), "bad"
    return words["progress_done"], "ok"


def _shop(name: str, progress: Progress, desk: Desk, words: Words) -> ListEntry:
    chip, kind = _chip(progress, words)
    about = words(
        "progress_of_shop", notified=progress.notified, n=progress.notified + progress.left
    )
    return ListEntry("", formats.marked(name, desk.language), (about,), chip, kind)  # type: ignore[arg-type]


def _row(
    row: SheetRow, view: SheetView, desk: Desk, words: Words, *, may_tick: bool
) -> dict[str, object]:
    parcel, buyer = row.parcel, row.buyer
    code = display_code(parcel.code)
    chip, kind = state("parcel", parcel.state, words)
    quantity = formats.quantity(row.quantity, parcel.unit, desk.language)
    about: list[str | Markup] = [words("row_quantity", quantity=quantity)]
    if parcel.waybill:
        about.append(f"{parcel.carrier} {parcel.waybill}")
    own = desk.role == "seller"
    return {
        "code": parcel.code,
        "name": formats.marked(buyer.name, desk.language)
        if buyer
        else words["row_erased"]
        if own
        else formats.marked(view.shops.get(parcel.shop_id, ""), desk.language),
        "phone": buyer.number if buyer else "",
        "dial": _dial(row),
        "parcel": words("row_parcel", code=code),
        "order": _order(row, desk, words),
        "about": formats.in_line(about),
        "chip": chip,
        "kind": kind,
        "notified": _notified(row, view, desk, words),
        "act": ("taken_back" if row.is_notified else "notified")
        if may_tick and not row.never_left
        else "",
        "void": words["row_void"] if row.never_left else "",
        "of_parcel": words("of_parcel", code=code),
    }


def _order(row: SheetRow, desk: Desk, words: Words) -> tuple[str, str] | None:
    if row.order is None:
        return None
    desk_path = "seller" if desk.role == "seller" else "county"
    path = f"/{desk_path}/orders/{quote(row.order.id)}"
    return words("row_order", number=row.order.number), desk.link(path)


def _notified(row: SheetRow, view: SheetView, desk: Desk, words: Words) -> tuple[str, str] | None:
    if not row.is_notified or row.notice is None:
        return None
    who = view.names.get(row.notice.by)
    when = formats.moment(row.notice.at, desk.language, desk.now)
    shown = words("row_told_by", who=formats.marked(who, desk.language), when=when) if who else when
    return words["row_told"], shown


def _dial(row: SheetRow) -> str:
    """For a tel: link; nothing for a number of which a part is masked."""
    if row.buyer is None or "*" in row.buyer.number:
        return ""
    return phones.to_dial(row.buyer.number)


def _next_call(rows: Sequence[SheetRow], words: Words) -> tuple[str, str] | None:
    """Whom to call next: the first of the page who was not notified."""
    for row in rows:
        if row.buyer and not row.is_notified and not row.never_left and (number := _dial(row)):
            return words("call_next", name=row.buyer.name), f"tel:{number}"
    return None


def stopped_entry(batch: Batch, parcels: int, notified: int, desk: Desk) -> ListEntry:
    """A held or recalled batch on the seller's desk: as many parcels as its sheet has rows."""
    words = desk.words(recalls.TEXTS)
    chip, kind = state("batch", batch.state, words)
    many = words("stopped_parcels_one" if parcels == 1 else "stopped_parcels", n=parcels)
    return ListEntry(
        href=desk.link(sheet_path(desk, batch.id)),
        title=words("stopped_batch", product=_product(batch, desk), lot=batch.lot),
        meta=(formats.in_line([many, words("progress_of_shop", notified=notified, n=parcels)]),),
        chip=chip,
        kind=kind,
    )


def sheet_csv(desk: Desk, view: SheetView) -> str:
    """For the shop with buyers and phones, for the county with the shops' names."""
    words = desk.words(recalls.TEXTS)
    own = ["buyer", "phone"] if desk.role == "seller" else ["shop"]
    columns = ["parcel", "order", "state", "quantity", "carrier", "waybill", *own]
    headings = [
        words[f"column_{name}"] for name in [*columns, "notified", "notified_at", "notified_by"]
    ]
    return csv(headings, (_cells(row, view, desk, words) for row in view.rows))


def _cells(row: SheetRow, view: SheetView, desk: Desk, words: Words) -> list[str]:
    parcel, buyer, notified = row.parcel, row.buyer, row.notice if row.is_notified else None
    own = [buyer.name if buyer else "", buyer.number if buyer else ""]
    return [
        display_code(parcel.code),
        row.order.number if row.order else "",
        state("parcel", parcel.state, words)[0],
        formats.quantity(row.quantity, parcel.unit, desk.language),
        parcel.carrier or "",
        parcel.waybill or "",
        *(own if desk.role == "seller" else [view.shops.get(parcel.shop_id, "")]),
        words["yes" if notified else "no"],
        formats.moment(notified.at, desk.language, desk.now) if notified else "",
        view.names.get(notified.by, "") if notified else "",
    ]
