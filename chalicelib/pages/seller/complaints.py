"""A complaint on the seller's desk: what the buyer says, and a refund in two taps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import quote

from markupsafe import Markup

from chalicelib.domain.batches import Batch
from chalicelib.domain.claim_numbers import spoken
from chalicelib.domain.codes import display_code
from chalicelib.domain.complaints import Complaint, Remedy
from chalicelib.domain.orders import OrderLine
from chalicelib.domain.patterns import Pattern
from chalicelib.domain.refunds import Cause
from chalicelib.domain.returns import Return

from ..drawing import formats, inspections
from ..drawing.desks import Desk, ListEntry, deadline, desk_page, pattern, state
from ..drawing.forms import Form, yuan
from ..drawing.late import PATH as INBOX
from ..drawing.render import Page
from ..drawing.talk import ShownMessage, bubbles
from ..drawing.verdicts import Banner
from ..texts import Words
from ..texts.buyer import trace
from ..texts.seller import customers, inbox, seller
from .home import PATH

Do = Literal["settle", "answer", "reject", "waybill", "receive", "close"]
"""What a form of the page does."""
THANKS, THANKS_DAYS = ("500", "1000", "2000"), 90
"""Coupons that can come with a settlement: fen off, valid for so many days."""


@dataclass(frozen=True)
class SellerComplaintView:
    """lines: those of the order that are in the parcel, with the rule frozen into them.

    refundable_fen: of the whole order. batches: of the parcel, with the pattern of each. others:
    complaints about the same batches, newest first. way_back: its return. replacements: numbers of
    orders, with ids. replies: the shop's saved ones (id, title, text).
    """

    complaint: Complaint
    order_number: str
    lines: Sequence[OrderLine]
    conversation: Sequence[ShownMessage]
    refundable_fen: int
    batches: Sequence[tuple[Batch, Pattern]]
    others: Sequence[Complaint]
    way_back: Return | None
    replies: Sequence[tuple[str, str, str]]


def complaint_desk_page(
    desk: Desk,
    view: SellerComplaintView,
    *,
    done: str | None,
    reply: str | None,
    forms: Mapping[Do, Form],
    upload_origin: str | None = None,
) -> Page:
    """forms: one for each thing that can be done, as it was sent or fresh. reply: id of the saved
    reply that fills in what is said."""
    words = desk.words(seller.TEXTS, customers.TEXTS, inbox.TEXTS, trace.TEXTS)
    complaint = view.complaint
    chip, kind = state("complaint", complaint.state, words)
    suggested = complaint.suggested_refund(view.refundable_fen)
    remedies = _remedies(view)
    settle = forms["settle"].with_defaults(
        remedy=_usual_remedy(complaint, remedies) if suggested else "",
        refund=yuan(suggested) if suggested else "",
        message=_chosen(view, reply) or words["settle_message"],
        cause="nobody",
        coupon="none",
    )
    return desk_page(
        "seller/complaint.html",
        desk,
        words,
        tab=INBOX,
        css=["drawing/talk", "seller/inbox"],
        js=["drawing/page", "seller/replies"] if view.replies and complaint.is_open else [],
        img=[upload_origin] if upload_origin else [],
        query={"reply": reply} if reply else {},
        title=words(
            "complaint_title",
            reason=words[f"reason_{complaint.reason}"],
            number=formats.in_line([spoken(complaint.short_number)]),
        ),
        chip=chip,
        kind=kind,
        done=words[f"done_{done}"] if f"done_{done}" in seller.TEXTS else "",
        sentences=[text for form in forms.values() for text in form.sentences],
        banners=_banners(view, desk, words),
        messages=bubbles(view.conversation, words, desk.now, of_buyer=False),
        no_photos=not any(message.photos for message in view.conversation),
        batches=[_batch(*entry, desk, words) for entry in view.batches],
        others=[_other(other, desk, words) for other in view.others],
        way_back=_way_back(view, forms, desk, words),
        replies=[
            (title, text, desk.link(f"{INBOX}/{complaint.id}", reply=reply_id))
            for reply_id, title, text in view.replies
        ],
        facts=_facts(view, desk, words),
        links=_links(view, desk, words),
        is_open=complaint.is_open,
        may_answer=complaint.state == "open",
        settle=settle,
        settle_hint=_settle_hint(complaint, suggested, words),
        remedies=[(remedy, _remedy(remedy, view, words)) for remedy in remedies],
        nothing_left=_nothing_left(view, words),
        causes=[(cause, words[f"cause_{cause}"]) for cause in get_args(Cause)],
        thanks=_thanks(words) if desk.role == "seller" else [],
        answer=forms["answer"].with_defaults(message=_chosen(view, reply)),
        reject=forms["reject"].with_defaults(message=_chosen(view, reply)),
        back=desk.link(INBOX),
    )


def _chosen(view: SellerComplaintView, reply: str | None) -> str:
    return next((text for reply_id, _, text in view.replies if reply_id == reply), "")


def _batch(batch: Batch, batch_pattern: Pattern, desk: Desk, words: Words) -> dict[str, object]:
    """A batch with its pattern, and its tests as everybody may see them, newest first."""
    chip, kind = state("batch", batch.state, words)
    passport = batch.passport
    return {
        "title": words(
            "batch_lot",
            product=formats.named(passport.product, passport.product_en, desk.language),
            lot=batch.lot,
        ),
        "chip": chip,
        "kind": kind,
        "pattern": pattern(batch_pattern, words),
        "alarming": batch_pattern.is_alarming,
        "tests": [
            inspections.shown(
                inspection,
                words,
                now=desk.now,
                recalled=batch.state == "recalled",
                path="",
            )
            for inspection in passport.inspections
        ],
    }


def _other(complaint: Complaint, desk: Desk, words: Words) -> ListEntry:
    """Of the shop's own it leads there; of another shop's nothing more is told."""
    chip, kind = state("complaint", complaint.state, words)
    share = [words("share", n=complaint.damaged_percent)] if complaint.damaged_percent else []
    when = formats.moment(complaint.created_at, desk.language, desk.now)
    own = desk.role == "county" or complaint.shop_id == desk.shop_id
    return ListEntry(
        href=desk.link(f"{INBOX}/{complaint.id}") if own else "",
        title=words[f"reason_{complaint.reason}"],
        meta=(formats.in_line([when, *share]),),
        chip=chip,
        kind=kind,
    )


def _way_back(
    view: SellerComplaintView, forms: Mapping[Do, Form], desk: Desk, words: Words
) -> dict[str, object] | None:
    back = view.way_back
    if back is None:
        return None
    chip, kind = state("return", back.state, words)
    sent = words("parcel_sent", carrier=back.carrier, waybill=back.waybill) if back.carrier else ""
    return {
        "code": back.code,
        "chip": chip,
        "kind": kind,
        "sent": sent or words["return_not_sent"],
        "awaited": back.state == "awaited",
        "recalled": view.complaint.recalled,
        "waybill": forms["waybill"].with_defaults(
            carrier=back.carrier or "", waybill=back.waybill or ""
        ),
        "receive": forms["receive"],
        "close": forms["close"],
    }


def _thanks(words: Words) -> list[tuple[str, str]]:
    """What the shop may give on top; the county cannot give what the shop pays for."""
    none = ("none", words["settle_coupon_none"])
    return [
        none,
        *((n, words("settle_coupon_off", off=formats.money(int(n)))) for n in THANKS),
    ]


def _remedies(view: SellerComplaintView) -> list[Remedy]:
    """Those that can be done: what was paid back already cannot be paid back again, and what is
    recalled is not sent about."""
    full = view.complaint.full_refund(view.refundable_fen)
    left = dict.fromkeys(("partial_refund", "full_refund", "return"), full)
    possible = [remedy for remedy in get_args(Remedy) if left.get(remedy, 1)]
    return [remedy for remedy in possible if remedy != "return" or not view.complaint.recalled]


def _remedy(remedy: Remedy, view: SellerComplaintView, words: Words) -> str | Markup:
    """What pays in full on top of a replacement says so where it is tapped."""
    name, complaint = words[f"remedy_{remedy}"], view.complaint
    if remedy not in {"full_refund", "return"} or not complaint.replaced:
        return name
    amount = formats.money(complaint.full_refund(view.refundable_fen))
    return words("remedy_on_top", remedy=name, amount=amount)


def _nothing_left(view: SellerComplaintView, words: Words) -> str:
    """Why no refund can be given any more; nothing while one can."""
    if view.complaint.full_refund(view.refundable_fen):
        return ""
    return words["box_nothing_left" if view.refundable_fen else "nothing_left"]


def _got(view: SellerComplaintView, words: Words) -> list[tuple[str, str]]:
    """In one line what the box got already, by whichever complaint."""
    complaint = view.complaint
    amends = complaint.amends
    if not amends.in_all_fen and not amends.sent_again:
        return []
    refunded = formats.money(amends.in_all_fen + complaint.refunded_fen)
    left = formats.money(complaint.full_refund(view.refundable_fen))
    text = words("box_got", refunded=refunded, n=amends.sent_again, left=left)
    return [(words["fact_got"], text)]


def _settle_hint(complaint: Complaint, suggested: int, words: Words) -> str:
    if suggested:
        return words("settle_hint", amount=formats.money(suggested))
    return words["settle_replaced" if complaint.replaced else "settle_more"]


def _usual_remedy(complaint: Complaint, possible: Sequence[Remedy]) -> Remedy:
    """What the buyer asked for; the damaged share where they named one."""
    wanted: Remedy = "partial_refund"
    if complaint.recalled:
        wanted = "full_refund"
    elif complaint.wanted == "return" or complaint.wanted == "replacement":
        wanted = complaint.wanted
    return wanted if wanted in possible else possible[0]


def _banners(view: SellerComplaintView, desk: Desk, words: Words) -> list[Banner]:
    """A recall first, whenever it came: it outranks the evidence window too."""
    complaint = view.complaint
    status = _status(view, desk, words)
    banners = [status] if status else []
    if complaint.replaced and complaint.is_open:
        banners.append(Banner("bad", words["replaced"], (words["replaced_text"],)))
    if complaint.recalled:
        return [Banner("bad", words["recalled"]), *banners]
    return [*banners, Banner("warn", words["late"])] if complaint.late else banners


def _status(view: SellerComplaintView, desk: Desk, words: Words) -> Banner | None:
    complaint = view.complaint
    if complaint.state == "open":
        left, kind = deadline(complaint.reply_due_at, desk, words)
        when = formats.moment(complaint.reply_due_at, desk.language, desk.now)
        return Banner(
            "bad" if kind == "bad" else "warn" if kind == "warn" else "info",
            words("complaint_due", when=when, left=left),
        )
    if complaint.state == "settled" and complaint.remedy:
        remedy = words[f"remedy_{complaint.remedy}"]
        if complaint.refund_fen:
            amount = formats.money(complaint.refund_fen)
            return Banner("ok", words("settled_money", remedy=remedy, amount=amount))
        return Banner("ok", words("settled_as", remedy=remedy))
    return None


def _facts(view: SellerComplaintView, desk: Desk, words: Words) -> list[tuple[str, str]]:
    complaint = view.complaint
    rows: list[tuple[str, str]] = [(words["fact_reason"], words[f"reason_{complaint.reason}"])]
    if complaint.damaged_percent is not None:
        rows.append((words["fact_share"], f"{complaint.damaged_percent}%"))
    if complaint.wanted:
        rows.append((words["fact_wanted"], words[f"wanted_{complaint.wanted}"]))
    rows.append((words["fact_with"], words["with_order" if complaint.by_order else "with_code"]))
    rows.append((words["fact_amount"], formats.money(complaint.amount_fen)))
    if complaint.refunded_fen:
        rows.append((words["fact_refunded"], formats.money(complaint.refunded_fen)))
    rows += _got(view, words)
    rows.append((words["refundable"], formats.money(view.refundable_fen)))
    for line in view.lines:
        rule = words(
            "rule", evidence=line.after_sales.evidence_hours, reply=line.after_sales.reply_hours
        )
        if (words["fact_rule"], rule) not in rows:
            rows.append((words["fact_rule"], rule))
    return rows


def _links(view: SellerComplaintView, desk: Desk, words: Words) -> list[tuple[str, str]]:
    complaint = view.complaint
    links = [(display_code(complaint.parcel_code), desk.link(f"/t/{quote(complaint.parcel_code)}"))]
    if desk.role == "seller":
        order = words.plain("order_title", number=view.order_number)
        links.append((order, desk.link(f"{PATH}/orders/{complaint.order_id}")))
        links += [
            (words["replacement_order"], desk.link(f"{PATH}/orders/{order_id}"))
            for order_id in complaint.replacements
        ]
    return links
