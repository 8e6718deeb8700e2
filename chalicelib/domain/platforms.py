"""The outside platforms: whose a file is, which column holds what, and what must still be asked.

What no profile knows is mapped by hand and kept for the shop's files with the same headings.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from .cells import LONGEST_CELL
from .columns import ANYONES, EVERYWHERE, Columns, Field, Platform
from .profiles import PROFILES
from .text import half_width, without_marks

NAMES: dict[Platform, tuple[str, str]] = {
    "taobao": ("淘宝/天猫", "Taobao/Tmall"),
    "pinduoduo": ("拼多多", "Pinduoduo"),
    "douyin": ("抖店", "Douyin shop"),
    "jd": ("京东", "JD"),
    "kuaituantuan": ("快团团", "Kuaituantuan"),
    "qunjielong": ("群接龙", "Qunjielong"),
    "weidian": ("微店", "Weidian"),
    "weixin_shop": ("微信小店/视频号", "WeChat shop/Channels"),
    "youzan": ("有赞", "Youzan"),
    "xiaohongshu": ("小红书", "Xiaohongshu"),
    "1688": ("1688", "1688"),
    "other": ("其他", "other"),
}
GROUP_ORDERS: frozenset[str] = frozenset({"kuaituantuan", "qunjielong"})
"""Their orders come from chat groups."""

REQUIRED: tuple[tuple[Field, ...], ...] = (
    ("number", "group_number"),
    ("item",),
    ("quantity",),
    ("amount", "order_amount", "unit_price"),
    ("name",),
    ("phone",),
    ("address", "detail"),
)
"""One of each must be among the columns."""


def heading(text: str) -> str:
    """A heading as it is compared: half-width, without spaces and marks, lower case."""
    plain = re.sub(r"\s+", "", half_width(text, LONGEST_CELL))
    return without_marks(plain).strip("'\"").lower()


def without_unit(name: str) -> str:
    """Of a heading as it is compared: 退款金额(元) is 退款金额."""
    return re.sub(r"[(\[【](?:单位[::]?)?(?:元|¥|rmb|cny|人民币)[)\]】]$", "", name)


_SIGNATURES = {
    name: frozenset(map(heading, profile.signature)) for name, profile in PROFILES.items()
}
_EVERYWHERE = frozenset(heading(name) for names in EVERYWHERE.values() for name in names)
_OTHER_STATES = re.compile("发票|开票|打印|评价|结算|备注|对账")
_GROUP_NUMBERS = frozenset(
    heading(name)
    for profile in PROFILES.values()
    for name in profile.columns.get("group_number", ())
) | {"跟团序号", "接龙序号", "序号", "团内编号"}
"""Whoever takes one of these for an order's number is mistaken."""
KNOWN: frozenset[str] = (
    frozenset(
        heading(name)
        for profile in PROFILES.values()
        for names in profile.columns.values()
        for name in names
    )
    | frozenset(name for names in _SIGNATURES.values() for name in names)
    | _EVERYWHERE
)


def recognise(headings: Sequence[str]) -> Platform | None:
    """The platform whose signature the headings bear; None when there is none, or two."""
    titles = {heading(title) for title in headings}
    marks = {name: len(signature & titles) for name, signature in _SIGNATURES.items()}
    best = max(marks.values())
    named = [name for name, n in marks.items() if n == best]
    return named[0] if best >= 2 and len(named) == 1 else None


def _columns(platform: Platform) -> Columns:
    """Its own, and what is told everywhere, save headings that mean something else to it."""
    if platform not in PROFILES:
        return ANYONES
    own = PROFILES[platform].columns
    taken = {heading(name) for names in own.values() for name in names}
    besides: Columns = {
        field: tuple(name for name in names if heading(name) not in taken)
        for field, names in EVERYWHERE.items()
    }
    return {**besides, **{field: (*names, *besides.get(field, ())) for field, names in own.items()}}


def mapping(platform: Platform, kept: Mapping[str, Field]) -> dict[str, list[str]]:
    """field -> its headings in the order they count: what was mapped by hand comes first.

    Not so an order's number: the one that the platform gives counts before another, and what only
    counts within a group is none, whoever says so.
    """
    fields: dict[str, list[str]] = {}
    for name, field in kept.items():
        title = heading(name)
        counts_again = field == "number" and title in _GROUP_NUMBERS
        fields.setdefault("group_number" if counts_again else field, []).append(title)
    taken = {heading(name) for name in kept}
    for field, names in _columns(platform).items():
        known = [heading(name) for name in names if heading(name) not in taken]
        own = fields.pop(field, [])
        if field == "number" and platform in PROFILES:
            profiles_own = {heading(name) for name in names}
            own.sort(key=lambda name: name not in profiles_own)
            fields[field] = [*known, *own]
        else:
            fields[field] = [*own, *known]
    return {field: names for field, names in fields.items() if names}


def missing(
    platform: Platform,
    headings: Sequence[str],
    columns: Mapping[str, Collection[int]],
    *,
    counts_in_cells: bool = False,
    needs_group: bool = False,
    paid_only: bool = False,
    unread: Collection[Field] = (),
) -> list[Field]:
    """What must still be mapped.

    counts_in_cells: the goods' counts stand beside their names. needs_group: the numbers start
    again with each group, and nothing tells the groups apart.
    paid_only: a person said that the file holds nothing but what is paid and to be sent.
    unread: what columns that are not understood may say of orders to be sent, see unread.py. That
    no sum was paid back and nothing changed is not said by paid_only.
    """
    asked = [choice[0] for choice in REQUIRED if not set(choice) & set(columns)]
    if counts_in_cells and "quantity" in asked:
        asked.remove("quantity")
    if needs_group and "number" not in asked:
        asked.insert(0, "number")
    paid_known = "status" not in unread and _tells_what_is_paid(platform, headings, columns)
    if not paid_only and not paid_known:
        asked.append("status")
    return list(dict.fromkeys([*asked, *(field for field in unread if field != "status")]))


def _tells_what_is_paid(
    platform: Platform, headings: Sequence[str], columns: Mapping[str, Collection[int]]
) -> bool:
    """By a state; by a time of payment or as an export that lists nothing else, unless another
    column looks like a state that is not understood."""
    if "status" in columns:
        return True
    used = {at for some in columns.values() for at in some}
    names = [heading(text) for text in headings]
    if any(
        name.endswith("状态") and not _OTHER_STATES.search(name)
        for at, name in enumerate(names)
        if at not in used
    ):
        return False
    sheets = PROFILES[platform].paid_sheets if platform in PROFILES else ()
    return "paid_at" in columns or any(set(map(heading, sheet)) <= set(names) for sheet in sheets)
