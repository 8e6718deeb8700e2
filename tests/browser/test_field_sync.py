"""The cadre's page for the field, with several accounts, pages and phones."""

import pytest
from playwright.sync_api import expect

from tests.world import Client, World, ok

from .field_records import check_server
from .flaky import SIGNED_OUT, SILENT, Network
from .phone import NewPhone, Phone, picture

pytestmark = pytest.mark.browser


# --- who is signed in ----------------------------------------------------------------------------


def test_whoever_is_signed_out_signs_in_and_it_goes_on(phone: Phone, world: World) -> None:
    with phone.offline():
        batch_id = phone.batch(world.product_id, 11)
        phone.test(batch_id, photos=[picture()])
        phone.sign_out()
    expect(phone.bar).to_contain_text("登录过期了，登录后继续传（3 条都在手机里）")
    phone.tab.reload()
    expect(phone.bar).to_contain_text("3 条都在手机里")
    phone.sign_in_by_hand("cadre")
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
    assert [batch["id"] for batch in world.cadre.everything("/v1/batches")] == [own]
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
            batch_id = phone.batch(world.product_id, 10 + turn)
            phone.turn_to(second)
            two = phone.batch(world.product_id, 20 + turn)
            phone.test(two, photos=[picture(turn)])
            phone.turn_to(first)
            phone.test(batch_id, photos=[picture(10 + turn)])
        made = phone.records()
    for tab in (first, second):
        phone.turn_to(tab)
        phone.uploaded()
    check_server(world, phone.records())
    assert {record["state"] for record in phone.records().values()} == {"sent"}
    assert phone.records().keys() == made.keys()
    batches = world.cadre.everything("/v1/batches")
    assert len({batch["lot"] for batch in batches}) == len(batches) == 6
    puts = [
        request.path
        for request in network.met
        if request.method == "PUT" and "/v1/batches/" in request.path
    ]
    assert len(set(puts)) == 12
    assert len(puts) == 12 or not locks


def test_what_the_server_confirmed_to_one_page_stays_so_when_another_is_late(
    new_phone: NewPhone, network: Network, world: World
) -> None:
    """Without locks both send a photo, and the first to end takes it from the phone's store."""
    phone = new_phone()
    phone.context.add_init_script("delete Navigator.prototype.locks;")
    late = phone.open()
    phone.ready()
    late.evaluate("""() => {
        const photo = Store.photo;
        const sent = one => one.kind === 'bytes' && one.state === 'sent';
        Store.photo = async id => {
            await hands.until(async () => (await Store.all()).records.some(sent));
            await hands.until(async () => !await photo(id));
            return photo(id);
        };
    }""")
    phone.test(phone.batch(world.product_id), photos=[picture()])
    network.wait("PUT", "^/v1/photos/", times=2)  # before the test, and to ask where to
    phone.open()
    late.evaluate("localStorage.removeItem('shanhuo-sync')")
    phone.hurry()
    phone.uploaded()
    phone.turn_to(late)
    phone.uploaded()
    expect(phone.bar).not_to_contain_text("要处理")
    assert {record["state"] for record in phone.records().values()} == {"sent"}
    check_server(world, phone.records())


def test_what_one_page_corrects_another_does_not_send_as_it_was(
    phone: Phone, network: Network, world: World
) -> None:
    """... and what is discarded stays so, while the other page is amid sending."""
    first = phone.tab
    phone.never_after(30)  # it would go on to the next record
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
    quantities = sorted(batch["quantity"] for batch in world.cadre.everything("/v1/batches"))
    assert quantities == [10, 21]
    assert phone.records().keys() == {f"batch:{slow}", f"batch:{corrected}"}


def test_two_phones_of_one_account(new_phone: NewPhone, world: World) -> None:
    phones = [new_phone(), new_phone()]
    letters = set()
    for at, phone in enumerate(phones):
        phone.open()
        phone.ready()
        letters.add(phone.tab.evaluate("Store.all().then(kept => kept.phone)"))
        with phone.offline():
            for turn in range(3):
                batch_id = phone.batch(world.product_id, 10 * at + turn + 1)
                phone.test(batch_id, photos=[picture(10 * at + turn)])
    for phone in phones:
        phone.uploaded()
        check_server(world, phone.records())
    batches = world.cadre.everything("/v1/batches")
    assert len(batches) == 6
    by_chance_alike = len(letters) == 1  # once in 576
    assert len({batch["lot"] for batch in batches}) == 6 or by_chance_alike
