"""Where an order of a file goes: from the columns of its address."""

from . import cells
from .cells import Unreadable
from .rows import DraftRefused, ReadRow, agreed, everything
from .states import says_nothing

Place = tuple[str, str, str, str]
"""Province, city, district and the rest."""


def place_of(reads: list[ReadRow]) -> Place:
    """The address that the buyer changed it to counts before the first one.

    Raises Refused; Unreadable, "address" or "no_city".
    """
    changed = {text for text in everything(reads, "new_address") if not says_nothing(text)}
    if len(changed) > 1:
        raise DraftRefused("contradiction", what="address")
    if changed:
        return cells.address(changed.pop())
    province, city, district, street, detail, address = (
        agreed(reads, field, "address")
        for field in ("province", "city", "district", "street", "detail", "address")
    )
    rest = detail if not street or detail.startswith(street) else f"{street} {detail}".strip()
    rest = rest or address
    if not (province and (city or district) and rest):
        return cells.address(detail or address)
    for part in (province, city, district):
        # some platforms give the parts and the whole
        if part and rest.startswith(part) and len(rest) > len(part):
            rest = rest.removeprefix(part).lstrip(" ,，、/|-")
    if not district:
        try:
            return cells.address(f"{province}{city}{rest}")
        except Unreadable:
            pass
    return cells.address_of(province, city, district, rest)
