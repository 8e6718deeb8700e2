"""The cadre's page for the field without network: its shell, and what no kill may lose."""

import gzip
import hashlib
import io
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from chalicelib.pages.office.field import field_page
from chalicelib.pages.texts import LANGUAGES
from tests.world import RATE, Client, World

from .field_records import check_server, inspections_of
from .flaky import CUT_BEFORE, ERROR, PASSING, Network
from .phone import IMPATIENT, NewPhone, Phone, as_file, picture, whole_browser

pytestmark = pytest.mark.browser


# --- without network -----------------------------------------------------------------------------


def test_the_page_works_without_network(phone: Phone, world: World) -> None:
    """As a cadre does it, tap by tap; also after the page was loaded anew."""
    tab = phone.tab
    with phone.offline():
        tab.reload()
        phone.begin_batch("120")
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
    (inspection,) = inspections_of(world, batch["id"])
    assert (batch["quantity"], batch["state"], len(inspection["photos"])) == (120, "passed", 1)
    expect(tab.locator("#queue")).to_contain_text("已传，保留 7 天（3）")


# --- thirty records, a storm, and twenty kills ---------------------------------------------------


def test_thirty_records_survive_a_storm_and_twenty_kills(
    new_phone: NewPhone, network: Network, world: World
) -> None:
    """Each is on the server once, or waits to be corrected with the reason; none is lost."""
    dice = random.Random(20261015)
    corrected = [(batch, world.inspect(batch)) for batch in (world.batch() for _ in range(3))]
    phone = new_phone()
    phone.context.add_init_script(IMPATIENT)
    phone.open()
    phone.ready()
    for batch, _ in corrected:
        phone.see(batch["id"])
    with phone.offline():
        batches = [phone.batch(world.product_id, dice.randrange(200, 5000)) for _ in range(10)]
        for at in range(20):
            phone.test(batches[at % 10], dice.randrange(900) / 10, photos=[picture(at)])
        for batch, test in corrected:
            phone.correct(batch["id"], test["id"], dice.randrange(900) / 10)
        in_the_future = [phone.test(batch, tested_at="2030-01-01T10:00") for batch in batches[:2]]
    made = phone.records()
    assert Counter(record["kind"] for record in made.values()) == {
        **{"batch": 10, "inspection": 25, "shot": 20, "bytes": 20}
    }
    network.chance(dice, 0.5)
    for life in range(100):
        if life >= 20 and every_fault_was_met(network):
            break
        phone.hurry()
        network.more(dice.randrange(1, 7), seconds=1)
        phone.kill()
        phone.open("#/find" if life % 4 else "")
    network.calm()
    phone.tab.reload()
    phone.hurry()
    for kind in ("batch", "shot", "inspection", "bytes"):  # each in its time: they are many
        for key, record in made.items():
            if record["kind"] == kind and record["id"] not in in_the_future:
                phone.sent(key)
    phone.uploaded()
    records = phone.records()
    assert records.keys() == made.keys()
    refused = {
        record["id"]: record["errors"]
        for record in records.values()
        if record["state"] == "refused"
    }
    assert refused.keys() == set(in_the_future)
    assert all("时间在将来" in errors[0]["message"] for errors in refused.values())
    check_server(world, records)
    stored_batches = world.cadre.everything("/v1/batches")
    assert len(stored_batches) == 3 + 10
    assert sum(len(inspections_of(world, batch["id"])) for batch in stored_batches) == 3 + 20 + 3
    phone.swept()
    assert every_fault_was_met(network)


def every_fault_was_met(network: Network) -> bool:
    return {request.fault for request in list(network.met)} >= set(PASSING)


# --- updates, kills and a full phone -------------------------------------------------------------


def test_a_new_version_takes_over_while_records_wait(
    phone: Phone, network: Network, world: World
) -> None:
    network.fault = CUT_BEFORE
    batch_id = phone.batch(world.product_id)
    phone.test(batch_id, photos=[picture()])
    phone.tab.reload()
    expect(phone.bar).to_contain_text("3 条")  # else it installs before anybody listens
    network.changed["/sw.js"] = lambda script: script.replace(b"'field-", b"'field-new-")
    phone.tab.evaluate("navigator.serviceWorker.ready.then(kept => kept.update()).then(() => true)")
    phone.tab.get_by_text("新版已装好，记录都在").wait_for()
    with phone.tab.expect_event("load"):
        phone.tab.get_by_role("button", name="换用新版").click()
    expect(phone.bar).to_contain_text("3 条")
    caches = phone.tab.evaluate("caches.keys()")
    assert [cache[:10] for cache in caches] == ["field-new-"]
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
    (inspection,) = inspections_of(world, batch_id)
    assert (inspection["note"], len(inspection["photos"])) == ("叶子上有虫眼", 1)
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


def test_a_page_that_opens_throws_no_photo_away_that_is_only_being_taken(phone: Phone) -> None:
    """In another page, before its form names it; what no form ever names goes in time."""
    strays = "Store.keepPhoto('a', new Uint8Array(9)).then(() => Store.keepPhoto('b', []))"
    swept = "hands.until(async () => Object.keys((await Store.all()).strays).join() === '%s')"
    phone.tab.evaluate(swept % "")
    phone.tab.evaluate(strays)
    phone.open()
    phone.tab.evaluate(swept % "a,b")
    assert phone.photos() == 2
    phone.tab.evaluate("Store.keep('strays', { a: Date.now() - 864e5 - 1, b: Date.now() - 1000 })")
    phone.open()
    phone.tab.evaluate("hands.until(async () => (await Store.photos()).join() === 'b')")


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
        shell = [page.encode(), *(parts[path].content for path in parts if "/field." in path)]
        assert len(shell) == 3
        whole = max(whole, sum(len(gzip.compress(content)) for content in shell))
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
    manifest = answer.json()
    assert manifest["start_url"] == f"/cadre?lang={language}"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        image = Image.open(io.BytesIO(nobody.call("GET", icon["src"]).content))
        assert f"{image.width}x{image.height}" == icon["sizes"]
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
