"""What is printed beside labels: packing slips, certificates, a batch's own code."""

import pytest

from tests.visitor import Visitor
from tests.world import BUYER, World, new_id, ok


@pytest.fixture
def seller(world: World) -> Visitor:
    return Visitor(world.url).signed_in("seller")


@pytest.fixture
def cadre(world: World) -> Visitor:
    return Visitor(world.url).signed_in("cadre")


def test_a_slip_says_what_lies_in_each_box_and_no_price(world: World, seller: Visitor) -> None:
    first, second = world.passed_batch(), world.passed_batch()
    order = world.paid_order(world.offer(first, second), packs=3)
    world.pack(order, (0, first, 1), (0, second, 1))
    parcel = world.pack(order, (0, first, 1))
    contact = {"phone": "0559-1234567", "return_address": "歙县测试路 1 号"}
    ok(world.seller.post(f"/v1/shops/{world.shop_id}/contact", contact))
    page = seller.get(f"/seller/orders/{order['id']}")
    page = seller.get(page.link(f"/seller/orders/{order['id']}/slip"))
    assert page.source.count('class="card slip"') == 2
    assert f"{first['lot']} + {second['lot']}" in page.words
    assert parcel["url"] in page.words
    assert order["number"] in page.words
    assert "歙县测试路 1 号" in page.words
    assert "¥" not in page.words
    assert BUYER["name"] not in page.words
    assert "¥30.00" in seller.get(page.link("prices=yes")).words


def test_a_slip_is_for_the_buyer_whatever_the_packer_reads(world: World, seller: Visitor) -> None:
    run = world.packing_run()
    page = seller.get(f"/seller/packing/{run}/slips?lang=en")
    assert "With prices" in page.words
    assert "装箱日期" in page.words
    assert "Packed on" not in page.words


def test_a_run_has_the_slips_of_what_stands(world: World, seller: Visitor) -> None:
    run = world.packing_run()
    assert "装箱单" in seller.get(f"/seller/packing/{run}/slips").words
    ok(world.seller.post(f"/v1/packing-runs/{run}/take-back", {}, new_id()))
    assert "还没有装好的箱子" in seller.get(f"/seller/packing/{run}/slips").words
    other = Visitor(world.url).signed_in("seller2")
    assert other.get(f"/seller/packing/{run}/slips").status == 404


@pytest.mark.parametrize("paper", ["a4", "roll"])
def test_a_certificate_is_printed_in_the_words_of_the_order(
    world: World, cadre: Visitor, paper: str
) -> None:
    batch = world.passed_batch()
    world.certify(batch)
    page = cadre.get(f"/cadre/batches/{batch['id']}")
    path = page.link(f"/cadre/batches/{batch['id']}/certificates/").partition("?")[0]
    page = cadre.get(f"{path}?format={paper}&lang=en")
    for text in (
        "承诺达标合格证",
        "使用的常规农药、兽药残留不超标",
        "☑ 自行检测合格",
        batch["lot"],
    ):
        assert text in page.words
    assert cadre.get(f"/cadre/batches/{batch['id']}/certificates/{new_id()}").status == 404
    assert Visitor(world.url).signed_in("seller").get(path).status == 403


@pytest.mark.parametrize("paper", ["a4", "roll"])
def test_a_batchs_code_is_printed_with_its_lot(world: World, cadre: Visitor, paper: str) -> None:
    batch = world.passed_batch()
    page = cadre.get(f"/cadre/batches/{batch['id']}")
    path = page.link(f"/cadre/batches/{batch['id']}/qr").partition("?")[0]
    page = cadre.get(f"{path}?format={paper}")
    assert batch["lot"] in page.words
    assert "<svg" in page.source
