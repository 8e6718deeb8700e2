"""Tabs of a real Chromium for whoever is signed in, and what a page must keep to in them."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect
from playwright.sync_api import Page as Tab

from tests.waits import LONG_WAIT
from tests.world import Client, World

from .chromium import AXE, PHONE

WIDE: ViewportSize = {"width": 1280, "height": 800}
SMALLEST = """minimum => [...document.querySelectorAll(
  'a, button, summary, textarea, input:not([type=hidden]):not([type=radio]), .pick label')]
  .filter(one => one.offsetParent !== null || getComputedStyle(one).position === 'fixed')
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width < 44 || box.height < (one.matches('.bar .btn') ? 60 : 44))
  .map(([one, box]) => one.outerHTML.slice(0, 80) + ' ' + box.width + 'x' + box.height)"""
TOO_SMALL = SMALLEST.replace("[type=radio])", "[type=radio]):not([type=checkbox])")
"""Whoever taps a checkbox taps its card."""


def violations(tab: Tab, *rules: str) -> list[str]:
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    problems = tab.evaluate(
        "options => axe.run(document, options).then(result => result.violations"
        ".map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | ')))",
        options,
    )
    return list(problems)


class Opener:
    """Opens tabs for whoever is named, signed in by cookie. complaints: what the browser said."""

    def __init__(self, browser: Browser, world: World) -> None:
        self._browser = browser
        self._world = world
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(self, who: str, *, scripts: bool = True, **options: object) -> Tab:
        context = self._browser.new_context(
            **{"viewport": PHONE, "java_script_enabled": scripts, **options}  # type: ignore[arg-type]
        )
        context.set_default_timeout(LONG_WAIT * 1000)
        self._contexts.append(context)
        if who:
            client: Client = getattr(self._world, who)
            cookie = {"name": "session", "value": client.token or "", "url": self._world.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        tab = context.new_page()
        tab.on("console", lambda message: self.complaints.append(message.text))
        return tab

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        refused = [message for message in self.complaints if "Content Security Policy" in message]
        assert refused == []


class Looker:
    """One tab that looks at page after page for whoever is named: a warm renderer takes a third of
    what a new one takes. Nothing that a page kept is there at the next."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(viewport=PHONE, bypass_csp=True)
        self.context.set_default_timeout(LONG_WAIT * 1000)
        self.context.add_init_script(path=AXE)
        self.tab = self.context.new_page()

    def be(self, client: Client | None) -> Tab:
        if self.tab.url != "about:blank":
            self.tab.evaluate("localStorage.clear(); sessionStorage.clear()")
            self.tab.goto("about:blank")
        self.context.clear_cookies()
        if client:
            cookie = {"name": "session", "value": client.token or "", "url": client.url}
            self.context.add_cookies([cookie])  # type: ignore[list-item]
        return self.tab


def address(world: World, path: str, language: str, *, large: bool = False) -> str:
    joint = "&" if "?" in path else "?"
    return f"{world.url}{path}{joint}lang={language}{'&text=large' if large else ''}"


class Thumb:
    """Counts taps; typing is not one."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.taps = 0

    def tap(self, selector: str) -> None:
        self.tab.locator(selector).first.click()
        self.taps += 1

    def type(self, selector: str, text: str) -> None:
        """A tap into the field, then the keys."""
        self.tap(selector)
        self.tab.locator(selector).fill(text)

    def sees(self, text: str) -> None:
        """On the page that the last tap leads to, once it has come."""
        expect(self.tab.locator("body")).to_contain_text(text, use_inner_text=True)
