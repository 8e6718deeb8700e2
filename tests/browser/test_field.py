"""The cadre's page for the field, on a phone and a network that fail in every way they do."""

import gzip
import hashlib
import io
import json
import random
import re
import subprocess
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageStat
from playwright.sync_api import Browser, FilePayload, expect

from chalicelib.config import settings
from chalicelib.pages.field import field_page
from chalicelib.pages.texts import LANGUAGES, Language
from tests.world import PASSWORD, RATE, Client, Json, World, ok, product_body, today

from .chromium import AXE, HTML_VALIDATE, ROOT
from .field_states import County, Look
from .flaky import (
    BUSY,
    CUT_AFTER,
    CUT_BEFORE,
    CUT_IN_ANSWER,
    CUT_IN_BODY,
    ERROR,
    GATEWAY,
    IN_PROGRESS,
    INVALID,
    NOT_NOW,
    OVERLOADED,
    PASSING,
    PORTAL,
    SIGNED_OUT,
    SILENT,
    SILENT_AFTER,
    SLOW_3G,
    TO_PORTAL,
    TOO_LARGE,
    Network,
    problem,
)
from .phone import IMPATIENT, Phone, context_of, picture, whole_browser
from .test_desks import TOO_SMALL, Thumb
from .test_pages import violations

pytestmark = pytest.mark.browser

SMALL_HERE = TOO_SMALL.replace(
    "input:not([type=hidden])", "label.btn, input:not([type=hidden]):not([type=file])"
)
"""Whoever taps a file's input taps its label."""
NewPhone = Callable[..., Phone]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def network(server: str) -> Iterator[Network]:
    with Network(server) as running:
        yield running


@pytest.fixture
def world(server: str) -> World:
    return World(server)


@pytest.fixture
def new_phone(browser: Browser, network: Network, world: World) -> Iterator[NewPhone]:
    """Makes a Phone on which the cadre is signed in."""
    made: list[Phone] = []

    def make(**options: Any) -> Phone:
        made.append(Phone(context_of(browser, **options), network))
        made[-1].sign_in(world.cadre)
        return made[-1]

    yield make
    for phone in made:
        phone.close()


@pytest.fixture
def phone(new_phone: NewPhone) -> Phone:
    """One whose page was opened once, online."""
    phone = new_phone()
    phone.open()
    phone.ready()
    return phone


# --- what the server has -------------------------------------------------------------------------


def inspections_of(world: World, batch_id: str) -> list[Json]:
    return world.cadre.everything(f"/v1/batches/{batch_id}/inspections")


def check_server(world: World, records: dict[str, Json]) -> None:
    """Each sent record is there once, as it was typed, its photos to the byte; no other is."""
    sent = [one for one in records.values() if one["state"] == "sent"]
    photos = {one["id"]: one["draft"] for one in records.values() if one["kind"] == "bytes"}
    for one in sent:
        if one["kind"] == "batch":
            found = ok(world.cadre.get(f"/v1/batches/{one['id']}"))
            for name in ("lot", "product_id", "producer_id", "harvested_on", "quantity"):
                assert found[name] == one["draft"][name]
        if one["kind"] == "inspection":
            (found,) = (it for it in inspections_of(world, one["batch"]) if it["id"] == one["id"])
            check_test(found, one["draft"])
            for photo_id in one["draft"]["photos"]:
                content = (settings().data / "photos" / photo_id).read_bytes()
                assert hashlib.sha256(content).hexdigest() == photos[photo_id]["sha256"]
    unsent = {one["id"] for one in records.values() if one["state"] != "sent"}
    batches = world.cadre.everything("/v1/batches")
    tests = [it["id"] for one in batches for it in inspections_of(world, one["id"])]
    assert not unsent & {*tests, *(one["id"] for one in batches)}
    assert len(tests) == len(set(tests))


def check_test(found: Json, draft: Json) -> None:
    values = [(one["metric"], one["value"]) for one in found["measurements"]]
    assert values == [(one["metric"], one["value"]) for one in draft["measurements"]]
    assert (found["stage"], found["photos"]) == (draft["stage"], draft["photos"])
    assert found["photos_waiting"] == []
    assert found["supersedes"] == (draft["supersedes"] or None)


# --- without network -----------------------------------------------------------------------------


def test_the_page_works_without_network(phone: Phone, world: World) -> None:
    """As a cadre does it, tap by tap; also after the page was loaded anew."""
    tab = phone.tab
    with phone.offline():
        tab.reload()
        tab.get_by_role("link", name="新批次").click()
        tab.get_by_role("link", name="土鸡蛋").click()
        tab.get_by_label("数量（个）").fill("120")
        tab.get_by_role("button", name="保存").click()
        tab.locator("a.entry", has_text="120 个").click()
        tab.get_by_role("link", name="记检测").click()
        tab.get_by_label("测得值").fill("12.5")
        tab.get_by_label("拍照或选照片").set_input_files(as_file(picture()))
        tab.get_by_role("button", name="保存").click()
        expect(tab.locator(".test")).to_contain_text("农药残留抑制率 12.5%")
        expect(tab.locator(".test")).to_contain_text("1 张照片还在手机里")
        for _ in range(2):
            expect(phone.bar).to_contain_text("没有网络，3 条存在手机里")
            phone.home()
            expect(tab.locator("#queue details").first).to_contain_text("待传（3）")
            tab.reload()
    phone.uploaded()
    check_server(world, phone.records())
    (batch,) = world.cadre.everything("/v1/batches")
    (found,) = inspections_of(world, batch["id"])
    assert (batch["quantity"], batch["state"], len(found["photos"])) == (120, "passed", 1)
    expect(tab.locator("#queue")).to_contain_text("已传，保留 7 天（3）")


# --- thirty records, a storm, and twenty kills ---------------------------------------------------


def test_thirty_records_survive_a_storm_and_twenty_kills(
    new_phone: NewPhone, network: Network, world: World
) -> None:
    """Each is on the server once, or waits to be corrected with the reason; none is lost."""
    dice = random.Random(20261015)
    corrected = [(one, world.inspect(one)) for one in (world.batch() for _ in range(3))]
    phone = new_phone()
    phone.context.add_init_script(IMPATIENT)
    phone.open()
    phone.ready()
    for batch, _ in corrected:
        phone.see(batch["id"])
    with phone.offline():
        batches = [phone.batch(world.product_id, dice.randrange(1, 5000)) for _ in range(10)]
        for at in range(20):
            phone.test(batches[at % 10], dice.randrange(900) / 10, photos=[picture(at)])
        for batch, test in corrected:
            phone.correct(batch["id"], test["id"], dice.randrange(900) / 10)
        in_the_future = [phone.test(one, tested_at="2030-01-01T10:00") for one in batches[:2]]
    made = phone.records()
    assert Counter(one["kind"] for one in made.values()) == {
        **{"batch": 10, "inspection": 25, "shot": 20, "bytes": 20}
    }
    network.chance(dice, 0.5)
    for life in range(20):
        phone.hurry()
        network.more(dice.randrange(1, 7), seconds=1)
        phone.kill()
        phone.open("#/find" if life % 4 else "")
    network.calm()
    phone.calm_down()
    phone.tab.reload()
    phone.hurry()
    phone.uploaded(seconds=60)
    records = phone.records()
    assert records.keys() == made.keys()
    refused = {one["id"]: one["errors"] for one in records.values() if one["state"] == "refused"}
    assert refused.keys() == set(in_the_future)
    assert all("时间在将来" in errors[0]["message"] for errors in refused.values())
    check_server(world, records)
    found = world.cadre.everything("/v1/batches")
    assert len(found) == 3 + 10
    assert sum(len(inspections_of(world, one["id"])) for one in found) == 3 + 20 + 3
    assert phone.photos() == 0
    assert {one.fault for one in network.met} >= set(PASSING)


# --- each fault alone ----------------------------------------------------------------------------

WAITS = (
    *(CUT_BEFORE, CUT_IN_BODY, CUT_AFTER, CUT_IN_ANSWER, SILENT, SILENT_AFTER, ERROR, GATEWAY),
    *(BUSY, OVERLOADED, IN_PROGRESS, PORTAL, TO_PORTAL),
)
"""All that says nothing about the record and concerns no other."""


@pytest.fixture
def impatient(new_phone: NewPhone) -> Phone:
    """Opened once, online; it waits half a second for an answer."""
    phone = new_phone()
    phone.context.add_init_script(IMPATIENT)
    phone.open()
    phone.ready()
    return phone


def test_a_record_that_cannot_be_sent_waits_alone(
    impatient: Phone, network: Network, world: World, subtests: pytest.Subtests
) -> None:
    """The next one goes, and once the fault is over it is on the server, once."""
    phone = impatient
    for fault in WAITS:
        with subtests.test(fault=str(fault)):
            with phone.offline():
                first = phone.batch(world.product_id, 11)
                second = phone.batch(world.product_id, 22)
                network.fault, network.only = fault, first
            phone.sent(second)
            expect(phone.bar).to_contain_text("已存在手机，还没上传（1 条）")
            waiting = phone.record(first)
            assert (waiting["state"], waiting["tries"] > 0) == ("waiting", True)
            line = phone.tab.locator(f'#queue a[href$="{first}"]')
            expect(line).to_contain_text("待传")
            expect(line).to_contain_text("再试")
            if fault is OVERLOADED:
                assert waiting["notBefore"] - waiting["made"] > 3_500_000
            if fault is BUSY:
                expect(line).to_contain_text("系统忙")
        network.calm()
        phone.hurry()
        phone.uploaded()
    check_server(world, phone.records())
    assert len(world.cadre.everything("/v1/batches")) == 2 * len(WAITS)


def test_a_refused_record_says_why_and_blocks_no_other(
    impatient: Phone, network: Network, world: World, subtests: pytest.Subtests
) -> None:
    phone = impatient
    for fault in (NOT_NOW, INVALID, TOO_LARGE):
        with subtests.test(fault=str(fault)):
            with phone.offline():
                first = phone.batch(world.product_id, 11)
                phone.test(first, 7.5)
                second = phone.batch(world.product_id, 22)
                passed = phone.test(second, 8.5)
                network.fault, network.only = fault, first
            phone.sent(passed)
            expect(phone.bar).to_have_text(re.compile("还没上传（1 条） · 1 条要处理"))
            phone.home()
            line = phone.tab.locator(f'#queue a[href="#/queue/batch:{first}"]')
            said = json.loads(fault.body)["detail"] if fault is not TOO_LARGE else "内容太大"
            expect(line).to_contain_text(f"这条没传上：{said}")
            expect(phone.tab.locator("#queue")).to_contain_text("等“新批次 土鸡蛋")
            network.calm()
            line.click()
            phone.tab.get_by_role("link", name="修改再传").click()
            expect(phone.tab.locator("#app")).to_contain_text(said)
            phone.tab.locator("#f-amount").fill("33")
            phone.save()
            phone.uploaded()
            assert ok(world.cadre.get(f"/v1/batches/{first}"))["quantity"] == 33
    check_server(world, phone.records())
    assert all(one["state"] == "sent" for one in phone.records().values())


def test_a_photo_that_cannot_be_sent_waits_alone(
    impatient: Phone, network: Network, world: World, subtests: pytest.Subtests
) -> None:
    """Its test is on the server already, which says what it still waits for."""
    phone = impatient
    for fault in (CUT_IN_BODY, CUT_AFTER, SILENT, ERROR, PORTAL):
        with subtests.test(fault=str(fault)):
            with phone.offline():
                batch_id = phone.batch(world.product_id)
                test_id = phone.test(batch_id, photos=[picture(1), picture(2)])
                first, second = phone.record(test_id)["draft"]["photos"]
                network.fault, network.only = fault, f"^/photos/{first}"
            phone.sent(f"bytes:{second}")
            phone.tried(f"bytes:{first}", 1)
            (found,) = inspections_of(world, batch_id)
            assert found["photos_waiting"] == ([] if fault is CUT_AFTER else [first])
            expect(phone.bar).to_contain_text("还没上传（1 条）")
        network.calm()
        phone.hurry()
        phone.uploaded()
    check_server(world, phone.records())
    assert phone.photos() == 0


def test_behind_a_hotels_wifi_nothing_counts_as_sent(
    impatient: Phone, network: Network, world: World
) -> None:
    """It answers everything with its own page, also what the page for the field asks for."""
    phone = impatient
    network.methods, network.only = frozenset({"GET", "PUT", "POST"}), ""
    network.fault = PORTAL
    batch_id = phone.batch(world.product_id)
    phone.test(batch_id, photos=[picture()])
    phone.tab.reload()
    expect(phone.bar).to_contain_text("3 条")
    assert all(one["state"] == "waiting" for one in phone.records().values())
    network.calm()
    phone.tab.reload()
    phone.hurry()
    phone.uploaded()
    check_server(world, phone.records())


def test_three_without_an_answer_are_a_network_that_is_gone(
    impatient: Phone, network: Network, world: World
) -> None:
    """The others need not be tried in vain; the button tries at once."""
    phone = impatient
    with phone.offline():
        for amount in range(1, 6):
            phone.batch(world.product_id, amount)
        network.fault = SILENT
    expect(phone.bar).to_contain_text("没有网络，5 条存在手机里")
    assert len(network.asked("PUT", "")) == 3
    network.calm()
    phone.hurry()
    phone.uploaded()
    check_server(world, phone.records())


def test_on_a_slow_network_text_goes_first_and_photos_after(
    phone: Phone, network: Network, world: World
) -> None:
    """The county sees the test, and that a photo is on its way."""
    with phone.offline():
        batch_id = phone.batch(world.product_id)
        test_id = phone.test(batch_id, photos=[picture()])
    network.pace = SLOW_3G
    expect(phone.bar).to_contain_text("正在上传，还有")
    phone.sent(test_id)
    (found,) = inspections_of(world, batch_id)
    assert found["photos_waiting"] == found["photos"] != []
    phone.uploaded()
    check_server(world, phone.records())
    kinds = [re.sub("[0-9a-f-]{36}.*", "", one.path) for one in network.asked("PUT", "")]
    assert kinds[-4:] == ["/v1/batches/", "/v1/photos/", "/photos/", "/v1/photos/"]


# --- before it is sent ---------------------------------------------------------------------------


def test_what_has_not_left_the_phone_can_be_corrected_and_discarded(
    phone: Phone, network: Network, world: World
) -> None:
    with phone.offline():
        batch_id = phone.batch(world.product_id, 11)
        test_id = phone.test(batch_id, 7.5, photos=[picture(1), picture(2)])
        other = phone.batch(world.product_id, 22)
        phone.tab.reload()
        phone.ready()
        phone.fill(f"#/amend/batch:{batch_id}", {"amount": "12"}, [], "batch:")
        phone.open_form(f"#/amend/inspection:{test_id}")
        expect(phone.tab.locator(".shots img")).to_have_count(2)
        phone.tab.get_by_role("button", name="去掉").first.click()
        phone.tab.locator(f"#f-value-{RATE}").fill("8.5")
        phone.save()
        phone.go(f"#/queue/batch:{other}")
        phone.tab.get_by_role("button", name="丢弃").click()
        phone.tab.get_by_role("button", name="确定丢弃").click()
        phone.tab.locator("#queue").wait_for()
    phone.uploaded()
    check_server(world, phone.records())
    (batch,) = world.cadre.everything("/v1/batches")
    (found,) = inspections_of(world, batch_id)
    assert (batch["quantity"], found["measurements"][0]["value"]) == (12, 8.5)
    assert len(found["photos"]) == 1
    phone.tab.reload()
    phone.swept()


def test_a_form_that_is_taken_up_again_gets_a_lot_of_its_own(
    new_phone: NewPhone, world: World
) -> None:
    other = world.product(name="砀山酥梨")["id"]
    phone = new_phone()
    phone.open()
    phone.ready()
    phone.open_form(f"#/new/{world.product_id}")
    phone.tab.locator("#f-amount").fill("11")
    phone.kept('"11"')
    phone.home()
    phone.batch(other, 22)
    phone.batch(world.product_id, 33)
    phone.uploaded()
    found = world.cadre.everything("/v1/batches")
    assert len({one["lot"] for one in found}) == len(found) == 2


# --- refused by the server itself ----------------------------------------------------------------


def test_a_refused_batch_holds_back_only_its_own_tests(phone: Phone, world: World) -> None:
    """Corrected, it goes with all of them."""
    with phone.offline():
        refused = phone.batch(world.product_id, harvested_on="2031-01-01")
        held_back = phone.test(refused, photos=[picture(1)])
        other = phone.batch(world.product_id)
        free = phone.test(other, photos=[picture(2)])
    phone.sent(f"bytes:{phone.record(free)['draft']['photos'][0]}")
    states = {one["id"]: one["state"] for one in phone.records().values()}
    assert (states[refused], states[held_back], states[free]) == ("refused", "waiting", "sent")
    phone.home()
    phone.tab.locator(f'#queue a[href="#/queue/batch:{refused}"]').click()
    expect(phone.tab.locator("#app")).to_contain_text("采收日期不能晚于今天")
    phone.tab.get_by_role("link", name="修改再传").click()
    phone.tab.locator("#f-harvested_on").fill(today())
    phone.save()
    phone.uploaded()
    check_server(world, phone.records())
    assert ok(world.cadre.get(f"/v1/batches/{refused}"))["harvested_on"] == today()
    assert [one["id"] for one in inspections_of(world, refused)] == [held_back]


def test_a_test_of_a_batch_that_was_closed_meanwhile_says_so(
    new_phone: NewPhone, world: World
) -> None:
    closed, recalled = world.passed_batch(), world.passed_batch()
    phone = new_phone()
    phone.open()
    phone.ready()
    with phone.offline():
        for batch, move in ((closed, "close"), (recalled, "recall")):
            phone.test(batch["id"], 7.5, photos=[picture()])
            world.move(batch, move, by=world.county)
    expect(phone.bar).to_contain_text("2 条要处理")
    phone.home()
    lines = phone.tab.locator('#queue a[href^="#/queue/inspection:"]')
    expect(lines).to_contain_text([re.compile("已召回"), re.compile("已关闭")])
    for batch in (closed, recalled):
        assert len(inspections_of(world, batch["id"])) == 1


def test_a_photo_that_the_phone_has_lost_is_said_and_its_test_is_there(
    phone: Phone, world: World
) -> None:
    with phone.offline():
        batch_id = phone.batch(world.product_id)
        test_id = phone.test(batch_id, photos=[picture()])
        phone.tab.evaluate("Store.photos().then(ids => Store.dropPhotos(ids))")
    phone.sent(test_id)
    phone.home()
    lost = phone.tab.locator('#queue a[href^="#/queue/bytes:"]')
    expect(lost).to_contain_text("手机里找不到这张照片了")
    lost.click()
    phone.tab.get_by_role("button", name="丢弃").click()
    phone.tab.get_by_role("button", name="确定丢弃").click()
    phone.uploaded()
    expect(phone.bar).not_to_contain_text("要处理")


def test_a_record_is_discarded_with_all_that_hangs_on_it_after_a_question(
    phone: Phone, world: World
) -> None:
    with phone.offline():
        refused = phone.batch(world.product_id, harvested_on="2031-01-01")
        for seed in range(2):
            phone.test(refused, photos=[picture(seed)])
        other = phone.batch(world.product_id)
    phone.sent(other)
    phone.go(f"#/queue/batch:{refused}")
    phone.tab.get_by_role("button", name="丢弃").click()
    asked = phone.tab.get_by_text("连同 4 条跟它有关的一起丢弃")
    asked.wait_for()
    phone.tab.get_by_role("button", name="留着").click()
    expect(asked).to_have_count(0)
    assert len(phone.records()) == 8
    phone.tab.get_by_role("button", name="丢弃").click()
    phone.tab.get_by_role("button", name="确定丢弃").click()
    phone.tab.locator("#queue").wait_for()
    assert phone.records().keys() == {f"batch:{other}"}
    assert phone.photos() == 0
    phone.uploaded()
    expect(phone.bar).not_to_contain_text("要处理")


def test_what_is_sent_meanwhile_takes_no_tap_and_no_question_away(
    phone: Phone, network: Network, world: World
) -> None:
    """The screen is drawn anew only once the finger is up, and then asks again."""
    with phone.offline():
        refused = phone.batch(world.product_id, harvested_on="2031-01-01")
        waiting = phone.batch(world.product_id)
        network.rules = {waiting: BUSY}
    phone.tried(waiting, 1)
    phone.go(f"#/queue/batch:{refused}")
    phone.tab.get_by_role("button", name="丢弃").click()
    with phone.drawn_anew():
        phone.hurry()
    phone.tab.get_by_text("丢弃后找不回来").wait_for()
    phone.home()
    phone.tab.locator("#bar .main").hover()
    phone.tab.mouse.down()
    phone.hurry()
    phone.tried(waiting, 3)
    phone.tab.mouse.up()
    phone.tab.locator("a.tile").wait_for()


def test_an_id_that_holds_something_else_gets_a_new_one(
    impatient: Phone, network: Network, world: World
) -> None:
    """Its tests follow it."""
    phone = impatient
    taken = problem(409, "different_content", "编号已有不同内容的记录；请换新编号。")
    with phone.offline():
        old = phone.batch(world.product_id, 11)
        phone.test(old, 7.5, photos=[picture()])
        network.fault, network.only = taken, old
    expect(phone.bar).to_contain_text("1 条要处理")
    network.calm()
    phone.go(f"#/amend/batch:{old}")
    phone.save()
    phone.uploaded()
    records = phone.records()
    check_server(world, records)
    (batch,) = world.cadre.everything("/v1/batches")
    assert batch["id"] != old
    assert len(inspections_of(world, batch["id"])) == 1
    assert f"batch:{old}" not in records
    assert phone.photos() == 0


# --- who is signed in ----------------------------------------------------------------------------


def test_whoever_is_signed_out_signs_in_and_it_goes_on(phone: Phone, world: World) -> None:
    with phone.offline():
        batch_id = phone.batch(world.product_id, 11)
        phone.test(batch_id, photos=[picture()])
        phone.sign_out()
    expect(phone.bar).to_contain_text("登录过期了，登录后继续传（3 条都在手机里）")
    phone.tab.reload()
    expect(phone.bar).to_contain_text("3 条都在手机里")
    phone.bar.get_by_role("link", name="登录").click()
    phone.tab.fill("#username", "cadre")
    phone.tab.fill("#password", PASSWORD)
    phone.tab.locator(".bar .main").click()
    phone.uploaded()
    check_server(world, phone.records())


def test_a_session_that_ends_amid_sending_loses_nothing(
    impatient: Phone, network: Network, world: World
) -> None:
    phone = impatient
    with phone.offline():
        first = phone.batch(world.product_id, 11)
        phone.test(first, photos=[picture()])
        network.fault, network.only = SIGNED_OUT, "/inspections/"
    expect(phone.bar).to_contain_text("登录过期了，登录后继续传（2 条都在手机里）")
    network.calm()
    phone.tab.reload()
    phone.uploaded()
    check_server(world, phone.records())


def test_one_account_does_not_send_what_another_recorded(phone: Phone, world: World) -> None:
    world.account("cadre", "third", village_ids=[world.village_id])
    with phone.offline():
        first = phone.batch(world.product_id, 11)
        phone.sign_out()
    other = Client(world.url, world.token("third"))
    phone.sign_in(other)
    phone.tab.reload()
    expect(phone.bar).to_contain_text("另有 1 条是别的账号记的，要用那个账号登录才能传")
    own = phone.batch(world.product_id, 22)
    phone.sent(own)
    assert [one["id"] for one in world.cadre.everything("/v1/batches")] == [own]
    phone.sign_in(world.cadre)
    phone.tab.reload()
    phone.sent(first)
    expect(phone.bar).not_to_contain_text("别的账号")
    (registered,) = world.cadre.everything(f"/v1/batches/{first}/changes")
    assert registered["by"] == ok(world.cadre.get("/v1/me"))["id"]


# --- two pages, two phones -----------------------------------------------------------------------


@pytest.mark.parametrize("locks", [True, False])
def test_two_pages_of_one_phone_lose_and_double_nothing(
    new_phone: NewPhone, network: Network, world: World, locks: bool
) -> None:
    """Where the browser has no locks, both may send the same: that is one record, too."""
    phone = new_phone()
    if not locks:
        phone.context.add_init_script("delete Navigator.prototype.locks;")
    first = phone.open()
    phone.ready()
    second = phone.open()
    phone.ready()
    with phone.offline():
        for turn in range(3):
            phone.turn_to(first)
            one = phone.batch(world.product_id, 10 + turn)
            phone.turn_to(second)
            two = phone.batch(world.product_id, 20 + turn)
            phone.test(two, photos=[picture(turn)])
            phone.turn_to(first)
            phone.test(one, photos=[picture(10 + turn)])
        made = phone.records()
    for tab in (first, second):
        phone.turn_to(tab)
        phone.uploaded()
    check_server(world, phone.records())
    assert phone.records().keys() == made.keys()
    found = world.cadre.everything("/v1/batches")
    assert len({one["lot"] for one in found}) == len(found) == 6
    puts = [one.path for one in network.met if one.method == "PUT" and "/v1/batches/" in one.path]
    assert len(set(puts)) == 12
    assert len(puts) == 12 or not locks


def test_what_one_page_corrects_another_does_not_send_as_it_was(
    phone: Phone, network: Network, world: World
) -> None:
    """... and what is discarded stays so, while the other page is amid sending."""
    first = phone.tab
    network.fault = SILENT
    slow = phone.batch(world.product_id, 10)
    network.wait("PUT", slow)
    corrected = phone.batch(world.product_id, 20)
    discarded = phone.batch(world.product_id, 30)
    second = phone.open()
    phone.fill(f"#/amend/batch:{corrected}", {"amount": "21"}, [], "batch:")
    phone.go(f"#/queue/batch:{discarded}")
    phone.tab.get_by_role("button", name="丢弃").click()
    phone.tab.get_by_role("button", name="确定丢弃").click()
    phone.tab.locator("#queue").wait_for()
    network.calm()
    network.hang_up()
    for tab in (first, second):
        phone.turn_to(tab)
        phone.hurry()
        phone.uploaded()
    quantities = sorted(one["quantity"] for one in world.cadre.everything("/v1/batches"))
    assert quantities == [10, 21]
    assert phone.records().keys() == {f"batch:{slow}", f"batch:{corrected}"}


def test_two_phones_of_one_account(new_phone: NewPhone, world: World) -> None:
    phones = [new_phone(), new_phone()]
    for at, phone in enumerate(phones):
        phone.open()
        phone.ready()
        with phone.offline():
            for turn in range(3):
                batch_id = phone.batch(world.product_id, 10 * at + turn + 1)
                phone.test(batch_id, photos=[picture(10 * at + turn)])
    for phone in phones:
        phone.uploaded()
        check_server(world, phone.records())
    found = world.cadre.everything("/v1/batches")
    assert len({one["lot"] for one in found}) == len(found) == 6


# --- a wrong clock -------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [7, -7])
def test_a_wrong_clock_is_put_right_and_told(new_phone: NewPhone, world: World, hours: int) -> None:
    phone = new_phone(clock=hours * 3600)
    phone.open()
    phone.ready()
    with phone.offline():
        batch_id = phone.batch(world.product_id)
        phone.test(batch_id)
        phone.test(batch_id, tested_at="2026-01-05T09:30")
        now = datetime.now(UTC)
    phone.uploaded()
    typed, untouched = sorted(inspections_of(world, batch_id), key=lambda one: one["tested_at"])
    assert abs(instant_of(untouched["tested_at"]) - now) < MINUTE
    assert instant_of(typed["tested_at"]) == datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
    batch = ok(world.cadre.get(f"/v1/batches/{batch_id}"))
    assert batch["harvested_on"] == today()
    for one in (batch, untouched, typed):
        assert abs(instant_of(one["device_at"]) - now - timedelta(hours=hours)) < MINUTE
        assert abs(one["clock_gap_seconds"] + hours * 3600) < 60


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- updates, kills and a full phone -------------------------------------------------------------


def test_a_new_version_takes_over_while_records_wait(
    phone: Phone, network: Network, world: World
) -> None:
    network.fault = CUT_BEFORE
    batch_id = phone.batch(world.product_id)
    phone.test(batch_id, photos=[picture()])
    network.changed["/sw.js"] = lambda script: script.replace(b"'field-", b"'field-new-")
    phone.tab.reload()
    phone.tab.get_by_text("新版已装好，记录都在").wait_for()
    phone.tab.get_by_role("button", name="换用新版").click()
    expect(phone.bar).to_contain_text("3 条")
    caches = phone.tab.evaluate("caches.keys()")
    assert [one[:10] for one in caches] == ["field-new-"]
    network.calm()
    phone.hurry()
    phone.uploaded()
    check_server(world, phone.records())


def test_an_update_that_breaks_off_leaves_the_old_version(
    phone: Phone, network: Network, world: World
) -> None:
    network.changed["/sw.js"] = lambda script: script.replace(b"'field-", b"'field-new-")
    network.methods, network.only = frozenset({"GET"}), "/static/field.*js"
    network.fault, before = ERROR, len(network.asked("GET", network.only))
    phone.tab.reload()
    network.wait("GET", network.only, times=before + 1)
    with phone.offline():
        phone.tab.reload()
        batch_id = phone.batch(world.product_id)
    phone.sent(batch_id)


def test_a_half_filled_form_survives_a_kill(phone: Phone, world: World) -> None:
    with phone.offline():
        batch_id = phone.batch(world.product_id)
        phone.open_form(f"#/inspect/{batch_id}")
        phone.tab.locator(f"#f-value-{RATE}").fill("48.5")
        phone.tab.locator("input[type=file]").set_input_files(as_file(picture()))
        phone.tab.locator(".shots img").wait_for()
        phone.tab.get_by_text("时间、取样、机构、备注").click()
        phone.tab.locator("#f-note").fill("叶子上有虫眼")
        phone.kept("叶子上有虫眼")
        phone.kill()
        phone.open()
        card = phone.tab.locator(".card", has_text="没填完的")
        expect(card).to_contain_text("检测 土鸡蛋")
        card.get_by_role("link", name="继续填").click()
        expect(phone.tab.locator(f"#f-value-{RATE}")).to_have_value("48.5")
        expect(phone.tab.locator("#f-note")).to_have_value("叶子上有虫眼")
        expect(phone.tab.locator(".shots img")).to_have_count(1)
        phone.save()
    phone.uploaded()
    (found,) = inspections_of(world, batch_id)
    assert (found["note"], len(found["photos"])) == ("叶子上有虫眼", 1)
    check_server(world, phone.records())
    phone.home()
    expect(phone.tab.get_by_text("没填完的")).to_have_count(0)


def test_the_next_form_is_empty_whatever_is_read_meanwhile(phone: Phone, world: World) -> None:
    """A pass began to read what is on the phone before the form was saved, and ends after it."""
    batch_id = phone.batch(world.product_id)
    phone.uploaded()
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator(f"#f-value-{RATE}").fill("48.5")
    phone.tab.locator("input[type=file]").set_input_files(as_file(picture()))
    phone.tab.locator(".shots img").wait_for()
    phone.kept('"48.5"')
    phone.tab.evaluate("""() => {
        const all = Store.all;
        Store.all = async () => {
          const found = await all();
          window.reading = true;
          await new Promise(done => { window.readOn = done; });
          return found;
        };
        window.dispatchEvent(new Event('online'));
        return hands.until(() => window.reading).then(() => { Store.all = all; });
    }""")
    phone.save()
    phone.tab.evaluate("window.readOn()")
    phone.uploaded()
    phone.open_form(f"#/inspect/{batch_id}")
    expect(phone.tab.locator(f"#f-value-{RATE}")).to_have_value("")
    expect(phone.tab.locator(".shots img")).to_have_count(0)
    assert len(inspections_of(world, batch_id)) == 1


def test_a_form_that_is_not_wanted_any_more_takes_its_photos_along(
    phone: Phone, world: World
) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator("input[type=file]").set_input_files(as_file(picture()))
    phone.tab.locator(".shots img").wait_for()
    phone.home()
    phone.tab.get_by_role("button", name="不要了").click()
    expect(phone.tab.get_by_text("没填完的")).to_have_count(0)
    phone.forgotten("#/inspect/")
    phone.tab.reload()
    phone.swept()


def test_a_dead_battery_loses_nothing(
    browser: Browser, network: Network, world: World, tmp_path: Path
) -> None:
    """The whole browser is killed the moment after the form was left."""
    with whole_browser(browser.browser_type, tmp_path) as first:
        phone = Phone(first.contexts[0], network)
        phone.sign_in(world.cadre)
        phone.open()
        phone.ready()
        network.fault = CUT_BEFORE
        batch_id = phone.batch(world.product_id)
        phone.test(batch_id, photos=[picture()])
    with whole_browser(browser.browser_type, tmp_path) as second:
        phone = Phone(second.contexts[0], network)
        phone.sign_in(world.cadre)
        network.calm()
        phone.open()
        phone.hurry()
        phone.uploaded()
        check_server(world, phone.records())
    assert len(inspections_of(world, batch_id)) == 1


def test_a_full_phone_says_so_and_keeps_the_form(phone: Phone, world: World) -> None:
    phone.tab.evaluate("""() => {
        const put = IDBObjectStore.prototype.put;
        window.full = true;
        IDBObjectStore.prototype.put = function (...given) {
          if (window.full) throw new DOMException('full', 'QuotaExceededError');
          return put.apply(this, given);
        };
    }""")
    phone.open_form(f"#/new/{world.product_id}")
    phone.tab.locator("#f-amount").fill("77")
    phone.tab.get_by_role("button", name="保存").click()
    phone.tab.get_by_text("手机空间满了，没有存上").wait_for()
    expect(phone.tab.locator("#f-amount")).to_have_value("77")
    phone.tab.evaluate("window.full = false")
    phone.save()
    phone.uploaded()
    (batch,) = world.cadre.everything("/v1/batches")
    assert batch["quantity"] == 77


# --- lesser browsers -----------------------------------------------------------------------------


def test_without_a_service_worker_records_are_kept_and_a_hint_is_shown(
    new_phone: NewPhone, network: Network, world: World
) -> None:
    """WeChat on iOS has none."""
    phone = new_phone(user_agent="Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.49")
    phone.context.add_init_script("delete Navigator.prototype.serviceWorker;")
    phone.open()
    phone.tab.get_by_text("这个浏览器不能离线打开本页").wait_for()
    network.fault = CUT_BEFORE
    batch_id = phone.batch(world.product_id)
    phone.test(batch_id, photos=[picture()])
    phone.tab.reload()
    expect(phone.bar).to_contain_text("3 条")
    network.calm()
    phone.hurry()
    phone.uploaded()
    check_server(world, phone.records())


def test_a_browser_that_keeps_nothing_says_so_and_still_sends(
    new_phone: NewPhone, world: World
) -> None:
    phone = new_phone()
    phone.context.add_init_script("""IDBFactory.prototype.open = function () {
        throw new DOMException('forbidden', 'SecurityError');
    };""")
    phone.open()
    phone.tab.get_by_text("这个浏览器存不住内容").wait_for()
    phone.open_form(f"#/new/{world.product_id}")
    phone.tab.locator("#f-amount").fill("77")
    phone.save()
    phone.uploaded()
    (batch,) = world.cadre.everything("/v1/batches")
    assert batch["quantity"] == 77


# --- photos --------------------------------------------------------------------------------------


def test_a_photo_arrives_small_upright_and_without_what_the_camera_wrote(
    phone: Phone, world: World
) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator("input[type=file]").set_input_files(as_file(photograph()))
    phone.tab.locator(".shots img").wait_for()
    phone.tab.locator(f"#f-value-{RATE}").fill("1")
    phone.save()
    phone.uploaded()
    (found,) = inspections_of(world, batch_id)
    (photo_id,) = found["photos"]
    content = (settings().data / "photos" / photo_id).read_bytes()
    assert len(content) <= 200 * 1024
    image = Image.open(io.BytesIO(content))
    assert image.size == (853, 1280)
    assert not image.getexif()
    assert b"Exif" not in content
    red, blue = image.getchannel("R"), image.getchannel("B")
    above, below = (0, 0, 853, 600), (0, 680, 853, 1280)
    assert mean(red, above) > 150 > 100 > mean(blue, above)
    assert mean(blue, below) > 150 > 100 > mean(red, below)


def mean(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    return ImageStat.Stat(image.crop(box)).mean[0]


def photograph() -> bytes:
    """As a phone held upright takes it: lying on its side, with a note to turn it; red above."""
    dice = random.Random(1)
    grain = Image.frombytes("L", (750, 500), dice.randbytes(750 * 500)).resize((3000, 2000))
    image = Image.new("RGB", (3000, 2000), (0, 0, 220))
    image.paste((220, 0, 0), (0, 0, 1500, 2000))
    image = Image.blend(image, grain.convert("RGB"), 0.15)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Model] = "Phone 9"
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (30.0, 1.0, 2.0), 3: "E", 4: (118.0, 3.0, 4.0)}
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92, exif=exif)
    return file.getvalue()


def as_file(content: bytes) -> FilePayload:
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}


def test_a_file_that_is_no_picture_is_refused_in_words(phone: Phone, world: World) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator(f"#f-value-{RATE}").fill("9.5")
    phone.tab.locator("input[type=file]").set_input_files(as_file(b"a letter"))
    phone.tab.get_by_text("这个文件不是照片，没有加上").wait_for()
    expect(phone.tab.locator(".shots li")).to_have_count(0)
    phone.save()
    phone.uploaded()
    (found,) = inspections_of(world, batch_id)
    assert found["photos"] == []


def test_a_photo_that_is_taken_off_is_not_sent_and_not_kept(phone: Phone, world: World) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    for seed in (1, 2):
        phone.tab.locator("input[type=file]").set_input_files(as_file(picture(seed)))
        expect(phone.tab.locator(".shots img")).to_have_count(seed)
    phone.tab.locator(f"#f-value-{RATE}").fill("9.5")
    phone.tab.get_by_role("button", name="去掉").first.click()
    expect(phone.tab.locator(".shots img")).to_have_count(1)
    expect(phone.tab.locator(f"#f-value-{RATE}")).to_have_value("9.5")
    phone.save()
    phone.uploaded()
    check_server(world, phone.records())
    (found,) = inspections_of(world, batch_id)
    assert len(found["photos"]) == 1
    phone.tab.reload()
    phone.swept()


def test_saving_waits_for_a_photo_that_is_being_made_smaller(phone: Phone, world: World) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator(f"#f-value-{RATE}").fill("9.5")
    large = b64encode(photograph()).decode()
    phone.tab.evaluate(
        "photo => { hands.give(photo); document.querySelector('#bar button').click(); }", large
    )
    phone.tab.locator("#form").wait_for(state="detached")
    phone.uploaded()
    check_server(world, phone.records())
    (found,) = inspections_of(world, batch_id)
    assert len(found["photos"]) == 1
    phone.home()
    expect(phone.tab.get_by_text("没填完的")).to_have_count(0)


# --- taps ----------------------------------------------------------------------------------------


def test_a_batch_takes_seven_taps_and_the_second_time_fewer(
    new_phone: NewPhone, world: World
) -> None:
    world.producer(display_name="汪家")
    pear = world.product(name="砀山酥梨", unit="g")["id"]
    phone = new_phone()
    thumb = Thumb(phone.open())
    for taps, amount in ((5, "120.5"), (4, "80")):
        thumb.taps = 0
        thumb.tap('#bar a[href="#/new"]')
        thumb.tap(f'a[href="#/new/{pear}"]')
        thumb.type("#f-amount", amount)
        if not phone.tab.locator("input[name=producer_id]:checked").count():
            thumb.tap('.pick label:has-text("汪家")')
        thumb.tap("#bar .main")
        expect(phone.tab.locator("#app")).to_contain_text("已存在手机里")
        assert thumb.taps == taps <= 7
        phone.home()
    phone.uploaded()
    found = world.cadre.everything("/v1/batches")
    assert [one["quantity"] for one in found] == [80_000, 120_500]
    assert {one["producer_id"] for one in found} != {world.producer_id}
    assert len({one["lot"] for one in found}) == 2


def test_a_test_takes_six_taps_and_two_numbers(new_phone: NewPhone, world: World) -> None:
    metrics = product_body()["inspection_plan"]["metrics"]
    metrics.append(metrics[0] | {"key": "brix", "name": "糖度", "operator": "ge", "limit": 10})
    pear = world.product(name="砀山酥梨", inspection_plan={"metrics": metrics})["id"]
    batch = world.batch(product_id=pear)
    phone = new_phone()
    thumb = Thumb(phone.open())
    thumb.tap('#bar a[href="#/inspect"]')
    thumb.tap(f'a[href="#/inspect/{batch["id"]}"]')
    thumb.type(f"#f-value-{RATE}", "7.5")
    thumb.type("#f-value-brix", "12")
    thumb.tap('.pick label:has-text("贮存中")')
    thumb.tap("#bar .main")
    assert thumb.taps <= 6
    phone.tab.locator("#form").wait_for(state="detached")
    phone.uploaded()
    (found,) = inspections_of(world, batch["id"])
    assert [one["value"] for one in found["measurements"]] == [7.5, 12]
    phone.open_form(f"#/inspect/{batch['id']}")
    expect(phone.tab.locator("input[name=stage]:checked")).to_have_value("storage")


# --- holds, recalls, corrections -----------------------------------------------------------------


@pytest.mark.parametrize("what", ["hold", "recall"])
def test_a_batch_is_stopped_from_the_phone(
    new_phone: NewPhone, network: Network, world: World, what: str
) -> None:
    """It says how many parcels that touches; cut off amid sending, it is done once."""
    batch = world.passed_batch()
    offer = world.offer(batch)
    for _ in range(2):
        world.pack(world.paid_order(offer))
    phone = new_phone()
    phone.open(f"#/batches/{batch['id']}")
    name = {"hold": "暂停", "recall": "召回"}[what]
    phone.tab.locator("#app").get_by_role("link", name=name).click()
    expect(phone.tab.locator("#app")).to_contain_text("会影响 2 个已装箱的包裹")
    phone.tab.locator(".pick label").first.click()
    network.fault, network.only = CUT_AFTER, f"/{what}$"
    sure = {"hold": "暂停这批货", "recall": "召回，影响 2 个包裹"}[what]
    phone.tab.get_by_role("button", name=sure).click()
    network.wait("POST", f"/{what}$")
    expect(phone.bar).to_contain_text("还没上传（1 条）")
    network.calm()
    phone.hurry()
    phone.uploaded()
    found = ok(world.cadre.get(f"/v1/batches/{batch['id']}"))
    assert found["state"] == {"hold": "held", "recall": "recalled"}[what]
    moves = [
        one
        for one in world.cadre.everything(f"/v1/batches/{batch['id']}/changes")
        if one["new"] == found["state"]
    ]
    assert len(moves) == 1
    expect(phone.tab.locator("h1 + .chip")).to_have_text(
        {"hold": "已暂停", "recall": "已召回"}[what]
    )


def test_without_network_a_batch_is_stopped_as_soon_as_there_is_one(
    new_phone: NewPhone, world: World
) -> None:
    moves = {"hold": world.passed_batch(), "recall": world.passed_batch()}
    phone = new_phone()
    phone.open()
    phone.ready()
    with phone.offline():
        for what, batch in moves.items():
            phone.open_form(f"#/{what}/{batch['id']}")
            expect(phone.tab.locator("#app")).to_contain_text("没有网络，不知道影响多少包裹")
            phone.tab.locator("#f-reason").fill("闻着不对")
            phone.save()
            expect(phone.tab.locator("#app")).to_contain_text("在等上传")
    phone.uploaded()
    found = [ok(world.cadre.get(f"/v1/batches/{one['id']}")) for one in moves.values()]
    assert [one["state"] for one in found] == ["held", "recalled"]
    assert {one["reason"] for one in found} == {"闻着不对"}


def test_a_held_batch_is_released_once_it_has_passed(new_phone: NewPhone, world: World) -> None:
    """Asked for too early, the server says what is missing."""
    batch = world.batch()
    world.inspect(batch, rate=66)
    phone = new_phone()
    phone.open()
    phone.ready()
    with phone.offline():
        phone.fill(f"#/release/{batch['id']}", {"reason": "没事"}, [], "move:")
    expect(phone.bar).to_contain_text("1 条要处理")
    phone.home()
    line = phone.tab.locator('#queue a[href^="#/queue/move:"]')
    expect(line).to_contain_text("需要一份晚于暂停的合格检测")
    with phone.offline():
        phone.test(batch["id"], 12.5)
        phone.fill(f"#/release/{batch['id']}", {"reason": "复检合格"}, [], "move:")
    phone.uploaded()
    assert ok(world.cadre.get(f"/v1/batches/{batch['id']}"))["state"] == "passed"


def test_a_batch_is_found_by_its_lot_or_a_parcels_code(
    new_phone: NewPhone, world: World, subtests: pytest.Subtests
) -> None:
    batch = world.passed_batch()
    parcel = world.pack(world.paid_order(world.offer(batch)))
    code = world.seller.get(f"/v1/parcels/{parcel['code']}/qr.png").content
    phone = new_phone()
    phone.open()
    phone.ready()
    for typed in (batch["lot"].lower(), parcel["code"], ""):
        with subtests.test(typed=typed):
            phone.go("#/find")
            if typed:
                phone.tab.locator("#code").fill(typed)
                phone.tab.get_by_role("button", name="打开").click()
            else:
                phone.tab.locator("#bar input").set_input_files(as_file(code))
            expect(phone.tab.locator("h1")).to_contain_text(batch["lot"])
            expect(phone.tab.locator(".test")).to_contain_text("12.5%")


def test_a_correction_shows_both_and_strikes_out_the_old(phone: Phone, world: World) -> None:
    """Also while it is still on the phone."""
    batch_id = phone.batch(world.product_id)
    first = phone.test(batch_id, 48.5)
    phone.uploaded()
    with phone.offline():
        phone.tab.get_by_role("link", name="更正").click()
        expect(phone.tab.locator(f"#f-value-{RATE}")).to_have_value("48.5")
        phone.tab.locator(f"#f-value-{RATE}").fill("58.5")
        expect(phone.tab.locator("#app")).to_contain_text("这批货会自动暂停")
        phone.save()
        both_are_shown(phone)
    phone.uploaded()
    both_are_shown(phone)
    phone.tab.reload()
    phone.tab.locator(".test").first.wait_for()
    both_are_shown(phone)
    second, old = inspections_of(world, batch_id)
    assert (old["id"], old["superseded_by"], second["supersedes"]) == (first, second["id"], first)
    assert ok(world.cadre.get(f"/v1/batches/{batch_id}"))["state"] == "held"


def both_are_shown(phone: Phone) -> None:
    new, old = phone.tab.locator(".test:not(.replaced)"), phone.tab.locator(".test.replaced")
    expect(new).to_have_count(1)
    expect(old).to_have_count(1)
    expect(new).to_contain_text("58.5%")
    expect(new).to_contain_text("更正了先前的一条")
    expect(old).to_contain_text("48.5%")
    expect(old).to_contain_text("已被更正")
    expect(old.locator(".row b")).to_have_css("text-decoration-line", "line-through")


# --- what it looks like --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "large", "dark"), [("zh-CN", False, False), ("en", True, True)]
)
def test_every_state_is_accessible_valid_and_fits(
    browser: Browser, network: Network, tmp_path: Path, language: Language, large: bool, dark: bool
) -> None:
    """axe and html-validate find nothing; 320 px is wide enough for large text; whatever can be
    tapped is at least 44 px, the buttons of the bar 60."""
    if not AXE.exists() or not HTML_VALIDATE.exists():
        pytest.skip("no axe-core or html-validate: run npm ci")
    look = Look(browser, network, language, large=large, dark=dark, bypass_csp=True)
    wrong = []
    for name in look.states(County(network.url)):
        tab = look.phone.tab
        (tmp_path / f"{name}.html").write_text(tab.content(), "utf-8")
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        tab.evaluate("!!window.axe") or tab.evaluate(AXE.read_text())
        wrong += [f"{name}: {one}" for one in violations(tab) + tab.evaluate(SMALL_HERE)]
        if tab.evaluate("document.documentElement.scrollWidth") > look.width:
            wrong.append(f"{name}: too wide")
    rules = '{"root":true,"extends":["html-validate:standard"]}'
    (tmp_path / ".htmlvalidate.json").write_text(rules)
    found = subprocess.run(
        [str(HTML_VALIDATE), "--formatter", "text", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    wrong += found.stdout.replace(str(tmp_path), "").splitlines()
    assert wrong == []


# --- size and form -------------------------------------------------------------------------------


def test_the_shell_is_light_and_kept_for_ever(server: str) -> None:
    """30 KB for document, style and script; each file has its content's hash in its name."""
    nobody = Client(server)
    whole = 0
    for language in LANGUAGES:
        page = field_page(language).html
        files = re.findall(r'"(/static/[^"]+)"', page)
        parts = {path: nobody.call("GET", path) for path in set(files)}
        for path, answer in parts.items():
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            digest = hashlib.sha256(answer.content).hexdigest()
            assert digest[:10] in path
        shell = [page.encode(), *(parts[one].content for one in parts if "/field." in one)]
        assert len(shell) == 3
        whole = max(whole, sum(len(gzip.compress(one)) for one in shell))
    assert whole <= 30 * 1024
    worker = nobody.call("GET", "/sw.js")
    assert len(gzip.compress(worker.content)) <= 1250
    assert worker.headers["Cache-Control"] == "no-cache"
    for path in json.loads(re.findall(r"files = (\[.*?\]);", worker.text)[0]):
        if path.startswith("/static/"):
            assert nobody.call("GET", path).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_names_icons_that_exist(server: str, language: str) -> None:
    nobody = Client(server)
    answer = nobody.call("GET", f"/cadre.webmanifest?lang={language}")
    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    found = answer.json()
    assert found["start_url"] == f"/cadre?lang={language}"
    assert found["display"] == "standalone"
    for icon in found["icons"]:
        image = Image.open(io.BytesIO(nobody.call("GET", icon["src"]).content))
        assert f"{image.width}x{image.height}" == icon["sizes"]
    assert {one["sizes"] for one in found["icons"]} == {"192x192", "512x512"}


def test_the_vendored_script_is_the_published_one() -> None:
    vendored = ROOT / "chalicelib/pages/static/vendor/idb-keyval-6.3.0.js"
    assert vendored.read_bytes() == (ROOT / "node_modules/idb-keyval/dist/umd.js").read_bytes()
