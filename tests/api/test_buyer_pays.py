"""The buyer pays on the order's page, by the way that fits the browser, and reads what is true."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from chalicelib import providers
from chalicelib.domain.browsers import way_of
from chalicelib.repositories.orders import key_for
from chalicelib.services import charges
from chalicelib.services.payments import expire_unpaid
from infra.sandbox import Sandbox
from infra.sandbox.ledger import Mood
from tests.books import Books
from tests.visitor import AnswerPage, Visitor
from tests.waits import until
from tests.world import Json, World, ok, raw_items

LAPTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; 22081212C Build/TKQ1.220829.002) AppleWebKit/537.36"
    " (KHTML, like Gecko) Chrome/116.0.0.0 Mobile Safari/537.36"
)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; 22081212C Build/TKQ1.220829.002; wv) AppleWebKit/537.36"
    " (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117"
    " MMWEBSDK/20240301 MMWEBID/4711 MicroMessenger/8.0.48.2580(0x28003035) WeChat/arm64"
)


class Buyer(Visitor):
    """Holds an order's link."""

    def __init__(self, world: World, agent: str, order: Json | None = None) -> None:
        super().__init__(world.url)
        self.world = world
        self.session.headers["User-Agent"] = agent
        self.order = order or world.order(world.offer())
        self.path = f"/orders/{self.order['id']}"

    def look(self) -> AnswerPage:
        return self.get(f"{self.path}?key={self.order['access_key']}&lang=zh-CN")

    def tap(self, way: str = "", *, follow: bool = True, what: str = "pay") -> requests.Response:
        form = self.look().form(what)
        return self.post(form, {"way": way} if way else {}, follow=follow)

    def opened(self) -> str:
        """The number of the one charge that is open."""
        [charge] = [entry for entry in self.payments() if entry["state"] == "started"]
        number: str = charge["id"]
        return number

    def payments(self) -> list[Json]:
        path = f"/v1{self.path}/payments"
        items: list[Json] = ok(self.world.nobody.get(path, key=self.order["access_key"]))["items"]
        return items

    def standing(self) -> Json:
        path = f"/v1{self.path}/standing"
        answer: Json = ok(self.world.nobody.get(path, key=self.order["access_key"], lang="zh-CN"))
        return answer


@pytest.fixture
def shop(paid_world: World) -> Iterator[World]:
    yield paid_world
    Books.read().check()


def mood(sandbox: Sandbox, how: Mood) -> None:
    with sandbox.book.opened() as ledger:
        ledger.mood = how


def expired(order: Json) -> None:
    when = datetime.fromisoformat(order["pay_by"]) + timedelta(minutes=2)
    expire_unpaid(when)


@pytest.mark.parametrize(
    ("agent", "way"),
    [
        (LAPTOP, "native"),
        (PHONE, "h5"),
        (WECHAT, "jsapi"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1", "h5"),
        ("", "native"),
    ],
)
def test_a_browser_is_offered_the_way_that_it_can_go(agent: str, way: str) -> None:
    assert way_of(agent) == way
    assert len(WECHAT.partition("MicroMessenger")[0]) > 200, "that far behind it may stand"


# --- three ways -----------------------------------------------------------------------------------


def test_a_laptop_shows_a_code(shop: World, sandbox: Sandbox) -> None:
    buyer = Buyer(shop, LAPTOP)
    page = buyer.look()
    assert "去支付 ¥30.00" in page.words
    assert buyer.standing()["standing"] == "unpaid"
    assert "<svg xmlns" not in page.source
    page = AnswerPage(buyer.tap())
    assert "用微信扫码支付 ¥30.00" in page.words
    assert 'aria-label="付款二维码"' in page.source
    assert buyer.standing()["standing"] == "paying"
    sandbox.pay(buyer.opened())
    until(lambda: buyer.standing()["standing"] == "paid")
    assert buyer.standing()["sentence"] == "已付款 ¥30.00。"
    assert "已付款 ¥30.00。" in buyer.look().words
    assert "去支付" not in buyer.look().words


def test_a_phone_is_led_to_the_provider_without_the_key(shop: World) -> None:
    buyer = Buyer(shop, PHONE)
    page = buyer.look()
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://wx.tenpay.com https://open.weixin.qq.com;" in policy
    assert page.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert '<meta name="referrer" content="strict-origin-when-cross-origin">' in page.source
    answer = buyer.tap(follow=False)
    assert answer.status_code == 303
    assert answer.headers["Referrer-Policy"] == "origin", "which host, and nothing more"
    address = answer.headers["Location"]
    back = parse_qs(urlsplit(address).query)["redirect_url"]
    assert back == [f"{shop.url}{buyer.path}/pay?lang=zh-CN"]
    assert buyer.order["access_key"] not in address
    cookie = answer.headers["Set-Cookie"]
    for part in (f"Path={buyer.path};", "HttpOnly", "SameSite=Lax", "Max-Age=7200"):
        assert part in cookie
    assert buyer.order["access_key"] not in cookie
    sheet = buyer.get(address)
    page = AnswerPage(buyer.session.post(address))
    assert "付款" in sheet.words
    assert page.url.startswith(f"{shop.url}{buyer.path}?key="), "its browser knows the order again"
    until(lambda: "已付款 ¥30.00。" in buyer.look().words)


def test_a_paid_order_tells_its_host_to_nobody(shop: World) -> None:
    buyer = Buyer(shop, PHONE)
    shop.pay(buyer.order)
    page = buyer.look()
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert '<meta name="referrer" content="same-origin">' in page.source
    assert "form-action 'self';" in page.headers["Content-Security-Policy"]


def test_wechat_says_who_pays_and_the_page_opens_the_payment(shop: World, sandbox: Sandbox) -> None:
    buyer = Buyer(shop, WECHAT)
    answer = buyer.tap(follow=False)
    address = answer.headers["Location"]
    assert address.endswith("#wechat_redirect")
    assert buyer.order["access_key"] not in address
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == [f"{shop.url}{buyer.path}/payer?lang=zh-CN"]
    assert asked["scope"] == ["snsapi_base"]
    assert not buyer.payments(), "nothing is asked for before it is known of whom"
    page = buyer.get(address)
    assert page.status == 200
    assert page.url.endswith("#pay")
    assert '"package":"prepay_id=' in page.source
    stranger = Buyer(shop, WECHAT, buyer.order)
    assert "prepay_id=" not in stranger.look().source, "it is of one payer"
    assert "prepay_id=" not in Buyer(shop, LAPTOP, buyer.order).look().source
    again = buyer.tap(follow=False)
    assert again.headers["Location"].startswith(f"{buyer.path}?key="), "who pays is known"
    assert len(buyer.payments()) == 1
    assert "oSandboxBuyer" not in str(list(raw_items()))
    sandbox.pay(buyer.opened())
    until(lambda: buyer.standing()["standing"] == "paid")


def test_without_the_apps_secret_wechat_is_told_to_open_a_browser(
    world: World, sandbox: Sandbox
) -> None:
    entered = sandbox.entered()
    del entered["app_secret"]
    world.merchant(entered)
    buyer = Buyer(world, WECHAT)
    page = buyer.look()
    assert "请点右上角 ···，选“在浏览器打开”" in page.words
    assert "另一部手机扫码" in page.words
    assert 'value="native"' in page.source
    assert 'value="jsapi"' not in page.source
    page = AnswerPage(buyer.tap("native"))
    assert "用微信扫码支付" in page.words
    assert AnswerPage(buyer.tap("jsapi")).status == 409


def test_the_same_way_twice_is_one_payment(shop: World) -> None:
    buyer = Buyer(shop, PHONE)
    first, second = buyer.tap(follow=False), buyer.tap(follow=False)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(buyer.payments()) == 1


# --- who may ------------------------------------------------------------------------------------


def test_nothing_is_asked_of_the_outside_for_a_stranger(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(providers, "payer", lambda merchant, code: asked.append(code))
    buyer = Buyer(shop, WECHAT)
    walk = buyer.tap(follow=False)
    state = parse_qs(urlsplit(walk.headers["Location"]).query)["state"][0]
    thief = Visitor(shop.url)
    page = thief.get(f"{buyer.path}/payer?code=stolen&state={state}")
    assert page.url.startswith(f"{shop.url}/orders?"), "it has not gone to pay from here"
    thief.session.cookies.set("payer", "x" * 200, path=buyer.path)
    assert thief.get(f"{buyer.path}/payer?code=a&state={state}").url.startswith(
        f"{shop.url}/orders?"
    )
    other = Buyer(shop, WECHAT)
    other.tap(follow=False)
    kept = other.session.cookies.get("payer")
    thief.session.cookies.set("payer", kept or "", path=buyer.path)
    page = thief.get(f"{buyer.path}/payer?code=a&state={state}")
    assert "key=" not in page.url, "it is another order's"
    page = buyer.get(f"{buyer.path}/payer?code=slipped-in&state=not-ours")
    assert page.status == 409
    assert "微信没有告诉我们是谁在付款" in page.words
    for what in ("pay", "paid"):
        answer = thief.session.post(f"{shop.url}{buyer.path}/{what}", data={"key": "wrong"})
        assert answer.status_code == 404
    assert asked == []


def test_a_code_is_good_once(shop: World) -> None:
    buyer = Buyer(shop, WECHAT)
    walk = buyer.tap(follow=False)
    there = buyer.session.get(walk.headers["Location"], allow_redirects=False)
    back = there.headers["Location"]
    assert buyer.get(back).status == 200
    assert buyer.get(back).status == 409, "and the page says what to do"
    assert len(buyer.payments()) == 1


# --- what may go wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["away", "html", "busy", "failing"])
@pytest.mark.parametrize("agent", [LAPTOP, PHONE, WECHAT])
def test_a_provider_that_is_away_loses_nothing(
    shop: World, sandbox: Sandbox, how: Mood, agent: str
) -> None:
    buyer = Buyer(shop, agent)
    mood(sandbox, how)
    page = AnswerPage(buyer.tap())
    assert page.status == 503
    assert page.headers["Retry-After"] == "5"
    assert "没有付成" in page.words
    assert "支付机构暂时没有回应" in page.words
    assert "去支付 ¥30.00" in page.words
    assert '<details class="card" open' not in page.source, "nobody asked to cancel"
    mood(sandbox, "well")
    assert buyer.tap().status_code == 200
    assert len(buyer.payments()) == 1


def test_i_have_paid_asks_the_provider(shop: World, sandbox: Sandbox) -> None:
    buyer = Buyer(shop, LAPTOP)
    buyer.tap()
    page = AnswerPage(buyer.tap(what="paid"))
    assert "还没有查到这笔付款" in page.words
    mood(sandbox, "away")
    sandbox.pay(buyer.opened(), times=0)
    page = AnswerPage(buyer.tap(what="paid"))
    assert (page.status, page.headers["Retry-After"]) == (503, "5")
    mood(sandbox, "well")
    page = AnswerPage(buyer.tap(what="paid"))
    assert "已付款 ¥30.00。" in page.words
    assert "还没有查到" not in page.words


def test_a_shop_without_a_merchant_shows_the_page_of_before(world: World) -> None:
    page = Buyer(world, PHONE).look()
    assert "联系卖家付款 ¥30.00" in page.words
    assert "去支付" not in page.words


def test_nothing_is_asked_for_what_costs_nothing(shop: World) -> None:
    parcel = shop.delivered(shop.pack(shop.paid_order(shop.offer())))
    settled = shop.settle(shop.complain(parcel), remedy="replacement")
    [order_id] = settled["replacements"]
    key = key_for(order_id)
    order = ok(shop.nobody.get(f"/v1/orders/{order_id}", key=key))
    buyer = Buyer(shop, PHONE, {**order, "access_key": key})
    assert "去支付" not in buyer.look().words
    assert buyer.standing()["sentence"] == "不用付款。"
    page = AnswerPage(buyer.session.post(f"{shop.url}{buyer.path}/pay", data={"key": key}))
    assert page.status == 409
    assert "这个订单不用付款" in page.words


def test_an_order_that_ended_is_not_paid_and_says_what_comes_of_late_money(
    shop: World, sandbox: Sandbox
) -> None:
    buyer = Buyer(shop, LAPTOP)
    buyer.tap()
    number = buyer.opened()
    expired(buyer.order)
    page = buyer.look()
    assert "晚到的钱，货还在就照常发货，不在就自动原路退回" in page.words
    assert "去支付" not in page.words
    answer = buyer.session.post(
        f"{shop.url}{buyer.path}/pay", data={"key": buyer.order["access_key"]}
    )
    assert AnswerPage(answer).url.startswith(f"{shop.url}{buyer.path}?"), "it tells by itself why"
    sandbox.pay(number)
    until(lambda: "已付款 ¥30.00。" in buyer.look().words)


def test_money_that_is_too_late_or_another_sum_is_told_of(shop: World, sandbox: Sandbox) -> None:
    buyer = Buyer(shop, LAPTOP)
    buyer.tap()
    number = buyer.opened()
    ok(
        shop.seller.call(
            "POST",
            f"/v1{buyer.path}/cancel",
            json={"reason": "没货"},
            headers={"Idempotency-Key": buyer.order["id"]},
        )
    )
    assert buyer.standing()["standing"] == "cancelled"
    sandbox.pay(number)
    until(lambda: buyer.standing()["standing"] == "sent_back")
    assert buyer.standing()["sentence"].startswith("付款时订单已取消，钱原路退回：¥30.00")
    charges.ask_payments(datetime.now(UTC) + timedelta(minutes=2))
    until(lambda: "已到账" in buyer.standing()["sentence"])


def test_too_many_tries_are_told_so(shop: World, sandbox: Sandbox) -> None:
    buyer = Buyer(shop, LAPTOP)
    buyer.tap()
    answers = [buyer.tap(what="paid").status_code for _ in range(21)]
    assert answers[0] == 200
    assert answers[-1] == 429
