"""A rotten box that brings its buyer back: from the scan to the refund to the next order."""

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.books import Books
from tests.world import BUYER, Json, World, ok

from .labels_read import DOTS, one_bit, read
from .phone import as_file, picture
from .tabs import Opener, Thumb, address

pytestmark = pytest.mark.browser


def test_from_a_rotten_box_to_the_next_order(world: World, open_tab: Opener) -> None:
    offer = world.offer()
    buyer = Thumb(open_tab("", device_scale_factor=2))
    first = ordered(buyer.tab, world, offer)
    parcel = world.pack(world.pay(first))
    trace = scanned(open_tab, world, parcel)
    world.delivered(parcel)

    buyer.tab.goto(f"{trace}?lang=zh-CN")
    buyer.tap("text=有问题找售后")
    buyer.tap("text=坏果、变质")
    buyer.tab.locator("#file").set_input_files(as_file(picture()))
    expect(buyer.tab.locator("#shots")).to_contain_text("照片已传好")
    buyer.tap("text=三成")
    buyer.tap("#send")
    expect(buyer.tab.get_by_text("我的售后").first).to_be_visible()
    assert buyer.taps <= 5
    case = buyer.tab.url

    seller = Thumb(open_tab("seller", scripts=False))
    seller.tab.goto(address(world, "/seller", "zh-CN"))
    seller.tap("text=坏果、变质")
    seller.taps = 0  # from here on: what it takes to decide
    seller.tab.select_option("[name=coupon]", "500")
    seller.taps += 2  # a list is opened, and chosen from
    seller.tap("#settle button")
    seller.sees("部分退款，退 ¥9.00")
    assert seller.taps <= 3
    [refund] = ok(world.seller.get(f"/v1/orders/{first['id']}/refunds"))["items"]
    assert refund["amount_fen"] == 900

    buyer.tab.goto(case)
    expect(buyer.tab.get_by_text("买家打开自己的订单可看").first).to_be_visible()
    assert "减 ¥5.00" not in buyer.tab.inner_text("body"), "the coupon is for whoever has the order"
    buyer.tab.goto(f"{trace}?lang=zh-CN")
    buyer.taps = 0
    buyer.tap("text=再买一箱")
    filled = {field: buyer.tab.input_value(f"#{field}") for field in ("name", "phone", "coupon")}
    [coupon] = coupons(world)
    assert filled == {"name": BUYER["name"], "phone": "138****0001", "coupon": coupon["code"]}
    assert buyer.tab.input_value("#detail") == "玉兰路****", "the rest goes without being shown"
    buyer.tap(".bar .main")
    assert buyer.taps <= 2
    second = own_order(buyer.tab, world)
    assert (second["total_fen"], second["buyer"]) == (2500, BUYER)
    world.pay(second)

    seller.tab.goto(address(world, "/seller/customers?repeat=true", "zh-CN"))
    text = seller.tab.inner_text("body")
    assert "售后后又买\n1 / 1 人，100%" in text
    seller.tap('a[href*="/seller/customers/"]')
    for phrase in ("买过 2 单", "售后 1 次", "已用"):
        seller.sees(phrase)
    [customer] = ok(world.seller.get("/v1/customers", repeat="true"))["items"]
    assert customer["came_back_after_complaint"]
    assert coupons(world)[0]["state"] == "used"
    Books.read().check()


def ordered(tab: Tab, world: World, offer: Json) -> Json:
    """The order of somebody new, who types it all once."""
    tab.goto(address(world, f"/shops/{world.shop_id}/offers/{offer['id']}", "zh-CN"))
    for name, text in {**BUYER["address"], "name": BUYER["name"], "phone": BUYER["phone"]}.items():
        tab.fill(f"#{name}", text)
    tab.locator(".bar .main").click()
    return own_order(tab, world)


def own_order(tab: Tab, world: World) -> Json:
    """The order whose page the buyer has come to."""
    tab.wait_for_url("**/orders/*key=*")
    path = tab.url.removeprefix(world.url).partition("?")[0]
    order: Json = ok(world.seller.get(f"/v1{path}"))
    return order


def scanned(open_tab: Opener, world: World, parcel: Json) -> str:
    """The address in the parcel's printed label."""
    tab = open_tab("seller", device_scale_factor=DOTS)
    tab.goto(address(world, f"/seller/parcels/{parcel['code']}/label", "zh-CN"))
    tab.emulate_media(media="print")
    [url] = read(one_bit(tab.locator(".label").screenshot()))
    assert url == parcel["url"]
    return url


def coupons(world: World) -> list[Json]:
    items: list[Json] = ok(world.seller.get(f"/v1/customers/{world.customer()['id']}/coupons"))[
        "items"
    ]
    return items
