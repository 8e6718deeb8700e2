"""Where buyers begin: a box for the code on a parcel, and the shops."""

from collections.abc import Sequence
from urllib.parse import quote

from chalicelib.domain.catalogue import Shop

from ..drawing import formats
from ..drawing.desks import ListEntry
from ..drawing.render import Page, render
from ..texts import Language, Words
from ..texts.buyer import home, trace
from ..texts.drawing import shared

CSS = ("drawing/forms", "drawing/cards", "drawing/talk", "drawing/desk", "buyer/home")
JS = ("drawing/page", "drawing/request", "buyer/unknown", "buyer/camera")


def words_for(language: Language) -> Words:
    return Words(language, home.TEXTS, trace.TEXTS, shared.TEXTS)


def home_page(
    shops: Sequence[Shop],
    *,
    language: Language,
    large_text: bool,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    """The first page of the site."""
    words = words_for(language)
    text = "&text=large" if large_text else ""
    settings = f"?lang={language}{text}"
    return render(
        "buyer/home.html",
        words,
        css=CSS,
        js=JS,
        img=["blob:"],
        large_text=large_text,
        query={"cursor": cursor} if cursor else {},
        title=words["home_title"],
        about=words["home_about"],
        is_home=True,
        config=_config(words),
        shops=[
            ListEntry(
                href=f"/shops/{quote(shop.id)}{settings}",
                title=formats.marked(shop.name, language),
                meta=[formats.marked(shop.hours, language)] if shop.hours else [],
            )
            for shop in shops
        ],
        more=f"/{settings}&cursor={quote(next_cursor)}" if next_cursor else "",
    )


def _config(words: Words) -> dict[str, str]:
    """What static/buyer/camera.js says."""
    return {name: words[f"camera_{name}"] for name in ("busy", "none", "other", "away")}


def lookup_page(*, language: Language, large_text: bool) -> Page:
    """Before a code is typed: what to type, and where it stands."""
    words = words_for(language)
    return render(
        "buyer/home.html",
        words,
        css=CSS,
        js=JS,
        img=["blob:"],
        large_text=large_text,
        title=words["unknown_page"],
        about=words["lookup_about"],
        is_home=False,
        config=_config(words),
        shops=[],
        more="",
    )
