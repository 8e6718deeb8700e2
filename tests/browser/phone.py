"""A cadre's phone: the page for the field in a real Chromium, on a network that fails.

phone = Phone(browser.new_context(), network)
phone.sign_in(world.cadre)
phone.open()
with phone.offline():
    batch_id = phone.batch(world.product_id, amount=120)
    phone.test(batch_id, 12.5, photos=[picture()])
phone.uploaded()
"""

import io
import os
import random
import re
import signal
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Error,
    FilePayload,
    Locator,
    expect,
)
from playwright.sync_api import Page as Tab

from tests.waits import LONG_WAIT
from tests.world import PASSWORD, RATE, Client

from .chromium import PHONE, executable
from .flaky import HOST, SILENT_ONES, Network

Json = dict[str, Any]

HANDS = """(() => {
  const $ = selector => document.querySelector(selector);
  const keys = async () => (await Store.all()).records.map(one => one.key);
  const told = () => Promise.race([Store.all(), new Promise(done => setTimeout(done, 1000, {}))]);
  async function until(what) {
    const end = performance.now() + LONG_WAIT * 1000;
    for (;;) {
      let found = null;
      try { found = await what(); } catch (error) { found = null; }
      if (found) return found;
      if (performance.now() > end)
        throw new Error(`never ${what} at ${location.hash}: ${document.body.innerText}
${JSON.stringify((await told()).records, null, 1)}`);
      await new Promise(done => setTimeout(done, 4));
    }
  }
  async function open(hash) {
    const before = $('h1');
    if (location.hash === hash) return;
    location.hash = hash;
    await until(() => $('h1') !== before && $('#form'));
  }
  async function go(hash) {
    const before = $('h1');
    if (location.hash === hash || (hash === '#' && !location.hash)) return;
    location.hash = hash;
    await until(() => $('h1') !== before);
  }
  function type(name, value) {
    const found = [...$('#form').elements].filter(one => one.name === name);
    if (!found.length) throw new Error('no field ' + name);
    found.forEach(one => {
      if (one.type === 'radio') one.checked = one.value === value;
      else if (one.type === 'checkbox') one.checked = value;
      else one.value = value;
    });
    found[0].dispatchEvent(new Event('input', { bubbles: true }));
  }
  function give(photo) {
    const bytes = Uint8Array.from(atob(photo), one => one.charCodeAt(0));
    const given = new DataTransfer(), input = $('#form input[type=file]');
    given.items.add(new File([bytes], 'a.jpg', { type: 'image/jpeg' }));
    input.files = given.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }
  async function add(photo) {
    const before = document.querySelectorAll('.shots img').length;
    give(photo);
    await until(() => document.querySelectorAll('.shots img').length > before);
  }
  async function hurry() {
    await until(() => $('#sync').textContent);
    if ($('#sync button')) $('#sync button').click();
  }
  // Fills in the form at `hash` and saves it; the key of the record that it made.
  async function fill(hash, values, photos, kind) {
    const before = await keys();
    await open(hash);
    for (const name in values) type(name, values[name]);
    for (const photo of photos) await add(photo);
    $('#bar button[type=submit]').click();
    await until(() => !$('#form') || $('[aria-invalid]'));
    if ($('[aria-invalid]')) throw new Error($('#form').innerText);
    return (await keys()).find(key => key.startsWith(kind) && !before.includes(key)) || '';
  }
  window.hands = { until, open, go, type, give, add, hurry, fill };
})();"""
"""What a thumb does, by script: thirty records take a second and not a minute."""

CLOCK = """(() => {
  const Real = Date, by = SECONDS * 1000;
  window.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + by); }
    static now() { return Real.now() + by; }
  };
})();"""
IMPATIENT = """(() => {
  const wait = window.setTimeout, stop = window.clearTimeout, ask = window.fetch;
  const waiting = new Set();
  let latest = null;
  async function look(hope) {
    const asked = () => ask('SILENT_ONES').then(answer => answer.json()).catch(() => []);
    if (!waiting.has(hope.timer)) return;
    if (!(await asked()).includes(hope.path)) return wait(look, 100, hope);
    if (!waiting.has(hope.timer)) return;
    window.clearTimeout(hope.timer);
    hope.act();
  }
  window.setTimeout = (act, ms, ...rest) => {
    const timer = wait(act, ms, ...rest);
    if (ms === 30000 || ms === 120000) {
      latest = { act, timer, path: '' };
      waiting.add(timer);
      wait(look, 100, latest);
    }
    return timer;
  };
  window.clearTimeout = timer => {
    waiting.delete(timer);
    stop(timer);
  };
  window.fetch = (url, options) => {
    if (latest && !latest.path) latest.path = new URL(url, location).pathname;
    return ask(url, options);
  };
})();""".replace("SILENT_ONES", SILENT_ONES)
"""Half a minute without an answer is over as soon as the network keeps silent, and only then: what
is merely slow, as on a busy machine, is waited for."""
STEADY = """(() => {
  const wait = window.setTimeout;
  const opening = ms => ms === 4000 && !window.hasty;
  window.setTimeout = (act, ms, ...rest) => wait(act, opening(ms) ? LONG_WAIT : ms, ...rest);
})();"""
"""A busy machine may take longer than a page waits for its store."""
HASTY = "window.hasty = true;"
"""Before the page's own: it waits for its store no longer than it says."""
NEVER = """given => {
  const wait = window.setTimeout;
  window.setTimeout = (act, ms, ...rest) => ms === given ? 0 : wait(act, ms, ...rest);
}"""


def picture(seed: int = 1, size: tuple[int, int] = (160, 120)) -> bytes:
    """A small photograph; another one for each seed."""
    dice = random.Random(seed)
    colours = bytes(dice.randrange(256) for _ in range(8 * 6 * 3))
    file = io.BytesIO()
    Image.frombytes("RGB", (8, 6), colours).resize(size).save(file, "JPEG", quality=90)
    return file.getvalue()


def as_file(content: bytes) -> FilePayload:
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}


def context_of(browser: Browser, *, clock: float = 0, **options: Any) -> BrowserContext:
    """A phone's browser, its clock ahead by so many seconds."""
    context = browser.new_context(**{"viewport": PHONE, "locale": "zh-CN", **options})
    if clock:
        context.add_init_script(CLOCK.replace("SECONDS", str(clock)))
    return context


@contextmanager
def whole_browser(kind: BrowserType, folder: Path) -> Iterator[Browser]:
    """One that keeps what it has in this folder. In the end it is killed with all its processes."""
    program = executable()
    assert program is not None
    port = folder / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    options = ["--headless=new", "--no-sandbox", "--remote-debugging-port=0", "--no-first-run"]
    running = subprocess.Popen(
        [program, *options, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not port.is_file() or "\n" not in port.read_text():
            assert running.poll() is None
            time.sleep(0.01)
        address = f"http://{HOST}:{port.read_text().split()[0]}"
        yield kind.connect_over_cdp(address, timeout=LONG_WAIT * 1000)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


class Phone:
    """tab: the page, once it is open. complaints: what the browser found wrong."""

    def __init__(self, context: BrowserContext, network: Network) -> None:
        self.context = context
        self.network = network
        self.complaints: list[str] = []
        self.tab: Tab
        context.set_default_timeout(LONG_WAIT * 1000)
        context.add_init_script(HANDS.replace("LONG_WAIT", str(LONG_WAIT)))
        context.add_init_script(STEADY.replace("LONG_WAIT", str(LONG_WAIT * 1000)))

    def sign_in(self, client: Client) -> None:
        cookie = {"name": "session", "value": client.token or "", "url": self.network.url}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def sign_out(self) -> None:
        self.context.clear_cookies()

    def sign_in_by_hand(self, name: str) -> None:
        """From the bar of the page, until that is there again."""
        self.bar.get_by_role("link", name="登录").click()
        self.tab.fill("#username", name)
        self.tab.fill("#password", PASSWORD)
        self.tab.locator(".bar .main").click()
        self.tab.wait_for_url(re.compile(r"/cadre\?"))

    # --- the page --------------------------------------------------------------------------------

    def open(self, hash: str = "", language: str = "zh-CN", query: str = "") -> Tab:
        """Another page, which is the one that is used from now on."""
        self.tab = self.context.new_page()
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("console", lambda message: self._overheard(message.text))
        self.tab.goto(f"{self.network.url}/cadre?lang={language}{query}{hash}")
        return self.tab

    def turn_to(self, tab: Tab) -> None:
        """Another page of this phone."""
        self.tab = tab
        tab.bring_to_front()

    def ready(self) -> None:
        """Until it would open without network, and knows what there is."""
        self.tab.locator("#bar a").first.wait_for()
        self.tab.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def close(self) -> None:
        self.context.close()
        assert self.complaints == [], self.complaints

    def _overheard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.complaints.append(text)

    def kill(self) -> None:
        """The page's process is gone at once; none of its handlers runs."""
        with self.tab.expect_event("crash"), suppress(Error):
            self.tab.goto("chrome://crash")
        self.tab.close()

    @contextmanager
    def offline(self) -> Iterator[None]:
        self.context.set_offline(True)
        yield
        self.context.set_offline(False)

    # --- what a cadre does -----------------------------------------------------------------------

    def fill(self, hash: str, values: Json, photos: list[bytes], kind: str) -> str:
        """The id of the record that the form at `hash` made."""
        given = [hash, values, [b64encode(photo).decode() for photo in photos], kind]
        key: str = self.tab.evaluate("given => hands.fill(...given)", given)
        return key.partition(":")[2]

    def batch(self, product_id: str, amount: object = 100, **fields: object) -> str:
        """Of the one grower there is, if no other is named."""
        return self.fill(f"#/new/{product_id}", {"amount": str(amount), **fields}, [], "batch:")

    def test(
        self, batch_id: str, rate: float = 12.5, photos: list[bytes] | None = None, **fields: object
    ) -> str:
        values = {f"value-{RATE}": str(rate), **fields}
        return self.fill(f"#/inspect/{batch_id}", values, photos or [], "inspection:")

    def begin_batch(self, amount: str) -> None:
        """Tap by tap, from the first page."""
        self.tab.get_by_role("link", name="新批次").click()
        self.tab.get_by_role("link", name="土鸡蛋").click()
        self.tab.get_by_label("数量（个）").fill(amount)

    def open_form(self, hash: str) -> None:
        self.tab.evaluate("hash => hands.open(hash)", hash)

    def save(self) -> None:
        """The form, until it is gone."""
        self.tab.locator("#bar button[type=submit]").click()
        self.tab.locator("#form").wait_for(state="detached")

    def correct(self, batch_id: str, test_id: str, rate: float) -> str:
        values = {f"value-{RATE}": str(rate)}
        return self.fill(f"#/correct/{batch_id}/{test_id}", values, [], "inspection:")

    def never_after(self, seconds: int) -> None:
        """What this page would do after so long, it does not: a busy machine may take as long."""
        self.tab.evaluate(NEVER, seconds * 1000)

    def hurry(self) -> None:
        """The button of the bar, once the page is there; nothing while it has none."""
        self.tab.evaluate("hands.hurry()")

    def go(self, hash: str) -> None:
        """To another screen, until it is drawn."""
        self.tab.evaluate("hash => hands.go(hash)", hash)

    def home(self) -> None:
        self.tab.evaluate("location.hash = '#'")
        self.tab.locator("#queue").wait_for(state="attached")

    def see(self, batch_id: str) -> None:
        """Open a batch's page, until it shows what the server knows of its tests."""
        self.tab.evaluate("id => { location.hash = '#/batches/' + id; }", batch_id)
        self.tab.locator(f"#tests-{batch_id} .test").first.wait_for()

    # --- what it shows ---------------------------------------------------------------------------

    @property
    def bar(self) -> Locator:
        return self.tab.locator("#sync")

    def uploaded(self) -> None:
        """Until nothing waits any more."""
        done = re.compile("已全部上传|其余已上传|没有要上传的")
        expect(self.bar).to_contain_text(done)

    def kept(self, text: str) -> None:
        """Until this, which was typed, is in the phone's store."""
        look = "text => hands.until(async () => JSON.stringify(await Store.all()).includes(text))"
        self.tab.evaluate(look, text)

    def forgotten(self, text: str) -> None:
        look = "text => hands.until(async () => !JSON.stringify(await Store.all()).includes(text))"
        self.tab.evaluate(look, text)

    def sent(self, id: str) -> None:
        """Until the server has confirmed this one."""
        look = """id => hands.until(async () => (await Store.all()).records.some(
            one => one.key.endsWith(id) && one.state === 'sent'))"""
        self.tab.evaluate(look, id)

    @contextmanager
    def drawn_anew(self) -> Iterator[None]:
        """In the end until the screen has been drawn once more."""
        self.tab.evaluate("window.before = document.querySelector('h1')")
        yield
        self.tab.evaluate("hands.until(() => document.querySelector('h1') !== window.before)")

    def tried(self, id: str, times: int) -> None:
        """Until this one was sent so often without success, and that is written down."""
        look = """given => hands.until(async () => (await Store.all()).records.some(
            one => one.key.endsWith(given[0]) && one.tries >= given[1]))"""
        self.tab.evaluate(look, [id, times])

    def records(self) -> dict[str, Json]:
        """What is in the phone's store, by key."""
        all_records = self.tab.evaluate("Store.all().then(found => found.records)")
        return {record["key"]: record for record in all_records}

    def record(self, id: str) -> Json:
        """A batch, test or move; of a photo it is one of the two."""
        return next(record for key, record in self.records().items() if key.endswith(id))

    def photos(self) -> int:
        """Whose bytes are still here."""
        return len(self.tab.evaluate("Store.photos()"))

    def swept(self) -> None:
        """Until no photo is left."""
        self.tab.evaluate("hands.until(async () => (await Store.photos()).length === 0)")


NewPhone = Callable[..., Phone]
