"""What was typed before signing in, put into its form on a page drawn anew.

The page is read as a browser reads it, so that no form needs to know of this: a value goes into an
input of its name and nowhere else. What a page has hidden stays as drawn now, but for the key by
which a form that was done already is not done twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from markupsafe import escape

from ..texts import Language, Words
from ..texts.drawing import refill, shared
from .render import Page, draw

KEY = "form_key"
_OURS = frozenset({KEY, "csrf", "whose"})
_NOT_TYPED = frozenset({"hidden", "submit", "button", "image", "reset", "password", "file"})
_CHOSEN = frozenset({"radio", "checkbox"})

Attributes = dict[str, str | None]


@dataclass
class _Tag:
    start: int
    end: int
    name: str
    given: Attributes
    inner_end: int = 0
    options: list["_Tag"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return (self.given.get("type") or "text").lower() if self.name == "input" else self.name

    @property
    def field(self) -> str:
        return self.given.get("name") or ""


@dataclass
class _PageForm:
    tag: _Tag
    around: list[_Tag]
    controls: list[_Tag] = field(default_factory=list)


class _Reader(HTMLParser):
    """Forms with their controls, those outside by their form="", and the end of the heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._lines = [0]
        for line in html.split("\n"):  # as the parser counts them
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.forms: list[_PageForm] = []
        self.after_title = 0
        self._open: _PageForm | None = None
        self._details: list[_Tag] = []
        self._select: _Tag | None = None
        self._area: _Tag | None = None
        self._outside: list[_Tag] = []
        self.feed(html)
        self.close()
        for tag in self._outside:
            for form in self.forms:
                if form.tag.given.get("id") == tag.given["form"]:
                    form.controls.append(tag)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._at()
        read = _Tag(start, start + len(self.get_starttag_text() or ""), tag, dict(attrs))
        if tag == "details":
            self._details.append(read)
        elif tag == "form":
            self._open = _PageForm(read, list(self._details))
            self.forms.append(self._open)
        elif tag == "option" and self._select is not None:
            self._select.options.append(read)
        elif tag in {"input", "select", "textarea", "button"}:
            if "form" in read.given:
                self._outside.append(read)
            elif self._open is not None:
                self._open.controls.append(read)
            if tag == "select":
                self._select = read
            elif tag == "textarea":
                self._area = read

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "details" and self._details:
            self._details.pop()
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._area.inner_end, self._area = self._at(), None
        elif tag == "h1" and not self.after_title:
            self.after_title = self._at() + len("</h1>")


def refilled(page: Page, typed: Mapping[str, str], language: Language) -> Page:
    """The page with what was typed in its form, and a line that says so; where the form is gone,
    with what was typed to copy it from."""
    read = _Reader(page.html)
    form = max(read.forms, key=lambda form: _likeness(form, typed), default=None)
    if form is not None and _likeness(form, typed) < 0:
        form = None
    edits: list[tuple[int, int, str]] = []
    if form is not None:
        anchor = form.tag.given.get("id") or "typed"
        if "id" not in form.tag.given:
            edits.append(_rewritten(form.tag, {**form.tag.given, "id": anchor}))
        edits += [_rewritten(tag, {**tag.given, "open": None}) for tag in form.around]
        for control in form.controls:
            edits += _filled(control, typed)
        left: list[str] = []
        has_file = any(control.kind == "file" for control in form.controls)
    else:
        anchor, has_file = "", False
        left = [text for name, text in typed.items() if text.strip() and name not in _OURS]
    words = Words(language, refill.TEXTS, shared.TEXTS)
    note = draw("drawing/refill.html", t=words, anchor=anchor, left=left, has_file=has_file)
    edits.append((read.after_title, read.after_title, note))
    html = page.html
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    return replace(page, html=html)


def _likeness(form: _PageForm, typed: Mapping[str, str]) -> int:
    """How much of what was sent the form has; below 0 for one that does something else.

    What a form does, and to what, stands in its hidden fields; those with a dash in their name
    hold what was proposed, which may have changed.
    """
    names = {control.field for control in form.controls}
    if KEY not in names:
        return -1
    buttons = [control for control in form.controls if control.kind in {"submit", "button"}]
    for control in form.controls:
        name = control.field
        if control.kind != "hidden" or name in _OURS or "-" in name:
            continue
        if typed.get(name, "") != (control.given.get("value") or ""):
            return -1
    pressed = sum(typed.get(button.field) == button.given.get("value") for button in buttons)
    return len(names & set(typed)) + pressed


def _filled(control: _Tag, typed: Mapping[str, str]) -> list[tuple[int, int, str]]:
    given, name = control.given, control.field
    text = typed.get(name)
    if control.kind in _CHOSEN:
        others = {key: value for key, value in given.items() if key != "checked"}
        is_chosen = text is not None and text == (given.get("value") or "on")
        return [_rewritten(control, {**others, "checked": None} if is_chosen else others)]
    if text is None:
        return []
    if control.kind == "textarea":
        return [(control.end, control.inner_end, f"\n{escape(text)}")]
    if control.kind == "select":
        if all(option.given.get("value") != text for option in control.options):
            return []
        return [_chosen(option, option.given.get("value") == text) for option in control.options]
    if control.kind not in _NOT_TYPED or name == KEY:
        return [_rewritten(control, {**given, "value": text})]
    return []


def _chosen(option: _Tag, is_chosen: bool) -> tuple[int, int, str]:
    others = {key: value for key, value in option.given.items() if key != "selected"}
    return _rewritten(option, {**others, "selected": None} if is_chosen else others)


def _rewritten(tag: _Tag, given: Attributes) -> tuple[int, int, str]:
    written = "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in given.items()
    )
    return tag.start, tag.end, f"<{tag.name}{written}>"
