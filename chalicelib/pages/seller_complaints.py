"""A complaint on the seller's desk: what the buyer says, and a refund in two taps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import quote

from chalicelib.domain.codes import display_code
from chalicelib.domain.complaints import Complaint, Remedy, Speaker
from chalicelib.domain.orders import OrderLine
from chalicelib.domain.refunds import Cause

from . import formats
from .desks import Desk, deadline, desk_page, state
from .forms import Form, yuan
from .render import Page
from .seller import PATH
from .texts import Words, customers, seller
from .verdicts import Banner

Do = Literal["settle", "answer", "reject"]
"""What a form of the page does."""
THANKS, THANKS_DAYS = ("500", "1000", "2000"), 90
"""Coupons that can come with a settlement: fen off, valid for so many days."""


@dataclass(frozen=True)
class ComplaintView:
    """lines: those of the order that are in the parcel, with the rule frozen into them.

    said: (when, by whom, what), None once erased. photos: (address, bytes). refundable_fen: of
    the whole order.
    """

    complaint: Complaint
    order_number: str
    lines: Sequence[OrderLine]
    said: Sequence[tuple[str, Speaker, str | None]]
    photos: Sequence[tuple[str, int]]
    refundable_fen: int


def complaint_desk_page(
    desk: Desk,
    view: ComplaintView,
    *,
    done: str | None,
    forms: Mapping[Do, Form],
) -> Page:
    """forms: one for each thing that can be done, as it was sent or fresh."""
    words = desk.words(seller.TEXTS, customers.TEXTS)
    one = view.complaint
    chip, kind = state("complaint", one.state, words)
    suggested = one.suggested_refund(view.refundable_fen)
    remedies = _remedies(view)
    settle = forms["settle"].with_defaults(
        remedy=_usual_remedy(one, remedies),
        refund=yuan(suggested) if suggested else "",
        message=words["settle_message"],
        cause="nobody",
        coupon="none",
    )
    return desk_page(
        "seller_complaint.html",
        desk,
        words,
        tab=PATH,
        css=["complaints"],
        title=words("complaint_title", reason=words[f"reason_{one.reason}"]),
        chip=chip,
        kind=kind,
        done=words[f"done_{done}"] if f"done_{done}" in seller.TEXTS else "",
        said=[text for each in forms.values() for text in each.said],
        banners=_banners(view, desk, words),
        messages=[(words[f"by_{by}"], when, by, text) for when, by, text in view.said],
        photos=[
            (words("photo_sized", n=n, size=formats.size(size)), href)
            for n, (href, size) in enumerate(view.photos, 1)
        ],
        facts=_facts(view, desk, words),
        links=_links(view, desk, words),
        is_open=one.is_open,
        may_answer=one.state == "open",
        settle=settle,
        settle_hint=words(
            "settle_hint" if suggested else "settle_more", amount=formats.money(suggested)
        ),
        remedies=[(each, words[f"remedy_{each}"]) for each in remedies],
        nothing_left=not view.refundable_fen,
        causes=[(each, words[f"cause_{each}"]) for each in get_args(Cause)],
        thanks=_thanks(words) if desk.role == "seller" else [],
        answer=forms["answer"],
        reject=forms["reject"],
        back=desk.link(PATH if desk.role == "seller" else "/cadre"),
    )


def _thanks(words: Words) -> list[tuple[str, str]]:
    """What the shop may give on top; the county cannot give what the shop pays for."""
    none = ("none", words["settle_coupon_none"])
    return [
        none,
        *((n, words("settle_coupon_off", off=formats.money(int(n)))) for n in THANKS),
    ]


def _remedies(view: ComplaintView) -> list[Remedy]:
    """Those that can be done: what was paid back already cannot be paid back again."""
    full = view.complaint.full_refund(view.refundable_fen)
    left = {"partial_refund": view.refundable_fen, "full_refund": full, "return": full}
    return [one for one in get_args(Remedy) if left.get(one, 1)]


def _usual_remedy(one: Complaint, possible: Sequence[Remedy]) -> Remedy:
    """What the buyer asked for; the damaged share where they named one."""
    wanted: Remedy = "partial_refund"
    if one.recalled:
        wanted = "full_refund"
    elif one.wanted == "return" or one.wanted == "replacement":
        wanted = one.wanted
    return wanted if wanted in possible else possible[0]


def _banners(view: ComplaintView, desk: Desk, words: Words) -> list[Banner]:
    """A recall first, whenever it came: it outranks the evidence window too."""
    one = view.complaint
    status = _status(view, desk, words)
    banners = [status] if status else []
    if one.recalled:
        return [Banner("bad", words["recalled"]), *banners]
    return [*banners, Banner("warn", words["late"])] if one.late else banners


def _status(view: ComplaintView, desk: Desk, words: Words) -> Banner | None:
    one = view.complaint
    if one.state == "open":
        left, kind = deadline(one.reply_due_at, desk, words)
        when = formats.moment(one.reply_due_at, desk.language, desk.now)
        return Banner(
            "bad" if kind == "bad" else "warn" if kind == "warn" else "info",
            words("complaint_due", when=when, left=left),
        )
    if one.state == "settled" and one.remedy:
        remedy = words[f"remedy_{one.remedy}"]
        if one.refund_fen:
            amount = formats.money(one.refund_fen)
            return Banner("ok", words("settled_money", remedy=remedy, amount=amount))
        return Banner("ok", words("settled_as", remedy=remedy))
    return None


def _facts(view: ComplaintView, desk: Desk, words: Words) -> list[tuple[str, str]]:
    one = view.complaint
    rows: list[tuple[str, str]] = [(words["fact_reason"], words[f"reason_{one.reason}"])]
    if one.damaged_percent is not None:
        rows.append((words["fact_share"], f"{one.damaged_percent}%"))
    if one.wanted:
        rows.append((words["fact_wanted"], words[f"wanted_{one.wanted}"]))
    rows.append((words["fact_amount"], formats.money(one.amount_fen)))
    if one.refunded_fen:
        rows.append((words["fact_refunded"], formats.money(one.refunded_fen)))
    rows.append((words["refundable"], formats.money(view.refundable_fen)))
    for line in view.lines:
        rule = words(
            "rule", evidence=line.after_sales.evidence_hours, reply=line.after_sales.reply_hours
        )
        if (words["fact_rule"], rule) not in rows:
            rows.append((words["fact_rule"], rule))
    return rows


def _links(view: ComplaintView, desk: Desk, words: Words) -> list[tuple[str, str]]:
    one = view.complaint
    links = [(display_code(one.parcel_code), desk.link(f"/t/{quote(one.parcel_code)}"))]
    if desk.role == "seller":
        order = words.plain("order_title", number=view.order_number)
        links.append((order, desk.link(f"{PATH}/orders/{one.order_id}")))
    return links
