"""The desks and the shop in a real Chromium without scripts, held to PAGES.md."""

import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.complaints import NewComplaint
from chalicelib.domain.fields import CHINA
from chalicelib.services import complaints
from tests.world import (
    BUYER,
    RATE,
    Client,
    Json,
    World,
    inspection_body,
    instant,
    new_id,
    ok,
    photo_body,
    product_body,
    training_body,
)

from .chromium import AXE, HTML_VALIDATE, PHONE, SMALL
from .test_pages import SMALLEST, violations

TOO_SMALL = SMALLEST.replace("[type=radio])", "[type=radio]):not([type=checkbox])")
"""Whoever taps a checkbox taps its card."""

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 800}


class Village:
    """A world with one of everything; `pages`: name -> (who looks, path)."""

    def __init__(self, url: str) -> None:
        self.world = world = World(url)
        passed, held, recalled = (world.passed_batch() for _ in range(3))
        world.certify(passed)
        self.passed = passed["id"]
        first = world.inspect(held)
        world.inspect(held, rate=66, supersedes=first["id"], note="复检", lab="县检测站")
        world.move(recalled, "recall", "县里抽检不合格")
        pear = product_body(name="砀山酥梨", name_en="Dangshan pear", unit="g", grade="一级")
        self.pear = ok(world.cadre.put(f"/v1/products/{new_id()}", pear))["id"]
        by_weight = world.passed_batch(product_id=self.pear, quantity=500_000)
        offer = world.offer(passed, limit_per_customer=9)
        self.offer = offer["id"]
        world.offer(by_weight, title="砀山酥梨 5 斤装", pack_quantity=2500, packs_total=7)
        risky = world.passed_batch()
        world.offer(risky, title="暂停的蛋")
        world.move(risky, "hold", "混放")
        world.order(world.offer(packs_total=1, title="卖完的蛋"))
        self.to_pay = world.order(offer)
        self.to_pack = world.paid_order(offer, packs=2)
        self.to_ship = world.paid_order(offer)
        world.pack(self.to_ship)
        self.done = world.paid_order(offer, packs=2)
        parcel = world.delivered(world.pack(self.done))
        self.complaint = world.complain(parcel, damaged_percent=30, description="烂了三个")["id"]
        late = world.delivered(world.pack(world.paid_order(offer)))
        at = datetime.now(CHINA) - timedelta(hours=50)
        call = Call(Actor(id="public"), at)
        body = NewComplaint(reason="damaged", description="压坏了")
        self.overdue = complaints.report(call, late["code"], body, "192.0.2.1").id
        refund = {"amount_fen": 500, "reason": "少发一个"}
        ok(world.seller.put(f"/v1/orders/{self.done['id']}/refunds/{new_id()}", refund))
        cadre, seller, county, nobody = "cadre", "seller", "county", ""
        batch = f"/cadre/batches/{self.passed}"
        shop = f"/shops/{world.shop_id}"
        own = f"/orders/{self.to_pay['id']}?key={self.to_pay['access_key']}"
        packed = self.to_ship["id"]
        person = ok(world.cadre.get("/v1/me"))["id"]
        lapsed = training_body(trained_on="2025-01-15", valid_until="2026-01-14")
        ok(world.county.put(f"/v1/accounts/{person}/trainings/{new_id()}", lapsed))
        path = f"/v1/batches/{passed['id']}/inspections/{new_id()}"
        photo = ok(world.cadre.put(f"/v1/photos/{new_id()}", photo_body()))["photo_id"]
        late_phone = {"Device-Time": instant(minutes=65)}
        to_look_at = inspection_body(photos=[photo])
        ok(world.cadre.call("PUT", path, json=to_look_at, headers=late_phone))
        agreed: Json = {"consent": {"text_version": "2026-11"}}
        regular = world.paid_order(offer, buyer=BUYER | {"phone": "13900000002"}, **agreed)
        customer = regular["customer_id"]
        world.coupon({"id": customer}, min_total_fen=3000)
        world.coupon({"id": customer}, percent=10)
        ok(world.seller.post("/v1/customers/exports", {"purpose": "message"}, new_id()))
        self.pages: dict[str, tuple[str, str]] = {
            "login": (nobody, "/login"),
            "signed-in": (seller, "/login"),
            "forbidden": (cadre, "/seller"),
            "missing": (cadre, "/cadre/batches/none"),
            "cadre": (cadre, "/cadre/batches"),
            "cadre-pick": (cadre, "/cadre/batches?pick=inspect"),
            "county": (county, "/cadre/batches?limit=2"),
            "county-people": (county, "/county/people?limit=3"),
            "county-person": (county, f"/county/people/{person}"),
            "county-flagged": (county, "/county/flagged?limit=2"),
            "choice": (cadre, "/cadre/batches/new"),
            "new-batch": (cadre, f"/cadre/batches/new?product_id={self.pear}"),
            "batch": (cadre, batch),
            "batch-held": (cadre, f"/cadre/batches/{held['id']}"),
            "batch-recalled": (cadre, f"/cadre/batches/{recalled['id']}"),
            "inspect": (cadre, f"{batch}/inspect"),
            "certificate": (cadre, f"{batch}/certificate"),
            "recall": (cadre, f"{batch}/recall"),
            "seller": (seller, "/seller"),
            "orders": (seller, "/seller?state=delivered&limit=1"),
            "order-to-pay": (seller, f"/seller/orders/{self.to_pay['id']}"),
            "order-to-pack": (seller, f"/seller/orders/{self.to_pack['id']}"),
            "order-to-ship": (seller, f"/seller/orders/{packed}"),
            "order-done": (seller, f"/seller/orders/{self.done['id']}"),
            "complaint": (seller, f"/seller/complaints/{self.complaint}"),
            "complaint-overdue": (seller, f"/seller/complaints/{self.overdue}"),
            "imports": (seller, "/seller/imports"),
            "offers": (seller, "/seller/offers"),
            "new-offer": (seller, f"/seller/offers/new?product_id={self.pear}"),
            "close-offer": (seller, f"/seller/offers/{self.offer}/close"),
            "customers": (seller, "/seller/customers"),
            "customers-group": (seller, "/seller/customers?segment=best&days=30"),
            "customer": (seller, f"/seller/customers/{customer}"),
            "shop": (nobody, shop),
            "order-form": (nobody, f"{shop}/offers/{self.offer}"),
            "own-order": (nobody, own),
        }


@pytest.fixture(scope="module")
def village(shared_server: str) -> Village:
    return Village(shared_server)


@pytest.fixture
def open_tab(browser: Browser, village: Village) -> Iterator["Opener"]:
    opener = Opener(browser, village.world)
    yield opener
    opener.close()


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
        context.set_default_timeout(10_000)
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
        refused = [one for one in self.complaints if "Content Security Policy" in one]
        assert refused == []


def address(world: World, path: str, language: str, *, large: bool = False) -> str:
    joint = "&" if "?" in path else "?"
    return f"{world.url}{path}{joint}lang={language}{'&text=large' if large else ''}"


NAMES = (
    *("login", "signed-in", "forbidden", "missing", "cadre", "cadre-pick", "county", "choice"),
    *("new-batch", "batch", "batch-held", "batch-recalled", "inspect", "certificate", "recall"),
    *("seller", "orders", "order-to-pay", "order-to-pack", "order-to-ship", "order-done"),
    *(
        "complaint",
        "complaint-overdue",
        "imports",
        "offers",
        "new-offer",
        "close-offer",
        "customers",
        "customers-group",
        "customer",
    ),
    *("shop", "order-form", "own-order"),
    *("county-people", "county-person", "county-flagged"),
)


def test_every_page_is_listed(village: Village) -> None:
    assert set(NAMES) == set(village.pages)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_accessible_and_fits(village: Village, open_tab: Opener, name: str) -> None:
    """axe finds nothing in any language, theme or text size; 320 px is wide enough for large
    text; whatever can be tapped is at least 44 px, the buttons of the bar 60."""
    if not AXE.exists():
        pytest.skip("no axe-core: run npm ci")
    who, path = village.pages[name]
    tab = open_tab(who, bypass_csp=True)
    for language, large, scheme in (("zh-CN", False, "light"), ("en", True, "dark")):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.set_viewport_size(SMALL if large else PHONE)
        tab.goto(address(village.world, path, language, large=large))
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        tab.evaluate(AXE.read_text())
        assert violations(tab) == []
        width = tab.evaluate("document.documentElement.scrollWidth")
        assert width <= (SMALL if large else PHONE)["width"]
        assert tab.evaluate(TOO_SMALL) == []


def test_every_page_is_valid_html_and_light(village: Village, tmp_path: Path) -> None:
    """The heaviest is the seller's: 40 KB on the wire are allowed."""
    import gzip

    if not HTML_VALIDATE.exists():
        pytest.skip("no html-validate: run npm ci")
    for name, (who, path) in village.pages.items():
        token = getattr(village.world, who).token if who else ""
        headers = {"Accept": "text/html", "Cookie": f"session={token}"}
        for language in ("zh-CN", "en"):
            sent = village.world.nobody.call(
                "GET",
                address(village.world, path, language).removeprefix(village.world.url),
                headers=headers,
            )
            assert len(gzip.compress(sent.content)) < 16 * 1024, name
            (tmp_path / f"{name}-{language}.html").write_bytes(sent.content)
    rules = '{"root":true,"extends":["html-validate:standard"]}'
    (tmp_path / ".htmlvalidate.json").write_text(rules)
    found = subprocess.run(
        [str(HTML_VALIDATE), "--formatter", "text", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.stdout.replace(str(tmp_path), ""), found.returncode) == ("", 0)


def test_a_page_is_one_request(village: Village, open_tab: Opener) -> None:
    tab = open_tab("seller")
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{village.world.url}/seller")
    tab.wait_for_load_state("networkidle")
    assert len(asked) == 1


def test_the_sellers_desk_has_two_columns_on_a_wide_screen(
    village: Village, open_tab: Opener
) -> None:
    tab = open_tab("seller", viewport=WIDE)
    tab.goto(f"{village.world.url}/seller")
    left, right = (one.bounding_box() for one in tab.locator(".cols > div").all())
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert right["x"] >= left["x"] + left["width"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]


def test_a_corrected_test_is_struck_through(village: Village, open_tab: Opener) -> None:
    who, path = village.pages["batch-held"]
    tab = open_tab(who)
    tab.goto(address(village.world, path, "zh-CN"))
    value = tab.locator(".replaced .row b").first
    assert "line-through" in value.evaluate("one => getComputedStyle(one).textDecorationLine")
    tab.get_by_text("看更正后的").click()
    assert tab.url.rpartition("#")[2].startswith("i-")


# --- taps, without scripts -----------------------------------------------------------------------


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


def test_a_new_batch_takes_at_most_seven_taps(village: Village, open_tab: Opener) -> None:
    thumb = Thumb(open_tab("cadre", scripts=False))
    thumb.tab.goto(f"{village.world.url}/cadre/batches?lang=zh-CN")
    thumb.tap(".bar .main")
    thumb.tap(f'a[href*="{village.pear}"]')
    thumb.type("#amount", "120.5")
    thumb.tap(".bar .main")
    assert "已登记这一批" in thumb.tab.inner_text("body")
    assert "120.5 kg" in thumb.tab.inner_text("body")
    assert thumb.taps <= 7


def test_an_inspection_takes_at_most_six_taps_and_the_numbers(
    village: Village, open_tab: Opener
) -> None:
    thumb = Thumb(open_tab("cadre", scripts=False))
    thumb.tab.goto(f"{village.world.url}/cadre/batches?lang=zh-CN")
    thumb.tap('.bar a[href*="pick"]')
    thumb.tap(f'a[href*="{village.passed}"]')
    thumb.type(f"#value-{RATE}", "7.5")
    thumb.tap(".bar .main")
    assert "检测已保存：合格" in thumb.tab.inner_text("body")
    assert thumb.taps <= 6


def test_a_partial_refund_takes_three_taps(village: Village, open_tab: Opener) -> None:
    world = village.world
    offer = world.offer()
    complaint = world.complain(
        world.delivered(world.pack(world.paid_order(offer))), damaged_percent=50
    )
    thumb = Thumb(open_tab("seller", scripts=False))
    thumb.tab.goto(f"{world.url}/seller?lang=zh-CN")
    thumb.tap(f'a[href*="{complaint["id"]}"]')
    thumb.tap(".bar .main")
    thumb.tap("#settle button.main")
    assert "部分退款，退 ¥15.00" in thumb.tab.inner_text("body")
    assert thumb.taps <= 3


def test_packing_the_usual_order_takes_two_taps(village: Village, open_tab: Opener) -> None:
    thumb = Thumb(open_tab("seller", scripts=False))
    order: Json = village.world.paid_order(village.world.offer())
    thumb.tab.goto(f"{village.world.url}/seller?lang=zh-CN")
    thumb.tap(f'a[href*="{order["id"]}"]')
    thumb.tap(".bar .main")
    assert "打印标签贴到箱上" in thumb.tab.inner_text("body")
    assert thumb.taps == 2


def test_buying_again_takes_two_taps_and_a_form(village: Village, open_tab: Opener) -> None:
    world = village.world
    parcel = world.pack(world.paid_order(world.offer(title="再买的蛋")))
    thumb = Thumb(open_tab("", scripts=False))
    thumb.tab.goto(f"{world.url}/t/{parcel['code']}?lang=zh-CN")
    thumb.tap(".bar .main")
    thumb.tap('article:has-text("再买的蛋") .btn')
    assert thumb.taps == 2
    home = BUYER["address"]
    for name, text in (("name", BUYER["name"]), ("phone", BUYER["phone"]), *home.items()):
        thumb.tab.fill(f"#{name}", text)
    thumb.tab.select_option("#packs", "2")
    thumb.tap(".bar .main")
    assert "我的订单" in thumb.tab.inner_text("body")
    assert "共 ¥60.00" in thumb.tab.inner_text("body")
