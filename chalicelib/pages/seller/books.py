"""The books on the desk: a month with its days, and a day with what differs and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from chalicelib.domain.book_months import BookMonth, MonthDay, days_of, month_of, summed
from chalicelib.domain.book_refusals import advice
from chalicelib.domain.day_books import KINDS, WHOLE_BILL, DayBook, Difference, ShopSums, ends
from chalicelib.domain.fields import china_date
from chalicelib.domain.journal import Change

from ..drawing import formats
from ..drawing.desks import Desk, Kind, desk_page, journal
from ..drawing.forms import Form
from ..drawing.render import Page
from ..drawing.verdicts import Banner
from ..texts import LANGUAGES, Words
from ..texts.seller import books

BOOKS = "/seller/books"
REOPEN = "reopen"
SUMS = ("received", "refunded", "fees", "net")


@dataclass(frozen=True)
class MonthOnDesk:
    """month: None where no provider is set up. totals: by shop. shops: their names, for the county.
    history: newest first, each change with its account's name."""

    text: str
    month: BookMonth | None
    days: Sequence[MonthDay] = ()
    totals: Sequence[ShopSums] = ()
    shops: Mapping[str, str] | None = None
    history: Sequence[tuple[Change, str | None]] = ()


def month_page(desk: Desk, view: MonthOnDesk, form: Form, *, done: str | None) -> Page:
    """Inputs: why."""
    words = desk.words(books.TEXTS)
    month = view.month
    undone = [day for day in view.days if not day.is_done]
    over = desk.now >= ends(days_of(view.text)[-1])
    is_closed = month is not None and month.state == "closed"
    may_close = desk.role == "county" and over and bool(view.days) and not undone
    return desk_page(
        "seller/books.html",
        desk,
        words,
        tab=BOOKS,
        css=["seller/books"],
        query={"month": view.text},
        heading=words("month_heading", month=view.text),
        done=_done(done, words),
        form=form,
        is_there=month is not None,
        months=_months(desk, view.text, words),
        chip=_month_chip(is_closed=is_closed, undone=len(undone), words=words),
        state=_month_state(month, undone, over=over, desk=desk, words=words),
        facts=_facts(_whole(view.totals), words),
        shops=_by_shop(view, desk, words) if desk.role == "county" else (),
        days=[_day_row(day, desk, words) for day in reversed(view.days)],
        columns=[words[name] for name in ("day", *SUMS, "state")],
        names=[words[name] for name in SUMS],
        history=journal("book_month", list(reversed(view.history)), desk, words),
        xlsx=view.days and desk.link(f"{BOOKS}.xlsx", month=view.text),
        may_fetch=bool(undone) and not is_closed,
        may_close=may_close and not is_closed,
        may_reopen=is_closed and desk.role == "county",
    )


def _done(done: str | None, words: Words) -> str:
    return words[f"done_{done}"] if f"done_{done}" in books.TEXTS else ""


def _months(desk: Desk, text: str, words: Words) -> list[tuple[str, str]]:
    first = days_of(text)[0]
    before, after = first - timedelta(days=1), days_of(text)[-1] + timedelta(days=1)
    links = [(words["month_before"], desk.link(BOOKS, month=month_of(before)))]
    if after <= china_date(desk.now):
        links.append((words["month_after"], desk.link(BOOKS, month=month_of(after))))
    return links


def _month_chip(*, is_closed: bool, undone: int, words: Words) -> tuple[str, Kind]:
    if is_closed:
        return words["month_closed"], "ok"
    return words["month_open"], "warn" if undone else ""


def _month_state(
    month: BookMonth | None, undone: Sequence[MonthDay], *, over: bool, desk: Desk, words: Words
) -> str:
    if month is not None and month.closed_at is not None:
        when = formats.moment(month.closed_at, desk.language, desk.now)
        return words("month_closed_on", when=when)
    if undone:
        return words("month_undone_one" if len(undone) == 1 else "month_undone", n=len(undone))
    return words["close_about"] if over else words["month_running"]


def _whole(totals: Sequence[ShopSums]) -> ShopSums:
    whole = ShopSums()
    for sums in totals:
        whole = whole + sums
    return whole


def signed(fen: int) -> str:
    """Money that may be less than nothing."""
    return f"−{formats.money(-fen)}" if fen < 0 else formats.money(fen)


def _sums(sums: ShopSums) -> list[str]:
    """In the order of SUMS."""
    values = (sums.received_fen, sums.refunded_fen, sums.fee_fen, sums.net_fen)
    return [signed(fen) for fen in values]


def _facts(sums: ShopSums, words: Words) -> list[tuple[str, str]]:
    return list(zip([words[name] for name in SUMS], _sums(sums), strict=True))


def _by_shop(
    view: MonthOnDesk, desk: Desk, words: Words
) -> list[tuple[str | Markup, list[tuple[str, str]]]]:
    if len(view.totals) < 2:
        return []
    return [
        (name_of(sums.shop_id, view.shops or {}, desk, words), _facts(sums, words))
        for sums in view.totals
    ]


def name_of(
    shop_id: str | None, shops: Mapping[str, str], desk: Desk, words: Words
) -> str | Markup:
    if shop_id is None:
        return words["nobodys"]
    return formats.marked(shops.get(shop_id, shop_id), desk.language)


def _day_row(day: MonthDay, desk: Desk, words: Words) -> dict[str, object]:
    chip, kind = _day_chip(day, desk, words)
    return {
        "href": desk.link(f"{BOOKS}/{day.day}"),
        "day": f"{day.day:%m-%d}" if desk.language == "zh-CN" else formats.day(day.day, "en"),
        "sums": _sums(_whole(day.sums)) if any(not b.failure for b in day.books) else [],
        "chip": chip,
        "kind": kind,
    }


def _day_chip(day: MonthDay, desk: Desk, words: Words) -> tuple[str, Kind]:
    differing = sum(book.open_differences for book in day.books)
    if differing:
        return words("day_differing", n=differing), "bad"
    for book in day.books:
        if book.failure:
            if book.is_done:
                return words["day_noted"], "ok"
            return words[f"day_{book.failure}"], "bad" if book.failure == "refused" else "warn"
    if desk.now < ends(day.day) or any(not book.is_whole for book in day.books):
        return words["day_running"], ""
    if day.missing:
        return words["day_missing"], "warn"
    waiting = sum(book.waiting for book in day.books)
    if waiting:
        return words("day_waiting", n=waiting), "warn"
    settled = any(book.differences for book in day.books)
    return words["day_settled" if settled else "day_done"], "ok"


# --- one day -------------------------------------------------------------------------------------


def day_page(
    desk: Desk,
    day: date,
    kept: Sequence[DayBook],
    form: Form,
    *,
    forms: Mapping[str, Form],
    shops: Mapping[str, str],
    names: Mapping[str, str],
    is_closed: bool,
    done: str | None,
) -> Page:
    """kept: of the merchants that concern who looks. forms: by number, of those that were refused;
    `form` stands for all others. names: of the accounts that noted something."""
    words = desk.words(books.TEXTS)
    text = formats.day(day, desk.language)
    month = month_of(day)
    sums = _whole(summed(kept))
    made_at = min((book.made_at for book in kept), default=None)
    facts = _facts(sums, words)
    facts.append((words["matched"], words("matched_n", n=sums.matched)))
    if sums.waiting:
        facts.append((words["waiting"], words("waiting_n", n=sums.waiting)))
    if made_at:
        when = formats.moment(made_at, desk.language, desk.now)
        facts.append((words["fetched_at"], when))
    failing = any(not book.is_whole for book in kept)
    return desk_page(
        "seller/book_day.html",
        desk,
        words,
        tab=BOOKS,
        css=["seller/books"],
        heading=words("day_heading", day=text),
        done=_done(done, words),
        form=form,
        banner=_day_banner(day, kept, desk, words),
        facts=facts if kept else [],
        kinds=_by_kind(kept, forms, form, shops, names, desk, words),
        left_out=sum(book.left_out for book in kept),
        fetch=words["fetch_again" if kept else "fetch"],
        may_fetch=not is_closed,
        bill_form=forms.get(WHOLE_BILL, form) if failing and desk.role == "county" else None,
        bill=WHOLE_BILL,
        bill_notes=[book.notes[WHOLE_BILL].note for book in kept if WHOLE_BILL in book.notes],
        is_closed=is_closed,
        xlsx=bool(kept) and desk.link(f"{BOOKS}/{day}/bill.xlsx"),
        back=desk.link(BOOKS, month=month),
        back_to=words("back_to_month", month=month),
    )


def _day_banner(day: date, kept: Sequence[DayBook], desk: Desk, words: Words) -> Banner:
    if not kept:
        return Banner("info", words["missing_title"], (words["missing_text"],))
    differing = sum(book.open_differences for book in kept)
    if differing:
        key = "differs_title_one" if differing == 1 else "differs_title"
        return Banner("bad", words(key, n=differing), ())
    for book in kept:
        if book.failure and not book.is_done:
            title, text = words[f"{book.failure}_title"], words[f"{book.failure}_text"]
            return Banner("bad" if book.failure == "refused" else "warn", title, (text,))
    if any(not book.is_whole and book.failure is None for book in kept):
        return Banner("info", words["running_title"], (words["running_text"],))
    waiting = sum(book.waiting for book in kept)
    if waiting:
        key = "waits_title_one" if waiting == 1 else "waits_title"
        return Banner("warn", words(key, n=waiting), (words["waits_text"],))
    settled = any(book.differences or book.notes for book in kept)
    return Banner("ok", words["settled_title" if settled else "agrees_title"], ())


def _by_kind(
    kept: Sequence[DayBook],
    forms: Mapping[str, Form],
    form: Form,
    shops: Mapping[str, str],
    names: Mapping[str, str],
    desk: Desk,
    words: Words,
) -> list[tuple[str, list[dict[str, object]]]]:
    """Each kind that there is, with its entries."""
    entries: dict[str, list[dict[str, object]]] = {}
    for book in kept:
        for difference in book.differences:
            entry = _entry(book, difference, shops, names, desk, words)
            entry["form"] = forms.get(difference.number, form)
            entries.setdefault(difference.kind, []).append(entry)
    return [(words[f"kind_{kind}"], entries[kind]) for kind in KINDS if kind in entries]


def _entry(
    book: DayBook,
    difference: Difference,
    shops: Mapping[str, str],
    names: Mapping[str, str],
    desk: Desk,
    words: Words,
) -> dict[str, object]:
    settled = book.note_of(difference)
    row = "refund_row" if difference.out_refund_no else "payment_row"
    sides: list[tuple[str, str | Markup]] = []
    for side, fen in (("ours", difference.ours_fen), ("theirs", difference.theirs_fen)):
        sides.append((words[side], words["nothing"] if fen is None else formats.money(fen)))
    if desk.role == "county":
        sides.append((words["shop"], name_of(difference.shop_id, shops, desk, words)))
    order = "county" if desk.role == "county" else "seller"
    note = ""
    if settled:
        when = formats.moment(settled.at, desk.language, desk.now)
        note = f"{when} · {names.get(settled.by) or words['by_unknown']}"
    return {
        "number": difference.number,
        "title": words(row, number=difference.number),
        "facts": sides,
        "order": difference.order_id and desk.link(f"/{order}/orders/{difference.order_id}"),
        "advice": "" if settled else advice(difference)[LANGUAGES.index(desk.language)],
        "settled": settled.note if settled else "",
        "noted": note,
    }
