"""The search box and what it found, as the desks of seller and county show it."""

from collections.abc import Sequence
from urllib.parse import quote

from markupsafe import Markup

from chalicelib.domain.access import Role
from chalicelib.domain.batches import Batch
from chalicelib.domain.claim_numbers import spoken
from chalicelib.domain.codes import display_code
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.search import MOST, Hit

from ..texts import Words
from ..texts.drawing import search
from . import formats
from .desks import Desk, ListEntry, contents, desk_page, state
from .late import PATH as COMPLAINTS
from .render import Page

LONGEST_SHOWN = 40
"""Characters of what was typed, where it is told back."""


def path_of(hit: Hit, role: Role) -> str:
    """Where its desk shows it."""
    subject = hit.subject
    if isinstance(subject, Complaint):
        return f"{COMPLAINTS}/{quote(subject.id)}"
    if isinstance(subject, Batch):
        sheet = f"/seller/batches/{quote(subject.id)}/recall"
        return sheet if role == "seller" else f"/cadre/batches/{quote(subject.id)}"
    order_id = subject.order_id if isinstance(subject, Parcel) else subject.id
    return f"/{'seller' if role == 'seller' else 'county'}/orders/{quote(order_id)}"


def title_of(hit: Hit, words: Words) -> Markup:
    """Without anybody's name."""
    subject = hit.subject
    if isinstance(subject, Batch):
        return words("hit_batch", lot=subject.lot)
    if isinstance(subject, Parcel):
        return words("hit_parcel", code=display_code(subject.code))
    if isinstance(subject, Complaint):
        return words("hit_claim", number=spoken(subject.short_number))
    return words("hit_order", number=subject.number)


def search_page(
    desk: Desk, typed: str, hits: Sequence[tuple[Hit, str | None]] | None, *, unreadable: bool
) -> Page:
    """hits: each with its buyer's name, for the shop; None before anything was typed."""
    words = desk.words(search.TEXTS)
    asked = hits is not None or unreadable
    return desk_page(
        "drawing/search.html",
        desk,
        words,
        tab="",
        query={"q": typed} if typed else {},
        sought=typed,
        hint=words[f"search_hint_{'seller' if desk.role == 'seller' else 'county'}"],
        nothing=_nothing(typed, words, unreadable=unreadable) if asked and not hits else None,
        count=words("search_found_one" if len(hits) == 1 else "search_found", n=len(hits))
        if hits
        else "",
        entries=[_entry(hit, name, desk, words) for hit, name in hits or ()],
        most=words("search_most", n=MOST) if hits and len(hits) >= MOST else "",
    )


def _nothing(typed: str, words: Words, *, unreadable: bool) -> tuple[Markup, str]:
    shown = formats.marked(typed[:LONGEST_SHOWN], words.language)
    if unreadable:
        return words("search_unreadable", q=shown), ""
    return words("search_none", q=shown), words["search_none_text"]


def _entry(hit: Hit, name: str | None, desk: Desk, words: Words) -> ListEntry:
    subject = hit.subject
    if isinstance(subject, Batch):
        kind, about = "batch", _about_batch(subject, desk, words)
    elif isinstance(subject, Parcel):
        kind, about = "parcel", _about_parcel(subject, hit.order, desk, words)
    elif isinstance(subject, Complaint):
        kind, about = "complaint", _about_claim(subject, desk, words)
    else:
        kind, about = "order", _about_order(subject, desk, words)
    if name:
        about.insert(0, formats.marked(name, desk.language))
    chip, colour = state(kind, subject.state, words)
    return ListEntry(
        href=desk.link(path_of(hit, desk.role)),
        title=title_of(hit, words),
        meta=(formats.in_line(about),),
        chip=chip,
        kind=colour,
    )


def _about_batch(batch: Batch, desk: Desk, words: Words) -> list[str | Markup]:
    passport = batch.passport
    harvested = formats.day(batch.harvested_on, desk.language)
    return [
        formats.named(passport.product, passport.product_en, desk.language),
        formats.marked(passport.producer, desk.language),
        words("hit_harvested", day=harvested),
    ]


def _about_parcel(
    parcel: Parcel, order: Order | None, desk: Desk, words: Words
) -> list[str | Markup]:
    about: list[str | Markup] = [words("hit_of_order", number=order.number)] if order else []
    if parcel.waybill:
        about.append(f"{parcel.carrier} {parcel.waybill}")
    when = parcel.shipped_at or parcel.packed_at
    return [*about, formats.moment(when, desk.language, desk.now)]


def _about_claim(complaint: Complaint, desk: Desk, words: Words) -> list[str | Markup]:
    when = formats.moment(complaint.created_at, desk.language, desk.now)
    return [words[f"reason_{complaint.reason}"], formats.money(complaint.amount_fen), when]


def _about_order(order: Order, desk: Desk, words: Words) -> list[str | Markup]:
    when = formats.moment(order.created_at, desk.language, desk.now)
    return [contents(order, words), formats.money(order.total_fen), when]
