"""The page for a request that was refused: what happened, and the way on."""

from collections.abc import Sequence

from .render import Page, render
from .texts import Language, Words, errors, shared

ADVICE = {403: "other_account", 404: "check_address", 429: "try_again", 503: "try_again"}
"""What to do now; after any other refusal the form is one page back, with what was typed."""


def error_page(status: int, sentences: Sequence[str], *, language: Language) -> Page:
    """`sentences`: what happened and what to do, then one a field that is wrong."""
    words = Words(language, errors.TEXTS, shared.TEXTS)
    key = f"error_{status}"
    return render(
        "error.html",
        words,
        status=status,
        title=words[key if key in errors.TEXTS | shared.TEXTS else "error"],
        sentences=list(sentences),
        advice=words[ADVICE.get(status, "error_back")],
    )
