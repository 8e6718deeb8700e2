"""Pack and print in a real Chromium: taps, the scanner, and labels that a scanner reads."""

import io
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from pyzbar import pyzbar

from chalicelib.domain.codes import display_code
from chalicelib.pages.labels import A_SHEET, Paper
from tests.bulk import copy_parcel
from tests.platform_files import as_csv
from tests.world import Json, World

from .chromium import AXE, HTML_VALIDATE, PHONE
from .tabs import TOO_SMALL, WIDE, Opener, Thumb, address, violations
from .test_pages import DOTS

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SHOTS")
"""A folder for pictures of each step."""
MM = 96 / 25.4
"""CSS pixels."""


def orders(world: World, n: int, *, held: bool = False) -> list[Json]:
    old, young = world.passed_batch(harvested_on="2026-09-01", quantity=50), world.passed_batch()
    offer = world.offer(young, old, packs_total=60)
    found = [world.paid_order(offer) for _ in range(n)]
    if held:
        bad = world.passed_batch()
        world.paid_order(world.offer(bad))
        world.move(bad, "hold")
    return found


def test_twenty_labels_take_four_taps_from_the_desk(world: World, open_tab: Opener) -> None:
    orders(world, 20)
    for scripts in (True, False):
        thumb = Thumb(open_tab("seller", scripts=scripts))
        if not scripts:
            orders(world, 20)
        thumb.tab.add_init_script("window.print = function () { window.printed = true; };")
        thumb.tab.goto(address(world, "/seller", "zh-CN"))
        thumb.tap('.tabs a[href^="/seller/packing"]')
        thumb.tap('.bar button[value="all"]')
        thumb.tap("#print-labels")
        assert thumb.tab.locator("article.label").count() == 20
        if scripts:
            with thumb.tab.expect_response("**/seller/labels/printed*") as marked:
                thumb.tap("#print")
            assert marked.value.status == 204
            assert thumb.tab.evaluate("window.printed")
            thumb.tab.reload()
            expect(thumb.tab.get_by_text("标签已打印过，确定重打？")).to_be_visible()
        else:
            thumb.tap("#print")
            assert "已记下打印过" in thumb.tab.inner_text("body")
        assert thumb.taps <= 4


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
        next(one for one in config["orders"] if one["id"] == order["id"])["batches"][0]
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
    if SHOTS:
        tab.screenshot(path=f"{SHOTS}/scanned.png", full_page=True)
    tab.locator('button[value="chosen"]').click()
    expect(tab.get_by_text("已装好 3 箱")).to_be_visible()
    scan(first["number"])  # not on the page any more: the server opens it
    tab.wait_for_url(f"**/seller/orders/{first['id']}*")


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
    if SHOTS:
        tab.screenshot(path=f"{SHOTS}/waybills-preview.png", full_page=True)
    tab.locator('button[value="ship"]').click()
    expect(tab.get_by_text("发货 1 箱 · 已发过 0 箱 · 没发 1 行")).to_be_visible()
    tab.locator("#file").set_input_files(
        {"name": "x.xlsx", "mimeType": "x/y", "buffer": b"PK\x03\x04 no"}
    )
    expect(tab.locator("#why")).to_contain_text("重新导出")


def test_the_pages_are_accessible_valid_and_fit(
    world: World, open_tab: Opener, tmp_path: Path
) -> None:
    if not (AXE.exists() and HTML_VALIDATE.exists()):
        pytest.skip("no axe-core or html-validate: run npm ci")
    first, second, *_ = orders(world, 7, held=True)
    codes = [world.pack(one)["code"] for one in (first, second)]
    tab = open_tab("seller", bypass_csp=True)
    paths = {
        "packing": "/seller/packing",
        "packed": f"/seller/packing?codes={codes[0]}",
        "picking": "/seller/picking",
        "waybills": "/seller/waybills",
        "labels": "/seller/labels?codes=" + ",".join([*codes, "K7Q2"]),
        "labels-a4": "/seller/labels?format=a4&skip=2",
    }
    for number, (name, path) in enumerate(paths.items()):
        for language, size, scheme in (
            ("zh-CN", WIDE, "light"),
            ("en", PHONE, "dark"),
            ("zh-CN", PHONE, "light"),
        ):
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            tab.set_viewport_size(size)
            tab.goto(address(world, path, language))
            shot = f"{name}-{language}-{size['width']}"
            if SHOTS:
                tab.screenshot(path=f"{SHOTS}/{shot}.png", full_page=True)
            (tmp_path / f"{shot}.html").write_text(
                tab.evaluate("fetch(location.href).then(one => one.text())"), "utf-8"
            )
            tab.evaluate(AXE.read_text("utf-8"))
            assert violations(tab) == [], shot
            assert tab.evaluate(TOO_SMALL) == [], shot
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), shot
        if number == 3:  # from now on some labels were printed before
            tab.goto(address(world, f"/seller/labels?codes={codes[0]}", "zh-CN"))
            tab.evaluate("window.print = function () {}; 0")
            with tab.expect_response("**/seller/labels/printed*"):
                tab.locator("#print").click()
    (tmp_path / ".htmlvalidate.json").write_text(
        '{"root":true,"extends":["html-validate:standard"]}'
    )
    command = [str(HTML_VALIDATE), "--formatter", "text", str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.stdout.replace(str(tmp_path), ""), found.returncode) == ("", 0)


# --- labels that read -----------------------------------------------------------------------------

LABELS = 300


def rasters(tab: Tab, paper: Paper) -> Iterator[Image.Image]:
    """What a 203 dpi head prints: each label in black and white, in order."""
    # mm: of one place, from the corner of its sheet
    places = (
        [(0.0, 0.0, 60.0, 39.6)]
        if paper == "roll"
        else [(7.25 + at % 3 * 66.0, 12.9 + at // 3 * 33.9, 63.5, 33.9) for at in range(A_SHEET)]
    )
    if paper == "roll":
        sheet, together, sheets = (60.0, 39.6), 15, LABELS
    else:
        sheet, together, sheets = (210.0, 296.6), 1, -(-LABELS // A_SHEET)
    corner = tab.locator(".label" if paper == "roll" else ".sheet").first.bounding_box()
    assert corner is not None
    left = LABELS
    for start in range(0, sheets, together):
        n = min(together, sheets - start)
        clip = {
            "x": corner["x"],
            "y": corner["y"] + start * sheet[1] * MM,
            "width": sheet[0] * MM,
            "height": n * sheet[1] * MM,
        }
        shot = tab.screenshot(clip=clip, full_page=True)  # type: ignore[arg-type]
        grey = Image.open(io.BytesIO(shot)).convert("L")
        black = grey.point(lambda one: 255 if one > 127 else 0).convert("1").convert("L")
        for down in range(n):
            for x, y, width, height in places[:left]:
                top = down * sheet[1] + y
                mm = (x, top, x + width, top + height)
                yield black.crop(tuple(round(one * 8) for one in mm))  # type: ignore[arg-type]
                left -= 1


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["roll", "a4"])
def test_300_labels_all_read_at_203_dpi_in_1_bit(
    world: World, open_tab: Opener, paper: Paper
) -> None:
    parcel = world.parcel()
    codes = [*copy_parcel(parcel, LABELS - 1, orders=True), parcel["code"]]
    tab = open_tab("seller", viewport={"width": 800, "height": 1130}, device_scale_factor=DOTS)
    tab.goto(address(world, f"/seller/labels?format={paper}", "zh-CN"))
    assert tab.locator("article.label").count() == LABELS
    pages = re.findall(rb"/Type\s*/Page\b", tab.pdf(prefer_css_page_size=True))
    assert len(pages) == (LABELS if paper == "roll" else -(-LABELS // A_SHEET))
    tab.emulate_media(media="print")
    shown = tab.locator("article.label .low b").all_inner_texts()
    assert sorted(shown) == sorted(display_code(one) for one in codes)
    read = 0
    for code, raster in zip(shown, rasters(tab, paper), strict=True):
        found = {
            one.text
            for one in zxingcpp.read_barcodes(
                raster, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
            )
        }
        found |= {one.data.decode() for one in pyzbar.decode(raster)}
        assert found == {f"{world.url}/t/{code.replace('-', '')}"}, code
        read += 1
    assert read == LABELS
