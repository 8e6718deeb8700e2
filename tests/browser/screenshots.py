"""Pictures of every state of every page: `python -m tests.browser.screenshots [folder] [what ...]`,
what: buyer, field, desks; without one all of them, and docs/trace.png, which the README shows.

Each in both languages: light and dark at 360 x 800, and light with large text at 320 px, whole.
The desks, which are worked at with a laptop too, also at 1280 x 800, light and dark, all whole.
"""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, ViewportSize
from playwright.sync_api import Page as Tab

from chalicelib.domain.scans import level
from chalicelib.pages.drawing.labels import label_page
from chalicelib.pages.texts import LANGUAGES, Language
from tests.bench.measured import measured
from tests.world import drop_table

from . import samples
from .chromium import PHONE, ROOT, SMALL, Site, launched
from .flaky import Network
from .tabs import WIDE, Opener

README = ROOT / "docs" / "trace.png"
SHOWN: list[tuple[str, Language, str]] = [
    ("trace-normal", "zh-CN", "light"),
    ("trace-recalled", "zh-CN", "light"),
    ("trace-suspect", "zh-CN", "light"),
    ("trace-normal", "en", "dark"),
]
PAGES = ["buyer", "field", "desks"]
GAP, CORNER, GROUND = 24, 20, "#8f958c"


def site_in(browser: Browser, *, dark: bool = False, small: bool = False, scale: float = 2) -> Site:
    context = browser.new_context(
        viewport=SMALL if small else PHONE,
        color_scheme="dark" if dark else "light",
        device_scale_factor=scale,
    )
    context.add_init_script(
        f"Date.now = function () {{ return {samples.NOW.timestamp() * 1000}; }};"
    )
    return Site(context)


def opened(site: Site, name: str, language: Language, *, large_text: bool = False) -> Tab:
    """The page after its scan was counted, as a buyer sees it."""
    trace = samples.TRACES.get(name.removeprefix("trace-"))
    count = max(1, trace().scans.count) if trace else 1
    answer = {"count": count, "first_at": None, "level": level(count)}
    site.answers["POST", f"/t/{samples.CODE}/scans"] = (200, answer)
    tab = site.open(samples.PAGES[name](language, large_text))
    tab.wait_for_load_state("networkidle")
    return tab


def every_state(browser: Browser, folder: Path) -> None:
    for language in LANGUAGES:
        for kind in ("light", "dark", "large"):
            site = site_in(browser, dark=kind == "dark", small=kind == "large")
            for name in samples.PAGES:
                tab = opened(site, name, language, large_text=kind == "large")
                tab.screenshot(
                    path=folder / f"{name}.{language}.{kind}.png", full_page=kind == "large"
                )
            tab = opened(site, "trace-normal", language, large_text=kind == "large")
            site.context.set_offline(True)
            tab.locator(".banner.warn").wait_for()
            tab.screenshot(path=folder / f"trace-offline.{language}.{kind}.png")
            site.context.close()
    site = site_in(browser)
    tab = site.open(label_page(samples.label()))
    tab.locator(".label").screenshot(path=folder / "label.png")
    site.context.close()


def field(browser: Browser, folder: Path, url: str) -> None:
    """Records that a network keeps from the server."""
    from chalicelib.repositories import connection

    from .field_states import County, PhoneLook

    for language in LANGUAGES:
        for kind in ("light", "dark", "large"):
            drop_table()
            connection.create_table()
            with Network(url) as network:
                look = PhoneLook(
                    browser, network, language, large=kind == "large", dark=kind == "dark"
                )
                for name in look.states(County(url)):
                    if kind == "large":
                        look.stretch()
                    path = folder / f"field-{name}.{language}.{kind}.png"
                    look.phone.tab.screenshot(path=path)


def for_the_readme(browser: Browser) -> None:
    phones: list[Image.Image] = []
    for name, language, scheme in SHOWN:
        site = site_in(browser, dark=scheme == "dark", scale=1.25)
        picture = opened(site, name, language).screenshot()
        phones.append(Image.open(io.BytesIO(picture)).convert("RGB"))
        site.context.close()
    width, height = phones[0].size
    sheet = Image.new("RGB", (len(phones) * (width + GAP) + GAP, height + 2 * GAP), GROUND)
    mask = Image.new("L", (width * 4, height * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), CORNER * 4, fill=255)
    for place, phone in enumerate(phones):
        sheet.paste(phone, (GAP + place * (width + GAP), GAP), mask.resize(phone.size))
    README.parent.mkdir(exist_ok=True)
    sheet.quantize(128, dither=Image.Dither.NONE).save(README, optimize=True)


KINDS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "light": (PHONE, "light"),
    "dark": (PHONE, "dark"),
    "large": (SMALL, "light"),
    "wide": (WIDE, "light"),
    "wide-dark": (WIDE, "dark"),
}


def desks(browser: Browser, folder: Path, url: str) -> None:
    from chalicelib.repositories import connection

    from .desk_states import FullWorld

    drop_table()
    connection.create_table()
    village = FullWorld(url)
    opener = Opener(browser, village.world)
    for kind, (size, scheme) in KINDS.items():
        for name, look in village.pages.items():
            tab = opener(look.who, viewport=size, color_scheme=scheme)
            for language in LANGUAGES:
                look.open(tab, village.world, language, large=kind == "large")
                height = tab.evaluate("document.documentElement.scrollHeight")
                tab.set_viewport_size({"width": size["width"], "height": height})  # bar at the end
                tab.screenshot(path=folder / f"desk-{name}.{language}.{kind}.png")
                tab.set_viewport_size(size)
            tab.context.close()
    opener.close()


def main(folder: Path, what: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with launched() as browser:
        if "buyer" in what:
            every_state(browser, folder)
        with measured() as built:
            if "field" in what:
                field(browser, folder, built.url)
            if "desks" in what:
                desks(browser, folder, built.url)
        if what == PAGES:
            for_the_readme(browser)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    folders = [argument for argument in sys.argv[1:] if argument not in PAGES]
    main(
        Path(folders[0]) if folders else ROOT / "build" / "screenshots",
        [name for name in PAGES if name in sys.argv[1:]] or PAGES,
    )
