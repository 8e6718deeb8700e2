"""Editions of the standards that inspection plans cite, each with the day from which it counts.

A source without a year means the edition in force on the day of the test (GB/T 1.1-2020: an
undated reference is to the newest edition). So when a standard is issued anew, its row here is all
that changes; the limits in a plan are for whoever keeps the plan to look up, who is told so where
the plan names an edition that is no longer in force.
"""

import re
from datetime import date
from typing import NamedTuple


class Edition(NamedTuple):
    """name: as it is cited, "GB 2763-2026". since: the first day on which it is in force."""

    name: str
    since: date


EDITIONS: dict[str, tuple[Edition, ...]] = {
    # additives
    "GB 2760": (
        Edition("GB 2760-2014", date(2015, 5, 24)),
        Edition("GB 2760-2024", date(2025, 2, 8)),
    ),
    # contaminants
    "GB 2762": (
        Edition("GB 2762-2017", date(2017, 9, 17)),
        Edition("GB 2762-2022", date(2023, 6, 30)),
    ),
    # pesticides; the 2022 supplement went with the edition it belonged to
    "GB 2763": (
        Edition("GB 2763-2021", date(2021, 9, 3)),
        Edition("GB 2763-2026", date(2026, 3, 1)),
    ),
    # veterinary drugs
    "GB 31650": (Edition("GB 31650-2019", date(2020, 4, 1)),),
}
"""By the standard's number; oldest first. Dates: the announcements of the National Health
Commission and the Ministry of Agriculture and Rural Affairs that put them in force."""

_CITED = re.compile(
    r"GB\s*(/T)?\s*([0-9]+(?:\.[0-9]+)?)(?![0-9])(?:\s*[-\uff0d\u2014\u2013]\s*([0-9]{4}))?", re.I
)


def _cited(source: str) -> tuple[re.Match[str], tuple[Edition, ...]] | None:
    """The first standard that a source names and this page knows."""
    for match in _CITED.finditer(source):
        known = EDITIONS.get(f"GB{(match[1] or '').upper()} {match[2]}")
        if known:
            return match, known
    return None


def _in_force(known: tuple[Edition, ...], on: date) -> Edition | None:
    begun = [edition for edition in known if edition.since <= on]
    return begun[-1] if begun else None


def edition_of(source: str, on: date) -> str | None:
    """What an undated source means on a day. None where it names its edition, or none we know."""
    cited = _cited(source)
    if cited is None or cited[0][3]:
        return None
    edition = _in_force(cited[1], on)
    return edition.name if edition else None


def dated(source: str, edition: str | None) -> str:
    """The source with the edition that was meant in place of the number: "GB 2762-2022 香菇"."""
    cited = _cited(source)
    if edition is None or cited is None:
        return source
    start, end = cited[0].span()
    return source[:start] + edition + source[end:]


def replaced_by(source: str, on: date) -> Edition | None:
    """The edition in force on a day, where the source names an earlier one of the same standard."""
    cited = _cited(source)
    if cited is None or not cited[0][3]:
        return None
    edition = _in_force(cited[1], on)
    if edition is None or int(edition.name[-4:]) <= int(cited[0][3]):
        return None
    return edition
