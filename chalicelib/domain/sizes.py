"""What a title says of the size of a pack, in grams or pieces: 5斤, 2.5kg, 4.5-5斤, 三十枚, 10枚x3.

Exact, as one jin is 500 g and nothing is rounded.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from .products import Unit
from .text import half_width

LONGEST = 401
"""Characters that are looked at: of an item's title and its variant, as imports keep them."""
GRAMS = {
    "公斤": 1000, "千克": 1000, "kg": 1000, "市斤": 500, "斤": 500, "两": 50, "克": 1, "g": 1,
}  # fmt: skip
PIECES = "枚个只颗粒头条根块"
_DIGITS = {glyph: at for at, glyph in enumerate("零一二三四五六七八九")} | {"两": 2}
_CHINESE = "(?:半|[一二三四五六七八九十百两]{1,5})"
_NUMBER = rf"(?:\d{{1,9}}(?:\.\d{{1,9}})?|{_CHINESE})"
_UNIT = rf"(?:{'|'.join(GRAMS)}|[{PIECES}])(?![a-z])"
_SIZE = re.compile(rf"({_NUMBER})(?:[-~至到]({_NUMBER}))?({_UNIT})")
_TIMES = re.compile(r"[x×*](\d{1,4})(?!\d)|(?<![\d.])(\d{1,4})[箱件份盒袋包组桶篮筐瓶][x×*装共]?")


class Size(NamedTuple):
    """From least to most, of a range; both the same of most. written: as it stands there."""

    least: Decimal
    most: Decimal
    written: str


def plain(text: str) -> str:
    """In one form, for comparing: half-width, lower case, without blanks."""
    return re.sub(r"\s+", "", half_width(text, LONGEST).lower())


def sizes_in(text: str, unit: Unit) -> list[Size]:
    """All that could be the size of what is sold, in grams or in pieces as `unit` says."""
    text = plain(text)
    sizes = []
    for least, most, name in _SIZE.findall(text):
        if (name in GRAMS) == (unit == "g"):
            unit_of = GRAMS.get(name, 1)
            low, high = (amount_of(part) * unit_of for part in (least, most or least))
            written = f"{least}-{most}{name}" if most else f"{least}{name}"
            sizes.append(Size(min(low, high), max(low, high), written))
    times = {int(after or before) for after, before in _TIMES.findall(text)} - {0, 1}
    return sizes + [Size(low * n, high * n, written) for low, high, written in sizes for n in times]


def amount_of(text: str) -> Decimal:
    """12.5, 三十 and 半 as numbers; of Chinese ones those below a thousand."""
    if text[0].isdecimal():
        return Decimal(text)
    if text == "半":
        return Decimal("0.5")
    total, last = 0, 0
    for glyph in text:
        if glyph in "十百":
            total += (last or 1) * (10 if glyph == "十" else 100)
            last = 0
        else:
            last = _DIGITS.get(glyph, 0)
    return Decimal(total + last)
