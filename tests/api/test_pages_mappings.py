"""What platforms' goods are, on the seller's desk over real HTTP: what changing it does to orders
that were imported and are not packed yet."""

import pytest

from tests.books import Books
from tests.platform_files import as_csv, imported, pinduoduo, read, taobao, uploaded
from tests.visitor import AnswerPage, Visitor
from tests.world import Json, World, new_id, ok

GOODS = "/seller/imports/goods"


@pytest.fixture
def seller(world: World) -> Visitor:
    return Visitor(world.url).signed_in("seller")


def opened(seller: Visitor, goods: str = "goods=") -> AnswerPage:
    """The page of the only goods that the shop has mapped."""
    return seller.get(seller.get(GOODS).link(goods))


def lines(world: World) -> dict[str, list[tuple[str, int, int]]]:
    """By the platform's number: offer, packs and what was paid of each line."""
    return {
        order["external_ref"]: [
            (line["offer_id"], line["packs"], line["sum_fen"]) for line in order["lines"]
        ]
        for order in world.seller.everything("/v1/orders")
    }


def read_again(world: World, rows: int) -> Json:
    preview: Json = read(world.seller, uploaded(world.seller, as_csv(pinduoduo(rows))))["preview"]
    return preview


def test_without_a_tick_orders_stay_as_they_are(world: World, seller: Visitor) -> None:
    wrong, right = world.offer(), world.offer(title="土鸡蛋 5 枚", pack_quantity=5)
    imported(world, pinduoduo(2), {"土鸡蛋": wrong})
    before = lines(world)
    page = opened(seller)
    assert "有 2 单已导入、还没装箱" in page.words
    page = seller.send(page.form("form"), offer=right["id"], packs="2")
    assert "以后导入按新的对应" in page.words
    assert lines(world) == before
    preview = read_again(world, 3)
    assert (preview["new"], preview["different"]) == (1, 2)


def test_with_a_tick_orders_get_the_new_goods(world: World, seller: Visitor) -> None:
    wrong, right = world.offer(), world.offer(title="土鸡蛋 5 枚", pack_quantity=5)
    imported(world, pinduoduo(3), {"土鸡蛋": wrong})
    packed = world.seller.everything("/v1/orders")[0]
    world.pack(packed)
    before = lines(world)
    page = seller.send(opened(seller).form("form"), offer=right["id"], packs="2", orders="1")
    assert "没装箱的订单改了 2 单" in page.words
    after = lines(world)
    for number, [(offer_id, packs, paid)] in after.items():
        [(_, packs_before, paid_before)] = before[number]
        assert paid == paid_before, "what the buyer paid stays"
        if number == packed["external_ref"]:
            assert (offer_id, packs) == (wrong["id"], packs_before)
        else:
            assert (offer_id, packs) == (right["id"], 2 * packs_before)
    books = Books.read()
    books.check()
    assert books.left(wrong["id"]) == wrong["packs_total"] - before[packed["external_ref"]][0][1]
    order = next(o for o in world.seller.everything("/v1/orders") if o["id"] != packed["id"])
    journal = ok(world.seller.get(f"/v1/orders/{order['id']}/changes"))["items"]
    assert [(entry["old"], entry["new"]) for entry in journal] == [(None, "paid"), ("paid", "paid")]
    assert "土鸡蛋 10 枚 × 1 → 土鸡蛋 5 枚 × 2" in journal[-1]["why"]
    world.delivered(world.pack(order))
    Books.read().check()
    assert read_again(world, 3)["already"] == 2, "the file knows them again"
    assert read_again(world, 3)["different"] == 1


def test_the_same_again_changes_nothing_more(world: World, seller: Visitor) -> None:
    wrong, right = world.offer(), world.offer(title="土鸡蛋 5 枚", pack_quantity=5)
    imported(world, pinduoduo(2), {"土鸡蛋": wrong})
    form = opened(seller).form("form")
    for n in (2, 0):
        page = seller.send(form, offer=right["id"], packs="2", orders="1")
        assert f"没装箱的订单改了 {n} 单" in page.words
    Books.read().check()


def test_more_packs_of_the_same_offer_take_only_the_difference(
    world: World, seller: Visitor
) -> None:
    offer = world.offer(packs_total=5)
    imported(world, pinduoduo(2), {"土鸡蛋": offer})
    page = seller.send(opened(seller).form("form"), packs="3", orders="1")
    assert (page.status, Books.read().left(offer["id"])) == (409, 1)
    assert "订单改了 1 单。 1 单没改成" in page.words
    assert "只剩 2 份" in page.words
    page = seller.send(opened(seller).form("form"), packs="1", orders="1")
    assert Books.read().left(offer["id"]) == 3
    Books.read().check()


def test_what_an_order_gives_back_goes_to_the_batch_of_a_closed_offer(
    world: World, seller: Visitor
) -> None:
    old = world.offer()
    imported(world, taobao(2), {"土鸡蛋": old, "沃柑": old})
    ok(world.seller.post(f"/v1/offers/{old['id']}/close", {"reason": "写错了"}, new_id()))
    new = world.offer(title="土鸡蛋 6 枚", pack_quantity=6)
    form = opened(seller, "goods=").form("form")
    assert "没装箱的订单改了" in seller.send(form, offer=new["id"], orders="1").words
    Books.read().check()


def test_what_is_forgotten_is_asked_again(world: World, seller: Visitor) -> None:
    imported(world, pinduoduo(1), {"土鸡蛋": world.offer()})
    form = opened(seller).form("forget")
    for _ in range(2):
        assert "下次导入会再问" in seller.send(form).words
    assert "还没有对应过" in seller.get(GOODS).words
    answer = read(world.seller, uploaded(world.seller, as_csv(pinduoduo(1, start=1))))
    assert [row["code"] for row in answer["rows"]] == ["item_unmapped"]
    assert len(lines(world)) == 1


def test_what_was_typed_wrong_is_kept_and_said(world: World, seller: Visitor) -> None:
    imported(world, pinduoduo(1), {"土鸡蛋": world.offer()})
    page = seller.send(opened(seller).form("form"), packs="两份", orders="1")
    assert page.status == 422
    assert "大于 0 的整数" in page.words
    assert page.form("form").fields["packs"] == "两份"
    page = seller.send(opened(seller).form("form"), offer=new_id())
    assert page.status == 404


def test_another_shop_sees_none_of_it(world: World) -> None:
    imported(world, pinduoduo(1), {"土鸡蛋": world.offer()})
    goods = Visitor(world.url).signed_in("seller").get(GOODS).link("goods=")
    other = Visitor(world.url).signed_in("seller2")
    assert "还没有对应过" in other.get(GOODS).words
    assert other.get(goods).status == 404
