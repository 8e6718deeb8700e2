"""The cadre's forms for the field: what they refuse, ask, take over and keep."""

import pytest
from playwright.sync_api import expect

from tests.world import RATE, World, ok, product_body, today

from .field_records import inspections_of
from .flaky import Network
from .phone import NewPhone, Phone, as_file, picture

pytestmark = pytest.mark.browser


def test_a_number_that_could_be_two_is_refused_and_never_judged(
    new_phone: NewPhone, world: World
) -> None:
    """1,250 is not 1.25; 12,5 is 12.5; full-width digits are digits; too large says so."""
    residue = product_body()["inspection_plan"]["metrics"][0] | {"unit": "mg/kg", "limit": 2}
    product = world.product(name="砀山酥梨", inspection_plan={"metrics": [residue]})["id"]
    batch = world.batch(product_id=product)
    phone = new_phone()
    phone.open()
    phone.ready()
    phone.open_form(f"#/inspect/{batch['id']}")
    value, verdict = phone.tab.locator(f"#f-value-{RATE}"), phone.tab.locator(".verdict")
    for typed, words in (
        ("1,250", "请写成 1250 或 1.25"),
        ("１，２５０", "请写成 1250 或 1.25"),
        ("2500000", "太大"),
        ("1.2345678", "最多 6 位小数"),
        ("-0.5", "不能小于 0"),
        ("少", "请填数字"),
    ):
        value.fill(typed)
        expect(verdict).to_have_text("")
        phone.tab.locator("#bar button").click()
        expect(phone.tab.locator(".field .error")).to_contain_text(words)
    value.fill("１２，５")
    expect(verdict).to_have_text("不合格")
    phone.save()
    phone.uploaded()
    (inspection,) = inspections_of(world, batch["id"])
    assert inspection["measurements"][0]["value"] == 12.5


def test_a_correction_keeps_the_photos_and_the_second(phone: Phone, world: World) -> None:
    """... unless one is taken off; so does the corrected one of a correction."""
    batch_id = phone.batch(world.product_id)
    first = phone.test(batch_id, 48.5, photos=[picture(1), picture(2)])
    phone.uploaded()
    phone.go(f"#/correct/{batch_id}/{first}")
    expect(phone.tab.locator(".shots li")).to_have_count(2)
    phone.tab.get_by_role("button", name="去掉").first.click()
    expect(phone.tab.locator(".shots li")).to_have_count(1)
    phone.tab.locator("input[type=file]").set_input_files(as_file(picture(3)))
    expect(phone.tab.locator(".shots li")).to_have_count(2)
    phone.tab.locator(f"#f-value-{RATE}").fill("12.5")
    phone.save()
    phone.uploaded()
    second, old = inspections_of(world, batch_id)
    assert second["supersedes"] == first
    assert second["tested_at"] == old["tested_at"]
    assert second["photos"][0] == old["photos"][1]
    assert (len(second["photos"]), second["photos_waiting"]) == (2, [])
    assert phone.photos() == 0
    replaced = phone.tab.locator(".test.replaced")
    expect(replaced.locator(".chip.ok")).to_have_count(0)
    expect(replaced).to_contain_text("照片 2")


def test_a_time_that_is_typed_in_a_correction_counts(phone: Phone, world: World) -> None:
    batch_id = phone.batch(world.product_id)
    first = phone.test(batch_id, 48.5)
    phone.uploaded()
    minute = f"{today()}T00:01"
    phone.fill(f"#/correct/{batch_id}/{first}", {"tested_at": minute}, [], "inspection:")
    phone.uploaded()
    second = next(
        inspection for inspection in inspections_of(world, batch_id) if inspection["supersedes"]
    )
    assert second["tested_at"][14:19] == "01:00"


def test_what_a_recalled_batch_no_longer_takes_can_be_read_and_discarded(
    new_phone: NewPhone, world: World
) -> None:
    batch = world.passed_batch()
    phone = new_phone()
    phone.open()
    phone.ready()
    with phone.offline():
        test_id = phone.test(batch["id"], 13.5)
        phone.fill(f"#/hold/{batch['id']}", {"reason": "待查"}, [], "move:")
        world.move(batch, "recall", "县里抽检不合格")
    expect(phone.bar).to_contain_text("2 条要处理 · 其余已上传")
    phone.home()
    queue = phone.tab.locator("#queue")
    expect(queue).to_contain_text("这条没传上：这批货已召回，不再收检测")
    expect(queue).not_to_contain_text("点开修改")
    phone.go(f"#/queue/inspection:{test_id}")
    expect(phone.tab.locator("#app")).to_contain_text("13.5%")
    expect(phone.tab.get_by_role("link", name="修改再传")).to_have_count(0)
    phone.tab.get_by_role("button", name="丢弃").click()
    phone.tab.get_by_role("button", name="确定丢弃").click()
    expect(phone.bar).to_contain_text("1 条要处理")


def test_a_lot_that_is_known_is_asked_about_and_both_are_found(phone: Phone, world: World) -> None:
    first = phone.batch(world.product_id, 10, lot="A-77", plot="东坡", note="雨后采")
    phone.open_form(f"#/new/{world.product_id}")
    for name, typed in (("amount", "20"), ("lot", "A-77")):
        phone.tab.evaluate("given => hands.type(...given)", [name, typed])
    phone.tab.locator("#bar button").click()
    expect(phone.tab.locator("[role=alert]")).to_contain_text("已有一批 A-77，真的另有一批？")
    assert len(phone.records()) == 1
    phone.tab.get_by_role("button", name="没错，保存").click()
    phone.tab.locator("#form").wait_for(state="detached")
    phone.uploaded()
    assert len(world.cadre.everything("/v1/batches")) == 2
    phone.go("#/find")
    phone.tab.locator("#code").fill("a-77")
    phone.tab.get_by_role("button", name="打开").click()
    expect(phone.tab.locator("#app [role=status]")).to_contain_text("有几批是这个批号，选一批")
    phone.go(f"#/batches/{first}")
    expect(phone.tab.locator(".facts")).to_contain_text("东坡")
    expect(phone.tab.locator(".facts")).to_contain_text("雨后采")


def test_what_nobody_sees_is_not_kept_and_what_was_refused_is_not_proposed(
    phone: Phone, network: Network, world: World
) -> None:
    batch_id = phone.batch(world.product_id, plot="东\u202e坡\u200b👩\u200d🌾")
    phone.sent(batch_id)
    assert ok(world.cadre.get(f"/v1/batches/{batch_id}"))["plot"] == "东坡👩\u200d🌾"
    phone.open_form(f"#/new/{world.product_id}")
    expect(phone.tab.locator("#f-plot")).to_have_value("东坡👩\u200d🌾")
    phone.batch(world.product_id, plot="\u0301")
    expect(phone.bar).to_contain_text("1 条要处理")
    phone.go("#")
    phone.open_form(f"#/new/{world.product_id}")
    expect(phone.tab.locator("#f-plot")).to_have_value("")


TAP_TWICE = """selector => new Promise(done => {
  const button = document.querySelector(selector), box = button.getBoundingClientRect();
  const at = [box.left + box.width / 2, box.top + box.height / 2];
  new MutationObserver((_, watching) => {
    if (button.isConnected) return;
    watching.disconnect();
    document.elementFromPoint(...at).click();
    setTimeout(done, 100);
  }).observe(document.body, { childList: true, subtree: true });
  document.elementFromPoint(...at).click();
})"""
"""Once more where a button was, as soon as it is gone: a busy machine cannot come between."""


def test_a_hasty_thumb_opens_no_other_form_and_leaves_no_draft(phone: Phone, world: World) -> None:
    phone.open_form(f"#/new/{world.product_id}")
    phone.tab.locator("#f-amount").fill("11")
    phone.tab.evaluate(TAP_TWICE, "#bar button")
    expect(phone.tab.locator("#form, a.tile")).to_have_count(0)
    phone.open_form(f"#/new/{world.product_id}")
    phone.tab.locator("#f-amount").fill("12")
    phone.tab.evaluate("for (let n = 0; n < 3; n++) document.querySelector('#bar button').click()")
    phone.tab.locator("#form").wait_for(state="detached")
    phone.uploaded()
    phone.tab.reload()
    phone.ready()
    expect(phone.tab.locator("#app")).not_to_contain_text("没填完的")
    quantities = sorted(batch["quantity"] for batch in world.cadre.everything("/v1/batches"))
    assert quantities == [11, 12]


def test_a_reason_that_is_tapped_and_one_that_is_typed_are_both_kept(
    new_phone: NewPhone, world: World
) -> None:
    batch = world.passed_batch()
    phone = new_phone()
    phone.open()
    phone.ready()
    values = {"why": "买家投诉，待查", "reason": "有两箱发软"}
    phone.fill(f"#/hold/{batch['id']}", values, [], "move:")
    phone.uploaded()
    batch_now = ok(world.cadre.get(f"/v1/batches/{batch['id']}"))
    assert batch_now["reason"] == "买家投诉，待查；有两箱发软"


def test_whose_session_ended_is_not_told_that_there_is_no_network(
    phone: Phone, world: World
) -> None:
    batch_id = phone.batch(world.product_id)
    phone.uploaded()
    phone.sign_out()
    phone.tab.reload()
    expect(phone.bar).to_contain_text("登录过期了")
    phone.go(f"#/recall/{batch_id}")
    expect(phone.tab.locator("#app")).to_contain_text("登录过期了")
    expect(phone.tab.locator("#app")).not_to_contain_text("没有网络")


def test_what_was_wrong_with_a_photo_is_said_until_the_next_action(
    phone: Phone, world: World
) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator("input[type=file]").set_input_files(as_file(b"a letter"))
    wrong = phone.tab.get_by_text("这个文件不是照片，没有加上")
    expect(wrong).to_have_count(1)
    phone.tab.locator(f"#f-value-{RATE}").fill("9.5")
    expect(wrong).to_have_count(0)


def test_a_quantity_far_from_the_usual_is_asked_about_without_network(
    phone: Phone, world: World
) -> None:
    """By what the phone was told when it last had network; the answer is kept with the batch."""
    for quantity in (90, 100, 110):
        world.batch(quantity=quantity)
    phone.open()
    phone.ready()
    with phone.offline():
        phone.open_form(f"#/new/{world.product_id}")
        given = (("amount", "100000"), ("harvested_on", "2025-01-05"))
        for name, typed in given:
            phone.tab.evaluate("given => hands.type(...given)", [name, typed])
        phone.tab.locator("#bar button").click()
        alert = phone.tab.locator("[role=alert]")
        expect(alert).to_contain_text("平时 100 个，数量没错？ 采收日期没错？")
        assert phone.records() == {}
        phone.tab.get_by_role("button", name="没错，保存").click()
        phone.tab.locator("#form").wait_for(state="detached")
    phone.uploaded()
    newest = ok(world.cadre.get("/v1/batches"))["items"][0]
    assert newest["quantity"] == 100_000
    birth = ok(world.cadre.get(f"/v1/batches/{newest['id']}/changes"))["items"][0]
    assert birth["confirmed"] == ["quantity", "harvested_on"]
