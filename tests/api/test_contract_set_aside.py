"""What an offer set aside is its own: whoever closes, cancels or packs from another batch."""

import pytest

from chalicelib.steps.batches import MOST_OF_SHOP
from tests.books import Books
from tests.world import Client, Json, World, new_id, ok, refused


def available(world: World, *batches: Json) -> list[int]:
    return [
        ok(world.seller.get(f"/v1/batches/{batch['id']}"))["available_quantity"]
        for batch in batches
    ]


def two(world: World, first: int = 5, second: int = 5) -> tuple[Json, Json]:
    return world.passed_batch(quantity=first), world.passed_batch(quantity=second)


def sell(world: World, *batches: Json, packs: int, by: Client | None = None) -> Json:
    return world.offer(*batches, pack_quantity=1, packs_total=packs, by=by)


def close(world: World, offer: Json) -> None:
    ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "卖完了"}), 200)


def cancel(world: World, order: Json) -> None:
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "缺货"}, new_id()), 200)


@pytest.mark.parametrize("packed", [False, True])
def test_an_order_cancelled_after_its_offer_closed_gives_to_whom_it_took_from(
    world: World, packed: bool
) -> None:
    first, second = two(world)
    offer = sell(world, first, second, packs=10)
    order = world.paid_order(offer, packs=3)
    if packed:
        world.pack(order, (0, second, 3))
    close(world, offer)
    assert sum(available(world, first, second)) == 7
    cancel(world, order)
    assert available(world, first, second) == [5, 5]
    again = world.paid_order(sell(world, second, packs=5), packs=5)
    world.pack(again)
    Books.read().check()


def test_what_was_packed_from_the_other_batch_is_not_given_back_to_it(world: World) -> None:
    first, second = two(world)
    offer = sell(world, first, second, packs=10)
    world.pack(world.paid_order(offer, packs=5), (0, second, 5))
    close(world, offer)
    assert available(world, first, second) == [5, 0]
    Books.read().check()


def test_a_parcel_takes_nothing_that_another_offer_set_aside(world: World) -> None:
    small, other = two(world, first=1, second=10)
    theirs = world.paid_order(sell(world, other, packs=10), packs=10)
    order = world.paid_order(sell(world, small, other, packs=1))
    stolen = {"allocations": [{"line": 0, "batch_id": other["id"], "packs": 1}]}
    path = f"/v1/orders/{order['id']}/parcels"
    answer = refused(world.seller.post(path, stolen, new_id()), 409, "exceeds_batch")
    assert (answer["left"], answer["wanted"]) == (0, 1)
    world.pack(theirs)
    answer = refused(world.seller.post(path, stolen, new_id()), 409, "exceeds_batch")
    assert answer["left"] == 0
    world.pack(order)
    Books.read().check()


def test_what_is_packed_from_another_batch_spares_the_one_it_was_drawn_from(world: World) -> None:
    first, second = two(world)
    offer = sell(world, first, second, packs=5)
    order = world.paid_order(offer, packs=4)
    world.pack(order, (0, second, 3), (0, first, 1))
    assert available(world, first, second) == [3, 2]
    cancel(world, order)
    close(world, offer)
    assert available(world, first, second) == [5, 5]
    Books.read().check()


def test_offers_that_were_closed_keep_nobody_from_opening_one(world: World) -> None:
    batch = world.passed_batch(quantity=1000)
    opened = [sell(world, batch, packs=1) for _ in range(MOST_OF_SHOP)]
    body = world.offer_body(batch, packs_total=1)
    path = f"/v1/offers/{new_id()}"
    refused(world.seller.put(path, body), 409, "too_many_offers")
    close(world, opened[0])
    ok(world.seller.put(path, body), 201)
    world.move(batch, "hold")
    Books.read().check()
