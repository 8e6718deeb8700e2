"""The page that imports outside platforms' orders; static/seller/imports/ does the work."""

from collections.abc import Sequence

from chalicelib.domain.imports import LARGEST_BYTES, Import
from chalicelib.domain.offers import Offer
from chalicelib.domain.platforms import NAMES

from ..drawing import formats
from ..drawing.desks import Desk, Kind, ListEntry, desk_page
from ..drawing.render import Page
from ..texts import LANGUAGES, Language, Words
from ..texts.seller import imports
from .home import PATH

IMPORTS = f"{PATH}/imports"
SCRIPTS = (
    "drawing/sha256",
    "drawing/page",
    "drawing/request",
    *(f"seller/imports/{name}" for name in ("page", "asking", "file", "questions", "steps")),
)
MOST_LOTS = 2
"""Of an offer, that a choice names."""
KINDS: dict[str, Kind] = {"read": "warn", "running": "warn", "finished": "ok"}


def imports_page(
    desk: Desk,
    recent: Sequence[Import],
    *,
    opened: Import | None,
    offers: Sequence[tuple[Offer, int]],
    origin: str | None,
) -> Page:
    """opened: the import to go on with. origin: where files are sent, if not to this host."""
    words = desk.words(imports.TEXTS)
    place = LANGUAGES.index(desk.language)
    return desk_page(
        "seller/imports.html",
        desk,
        words,
        tab=IMPORTS,
        query={"import_id": opened.id} if opened else None,
        css=["seller/imports"],
        js=SCRIPTS,
        connect=[origin] if origin else [],
        imports=[_entry(imported, desk, words) for imported in recent],
        opened=opened,
        config={
            "csrf": desk.csrf,
            "page": desk.link(IMPORTS),
            "language": desk.language,
            "orders": f"{PATH}/orders/",
            "largest": LARGEST_BYTES,
            "id": opened.id if opened else None,
            "gone": opened is not None and opened.emptied_at is not None,
            "words": {key: words[key] for key in imports.SHOWN_BY_SCRIPT},
            "platforms": {code: names[place] for code, names in NAMES.items()},
            "offers": [
                [offer.id, offer_choice(offer, left, desk.language, words)]
                for offer, left in offers
                if left and not offer.held_batch_ids
            ],
        },
    )


def offer_choice(offer: Offer, left: int, language: Language, words: Words) -> str:
    """What tells it from another of the same name: size, price, lots and what is left."""
    return words.plain(
        "offer_choice",
        title=offer.title,
        size=formats.quantity(offer.pack_quantity, offer.unit, language),
        price=formats.money(offer.price_fen),
        lots=", ".join(offer.lots[batch_id] for batch_id in offer.batch_ids[:MOST_LOTS])
        + ("…" if len(offer.batch_ids) > MOST_LOTS else ""),
        left=left,
    )


def _entry(imported: Import, desk: Desk, words: Words) -> ListEntry:
    place = LANGUAGES.index(desk.language)
    platform = NAMES[imported.platform][place] if imported.platform else words["unknown_platform"]
    when = formats.moment(imported.created_at, desk.language, desk.now)
    counts = imported.counts
    about = [words("recent_row", platform=platform, when=when)]
    if imported.state in {"running", "finished"}:
        about.append(
            words(
                "recent_counts",
                created=counts.created,
                already=counts.already,
                refused=counts.refused,
            )
        )
    return ListEntry(
        href=desk.link(IMPORTS, import_id=imported.id),
        title=formats.marked(imported.filename, desk.language)
        if imported.filename
        else words["file_erased"],
        meta=about,
        chip=words[f"import_{imported.state}"],
        kind=KINDS.get(imported.state, ""),
    )
