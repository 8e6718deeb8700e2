"""The cadre's page for the field on a phone that keeps nothing: it says so, and sends at once."""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, expect

from chalicelib.pages.texts import LANGUAGES, Language
from chalicelib.pages.texts.office import field
from tests.world import RATE, World

from .field_records import check_server, inspections_of
from .flaky import CUT_BEFORE, Network
from .phone import HASTY, NewPhone, Phone, picture

pytestmark = pytest.mark.browser

KEPT = re.compile(
    "存在手机|在手机里|会保存|记录都在|保留 7 天"
    "|(?i:kept on this|saved on this|on this phone|it is kept|record is kept)"
    "|(?i:are safe|safe on|kept for 7)"
)
"""What may not be said of what is kept nowhere."""
SAYS_SO: dict[Language, str] = {
    "zh-CN": "这个浏览器存不住内容",
    "en": "This browser keeps nothing",
}
FAILED = """IDBFactory.prototype.open = function () {
    const asked = { error: new DOMException('Internal error', 'UnknownError') };
    setTimeout(() => asked.onerror());
    return asked;
};"""
ABORTED = """const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
    this.transaction.abort();
    return put.apply(this, given);
};"""
FULL = """window.full = true;
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
    if (window.full) throw new DOMException('full', 'QuotaExceededError');
    return put.apply(this, given);
};"""
FORBIDDEN = "{ get() { throw new DOMException('denied', 'SecurityError'); } }"
NOTHING = {
    "there is none": "Object.defineProperty(window, 'indexedDB', { value: undefined });",
    "it may not be named": f"Object.defineProperty(window, 'indexedDB', {FORBIDDEN});",
    "opening throws": """IDBFactory.prototype.open = () => {
        throw new DOMException('denied', 'SecurityError');
    };""",
    "opening fails": FAILED,
    "opening is never answered": f"{HASTY} IDBFactory.prototype.open = () => ({{}});",
    "writing is aborted": ABORTED,
    "no room from the start": FULL,
    "nothing is allowed": f"""for (const name of ['indexedDB', 'localStorage', 'caches'])
        Object.defineProperty(window, name, {FORBIDDEN});
    LockManager.prototype.request = () => Promise.reject(new DOMException('no', 'SecurityError'));
    StorageManager.prototype.persist = () => Promise.reject(new TypeError('no'));""",
}
IN_WECHAT: dict[str, Any] = {
    "user_agent": "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.49"
}
NO_WORKER = "delete Navigator.prototype.serviceWorker;"
LOST_ON_CLOSING = "这条没存住，关掉就没了"


def opened(new_phone: NewPhone, why: str, language: Language = "zh-CN", **options: Any) -> Phone:
    phone = new_phone(**options)
    phone.context.add_init_script(NOTHING[why])
    if options:
        phone.context.add_init_script(NO_WORKER)
    phone.open(language=language)
    expect(phone.tab.locator("#app")).to_contain_text(SAYS_SO[language])
    phone.tab.locator("#bar a").first.wait_for()
    return phone


def words(phone: Phone) -> str:
    return phone.tab.locator("body").inner_text()


# --- what is said --------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, IN_WECHAT], ids=["chromium", "wechat"])
@pytest.mark.parametrize("why", NOTHING)
def test_what_is_kept_nowhere_is_never_called_kept(
    new_phone: NewPhone, world: World, why: str, options: dict[str, Any]
) -> None:
    """Before anything is typed, when it is saved, while it waits. With network it goes at once."""
    batch = world.batch()
    phone = opened(new_phone, why, **options)
    tab, texts = phone.tab, [words(phone)]
    with phone.offline():
        expect(phone.bar).to_have_text("没有网络，又存不住，请记在纸上")
        phone.open_form(f"#/inspect/{batch['id']}")
        expect(tab.locator("#app")).to_contain_text(SAYS_SO["zh-CN"])
        texts.append(words(phone))
        tab.locator(f"#f-value-{RATE}").fill("12.5")
        phone.save()
        expect(tab.locator("#app")).to_contain_text(LOST_ON_CLOSING)
        expect(phone.bar).to_contain_text("没有网络，1 条没存住，别关本页")
        for hash in (f"#/batches/{batch['id']}", "#", "#/out"):
            phone.go(hash)
            expect(tab.locator("#app")).to_contain_text(SAYS_SO["zh-CN"])
            texts.append(words(phone))
    phone.uploaded()
    phone.home()
    texts.append(words(phone))
    assert [KEPT.findall(text) for text in texts] == [[]] * 6
    (inspection,) = inspections_of(world, batch["id"])
    assert inspection["measurements"][0]["value"] == 12.5


def test_it_is_said_in_english_as_well(new_phone: NewPhone, world: World) -> None:
    batch = world.batch()
    phone = opened(new_phone, "opening throws", "en")
    texts = [words(phone)]
    with phone.offline():
        phone.test(batch["id"], photos=[picture()])
        expect(phone.tab.locator("#app")).to_contain_text("Not kept: it is lost if you close")
        expect(phone.bar).to_contain_text("No network, 2 not kept: do not close the page")
        texts.append(words(phone))
        phone.go("#/out")
        expect(phone.tab.locator("#app")).to_contain_text("signing out loses them")
        texts.append(words(phone))
    assert [KEPT.findall(text) for text in texts] == [[]] * 3


def test_whoever_comes_back_is_not_told_that_all_is_uploaded(
    new_phone: NewPhone, world: World
) -> None:
    batch = world.batch()
    phone = opened(new_phone, "it may not be named")
    with phone.offline():
        phone.test(batch["id"])
        phone.tab.close()
    phone.open()
    expect(phone.tab.locator("#app")).to_contain_text(SAYS_SO["zh-CN"])
    expect(phone.bar).to_have_text("没有要上传的")
    assert inspections_of(world, batch["id"]) == []


def test_every_text_that_calls_something_kept_has_one_for_where_nothing_is() -> None:
    says_kept = {
        key
        for key, both in field.TEXTS.items()
        for text in both
        if KEPT.search(text) and not key.startswith("no_")
    }
    not_shown = {"other_browser"}  # by offline() in app.js
    for key in says_kept - not_shown:
        for column, text in enumerate(field.TEXTS[f"{key}_unkept"]):
            assert not KEPT.search(text), (key, LANGUAGES[column])
    assert len(says_kept) > 9


# --- what becomes of it --------------------------------------------------------------------------


def test_with_network_all_of_it_is_sent_at_once(new_phone: NewPhone, world: World) -> None:
    phone = opened(new_phone, "opening is never answered")
    batch_id = phone.batch(world.product_id, 77)
    test_id = phone.test(batch_id, photos=[picture()])
    phone.uploaded()
    expect(phone.tab.locator("#app")).not_to_contain_text(LOST_ON_CLOSING)
    check_server(world, phone.records())
    (inspection,) = inspections_of(world, batch_id)
    assert (inspection["id"], len(inspection["photos"]), inspection["photos_waiting"]) == (
        test_id,
        1,
        [],
    )


def test_closing_is_asked_about_while_something_would_be_lost(
    new_phone: NewPhone, world: World
) -> None:
    def asked(phone: Phone) -> int:
        """How often the browser asks before this page is left."""
        seen: list[str] = []

        def answer(dialog: Dialog) -> None:
            seen.append(dialog.type)
            dialog.accept()

        phone.tab.on("dialog", answer)
        phone.tab.reload()
        phone.tab.remove_listener("dialog", answer)
        phone.tab.locator("#bar a").first.wait_for()
        assert set(seen) <= {"beforeunload"}
        return len(seen)

    phone = opened(new_phone, "opening throws")
    assert asked(phone) == 0
    phone.tab.get_by_role("link", name="新批次").click()
    phone.tab.get_by_role("link", name="土鸡蛋").click()
    phone.tab.locator("#f-amount").fill("77")
    assert asked(phone) == 1
    phone.tab.locator("#f-amount").fill("78")
    phone.save()
    phone.uploaded()
    assert asked(phone) == 0
    with phone.offline():
        phone.tab.get_by_role("link", name="新批次").click()
        phone.tab.get_by_role("link", name="土鸡蛋").click()
        phone.tab.locator("#f-amount").fill("79")
        phone.save()
        with phone.tab.expect_event("dialog") as question:
            phone.tab.close(run_before_unload=True)
        question.value.dismiss()
    phone.uploaded()
    assert {batch["quantity"] for batch in world.cadre.everything("/v1/batches")} == {78, 79}


def test_another_page_of_the_phone_cannot_open_what_is_being_deleted(
    new_phone: NewPhone, world: World
) -> None:
    """The browser lets it wait for ever, behind a page that does not let go."""
    phone = new_phone()
    phone.open()
    phone.ready()
    holder = phone.context.new_page()
    holder.goto(f"{phone.network.url}/login")
    holder.evaluate("""() => new Promise(done => {
        const asked = indexedDB.open('shanhuo-field');
        asked.onsuccess = () => { window.held = asked.result; done(); };
    })""")
    holder.evaluate("() => { indexedDB.deleteDatabase('shanhuo-field'); }")
    phone.context.add_init_script(HASTY)
    phone.open()
    expect(phone.tab.locator("#app")).to_contain_text(SAYS_SO["zh-CN"])
    phone.batch(world.product_id, 77)
    phone.uploaded()


# --- a phone that kept, and does not any more ----------------------------------------------------


def test_a_full_phone_that_holds_records_says_that_no_more_go_in(
    new_phone: NewPhone, world: World
) -> None:
    phone = new_phone()
    phone.open()
    phone.ready()
    with phone.offline():
        batch_id = phone.batch(world.product_id, 11)
        phone.context.add_init_script(FULL)
        phone.tab.reload()
        expect(phone.tab.locator("#app")).to_contain_text("手机存不下，新记的会丢")
        expect(phone.bar).to_contain_text("1 条存在手机里")
        phone.open_form(f"#/new/{world.product_id}")
        phone.tab.locator("#f-amount").fill("22")
        phone.tab.get_by_role("button", name="保存").click()
        expect(phone.tab.locator("#app")).to_contain_text("没有存上")
        expect(phone.tab.locator("#f-amount")).to_have_value("22")
        assert "已存在" not in words(phone)
        phone.tab.evaluate("window.full = false")
        phone.save()
        expect(phone.tab.locator("#app")).to_contain_text("已存到手机里")
        expect(phone.tab.locator("#app")).not_to_contain_text("手机存不下")
    phone.uploaded()
    quantities = {batch["id"]: batch["quantity"] for batch in world.cadre.everything("/v1/batches")}
    assert (quantities[batch_id], sorted(quantities.values())) == (11, [11, 22])


@pytest.mark.parametrize("how", ["cleared by the browser", "deleted by a page"])
def test_what_an_open_page_knows_outlives_a_cleared_phone(
    phone: Phone, network: Network, world: World, how: str
) -> None:
    with phone.offline():
        phone.batch(world.product_id, 11)
        phone.test(phone.batch(world.product_id, 22))
        made = phone.records()
        if how == "deleted by a page":
            phone.tab.evaluate("""() => new Promise(done => {
                indexedDB.deleteDatabase('shanhuo-field').onsuccess = done;
            })""")
        else:
            origin = {"origin": network.url, "storageTypes": "indexeddb"}
            devtools = phone.context.new_cdp_session(phone.tab)
            devtools.send("Storage.clearDataForOrigin", origin)
        phone.tab.evaluate("window.dispatchEvent(new Event('online'))")
        phone.tab.evaluate(
            """keys => hands.until(async () =>
                (await Promise.all(keys.map(Store.record))).every(Boolean))""",
            list(made),
        )
        phone.tab.reload()
        expect(phone.bar).to_contain_text("没有网络，3 条存在手机里")
    phone.uploaded()
    check_server(world, phone.records())
    assert phone.records().keys() == made.keys()


def test_a_store_that_breaks_while_the_page_is_open_is_said(
    phone: Phone, network: Network, world: World
) -> None:
    """What waits goes on from the page's own memory."""
    network.fault = CUT_BEFORE
    batch_id = phone.batch(world.product_id, 11)
    phone.tab.evaluate("""() => {
        IDBDatabase.prototype.transaction = () => {
          throw new DOMException('gone', 'UnknownError');
        };
    }""")
    phone.hurry()
    expect(phone.tab.locator("#app")).to_contain_text(SAYS_SO["zh-CN"])
    expect(phone.bar).to_contain_text("1 条没存住")
    network.calm()
    phone.hurry()
    phone.uploaded()
    assert [batch["id"] for batch in world.cadre.everything("/v1/batches")] == [batch_id]


def test_records_are_sent_where_only_the_small_storage_is_forbidden(
    new_phone: NewPhone, world: World
) -> None:
    phone = new_phone()
    phone.context.add_init_script(f"""delete Navigator.prototype.locks;
        Object.defineProperty(window, 'localStorage', {FORBIDDEN});""")
    phone.open()
    phone.ready()
    phone.batch(world.product_id, 77)
    expect(phone.tab.locator("#app")).to_contain_text("已存到手机里")
    phone.uploaded()
    assert len(world.cadre.everything("/v1/batches")) == 1


def test_the_bar_does_not_say_that_things_are_kept_once_one_was_not(
    phone: Phone, world: World
) -> None:
    with phone.offline():
        expect(phone.bar).to_contain_text("照常记，记下的存在手机里")
        phone.open_form(f"#/new/{world.product_id}")
        phone.tab.evaluate(f"() => {{ {FULL} }}")
        phone.tab.locator("#f-amount").fill("22")
        phone.tab.get_by_role("button", name="保存").click()
        expect(phone.tab.locator("#app")).to_contain_text("没有存上")
        expect(phone.bar).to_contain_text("没有网络，又存不住，请记在纸上")
