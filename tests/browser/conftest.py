"""One Chromium a worker, one fresh context a test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.beginnings import begun
from tests.waits import LONG_WAIT
from tests.world import World

from .chromium import AXE, PHONE, Site, executable, launched
from .flaky import Network
from .phone import IMPATIENT, NewPhone, Phone, context_of
from .samples import NOW
from .tabs import Looker, Opener


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if executable() is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-wqy-microhei")
    expect.set_options(timeout=LONG_WAIT * 1000)
    with launched() as running:
        yield running


def _site(browser: Browser, clock: float | None, **options: Any) -> Site:
    context = browser.new_context(**{"viewport": PHONE, **options})
    context.set_default_timeout(LONG_WAIT * 1000)
    if clock is not None:
        context.add_init_script(f"Date.now = function () {{ return {clock * 1000:.0f}; }};")
    return Site(context)


@pytest.fixture
def new_site(browser: Browser) -> Iterator[Callable[..., Site]]:
    """Makes a Site in a context with these options; a phone's screen and its clock at NOW."""
    made: list[Site] = []

    def make(*, clock: float | None = NOW.timestamp(), **options: Any) -> Site:
        made.append(_site(browser, clock, **options))
        return made[-1]

    yield make
    for site in made:
        site.context.close()
        assert site.complaints == []


@pytest.fixture(scope="session")
def _lasting_site(browser: Browser) -> Iterator[Site]:
    if not AXE.exists():
        pytest.skip("no axe-core: run npm ci")
    site = _site(browser, NOW.timestamp())
    site.context.add_init_script(path=AXE)
    yield site
    site.context.close()


@pytest.fixture
def looked_at(_lasting_site: Site) -> Iterator[Site]:
    """One for tests that only look, with axe in its page; nothing that a page kept is there."""
    _lasting_site.forget()
    yield _lasting_site
    assert _lasting_site.complaints == []


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    return new_site()


@pytest.fixture
def world(server: str) -> World:
    return begun(World, server)


@pytest.fixture
def open_tab(browser: Browser, world: World) -> Iterator[Opener]:
    opener = Opener(browser, world)
    yield opener
    opener.close()


@pytest.fixture(scope="session")
def looker(browser: Browser) -> Iterator[Looker]:
    if not AXE.exists():
        pytest.skip("no axe-core: run npm ci")
    looker = Looker(browser)
    yield looker
    looker.context.close()


# --- the cadre's phone ---------------------------------------------------------------------------


@pytest.fixture
def network(server: str) -> Iterator[Network]:
    with Network(server) as running:
        yield running


@pytest.fixture
def new_phone(browser: Browser, network: Network, world: World) -> Iterator[NewPhone]:
    """Makes a Phone on which the cadre is signed in."""
    made: list[Phone] = []

    def make(**options: Any) -> Phone:
        made.append(Phone(context_of(browser, **options), network))
        made[-1].sign_in(world.cadre)
        return made[-1]

    yield make
    for phone in made:
        phone.close()


@pytest.fixture
def phone(new_phone: NewPhone) -> Phone:
    """One whose page was opened once, online."""
    phone = new_phone()
    phone.open()
    phone.ready()
    return phone


@pytest.fixture
def impatient(new_phone: NewPhone) -> Phone:
    """Opened once, online; it gives silence up at once."""
    phone = new_phone()
    phone.context.add_init_script(IMPATIENT)
    phone.open()
    phone.ready()
    return phone
