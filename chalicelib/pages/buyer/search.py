"""The form by which buyers find their own order without its link."""

from ..drawing.forms import Form
from ..drawing.render import Page, render
from ..texts import Language
from .shops import words_for


def find_order_page(form: Form, *, language: Language, large_text: bool) -> Page:
    """Inputs: phone, number."""
    return render(
        "buyer/find_order.html",
        words_for(language),
        css=["drawing/forms", "drawing/cards", "drawing/desk"],
        large_text=large_text,
        form=form,
    )
