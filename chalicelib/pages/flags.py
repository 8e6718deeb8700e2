"""What to look at on a record: an untrained inspector, a wrong clock, photos still to come."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import Inspection, TrainingGap, clock_is_off

from . import formats
from .texts import Words


@dataclass(frozen=True)
class Flag:
    """A chip in amber, and in small print what it is about."""

    chip: Markup
    about: Markup | str = ""


def clock(gap_seconds: int | None, words: Words) -> Iterable[Flag]:
    """手机时间慢 1 小时 5 分: when the phone was sending, against the server's clock."""
    if gap_seconds is not None and clock_is_off(gap_seconds):
        unit, many, few = formats.span(abs(gap_seconds))
        time = words(unit, many=many, few=few)
        yield Flag(words("clock_slow" if gap_seconds > 0 else "clock_fast", time=time))


def of_inspection(one: Inspection, words: Words) -> list[Flag]:
    flags = [_training(gap, one, words) for gap in one.training_gaps]
    flags += clock(one.clock_gap_seconds, words)
    if one.photos_waiting:
        n = len(one.photos_waiting)
        flags.append(Flag(words("photos_waiting_one" if n == 1 else "photos_waiting", n=n)))
    return flags


def _training(gap: TrainingGap, one: Inspection, words: Words) -> Flag:
    method = formats.said(gap.method, words.language)
    if gap.valid_until is None:
        return Flag(words("training_none"), method)
    until = formats.day(gap.valid_until, words.language)
    lapsed = gap.valid_until < china_date(one.tested_at)
    return Flag(words("training_lapsed" if lapsed else "training_later", until=until), method)
