"""The cadre's page for the field, on a phone and a network that fail in every way they do."""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from chalicelib.config import settings
from tests.world import PASSWORD, Client, Json, World, ok

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
    TO_PORTAL,
    TOO_LARGE,
    Fault,
    Network,
    problem,
)
from .phone import IMPATIENT, Phone, picture

pytestmark = pytest.mark.browser

NewPhone = Callable[..., Phone]


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
        made.append(Phone(browser, network, **options))
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
    with phone.offline():
        batch_id = phone.batch(world.product_id, amount=120)
        test_id = phone.test(batch_id, 12.5, photos=[picture()])
        expect(phone.bar).to_contain_text("没有网络，3 条存在手机里")
        phone.tab.reload()
        expect(phone.bar).to_contain_text("没有网络，3 条存在手机里")
        phone.tab.evaluate("location.hash = '#'")
        expect(phone.tab.locator("#queue details").first).to_contain_text("待传（3）")
    phone.uploaded()
    check_server(world, phone.records())


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
    for batch, test in corrected:
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
    for _ in range(20):
        phone.hurry()
        network.more(dice.randrange(12), seconds=0.5)
        phone.kill()
        phone.open()
    network.calm()
    phone.tab.reload()
    phone.hurry()
    phone.uploaded()
    records = phone.records()
    assert records.keys() == made.keys()
    refused = {one["id"]: one["errors"] for one in records.values() if one["state"] == "refused"}
    assert refused.keys() == set(in_the_future)
    assert all("时间在将来" in errors[0]["message"] for errors in refused.values())
    check_server(world, records)
    assert len(world.cadre.everything("/v1/batches")) == 13
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
    """Opened once, online; it waits 0.3 s for an answer."""
    phone = new_phone()
    phone.context.add_init_script(IMPATIENT)
    phone.open()
    phone.ready()
    return phone


@pytest.mark.parametrize("fault", WAITS, ids=str)
def test_a_record_that_cannot_be_sent_waits_alone(
    impatient: Phone, network: Network, world: World, fault: Fault
) -> None:
    """The next one goes, and once the fault is over it is on the server, once."""
    phone = impatient
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
    phone.tab.get_by_role("button", name="上传").click()
    phone.uploaded()
    check_server(world, phone.records())
    quantities = sorted(one["quantity"] for one in world.cadre.everything("/v1/batches"))
    assert quantities == [11, 22]


@pytest.mark.parametrize("fault", [NOT_NOW, INVALID, TOO_LARGE], ids=str)
def test_a_refused_record_says_why_and_blocks_no_other(
    impatient: Phone, network: Network, world: World, fault: Fault
) -> None:
    phone = impatient
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
    said = json.loads(fault.body)["detail"] if fault is not TOO_LARGE else "太大"
    expect(line).to_contain_text(f"这条没传上：{said}")
    expect(phone.tab.locator("#queue")).to_contain_text("等“新批次 土鸡蛋")
    network.calm()
    line.click()
    phone.tab.get_by_role("link", name="修改再传").click()
    expect(phone.tab.locator("#app")).to_contain_text(said)
    phone.tab.locator("#f-amount").fill("33")
    phone.tab.get_by_role("button", name="保存").click()
    phone.uploaded()
    check_server(world, phone.records())
    assert ok(world.cadre.get(f"/v1/batches/{first}"))["quantity"] == 33
    assert all(one["state"] == "sent" for one in phone.records().values())


@pytest.mark.parametrize("fault", [CUT_IN_BODY, CUT_AFTER, SILENT, ERROR, PORTAL], ids=str)
def test_a_photo_that_cannot_be_sent_waits_alone(
    impatient: Phone, network: Network, world: World, fault: Fault
) -> None:
    """Its test is on the server already, which says what it still waits for."""
    phone = impatient
    with phone.offline():
        batch_id = phone.batch(world.product_id)
        test_id = phone.test(batch_id, photos=[picture(1), picture(2)])
        first, second = phone.record(test_id)["draft"]["photos"]
        network.fault, network.only = fault, f"^/photos/{first}"
    phone.sent(f"bytes:{second}")
    network.wait("PUT", f"^/photos/{first}")
    (found,) = inspections_of(world, batch_id)
    assert found["photos_waiting"] == ([] if fault is CUT_AFTER else [first])
    expect(phone.bar).to_contain_text("还没上传（1 条）")
    network.calm()
    phone.hurry()
    phone.uploaded()
    check_server(world, phone.records())
    assert phone.photos() == 0


# --- refused by the server itself ----------------------------------------------------------------


def test_a_refused_batch_holds_back_only_its_own_tests(phone: Phone, world: World) -> None:
    """Corrected, it goes with all of them."""
    with phone.offline():
        refused = phone.batch(world.product_id, lot="第一批")
        held_back = phone.test(refused, photos=[picture(1)])
        other = phone.batch(world.product_id)
        free = phone.test(other, photos=[picture(2)])
    phone.sent(f"bytes:{phone.record(free)['draft']['photos'][0]}")
    states = {one["id"]: one["state"] for one in phone.records().values()}
    assert (states[refused], states[held_back], states[free]) == ("refused", "waiting", "sent")
    phone.home()
    phone.tab.locator(f'#queue a[href="#/queue/batch:{refused}"]').click()
    expect(phone.tab.locator("#app")).to_contain_text("不用汉字和空格")
    phone.tab.get_by_role("link", name="修改再传").click()
    phone.tab.locator("#f-lot").fill("A-1")
    phone.tab.get_by_role("button", name="保存").click()
    phone.uploaded()
    check_server(world, phone.records())
    assert ok(world.cadre.get(f"/v1/batches/{refused}"))["lot"] == "A-1"
    assert [one["id"] for one in inspections_of(world, refused)] == [held_back]


def test_a_record_is_discarded_with_all_that_hangs_on_it_after_a_question(
    phone: Phone, world: World
) -> None:
    with phone.offline():
        refused = phone.batch(world.product_id, lot="第一批")
        for seed in range(2):
            phone.test(refused, photos=[picture(seed)])
        other = phone.batch(world.product_id)
    phone.sent(other)
    phone.tab.evaluate("id => { location.hash = '#/queue/batch:' + id; }", refused)
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
    phone.tab.evaluate("id => { location.hash = '#/amend/batch:' + id; }", old)
    phone.tab.get_by_role("button", name="保存").click()
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


def test_two_pages_of_one_phone_lose_and_double_nothing(
    phone: Phone, network: Network, world: World
) -> None:
    first = phone.tab
    second = phone.open()
    phone.ready()
    with phone.offline():
        for turn in range(3):
            phone.tab = first
            one = phone.batch(world.product_id, 10 + turn)
            phone.tab = second
            two = phone.batch(world.product_id, 20 + turn)
            phone.test(two, photos=[picture(turn)])
            phone.tab = first
            phone.test(one, photos=[picture(10 + turn)])
        made = phone.records()
    for tab in (first, second):
        phone.tab = tab
        phone.uploaded()
    check_server(world, phone.records())
    assert phone.records().keys() == made.keys()
    found = world.cadre.everything("/v1/batches")
    assert len({one["lot"] for one in found}) == len(found) == 6
    puts = [one.path for one in network.met if one.method == "PUT" and "/v1/batches/" in one.path]
    assert len(puts) == len(set(puts)) == 12


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
    phone.tab.evaluate("id => { location.hash = '#/queue/batch:' + id; }", discarded)
    phone.tab.get_by_role("button", name="丢弃").click()
    phone.tab.get_by_role("button", name="确定丢弃").click()
    phone.tab.locator("#queue").wait_for()
    network.calm()
    network.hang_up()
    for tab in (first, second):
        phone.tab = tab
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
