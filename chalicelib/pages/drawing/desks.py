"""What the pages of cadre, county and seller share: the frame, states in colour, deadlines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from markupsafe import Markup

from chalicelib.domain.access import Role
from chalicelib.domain.journal import Change
from chalicelib.domain.orders import Order
from chalicelib.domain.patterns import Pattern, PatternProposal

from ..texts import Language, TextTable, Words
from ..texts.drawing import desks, doubts, shared
from . import formats
from .render import Page, render

Kind = Literal["", "ok", "warn", "bad"]
Link = tuple[str | Markup, str]
"""What it says, and where it leads."""

KINDS: dict[str, Kind] = {
    "batch_registered": "warn",
    "batch_passed": "ok",
    "batch_held": "bad",
    "batch_recalled": "bad",
    "order_pending_payment": "warn",
    "order_paid": "warn",
    "order_packed": "warn",
    "order_delivered": "ok",
    "parcel_packed": "warn",
    "parcel_delivered": "ok",
    "parcel_returned": "bad",
    "complaint_open": "bad",
    "complaint_answered": "warn",
    "complaint_settled": "ok",
    "return_awaited": "warn",
    "return_received": "ok",
}
"""The colour of a state; those not named are plain."""

FRAME = ("drawing/desk", "drawing/columns", "drawing/rail")
"""Styles of every page of the desks, after a page's own."""

SOON_HOURS = 12
"""A deadline nearer than this is shown in amber: it ends within the working day."""


@dataclass(frozen=True)
class Waiting:
    """How much is on a list of the desk, up to what was counted; late: how much is overdue."""

    n: int
    most: int
    late: int = 0


@dataclass(frozen=True)
class Desk:
    """Who sits at it, in which language, and now. counts: what stands beside the tabs, by path;
    asked for only by a page that shows them."""

    name: str
    role: Role
    shop_id: str | None
    csrf: str
    language: Language
    large_text: bool
    now: datetime
    counts: Callable[[], Mapping[str, Waiting]] = dict

    def words(self, *tables: TextTable) -> Words:
        return Words(self.language, *tables, desks.TEXTS, doubts.TEXTS, shared.TEXTS)

    def link(self, path: str, **query: str | None) -> str:
        """A link within the desk that keeps language and text size."""
        text = {"text": "large"} if self.large_text else {}
        given = {key: value for key, value in query.items() if value}
        return f"{path}?{urlencode({**given, 'lang': self.language, **text})}"


@dataclass(frozen=True)
class ListEntry:
    """One row of a list. meta: small print below, already escaped by whoever made it."""

    href: str
    title: str | Markup
    meta: Sequence[str | Markup]
    chip: str = ""
    kind: Kind = ""
    acts: Sequence[Link] = ()
    """What can be done at once, below it."""


def desk_page(
    template: str,
    desk: Desk,
    words: Words,
    *,
    tab: str,
    query: Mapping[str, str] | None = None,
    css: Sequence[str] = (),
    js: Sequence[str] = (),
    img: Sequence[str] = (),
    sought: str = "",
    **values: Any,
) -> Page:
    """`tab`: the path of the tab that is open. query: what the language link must keep. sought:
    what stands in the search box."""
    role = words[f"role_{desk.role}"]
    return render(
        template,
        words,
        css=["drawing/forms", "drawing/cards", *css, *FRAME],
        js=js,
        img=img,
        large_text=desk.large_text,
        query=query,
        desk=desk,
        link=desk.link,
        seek=f"/{desk.role}/search" if desk.role in {"seller", "county"} else "",
        sought=sought,
        tabs=_shown_tabs(desk, words, tab),
        who=words("signed_in", name=formats.marked(desk.name, desk.language), role=role),
        **values,
    )


@dataclass(frozen=True)
class Tab:
    """count: how many are on its list; late, unit: what a screen reader says after it."""

    text: str
    href: str
    open: bool
    count: str = ""
    late: str | Markup = ""
    unit: str = ""


def _shown_tabs(desk: Desk, words: Words, current: str) -> list[Tab]:
    counts = desk.counts()
    shown = []
    for text, path in _tabs(desk, words):
        waiting = counts.get(path, Waiting(0, 0))
        count = counted(waiting.n, waiting.most) if waiting.n else ""
        late = words("tab_late", n=waiting.late) if waiting.late else ""
        unit = words[f"count_{path.rpartition('/')[2]}"] if count else ""
        shown.append(Tab(text, desk.link(path), path == current, count, late, unit))
    return shown


def counted(n: int, most: int) -> str:
    """99+ where there are more than were counted."""
    return str(n) if n <= most else f"{most}+"


def _tabs(desk: Desk, words: Words) -> list[Link]:
    if desk.role == "county":
        return [
            (words["tab_batches"], "/cadre/batches"),
            (words["tab_complaints"], "/seller/complaints"),
            (words["tab_refunds"], "/seller/refunds"),
            (words["tab_people"], "/county/people"),
            (words["tab_flagged"], "/county/flagged"),
            (words["tab_catalogue"], "/county/setup"),
            (words["tab_books"], "/seller/books"),
        ]
    if desk.role != "seller":
        return [
            (words["tab_field"], "/cadre"),
            (words["tab_alarms"], "/cadre/batches"),
            (words["tab_producers"], "/cadre/producers"),
            (words["tab_products"], "/cadre/products"),
        ]
    return [
        (words["tab_todo"], "/seller"),
        (words["tab_orders"], "/seller/orders"),
        (words["tab_packing"], "/seller/packing"),
        (words["tab_complaints"], "/seller/complaints"),
        (words["tab_refunds"], "/seller/refunds"),
        (words["tab_imports"], "/seller/imports"),
        (words["tab_offers"], "/seller/offers"),
        (words["tab_customers"], "/seller/customers"),
        (words["tab_books"], "/seller/books"),
        (words["tab_shop"], "/seller/shop"),
    ]


def state(subject: str, name: str, words: Words) -> tuple[str, Kind]:
    """A state's word and colour: ("order", "paid") -> ("待装箱", "warn")."""
    return words[f"{subject}_{name}"], KINDS.get(f"{subject}_{name}", "")


def deadline(due: datetime, desk: Desk, words: Words) -> tuple[Markup, Kind]:
    """还剩 3 小时, 已超时 2 小时: in words and in colour."""
    overdue = desk.now > due
    unit, n = formats.left(desk.now, due) if overdue else formats.left(due, desk.now)
    time = words(unit, n=n)
    if overdue:
        return words("overdue", time=time), "bad"
    soon = unit == "minutes" or n < SOON_HOURS
    return words("left", time=time), "warn" if soon else ""


def pattern(batch_pattern: Pattern, words: Words) -> Markup:
    """这批已装箱 52 个包裹，7 个有投诉，其中 5 个说坏果; of none, nothing.

    Only the count where it is not known of how many.
    """
    if batch_pattern.most is None:
        return Markup("")
    reason, most = batch_pattern.most
    name = words[f"reason_{reason}"]
    shown = name if words.language == "zh-CN" else name.lower()
    facts = {"n": batch_pattern.complained, "most": most, "reason": shown}
    if batch_pattern.packed_known is None:
        text = words("pattern_count", **facts)
    else:
        text = words("pattern", packed=batch_pattern.packed_known, **facts)
    if batch_pattern.repeats:
        text += words("pattern_repeats", n=batch_pattern.repeats)
    if batch_pattern.is_of_one_shop:
        text += words["pattern_one_shop"]
    if batch_pattern.is_of_one_address:
        text += words["pattern_one_address"]
    return text


def proposed(proposal: PatternProposal, now: Pattern, desk: Desk, words: Words) -> list[Markup]:
    """What it was proposed for, and what it comes to now: people decide by both."""
    when = formats.moment(proposal.at, desk.language, desk.now)
    return [
        words("proposed_then", when=when, pattern=pattern(proposal.then, words)),
        words("proposed_now", pattern=pattern(now, words)),
    ]


def flag(text: str | Markup, kind: Kind = "") -> Markup:
    """A chip on a line of its own among an entry's small print."""
    return Markup('<span class="flag"><span class="chip {}">{}</span></span>').format(kind, text)


def packs(n: int, words: Words) -> Markup:
    return words("packs_one") if n == 1 else words("packs", n=n)


def contents(order: Order, words: Words) -> Markup:
    """土鸡蛋 × 2 另有 2 样: the first line stands for the others."""
    first = order.lines[0]
    shown = words("line", title=formats.goods(first, words.language), n=first.packs)
    if len(order.lines) == 1:
        return shown
    return shown + " " + words("and_more", rest=len(order.lines) - 1)


def journal(
    subject: str,
    changes: Sequence[tuple[Change, str | None]],
    desk: Desk,
    words: Words,
    unit: str = "",
) -> list[tuple[str, str, str]]:
    """(what, when and by whom, why), newest first. Each change comes with its account's name. unit:
    of the quantities."""
    return [
        (
            _moved(subject, change, words, unit),
            when_and_who(change, name, desk, words),
            words["why_unpaid"] if change.why == "unpaid in time" else change.why,
        )
        for change, name in reversed(changes)
    ]


def _moved(subject: str, change: Change, words: Words, unit: str) -> Markup:
    """What moved, or what was noted of what stays in its state."""
    noted = []
    if change.old_quantity is not None and change.new_quantity is not None:
        amounts = (change.old_quantity, change.new_quantity)
        old, new = (formats.quantity(amount, unit, words.language) for amount in amounts)
        noted.append(words("journal_quantity", old=old, new=new))
    if change.confirmed:
        comma = "、" if words.language == "zh-CN" else ", "
        whats = comma.join(words[f"what_{what}"] for what in change.confirmed)
        noted.append(words("journal_confirmed", whats=whats))
    new_state = words[f"{subject}_{change.new}"]
    if change.old is None:
        noted.insert(0, words("journal_new", new=new_state))
    elif change.old != change.new or not noted:
        old_state = words[f"{subject}_{change.old}"]
        noted.insert(0, words("journal_move", old=old_state, new=new_state))
    return Markup(" · ").join(noted)


def when_and_who(change: Change, name: str | None, desk: Desk, words: Words) -> str:
    """10-15 19:42 · 王干部. name: of the account, if it was one."""
    return f"{formats.moment(change.at, desk.language, desk.now)} · {_by(change, name, words)}"


def _by(change: Change, name: str | None, words: Words) -> str:
    if name:
        return name
    known = change.by in {"public", "clock", "payment-provider", "operator"}
    return words[f"by_{change.by}" if known else "by_unknown"]
