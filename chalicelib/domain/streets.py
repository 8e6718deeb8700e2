"""What of a street and house is shown to whoever has a link."""

import re
from itertools import takewhile

HIDDEN = "****"
"""Stands for the end of a street and house number that is not shown."""

_NAMED_BUILDING = re.compile(
    r"(?:[^\W_㐀-鿿豈-﫿]|[甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥-])+"
    r"\s*(?:[座栋棟幢楼樓号號室区區]|[单單]元|(?=0))"
)
"""By letters, as A座, 甲栋, C区 and H-12 are."""
_TWO = frozenset("两兩")
"""No number to Unicode, but before a 单元."""


def street_in_part(detail: str) -> str:
    """玉兰路****: its beginning, without any number and without the last half. Nor is any number
    shown that is no digit (八号, ①号院), nor the letters that a building has for one."""
    plain = "".join("0" if _is_number(char) else char for char in detail)
    building = _NAMED_BUILDING.search(plain)
    end = min(3, len(plain) // 2, building.start() if building else len(plain))
    shown = "".join(takewhile(lambda char: not _is_number(char), plain[:end]))
    return f"{shown.strip()}{HIDDEN}"


def _is_number(char: str) -> bool:
    return char.isnumeric() or char in _TWO
