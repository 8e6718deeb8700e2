"""The after-sales inbox: complaints by deadline, and how soon they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from markupsafe import Markup

from chalicelib.domain.claim_numbers import spoken
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.patterns import Pattern
from chalicelib.domain.response import ESCALATES_AFTER, ResponseFigures
from chalicelib.domain.returns import Return

from ..drawing import formats
from ..drawing.desks import Desk, ListEntry, deadline, desk_page, flag, pattern, state
from ..drawing.late import PATH
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import inbox, seller

SHOWN = 3
"""Photos of a complaint in the list."""
Show = Literal["open", "overdue", "answered", "returns", "settled", "rejected"]


@dataclass(frozen=True)
class InboxRow:
    """photos: addresses of its first ones, at most SHOWN. alarm: the pattern of its batch, if too
    many complain. shop: told to the county."""

    complaint: Complaint
    photos: Sequence[str]
    alarm: Pattern | None
    way_back: Return | None
    shop: str | None


@dataclass(frozen=True)
class Soon:
    """How soon complaints were answered, with the period, the moment and whether it is all."""

    figures: ResponseFigures
    days: int
    as_of: datetime
    complete: bool


def inbox_page(
    desk: Desk,
    rows: Sequence[InboxRow],
    *,
    show: Show,
    soon: Soon | None,
    late: Sequence[ListEntry],
    cursor: str | None,
    next_cursor: str | None,
    photo_origin: str | None,
) -> Page:
    """soon, late: on the first page only. photo_origin: where photos are, if not on this host."""
    words = desk.words(inbox.TEXTS, seller.TEXTS)
    return desk_page(
        "seller/inbox.html",
        desk,
        words,
        tab=PATH,
        css=["seller/inbox"],
        img=[photo_origin] if photo_origin else [],
        query={"show": show},
        late=late,
        filters=[
            (words[f"show_{choice}"], desk.link(PATH, show=choice), choice == show)
            for choice in get_args(Show)
        ],
        entries=[_entry(row, desk, words) for row in rows],
        nothing=words[f"none_{show}"],
        older=next_cursor and desk.link(PATH, show=show, cursor=next_cursor),
        newest=cursor and desk.link(PATH, show=show),
        figures=_figures(soon, words) if soon else [],
        stated=_stated(soon, desk, words) if soon else "",
        may_save=desk.role == "seller",
    )


def _entry(row: InboxRow, desk: Desk, words: Words) -> ListEntry:
    complaint = row.complaint
    chip, kind = state("complaint", complaint.state, words)
    if complaint.state == "open":
        chip, kind = deadline(complaint.reply_due_at, desk, words)
    elif row.way_back and row.way_back.state == "awaited":
        chip, kind = state("return", "awaited", words)
    about: list[str | Markup] = [spoken(complaint.short_number)]
    about.append(formats.money(complaint.amount_fen))
    if complaint.damaged_percent:
        about.append(words("share", n=complaint.damaged_percent))
    about.append(words[f"wanted_{complaint.wanted}" if complaint.wanted else "wanted_any"])
    n = len(complaint.photos)
    about.append(words("photos_one" if n == 1 else "photos_n", n=n) if n else words["photos_none"])
    meta: list[str | Markup] = [formats.in_line(about)]
    if row.photos:
        meta.append(_thumbnails(row.photos, words))
    if complaint.recalled:
        meta.append(flag(words["batch_recalled"], "bad"))
    if row.alarm:
        # of all shops, so a seller learns that it is so and not of how many parcels
        own = desk.role == "seller"
        meta.append(flag(words["pattern_alarm"] if own else pattern(row.alarm, words), "warn"))
    if complaint.is_overdue(desk.now - ESCALATES_AFTER):
        meta.append(flag(words["escalated"], "bad"))
    if complaint.is_open and complaint.added and complaint.messages[-1].by == "buyer":
        meta.append(flag(words["said_more"], "warn"))
    if row.shop:
        meta.append(formats.marked(row.shop, desk.language))
    return ListEntry(
        href=desk.link(f"{PATH}/{complaint.id}"),
        title=words[f"reason_{complaint.reason}"],
        meta=meta,
        chip=chip,
        kind=kind,
    )


def _thumbnails(addresses: Sequence[str], words: Words) -> Markup:
    shown = Markup('<img src="{}" alt="{}" width="56" height="56" loading="lazy">')
    images = [shown.format(address, words("photo", n=n)) for n, address in enumerate(addresses, 1)]
    return Markup('<span class="thumbs">{}</span>').format(Markup("").join(images))


def _figures(soon: Soon, words: Words) -> list[tuple[str, str | Markup]]:
    """What there is none of is said so, never shown as zero."""
    figures = soon.figures
    rate = figures.in_time_rate
    in_time = (
        words("in_time", rate=round(rate * 100), n=figures.in_time, of=figures.due)
        if rate is not None
        else words["no_figure"]
    )
    return [
        (words["figure_in_time"], in_time),
        (
            words["figure_answer"],
            _hours(
                figures.median_hours_to_answer, figures.p90_hours_to_answer, figures.answered, words
            ),
        ),
        (
            words["figure_settle"],
            _hours(
                figures.median_hours_to_settle, figures.p90_hours_to_settle, figures.settled, words
            ),
        ),
    ]


def _hours(median: float | None, p90: float | None, n: int, words: Words) -> str | Markup:
    if median is None:
        return words["no_figure"]
    return words("hours_of", median=median, p90=p90, n=n)


def _stated(soon: Soon, desk: Desk, words: Words) -> Markup:
    at = formats.moment(soon.as_of, desk.language, desk.now)
    stated = words("figures_stated", days=soon.days, n=soon.figures.due, at=at)
    return stated if soon.complete else stated + " " + words["figures_part"]
