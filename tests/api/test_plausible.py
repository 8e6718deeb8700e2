"""Numbers far from what was usual, asked once on the pages; the interface takes what it is told."""

import pytest

from tests.visitor import Visitor
from tests.world import World, new_id, ok, refused

ASKED = "没填错吗"


@pytest.fixture
def cadre(world: World) -> Visitor:
    return Visitor(world.url).signed_in("cadre")


def usual(world: World) -> None:
    for quantity in (900, 1000, 1100):
        world.batch(quantity=quantity)


def form_of(world: World) -> str:
    return f"/cadre/batches/new?product_id={world.product_id}"


def test_a_far_quantity_is_asked_once_and_kept_as_confirmed(world: World, cadre: Visitor) -> None:
    usual(world)
    page = cadre.send(cadre.get(form_of(world)).form("form"), amount="1000000", plot="东坡")
    assert page.status == 409
    assert ASKED in page.words
    assert "是平时（1000 个）的 1,000 倍" in page.words
    assert len(ok(world.cadre.get("/v1/batches"))["items"]) == 3
    again = page.form("form")
    assert (again.fields["amount"], again.fields["plot"]) == ("1000000", "东坡")
    assert "whose" in again.fields, "its answer is lost when the session ends"
    for _ in range(2):  # a double tap
        page = cadre.send(again, sure="quantity=1000000")
        assert "已登记这一批" in page.words
    assert "问过“数量”，说没错" in page.words
    batch_id = page.url.split("?")[0].rsplit("/", 1)[1]
    birth = ok(world.cadre.get(f"/v1/batches/{batch_id}/changes"))["items"][0]
    assert birth["confirmed"] == ["quantity"]
    assert ASKED not in cadre.get(f"/cadre/batches/{batch_id}/quantity").words


def test_a_confirmation_does_not_hold_for_another_value(world: World, cadre: Visitor) -> None:
    usual(world)
    page = cadre.send(cadre.get(form_of(world)).form("form"), amount="1000000")
    page = cadre.send(page.form("form"), amount="2000000", sure="quantity=1000000")
    assert page.status == 409
    assert "2000000 个" in page.words
    page = cadre.send(page.form("form"), amount="1200")
    assert "已登记这一批" in page.words


def test_a_harvest_of_another_year_is_asked_about(world: World, cadre: Visitor) -> None:
    form = cadre.get(form_of(world)).form("form")
    page = cadre.send(form, amount="10", harvested_on="2025-01-05")
    assert page.status == 409
    assert "采收日期 2025-01-05 是" in page.words
    page = cadre.send(page.form("form"), sure="harvested_on=2025-01-05")
    assert "已登记这一批" in page.words


def test_the_interface_takes_what_it_is_told_and_the_desk_asks_later(
    world: World, cadre: Visitor
) -> None:
    """As a phone without network has nobody to ask."""
    usual(world)
    batch = world.batch(quantity=1_000_000)
    path = f"/cadre/batches/{batch['id']}/quantity"
    page = cadre.get(path)
    assert "是平时（1000 个）的 1,000 倍" in page.words
    page = cadre.send(page.form("confirm"))
    assert "已记下：没错" in page.words
    assert "问过“数量”，说没错" in page.words
    assert ASKED not in cadre.get(path).words
    changes = ok(world.cadre.get(f"/v1/batches/{batch['id']}/changes"))["items"]
    assert [change["confirmed"] for change in changes] == [None, ["quantity"]]


def test_a_quantity_is_put_right_on_the_page(world: World, cadre: Visitor) -> None:
    usual(world)
    batch = world.passed_batch(quantity=10_000)
    world.certify(batch, quantity=700)
    path = f"/cadre/batches/{batch['id']}/quantity"
    form = cadre.get(path).form("form")
    assert form.fields["amount"] == "10000"
    page = cadre.send(form, amount="699", reason="多打了一个 0")
    assert page.status == 409
    assert "合格证已开 700 个，数量不能比这少" in page.words
    page = cadre.send(page.form("form"), amount="1000")
    assert "数量已更正" in page.words
    assert "数量 10000 个 → 1000 个" in page.words
    assert "多打了一个 0" in page.words
    assert "还能开 300 个（共 1000 个，已开 700 个）" in page.words
    page = cadre.send(cadre.get(path).form("form"), amount="1000000", reason="再改")
    assert page.status == 409
    assert ASKED in page.words
    page = cadre.send(page.form("form"), sure="quantity=1000000")
    assert "问过“数量”，说没错" in page.words


def test_a_certificate_form_begins_with_what_is_left(world: World, cadre: Visitor) -> None:
    batch = world.passed_batch()
    world.certify(batch, quantity=700)
    path = f"/cadre/batches/{batch['id']}"
    form = cadre.get(f"{path}/certificate").form("form")
    assert form.fields["amount"] == "300"
    page = cadre.send(form, amount="301")
    assert page.status == 409
    assert "还能开 300 个，不能再开 301 个" in page.words
    page = cadre.send(page.form("form"), amount="300")
    assert "合格证已开满 1000 个" in page.words
    assert not [link for link in page.links if "/certificate?lang" in link]


def test_a_far_price_is_asked_once_and_stands_in_the_journal(world: World) -> None:
    batch = world.passed_batch(quantity=10_000)
    for price in (2900, 3000, 3100):
        world.offer(batch, price_fen=price)
    seller = Visitor(world.url).signed_in("seller")
    form = seller.get(f"/seller/offers/new?product_id={world.product_id}").form("form")
    given = {"pack": "10", "packs": "20", "price": "300", f"batch-{batch['id']}": "1"}
    page = seller.send(form, **given)
    assert page.status == 409
    assert "价格合 ¥30.00/个，是平时（¥3.00/个）的 10 倍" in page.words
    page = seller.send(page.form("form"), sure="price=3000")
    assert page.status == 200
    last = ok(world.cadre.get(f"/v1/batches/{batch['id']}/changes"))["items"][-1]
    assert last["confirmed"] == ["price"]


def test_the_interface_keeps_a_confirmation_that_is_given(world: World) -> None:
    body = world.batch_body(confirmed=["quantity"])
    path = f"/v1/batches/{new_id()}"
    ok(world.cadre.put(path, body), 201)
    ok(world.cadre.put(path, body), 200)
    refused(world.cadre.put(path, world.batch_body(confirmed=["all"])), 422, "invalid")


def test_a_certificate_is_replaced_after_a_test(world: World, cadre: Visitor) -> None:
    batch = world.passed_batch()
    world.certify(batch, basis="self_controlled")
    page = cadre.get(f"/cadre/batches/{batch['id']}")
    page = cadre.get(page.link("certificate?supersedes="))
    assert "代替 1000 个" in page.words
    form = page.form("form")
    assert (form.fields["basis"], form.fields["amount"]) == ("self_tested", "1000")
    page = cadre.send(form)
    assert "合格证已开" in page.words
    assert "已换新证" in page.words
