"""Inspections on the trace page: each value against its limit, and whose word it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from markupsafe import Markup, escape

from chalicelib.domain.inspections import Measurement
from chalicelib.domain.passports import PassportInspection
from chalicelib.domain.standards import dated

from ..texts import Words
from ..texts.buyer.trace import METRICS_EN
from . import formats


@dataclass(frozen=True)
class MeasurementRow:
    """One measurement. limit: what the value should be. rapid: what a passed rapid test is called,
    before the chip's word. gauge: fill and limit as % of the bar's width; None draws no bar. basis:
    by which standard and method."""

    name: str
    value: str
    limit: str
    rapid: str
    chip: str
    kind: str
    gauge: tuple[int, int] | None
    basis: Markup


@dataclass(frozen=True)
class InspectionView:
    """An inspection ready to print. who: whose word it is. sampling: what was taken, with what it
    corrects. photos: (text, address)."""

    who: str
    about: tuple[str, ...]
    sampling: str
    rows: tuple[MeasurementRow, ...]
    photos_title: str
    photos: tuple[tuple[str, str], ...]


def shown(
    inspection: PassportInspection,
    words: Words,
    *,
    now: datetime,
    recalled: bool,
    path: str,
) -> InspectionView:
    """What failed comes first, and a recall suspends every verdict.

    path: of the parcel's page, below which its photos are.
    """
    language = words.language
    about = [
        formats.short_day(inspection.tested_at, language, now),
        words[f"stage_{inspection.stage}"],
    ]
    sampling = ""
    if inspection.sample_size:
        sampling = words("sample", size=formats.marked(inspection.sample_size, language))
    if inspection.corrects:
        about.append(words["corrects"])
    n, sizes = len(inspection.photos), inspection.photo_bytes
    if n and len(sizes) == n:
        photos_title: str = words("photos_sized", n=n, size=formats.size(sum(sizes)))
    else:
        photos_title = words("photos", n=n)
    return InspectionView(
        who=tester(inspection.lab, inspection.measurements, words),
        about=tuple(about),
        sampling=sampling,
        rows=tuple(
            _row(measurement, words, recalled)
            for measurement in sorted(
                inspection.measurements, key=lambda measurement: measurement.verdict != "fail"
            )
        ),
        photos_title=photos_title,
        photos=tuple(
            (
                words("photo_sized", n=place, size=formats.size(sizes[place - 1]))
                if len(sizes) == n
                else words("photo", n=place),
                f"{path}/photos/{quote(photo)}",
            )
            for place, photo in enumerate(inspection.photos, 1)
        ),
    )


def _row(measurement: Measurement, words: Words, recalled: bool) -> MeasurementRow:
    rapid = ""
    if measurement.verdict is None:
        chip, kind = "chip_none", ""
    elif measurement.verdict == "fail":
        chip, kind = ("chip_over" if recalled else "chip_fail"), "bad"
    elif recalled:
        chip, kind = "chip_suspended", ""
    else:
        chip, kind = "chip_pass", "ok"
        rapid = words["chip_rapid"] if measurement.kind == "screening" else ""
    limit = (
        formats.measure(measurement.limit, measurement.unit)
        if measurement.limit is not None
        else ""
    )
    basis: list[str | Markup] = [
        words(
            "source",
            source=formats.marked(dated(measurement.source, measurement.edition), words.language),
        )
    ]
    if measurement.method != measurement.source:
        basis.append(words("method", method=formats.marked(measurement.method, words.language)))
    if measurement.value is None:
        basis.append(words["below_detection"])
    name = metric_name(measurement, words)
    return MeasurementRow(
        name=name,
        value=words["not_detected"]
        if measurement.value is None
        else formats.measure(measurement.value, measurement.unit),
        limit=words(f"bound_{measurement.operator or 'none'}", limit=limit),
        rapid=rapid,
        chip=words[chip],
        kind=kind,
        gauge=gauge(measurement),
        basis=words("basis_row", name=name, basis=words("between").join(basis)),
    )


def gauge(measurement: Measurement) -> tuple[int, int] | None:
    """Where the value ends and the limit stands, in % of the bar: the limit at 80, of a lower
    limit at 75, so that both sides of it can be seen; further left when the value needs the room.
    """
    if measurement.limit is None or measurement.limit <= 0:
        return None
    value = measurement.value if measurement.value is not None else Decimal(0)
    full = max(
        measurement.limit / Decimal("0.75" if measurement.operator in {"gt", "ge"} else "0.8"),
        value,
    )
    return max(0, round(value / full * 100)), round(measurement.limit / full * 100)


def tester(lab: str | None, measurements: Sequence[Measurement], words: Words) -> str:
    """Whose word a test is: the lab it names, else the village's own."""
    if lab:
        return formats.marked(lab, words.language)
    rapid = all(measurement.kind == "screening" for measurement in measurements)
    return words["word_own_rapid" if rapid else "word_own"]


def metric_name(measurement: Measurement, words: Words) -> Markup:
    """The plan's name; on an English page the usual English one where there is one."""
    if words.language == "en" and measurement.metric in METRICS_EN:
        return escape(METRICS_EN[measurement.metric])
    return formats.marked(measurement.name, words.language)
