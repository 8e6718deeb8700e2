"""The buyer's pages in a real browser, held to PAGES.md."""

import hashlib
import io
import json
import random
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from PIL import Image
from playwright.sync_api import expect

from chalicelib.domain.scans import level
from chalicelib.pages.buyer.traces import trace_page
from chalicelib.pages.drawing.desks import Desk
from chalicelib.pages.drawing.labels import Paper, label_page
from chalicelib.pages.drawing.render import script
from chalicelib.pages.office.prints import certificate_print, code_print
from chalicelib.pages.texts import LANGUAGES, Language
from tests.domain import samples as batches

from . import samples
from .chromium import HTML_VALIDATE, PHONE, ROOT, SMALL, Site
from .labels_read import DOTS, one_bit, read, worn
from .tabs import TOO_SMALL, violations

pytestmark = pytest.mark.browser

PATH = f"/t/{samples.CODE}"
SCANS = ("POST", f"{PATH}/scans")
NewSite = Callable[..., Site]


def counted(n: int) -> tuple[int, dict[str, Any]]:
    return 200, {"count": n, "first_at": "2026-10-15T11:30:00.000Z", "level": level(n)}


def draw(name: str, language: Language = "zh-CN", large_text: bool = False) -> Any:
    return samples.PAGES[name](language, large_text)


# --- every page -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", samples.PAGES)
def test_every_page_is_accessible_and_fits(looked_at: Site, name: str) -> None:
    """axe finds nothing in any language, theme or text size; 320 px is wide enough for large
    text; whatever can be tapped is at least 44 px, what counts 60."""
    looked_at.answers[SCANS] = counted(max(1, _count(name)))
    for language in LANGUAGES:
        for large_text in (False, True):
            tab = looked_at.open(draw(name, language, large_text))
            screen = SMALL if large_text else PHONE
            tab.set_viewport_size(screen)
            if large_text == (language == "en"):  # each language and each size, light and dark
                tab.emulate_media(color_scheme="light")
                assert violations(tab) == []
                tab.emulate_media(color_scheme="dark")
                assert violations(tab, "color-contrast") == []
            for details in tab.locator("details").all():
                details.evaluate("one => { one.open = true; }")
            assert tab.evaluate("document.documentElement.scrollWidth") <= screen["width"]
            assert tab.evaluate(TOO_SMALL) == []


def _count(name: str) -> int:
    trace = samples.TRACES.get(name.removeprefix("trace-"))
    return trace().scans.count if trace else 0


def test_every_page_is_valid_html(tmp_path: Path) -> None:
    if not HTML_VALIDATE.exists():
        pytest.skip("no html-validate: run npm ci")
    for name in samples.PAGES:
        for language in LANGUAGES:
            for large_text in (False, True):
                file = tmp_path / f"{name}-{language}-{large_text}.html"
                file.write_text(draw(name, language, large_text).html, "utf-8")
    (tmp_path / "labels.html").write_text(label_page([samples.label()] * 2).html, "utf-8")
    (tmp_path / ".htmlvalidate.json").write_text(
        '{"root":true,"extends":["html-validate:standard"]}'
    )
    result = subprocess.run(
        [str(HTML_VALIDATE), "--formatter", "text", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout, result.returncode) == ("", 0)


# --- the first look ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["normal", "again", "recalled", "suspect", "failed", "rapid"])
def test_verdict_and_tests_are_in_the_first_360_by_800(
    looked_at: Site, name: str, language: Language
) -> None:
    looked_at.answers[SCANS] = counted(max(1, _count(f"trace-{name}")))
    tab = looked_at.open(draw(f"trace-{name}", language))
    tab.set_viewport_size(PHONE)
    bar = tab.locator(".bar").bounding_box()
    verdict = tab.locator(".banner").first.bounding_box()
    assert bar is not None
    assert verdict is not None
    assert verdict["y"] + verdict["height"] < bar["y"] / 2
    tests = tab.locator(".card", has=tab.locator(".gauge")).first.locator(":scope > .row .gauge")
    assert tests.count() == (1 if name == "rapid" else 2)
    for gauge in tests.all():
        box = gauge.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < bar["y"]


def test_the_trace_page_is_one_request_and_one_count(site: Site) -> None:
    site.answers[SCANS] = counted(1)
    tab = site.open(draw("trace-normal"))
    tab.wait_for_load_state("networkidle")
    assert [(method, path) for method, path, _ in site.requests] == [("GET", PATH), SCANS]
    assert re.fullmatch(r"[0-9a-f]{32}", json.loads(site.requests[1][2])["device"])


def test_a_phone_keeps_its_number(site: Site) -> None:
    site.answers[SCANS] = counted(1)
    for _ in range(2):
        site.open(draw("trace-normal")).wait_for_load_state("networkidle")
    first, second = (body for method, _, body in site.requests if method == "POST")
    assert first == second


# --- what the count changes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count", "says"),
    [
        ("normal", 1, "检测合格，码是第一次被扫"),
        ("again", 3, "检测合格，码已被扫过 3 次"),  # this phone was counted before
        ("again", 4, "检测合格，这是第 4 次扫这个码"),
        ("rapid", 2, "快速检测合格，这是第 2 次扫这个码"),
        ("untested", 2, "这是第 2 次扫这个码。"),
        ("normal", 8, "留意：这个码已被扫过 8 次。"),
        ("normal", 27, "小心：这个码已被扫过 27 次。"),
    ],
)
def test_the_count_changes_the_verdict(site: Site, name: str, count: int, says: str) -> None:
    site.answers[SCANS] = counted(count)
    tab = site.open(draw(f"trace-{name}"))
    expect(tab.locator("#v")).to_contain_text(says)
    expect(tab.locator("#n")).to_contain_text("第一次" if count == 1 else f"{count} 次")
    assert tab.locator(".banner.ok").count() == (1 if "合格" in says else 0)


GREEN = "one => getComputedStyle(one).backgroundColor"


def test_a_suspect_page_has_nothing_green(site: Site) -> None:
    site.answers[SCANS] = counted(27)
    tab = site.open(draw("trace-normal"))
    expect(tab.locator("#v")).to_contain_text("不能确认您手里的是原箱。")
    by_script = tab.locator(".row .chip").first.evaluate(GREEN)
    expect(tab.locator("#bar")).to_contain_text("怀疑假货，举报")
    tab = site.open(draw("trace-suspect"))
    assert by_script == tab.locator(".row .chip").first.evaluate(GREEN)
    assert by_script != tab.locator(".banner").first.evaluate(GREEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_makes_a_recalled_page_say_passed(site: Site, language: Language) -> None:
    site.answers[SCANS] = counted(27)
    tab = site.open(draw("trace-recalled", language))
    expect(tab.locator("#n")).to_contain_text("27")
    site.context.set_offline(True)
    expect(tab.locator(".banner")).to_have_count(2)
    assert "banner stop" in (tab.locator(".banner").first.get_attribute("class") or "")
    text = tab.locator("body").inner_text() + tab.title()
    assert "合格" not in text
    assert not re.search("pass", text, re.I)


def test_a_failed_count_leaves_the_page_as_it_was(site: Site) -> None:
    site.answers[SCANS] = (503, {})
    tab = site.open(draw("trace-normal"))
    tab.wait_for_load_state("networkidle")
    expect(tab.locator(".banner.ok")).to_contain_text("检测合格，码是第一次被扫")


@pytest.mark.parametrize(
    "missing",
    [
        "delete window.fetch",
        "Object.defineProperty(window, 'localStorage', {get: function () { throw Error(); }})",
    ],
)
def test_an_old_or_private_browser_counts_too(new_site: NewSite, missing: str) -> None:
    site = new_site()
    site.context.add_init_script(missing)
    site.answers[SCANS] = counted(4)
    tab = site.open(draw("trace-normal"))
    expect(tab.locator("#v")).to_contain_text("第 4 次")


# --- offline ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh-CN", "没有网络，这是上次保存的内容。召回和扫码次数可能已变化。保存于 10-15 19:42。"),
        ("en", "Offline copy; recall and scan count may have changed.Saved 15 Oct 19:42."),
    ],
)
def test_offline_is_said_and_nothing_stays_green(site: Site, language: Language, says: str) -> None:
    site.answers[SCANS] = counted(1)
    tab = site.open(draw("trace-normal", language))
    tab.wait_for_load_state("networkidle")
    site.context.set_offline(True)
    expect(tab.locator("#v div")).to_have_text(says)
    assert tab.locator(".banner.ok").count() == 0
    expect(tab.locator("#bar a").first).to_have_attribute("href", "#seller")
    with tab.expect_navigation():
        site.context.set_offline(False)
    expect(tab.locator(".banner.ok")).to_be_visible()


def test_an_old_copy_is_not_taken_for_news(new_site: NewSite) -> None:
    site = new_site(clock=(samples.NOW + timedelta(hours=2)).timestamp())
    site.answers[SCANS] = (503, {})
    tab = site.open(draw("trace-normal"))
    expect(tab.locator("#v")).to_contain_text("没有网络，这是上次保存的内容")


def test_a_phone_with_a_wrong_clock_believes_the_server(new_site: NewSite) -> None:
    site = new_site(clock=(samples.NOW + timedelta(days=400)).timestamp())
    site.answers[SCANS] = counted(1)
    tab = site.open(draw("trace-normal"))
    expect(tab.locator(".banner.ok")).to_contain_text("检测合格，码是第一次被扫")
    expect(tab.locator("#bar")).to_contain_text("再买一箱")


def test_an_old_copy_that_can_reach_the_server_reloads_once(site: Site) -> None:
    site.answers[SCANS] = counted(1)
    old = trace_page(
        samples.TRACES["normal"](),
        samples.SHOP,
        language="zh-CN",
        now=samples.NOW - timedelta(hours=3),
        base_url=samples.BASE_URL,
    )
    tab = site.open(old)
    expect(tab.locator("#v")).to_contain_text("没有网络")
    tab.wait_for_load_state("networkidle")
    assert [path for method, path, _ in site.requests if method == "GET"] == [PATH, PATH]


# --- reporting a problem ----------------------------------------------------------------------


def photograph() -> bytes:
    """4000 x 3000 of noise: what compresses worst."""
    noise = Image.frombytes("RGB", (400, 300), random.Random(1).randbytes(400 * 300 * 3))
    file = io.BytesIO()
    noise.resize((4000, 3000)).save(file, "JPEG", quality=90)
    return file.getvalue()


@pytest.fixture
def shop(site: Site) -> Site:
    """Trace page, form and claim page, and an API that takes photos."""
    site.pages[PATH] = draw("trace-normal")
    site.pages["/complaints/1"] = draw("claim-open")
    site.answers[SCANS] = counted(1)
    site.answers["POST", f"{PATH}/photos"] = (
        201,
        {
            "photo_id": samples.an_id(90),
            "upload": {
                "method": "PUT",
                "url": f"{samples.BASE_URL}/upload/90",
                "headers": {"Content-Type": "image/jpeg"},
            },
        },
    )
    site.answers["PUT", "/upload/90"] = (200, {})
    site.answers["POST", f"{PATH}/complaint"] = (201, {})
    return site


def sent(site: Site, method: str, path: str) -> list[bytes]:
    return [body for verb, where, body in site.requests if (verb, where) == (method, path)]


def test_a_problem_is_reported_in_5_taps_and_a_photo(shop: Site) -> None:
    tab = shop.open(draw("trace-normal"))
    shop.pages[f"{PATH}/complaint"] = draw("form")
    tab.get_by_role("link", name="有问题找售后").click()
    tab.get_by_text("坏果、变质").click()
    with tab.expect_file_chooser() as chooser:
        tab.locator("#file").click()
    chooser.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    expect(tab.locator("#shots")).to_contain_text("照片已传好")
    tab.get_by_text("三成").click()
    with tab.expect_navigation():
        tab.get_by_role("button", name="提交").click()
    (body,) = sent(shop, "POST", f"{PATH}/complaint")
    assert parse_qs(body.decode()) == {
        "form_key": ["f-1"],
        "reason": ["rotten"],
        "damaged_percent": ["30"],
        "photos": [samples.an_id(90)],
    }
    (picture,) = sent(shop, "PUT", "/upload/90")
    (photo_body,) = sent(shop, "POST", f"{PATH}/photos")
    assert json.loads(photo_body) == {
        "content_type": "image/jpeg",
        "size": len(picture),
        "sha256": hashlib.sha256(picture).hexdigest(),
    }
    assert len(picture) <= 200 * 1024
    assert max(Image.open(io.BytesIO(picture)).size) <= 1280


def test_a_recalled_parcel_is_reported_in_2_taps_and_a_photo(shop: Site) -> None:
    tab = shop.open(draw("trace-recalled"))
    shop.pages[f"{PATH}/complaint"] = draw("form-recalled")
    tab.get_by_role("link", name="登记退款").click()
    tab.locator("#file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": _png()}
    )
    expect(tab.locator("#shots")).to_contain_text("照片已传好")
    with tab.expect_navigation():
        tab.get_by_role("button", name="提交，全额退款").click()
    (body,) = sent(shop, "POST", f"{PATH}/complaint")
    fields = parse_qs(body.decode())
    assert (fields["reason"], fields["wanted"]) == (["other"], ["refund"])


def _png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    return file.getvalue()


def test_a_failed_photo_loses_nothing_and_can_be_sent_again(shop: Site) -> None:
    good = shop.answers["PUT", "/upload/90"]
    shop.answers["PUT", "/upload/90"] = (500, {})
    tab = shop.open(draw("form"), f"{PATH}/complaint")
    tab.get_by_text("磕碰、压坏").click()
    tab.get_by_text("补充说明").click()
    tab.locator("#note").fill("箱底湿了")
    tab.locator("#file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": _png()}
    )
    expect(tab.locator("#shots")).to_contain_text("没传上，您填的都还在。")
    tab.get_by_role("button", name="提交").click()
    expect(tab.get_by_role("alert")).to_contain_text("不带照片提交")
    assert tab.locator("#note").input_value() == "箱底湿了"
    shop.answers["PUT", "/upload/90"] = good
    tab.get_by_role("button", name="重试").click()
    expect(tab.locator("#shots")).to_contain_text("照片已传好")
    tab.reload()
    expect(tab.locator("#note")).to_have_value("箱底湿了")
    expect(tab.locator("#shots")).to_contain_text("已传好 1 张照片")
    assert tab.get_by_label("磕碰、压坏").is_checked()


def test_the_reason_of_a_refused_photo_is_told(shop: Site) -> None:
    shop.answers["POST", f"{PATH}/photos"] = (429, {"detail": "操作太频繁，请 9 秒后再试。"})
    tab = shop.open(draw("form"), f"{PATH}/complaint")
    tab.locator("#file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": _png()}
    )
    expect(tab.locator("#shots")).to_contain_text("请 9 秒后再试")
    tab.locator("#file").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    )
    expect(tab.locator("#shots")).to_contain_text("请换一张")


def test_two_quick_taps_send_one_complaint(shop: Site) -> None:
    tab = shop.open(draw("form"), f"{PATH}/complaint")
    tab.get_by_text("发错货").click()
    expect(tab.get_by_text("大概坏了多少")).to_be_hidden()
    with tab.expect_navigation():
        tab.locator("#send").evaluate("one => { one.click(); one.click(); }")
    tab.wait_for_load_state("networkidle")
    (body,) = sent(shop, "POST", f"{PATH}/complaint")
    assert parse_qs(body.decode())["reason"] == ["wrong_item"]


def test_a_form_sent_too_early_waits_for_its_photo(shop: Site) -> None:
    tab = shop.open(draw("form"), f"{PATH}/complaint")
    tab.get_by_text("发错货").click()
    tab.locator("#file").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    with tab.expect_navigation():
        tab.locator("#send").click()
    (body,) = sent(shop, "POST", f"{PATH}/complaint")
    assert parse_qs(body.decode())["photos"] == [samples.an_id(90)]


def test_reporting_a_fake_has_its_reason_chosen(shop: Site) -> None:
    tab = shop.open(draw("form"), f"{PATH}/complaint", "?reason=counterfeit")
    assert tab.get_by_label("怀疑假货").is_checked()


def test_the_form_works_without_a_script(new_site: NewSite) -> None:
    site = new_site(java_script_enabled=False, clock=None)
    site.answers["POST", f"{PATH}/complaint"] = (201, {})
    tab = site.open(draw("form"), f"{PATH}/complaint")
    expect(tab.get_by_text("这个浏览器不能上传照片")).to_be_visible()
    expect(tab.locator("#file")).to_be_hidden()
    tab.get_by_label("缺斤少两").check()
    tab.get_by_label("退款", exact=True).check()
    with tab.expect_navigation():
        tab.get_by_role("button", name="提交").click()
    (body,) = sent(site, "POST", f"{PATH}/complaint")
    assert parse_qs(body.decode()) == {
        "form_key": ["f-1"],
        "reason": ["short_weight"],
        "wanted": ["refund"],
    }


def test_the_phone_that_complained_finds_back(shop: Site) -> None:
    link = f"/complaints/{samples.an_id(80)}?key=q3mX0Zr5"
    shop.open(draw("claim-open"), "/complaints/1").wait_for_load_state()
    tab = shop.open(draw("trace-complaint"))
    expect(tab.get_by_role("link", name="看处理进度")).to_have_attribute("href", link)
    tab = shop.open(draw("trace-normal"))
    expect(tab.get_by_role("link", name="看我提交的售后")).to_have_attribute("href", link)


def test_where_a_claim_is_open_the_phone_that_sent_it_is_led_there(shop: Site) -> None:
    tab = shop.open(draw("form-open"), f"{PATH}/complaint")
    expect(tab.locator("#mine")).to_be_hidden()
    shop.open(draw("claim-open"), "/complaints/1").wait_for_load_state()
    tab = shop.open(draw("form-open"), f"{PATH}/complaint")
    link = f"/complaints/{samples.an_id(80)}?key=q3mX0Zr5"
    expect(tab.get_by_role("link", name="看我提交的售后")).to_have_attribute("href", link)


def test_words_and_a_photo_are_added_to_a_claim(shop: Site) -> None:
    """What was typed is there again after a reload, and gone once it was sent."""
    path = f"/complaints/{samples.an_id(80)}"
    shop.pages[path] = draw("claim-answered")
    shop.answers["POST", f"{path}/messages"] = (200, {})
    tab = shop.open(draw("claim-answered"), path)
    tab.get_by_label("还想说什么").fill("底下一层也坏了")
    tab.locator("#file").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    expect(tab.locator("#shots")).to_contain_text("照片已传好")
    tab.reload()
    expect(tab.get_by_label("还想说什么")).to_have_value("底下一层也坏了")
    expect(tab.locator("#shots")).to_contain_text("已传好 1 张照片")
    with tab.expect_navigation():
        tab.get_by_role("button", name="发送").click()
    (body,) = sent(shop, "POST", f"{path}/messages")
    form = parse_qs(body.decode())
    assert (form["message"], form["photos"]) == (["底下一层也坏了"], [samples.an_id(90)])
    tab = shop.open(draw("claim-said"), f"{path}", "?key=q3mX0Zr5&done=said&lang=zh-CN")
    expect(tab.get_by_label("还想说什么")).to_have_value("")
    assert tab.url.endswith("?key=q3mX0Zr5&lang=zh-CN")


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "photo"])
def test_a_heic_photo_that_cannot_be_read_is_refused_with_what_to_do(shop: Site, name: str) -> None:
    tab = shop.open(draw("form"), f"{PATH}/complaint")
    mime = "image/heic" if name == "photo" else "application/octet-stream"
    content = b"\x00\x00\x00\x18ftypheic" + bytes(1000)
    tab.locator("#file").set_input_files({"name": name, "mimeType": mime, "buffer": content})
    expect(tab.locator("#shots")).to_contain_text("请打开照片截一张屏")
    assert sent(shop, "POST", f"{PATH}/photos") == []


def test_a_settled_claim_is_reopened(shop: Site) -> None:
    tab = shop.open(draw("claim-settled"), "/complaints/1")
    shop.answers["POST", f"/complaints/{samples.an_id(80)}/reopen"] = (200, {})
    tab.get_by_label("哪里不满意").fill("还差一个")
    with tab.expect_navigation():
        tab.get_by_role("button", name="重开售后").click()
    (body,) = sent(shop, "POST", f"/complaints/{samples.an_id(80)}/reopen")
    assert parse_qs(body.decode()) == {"key": ["q3mX0Zr5"], "message": ["还差一个"]}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_mistyped_code_can_be_typed_again(new_site: NewSite, scripts: bool) -> None:
    site = new_site(java_script_enabled=scripts, clock=None)
    tab = site.open(draw("unknown"), "/t/K7Q2-M9XW-4B")
    tab.get_by_label("重新输入编码").fill("k7q2-m9xw-4b3c-h")
    with tab.expect_navigation():
        tab.get_by_role("button", name="查这个码").click()
    asked = tab.url.removeprefix(samples.BASE_URL)
    assert asked == ("/t/k7q2m9xw4b3ch" if scripts else "/t?code=k7q2-m9xw-4b3c-h&lang=zh-CN")


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        (f"{samples.BASE_URL}{PATH}?lang=en", PATH),
        (f"https://elsewhere.example/01/06901234567892/10/A/21/{samples.CODE}", PATH),
        ("k7q2-m9xw-4b3c-h", "/t/k7q2m9xw4b3ch"),
        ("https://elsewhere.example/win", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_photo_of_a_code_leads_to_its_page_and_nowhere_else(
    site: Site, text: str, leads: str
) -> None:
    """This Chromium reads no codes by itself, so it asks the server."""
    site.answers["POST", "/codes"] = (200, {"text": text})
    tab = site.open(draw("lookup"), "/t")
    photo = (ROOT / "chalicelib/pages/static/drawing/icon-512.png").read_bytes()
    with tab.expect_request("**/codes?width=512&height=512"):
        tab.locator("#file").set_input_files(
            {"name": "photo.png", "mimeType": "image/png", "buffer": photo}
        )
    if leads:
        tab.wait_for_url(f"{samples.BASE_URL}{leads}")
    else:
        expect(tab.locator("#told")).to_have_text("这不是箱上的溯源码。")
        assert tab.url == f"{samples.BASE_URL}/t"


def test_a_photo_without_a_code_says_what_to_do(site: Site) -> None:
    site.answers["POST", "/codes"] = (422, {"code": "no_code"})
    tab = site.open(draw("home"), "/")
    tab.locator("#file").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    expect(tab.locator("#told")).to_contain_text("没看清二维码")


def test_sha256_agrees_with_the_standard_library(site: Site) -> None:
    tab = site.open(draw("trace-normal"))
    random_bytes = random.Random(2)
    for size in [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000, 65_537]:
        data = random_bytes.randbytes(size)
        digest = tab.evaluate(
            f"data => {{ {script('drawing/sha256')} return sha256(new Uint8Array(data)); }}",
            list(data),
        )
        assert digest == hashlib.sha256(data).hexdigest(), size


# --- labels -----------------------------------------------------------------------------------

LONG: dict[str, Any] = {
    "product": "庆阳苹果合作社东坡村红富士苹果大箱装送礼自用",
    "producer": "庆阳市西峰区东坡苹果种植农民专业合作社",
    "village": "什社乡东坡村委会第三村民小组",
    "shop": "庆阳市农村电子商务公共服务中心旗舰店",
    "lots": ("W" * 20,),
    "grade": "特级（果径 85 mm 以上）",
    "quantity": "12.5 kg",
}


RECEIVER = ("4F2A90BC", "王**")
LONG_LOTS = (
    ("WM-WG-20261118-A1", "YF-STJ-20261118-B2"),
    ("WM-WG-1118", "YF-STJ-1118", "QY-DP-1012"),
)
OVERLAPS = """boxes => boxes.map((box, at) => {
  const room = box.getBoundingClientRect();
  const lines = [...box.querySelectorAll('p')].map(line => line.getBoundingClientRect());
  const tops = [room.top, ...lines.map(line => line.bottom)];
  const wrong = [...lines.map(line => line.top), room.bottom].some((top, n) => top < tops[n] - 0.5);
  return wrong ? at : -1;
}).filter(at => at >= 0)"""
"""Labels in which a line lies on the one above it, or outside."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        LONG,
        {"has_certificate": False, "url": "http://127.0.0.1:8000/t/K7Q2M9XW4B3CH"},
        {"url": f"https://trace.shanhuo-county.gov.cn/t/{samples.CODE}", "grade": None},
        {**LONG, "url": f"https://{'a' * 59}/t/{samples.CODE}", "lots": ("QY-DP-2026-1012-A102",)},
        {"receiver": RECEIVER},
        {**LONG, "receiver": RECEIVER, "lots": ("WM-WG-20261118-A1", "YF-STJ-20261118-B2")},
    ],
)
def test_a_label_reads_at_203_dpi_in_1_bit(
    new_site: NewSite, changes: dict[str, Any], language: Language
) -> None:
    """Also with specks: 1 % of the dots flipped, and 3 % unless the host is as long as any can be,
    whose code is the densest there is."""
    label = samples.label(**changes)
    tab = new_site(device_scale_factor=DOTS).open(label_page(label, language=language))
    tab.emulate_media(media="print")
    paper = tab.locator(".label")
    black = one_bit(paper.screenshot())
    assert read(black) == {label.url}
    for share in (0.01, 0.03) if len(label.url) < 70 else (0.01,):
        for seed in range(5):
            assert read(worn(black, share, seed)) == {label.url}, (share, seed)
    assert abs(black.width - 480) <= 1
    ink = black.point(lambda grey: 255 - grey).getbbox()
    assert ink is not None
    assert min(ink[0], ink[1]) >= 12  # dots: 1.5 mm
    assert ink[2] <= black.width - 12
    assert ink[3] <= black.height - 12
    cut = "one => one.scrollWidth > one.clientWidth"
    assert [line.inner_text() for line in paper.locator("p").all() if line.evaluate(cut)] == []
    assert paper.locator("p").count() == 9 if label.receiver else 8


@pytest.mark.parametrize("paper", ["roll", "a4"])
def test_no_line_of_a_label_lies_on_another(site: Site, paper: Paper) -> None:
    cases = [{}, *({**LONG, "lots": lots} for lots in (LONG["lots"], *LONG_LOTS))]
    labels = [
        samples.label(**changes, receiver=receiver)
        for changes in cases
        for receiver in (None, RECEIVER)
    ]
    for language in LANGUAGES:
        tab = site.open(label_page(labels, language=language, paper=paper))
        tab.emulate_media(media="print")
        assert tab.locator(".mid").evaluate_all(OVERLAPS) == []


DESK = Desk("cadre", "cadre", None, "csrf", "zh-CN", False, samples.NOW)


def test_a_batchs_own_code_reads_from_a_label(new_site: NewSite) -> None:
    batch = batches.batch("passed", lot="QY-DP-2026-1012-A102")
    url = f"https://trace.shanhuo-county.gov.cn/cadre#/batches/{batch.id}"
    tab = new_site(device_scale_factor=DOTS).open(code_print(DESK, batch, url, "roll"))
    tab.emulate_media(media="print")
    assert read(one_bit(tab.locator(".paper").screenshot())) == {url}


def test_a_certificate_fits_its_label(site: Site) -> None:
    """Nothing of it may be cut off."""
    given = {
        "product": LONG["product"],
        "origin": "甘肃省庆阳市西峰区什社乡东坡村委会第三村民小组",
        "producer": LONG["producer"],
        "contact": "甘肃省庆阳市西峰区什社乡东坡村 0934-1234567 转 12",
    }
    batch = batches.batch("passed", lot="QY-DP-2026-1012-A102")
    for changes in ({}, given):
        certificate = batches.certificate().model_copy(update=changes)
        tab = site.open(certificate_print(DESK, batch, certificate, "roll"))
        tab.emulate_media(media="print")
        room = "paper => paper.scrollHeight <= paper.clientHeight"
        assert tab.locator(".paper").evaluate(room)
        assert tab.locator(".paper").evaluate(room.replace("Height", "Width"))


def test_each_label_is_printed_on_its_own_page(site: Site) -> None:
    tab = site.open(label_page([samples.label(), samples.label(**LONG), samples.label()]))
    pages = re.findall(rb"/Type\s*/Page\b", tab.pdf(prefer_css_page_size=True))
    assert len(pages) == 3
