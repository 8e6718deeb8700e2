"""Goods as they stand in one cell: one, or several with their counts, as some exports write them.

测试鸡蛋(10枚)+2 and below it 测试沃柑(5斤)+1 are two goods. But 沃柑 5斤*2 beside a quantity of 3
is one, whose pack is written so, and so is 金*奖.
"""

import re
from typing import NamedTuple

from . import cells
from .rows import DraftRefused

_COUNT = r"\s*(?P<mark>[+*×]|(?<![A-Za-z])x)\s*(?P<count>[0-9]{1,5})\s*(?:件|份|个|箱|袋|盒|组|套)?"
_AT_THE_END = re.compile(rf"{_COUNT}$", re.I)
_BEFORE_A_BLANK = re.compile(rf"{_COUNT}(?=\s|$)", re.I)
_PERHAPS = re.compile(
    r"(?<=\D)\s*(?:(?P<count>[0-9]{1,3})\s*(?:件|份|箱|袋|盒|组|套|个)|\((?P<bare>[0-9]{1,3})\))$"
)
"""测试鸡蛋2件, 测试鸡蛋(2): a count or what a pack holds; of several the sum tells which."""
_SURELY = re.compile(r"[^\d\s]\s*\+|\)\s*(?:[+*×]|x)", re.I)
"""A count, also beside a quantity: after a plus or a closing bracket. 5斤*2 may be one pack."""
_LINE_BREAK = re.compile(r"<br\s*/?>", re.I)
"""As web pages write it, and files that were made of one."""


class Goods(NamedTuple):
    name: str
    pieces: int


def goods_in(cell: str, quantity: int | None) -> list[Goods]:
    """quantity: what the row says beside it, of all of them; None where it says nothing.

    Raises Refused for goods whose counts are not known or come to another quantity.
    """
    cell = _LINE_BREAK.sub("\n", cell)
    parts = _parts(cell, quantity)
    counted = [_counted(part) for part in parts]
    plain = " ".join(cell.split())
    if len(parts) == 1 and (several := _perhaps_counted(cell)):
        if quantity == sum(goods.pieces for goods in several):
            return several
        if quantity is None or quantity >= len(several):
            raise DraftRefused("goods_in_one_cell", title=plain[:120])
    if len(parts) > 1:
        if None not in counted:
            return _checked([goods for goods in counted if goods], quantity)
        if quantity is None or any(counted) or quantity >= len(parts):
            raise DraftRefused("goods_in_one_cell", title=plain[:120])
    elif counted[0] and (quantity is None or _surely_counts(plain)):
        return _checked([counted[0]], quantity)
    if quantity is None:
        raise cells.Unreadable("quantity", value="")
    return [Goods(plain[:200], quantity)]


def has_count(cell: str) -> bool:
    return any(map(_counted, _parts(_LINE_BREAK.sub("\n", cell), None)))


def _parts(cell: str, quantity: int | None) -> list[str]:
    """By lines and semicolons; by commas, strokes, plus signs and blanks only where a count is
    before each."""
    parts = []
    for part in re.split(r"[\n;]+", cell):
        for separators in ("[,、]", "[,、/|]", r"\+(?=\s*[^\d\s])"):
            split = [piece.strip() for piece in re.split(separators, part)]
            if len(split) > 1 and all(map(_counted, split)):
                parts += split
                break
        else:
            parts.append(part.strip())
    parts = [part for part in parts if part] or [cell]
    if len(parts) > 1:
        return parts
    ends = [matched.end() for matched in _BEFORE_A_BLANK.finditer(cell)]
    pieces = [cell[a:b].strip() for a, b in zip([0, *ends], ends, strict=False)]
    counts = [goods.pieces if (goods := _counted(piece)) else 0 for piece in pieces]
    fits = quantity is None or sum(counts) == quantity
    whole = len(pieces) > 1 and 0 not in counts and ends[-1] == len(cell)
    return pieces if whole and fits else parts


def _counted(part: str) -> Goods | None:
    matched = _AT_THE_END.search(part)
    name = " ".join(part[: matched.start()].split()) if matched else ""
    if matched is None or int(matched["count"]) == 0 or not re.search(r"[^\W\d]", name):
        return None
    return Goods(name[:200], int(matched["count"]))


def _perhaps_counted(cell: str) -> list[Goods]:
    """Goods between commas, each with what may be its count; none where there is one alone."""
    goods = []
    for part in re.split(r"[,、;/|\n]", cell):
        counted = _PERHAPS.search(part.strip())
        name = " ".join(part.strip()[: counted.start()].split()) if counted else ""
        pieces = int(counted["count"] or counted["bare"]) if counted else 0
        if not pieces or not re.search(r"[^\W\d]", name):
            return []
        goods.append(Goods(name[:200], pieces))
    return goods if len(goods) > 1 else []


def _surely_counts(part: str) -> bool:
    matched = _AT_THE_END.search(part)
    return matched is not None and bool(_SURELY.search(part, max(0, matched.start() - 1)))


def _checked(goods: list[Goods], quantity: int | None) -> list[Goods]:
    counted = sum(article.pieces for article in goods)
    if quantity is not None and counted != quantity:
        raise DraftRefused("counts_differ", counted=counted, quantity=quantity)
    return goods
