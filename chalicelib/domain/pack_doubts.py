"""Whether a platform's goods look like other goods, or another pack, than will be packed for them.

It only warns: a title is advertising, and whoever maps it may know better. Equal names never warn.
"""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .likeness import PRAISE
from .offers import Offer
from .sizes import plain, sizes_in

_NUMBERS = re.compile(
    r"[0-9一二三四五六七八九十百两半.]+(?:公斤|千克|kg|市斤|斤|克|g|[枚个只颗粒箱件份盒袋包])"
)
_GLYPHS = re.compile(r"[a-z]+|[一-鿿]")


class PackDoubt(NamedTuple):
    """What differs. written: by the platform's words; packed: in our unit, for one piece of it."""

    what: Literal["name", "size"]
    written: str
    packed: int = 0


@dataclass(frozen=True)
class ToPack:
    """What will be packed for one line of a file, and in what the file and the offer differ."""

    offer: Offer
    packs: int
    doubts: tuple[PackDoubt, ...] = ()


def doubts(title: str, sku: str, offer: Offer, packs: int) -> list[PackDoubt]:
    """packs: of the offer, in one piece of the platform's goods."""
    if packs == 1 and plain(f"{title}{sku}") in {plain(offer.title), plain(offer.product)}:
        return []
    differing = []
    if not _alike(title, sku, offer):
        differing.append(PackDoubt("name", f"{title} {sku}".strip()))
    packed = offer.pack_quantity * packs
    sizes = sizes_in(sku, offer.unit) or sizes_in(title, offer.unit)
    if sizes and not any(size.least <= packed <= size.most for size in sizes):
        differing.append(PackDoubt("size", sizes[0].written, packed))
    return differing


def _alike(title: str, sku: str, offer: Offer) -> bool:
    """Whether they share a word: two characters in a row, or the one that a name has."""
    item, ours = _name(f"{title}{sku}"), _name(offer.title)
    product = _name(offer.product)
    if not item or not product:
        return True  # nothing but sizes and praise: there is no name to compare
    if ours and (ours in item or item in ours):
        return True
    return bool(_words(item) & _words(product)) or product in item or item in product


def _name(text: str) -> str:
    """Without sizes and what every seller says of everything."""
    bare = PRAISE.sub("", _NUMBERS.sub("", plain(text)))
    return "".join(_GLYPHS.findall(bare))


def _words(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(len(name) - 1)}
