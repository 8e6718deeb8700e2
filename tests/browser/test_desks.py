"""The desks and the shop in a real Chromium without scripts, held to PAGES.md."""

import gzip
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response, expect
from playwright.sync_api import Page as Tab

from tests.world import BUYER, RATE, Client, Json, World

from .chromium import HTML_VALIDATE, PHONE, SMALL
from .desk_states import NAMES, DeskLook, FullWorld
from .tabs import TOO_SMALL, WIDE, Looker, Opener, Thumb, address, violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def village(shared_server: str) -> FullWorld:
    return FullWorld(shared_server)


@pytest.fixture
def open_tab(browser: Browser, village: FullWorld) -> Iterator[Opener]:
    opener = Opener(browser, village.world)
    yield opener
    opener.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_accessible_and_fits(village: FullWorld, looker: Looker, name: str) -> None:
    """axe finds nothing in any language, theme or text size; 320 px is wide enough for large
    text; whatever can be tapped is at least 44 px, the buttons of the bar 60. One filled button
    says what comes next, and no tag is read as words."""
    look = village.pages[name]
    tab = looker.be(getattr(village.world, look.who) if look.who else None)
    for language, large, scheme in (("zh-CN", False, "light"), ("en", True, "dark")):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.set_viewport_size(SMALL if large else PHONE)
        look.open(tab, village.world, language, large=large)
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert violations(tab) == []
        assert tab.locator(".btn.main:visible").count() <= 1
        assert not re.search(r"</?\w+[^<]*>", tab.inner_text("body"))
        for size in (SMALL if large else PHONE, WIDE):
            tab.set_viewport_size(size)
            assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert tab.evaluate(TOO_SMALL) == []


def answered(tab: Tab, look: DeskLook, world: World, language: str) -> bytes:
    """The last document that came while the page was brought into its state."""
    came: list[Response] = []
    tab.on("response", lambda response: came.append(response))
    look.open(tab, world, language)
    return [response for response in came if response.request.resource_type == "document"][
        -1
    ].body()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_valid_html_and_light(
    village: FullWorld, open_tab: Opener, tmp_path: Path, language: str
) -> None:
    """The heaviest are the seller's: 40 KB on the wire are allowed."""
    if not HTML_VALIDATE.exists():
        pytest.skip("no html-validate: run npm ci")
    assert set(NAMES) == set(village.pages)
    for name, look in village.pages.items():
        if look.act:  # the answer to a form is not to be had by its address
            sent = answered(open_tab(look.who), look, village.world, language)
        else:
            token = getattr(village.world, look.who).token if look.who else ""
            path = address(village.world, look.path, language).removeprefix(village.world.url)
            headers = {"Accept": "text/html", "Cookie": f"session={token}"}
            client = Client(village.world.url)  # with cookies of its own
            sent = client.call("GET", path, headers=headers, allow_redirects=True).content
        assert len(gzip.compress(sent)) < 16 * 1024, name
        (tmp_path / f"{name}.html").write_bytes(sent)
    rules = '{"root":true,"extends":["html-validate:standard"]}'
    (tmp_path / ".htmlvalidate.json").write_text(rules)
    result = subprocess.run(
        [str(HTML_VALIDATE), "--formatter", "text", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout.replace(str(tmp_path), ""), result.returncode) == ("", 0)


def test_a_page_is_one_request(village: FullWorld, open_tab: Opener) -> None:
    tab = open_tab("seller")
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    for path in (
        "",
        "/packing",
        "/imports",
        "/imports/goods",
        "/customers",
        "/labels",
        "/picking",
        "/waybills",
        "/deliveries",
        "/books",
        "/refunds",
    ):
        tab.goto(f"{village.world.url}/seller{path}")
        tab.wait_for_load_state("networkidle")
        assert len(asked) == 1, path
        asked.clear()


def test_the_sellers_desk_has_two_columns_on_a_wide_screen(
    village: FullWorld, open_tab: Opener
) -> None:
    tab = open_tab("seller", viewport=WIDE)
    tab.goto(f"{village.world.url}/seller")
    left, right = (column.bounding_box() for column in tab.locator(".cols > div").all())
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert right["x"] >= left["x"] + left["width"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]


def test_a_corrected_test_is_struck_through(village: FullWorld, open_tab: Opener) -> None:
    look = village.pages["batch-held"]
    tab = open_tab(look.who)
    look.open(tab, village.world, "zh-CN")
    value = tab.locator(".replaced .row b").first
    assert "line-through" in value.evaluate("one => getComputedStyle(one).textDecorationLine")
    tab.get_by_text("看更正后的").click()
    tab.wait_for_url("**#i-*")


# --- taps, without scripts -----------------------------------------------------------------------


def test_a_new_batch_takes_at_most_seven_taps(village: FullWorld, open_tab: Opener) -> None:
    thumb = Thumb(open_tab("cadre", scripts=False))
    thumb.tab.goto(f"{village.world.url}/cadre/batches?lang=zh-CN")
    thumb.tap(".bar .main")
    thumb.tap(f'a[href*="{village.pear}"]')
    thumb.type("#amount", "120.5")
    thumb.tap(".bar .main")
    thumb.sees("已登记这一批")
    thumb.sees("120.5 kg")
    assert thumb.taps <= 7


def test_an_inspection_takes_at_most_six_taps_and_the_numbers(
    village: FullWorld, open_tab: Opener
) -> None:
    thumb = Thumb(open_tab("cadre", scripts=False))
    thumb.tab.goto(f"{village.world.url}/cadre/batches?lang=zh-CN")
    thumb.tap('.bar a[href*="pick"]')
    thumb.tap(f'a[href*="{village.passed}"]')
    thumb.type(f"#value-{RATE}", "7.5")
    thumb.tap(".bar .main")
    thumb.sees("检测已保存：合格")
    assert thumb.taps <= 6


def test_a_partial_refund_takes_three_taps(village: FullWorld, open_tab: Opener) -> None:
    world = village.world
    offer = world.offer()
    complaint = world.complain(
        world.delivered(world.pack(world.paid_order(offer))), damaged_percent=50
    )
    thumb = Thumb(open_tab("seller", scripts=False))
    thumb.tab.goto(f"{world.url}/seller?lang=zh-CN")
    thumb.tap(f'a[href*="{complaint["id"]}"]')
    thumb.tap(".bar .main")
    thumb.tap("#settle button")
    thumb.sees("部分退款，退 ¥15.00")
    assert thumb.taps <= 3


def test_a_partial_refund_from_the_inbox_takes_three_taps(
    village: FullWorld, open_tab: Opener
) -> None:
    world = village.world
    box = world.delivered(world.pack(world.paid_order(world.offer())))
    complaint = world.complain(box, damaged_percent=50)
    thumb = Thumb(open_tab("seller", scripts=False))
    thumb.tab.goto(f"{world.url}/seller/complaints?lang=zh-CN")
    thumb.tap(f'a[href*="{complaint["id"]}"]')
    thumb.tap(".bar .main")
    thumb.tap("#settle button")
    thumb.sees("部分退款，退 ¥15.00")
    assert thumb.taps <= 3


def test_an_alarming_batch_is_one_tap_from_its_hold(village: FullWorld, open_tab: Opener) -> None:
    for who in ("cadre", "county"):
        thumb = Thumb(open_tab(who, scripts=False))
        thumb.tab.goto(f"{village.world.url}/cadre/batches?lang=zh-CN")
        assert "现在：这批已装箱 4 个包裹，3 个有投诉，其中 2 个说磕碰、压坏" in (
            thumb.tab.inner_text("#proposed")
        )
        thumb.tap('#proposed a:has-text("BAD-1")')
        thumb.tab.wait_for_url("**/hold?*")


@pytest.mark.parametrize("scripts", [False, True])
def test_a_saved_reply_fills_in_what_is_said(
    scripts: bool, village: FullWorld, open_tab: Opener
) -> None:
    """Without scripts by a link; with them without a reload, into the text touched last."""
    tab = open_tab("seller", scripts=scripts)
    tab.goto(f"{village.world.url}/seller/complaints/{village.rotten}?lang=zh-CN")
    field = "#s-message"
    if scripts:
        tab.click("summary:has-text('先答复')")
        tab.focus("#a-message")
        field = "#a-message"
    before = tab.url
    tab.click("summary:has-text('常用语')")
    tab.click("#replies a:has-text('请补一张照片')")
    expect(tab.locator(field)).to_have_value("请补一张照片，我们马上核实。")
    assert (tab.url == before) == scripts


def test_packing_the_usual_order_takes_two_taps(village: FullWorld, open_tab: Opener) -> None:
    thumb = Thumb(open_tab("seller", scripts=False))
    order: Json = village.world.paid_order(village.world.offer())
    thumb.tab.goto(f"{village.world.url}/seller?lang=zh-CN")
    thumb.tap(f'a[href*="{order["id"]}"]')
    thumb.tap(".bar .main")
    thumb.sees("打印标签贴到箱上")
    assert thumb.taps == 2


def test_buying_again_takes_two_taps_around_a_form(village: FullWorld, open_tab: Opener) -> None:
    world = village.world
    parcel = world.pack(world.paid_order(world.offer(title="再买的蛋")))
    thumb = Thumb(open_tab("", scripts=False))
    thumb.tab.goto(f"{world.url}/t/{parcel['code']}?lang=zh-CN")
    thumb.tap(".bar .main")
    home = BUYER["address"]
    for name, text in (("name", BUYER["name"]), ("phone", BUYER["phone"]), *home.items()):
        thumb.tab.fill(f"#{name}", text)
    thumb.tab.select_option("#packs", "2")
    thumb.tap(".bar .main")
    assert thumb.taps == 2
    thumb.sees("我的订单")
    thumb.sees("还没有付款：¥60.00")
