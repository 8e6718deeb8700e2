"""The page for a request that was refused: what happened, and the way on."""

from collections.abc import Sequence

from ..texts import Language, Words
from ..texts.drawing import errors, shared
from .render import Page, render

ADVICE: dict[int | str, str] = {
    403: "other_account",
    404: "check_address",
    429: "try_again",
    503: "try_again",
    "photo_on_its_way": "look_later",
}
"""What to do now, by status or by code; after any other refusal the form is one page back, with
what was typed."""


def error_page(
    status: int, sentences: Sequence[str], *, language: Language, code: str = "", back: str = ""
) -> Page:
    """`sentences`: what happened and what to do, then one a field that is wrong.

    code: of the refusal, which may have a title and an advice of its own. back: the address of the
    order that it is about.
    """
    words = Words(language, errors.TEXTS, shared.TEXTS)
    key = f"error_{code}" if f"error_{code}" in errors.TEXTS else f"error_{status}"
    return render(
        "drawing/error.html",
        words,
        status=status,
        title=words[key if key in errors.TEXTS | shared.TEXTS else "error"],
        sentences=list(sentences),
        back=back,
        advice=words["see_order" if back else ADVICE.get(code) or ADVICE.get(status, "error_back")],
    )
