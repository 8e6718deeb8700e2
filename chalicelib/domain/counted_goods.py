"""Goods as they stand in one cell: one, or several with their counts, as some exports write them.

测试鸡蛋(10枚)+2 and below it 测试沃柑(5斤)+1 are two goods. But 沃柑 5斤*2 beside a quantity of 3
is one, whose pack is written so, and so is 金*奖.
"""

import re
from typing import NamedTuple

from . import cells
from .rows import Refused

_COUNT = r"\s*(?P<mark>[+*×]|(?<![A-Za-z])x)\s*(?P<count>[0-9]{1,5})\s*(?:件|份|个|箱|袋|盒|组|套)?"
_AT_THE_END = re.compile(rf"{_COUNT}$", re.I)
_BEFORE_A_BLANK = re.compile(rf"{_COUNT}(?=\s|$)", re.I)
_SURELY = re.compile(r"[^\d\s]\s*\+|\)\s*(?:[+*×]|x)", re.I)
"""A count, also beside a quantity: after a plus or a closing bracket. 5斤*2 may be one pack."""


class Goods(NamedTuple):
    name: str
    pieces: int


def goods_in(cell: str, quantity: int | None) -> list[Goods]:
    """quantity: what the row says beside it, of all of them; None where it says nothing.

    Raises Refused for goods whose counts are not known or come to another quantity.
    """
    parts = _parts(cell, quantity)
    counted = [_counted(part) for part in parts]
    plain = " ".join(cell.split())
    if len(parts) > 1:
        if None not in counted:
            return _checked([goods for goods in counted if goods], quantity)
        if quantity is None or any(counted) or quantity >= len(parts):
            raise Refused("goods_in_one_cell", title=plain[:120])
    elif counted[0] and (quantity is None or _surely_counts(plain)):
        return _checked([counted[0]], quantity)
    if quantity is None:
        raise cells.Unreadable("quantity", value="")
    return [Goods(plain[:200], quantity)]


def has_count(cell: str) -> bool:
    return any(map(_counted, _parts(cell, None)))


def _parts(cell: str, quantity: int | None) -> list[str]:
    """By lines and semicolons; by commas and blanks only where there is a count before each."""
    parts = []
    for part in re.split(r"[\n;]+", cell):
        by_comma = [one.strip() for one in re.split("[,、]", part)]
        if len(by_comma) > 1 and all(map(_counted, by_comma)):
            parts += by_comma
        else:
            parts.append(part.strip())
    parts = [part for part in parts if part] or [cell]
    if len(parts) > 1:
        return parts
    ends = [found.end() for found in _BEFORE_A_BLANK.finditer(cell)]
    pieces = [cell[a:b].strip() for a, b in zip([0, *ends], ends, strict=False)]
    counts = [goods.pieces if (goods := _counted(piece)) else 0 for piece in pieces]
    fits = quantity is None or sum(counts) == quantity
    whole = len(pieces) > 1 and 0 not in counts and ends[-1] == len(cell)
    return pieces if whole and fits else parts


def _counted(part: str) -> Goods | None:
    found = _AT_THE_END.search(part)
    name = " ".join(part[: found.start()].split()) if found else ""
    if found is None or int(found["count"]) == 0 or not re.search(r"[^\W\d]", name):
        return None
    return Goods(name[:200], int(found["count"]))


def _surely_counts(part: str) -> bool:
    found = _AT_THE_END.search(part)
    return found is not None and bool(_SURELY.search(part, max(0, found.start() - 1)))


def _checked(goods: list[Goods], quantity: int | None) -> list[Goods]:
    counted = sum(one.pieces for one in goods)
    if quantity is not None and counted != quantity:
        raise Refused("counts_differ", counted=counted, quantity=quantity)
    return goods
