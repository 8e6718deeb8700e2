"""The buyer pays in a real browser, and the page follows without a reload."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route, expect

from chalicelib.domain.charges import order_in
from infra.sandbox import Sandbox
from tests.api.test_buyer_pays import LAPTOP, PHONE, WECHAT
from tests.books import Books
from tests.waits import until
from tests.world import Json, World, ok

from .chromium import PHONE as SCREEN
from .tabs import WIDE, Opener, Thumb, address
from .test_complaint_to_next_order import ordered

pytestmark = pytest.mark.browser

BRIDGE = """window.WeixinJSBridge = { invoke: function (name, params, done) {
  window.invoked = (window.invoked || []).concat([name + ' ' + params.package]);
  window.bridge(window.invoked.length).then(function (how) {
    done({ err_msg: 'get_brand_wcpay_request:' + how });
  });
} };"""
"""What WeChat's own browser gives to its pages."""


@pytest.fixture
def shop(world: World, sandbox: Sandbox) -> Iterator[World]:
    world.merchant(sandbox.entered())
    yield world
    Books.read().check()


def charge_of(world: World, order: Json) -> str:
    path = f"/v1/orders/{order['id']}/payments"
    [charge] = ok(world.seller.get(path))["items"]
    number: str = charge["id"]
    return number


def is_the_same_document(tab: Tab) -> bool:
    return bool(tab.evaluate("window.kept === 1"))


def follows(tab: Tab, shop: World, sandbox: Sandbox, number: str) -> None:
    """Paid at the provider, and the page says so without a reload: once the shop has heard of it,
    by the next question but one, and they come every two seconds."""
    tab.evaluate("window.kept = 1")
    path = f"/v1/orders/{order_in(number)}"
    sandbox.pay(number)
    until(lambda: ok(shop.seller.get(path))["state"] == "paid")
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    expect(tab.get_by_text("已付款，等卖家装箱").first).to_be_visible()
    assert sum("/standing?" in url for url in asked) <= 2
    assert is_the_same_document(tab)
    expect(tab.get_by_role("status")).to_have_text(re.compile("已付款 ¥"))
    expect(tab.get_by_text("去支付")).to_have_count(0)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_phone_pays_in_two_taps(shop: World, sandbox: Sandbox, open_tab: Opener) -> None:
    buyer = Thumb(open_tab("", viewport=SCREEN, user_agent=PHONE))
    ordered(buyer.tab, shop, shop.offer())
    buyer.taps = 0
    buyer.tap("text=去支付 ¥")
    expect(buyer.tab).to_have_url(re.compile("/sandbox/wechatpay/buyer/"))
    buyer.tap("text=付款 Pay")
    expect(buyer.tab.get_by_text("已付款，等卖家装箱").first).to_be_visible()
    assert buyer.taps == 2


def test_who_comes_back_unpaid_sees_it_paid_later(
    shop: World, sandbox: Sandbox, open_tab: Opener
) -> None:
    tab = open_tab("", viewport=SCREEN, user_agent=PHONE)
    order = ordered(tab, shop, shop.offer())
    tab.get_by_text("去支付 ¥").click()
    tab.get_by_text("返回商家").click()
    expect(tab.get_by_text("正在付款").first).to_be_visible()
    follows(tab, shop, sandbox, charge_of(shop, order))


def test_a_laptop_scans(shop: World, sandbox: Sandbox, open_tab: Opener) -> None:
    tab = open_tab("", viewport=WIDE, user_agent=LAPTOP)
    order = ordered(tab, shop, shop.offer())
    tab.get_by_text("去支付 ¥").click()
    code = tab.get_by_role("img", name="付款二维码")
    expect(code).to_be_in_viewport(ratio=1)
    follows(tab, shop, sandbox, charge_of(shop, order))
    expect(code).to_have_count(0)


def test_wechat_opens_the_payment_by_itself_and_a_closed_one_costs_nothing(
    shop: World, sandbox: Sandbox, open_tab: Opener
) -> None:
    tab = open_tab("", viewport=SCREEN, user_agent=WECHAT)
    tab.add_init_script(BRIDGE)

    def played(times: int) -> str:
        """The first time the buyer closes the sheet, the second time the buyer pays."""
        return "cancel" if times == 1 else "ok"

    tab.expose_function("bridge", played)
    order = ordered(tab, shop, shop.offer())
    tab.get_by_text("去支付 ¥").click()
    expect(tab.get_by_text("您关掉了付款，没有扣钱")).to_be_visible()
    assert "#pay" not in tab.url, "a reload opens nothing"
    tab.get_by_text("去支付 ¥").click()
    assert tab.evaluate("window.invoked.length") == 2
    assert tab.evaluate("window.invoked[0]").startswith("getBrandWCPayRequest prepay_id=")
    expect(tab.get_by_text("您关掉了付款")).to_be_hidden()
    follows(tab, shop, sandbox, charge_of(shop, order))


def test_the_provider_is_told_the_host_and_nothing_else(shop: World, open_tab: Opener) -> None:
    """By another name of this machine, which is another host to the browser."""
    tab = open_tab("", viewport=SCREEN, user_agent=PHONE)
    ordered(tab, shop, shop.offer())
    heard: list[str | None] = []

    def hear(route: Route) -> None:
        heard.append(route.request.all_headers().get("referer"))
        route.fulfill(body="provider")

    tab.context.route("http://localhost:9/**", hear)
    policy = "document.querySelector('meta[name=referrer]').content"
    assert tab.evaluate(policy) == "strict-origin-when-cross-origin"
    tab.evaluate("location.href = 'http://localhost:9/'")
    expect(tab.get_by_text("provider")).to_be_visible()
    assert heard == [f"{shop.url}/"]


def test_without_scripts_a_tap_asks_the_provider(
    shop: World, sandbox: Sandbox, open_tab: Opener
) -> None:
    tab = open_tab("", viewport=SCREEN, user_agent=PHONE, scripts=False)
    order = ordered(tab, shop, shop.offer())
    tab.get_by_text("去支付 ¥").click()
    sandbox.pay(charge_of(shop, order), times=0)
    tab.goto(address(shop, f"/orders/{order['id']}/pay", "zh-CN"))
    tab.get_by_text("我已付款").click()
    expect(tab.get_by_text("已付款，等卖家装箱").first).to_be_visible()
