"""A browser without scripts: keeps its cookies, reads a page's forms, fills them in and sends them.

visitor = Visitor(world.url).signed_in("cadre")
page = visitor.get("/cadre/batches/new")
answer = visitor.send(page.form("form"), amount="12.5")
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

from tests.waits import LONG_WAIT
from tests.world import PASSWORD

TYPED = {"date": "2026-01-31", "datetime-local": "2026-01-31T08:30", "textarea": '两行\n<b> & "x"'}
"""What is typed where not every text can be."""


@dataclass
class PageForm:
    """`fields` is what a browser would send if nothing were touched. kinds: of each input;
    choices: what a select, radio buttons or boxes to tick offer."""

    address: str
    id: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def filled(self) -> dict[str, str]:
        """Something else than what stands there, in everything that a person can fill in."""
        values = {}
        for name, kind in self.kinds.items():
            if name in self.choices:
                values[name] = self.choices[name][-1]
            elif kind != "hidden":
                values[name] = TYPED.get(kind, f'<{name}> & "4"')
        return values


class ShownPage(HTMLParser):
    """What a page shows: its words, links and forms."""

    def __init__(self, source: str, url: str = "") -> None:
        super().__init__()
        self.url = url
        self.source = source
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self._words: list[str] = []
        self._open: PageForm | None = None
        self._select = self._area = ""
        self._silent = False
        self.feed(source)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self._words))

    def form(self, id: str) -> PageForm:
        return next(form for form in self.forms if form.id == id)

    def link(self, part: str) -> str:
        """The first link that contains `part`."""
        return next(link for link in self.links if part in link)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"style", "script"}:
            self._silent = True
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "form":
            address = urljoin(self.url, given.get("action", self.url))
            self._open = PageForm(address, given.get("id", ""))
            self.forms.append(self._open)
        if self._open is None:
            return
        fields, name = self._open.fields, given.get("name", "")
        if name and tag in {"input", "select", "textarea"}:
            kind = given.get("type", "text") if tag == "input" else tag
            self._open.kinds[name] = kind
            if kind in {"radio", "checkbox"}:
                self._open.choices.setdefault(name, []).append(given.get("value", "on"))
        if tag == "option" and self._select:
            self._open.choices.setdefault(self._select, []).append(given.get("value", ""))
        if tag == "input" and (
            given.get("type") not in {"radio", "checkbox"} or "checked" in given
        ):
            fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in fields:
                fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""
        if tag in {"style", "script"}:
            self._silent = False

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            self._open.fields[self._area] += data.removeprefix("\n")
        elif not self._silent:
            self._words.append(data)


class AnswerPage(ShownPage):
    """What came of a request, with its status and headers."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__(answer.text, answer.url)
        self.text = answer.text
        self.status = answer.status_code
        self.headers = answer.headers


class Visitor:
    def __init__(self, url: str, language: str = "zh-CN") -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Accept": "text/html", "Accept-Language": language})

    def get(self, path: str) -> AnswerPage:
        """Follows redirects, as a browser does."""
        return AnswerPage(self.session.get(urljoin(self.url, path), timeout=LONG_WAIT))

    def send(self, form: PageForm, **values: str) -> AnswerPage:
        """The page it leads to."""
        return AnswerPage(self.post(form, values))

    def post(
        self, form: PageForm, values: dict[str, str], *, follow: bool = True
    ) -> requests.Response:
        return self.session.post(
            form.address, data=form.fields | values, timeout=LONG_WAIT, allow_redirects=follow
        )

    def signed_in(self, username: str) -> "Visitor":
        page = self.get("/login")
        after = self.send(page.form("login"), username=username, password=PASSWORD)
        assert after.status == 200, after.words
        assert "session" in self.session.cookies
        return self
