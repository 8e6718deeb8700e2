"""Households that a cadre adds in the form of a batch, without network."""

import pytest
from playwright.sync_api import expect

from tests.world import World, ok

from .flaky import CUT_AFTER, Network
from .phone import NewPhone, Phone

pytestmark = pytest.mark.browser

NEW = "新农户"


def add(phone: Phone, world: World, name: str, amount: int = 100, **fields: object) -> str:
    """A batch of a new household; the batch's id."""
    return phone.batch(world.product_id, amount, producer_id="new", display_name=name, **fields)


def begin(phone: Phone, world: World) -> None:
    """The form of a batch, of a household that has no name yet."""
    phone.open_form(f"#/new/{world.product_id}")
    phone.tab.locator("#f-amount").fill("10")
    phone.tab.get_by_text(NEW).click()


def grower_of(world: World, batch_id: str) -> str:
    batch = ok(world.cadre.get(f"/v1/batches/{batch_id}"))
    producer = ok(world.cadre.get(f"/v1/producers/{batch['producer_id']}"))
    return str(producer["display_name"])


def test_a_household_is_added_without_network_and_is_there_for_the_next_batch(
    phone: Phone, world: World
) -> None:
    """Tap by tap, with the page loaded anew in between; both arrive once, the household first."""
    tab = phone.tab
    with phone.offline():
        tab.reload()
        phone.begin_batch("120")
        expect(tab.get_by_label("户编号")).to_be_hidden()
        tab.get_by_text(NEW).click()
        tab.get_by_label("名称").fill("农户 12")
        tab.get_by_label("户编号").fill("0012")
        tab.get_by_role("button", name="保存").click()
        expect(tab.locator("a.entry", has_text="120 个")).to_contain_text("农户 12")
        expect(phone.bar).to_contain_text("没有网络，2 条存在手机里")
        tab.reload()
        tab.get_by_role("link", name="新批次").click()
        tab.get_by_role("link", name="土鸡蛋").click()
        expect(tab.get_by_label("农户 12")).to_be_checked()
        tab.get_by_label("数量（个）").fill("80")
        phone.save()
        expect(phone.bar).to_contain_text("没有网络，3 条存在手机里")
    phone.uploaded()
    assert world.households() == ["农户 12"]
    batches = world.cadre.everything("/v1/batches")
    assert sorted(batch["quantity"] for batch in batches) == [80, 120]
    (made,) = {batch["producer_id"] for batch in batches}
    assert ok(world.cadre.get(f"/v1/producers/{made}"))["household_code"] == "0012"
    sent = [request.path for request in phone.network.met if request.method == "PUT"]
    assert [path.split("/")[2] for path in sent] == ["producers", "batches", "batches"]


def test_a_kill_between_household_and_batch_makes_neither_twice(
    impatient: Phone, network: Network, world: World
) -> None:
    """The answer to the household is lost, and the page is gone before it is asked again."""
    phone = impatient
    with phone.offline():
        batch_id = add(phone, world, "农户 12")
        network.fault, network.only = CUT_AFTER, "/v1/producers/"
    network.wait("PUT", "/v1/producers/")
    phone.kill()
    network.calm()
    phone.open()
    phone.hurry()
    phone.sent(f"batch:{batch_id}")
    phone.uploaded()
    assert world.households() == ["农户 12"]
    assert grower_of(world, batch_id) == "农户 12"
    assert {record["state"] for record in phone.records().values()} == {"sent"}


def test_two_phones_that_add_the_same_household_have_one(new_phone: NewPhone, world: World) -> None:
    """The second is told so, and its next batch goes to the one that is there, too."""
    phones = [new_phone(), new_phone()]
    batches = []
    for at, phone in enumerate(phones):
        phone.open()
        phone.ready()
        phone.context.set_offline(True)
        batches.append(add(phone, world, ["农户 12", "农户12"][at], 100 + at))
    for phone in phones:
        phone.context.set_offline(False)
        phone.uploaded()
    batches.append(phones[1].batch(world.product_id, 7))
    phones[1].sent(batches[-1])
    assert world.households() == ["农户 12"]
    assert {grower_of(world, batch_id) for batch_id in batches} == {"农户 12"}
    phones[1].home()
    queue = phones[1].tab.locator("#queue")
    queue.get_by_text("已传，保留 7 天").click()
    expect(queue).to_contain_text("村里已有这一户，没有重复建")
    phones[1].open_form(f"#/new/{world.product_id}")
    expect(phones[1].tab.get_by_label("农户 12")).to_have_count(1)


def test_a_refused_household_keeps_its_batch_until_a_person_has_said_which_it_is(
    phone: Phone, world: World
) -> None:
    ok(world.household("农户 12", "0012"), 201)
    with phone.offline():
        batch_id = add(phone, world, "农户 12", household_code="0099")
        phone.test(batch_id, 12.5)
    expect(phone.bar).to_contain_text("1 条要处理")
    phone.home()
    queue = phone.tab.locator("#queue")
    expect(queue).to_contain_text("村里已有“农户 12”，户编号跟您填的不一样")
    expect(queue).to_contain_text("等“新农户 农户 12”先处理")
    assert world.cadre.everything("/v1/batches") == []
    queue.locator("a[href*=household]").click()
    phone.tab.get_by_role("link", name="修改再传").click()
    phone.tab.get_by_label("户编号").fill("")
    phone.save()
    phone.uploaded()
    assert world.households() == ["农户 12"]
    assert grower_of(world, batch_id) == "农户 12"


def test_a_name_that_the_village_has_is_chosen_and_not_added(
    new_phone: NewPhone, world: World
) -> None:
    ok(world.household("农户 12"), 201)
    phone = new_phone()
    phone.open()
    phone.ready()
    with phone.offline():
        begin(phone, world)
        phone.tab.locator("#bar button").click()
        expect(phone.tab.locator(".field .error")).to_have_text("必填")
        phone.tab.get_by_label("名称").fill("农户12")
        phone.tab.locator("#bar button").click()
        expect(phone.tab.locator(".field .error")).to_have_text("已有这一户，请在上面选")
        phone.tab.get_by_text("农户 12", exact=True).click()
        phone.save()
    phone.uploaded()
    assert world.households() == ["农户 12"]


def test_a_half_filled_household_survives_a_kill(phone: Phone, world: World) -> None:
    with phone.offline():
        phone.open_form(f"#/new/{world.product_id}")
        phone.tab.get_by_text(NEW).click()
        phone.tab.get_by_label("名称").fill("农户 33")
        phone.kept("农户 33")
        phone.kill()
        phone.open()
        phone.tab.get_by_role("link", name="继续填").click()
        expect(phone.tab.get_by_label("名称")).to_have_value("农户 33")
        phone.tab.locator("#f-amount").fill("12")
        phone.save()
    phone.uploaded()
    assert world.households() == ["农户 33"]


def test_a_batch_that_waits_can_be_given_to_a_new_household(phone: Phone, world: World) -> None:
    with phone.offline():
        batch_id = phone.batch(world.product_id, 30)
        phone.open_form(f"#/amend/batch:{batch_id}")
        phone.tab.get_by_text(NEW).click()
        phone.tab.get_by_label("名称").fill("农户 12")
        phone.save()
    phone.uploaded()
    assert grower_of(world, batch_id) == "农户 12"


def test_a_village_without_growers_begins_with_its_first(new_phone: NewPhone, world: World) -> None:
    newcomer = world.account("cadre", "newcomer", village_ids=[world.other_village_id])
    phone = new_phone()
    phone.sign_in(newcomer)
    phone.open()
    phone.ready()
    with phone.offline():
        batch_id = phone.batch(world.product_id, 30, display_name="农户 1")
    phone.sent(batch_id)
    (producer,) = ok(newcomer.get("/v1/producers"))["items"]
    assert (producer["display_name"], producer["village_id"]) == ("农户 1", world.other_village_id)


def test_of_several_villages_one_is_chosen(new_phone: NewPhone, world: World) -> None:
    both = [world.village_id, world.other_village_id]
    phone = new_phone()
    phone.sign_in(world.account("cadre", "of-two", village_ids=both))
    phone.open()
    phone.ready()
    with phone.offline():
        begin(phone, world)
        phone.tab.get_by_label("名称").fill("农户 5")
        phone.tab.locator("#bar button").click()
        expect(phone.tab.locator("p.error")).to_have_text("必填")
        phone.tab.get_by_text("石屋村").click()
        phone.save()
    phone.uploaded()
    (batch,) = world.county.everything("/v1/batches")
    assert batch["village_id"] == world.other_village_id
