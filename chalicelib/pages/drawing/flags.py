"""What to look at on a record: an untrained inspector, a wrong clock, photos still to come."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from chalicelib.domain.batches import Batch
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import Inspection, TrainingGap, clock_is_off, is_ahead

from ..texts import Words
from . import formats


@dataclass(frozen=True)
class Flag:
    """A chip in amber, and in small print what it is about."""

    chip: Markup
    about: Markup | str = ""


def clock(record: Batch | Inspection, words: Words) -> Iterable[Flag]:
    """手机时间慢 1 小时 5 分: when the phone was sending, against the server's clock; and by how
    much it was off when it recorded, if it was put right in between.
    """
    gap, moved = record.clock_gap_seconds, record.clock_moved_seconds
    if gap is not None and clock_is_off(gap):
        yield Flag(words("clock_slow" if gap > 0 else "clock_fast", time=_span(gap, words)))
    if moved:
        text = words("clock_was_slow" if moved > 0 else "clock_was_fast", time=_span(moved, words))
        yield Flag(text, words["clock_was_about"])
    elif moved == 0:
        yield Flag(words("clock_unknown"), words["clock_unknown_about"])
    elif is_ahead(record.device_at, record.recorded_at) and not clock_is_off(gap):
        yield Flag(words("clock_ahead"), words["clock_unknown_about"])


def _span(seconds: int, words: Words) -> Markup:
    unit, many, few = formats.span(abs(seconds))
    return words(unit, many=many, few=few)


def of_inspection(inspection: Inspection, words: Words) -> list[Flag]:
    flags = [_training(gap, inspection, words) for gap in inspection.training_gaps]
    flags += clock(inspection, words)
    if inspection.before_harvest:
        flags.append(Flag(words("before_harvest")))
    if inspection.photos_waiting:
        n = len(inspection.photos_waiting)
        flags.append(Flag(words("photos_waiting_one" if n == 1 else "photos_waiting", n=n)))
    return flags


def _training(gap: TrainingGap, inspection: Inspection, words: Words) -> Flag:
    method = formats.marked(gap.method, words.language)
    if gap.valid_until is None:
        return Flag(words("training_none"), method)
    until = formats.day(gap.valid_until, words.language)
    lapsed = gap.valid_until < china_date(inspection.tested_at)
    return Flag(words("training_lapsed" if lapsed else "training_later", until=until), method)
