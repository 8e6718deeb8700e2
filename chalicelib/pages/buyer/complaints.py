"""The complaint form behind a parcel's code, and the page on which its buyer follows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from urllib.parse import quote, urlencode

from markupsafe import Markup

from chalicelib.domain.catalogue import Shop
from chalicelib.domain.codes import read_code
from chalicelib.domain.complaints import ComplaintReason, Remedy, Speaker, State, Wanted
from chalicelib.domain.coupons import Coupon, display_code
from chalicelib.domain.returns import Return

from ...domain.traces import Trace
from ..drawing import formats
from ..drawing.contacts import SELLER, contact, shop_link
from ..drawing.coupons import worth
from ..drawing.render import Page, render
from ..drawing.verdicts import Banner
from ..texts import Language, Words
from ..texts.buyer import complaints
from ..texts.drawing import coupons, shared
from .traces import product_name, words_for

FORM_SCRIPTS = (
    *(f"drawing/{name}" for name in ("sha256", "shrink", "page", "request")),
    *(f"buyer/complaint_{name}" for name in ("draft", "photos", "form")),
)
FORMS = ("#return", "#reopen")
"""Forms of a claim's page that the main button of the bar may send."""
SHARES = (10, 30, 50, 100)
"""damaged_percent of the four chips."""


@dataclass(frozen=True)
class BuyerComplaintView:
    """A complaint as its buyer may see it.

    key: the access key of the link. product: its name in the page's language.
    messages: (at, by, text), oldest first; no text once it is erased. photos: (url, bytes or None).
    overdue: nobody answered in time. late: reported after the evidence window. recalled: by now.
    refund_fen: all that was refunded for it; paid_in_full: that is the parcel's price.
    again: the order form of the same goods. coupon: what came with the settlement.
    way_back: the return that was agreed. replaced: settled by sending it once more.
    refund_hidden: there was a refund, of which only the order's key tells. taken_over: ended by the
    report of the order's buyer. order_cancelled: so the box is not sent.
    """

    id: str
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
    messages: Sequence[tuple[datetime, Speaker, str | None]]
    photos: Sequence[tuple[str, int | None]]
    can_reopen: bool
    paid_in_full: bool = False
    again: str = ""
    coupon: Coupon | None = None
    way_back: Return | None = None
    replaced: bool = False
    refund_hidden: bool = False
    taken_over: bool = False
    order_cancelled: bool = False


def complaint_form_page(
    trace: Trace,
    shop: Shop,
    *,
    language: Language,
    form_key: str,
    errors: Sequence[str] = (),
    values: Mapping[str, str] | None = None,
    large_text: bool = False,
    upload_origin: str | None = None,
    key: str | None = None,
) -> Page:
    """key: of the parcel's order, by which its buyer is told from others who saw the box.

    The form, posted urlencoded to /t/{code}/complaint; while a claim is open, its deadline.

    form_key: minted for each form shown; a repeat of the same form is the same complaint.
    values: what was sent before, when `errors` say what to correct; also `reason` from the query.
    upload_origin: where photos are put, when that is not this host.
    Fields: reason, damaged_percent, wanted, description, photos (ids joined by commas), form_key;
    a choice that was not made is absent, an untouched text is empty.
    """
    words = Words(language, complaints.TEXTS, shared.TEXTS)
    given = dict(values or {})
    recalled = trace.state == "recalled"
    product = product_name(trace.batches[0], words_for(language))
    path = f"/t/{quote(trace.code)}"
    origins = [upload_origin] if upload_origin else []
    banners = []
    if recalled:
        banners.append(Banner("stop", words["recalled_title"], (words["recalled_text"],)))
    in_progress = trace.complaint is not None and key is None
    if trace.complaint and key:
        banners.append(Banner("warn", words["others_title"], (words["others_text"],)))
    elif trace.complaint:
        due = trace.complaint.reply_due_at
        when = formats.moment(due, language, due)
        progress = words("in_progress", when=when)
        banners.append(Banner("warn", progress, (words["in_progress_text"],)))
    return render(
        "buyer/complaint_form.html",
        words,
        css=["drawing/forms", "drawing/cards", "drawing/talk"],
        js=[] if in_progress else FORM_SCRIPTS,
        connect=origins,
        img=["blob:"],
        large_text=large_text,
        trace=trace,
        product=product,
        path=path,
        recalled=recalled,
        banners=banners,
        in_progress=in_progress,
        query={"key": key} if key else None,
        seller=contact(shop, words, link=shop_link(shop, words, large_text)),
        key=key,
        errors=list(errors),
        form_key=form_key,
        given={"description": "", "photos": "", **given},
        reasons=[(reason, words[f"reason_{reason}"]) for reason in get_args(ComplaintReason)],
        shares=[(str(n), words[f"share_{n}"]) for n in SHARES],
        wishes=[(wish, words[f"wanted_{wish}"]) for wish in get_args(Wanted)],
        config=dict(
            path=path,
            photos=f"{path}/photos" + (f"?{urlencode({'key': key})}" if key else ""),
            **{
                name: words[f"photo_{name}"]
                for name in (
                    "working",
                    "sending",
                    "done",
                    "failed",
                    "retry",
                    "wrong",
                    "waiting",
                    "missing",
                    "kept",
                    "more",
                )
            },
            photo=words["photo"],
            busy=words["sending"],
        ),
    )


def complaint_page(
    view: BuyerComplaintView,
    shop: Shop,
    *,
    language: Language,
    now: datetime,
    notice: str | None = None,
    large_text: bool = False,
) -> Page:
    """What became of a complaint.

    notice: what its buyer has just done, "sent", "reopened" or "returned".
    """
    words = Words(language, complaints.TEXTS, coupons.TEXTS, shared.TEXTS)
    given = view.coupon if view.coupon and view.coupon.is_good(now) else None
    code = read_code(view.display_code) or view.display_code
    settings = urlencode({"lang": language, **({"text": "large"} if large_text else {})})
    return render(
        "buyer/complaint.html",
        words,
        css=["drawing/forms", "drawing/cards", "drawing/talk"],
        js=["drawing/page", "buyer/complaint"],
        large_text=large_text,
        query={"key": view.key},
        view=view,
        seller=contact(shop, words, link=f"/shops/{quote(shop.id)}?{settings}", with_returns=True),
        forms=FORMS,
        bar=_bar(view, words, f"/t/{quote(code)}?{settings}", settings),
        coupon=(display_code(given.code), worth(given, words)) if given else None,
        notice=words[f"notice_{notice}"] if notice else None,
        way_back=_way_back(view, words),
        banners=_banners(view, words, now),
        steps=_steps(view, words, now),
        messages=[
            (words[f"by_{by}"], formats.moment(at, language, now), by, text)
            for at, by, text in view.messages
        ],
        facts=_facts(view, words, now),
        photos=[
            (
                words("photo", n=n)
                if size is None
                else words("photo_sized", n=n, size=formats.size(size)),
                url,
            )
            for n, (url, size) in enumerate(view.photos, 1)
        ],
        config={
            "trace": f"/t/{quote(code)}",
            "link": f"/complaints/{quote(view.id)}?{urlencode({'key': view.key})}",
        },
    )


def _bar(
    view: BuyerComplaintView, words: Words, trace: str, settings: str
) -> list[tuple[str, str]]:
    """Two buttons; the last is the main one, the next sensible step of whoever waits."""
    seller = (words["contact_seller"], SELLER)
    back = (words["back_to_trace"], trace)
    again = (words["buy_again"], f"{view.again}&{settings}") if view.again else None
    to_return, to_reopen = FORMS
    way_back = view.way_back
    if way_back and way_back.state == "awaited" and not way_back.carrier and not view.recalled:
        return [seller, (words["return_send"], to_return)]
    if view.can_reopen and view.state == "rejected":
        return [seller, (words["reopen"], to_reopen)]
    if view.order_cancelled:
        return [seller, again] if again else [seller]
    if view.state == "settled":
        return [seller, again or back]
    if view.state == "answered" or view.overdue or view.state == "rejected":
        return [back, seller]
    return [seller, back]


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
    notes = [*_paid_back(view, words)]
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
        return Banner("warn", words["rejected_title"], (text, *notes))
    lines = [*_paid_back(view, words), *([words["settled_replaced"]] if view.replaced else [])]
    remedy = words[f"remedy_{view.remedy or 'replacement'}"]
    title = words("settled_title", remedy=remedy)
    kind: Literal["info", "ok"] = "info" if view.recalled else "ok"
    return Banner(kind, title, tuple(lines or [words["settled_plain"]]))


def _paid_back(view: BuyerComplaintView, words: Words) -> tuple[str, ...]:
    """All that was refunded, also by a settlement that the buyer then disagreed with."""
    if view.refund_hidden:
        return (words["settled_hidden"],)
    if not view.refund_fen:
        return ()
    return (words("settled_money", money=formats.money(view.refund_fen)),)


def _steps(
    view: BuyerComplaintView, words: Words, now: datetime
) -> list[tuple[str, str, Literal["done", "now", "open"]]]:
    """Sent, replied, settled: (what, when, how far)."""
    language = words.language
    ended = view.state in {"settled", "rejected"}
    replies = [at for at, by, _ in view.messages if by != "buyer" and at >= view.created_at]
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
    return [*rows, (words["fact_sent"], sent), (words["fact_id"], view.id)]
