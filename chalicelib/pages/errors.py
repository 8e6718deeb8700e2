"""The page for a request that was refused: what happened, and the way back."""

from collections.abc import Sequence

from .render import Page, render
from .texts import Language, Words, shared


def error_page(status: int, sentences: Sequence[str], *, language: Language) -> Page:
    """`sentences`: what happened and what to do, then one a field that is wrong."""
    words = Words(language, shared.TEXTS)
    key = f"error_{status}"
    return render(
        "error.html",
        words,
        title=words[key if key in shared.TEXTS else "error"],
        sentences=sentences,
    )
