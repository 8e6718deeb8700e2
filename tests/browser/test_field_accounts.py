"""The cadre's page for the field on a phone that several accounts share, and after signing out."""

import pytest
from playwright.sync_api import expect

from tests.world import Client, World

from .flaky import BUSY, Network
from .phone import NewPhone, Phone, picture

pytestmark = pytest.mark.browser

SECRET = "只有甲知道"


@pytest.fixture
def third(world: World) -> Client:
    """Another cadre of the same village."""
    return world.account("cadre", "third", village_ids=[world.village_id])


@pytest.fixture
def left(phone: Phone, world: World, third: Client) -> dict[str, str]:
    """The first cadre's unsent failing test, form and refused batch, once the third signed in."""
    known = world.batch()
    phone.tab.reload()
    phone.ready()
    phone.tab.locator(f'a[href="#/batches/{known["id"]}"]').first.wait_for()
    refused = phone.batch(world.product_id, 33, harvested_on="2031-01-01", note=SECRET)
    expect(phone.bar).to_contain_text("1 条要处理")
    with phone.offline():
        failing = phone.test(known["id"], 88, photos=[picture()], note=SECRET)
        phone.open_form(f"#/new/{world.product_id}")
        phone.tab.locator("#f-amount").fill("444")
        phone.kept('"444"')
        phone.sign_in(third)
    expect(phone.bar).to_contain_text("另有 3 条是别的账号记的，要用那个账号登录才能传")
    return {"batch": known["id"], "inspection": failing, "refused": refused}


def test_what_another_account_recorded_is_counted_and_nothing_else(
    phone: Phone, world: World, left: dict[str, str]
) -> None:
    """Neither its lines nor its values, by whatever address; nor can it be changed or discarded."""
    before = phone.records()
    test, batch = f"inspection:{left['inspection']}", f"batch:{left['refused']}"
    for hash in (
        f"#/batches/{left['batch']}",
        f"#/queue/{test}",
        f"#/amend/{test}",
        f"#/queue/{batch}",
    ):
        phone.go(hash)
        app = phone.tab.locator("#app")
        for word in (SECRET, "88", "还在手机里", "要处理"):
            expect(app).not_to_contain_text(word)
        expect(phone.tab.get_by_role("button", name="丢弃")).to_have_count(0)
    phone.home()
    expect(phone.tab.locator("#queue a")).to_have_count(0)
    expect(phone.tab.locator("#app")).not_to_contain_text("没填完的")
    phone.open_form(f"#/new/{world.product_id}")
    expect(phone.tab.locator("#f-amount")).to_have_value("")
    ended = phone.tab.evaluate(
        "key => Store.put([], [key], key, one => Queue.editable(one, 'another'))", test
    )
    assert ended == "changed"
    assert phone.records() == before


def test_whoever_recorded_it_finds_it_as_it_was(
    phone: Phone, world: World, left: dict[str, str]
) -> None:
    phone.sign_in(world.cadre)
    phone.tab.reload()
    phone.sent(left["inspection"])
    (inspection,) = world.cadre.everything(f"/v1/batches/{left['batch']}/inspections")
    assert (inspection["verdict"], inspection["inspector"]) == ("fail", "cadre")
    expect(phone.tab.locator("#app")).to_contain_text("没填完的")
    phone.go(f"#/new/{world.product_id}")
    expect(phone.tab.locator("#f-amount")).to_have_value("444")


def test_what_cannot_be_typed_anew_says_why(phone: Phone, world: World) -> None:
    """Its product left this phone's list: no button that leads nowhere."""
    batch_id = phone.batch(world.product_id, 33, harvested_on="2031-01-01")
    expect(phone.bar).to_contain_text("1 条要处理")
    phone.go(f"#/queue/batch:{batch_id}")
    expect(phone.tab.get_by_role("link", name="修改再传")).to_have_count(1)
    phone.tab.evaluate("""async () => {
        const kept = (await Store.all()).data;
        kept.data.products = [];
        await Store.keep('data', kept);
    }""")
    with phone.offline():
        phone.tab.reload()
        expect(phone.tab.locator("#app")).to_contain_text("这部手机已不认识，改不了")
        expect(phone.tab.get_by_role("link", name="修改再传")).to_have_count(0)


# --- signing out ---------------------------------------------------------------------------------


def test_after_signing_out_the_phone_shows_nothing_and_takes_nothing(
    new_phone: NewPhone, network: Network, world: World
) -> None:
    """It first says what waits. What was recorded stays, and goes once its maker signs in."""
    batch = world.passed_batch()
    phone = new_phone()
    phone.open()
    phone.ready()
    phone.see(batch["id"])
    second = phone.tab
    phone.open()
    network.rules = {"/inspections/": BUSY}
    made = phone.test(batch["id"], 7.5, photos=[picture()])
    phone.home()
    phone.tab.get_by_role("link", name="退出登录").click()
    expect(phone.tab.locator("#app")).to_contain_text("还有 1 条记录、1 张照片没上传")
    phone.tab.get_by_role("button", name="退出登录").click()
    phone.tab.locator("#username").wait_for()
    network.calm()
    phone.turn_to(second)
    hashes = (
        "#",
        f"#/batches/{batch['id']}",
        f"#/recall/{batch['id']}",
        f"#/new/{world.product_id}",
    )
    with phone.offline():
        phone.tab.reload()
        for hash in hashes:
            phone.tab.evaluate("hash => { location.hash = hash; }", hash)
            expect(phone.tab.locator("#app")).to_contain_text("已退出登录，登录后继续")
            expect(phone.bar).to_contain_text("2 条存在手机里")
            expect(phone.tab.locator("#form, .entry, .test")).to_have_count(0)
            expect(phone.tab.locator("#app")).not_to_contain_text(batch["lot"])
    kept = phone.tab.evaluate("Store.all()")
    assert not {"data", "seen"} & kept.keys()
    phone.sign_in_by_hand("cadre")
    phone.sent(made)
    cadre = Client(world.url, world.token("cadre"))  # the session before has ended everywhere
    tests = cadre.everything(f"/v1/batches/{batch['id']}/inspections")
    assert [test["measurements"][0]["value"] for test in tests] == [7.5, 12.5]


def test_whoever_goes_back_after_signing_out_sees_no_page_of_theirs(
    phone: Phone, world: World
) -> None:
    batch = world.batch()
    phone.tab.goto(f"{phone.network.url}/cadre/batches")
    expect(phone.tab.locator("main")).to_contain_text(batch["lot"])
    phone.tab.get_by_role("button", name="退出登录").click()
    phone.tab.locator("#username").wait_for()
    phone.tab.go_back()
    phone.tab.locator("#username").wait_for()
    expect(phone.tab.locator("main")).not_to_contain_text(batch["lot"])
