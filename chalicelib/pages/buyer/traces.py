"""The trace page: what a buyer sees after scanning a parcel's code."""

from datetime import date, datetime, time
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup

from chalicelib.domain.catalogue import Shop
from chalicelib.domain.certificates import COMMITMENT
from chalicelib.domain.fields import CHINA, china_date

from ...domain.traces import Step, Trace, TracedBatch
from ..drawing import formats, inspections
from ..drawing.contacts import SELLER, contact, shop_link
from ..drawing.render import Page, draw, render
from ..drawing.sharing import preview
from ..drawing.verdicts import (
    Finding,
    banners,
    finding,
    only_rapid,
    suspect_lines,
    worst,
    worst_first,
)
from ..texts import Language, Words
from ..texts.buyer import trace as copy
from ..texts.drawing import shared

Button = tuple[str, str]
"""What it says, and where it leads."""
KEPT = 256
"""Drawn findings that each process keeps, at some 5 KB."""
ANY = "/t/-"
"""Stands for the path of any parcel's page: no code is as short."""


def words_for(language: Language) -> Words:
    return Words(language, copy.TEXTS, shared.TEXTS)


def trace_page(
    trace: Trace,
    shop: Shop,
    *,
    language: Language,
    large_text: bool = False,
    now: datetime,
    base_url: str,
) -> Page:
    """The page of one parcel, and of the shop that packed it.

    It changes nothing: its script counts the scan by POST /t/{code}/scans.
    """
    words = words_for(language)
    overall = worst(trace.batches)
    recalled = trace.state == "recalled"
    suspect = trace.scans.level == "suspect" and not recalled
    path = f"/t/{quote(trace.code)}"
    query = f"?lang={language}{'&text=large' if large_text else ''}"
    batches = worst_first(trace.batches)
    products = list(dict.fromkeys(product_name(batch, words) for batch in batches))
    product = words("comma").join(products)
    title = words.plain(
        "page_title_recalled" if recalled else "page_title", product=product.striptags()
    )
    return render(
        "buyer/trace.html",
        words,
        css=["drawing/cards"],
        js=["buyer/trace"],
        large_text=large_text,
        shared=preview(title, _line(trace, batches[0], words), path, base_url),
        code=Markup('<b class="code">') + trace.display_code + Markup("</b>"),
        recalled=recalled,
        suspect=suspect,
        product=product,
        subtitle=_subtitle(trace, words),
        banners=banners(trace, words, now=now),
        batches=[
            _batch(batch, place, trace, words, now, path, suspect=suspect)
            for place, batch in enumerate(batches, 1)
        ],
        steps=_steps(trace, words, now),
        scans=_scans(trace, words, now),
        seller=contact(shop, words, link=shop_link(shop, words, large_text)),
        bar=_bar(trace, overall, words, path, query),
        path=path,
        config=_config(trace, overall, words, path, query, now),
    )


def _line(trace: Trace, batch: TracedBatch, words: Words) -> str:
    """For where the link is sent. No verdict but a recall: a chat shows it long after a later test,
    while a recall is final. batch: the worst one."""
    if trace.state == "recalled":
        return words["recalled_title" if trace.voided else "about_recalled"]
    picked = formats.day(batch.harvested_on, words.language)
    place = " ".join(dict.fromkeys((batch.county, batch.village)))
    return words.plain("about_parcel", place=place, grower=batch.producer, day=picked)


def unknown_code_page(typed: str, *, language: Language, large_text: bool = False) -> Page:
    """For a code that leads nowhere; send it with status 404.

    Without a script the form asks `GET /t?code=`; with one it goes to /t/{code} by itself.
    """
    return render(
        "buyer/unknown.html",
        words_for(language),
        css=["drawing/forms", "drawing/cards"],
        js=["buyer/unknown"],
        large_text=large_text,
        typed=typed.strip()[:40],
    )


def product_name(batch: TracedBatch, words: Words) -> Markup:
    if words.language == "en" and batch.product_en:
        return formats.marked(batch.product_en, words.language)
    return formats.marked(batch.product, words.language)


def _subtitle(trace: Trace, words: Words) -> Markup:
    """What is in the box: 5 kg · 一级."""
    totals: dict[str, int] = {}
    for batch in trace.batches:
        totals[batch.unit] = totals.get(batch.unit, 0) + batch.quantity_in_parcel
    parts = [formats.quantity(n, unit, words.language) for unit, n in totals.items()]
    if trace.product.grade and len({batch.product for batch in trace.batches}) == 1:
        grade = trace.product.grade
        in_english = copy.GRADES_EN.get(grade, grade) if words.language == "en" else grade
        parts.append(formats.marked(in_english, words.language))
    return Markup(" · ").join(parts)


def _batch(
    batch: TracedBatch,
    place: int,
    trace: Trace,
    words: Words,
    now: datetime,
    path: str,
    *,
    suspect: bool,
) -> dict[str, object]:
    total = len(trace.batches)
    findings = _findings(
        batch.model_dump_json(),
        words.language,
        today=china_date(now),
        recalled=trace.state == "recalled",
        suspect=suspect,
    )
    return {
        "heading": words("batch_of", n=place, total=total) if total > 1 else None,
        "product": product_name(batch, words) if total > 1 else None,
        "facts": _facts(batch, trace, words, china_date(now)),
        "findings": Markup(findings.replace(f'"{ANY}/', f'"{path}/')),  # noqa: S704 - our own page
    }


@lru_cache(KEPT)
def _findings(
    record: str, language: Language, *, today: date, recalled: bool, suspect: bool
) -> str:
    """What was found in a batch, and what its producer promises: HTML.

    Thousands of parcels share it, and it is most of the page's work, so it is drawn once for all
    that it is drawn from: these parameters, `record` being a TracedBatch as JSON. Links below the
    parcel's page begin with ANY.
    """
    batch, words = TracedBatch.model_validate_json(record), words_for(language)
    now = datetime.combine(today, time(), CHINA)
    tests = [
        inspections.shown(inspection, words, now=now, recalled=recalled, path=ANY)
        for inspection in batch.inspections
    ]
    earlier = len(tests) - 1
    if batch.inspections_total > len(tests) > 1:
        earlier_title: str = words("earlier_of", n=earlier, total=batch.inspections_total)
    else:
        earlier_title = words["earlier_one"] if earlier == 1 else words("earlier", n=earlier)
    rapid = any(
        measurement.kind == "screening" and measurement.verdict == "pass"
        for test in batch.inspections
        for measurement in test.measurements
    )
    certificate = None
    if batch.certificate and not recalled and finding(batch) not in {"failed", "held"}:
        certificate = [
            (words["committed_by"], formats.marked(batch.certificate.producer, language)),
            (words["issued"], formats.day(china_date(batch.certificate.issued_at), language)),
            (words["basis"], words[f"basis_{batch.certificate.basis}"]),
            (words["commitment"], words("commitment_text", text=COMMITMENT)),
        ]
    return draw(
        "buyer/trace_batch.html",
        t=words,
        recalled=recalled,
        suspect=suspect,
        tests=tests,
        rapid=rapid and not recalled,
        earlier_title=earlier_title,
        certificate=certificate,
        certificate_waits=batch.certificate is not None,
        plan_by=words[f"plan_by_{batch.plan_by}"],
    )


def _facts(batch: TracedBatch, trace: Trace, words: Words, today: date) -> list[Button]:
    language = words.language
    place = (batch.province, batch.county, batch.village, batch.plot)
    whole = formats.quantity(batch.quantity, batch.unit, language)
    if len(trace.batches) > 1:
        part = formats.quantity(batch.quantity_in_parcel, batch.unit, language)
        lot = words("batch_part", lot=batch.lot, part=part, quantity=whole)
    else:
        lot = words("batch_value", lot=batch.lot, quantity=whole)
    return [
        (words["picked"], _picked(batch.harvested_on, trace, words)),
        *_best_before(batch.best_before, words, today),
        (words["producer"], formats.marked(batch.producer, language)),
        (words["origin"], formats.marked(" ".join(name for name in place if name), language)),
        (words["batch"], lot),
    ]


def _best_before(day: date | None, words: Words, today: date) -> list[Button]:
    """Past it is said, and no more: it is no recall, and often still good."""
    if day is None:
        return []
    shown = formats.day(day, words.language)
    return [(words["best_before"], words("best_before_past", day=shown) if day < today else shown)]


def _picked(harvested_on: date, trace: Trace, words: Words) -> str:
    day = formats.day(harvested_on, words.language)
    packed = [china_date(step.at) for step in trace.journey if step.what == "packed"]
    if not packed or packed[0] < harvested_on:
        return day
    n = (packed[0] - harvested_on).days
    key = {0: "picked_same_day", 1: "picked_day_before"}.get(n, "picked_before")
    return words(key, day=day, n=n)


def _steps(trace: Trace, words: Words, now: datetime) -> list[tuple[str, str, str, bool]]:
    """(what, when, where, bad). Repeated tests are one step; a recall silences the certificate."""
    steps: list[tuple[str, str, str, bool]] = []
    tested = [step for step in trace.journey if step.what == "inspected"]
    times = sum(batch.inspections_total for batch in trace.batches)
    for step in trace.journey:
        if step.what == "certified" and trace.state == "recalled":
            continue
        if step.what == "inspected" and len(tested) > 2 and step is not tested[-1]:
            continue
        many = step.what == "inspected" and len(tested) > 2
        what = words("step_inspected_many", n=times) if many else words[f"step_{step.what}"]
        place = formats.marked(step.place, words.language) if step.place else ""
        steps.append((what, _when(step, words, now), place, step.what == "recalled"))
    return steps


def _when(step: Step, words: Words, now: datetime) -> str:
    write = formats.short_day if step.what == "harvested" else formats.moment
    return write(step.at, words.language, now)


def _scans(trace: Trace, words: Words, now: datetime) -> list[str]:
    if not trace.scans.count:
        return [words["scans_none"]]
    n = trace.scans.count
    lines: list[str] = [words["scans_count_one"] if n == 1 else words("scans_count", n=n)]
    if trace.scans.first_at:
        when = formats.moment(trace.scans.first_at, words.language, now)
        lines.append(words("scans_since", when=when))
    return lines


def _bar(trace: Trace, overall: Finding, words: Words, path: str, query: str) -> list[Button]:
    """Two buttons; the last is the main one, under the right thumb: the next sensible step."""
    seller = (words["contact_seller"], SELLER)
    report = (words["bar_report"], f"{path}/complaint{query}")
    same = f"&product={quote(trace.batches[0].product_id)}"
    again = (words["bar_again"], f"/shops/{quote(trace.shop_id)}/again{query}{same}")
    if trace.voided:
        return [(words["bar_shop"], f"/shops/{quote(trace.shop_id)}{query}"), seller]
    if trace.complaint:
        return [seller, (words["bar_progress"], report[1])]
    if overall == "recalled":
        return [seller, (words["bar_refund"], report[1])]
    if overall in {"failed", "held"}:
        return [seller, report]
    if trace.scans.level == "suspect":
        return _suspect_bar(words, path, query)
    return [report, again]


def _suspect_bar(words: Words, path: str, query: str) -> list[Button]:
    return [
        (words["contact_seller"], SELLER),  # who knows whether the box is theirs
        (words["bar_fake"], f"{path}/complaint{query}&reason=counterfeit"),
    ]


def _config(
    trace: Trace, overall: Finding, words: Words, path: str, query: str, now: datetime
) -> dict[str, object]:
    """What static/buyer/trace.js may have to say. Only what this page can become: a recalled page
    carries no other verdict, not even unseen."""
    saved = formats.moment(now, words.language, now)
    config: dict[str, object] = {
        "path": path,
        "at": int(now.timestamp() * 1000),
        "count": trace.scans.count,
        "once": words["scans_none"],
        "times": words["scans_count"],
        "offline": [words["offline_title"], words.plain("offline_text", when=saved)],
        "offlineBar": [(words["contact_seller"], SELLER), (words["bar_reload"], "")],
        "claim": trace.complaint is not None,
    }
    if overall not in {"recalled", "failed", "held"}:
        kind = "scan"
        if overall == "passed":
            kind = "rapid" if only_rapid(trace.batches) else "passed"
        config |= {
            "first": words[f"{kind}_first"],
            "nth": words[f"{kind}_nth"],
            "notice": [words["notice_title"], words["notice_text"]],
            "suspect": [words["suspect_title"], *suspect_lines(trace, words, now)],
            "suspectBar": None if trace.complaint else _suspect_bar(words, path, query),
        }
    return config
