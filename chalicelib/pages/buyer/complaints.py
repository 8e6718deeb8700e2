"""The page on which the buyer follows a complaint, and says more about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlencode

from markupsafe import Markup

from chalicelib.domain.catalogue import Shop
from chalicelib.domain.claim_numbers import spoken
from chalicelib.domain.codes import read_code
from chalicelib.domain.complaints import ComplaintReason, Remedy, State, Wanted
from chalicelib.domain.conversations import LONGEST_SAID, MOST_AT_ONCE, NO_DRAFT, Draft
from chalicelib.domain.coupons import Coupon, display_code
from chalicelib.domain.refunds import Refund
from chalicelib.domain.returns import Return

from ..drawing import formats, money
from ..drawing.contacts import SELLER, contact
from ..drawing.coupons import worth
from ..drawing.render import Page, render
from ..drawing.talk import ShownMessage, bubbles
from ..drawing.verdicts import Banner
from ..texts import LANGUAGES, Language, Words
from ..texts.buyer import complaints
from ..texts.drawing import coupons, shared
from .reports import WRITING_SCRIPTS, writing_config

CLAIM_SCRIPTS = ("drawing/page", "buyer/complaint")
FORMS = ("#return", "#reopen", "#form")
"""Forms of a claim's page that the main button of the bar may send."""


@dataclass(frozen=True)
class BuyerComplaintView:
    """A complaint as its buyer may see it.

    key: the access key of the link. product: its name in the page's language.
    conversation: oldest first, begun by the report. may_say: more can be added; is_full: it has as
    much as it takes. of_order: the key is the order's; joined: it is a second
    phone's, which is shown little.
    overdue: nobody answered in time. late: reported after the evidence window. recalled: by now.
    refund_fen: all that was refunded for it, by refunds; paid_in_full: that is the parcel's price.
    again: the order form of the same goods. coupon: what came with the settlement.
    way_back: the return that was agreed. replaced: settled by sending it once more.
    refund_hidden: there was a refund, of which only the order's key tells. taken_over: ended by the
    report of the order's buyer. order_cancelled: so the box is not sent.
    """

    id: str
    number: str
    key: str
    display_code: str
    product: str
    reason: ComplaintReason
    damaged_percent: int | None
    wanted: Wanted | None
    state: State
    created_at: datetime
    reply_due_at: datetime
    overdue: bool
    late: bool
    recalled: bool
    remedy: Remedy | None
    refund_fen: int | None
    conversation: Sequence[ShownMessage]
    can_reopen: bool
    may_say: bool = False
    is_full: bool = False
    reply_hours: int = 0
    of_order: bool = False
    joined: bool = False
    paid_in_full: bool = False
    again: str = ""
    coupon: Coupon | None = None
    way_back: Return | None = None
    replaced: bool = False
    refund_hidden: bool = False
    refunds: Sequence[Refund] = ()
    taken_over: bool = False
    order_cancelled: bool = False


def photo_alone(language: Language) -> str:
    """What is said by a photo without words."""
    return complaints.TEXTS["photo_alone"][LANGUAGES.index(language)]


def complaint_page(
    view: BuyerComplaintView,
    shop: Shop,
    *,
    language: Language,
    now: datetime,
    notice: str | None = None,
    large_text: bool = False,
    form_key: str = "",
    draft: Draft = NO_DRAFT,
    errors: Sequence[str] = (),
    upload_origin: str | None = None,
) -> Page:
    """What became of a complaint, and what is said about it.

    notice: what its buyer has just done, "sent", "said", "reopened" or "returned". form_key: minted
    for each form shown. draft: what stands in it, with `errors`. upload_origin: as of a report.
    """
    words = Words(language, complaints.TEXTS, coupons.TEXTS, shared.TEXTS)
    given = view.coupon if view.coupon and view.coupon.is_good(now) else None
    code = read_code(view.display_code) or view.display_code
    settings = urlencode({"lang": language, **({"text": "large"} if large_text else {})})
    bar = _bar(view, words, f"/t/{quote(code)}?{settings}", settings, draft)
    again = f"{view.again}&{settings}" if view.again else ""
    return render(
        "buyer/complaint.html",
        words,
        css=["drawing/forms", "drawing/cards", "drawing/talk"],
        js=[*CLAIM_SCRIPTS, *WRITING_SCRIPTS] if view.may_say else CLAIM_SCRIPTS,
        connect=[upload_origin] if upload_origin and view.may_say else [],
        img=["blob:"] if view.may_say else [],
        large_text=large_text,
        query={"key": view.key},
        view=view,
        seller=contact(
            shop,
            words,
            link=f"/shops/{quote(shop.id)}?{settings}",
            with_returns=not view.joined,
        ),
        forms=FORMS,
        bar=bar,
        again="" if again in dict(bar).values() else again,
        coupon=(display_code(given.code), worth(given, words)) if given else None,
        notice=_notice(notice, view, words),
        way_back=_way_back(view, words),
        banners=_banners(view, words, now),
        steps=_steps(view, words, now),
        messages=bubbles(view.conversation, words, now, of_buyer=True),
        facts=[] if view.joined else _facts(view, words, now),
        number=spoken(view.number),
        form_key=form_key,
        draft=draft,
        errors=list(errors),
        longest=LONGEST_SAID,
        say_hint=_say_hint(view, words, now),
        config=_claim_config(view, words, f"/t/{quote(code)}", sent=notice is not None),
    )


def _notice(notice: str | None, view: BuyerComplaintView, words: Words) -> str:
    if notice == "before" and view.may_say:
        return words["notice_before_add"]
    return words[f"notice_{notice}"] if notice else ""


def _claim_config(
    view: BuyerComplaintView, words: Words, trace: str, *, sent: bool
) -> dict[str, object]:
    """sent: what was kept of the form before is in the conversation by now."""
    path = f"/complaints/{quote(view.id)}"
    key = urlencode({"key": view.key})
    config: dict[str, object] = {"trace": trace, "path": path, "link": f"{path}?{key}"}
    config["sent"] = sent
    if not view.may_say:
        return config
    photos = f"{trace}/photos" + (f"?{key}" if view.of_order else "")
    return config | writing_config(words, photos, MOST_AT_ONCE)


def _say_hint(view: BuyerComplaintView, words: Words, now: datetime) -> Markup:
    """By when what is added is answered."""
    if view.state == "answered":
        return words("say_answered", hours=view.reply_hours)
    return words("say_open", when=formats.moment(view.reply_due_at, words.language, now))


def _bar(
    view: BuyerComplaintView, words: Words, trace: str, settings: str, draft: Draft
) -> list[tuple[str, str]]:
    """Two buttons; the last is the main one, the next sensible step of whoever waits."""
    seller = (words["contact_seller"], SELLER)
    back = (words["back_to_trace"], trace)
    again = (words["buy_again"], f"{view.again}&{settings}") if view.again else None
    to_return, to_reopen, to_say = FORMS
    way_back = view.way_back
    if way_back and way_back.state == "awaited" and not way_back.carrier and not view.recalled:
        return [seller, (words["return_send"], to_return)]
    if view.can_reopen and view.state == "rejected":
        return [seller, (words["reopen"], to_reopen)]
    if view.order_cancelled:
        return [seller, again] if again else [seller]
    if view.state == "settled":
        return [seller, again or back]
    if view.may_say and (view.state == "answered" or draft != NO_DRAFT):
        return [seller, (words["say_send"], to_say)]
    if view.state == "open" and not view.overdue:
        return [seller, back]
    return [back, seller]


def _way_back(view: BuyerComplaintView, words: Words) -> Mapping[str, object] | None:
    """What to write on the box and where to enter its waybill; nothing of what is recalled."""
    back = view.way_back
    if back is None or view.recalled:
        return None
    sent = words("return_sent", carrier=back.carrier, waybill=back.waybill) if back.carrier else ""
    return {
        "code": back.code,
        "state_text": words[f"return_{back.state}"],
        "sent": sent,
        "awaited": back.state == "awaited",
        "carrier": back.carrier or "",
        "waybill": back.waybill or "",
    }


def _left(until: datetime, words: Words, now: datetime) -> Markup:
    unit, n = formats.left(until, now)
    return words("open_text", left=words(unit, n=n))


def _banners(view: BuyerComplaintView, words: Words, now: datetime) -> list[Banner]:
    """A recall outranks everything; what it promises stands until it is paid."""
    status = _status(view, words, now)
    if not view.recalled or view.order_cancelled:
        return [status]
    lines = []
    if not view.paid_in_full:
        lines.append(words["recalled_note"])
        if view.can_reopen:
            lines.append(words["recalled_reopen"])
    return [Banner("stop", words["recalled_title"], tuple(lines)), status]


def _status(view: BuyerComplaintView, words: Words, now: datetime) -> Banner:
    when = formats.moment(view.reply_due_at, words.language, now)
    notes = [*_paid_back(view, words, now)]
    if view.late and not view.recalled:
        notes.append(words["late_note"])
    if view.order_cancelled:
        return Banner("info", words["cancelled_title"], (words["cancelled_text"], *notes))
    if view.state == "open" and view.overdue:
        title, text = words("overdue_title", when=when), words["overdue_text"]
        return Banner("warn", title, (text, *notes))
    if view.state == "open":
        title, text = words("open_title", when=when), _left(view.reply_due_at, words, now)
        return Banner("info", title, (text, *notes))
    if view.state == "answered":
        return Banner("info", words["answered_title"], (words["answered_text"], *notes))
    if view.taken_over:
        return Banner("info", words["taken_over_title"], (words["taken_over_text"], *notes))
    if view.state == "rejected":
        text = words["rejected_text" if view.can_reopen else "rejected_final"]
        if view.joined:
            text = words["rejected_joined"]
        return Banner("warn", words["rejected_title"], (text, *notes))
    lines = [*_paid_back(view, words, now), *([words["settled_replaced"]] if view.replaced else [])]
    if view.joined:
        return Banner("info", words["settled_joined"])
    remedy = words[f"remedy_{view.remedy or 'replacement'}"]
    title = words("settled_title", remedy=remedy)
    kind: Literal["info", "ok"] = "info" if view.recalled else "ok"
    return Banner(kind, title, tuple(lines or [words["settled_plain"]]))


def _paid_back(view: BuyerComplaintView, words: Words, now: datetime) -> tuple[str, ...]:
    """All that was refunded, also by a settlement that the buyer then disagreed with, and where
    that money is."""
    if view.joined:
        return ()
    if view.refund_hidden:
        return (words["settled_hidden"],)
    if not view.refund_fen:
        return ()
    if view.refunds:
        where = money.by_place(view.refunds, words.language, now)
        return tuple(words("settled_where", where=text) for text in where)
    return (words("settled_money", money=formats.money(view.refund_fen)),)


def _steps(
    view: BuyerComplaintView, words: Words, now: datetime
) -> list[tuple[str, str, Literal["done", "now", "open"]]]:
    """Sent, replied, settled: (what, when, how far)."""
    language = words.language
    ended = view.state in {"settled", "rejected"}
    replies = [message.at for message in view.conversation if message.by != "buyer"]
    replied = view.state != "open"
    answer = ""
    if replied and replies:
        answer = formats.moment(replies[0], language, now)
    elif not replied:
        answer = words("step_answer_due", when=formats.moment(view.reply_due_at, language, now))
    return [
        (words["step_sent"], formats.moment(view.created_at, language, now), "done"),
        (words["step_answer"], answer, "done" if replied else "now"),
        (
            words["step_done"],
            formats.moment(replies[-1], language, now) if ended and replies else "",
            "done" if ended else "now" if replied else "open",
        ),
    ]


def _facts(view: BuyerComplaintView, words: Words, now: datetime) -> list[tuple[str, str]]:
    rows = [(words["fact_reason"], words[f"reason_{view.reason}"])]
    if view.damaged_percent is not None:
        rows.append((words["fact_share"], f"{view.damaged_percent}%"))
    if view.wanted:
        rows.append((words["fact_wanted"], words[f"wanted_{view.wanted}"]))
    sent = formats.moment(view.created_at, words.language, now)
    return [*rows, (words["fact_sent"], sent)]
