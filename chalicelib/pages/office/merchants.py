"""By which account of a payment provider a shop is paid, as the county enters and checks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from chalicelib.domain.catalogue import Shop
from chalicelib.domain.journal import Change
from chalicelib.domain.merchants import LONGEST_PEM, SHOWN, ShopMerchant, Verdict

from ..drawing import formats
from ..drawing.desks import Desk, desk_page, when_and_who
from ..drawing.forms import Form
from ..drawing.render import Page
from ..drawing.verdicts import Banner
from ..texts import Words
from ..texts.office import catalogue, county, merchants
from .catalogue import PATHS, SETUP, Entry, what_changed

MERCHANT = (
    Entry("mchid", most=10),
    Entry("appid", most=18),
    Entry("serial_no", most=64),
    Entry("secret_private_key", "private_key", how="area", most=LONGEST_PEM),
    Entry("secret_apiv3_key", "apiv3_key", most=32, type="password", auto="new-password"),
    Entry("public_key_id", most=64),
    Entry("secret_public_key", "public_key", how="area", most=LONGEST_PEM),
    Entry("base_url", most=200, required=False, hint=True),
)
"""The inputs, in the order in which the merchant platform has them. What is secret is called so:
such fields are never shown again, nor kept for signing in (api/edge/kept.py)."""
OUTCOMES = ("entered", "stopped", "started")


@dataclass(frozen=True)
class MerchantView:
    """merchant: None while nothing is entered. by: who changed it last. changes: each with the name
    of who made it."""

    shop: Shop
    merchant: ShopMerchant | None
    by: str | None
    changes: Sequence[tuple[Change, str | None]]


def path_of(shop_id: str) -> str:
    return f"{PATHS['shops']}/{shop_id}/merchant"


def merchant_page(
    desk: Desk, view: MerchantView, *, done: str | None, form: Form, small: Form
) -> Page:
    """form: of the whole set. small: of the buttons, which take nothing typed."""
    words = desk.words(merchants.TEXTS, catalogue.TEXTS, county.TEXTS)
    merchant = view.merchant
    if merchant is not None:
        shown = {name: str(getattr(merchant, name)) for name in SHOWN if name != "enabled"}
        form = form.with_defaults(**shown)
    return desk_page(
        "office/merchant.html",
        desk,
        words,
        tab=SETUP,
        title=words("merchant_title", shop=formats.marked(view.shop.name, desk.language)),
        done=words[f"done_{done}"] if done in OUTCOMES else "",
        checked=_checked(done, words),
        merchant=merchant,
        facts=_facts(merchant, view.by, desk, words) if merchant else [],
        form=form,
        small=small,
        entries=MERCHANT,
        labels={entry.name: words[f"in_{entry.name}"] for entry in MERCHANT},
        hints={
            entry.name: words[f"in_{entry.name}_hint"] if entry.hint else "" for entry in MERCHANT
        },
        choices={},
        history=[
            (
                _what(change, words),
                when_and_who(change, name, desk, words),
                change.why,
            )
            for change, name in view.changes
        ],
        back=desk.link(f"{PATHS['shops']}/{view.shop.id}"),
    )


def _checked(done: str | None, words: Words) -> Banner | None:
    """What the provider said of the keys just now."""
    verdict = (done or "").removeprefix("check_")
    if done == verdict or verdict not in get_args(Verdict):
        return None
    kind = {"ok": "ok", "away": "info"}.get(verdict, "bad")
    return Banner(kind, words[f"check_{verdict}"], (words[f"check_{verdict}_text"],))  # type: ignore[arg-type]


def _facts(
    merchant: ShopMerchant, by: str | None, desk: Desk, words: Words
) -> list[tuple[str, str]]:
    """All of it that is no secret."""
    changed = formats.moment(merchant.changed_at, desk.language, desk.now)
    rows = [
        (words[f"in_{name}"], str(getattr(merchant, name)))
        for name in SHOWN
        if name != "enabled" and getattr(merchant, name)
    ]
    if merchant.since is not None:
        since = formats.moment(merchant.since, desk.language, desk.now)
        rows.append((words["merchant_since"], since))
    rows.append((words["merchant_changed"], f"{changed} · {by or words['by_unknown']}"))
    return rows


def _what(change: Change, words: Words) -> str:
    names = {name: name for name in (*SHOWN, "sealed")}
    return what_changed(
        change,
        names,
        words,
        {"enabled": [(True, words["is_on"]), (False, words["is_off"])]},  # type: ignore[list-item]
    )
