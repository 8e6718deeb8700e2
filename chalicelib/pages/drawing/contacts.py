"""How a shop is reached, as every page of a buyer shows it (the macro parts.contact)."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from markupsafe import Markup

from chalicelib.domain import phones
from chalicelib.domain.catalogue import Shop

from ..texts import Words
from . import formats

SELLER = "#seller"
"""Where it stands on its page."""


def shop_link(shop: Shop, words: Words, large_text: bool) -> str:
    """The shop's page, in the language and text size of this one."""
    query = {"lang": words.language, **({"text": "large"} if large_text else {})}
    return f"/shops/{quote(shop.id)}?{urlencode(query)}"


def contact(
    shop: Shop, words: Words, *, link: str = "", with_returns: bool = False
) -> Mapping[str, object]:
    """link: to the shop's page, where this is another one. with_returns: whoever looks holds the
    key of an order or a complaint, so they may know where goods are sent back to."""
    number, extension = phones.shown(shop.phone) if shop.phone else ("", "")
    rows: list[tuple[str, str | Markup]] = []
    if shop.wechat:
        copied = Markup('<b class="copy">{}</b>').format(shop.wechat)
        rows.append((words["contact_wechat"], copied))
    if shop.hours:
        rows.append((words["contact_hours"], formats.marked(shop.hours, words.language)))
    if with_returns and shop.return_address:
        address = formats.marked(shop.return_address, words.language)
        rows.append((words["contact_returns"], address))
    return {
        "title": words["contact_title"],
        "name": formats.marked(shop.name, words.language),
        "link": link,
        "dial": phones.to_dial(shop.phone) if shop.phone else "",
        "phone": words(
            "contact_call_extension" if extension else "contact_call", phone=number, n=extension
        ),
        "rows": rows,
        "note": "" if shop.phone or shop.wechat else words["contact_none"],
        "returns_note": words["contact_returns_note"]
        if with_returns and shop.return_address
        else "",
    }
