"""The cadre's page for the field, on a network and a server that fail in every way they do."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.world import RATE, World, ok, today

from .field_records import check_server, inspections_of
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
    PORTAL,
    SILENT,
    SILENT_AFTER,
    SLOW_3G,
    TO_PORTAL,
    TOO_LARGE,
    Network,
    problem,
)
from .phone import NewPhone, Phone, picture

pytestmark = pytest.mark.browser


# --- each fault alone ----------------------------------------------------------------------------

WAITS = (
    *(CUT_BEFORE, CUT_IN_BODY, CUT_AFTER, CUT_IN_ANSWER, SILENT, SILENT_AFTER, ERROR, GATEWAY),
    *(BUSY, OVERLOADED, IN_PROGRESS, PORTAL, TO_PORTAL),
)
"""All that says nothing about the record and concerns no other."""


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
            expect(phone.bar).to_have_text(re.compile("1 条要处理 · .*还没上传（1 条）"))
            phone.home()
            line = phone.tab.locator(f'#queue a[href="#/queue/batch:{first}"]')
            detail = json.loads(fault.body)["detail"] if fault is not TOO_LARGE else "内容太大"
            expect(line).to_contain_text(f"这条没传上：{detail}")
            expect(phone.tab.locator("#queue")).to_contain_text("等“新批次 土鸡蛋")
            network.calm()
            line.click()
            phone.tab.get_by_role("link", name="修改再传").click()
            expect(phone.tab.locator("#app")).to_contain_text(detail)
            phone.tab.locator("#f-amount").fill("33")
            phone.save()
            phone.uploaded()
            assert ok(world.cadre.get(f"/v1/batches/{first}"))["quantity"] == 33
    check_server(world, phone.records())
    assert all(record["state"] == "sent" for record in phone.records().values())


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
            (inspection,) = inspections_of(world, batch_id)
            assert inspection["photos_waiting"] == ([] if fault is CUT_AFTER else [first])
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
    assert all(record["state"] == "waiting" for record in phone.records().values())
    network.calm()
    phone.tab.reload()
    phone.hurry()
    phone.uploaded()
    check_server(world, phone.records())


TWICE = "addEventListener('online', () => dispatchEvent(new Event('online')), { once: true })"
"""That there is network again is heard twice."""


def test_three_without_an_answer_are_a_network_that_is_gone(
    impatient: Phone, network: Network, world: World
) -> None:
    """The others need not be tried in vain, nor because two things called for the same round; the
    button tries at once."""
    phone = impatient
    with phone.offline():
        for amount in range(1, 6):
            phone.batch(world.product_id, amount)
        phone.tab.evaluate(TWICE)
        phone.never_after(10)  # it would try again by itself
        network.fault = SILENT
    network.wait("PUT", "", 3)
    expect(phone.bar).to_contain_text("没有网络，5 条存在手机里")
    network.more(1, 0.5)
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
        network.pace, network.held = SLOW_3G, "^/photos/"
    phone.sent(test_id)
    expect(phone.bar).to_contain_text("正在上传，还有 1 条")
    (inspection,) = inspections_of(world, batch_id)
    assert inspection["photos_waiting"] == inspection["photos"] != []
    network.let_go()
    phone.uploaded()
    check_server(world, phone.records())
    kinds = [re.sub("[0-9a-f-]{36}.*", "", request.path) for request in network.asked("PUT", "")]
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
    (inspection,) = inspections_of(world, batch_id)
    assert (batch["quantity"], inspection["measurements"][0]["value"]) == (12, 8.5)
    assert len(inspection["photos"]) == 1
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
    batches = world.cadre.everything("/v1/batches")
    assert len({batch["lot"] for batch in batches}) == len(batches) == 2


# --- refused by the server itself ----------------------------------------------------------------


def test_a_refused_batch_holds_back_only_its_own_tests(phone: Phone, world: World) -> None:
    """Corrected, it goes with all of them."""
    with phone.offline():
        refused = phone.batch(world.product_id, harvested_on="2031-01-01")
        held_back = phone.test(refused, photos=[picture(1)])
        other = phone.batch(world.product_id)
        free = phone.test(other, photos=[picture(2)])
    phone.sent(f"bytes:{phone.record(free)['draft']['photos'][0]}")
    states = {record["id"]: record["state"] for record in phone.records().values()}
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
    assert [inspection["id"] for inspection in inspections_of(world, refused)] == [held_back]


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
