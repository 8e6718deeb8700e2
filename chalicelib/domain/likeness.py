"""Which of a shop's offers an item of a platform surely is, by their titles alone.

Sure is only what a person would not look at twice: the same goods by name and the same pack, and
no other offer that could be meant just as well. A word in front makes other goods of it (干香菇
are not 香菇), so nothing may be left over but what every seller says of everything, and in the
item a place where the offer names none.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from .mapped_goods import goods_of
from .offers import Offer
from .text import half_width

LONGEST_TITLE = 401
"""Characters of an item's title and its variant, as imports keep them."""
PRAISE = re.compile(
    "包邮|顺丰|现摘现发|现摘|现发|新鲜|农家|正宗|当季|应季|助农|扶贫|产地直发|产地|直发|精选|特产|水果|蔬菜"
    "|整箱|普通装|装|净重|规格|默认"
)
_PLACE = re.compile(r"^(?:[一-鿿]{2,3}?(?:省|市|县|区|镇|乡|村))+(?=[一-鿿])")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)(公斤|千克|kg|市斤|斤|克|g|枚|个|只|瓶|袋|盒)")
_GRAMS = {"公斤": 1000, "千克": 1000, "kg": 1000, "市斤": 500, "斤": 500, "克": 1, "g": 1}

Size = frozenset[tuple[str, Decimal]]
"""("g", 2500) or ("枚", 10)."""


def surely(item: str, sku: str, offers: Sequence[tuple[Offer, int]]) -> str | None:
    """The id of the offer that an item is; offers: each with its packs left.

    None when none is sure: another name or pack, no pack said, two offers of other goods equally
    near, or nothing left of the one it would be. Of the same goods it is the first with packs left.
    """
    name, size = _name_and_size(item, sku)
    if not name or not size:
        return None
    same = []
    near = []
    for offer, left in offers:
        theirs = _told_of_offer(offer.title)
        if theirs[1] != size:
            continue
        if theirs[0] == name:
            same.append((offer, left))
        elif theirs[0] == _PLACE.sub("", name):
            near.append((offer, left))
    best = same or near
    if len({goods_of(offer) for offer, _ in best}) > 1:
        return None
    return next((offer.id for offer, left in best if left > 0), None)


@lru_cache(maxsize=512)
def _told_of_offer(title: str) -> tuple[str, Size | None]:
    """Once for all the items that are held against it."""
    return _name_and_size(title, "")


def _name_and_size(title: str, sku: str) -> tuple[str, Size | None]:
    """The goods' bare name, and what is in the pack if title and variant agree on it."""
    plain = half_width(f"{title} {sku}", LONGEST_TITLE).lower()
    plain = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", plain)
    sizes: dict[str, Decimal] = {}
    for number, unit in _SIZE.findall(plain):
        kind, amount = (
            ("g", Decimal(number) * _GRAMS[unit]) if unit in _GRAMS else (unit, Decimal(number))
        )
        if sizes.setdefault(kind, amount) != amount:
            return "", None
    rest = _SIZE.sub(" ", plain)
    # a number that is no size may multiply: 5斤x2, 10枚*3箱, 4.5-5斤, 买二送一
    if re.search(r"[0-9*×+~]|[一二三四五六七八九十两双][箱件份斤盒袋个枚]|送|赠", rest):
        return "", None
    return re.sub(r"[^0-9a-z一-鿿]", "", PRAISE.sub("", rest)), frozenset(sizes.items()) or None
