"""Imported orders get other goods while they are packed, and while others do the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.mapped_goods import ChangedGoods
from chalicelib.services import mappings
from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.platform_files import imported, pinduoduo
from tests.world import Json, World, new_id


@pytest.mark.parametrize("packs", [1, 2])
def test_an_order_is_packed_or_gets_other_goods_and_never_half_of_both(
    world: World, packs: int
) -> None:
    old = world.offer()
    new = world.offer(title="土鸡蛋 5 枚", pack_quantity=5, packs_total=9)
    imported(world, pinduoduo(8), {"土鸡蛋": old})
    orders = world.seller.everything("/v1/orders")
    seller = Actor(id="seller", role="seller", shop_id=world.shop_id, village_ids=())

    def call() -> Call:
        return Call(seller, datetime.now(UTC), new_id())

    [goods] = mappings.known_goods(call())
    body = ChangedGoods(offer_id=new["id"], packs=packs)
    known = mappings.change(call(), goods.id, body)
    by = SharedClient(world.seller)
    packing: list[Callable[[], object]] = [partial(_pack, by, order) for order in orders[:4]]
    at_once([*packing, *[lambda: mappings.change_orders(call(), known)] * 3])
    books = Books.read()
    books.check()
    for order in world.seller.everything("/v1/orders"):
        [line] = order["lines"]
        assert (line["offer_id"], line["packs"]) in {(old["id"], 1), (new["id"], packs)}
        assert order["paid_fen"] == line["sum_fen"]


def _pack(by: SharedClient, order: Json) -> None:
    """As it was a moment ago, which may be no more what is in it."""
    [line] = order["lines"]
    given = {"line": 0, "batch_id": line["batch_ids"][0], "packs": line["packs"]}
    answer = by.post(f"/v1/orders/{order['id']}/parcels", {"allocations": [given]}, new_id())
    assert answer.status_code in {201, 409, 422}, answer.text
