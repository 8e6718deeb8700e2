"""Pack and print in a real Chromium: taps, the scanner, and labels that a scanner reads."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.platform_files import as_csv
from tests.scans import LOTS, WAYS
from tests.world import Json, World

from .tabs import WIDE, Opener, Thumb, address

pytestmark = pytest.mark.browser


def orders(world: World, n: int, *, held: bool = False) -> list[Json]:
    old, young = world.passed_batch(harvested_on="2026-09-01", quantity=50), world.passed_batch()
    offer = world.offer(young, old, packs_total=60)
    paid_orders = [world.paid_order(offer) for _ in range(n)]
    if held:
        bad = world.passed_batch()
        world.paid_order(world.offer(bad))
        world.move(bad, "hold")
    return paid_orders


def test_twenty_labels_take_four_taps_from_the_desk(world: World, open_tab: Opener) -> None:
    orders(world, 20)
    for scripts in (True, False):
        thumb = Thumb(open_tab("seller", scripts=scripts))
        if not scripts:
            orders(world, 20)
        thumb.tab.add_init_script("window.print = function () { window.printed = true; };")
        thumb.tab.goto(address(world, "/seller", "zh-CN"))
        thumb.tap('.tabs a[href^="/seller/packing"]')
        thumb.tap('.bar button[value="ask"]')
        thumb.sees("要装 20 箱吗？")
        thumb.tap(".bar .main")
        expect(thumb.tab.locator("article.label")).to_have_count(20)
        if scripts:
            with thumb.tab.expect_response("**/seller/labels/printed*") as marked:
                thumb.tap("#print")
            assert marked.value.status == 204
            thumb.tab.wait_for_function("window.printed")
            thumb.tab.reload()
            expect(thumb.tab.get_by_text("标签已打印过，确定重打？")).to_be_visible()
        else:
            thumb.tap("#print")
            thumb.sees("已记下打印过")
        assert thumb.taps <= 4


def test_a_run_is_taken_back_in_two_taps_and_its_list_stays(world: World, open_tab: Opener) -> None:
    orders(world, 3)
    thumb = Thumb(open_tab("seller", scripts=False))
    thumb.tab.goto(address(world, "/seller/packing", "zh-CN"))
    thumb.tap('.bar button[value="ask"]')
    thumb.tap('button[value="all"]')
    thumb.sees("已装好 3 箱")
    thumb.taps = 0
    thumb.tap(".banner.ok a")
    thumb.sees("拣货单")
    thumb.tap("#take-back button")
    thumb.sees("已撤回 3 箱，订单回到待装箱。")
    assert thumb.taps == 2
    thumb.tap(".bar .btn")
    thumb.sees("全部按建议装箱（3 单）")


def test_a_carriers_list_of_arrivals_is_chosen_checked_and_marked(
    world: World, open_tab: Opener
) -> None:
    parcels = [world.shipped(world.pack(order)) for order in orders(world, 2)]
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/deliveries", "zh-CN"))
    words = ["已签收", "派送中"]
    rows = [[parcel["waybill"], word] for parcel, word in zip(parcels, words, strict=True)]
    content = as_csv([["运单号", "快件状态"], *rows])
    tab.locator("#file").set_input_files(
        {"name": "d.csv", "mimeType": "text/csv", "buffer": content}
    )
    expect(tab.get_by_text("将标记 1 箱")).to_be_visible()
    tab.locator('button[value="deliver"]').click()
    expect(tab.get_by_text("已签收 1 箱 · 早已签收 0 箱 · 还没签收 1 箱")).to_be_visible()
    tab.locator("#all").check()
    tab.locator('button[value="chosen"]').click()
    expect(tab.get_by_text("没有在路上的包裹。")).to_be_visible()


def test_a_scanner_chooses_orders_and_says_yes_or_no(world: World, open_tab: Opener) -> None:
    first, *_, last = orders(world, 7, held=True)
    tab = open_tab("seller", viewport=WIDE)
    tab.goto(address(world, "/seller/packing", "zh-CN"))
    expect(tab.locator("#scanner")).to_be_focused()
    seen = tab.locator("#seen")

    def scan(text: str) -> None:
        tab.keyboard.type(text)
        tab.keyboard.press("Enter")

    config = tab.evaluate("JSON.parse(document.getElementById('cfg').textContent)")
    lots = config["lots"]
    old, young = (
        next(entry for entry in config["orders"] if entry["id"] == order["id"])["batches"][0]
        for order in (first, last)
    )
    scan(first["number"])
    expect(seen).to_contain_text("请扫批次")
    scan("NONE")
    expect(seen).to_have_class("seen no")
    scan(f"{world.url}/cadre#/batches/{old}")
    expect(seen).to_have_class("seen yes")
    expect(seen).to_contain_text("对")
    expect(tab.locator(f'[name="pick-{first["id"]}"]')).to_be_checked()
    scan(last["number"].lower())
    scan(lots[young])
    expect(tab.locator(f'[name="pick-{last["id"]}"]')).to_be_checked()
    tab.mouse.click(5, 300)  # wherever somebody taps, the next scan is not lost
    other = config["orders"][1]
    scan(other["number"])
    scan(lots[young])
    expect(seen).to_contain_text("改用批次")
    plan = tab.locator(f'[name="plan-{other["id"]}"]').input_value()
    assert young in plan
    tab.locator('button[value="chosen"]').click()
    expect(tab.get_by_text("已装好 3 箱")).to_be_visible()
    scan(world.pack(world.paid_order(world.offer()))["code"])  # the server opens its order
    tab.wait_for_url("**/seller/orders/*")
    tab.go_back()
    scan(first["number"])  # not on the page any more: the server opens it
    tab.wait_for_url(f"**/seller/orders/{first['id']}*")


def test_a_scanner_is_understood_however_its_keyboard_is_set(
    world: World, open_tab: Opener
) -> None:
    """The page's own script reads as the server does."""
    lots = ["TAA4D563", *LOTS[:24]]
    waiting = {lot: world.paid_order(world.offer(world.passed_batch(lot=lot))) for lot in lots}
    tab = open_tab("seller", viewport=WIDE)
    tab.goto(address(world, "/seller/packing", "zh-CN"))
    seen = tab.locator("#seen")

    def scan(text: str) -> None:
        tab.fill("#scanner", text)
        tab.keyboard.press("Enter")

    order = waiting["TAA4D563"]
    for way in WAYS.values():
        scan(way(order["number"]))
        expect(seen).to_contain_text(f"订单 {order['number']}")
        scan(way("TAA4D563"))
        expect(seen).to_contain_text("对：")
        tab.locator(f'[name="pick-{order["id"]}"]').uncheck()
    for lot in lots[1:]:
        for text in (lot, f"{world.url}/01/09521234500018/10/{quote(lot, safe='')}"):
            scan(text)
            expect(seen).to_have_text(f"批次 {lot}：选中 1 单")
    scan("X9")
    expect(seen).to_have_class("seen no")


def test_a_carriers_file_with_unknown_headings_is_asked_about_once(
    world: World, open_tab: Opener
) -> None:
    """What was said of its headings is remembered on the device."""
    first, second = orders(world, 2)
    for order in (first, second):
        world.pack(order)
    tab = open_tab("seller")

    def choose(order: Json) -> None:
        tab.goto(address(world, "/seller/waybills", "zh-CN"))
        rows = [["甲", "收件人", "乙", "丙"], [order["number"], "农户 12", "中通快递", "ZT1"]]
        content = {"name": "w.csv", "mimeType": "text/csv", "buffer": as_csv(rows)}
        tab.locator("#file").set_input_files(content)  # type: ignore[arg-type]

    choose(first)
    expect(tab.get_by_text("表头认不出")).to_be_visible()
    expect(tab.locator("#parcel_column option").nth(2)).to_have_text("第 2 列 收件人：农户 12")
    tab.locator("#parcel_column").select_option("1")
    tab.locator("#carrier_column").select_option("3")
    tab.locator("#waybill_column").select_option("4")
    expect(tab.get_by_text("将要发货 1 箱")).to_be_visible()
    choose(second)
    expect(tab.get_by_text("将要发货 1 箱")).to_be_visible()
    tab.locator('button[value="ship"]').click()
    expect(tab.get_by_text("发货 1 箱 · 已发过 0 箱 · 没发 0 行")).to_be_visible()


def test_a_carriers_file_is_chosen_checked_and_shipped(world: World, open_tab: Opener) -> None:
    [order, other] = orders(world, 2)
    world.pack(order)
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/waybills", "zh-CN"))
    rows = [["订单号", "快递公司", "运单号"], [order["number"], "中通快递", "ZT1"]]
    rows.append([other["number"], "中通快递", "ZT2"])
    content = {"name": "w.csv", "mimeType": "text/csv", "buffer": as_csv(rows)}
    tab.locator("#file").set_input_files(content)  # type: ignore[arg-type]
    expect(tab.get_by_text("将要发货 1 箱")).to_be_visible()
    expect(tab.get_by_text("还没有装好的包裹")).to_be_visible()
    tab.locator('button[value="ship"]').click()
    expect(tab.get_by_text("发货 1 箱 · 已发过 0 箱 · 没发 1 行")).to_be_visible()
    tab.locator("#file").set_input_files(
        {"name": "x.xlsx", "mimeType": "x/y", "buffer": b"PK\x03\x04 no"}
    )
    expect(tab.locator("#why")).to_contain_text("重新导出")
