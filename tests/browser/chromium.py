"""A real Chromium on pages that need no server: they are served on a made-up origin, under the
policy they ask for, and what the API would answer is made up too."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Route, ViewportSize, sync_playwright
from playwright.sync_api import Page as Tab

from chalicelib.pages.drawing.render import Page
from tests.waits import LONG_WAIT

from .samples import BASE_URL, NOW

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(os.environ.get("AXE_PATH") or ROOT / "node_modules/axe-core/axe.min.js")
HTML_VALIDATE = Path(
    os.environ.get("HTML_VALIDATE_PATH") or ROOT / "node_modules/.bin/html-validate"
)
PHONE: ViewportSize = {"width": 360, "height": 800}
SMALL: ViewportSize = {"width": 320, "height": 640}
HEADERS = {"Date": NOW.strftime("%a, %d %b %Y %H:%M:%S GMT")}

Answer = tuple[int, Any]
"""Status and JSON value."""


def executable() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox"], timeout=LONG_WAIT * 1000
        )
        yield browser
        browser.close()


class Site:
    """The origin of BASE_URL in one browser context.

    pages: path -> page. answers: (method, path) -> what the API says, or a function of the body.
    requests: (method, path, body) in order. complaints: what the browser found wrong.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.pages: dict[str, Page] = {}
        self.answers: dict[tuple[str, str], Answer | Callable[[bytes], Answer]] = {}
        self.requests: list[tuple[str, str, bytes]] = []
        self.complaints: list[str] = []
        self._tab: Tab | None = None
        context.route("**/*", self._serve)

    def _serve(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(BASE_URL).partition("?")[0]
        body = request.post_data_buffer or b""
        self.requests.append((request.method, path, body))
        page = self.pages.get(path)
        if page is not None and (request.method, path) not in self.answers:
            headers = {"Content-Type": "text/html; charset=utf-8", **HEADERS}
            headers["Content-Security-Policy"] = page.csp
            route.fulfill(body=page.html, headers=headers)
            return
        answer = self.answers.get((request.method, path), (404, {}))
        status, value = answer(body) if callable(answer) else answer
        route.fulfill(
            status=status,
            body=json.dumps(value),
            headers={"Content-Type": "application/json", **HEADERS},
        )

    def open(self, page: Page, path: str = "/t/K7Q2M9XW4B3CH", query: str = "") -> Tab:
        """The site's one tab, on `page`."""
        self.pages[path] = page
        if self._tab is None:
            self._tab = self.context.new_page()
            self._tab.on("pageerror", lambda error: self.complaints.append(str(error)))
            self._tab.on("console", lambda message: self._overheard(message.text))
        self._tab.goto(BASE_URL + path + query)
        return self._tab

    def forget(self) -> None:
        """What was served and asked, and what a page of it kept."""
        if self._tab is not None:
            self._tab.evaluate("localStorage.clear(); sessionStorage.clear()")
            self._tab.goto("about:blank")
        for kept in (self.pages, self.answers, self.requests):
            kept.clear()

    def _overheard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.complaints.append(text)
