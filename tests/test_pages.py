"""What the buyer's pages, labels and QR codes must say and must never say. No browser, no store."""

import base64
import gzip
import hashlib
import html
import importlib
import io
import pkgutil
import re
import string
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.domain.batches import Batch
from chalicelib.domain.codes import new_code
from chalicelib.pages import texts
from chalicelib.pages.buyer.reports import complaint_form_page
from chalicelib.pages.buyer.traces import trace_page, unknown_code_page
from chalicelib.pages.drawing import formats, qr, render
from chalicelib.pages.drawing.desks import FRAME
from chalicelib.pages.drawing.errors import error_page
from chalicelib.pages.drawing.inspections import gauge
from chalicelib.pages.drawing.labels import ems, fit, label_page, module_mm
from chalicelib.pages.drawing.render import Page, language_of
from chalicelib.pages.drawing.verdicts import finding, worst_first
from chalicelib.pages.texts import LANGUAGES, Language
from tests.browser import samples

TEXTS = {
    f"{module.name.removeprefix(f'{texts.__name__}.')}.{name}": table
    for module in pkgutil.walk_packages(texts.__path__, f"{texts.__name__}.")
    for name, table in vars(importlib.import_module(module.name)).items()
    if isinstance(table, dict) and {type(entry) for entry in table.values()} == {tuple}
    if {len(entry) for entry in table.values()} == {2}
}
ONE_OF_EACH = [pytest.param(draw, id=name) for name, draw in samples.PAGES.items()]
TRACES = [name for name in samples.PAGES if name.startswith("trace-")]


def drawn(name: str, language: Language = "zh-CN") -> str:
    return samples.PAGES[name](language, False).html


def read(markup: str) -> str:
    """What a person reads: neither head nor scripts nor tags; one space for any gap."""
    body = re.sub(r"<(script|style|head|svg)\b.*?</\1>", " ", markup, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", body))).strip()


def tight(text: str) -> str:
    return re.sub(r"\s", "", text)


def shown(batch: Batch, **of: Any) -> str:
    return read(
        trace_page(
            samples.traced(batch, **of),
            samples.SHOP,
            language="zh-CN",
            now=samples.NOW,
            base_url="https://x",
        ).html
    )


# --- the copy ---------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TEXTS)
def test_every_text_stands_in_both_languages(table: str) -> None:
    for key, columns in TEXTS[table].items():
        assert len(columns) == len(LANGUAGES), key
        assert all(text.strip() for text in columns), key


@pytest.mark.parametrize("table", TEXTS)
def test_both_languages_name_the_same_facts(table: str) -> None:
    def facts(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    free = {"commitment_text"}  # the Chinese one quotes the order's words, the English translates
    for key, (chinese, english) in TEXTS[table].items():
        assert facts(chinese) == facts(english) or key in free, key


STATES: list[tuple[str, Language, str]] = [
    ("trace-normal", "zh-CN", "检测合格，码是第一次被扫"),
    ("trace-normal", "en", "Tests passed, first scan of this code"),
    (
        "trace-recalled",
        "zh-CN",
        "请不要食用：这批货正在召回。不用寄回，拍照登记即全额退款。",
    ),
    (
        "trace-recalled",
        "en",
        "Do not eat: this batch is being recalled. Send a photo for a full refund.",
    ),
    ("unknown", "zh-CN", "没有查到这个码。可能是输错、标签破损，或不是我们发出的货。"),
    ("unknown", "en", "Code not found. Mistyped, damaged, or not ours."),
    ("trace-suspect", "zh-CN", "小心：这个码已被扫过 27 次。不能确认您手里的是原箱。"),
    (
        "trace-suspect",
        "en",
        "Caution: scanned 27 times. We cannot confirm yours is the original.",
    ),
    ("trace-complaint", "zh-CN", "您的售后正在处理，最晚 10-16 20:10 答复。"),
    ("trace-complaint", "en", "Claim in progress; reply due 16 Oct 20:10."),
]


@pytest.mark.parametrize(("name", "language", "copy"), STATES)
def test_each_state_speaks_to_the_letter(name: str, language: Language, copy: str) -> None:
    assert tight(copy) in tight(read(drawn(name, language)))


# --- the verdict ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in TRACES if "recalled" in name])
def test_a_recalled_page_says_nowhere_that_anything_passed(name: str, language: Language) -> None:
    markup = drawn(name, language)
    data = re.search(r'<script type="application/json" id="cfg">(.*?)</script>', markup, re.S)
    assert data is not None
    everything = read(markup) + data[1].encode().decode("unicode_escape")
    everything += "".join(
        re.findall(r'<(?:title>|meta name="description" content=")[^<"]*', markup)
    )
    assert "合格" not in everything
    assert not re.search(r"\bpass", everything, re.I)


def test_a_recall_keeps_the_measured_values() -> None:
    text = read(drawn("trace-recalled"))
    assert "农残抑制率 62% 低于 50% 未达要求" in text
    assert "糖度 13.8°Bx 不低于 12°Bx 结论暂停" in text
    assert "达标承诺 召回期间已暂停" in text


def test_a_recall_of_one_batch_outranks_the_other() -> None:
    text = read(drawn("trace-two-recalled"))
    assert text.index("请不要食用") < text.index("谁产的")
    assert "批次 B-7" in text


def test_the_worst_batch_comes_first() -> None:
    trace = samples.traced(samples.passed_batch(), samples.batch("B-7", n=33))
    assert [finding(batch) for batch in worst_first(trace.batches)] == ["untested", "passed"]


@pytest.mark.parametrize("name", ["suspect", "notice", "failed", "held", "untested", "unjudged"])
def test_only_a_plain_pass_is_green(name: str) -> None:
    assert "banner ok" not in drawn(f"trace-{name}")


def test_two_batches_are_both_shown() -> None:
    text = read(drawn("trace-two"))
    assert "批次 B-7 还没有检测记录" in text
    assert "A-1024，本箱 2.5 kg / 共 860 kg" in text
    assert "B-7，本箱 2.5 kg / 共 860 kg" in text


def test_a_rapid_test_is_called_one() -> None:
    text = read(drawn("trace-rapid"))
    assert "快速检测合格，码是第一次被扫" in text
    assert "村里快速检测" in text
    assert "无农残" not in text


def test_a_failed_sugar_content_is_no_reason_not_to_eat() -> None:
    sour = samples.batch().inspected(
        samples.inspection(
            samples.APPLES, ("inhibition_rate", "3"), ("brix", "9"), tested_at=samples.at(13, 8)
        )
    )
    text = shown(sour)
    assert "检测不合格：糖度。" in text
    assert "不要食用" not in text
    assert text.index("糖度 9°Bx") < text.index("农残抑制率 3%")  # what failed comes first


def test_a_value_below_detection_is_said_so() -> None:
    text = read(drawn("trace-eggs"))
    assert "氟苯尼考 未检出 不得检出 合格" in text
    assert "氟苯尼考：依据 GB 31650-2019" in text
    assert "未检出：低于检出限" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_and_its_limit_stand_before_standard_and_method(language: Language) -> None:
    """Those are behind one line for who wants to know."""
    markup = drawn("trace-normal", language)
    before, _, behind = markup.partition('<details class="basis">')
    for text in ("12%", "50%", "13.8°Bx", "12°Bx"):
        assert text in before
    for text in ("GB/T 5009.199-2003", "酶抑制率法", "折光仪", "10 个"):
        assert text not in before
        assert text in behind.partition("</details>")[0]


def test_more_tests_than_fit_are_counted() -> None:
    text = read(drawn("trace-many"))
    assert "共 11 次，列出最近" in text
    assert "更正了先前的记录" in text


def test_an_answered_deadline_is_not_called_overdue() -> None:
    trace = samples.TRACES["complaint"]()
    page = trace_page(
        trace,
        samples.SHOP,
        language="zh-CN",
        now=samples.NOW + timedelta(days=2),
        base_url="https://x",
    )
    assert "先联系卖家；仍没有答复，请拨打 12315" in read(page.html)


def test_a_pass_behind_which_no_limit_stands_is_no_pass() -> None:
    assert "不作达标与否的结论" in read(drawn("trace-unjudged"))


def test_photos_are_links_that_state_their_size() -> None:
    markup = drawn("trace-normal")
    assert "<img" not in markup
    assert "3 张照片（共 177 KB）" in markup
    assert f'/t/{samples.CODE}/photos/{samples.an_id(4000)}">照片 1（61 KB）' in markup


def test_the_sections_stand_in_order() -> None:
    text = read(drawn("trace-normal"))
    order = ["红富士苹果", "检测合格，", "谁产的", "检测结果", "承诺达标合格证", "走过的路"]
    order += (
        ["被扫过几次", "12315", "隐私"] if "隐私" in text else ["被扫过几次", "12315", "买家信息"]
    )
    places = [text.index(heading) for heading in order]
    assert places == sorted(places)


# --- safety -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("draw", ONE_OF_EACH)
def test_the_policy_fits_the_page_and_nothing_else(draw: samples.Draw, language: Language) -> None:
    page = draw(language, False)
    for kind in ("style", "script"):
        blocks = re.findall(rf"<{kind}>(.*?)</{kind}>", page.html, re.S)
        digests = [base64.b64encode(hashlib.sha256(block.encode()).digest()) for block in blocks]
        allowed = re.search(rf"{kind}-src ([^;]*)", page.csp)
        assert (allowed[1] if allowed else "") == " ".join(
            f"'sha256-{digest.decode()}'" for digest in digests
        )
    assert "unsafe" not in page.csp
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in page.csp


@pytest.mark.parametrize("draw", ONE_OF_EACH)
def test_nothing_is_fetched_from_elsewhere(draw: samples.Draw) -> None:
    markup = draw("zh-CN", False).html
    assert not re.search(
        r"\s(on\w+|style)=", re.sub(r"<(script|style)>.*?</\1>", "", markup, flags=re.S)
    )
    named = re.sub(r'<link rel="canonical"[^>]*>', "", markup)
    fetched = set(re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', named))
    assert fetched <= set(re.findall(r'"(data:image/png;base64,[^"]*)"', markup))


def test_another_origin_for_photos_is_allowed_by_name() -> None:
    trace = samples.TRACES["normal"]()
    page = complaint_form_page(
        trace, samples.SHOP, language="zh-CN", form_key="k", upload_origin="https://photos.example"
    )
    assert "connect-src 'self' https://photos.example;" in page.csp


def test_what_people_typed_is_never_markup() -> None:
    evil = '<script>alert(1)</script>"&'
    page = unknown_code_page(evil, language="en")
    assert "<script>alert" not in page.html
    trace = samples.traced(
        samples.batch(by=evil, plot=evil, lot='<A"&>').recalled(evil, samples.at(15, 9))
    )
    for language in LANGUAGES:
        shown_page = trace_page(
            trace, samples.SHOP, language=language, now=samples.NOW, base_url="https://x"
        )
        assert "<script>alert" not in shown_page.html
        assert '<A"' not in shown_page.html
    form = complaint_form_page(
        trace,
        samples.SHOP,
        language="zh-CN",
        form_key=evil,
        errors=[evil],
        values={"description": evil},
    )
    assert "<script>alert" not in form.html


def test_the_same_input_makes_the_same_page() -> None:
    assert drawn("trace-normal") == drawn("trace-normal")


# --- the next step, and what a link shows ------------------------------------------------------

MAIN = re.compile(r'<(?:a|button) class="btn main"[^>]*?(?:href="([^"]*)")?[^>]*>')
BUYERS_STEP = {
    # the one filled button of each state; PAGES.md: the next sensible step, never 12315
    "trace-normal": "再买一箱",
    "trace-recalled": "登记退款",
    "trace-suspect": "怀疑假货，举报",
    "trace-complaint": "看处理进度",
    "trace-complaint-recalled": "看处理进度",
    "trace-recalled-voided": "联系卖家",
    "trace-failed-voided": "联系卖家",
    "trace-held-voided": "联系卖家",
    "trace-failed": "有问题找售后",
    "trace-held": "有问题找售后",
    "unknown": "查这个码",
    "home": "查这个码",
    "lookup": "查这个码",
    "form": "提交",
    "form-recalled": "提交，全额退款",
    "form-open": "看进度",
    "form-not-joined": "看进度",
    "claim-open": "回到溯源页",
    "claim-overdue": "联系卖家",
    "claim-answered": "发送",
    "claim-talk": "回到溯源页",
    "claim-full": "回到溯源页",
    "claim-before": "发送",
    "claim-said": "回到溯源页",
    "claim-not-sent": "发送",
    "claim-joined": "发送",
    "claim-joined-settled": "回到溯源页",
    "claim-settled": "再买一箱",
    "claim-rejected": "重开售后",
    "claim-return": "记下运单号",
    "shop": "购买",
    "shop-empty": "联系卖家",
    "order-to-pay": "联系卖家付款 ¥65.70",
    "order-overdue": "再买一份",
    "order-paid": "再买一份",
    "order-shipped": "看产地和检测",
    "order-delivered": "再买一份",
    "order-claimed": "看售后",
    "order-recalled": "看召回页",
    "order-cancelled": "再买一份",
    "order-form": "提交订单",
    "order-form-sold-out": "回店铺",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", samples.PAGES)
def test_one_filled_button_a_page_and_it_is_never_12315(name: str, language: Language) -> None:
    page = drawn(name, language)
    assert [address for address in MAIN.findall(page) if address == "tel:12315"] == []
    assert len(MAIN.findall(page)) == 1
    if 'href="tel:12315"' in page and name != "unknown":
        assert page.index('id="seller"') < page.index('href="tel:12315"')


@pytest.mark.parametrize("name", BUYERS_STEP)
def test_the_filled_button_is_the_next_sensible_step(name: str) -> None:
    [button] = re.findall(r'<(a|button) class="btn main"[^>]*>(.*?)</', drawn(name), re.S)
    assert read(button[1]).strip().startswith(BUYERS_STEP[name])


def tags(page: str) -> dict[str, str]:
    found_tags = re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page)
    return {name: html.unescape(content) for name, content in found_tags}


IN_PUBLIC = [name for name in samples.PAGES if name.startswith(("trace-", "shop", "order-form"))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", IN_PUBLIC)
def test_a_shared_link_shows_title_picture_and_one_line(name: str, language: Language) -> None:
    page = drawn(name, language)
    shared = tags(page)
    assert set(shared) == {"type", "title", "description", "url", "image"}
    assert shared["url"].startswith(samples.BASE_URL)
    assert "?" not in shared["url"]
    assert re.fullmatch(
        rf"{samples.BASE_URL}/static/icon-512\.[0-9a-f]{{10}}\.png", shared["image"]
    )
    assert shared["description"] == shared["description"].strip() != ""
    assert "\n" not in shared["description"]


@pytest.mark.parametrize("name", TRACES)
def test_a_shared_parcel_claims_no_verdict_but_a_recall(name: str) -> None:
    """The chat shows the line as it was, when a later test or a recall has made it untrue."""
    for language in LANGUAGES:
        shared = tags(drawn(name, language))
        recalled = "recalled" in name
        stop = "请不要食用" if language == "zh-CN" else "Do not eat"
        for words in (shared["title"], shared["description"]):
            assert words.startswith(stop) == recalled
            assert not re.search(r"检测合格|第一次|[Pp]assed|first scan", words)


@pytest.mark.parametrize("name", sorted(set(samples.PAGES) - set(IN_PUBLIC)))
def test_what_is_behind_a_key_shows_nothing_where_it_is_sent(name: str) -> None:
    assert tags(drawn(name)) == {}


# --- size and old phones ----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TRACES)
def test_a_trace_page_fits_into_8_kb(name: str, language: Language) -> None:
    assert len(gzip.compress(drawn(name, language).encode(), 9)) <= 8 * 1024


@pytest.mark.parametrize("path", sorted(render.STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_styles_are_what_chrome_50_can_read(path: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    for modern in (r"\dvh\b", r"[^-]gap:", "aspect-ratio", "inset:", ":is\\(", ":where\\("):
        assert not re.search(modern, css), modern
    assert "&" not in css
    assert "url(" not in css


def lone_classes(name: str) -> set[str]:
    """Classes that are styled wherever they stand, so that another sheet would change them too."""
    css = re.sub(r"/\*.*?\*/", "", (render.STATIC / f"{name}.css").read_text("utf-8"), flags=re.S)
    return set(re.findall(r"(?:^|[},])\s*(\.[\w-]+)(?=\s*[,{])", css))


@pytest.mark.parametrize("frame", FRAME)
def test_the_desks_frame_gives_no_class_a_second_look(frame: str) -> None:
    """Labels stand without it, and the field's page is made to look different."""
    sheets = {
        path.relative_to(render.STATIC).with_suffix("").as_posix()
        for path in render.STATIC.rglob("*.css")
    }
    for other in sheets - {*FRAME, "office/field/field", "drawing/label", "drawing/label_a4"}:
        assert lone_classes(frame) & lone_classes(other) == set(), other


BUYERS_SCRIPTS = [
    "buyer/camera",
    "buyer/complaint",
    "buyer/complaint_draft",
    "buyer/complaint_form",
    "buyer/complaint_photos",
    "buyer/trace",
    "buyer/unknown",
    "drawing/label",
    "drawing/page",
    "drawing/request",
    "drawing/sha256",
    "drawing/shrink",
]


@pytest.mark.parametrize("name", BUYERS_SCRIPTS)
def test_scripts_are_what_chrome_50_can_read(name: str) -> None:
    text = (render.STATIC / f"{name}.js").read_text("utf-8")
    code = re.sub(r"/\*.*?\*/|//[^\n]*|'[^'\n]*'", "", text, flags=re.S)
    for modern in ("=>", "`", r"\b(let|const|class|async|await|of)\b", r"\?\.", r"\?\?", r"\*\*"):
        assert not re.search(modern, code), modern


@pytest.mark.parametrize("draw", ONE_OF_EACH)
def test_zoom_is_never_blocked(draw: samples.Draw) -> None:
    assert 'content="width=device-width,initial-scale=1"' in draw("zh-CN", True).html


# --- languages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "lang", "language"),
    [
        (None, None, "zh-CN"),
        ("", "", "zh-CN"),
        ("en-GB,en;q=0.8", None, "en"),
        ("zh-TW,zh;q=0.9,en;q=0.8", None, "zh-CN"),
        ("fr,de;q=0.9", None, "zh-CN"),
        ("fr,en;q=0.5", None, "en"),
        ("zh;q=0.1,en;q=0.2", None, "en"),
        ("en;q=0", None, "zh-CN"),
        ("en", "zh", "zh-CN"),
        ("zh", "en", "en"),
        ("en", "klingon", "en"),
        (";;q=,,=", "\0", "zh-CN"),
    ],
)
def test_the_language_that_was_asked_for(
    accept: str | None, lang: str | None, language: Language
) -> None:
    assert language_of(accept, lang) == language


def test_links_keep_the_other_setting() -> None:
    markup = samples.PAGES["trace-normal"]("en", True).html
    assert 'href="?lang=zh-CN&amp;text=large"' in markup
    assert 'href="?lang=en"' in markup
    assert f'href="/t/{samples.CODE}/complaint?lang=en&amp;text=large"' in markup


def test_the_claim_page_keeps_its_key_in_these_links() -> None:
    assert 'href="?key=q3mX0Zr5&amp;lang=en"' in drawn("claim-open")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("draw", ONE_OF_EACH)
def test_markup_is_never_read_as_words(draw: samples.Draw, language: Language) -> None:
    assert not re.search(r"&lt;/?\w+", draw(language, False).html)


# --- the complaint form -----------------------------------------------------------------------


def test_a_recalled_parcel_is_not_asked_for_damage() -> None:
    markup = drawn("form-recalled")
    assert "damaged_percent" not in markup
    assert '<input type="hidden" name="reason" value="other">' in markup
    assert "拍一张照片登记，即全额退款" in markup


def test_what_was_filled_in_stands_there_again() -> None:
    markup = drawn("form-errors")
    assert "\n压坏了\n  三个</textarea>" in markup
    assert 'name="damaged_percent" value="30" checked' in markup
    assert f'name="photos" id="photos" value="{samples.an_id(90)}"' in markup
    assert "请选择出了什么问题。" in read(markup)


def test_while_a_claim_is_open_its_deadline_replaces_the_form() -> None:
    assert re.findall(r'<form [^>]*id="(\w+)"', drawn("form-open")) == ["join"]
    assert "最晚 10-16 20:10 答复" in read(drawn("form-open"))


def test_an_erased_message_is_said_to_be_erased() -> None:
    assert "内容已按要求删除" in read(drawn("claim-answered"))


@pytest.mark.parametrize("status", [400, 403, 404, 429, 503])
def test_an_error_says_what_to_do(status: int) -> None:
    page: Page = error_page(status, ["操作太频繁，请 5 秒后再试。", "a: b"], language="zh-CN")
    assert "请 5 秒后再试" in read(page.html)


# --- figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "unit", "language", "text"),
    [
        (5000, "g", "zh-CN", "5 kg"),
        (2500, "g", "en", "2.5 kg"),
        (500, "g", "en", "500 g"),
        (860_000, "g", "zh-CN", "860 kg"),
        (30, "piece", "zh-CN", "30 个"),
        (30, "piece", "en", "30 pieces"),
        (1, "piece", "en", "1 piece"),
    ],
)
def test_quantities(amount: int, unit: str, language: Language, text: str) -> None:
    assert formats.quantity(amount, unit, language) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("12", "%", "12%"),
        ("13.80", "°Bx", "13.8°Bx"),
        ("0.02", "mg/kg", "0.02 mg/kg"),
        ("1E+2", None, "100"),
        ("0", "g", "0 g"),
    ],
)
def test_measured_values(value: str, unit: str | None, text: str) -> None:
    assert formats.measure(Decimal(value), unit) == text


def test_money_and_sizes() -> None:
    assert formats.money(1_794) == "¥17.94"
    assert formats.money(123_456_705) == "¥1,234,567.05"
    assert [formats.size(n) for n in (16, 186_000, 2_400_000)] == ["1 KB", "182 KB", "2.3 MB"]


def test_another_year_is_named() -> None:
    now = samples.NOW + timedelta(days=200)
    assert formats.moment(samples.NOW, "zh-CN", now) == "2026-10-15 19:42"
    assert formats.moment(samples.NOW, "en", now) == "15 Oct 2026 19:42"
    assert formats.period(samples.NOW, now, "zh-CN", now)[1] == now.date().isoformat()


def test_what_is_left_never_reads_zero() -> None:
    assert formats.left(samples.NOW + timedelta(hours=18.6), samples.NOW) == ("hours", 18)
    assert formats.left(samples.NOW + timedelta(seconds=5), samples.NOW) == ("minutes", 1)


@pytest.mark.parametrize(
    ("value", "limit", "operator", "bar"),
    [
        ("12", "50", "lt", (19, 80)),
        ("62", "50", "lt", (99, 80)),
        ("120", "50", "lt", (100, 42)),
        ("13.8", "12", "ge", (86, 75)),
        (None, "5", "le", (0, 80)),
        ("-3", "5", "le", (0, 80)),
        ("-20", "-18", "le", None),
        ("3", None, None, None),
    ],
)
def test_the_bar_shows_both_sides_of_the_limit(
    value: str | None, limit: str | None, operator: Any, bar: tuple[int, int] | None
) -> None:
    measurement = (
        samples.passed_batch()
        .passport.inspections[0]
        .measurements[0]
        .model_copy(
            update={
                "value": None if value is None else Decimal(value),
                "limit": None if limit is None else Decimal(limit),
                "operator": operator,
            }
        )
    )
    assert gauge(measurement) == bar


# --- QR codes and labels ----------------------------------------------------------------------


def decoded(picture: bytes) -> list[str]:
    return [barcode.text for barcode in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def test_a_png_of_any_code_reads_back() -> None:
    for _ in range(20):
        url = f"https://shanhuo.example/t/{new_code()}"
        assert decoded(qr.qr_png(url)) == [url]


@given(st.text(string.ascii_letters + string.digits + "-./:?=", min_size=1, max_size=120))
def test_a_png_is_the_matrix_8_pixels_a_module(url: str) -> None:
    picture = Image.open(io.BytesIO(qr.qr_png(url)))
    rows = qr.matrix(url)
    assert (picture.mode, picture.size) == ("1", (len(rows) * 8,) * 2)
    assert [
        [picture.getpixel((x * 8 + 5, y * 8 + 5)) == 0 for x in range(len(rows))]
        for y in range(len(rows))
    ] == [list(row) for row in rows]


def test_the_svg_draws_the_matrix() -> None:
    url = f"{samples.BASE_URL}/t/{samples.CODE}"
    path = qr.qr_svg(url).rsplit('d="', 1)[1]
    dark = {
        (int(x) + step, int(y))
        for x, y, run in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path)
        for step in range(int(run))
    }
    rows = qr.matrix(url)
    assert dark == {(x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on}


def test_four_light_modules_surround_the_code() -> None:
    rows = qr.matrix("https://shanhuo.example/t/K7Q2M9XW4B3CH")
    for edge in (rows[:4], rows[-4:], [row[:4] for row in rows], [row[-4:] for row in rows]):
        assert not any(any(row) for row in edge)


@pytest.mark.parametrize(("modules", "size"), [(33, 0.625), (37, 0.625), (41, 0.5), (45, 0.5)])
def test_a_module_is_at_least_4_dots(modules: int, size: float) -> None:
    assert module_mm(modules) == size


def test_an_address_too_long_to_print_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        label_page(samples.label(url="https://" + "a" * 90 + "/t/K7Q2M9XW4B3CH"))


def test_a_label_says_承诺达标合格证_only_with_one() -> None:  # noqa: N802 - its own name
    assert "承诺达标合格证" in read(label_page(samples.label(), language="en").html)
    assert "合格" not in read(label_page(samples.label(has_certificate=False)).html)


def test_a_label_never_cuts_code_lot_or_quantity() -> None:
    text = read(
        label_page(
            samples.label(
                lots=("QY-DP-2026-1012-A102",),
                quantity="12.5 kg",
                grade="特级（果径 85 mm 以上，着色八成）",
                product="庆阳苹果合作社东坡村红富士苹果大箱装送礼自用",
                shop="庆阳市农村电子商务公共服务中心旗舰店",
            )
        ).html
    )
    for whole in ("QY-DP-2026-1012-A102", "12.5 kg", "K7Q2-M9XW-4B3C-H", "2026-10-12"):
        assert whole in text
    assert text.count("…") == 3


def test_two_lots_that_are_long_have_a_line_each() -> None:
    short, long = ("A-1", "B-2"), ("WM-WG-1118", "YF-STJ-21-1118")
    assert "批次 A-1+B-2<" in label_page(samples.label(lots=short)).html
    assert "批次 WM-WG-1118+<br>YF-STJ-21-1118<" in label_page(samples.label(lots=long)).html


@given(st.text("果村合作社Aa1 ", max_size=60), st.integers(3, 20))
def test_a_cut_text_fits(text: str, room: int) -> None:
    cut = fit(text, room)
    assert ems(cut) <= room
    assert cut == text or cut.endswith("…")


def test_one_label_a_page() -> None:
    page = label_page([samples.label()] * 20)
    assert page.html.count("<article") == 20
    assert "打印 20 张" in page.html
