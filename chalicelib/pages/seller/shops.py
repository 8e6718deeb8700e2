"""The shop itself on its desk: how buyers reach it."""

from typing import get_args
from urllib.parse import quote

from markupsafe import Markup

from chalicelib.domain import phones
from chalicelib.domain.catalogue import LONGEST_ADDRESS, LabelName, Shop
from chalicelib.domain.merchants import ShopMerchant

from ..drawing import formats
from ..drawing.contacts import contact
from ..drawing.desks import Desk, desk_page
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import shops

PATH = "/seller/shop"


def contact_page(
    desk: Desk, shop: Shop, merchant: ShopMerchant | None, form: Form, *, done: str | None
) -> Page:
    """Inputs: phone, wechat, hours, return_address, contact_version. Beside them the contact as
    buyers see it now, and whether they can pay online."""
    words = desk.words(shops.TEXTS)
    # what was typed and refused stays, also what was emptied
    given = {name: value or "" for name, value in shop.contact.items()}
    if shop.phone:
        given["phone"] = "-".join(filter(None, phones.shown(shop.phone)))
    given["label_name"] = shop.label_name
    given["contact_version"] = str(shop.contact_version)
    return desk_page(
        "seller/shop.html",
        desk,
        words,
        tab=PATH,
        form=form.with_defaults(**given),
        done=words["done_contact"] if done == "contact" else "",
        seller=contact(shop, words, with_returns=True),
        shop_page=desk.link(f"/shops/{quote(shop.id)}"),
        longest=LONGEST_ADDRESS,
        online=_online(merchant, desk, words),
        label_names=[(name, words[f"shop_label_{name}"]) for name in get_args(LabelName)],
    )


def _online(merchant: ShopMerchant | None, desk: Desk, words: Words) -> Markup | str:
    """Whether, and since when."""
    if merchant is None:
        return words["online_none"]
    if merchant.since is None:
        return words["online_stopped"]
    return words("online_since", when=formats.moment(merchant.since, desk.language, desk.now))
