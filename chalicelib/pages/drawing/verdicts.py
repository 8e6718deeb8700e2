"""What a trace page says first: the banners, the worst news on top.

recalled > failed > held > complaint in progress > suspect > notice > untested > unjudged > passed.
Scans can only make the verdict more careful, so nothing below them is ever green.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.inspections import Measurement

from ...domain.traces import Trace, TracedBatch
from ..texts import Words
from .formats import left, marked, moment, short_day
from .inspections import metric_name, tester

Finding = Literal["recalled", "failed", "held", "untested", "unjudged", "passed"]
_WORST_FIRST: tuple[Finding, ...] = (
    "recalled", "failed", "held", "untested", "unjudged", "passed",
)  # fmt: skip


@dataclass(frozen=True)
class Banner:
    """`kind` is the class of the banner in base.css. The page's script may rewrite a live one."""

    kind: Literal["ok", "warn", "bad", "stop", "info"]
    title: str
    lines: tuple[str, ...] = ()
    live: bool = False


def finding(batch: TracedBatch) -> Finding:
    """What can honestly be said of a batch.

    A held batch that failed is "failed". A pass without a single limit behind it is "unjudged".
    """
    if batch.state == "recalled":
        return "recalled"
    if batch.verdict == "fail":
        return "failed"
    if batch.state == "held":
        return "held"
    if batch.verdict is None:
        return "untested"
    return "passed" if _judged(batch) else "unjudged"


def worst(batches: Sequence[TracedBatch]) -> Finding:
    return min((finding(batch) for batch in batches), key=_WORST_FIRST.index)


def worst_first(batches: Sequence[TracedBatch]) -> list[TracedBatch]:
    return sorted(batches, key=lambda batch: _WORST_FIRST.index(finding(batch)))


def _judged(batch: TracedBatch) -> list[Measurement]:
    return [
        measurement
        for test in batch.inspections
        for measurement in test.measurements
        if measurement.verdict
    ]


def only_rapid(batches: Sequence[TracedBatch]) -> bool:
    """No confirmatory test nor measured limit stands behind the pass: it is 快速检测合格."""
    return all(
        measurement.kind == "screening" for batch in batches for measurement in _judged(batch)
    )


def banners(trace: Trace, words: Words, *, now: datetime) -> list[Banner]:
    """All of them, the first being the page's headline."""
    overall = worst(trace.batches)
    result: list[Banner] = []
    if overall in {"recalled", "failed", "held"}:
        result += [
            _bad(batch, trace, words, now)
            for batch in worst_first(trace.batches)
            if finding(batch) == overall
        ]
    if trace.complaint:
        result.append(_complaint(trace.complaint.reply_due_at, words, now))
    if overall in {"failed", "held"} and trace.scans.level == "suspect":
        result.append(_suspect(trace, words, now))
    elif overall not in {"recalled", "failed", "held"}:
        result.append(_verdict(trace, overall, words, now))
    return result


def _bad(batch: TracedBatch, trace: Trace, words: Words, now: datetime) -> Banner:
    language = words.language
    if batch.state == "recalled":
        lines = [words["stopped_voided" if trace.voided else "recalled_text"]]
        if batch.recalled_at and batch.recall_reason:
            when = moment(batch.recalled_at, language, now)
            reason = marked(without_verdict(batch.recall_reason), language)
            lines.append(words("recalled_which", when=when, lot=batch.lot, reason=reason))
        return Banner("stop", words["recalled_title"], tuple(lines))
    if batch.verdict == "fail":
        failed = [measurement for measurement in _latest(batch) if measurement.verdict == "fail"]
        names = words("comma").join(
            dict.fromkeys(metric_name(measurement, words) for measurement in failed)
        )
        food = any(measurement.kind != "measure" for measurement in failed) or not failed
        lines = [words["failed_food" if food else "failed_measure"]]
        if trace.voided:
            lines = [*([words["do_not_eat"]] if food else []), words["stopped_voided"]]
        return Banner("bad", words("failed_title", metrics=names or batch.lot), tuple(lines))
    text = words["stopped_voided" if trace.voided else "held_text"]
    return Banner("warn", words["held_title"], (text,))


def _latest(batch: TracedBatch) -> tuple[Measurement, ...]:
    return batch.inspections[0].measurements if batch.inspections else ()


def _complaint(due: datetime, words: Words, now: datetime) -> Banner:
    title = words("complaint_title", when=moment(due, words.language, now))
    if now >= due:
        return Banner("warn", title, (words["complaint_due"],))
    unit, n = left(due, now)
    return Banner("warn", title, (words("complaint_left", left=words(unit, n=n)),))


def suspect_lines(trace: Trace, words: Words, now: datetime) -> tuple[str, ...]:
    if not trace.scans.first_at:
        return (words["suspect_text"],)
    when = moment(trace.scans.first_at, words.language, now)
    return words["suspect_text"], words("suspect_hint", when=when)


def _suspect(trace: Trace, words: Words, now: datetime) -> Banner:
    title = words("suspect_title", n=trace.scans.count)
    return Banner("warn", title, suspect_lines(trace, words, now), live=True)


def _verdict(trace: Trace, overall: Finding, words: Words, now: datetime) -> Banner:
    """Nothing bad is known: how the tests and the scans read together."""
    n = trace.scans.count
    if trace.scans.level == "suspect":
        return _suspect(trace, words, now)
    if trace.scans.level == "notice":
        return Banner("warn", words("notice_title", n=n), (words["notice_text"],), live=True)
    if overall == "passed":
        kind = "rapid" if only_rapid(trace.batches) else "passed"
        headline = words(f"{kind}_already", n=n) if n else words[f"{kind}_first"]
        return Banner("ok", headline, tuple(_who_and_when(trace.batches, words, now)), live=True)
    scans = words("scan_already", n=n) if n else words["scan_first"]
    title: str = words[f"{overall}_title"]
    lots = [batch.lot for batch in trace.batches if finding(batch) == overall]
    if overall == "untested" and len(lots) < len(trace.batches):
        title = words("untested_some_title", lot=", ".join(lots))
    return Banner("info", title, (words[f"{overall}_text"], scans), live=True)


def _who_and_when(batches: Sequence[TracedBatch], words: Words, now: datetime) -> list[str]:
    newest = max(
        (batch.inspections[0] for batch in batches if batch.inspections),
        key=lambda inspection: inspection.tested_at,
    )
    when = short_day(newest.tested_at, words.language, now)
    return [words("tested_on", when=when, who=tester(newest.lab, newest.measurements, words))]


def without_verdict(reason: str) -> str:
    """A recall's reason without the word 合格, which nothing on a recalled page may say."""
    return reason.replace("不合格", "不达标").replace("合格", "达标")
