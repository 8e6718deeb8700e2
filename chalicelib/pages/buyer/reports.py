"""The form that reports a problem, behind a parcel's code; while a claim is open, the way to it."""

from collections.abc import Mapping, Sequence
from typing import get_args
from urllib.parse import quote, urlencode

from chalicelib.domain.catalogue import Shop
from chalicelib.domain.complaints import Complaint, ComplaintReason, NewComplaint, Wanted

from ...domain.traces import Trace
from ..drawing import formats
from ..drawing.contacts import contact, shop_link
from ..drawing.render import Page, render
from ..drawing.verdicts import Banner
from ..texts import Language, Words
from ..texts.buyer import complaints
from ..texts.drawing import shared
from .traces import product_name, words_for

WRITING_SCRIPTS = (
    *(f"drawing/{name}" for name in ("sha256", "shrink", "request")),
    *(f"buyer/complaint_{name}" for name in ("draft", "photos", "form")),
)
"""Of a form that takes photos, beside drawing/page."""
FORM_SCRIPTS = ("drawing/page", *WRITING_SCRIPTS)
SHARES = (10, 30, 50, 100)
"""damaged_percent of the four chips."""
MOST_REPORTED = 9
"""Photos of a report."""


def in_words(complaint: Complaint, body: NewComplaint, language: Language) -> str:
    """What a second form about the same box says otherwise, as a message would say it."""
    words = Words(language, complaints.TEXTS, shared.TEXTS)
    rows = []
    if body.reason != complaint.reason:
        rows.append((words["fact_reason"], words[f"reason_{body.reason}"]))
    if body.damaged_percent not in (None, complaint.damaged_percent):
        rows.append((words["fact_share"], f"{body.damaged_percent}%"))
    if body.wanted not in (None, complaint.wanted):
        rows.append((words["fact_wanted"], words[f"wanted_{body.wanted}"]))
    lines = [words.plain("changed_to", name=name, value=value) for name, value in rows]
    return "\n".join([*lines, *([body.description] if body.description else [])])


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
    photos = f"{path}/photos" + (f"?{urlencode({'key': key})}" if key else "")
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
        js=["drawing/page", "buyer/own_claim"] if in_progress else FORM_SCRIPTS,
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
        typed={name: given.get(name, "") for name in ("number", "tail")},
        to_keep=given.get("message") or given.get("description", ""),
        config={"path": path} | writing_config(words, photos, MOST_REPORTED),
    )


def writing_config(words: Words, photos: str, most: int) -> dict[str, object]:
    """Of a form that takes photos. photos: where they are registered; most: how many it takes."""
    names = ("working", "sending", "done", "failed", "retry", "wrong", "waiting", "missing")
    return {
        "photos": photos,
        "most": most,
        **{name: words[f"photo_{name}"] for name in (*names, "kept", "more", "heic")},
        "photo": words["photo"],
        "busy": words["sending"],
    }
