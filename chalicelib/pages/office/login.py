"""The page on which county, cadres and sellers sign in."""

from dataclasses import dataclass

from ..drawing import formats
from ..drawing.forms import Form
from ..drawing.render import Page, render
from ..texts import Language, Words
from ..texts.drawing import desks, shared
from ..texts.office import login


@dataclass(frozen=True)
class SignedIn:
    """Who the browser is signed in as already, and where they can go on."""

    name: str
    path: str
    csrf: str


@dataclass(frozen=True)
class Waiting:
    """What was typed into another form, sealed; or that it was too much to be kept."""

    sealed: str = ""
    lost: bool = False


def login_page(
    form: Form,
    *,
    language: Language,
    large_text: bool,
    path: str,
    waiting: Waiting,
    already: SignedIn | None,
) -> Page:
    """`path`: where signing in leads, a local path; empty for the desk of whoever signs in."""
    words = Words(language, login.TEXTS, desks.TEXTS, shared.TEXTS)
    return render(
        "office/login.html",
        words,
        css=["drawing/forms", "drawing/cards", "drawing/desk"],
        js=["office/login"],
        large_text=large_text,
        query={"next": path} if path else {},
        form=form,
        path=path,
        waiting=waiting,
        already=already,
        now=words("now", name=formats.marked(already.name, language)) if already else "",
    )
