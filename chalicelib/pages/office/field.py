"""The cadre's page for the field: one document for everyone, so that it opens without network.

What it shows comes from GET /cadre/data and from the phone's own store; nothing personal is in it.
"""

import hashlib
import json
from functools import cache

from chalicelib.domain.products import AMOUNT_UNIT

from ..drawing.assets import assets
from ..drawing.render import Page, environment
from ..texts import LANGUAGES, Language, Words
from ..texts.buyer import trace
from ..texts.drawing import desks, shared
from ..texts.office import cadre, field

PATH = "/cadre"
SHARED = (
    "inspect", "new_batch", "cancel", "save", "new_title", "inspect_title",
    "correct_title", "amount", "amount_piece", "amount_in", "producer", "choose", "lot", "lot_hint",
    "harvested_on", "plot", "note", "stage", "sample_size", "sample_rule", "lab", "lab_hint",
    "fact_quantity", "tested_at", "metric_value_unit", "metric_value_plain",
    "stage_harvest", "stage_storage", "stage_packing", "stage_market",
    "sign_out", "batch_registered", "batch_passed", "batch_held", "batch_recalled", "batch_closed",
)  # fmt: skip
"""Words that other pages have, too."""
COLOUR = "#12603a"
"""Of the system's bars around the installed page."""


@cache
def field_page(language: Language, upload_origin: str | None = None) -> Page:
    """upload_origin: where photos are sent, if not to this host."""
    words = Words(language, field.TEXTS, cadre.TEXTS, desks.TEXTS, trace.TEXTS, shared.TEXTS)
    column = LANGUAGES.index(language)
    keys = (*(key for key in field.TEXTS if key not in field.OF_THE_DOCUMENT), *SHARED)
    texts = {key: words[key] for key in keys}
    reasons = {
        move: [reason[column] for reason in cadre.REASONS[move]]
        for move in ("hold", "release", "recall")
    }
    by_name = assets()
    html = (
        environment()
        .get_template("office/field.html")
        .render(
            t=words,
            language=language,
            other_language="zh-CN" if language == "en" else "en",
            css=by_name["field.css"].path,
            js=by_name["field.js"].path,
            icon=by_name["icon-192.png"].path,
            colour=COLOUR,
            cfg={
                "texts": texts,
                "reasons": reasons,
                "language": language,
                "amount": AMOUNT_UNIT,
                "later": by_name["later.js"].path,
                "metrics": trace.METRICS_EN if language == "en" else {},
            },
        )
    )
    connect = " ".join(["'self'", *([upload_origin] if upload_origin else [])])
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; connect-src {connect}; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    return Page(html=html, csp=policy)


@cache
def worker(upload_origin: str | None = None) -> str:
    """The service worker: keeps the page and its files, by a version made of their content."""
    files = [asset.path for asset in assets().values()]
    pages = {language: f"{PATH}?lang={language}" for language in LANGUAGES}
    whole = "".join(field_page(language, upload_origin).html for language in LANGUAGES)
    version = hashlib.sha256(whole.encode()).hexdigest()[:10]
    return (
        environment()
        .get_template("office/worker.js")
        .render(version=version, files=json.dumps([*pages.values(), *files]), path=PATH)
    )


def manifest(language: Language) -> str:
    """The web app manifest (W3C): what an installed page is called and looks like."""
    words = Words(language, field.TEXTS)
    by_name = assets()
    return json.dumps(
        {
            "id": PATH,
            "name": words["app_name"],
            "short_name": words["app_short"],
            "lang": language,
            "start_url": f"{PATH}?lang={language}",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f3ec",
            "theme_color": COLOUR,
            "icons": [
                {
                    "src": by_name[f"icon-{side}.png"].path,
                    "sizes": f"{side}x{side}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for side in (192, 512)
            ],
        },
        ensure_ascii=False,
    )
