"""The import of orders in a real Chromium: from the file to the parcels, also after a reload."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.books import Books
from tests.platform_files import (
    PLACE,
    TITLES,
    FileRows,
    as_csv,
    as_xlsx,
    kuaituantuan,
    mapped,
    pinduoduo,
    taobao,
    uploaded,
    workbook,
)
from tests.world import World, new_id, ok

from .tabs import Opener, address

pytestmark = pytest.mark.browser


def choose(tab: Tab, name: str, content: bytes) -> None:
    tab.locator("#file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_from_the_file_to_the_orders(world: World, open_tab: Opener, tmp_path: Path) -> None:
    world.offer(title="土鸡蛋 10 枚")
    world.offer(title="沃柑 5 斤")
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    table = kuaituantuan(5)
    table[3][7] = 1184.0
    table[5][8] = "已退款"
    choose(tab, "团购明细.xlsx", as_xlsx(table))
    expect(tab.locator("#items")).to_be_visible()
    expect(tab.locator("#preview")).to_be_visible()
    for select in tab.locator("#item-list select").all():
        label = tab.locator(f"label[for={select.get_attribute('id')}]").inner_text()
        wanted = "土鸡蛋" if "土鸡蛋" in label else "沃柑"
        option = select.locator("option", has_text=wanted).get_attribute("value")
        select.select_option(option)
    tab.locator("#items .btn").click()
    expect(tab.locator("#start")).to_be_visible()
    expect(tab.locator("#items")).to_be_hidden()
    expect(tab.locator("#preview-counts")).to_contain_text("不用发货 1 单 · 不能导入 0 单")
    expect(tab.locator("#rows")).to_contain_text("¥1,234.50")
    tab.reload()
    expect(tab.locator("#start")).to_be_visible()
    opened = tab.url
    tab.locator("#start").dblclick()
    expect(tab.locator("#result")).to_be_visible()
    expect(tab.locator("#rows tr")).to_have_count(5)
    expect(tab.locator("#to-pack")).to_be_visible()
    assert tab.url == opened
    with tab.expect_download() as download:
        tab.locator("#refused").click()
    kept = tmp_path / "refused.csv"
    download.value.save_as(kept)
    assert "已退款" in kept.read_text("utf-8-sig")
    assert len(world.seller.everything("/v1/orders", state="paid")) == 4
    Books.read().check()

    erased = world.seller.everything("/v1/customers")[0]["id"]
    ok(world.county.delete(f"/v1/customers/{erased}"), 200, 204)
    tab.reload()
    expect(tab.locator("#result")).to_contain_text("没能导入的行已经删除")
    expect(tab.locator("#refused")).to_be_hidden()
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    expect(tab.locator("main")).to_contain_text("（文件已删除）")


def test_only_what_is_sure_is_chosen_beforehand(world: World, open_tab: Opener) -> None:
    eggs = world.offer(title="土鸡蛋 10 枚")
    closed = world.offer(title="土鸡蛋 10 枚")
    ok(world.seller.post(f"/v1/offers/{closed['id']}/close", {"reason": "卖完这批"}, new_id()))
    gone = world.offer(title="沃柑 5 斤", packs_total=1, pack_quantity=5)
    world.order(gone)
    world.offer(title="沃柑 5 斤", pack_quantity=6)
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    choose(tab, "k.xlsx", as_xlsx(kuaituantuan(1)))
    expect(tab.locator("#items")).to_be_visible()
    eggs_of, oranges_of = (tab.get_by_label(re.compile(f"^“{title}")).first for title in TITLES)
    expect(eggs_of).to_have_value(eggs["id"])
    expect(oranges_of).to_have_value("")
    options = eggs_of.locator("option")
    expect(options).to_have_count(3)
    expect(options.last).to_have_attribute("value", "")
    expect(options.filter(has_text="6 个 · ¥30.00 · 剩 20 份 · 批次")).to_have_count(1)
    assert not tab.locator(f"option[value='{gone['id']}']").count(), "sold out"


def test_an_offer_that_closed_since_is_asked_for_again(world: World, open_tab: Opener) -> None:
    offer = world.offer()
    import_id = uploaded(world.seller, as_csv(pinduoduo(1)))
    mapped(world.seller, import_id, {TITLES[0]: offer})
    ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "卖完这批"}, new_id()))
    later = world.offer(pack_quantity=5)
    tab = open_tab("seller")
    tab.goto(address(world, f"/seller/imports?import_id={import_id}", "zh-CN"))
    expect(tab.locator("#offer-0")).to_have_value(offer["id"])
    expect(tab.locator("#offer-0 option:checked")).to_contain_text("没有可卖的了")
    expect(tab.locator("#rows")).to_contain_text("没有在售的商品；请先到“商品”页上架")
    tab.locator("#offer-0").select_option(later["id"])
    tab.locator("#items .btn").click()
    expect(tab.locator("#start")).to_be_visible()


def test_the_preview_shows_what_will_be_packed_and_lets_it_be_changed(
    world: World, open_tab: Opener
) -> None:
    old, other = world.offer(), world.offer(title="咸鸭蛋 12 枚", pack_quantity=12)
    import_id = uploaded(world.seller, as_csv(pinduoduo(1)))
    mapped(world.seller, import_id, {TITLES[0]: old})
    ok(world.seller.post(f"/v1/offers/{old['id']}/close", {"reason": "卖完这批"}, new_id()))
    world.offer(title="土鸡蛋 新到")
    tab = open_tab("seller")
    tab.goto(address(world, f"/seller/imports?import_id={import_id}", "zh-CN"))
    expect(tab.locator("#rows .packed")).to_have_text(
        re.compile("→ 将装：土鸡蛋 新到 × 1（10 个）")
    )
    expect(tab.locator(".doubt")).to_have_count(0)
    expect(tab.locator("#items")).to_be_hidden()
    tab.locator("#change-items").click()
    tab.locator("#offer-0").select_option(other["id"])
    tab.locator("#items .btn").click()
    expect(tab.locator("#rows .packed")).to_contain_text("咸鸭蛋 12 枚 × 1")
    expect(tab.locator("#rows .doubt").last).to_contain_text("规格不一样：平台写 10枚")
    tab.locator("#start").click()
    tab.get_by_role("link", name="装的商品不对？改商品对应").click()
    tab.get_by_role("link", name="土鸡蛋").click()
    expect(tab.locator("main")).to_contain_text("有 1 单已导入、还没装箱")


def test_a_file_that_nobody_knows_is_mapped_by_hand_once(world: World, open_tab: Opener) -> None:
    table: FileRows = [
        ["编号", "货", "几件", "收款", "谁", "手机", "地方"],
        *(
            [f"N{i:06d}", TITLES[0], "1", "30", f"张三{i}", f"1380000{i:04d}", "".join(PLACE)]
            for i in range(2)
        ),
    ]
    offer = world.offer()
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    choose(tab, "我的.csv", as_csv(table))
    expect(tab.locator("#columns")).to_be_visible()
    for field, heading in zip(
        ("number", "item", "quantity", "order_amount", "name", "phone", "address"),
        table[0],
        strict=True,
    ):
        tab.locator(f"#column-{field}").select_option(heading)
    expect(tab.locator("#group-field")).to_be_hidden()
    tab.locator("#send-columns").click()
    expect(tab.locator("#columns")).to_be_visible()
    expect(tab.locator("label[for=column-status]")).to_contain_text("还缺")
    tab.get_by_text("每一行都已付款").click()
    tab.locator("#send-columns").click()
    expect(tab.locator("#items")).to_be_visible()
    tab.locator("#offer-0").select_option(offer["id"])
    tab.locator("#items .btn").click()
    tab.locator("#start").click()
    expect(tab.locator("#result")).to_be_visible()
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    choose(tab, "again.csv", as_csv(table))
    expect(tab.locator("#start")).to_be_visible()
    expect(tab.locator("#preview-counts")).to_contain_text("已有 2")


def test_a_group_without_order_numbers_gets_a_name(world: World, open_tab: Opener) -> None:
    head = [
        "跟团号",
        "下单人",
        "团员备注",
        "商品",
        "规格",
        "数量",
        "商品金额",
        "订单金额",
        "退款金额",
    ]
    who = ["物流方式", "收货人", "联系电话", "详细地址"]
    table: FileRows = [
        [*head, *who],
        ["1", "团员12", "", TITLES[0], "10枚", "1", "30", "30", "0", "快递", "农户 12",
         "13800000012", "".join(PLACE)],
    ]  # fmt: skip
    offer = world.offer()
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    choose(tab, "顾客购买表.csv", as_csv(table))
    expect(tab.locator("#group-field")).to_contain_text("每个团都从 1 数起")
    expect(tab.locator("#paid-only-field")).to_be_hidden()
    tab.locator("#send-columns").click()
    expect(tab.locator("#group-field")).to_be_visible()
    tab.locator("#group").fill("11 月 20 日的团")
    tab.locator("#send-columns").click()
    tab.locator("#offer-0").select_option(offer["id"])
    tab.locator("#items .btn").click()
    tab.reload()
    tab.locator("#start").click()
    expect(tab.locator("#result")).to_be_visible()
    [order] = world.seller.everything("/v1/orders")
    assert order["external_ref"] == "1 (11月20日的团)"


def test_a_broken_file_is_told_in_a_sentence(world: World, open_tab: Opener) -> None:
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    choose(tab, "bild.xlsx", b"PK\x03\x04 not a zip")
    expect(tab.locator("#why")).to_contain_text("重新导出")


def test_a_reload_in_the_midst_goes_on(world: World, open_tab: Opener) -> None:
    offer = world.offer(world.passed_batch(quantity=10_000), packs_total=600)
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    choose(tab, "p.csv", as_csv(pinduoduo(500)))
    tab.locator("#offer-0").select_option(offer["id"])
    tab.locator("#items .btn").click()
    tab.locator("#start").click()
    expect(tab.locator("#doing")).to_contain_text("正在导入")
    tab.reload()
    expect(tab.locator("#result")).to_be_visible()
    assert ok(world.seller.get("/v1/imports"))["items"][0]["counts"]["created"] == 500
    Books.read().check()


def test_a_page_that_is_behind_goes_on_from_where_the_import_is(
    world: World, open_tab: Opener
) -> None:
    offer = world.offer()
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    choose(tab, "p.csv", as_csv(pinduoduo(5)))
    tab.locator("#offer-0").select_option(offer["id"])
    newest_import = ok(world.seller.get("/v1/imports"))["items"][0]
    ok(world.seller.post(f"/v1/imports/{newest_import['id']}/run", {}))  # in another window
    tab.locator("#items .btn").click()
    expect(tab.locator("#result")).to_be_visible()
    expect(tab.locator("#wrong")).to_be_hidden()


def test_the_sheets_of_a_workbook_are_named_and_chosen(world: World, open_tab: Opener) -> None:
    world.offer(title="土鸡蛋 10 枚")
    tab = open_tab("seller")
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    choose(tab, "订单.xlsx", workbook(十一月=pinduoduo(2), 十月=taobao(1), 说明=[["说明"]]))
    expect(tab.locator("#note-list")).to_contain_text("没有读这些工作表：“十月”、“说明”")
    expect(tab.locator("#sheet-list input:checked")).to_have_count(1)
    expect(tab.locator("#rows tr")).to_have_count(2)
    tab.locator("#sheet-list label", has_text="十一月").click()
    tab.locator("#sheet-list label", has_text="十月").click()
    tab.locator("#send-sheets").click()
    expect(tab.locator("#rows tr")).to_have_count(1)
    expect(tab.locator("#note-list")).to_contain_text("“十一月”")
