"""A packing shed's day: three platforms' files in the morning, 300 labelled parcels in the van."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from chalicelib.domain.codes import read_code
from chalicelib.domain.import_reasons import REASONS
from chalicelib.pages.drawing.labels import A_SHEET, Paper
from tests.books import Books
from tests.platform_files import TITLES, as_csv, as_xlsx, kuaituantuan, pinduoduo, taobao
from tests.world import Json, World

from .labels_read import DOTS, rasters, read
from .tabs import Opener, address

pytestmark = pytest.mark.browser

ORDERS = 300


def morning() -> dict[str, bytes]:
    """100 orders from each platform. Numbered rows come twice, and among them are bad ones."""
    web, group, chat = taobao(101), pinduoduo(102), kuaituantuan(102)
    web[1][7] = "交易关闭"
    web += [row[:] for row in web[20:60]]
    group[1][7] = group[2][7] = "见备注"
    first = next(at for at, row in enumerate(chat) if row[:1] == ["1"])
    for at in (first, first + 2):
        chat[at][8] = "已退款"
    merged = [
        f"{column}{at}:{column}{at + 1}"
        for at in range(first + 1, first + 205, 2)
        for column in "ABCDIJKLMNOP"
    ]
    return {
        "淘宝订单.csv": as_csv(web, "gb18030"),
        "拼多多.csv": as_csv(group, "utf-8-sig"),
        "快团团.xlsx": as_xlsx(chat, merged),
    }


@pytest.mark.slow
@pytest.mark.timeout(900)  # with all cores busy
def test_300_orders_from_three_files_to_printed_labels_and_waybills(
    world: World, open_tab: Opener, tmp_path: Path
) -> None:
    old, young = (world.passed_batch(harvested_on=day) for day in ("2026-11-01", "2026-11-02"))
    offers = {
        TITLES[0]: world.offer(young, old, title="土鸡蛋 5 枚", packs_total=350, pack_quantity=5),
        TITLES[1]: world.offer(title="沃柑 5 斤", packs_total=300, pack_quantity=1),
    }
    tab = open_tab("seller", viewport={"width": 800, "height": 1130}, device_scale_factor=DOTS)
    tab.add_init_script("window.print = function () { window.printed = true; };")
    files = morning()
    results = [take_in(tab, world, name, files[name], offers) for name in files]
    assert (
        results
        == ["新建 100 单 · 原来就有 0 单 · 没导入 1 单"]
        + ["新建 100 单 · 原来就有 0 单 · 没导入 2 单"] * 2
    )
    assert refused_rows(tab, tmp_path) == {"不用发货：已退款": 4}
    evening = take_in(tab, world, "拼多多.csv", files["拼多多.csv"], offers)
    assert evening == "新建 0 单 · 原来就有 100 单 · 没导入 2 单"
    phone = REASONS["phone"][0]
    assert refused_rows(tab, tmp_path) == {phone: 2}

    expected = {f"20261123{i:09d}1" for i in range(1, 101)}
    expected |= {f"261123-{i:015d}" for i in range(2, 102)}
    expected |= {f"KTT{i:012d}" for i in range(2, 102)}
    pack_all(tab, world)
    orders = {order["external_ref"]: order for order in world.seller.everything("/v1/orders")}
    assert set(orders) == expected
    assert all(len(order["parcels"]) == 1 for order in orders.values())
    parcels = {order["parcels"][0]: order for order in orders.values()}
    assert len(parcels) == ORDERS

    tab.goto(address(world, "/seller/packing", "zh-CN"))
    tab.get_by_role("link", name="打印没打过的标签").click()
    assert labels_of(tab, world) == {code: goods_of(order) for code, order in parcels.items()}
    tab.get_by_role("button", name="改用 A4 不干胶").click()
    assert labels_of(tab, world, sheets=True) == {
        code: goods_of(order) for code, order in parcels.items()
    }
    with tab.expect_response("**/seller/labels/printed*"):
        tab.locator("#print").click()
    tab.wait_for_function("window.printed")
    tab.goto(address(world, "/seller/labels", "zh-CN"))
    expect(tab.get_by_text("没有要打印的标签。")).to_be_visible()

    ship_all(tab, world, tmp_path)
    states = Counter(order["state"] for order in world.seller.everything("/v1/orders"))
    assert states == {"shipped": ORDERS}
    Books.read().check()


def take_in(tab: Tab, world: World, name: str, content: bytes, offers: dict[str, Json]) -> str:
    """What the page says at the end of an import; each item is matched to its offer when asked."""
    tab.goto(address(world, "/seller/imports", "zh-CN"))
    tab.locator("#file").set_input_files({"name": name, "mimeType": "", "buffer": content})
    tab.wait_for_url("**import_id=*")
    tab.locator("#preview").wait_for()
    if tab.locator("#items").is_visible():
        for title, offer in offers.items():
            for asked in tab.get_by_label(re.compile(f"^“{title}")).all():
                asked.select_option(offer["id"])
        tab.locator("#send-items, #items button").locator("visible=true").first.click()
        expect(tab.locator("#items")).to_be_hidden()
    tab.locator("#start").click()
    tab.locator("#result").wait_for()
    return tab.locator("#result-counts").inner_text()


def refused_rows(tab: Tab, folder: Path) -> Counter[str]:
    """The rows that came back, by the first words of the reason beside each."""
    with tab.expect_download() as download:
        tab.locator("#refused").click()
    download.value.save_as(folder / "refused.csv")
    _, *rows = csv.reader(io.StringIO((folder / "refused.csv").read_text("utf-8-sig")))
    return Counter(row[-1] for row in rows)


def pack_all(tab: Tab, world: World) -> None:
    """All pages of orders, as proposed."""
    tab.goto(address(world, "/seller/packing", "zh-CN"))
    everything = tab.locator('.bar button[value="ask"]')
    while everything.count():
        for button in (everything, tab.locator('button[value="all"]')):
            with tab.expect_navigation():
                button.click()
        expect(tab.get_by_text("已装好")).to_be_visible()
    assert "没有要装的订单" in tab.inner_text("main")


def goods_of(order: Json) -> str:
    """As its label says."""
    lines = order["lines"]
    amount = sum(line["packs"] * line["pack_quantity"] for line in lines)
    return f"{amount} 个"


def labels_of(tab: Tab, world: World, *, sheets: bool = False) -> dict[str, str]:
    """Code -> amount of each label, as scanners read it and as it is printed."""
    paper: Paper = "a4" if sheets else "roll"
    tab.emulate_media(media="print")
    expect(tab.locator("article.label")).to_have_count(ORDERS)
    pages = re.findall(rb"/Type\s*/Page\b", tab.pdf(prefer_css_page_size=True))
    assert len(pages) == (-(-ORDERS // A_SHEET) if sheets else ORDERS)
    codes = tab.locator("article.label .low b").all_inner_texts()
    amounts = tab.locator("article.label .amount").all_inner_texts()
    labels: dict[str, str] = {}
    for code, amount, raster in zip(codes, amounts, rasters(tab, paper, ORDERS), strict=True):
        plain = read_code(code) or ""
        assert read(raster) == {f"{world.url}/t/{plain}"}, code
        labels[plain] = amount
    tab.emulate_media(media="screen")
    return labels


def ship_all(tab: Tab, world: World, folder: Path) -> None:
    """The list goes to the carrier and comes back with its numbers."""
    tab.goto(address(world, "/seller/waybills", "zh-CN"))
    with tab.expect_download() as download:
        tab.get_by_role("link", name="下载待发货清单").click()
    download.value.save_as(folder / "waybills.csv")
    text = (folder / "waybills.csv").read_text("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    for at, row in enumerate(rows):
        row[head.index("快递公司")] = "中通快递"
        row[head.index("运单号")] = f"ZT{at:012d}"
    buffer = as_csv([head, *rows], "utf-8-sig")
    tab.locator("#file").set_input_files({"name": "w.csv", "mimeType": "", "buffer": buffer})
    tab.get_by_role("button", name=f"确认发货 {ORDERS} 箱").click()
    expect(tab.get_by_text(f"发货 {ORDERS} 箱")).to_be_visible(timeout=60_000)
