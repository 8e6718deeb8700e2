"""Offers for a crowd: spread so widely that nothing is read or written by everyone.

What buyers read of such an offer may be two seconds old; what they get is exact all the same.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.batches import WrittenReason
from chalicelib.domain.offers import MOST_SHARDS
from chalicelib.domain.scans import MOST_COUNTED
from chalicelib.repositories import recent
from chalicelib.repositories.errors import StoreUnavailable
from chalicelib.repositories.tables import OrderItem, ParcelItem, StockItem, key_of
from chalicelib.services import offers
from tests.books import Books
from tests.crowd import SharedClient, at_once, meanwhile, outcomes
from tests.meter import meter
from tests.services.same import stock
from tests.services.test_races import buy
from tests.world import Json, World, new_id, ok, refused

FAST = {"expected_orders_per_second": 10_000}


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept for two seconds is kept: a busy machine takes longer than that."""
    monkeypatch.setattr(recent, "monotonic", lambda: 0.0)


@pytest.fixture(autouse=True)
def _books(table: None) -> Iterator[None]:
    recent.clear()
    yield
    Books.read().check()


def left(world: World, offer: Json) -> int:
    """By a fresh look."""
    recent.clear()
    packs: int = ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"]
    return packs


def test_an_offer_for_a_crowd_sells_out_to_the_last_pack(world: World) -> None:
    """Looks are kept, so some may hear "sold out" a moment early; the next ones get the rest."""
    _, offer = stock(world, 90, **FAST)
    everyone, sold = SharedClient(world.nobody), 0
    for start in range(0, 180, 60):
        answers = at_once([partial(buy, everyone, world, offer, start + n) for n in range(60)])
        assert set(outcomes(answers)) <= {"201", "out_of_stock"}
        sold += outcomes(answers)["201"]
        assert left(world, offer) == 90 - sold
    assert sold == 90
    assert Books.read().sold(offer["id"]) == 90


def test_who_wants_more_than_a_slot_holds_gets_it_from_several(world: World) -> None:
    _, offer = stock(world, 90, **FAST)
    ok(world.seller.post("/v1/orders", world.order_body(offer, 60), new_id()), 201)
    refused(
        world.seller.post("/v1/orders", world.order_body(offer, 60), new_id()), 409, "out_of_stock"
    )
    ok(world.seller.post("/v1/orders", world.order_body(offer, 30), new_id()), 201)
    assert left(world, offer) == 0


def test_a_process_reads_such_an_offer_once_and_not_for_each_buyer(
    world: World, still: None
) -> None:
    _, fast = stock(world, 90, **FAST)
    _, calm = stock(world, 90)
    form = "/shops/{shop_id}/offers/{id}"
    for offer, again in ((fast, 0.0), (calm, 2.0)):
        world.nobody.get(form.format(**offer))
        with meter() as metered:
            assert world.nobody.get(form.format(**offer)).status_code == 200
        assert metered.rcu == again, "the offer and its stock"
        with meter() as metered:
            ok(world.nobody.post("/v1/orders", world.order_body(offer), new_id()), 201)
        assert metered.rcu == 1 + again, "its own order; and the offer with its first slot"


def test_a_hold_stops_it_at_once_where_it_was_written(world: World) -> None:
    batch, offer = stock(world, 90, **FAST)
    ok(world.nobody.post("/v1/orders", world.order_body(offer), new_id()), 201)
    world.move(batch, "hold")
    refused(world.nobody.post("/v1/orders", world.order_body(offer), new_id()), 409, "batch_held")


def test_another_process_sells_nothing_of_a_closed_offer_it_still_thinks_open(
    world: World, still: None
) -> None:
    _, offer = stock(world, 90, **FAST)
    ok(world.nobody.post("/v1/orders", world.order_body(offer), new_id()), 201)
    key = key_of("offer", offer["id"])
    thought = recent.find([key])
    close(world, offer)
    recent.keep(thought, recent.mark())
    refused(world.nobody.post("/v1/orders", world.order_body(offer), new_id()), 409, "out_of_stock")


def close(world: World, offer: Json) -> None:
    seller = Actor(id="seller", role="seller", shop_id=world.shop_id)
    offers.close(
        Call(seller, datetime.now(UTC), new_id()), offer["id"], WrittenReason(reason="卖完")
    )


def test_closing_more_slots_than_a_transaction_takes_goes_on_where_it_was_cut_short(
    world: World,
) -> None:
    """Until it is closed to the end, orders of both sorts of slots can still be cancelled."""
    batch, offer = stock(world, 450, **FAST)
    everyone = SharedClient(world.nobody)
    placed = [buy(everyone, world, offer, n).json() for n in range(40)]

    def cut() -> None:
        raise StoreUnavailable("the process was killed")

    with pytest.raises(StoreUnavailable), meanwhile(8, cut):
        close(world, offer)
    books = Books.read()
    closed = [slot for slot in books.all(StockItem) if slot.closed]
    assert 0 < len(closed) < 250
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["state"] == "open"

    def cancel(order: Json) -> None:
        path = f"/v1/orders/{order['id']}/cancel?key={order['access_key']}"
        ok(world.nobody.post(path, {"reason": "不要了"}, new_id()))

    for order in placed[:20]:
        cancel(order)
    Books.read().check()
    close(world, offer)
    for order in placed[20:30]:
        cancel(order)
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["state"] == "closed"
    available = ok(world.cadre.get(f"/v1/batches/{batch['id']}"))["available_quantity"]
    assert available == batch["quantity"] - 10 * 10


def test_orders_and_customers_are_spread_in_every_index(world: World) -> None:
    """The office's list is spread for small offers too, once there was one for a crowd."""
    _, fast = stock(world, 90, **FAST)
    _, small = stock(world, 90)
    for offer in (fast, small):
        for number in range(30):
            order = ok(buy(world.nobody, world, offer, number), 201)
            if number % 3 == 0:
                world.pay(order)
    orders = Books.read().all(OrderItem)
    for offer, least in ((fast, 10), (small, 1)):
        its = [item for item in orders if item.doc.lines[0].offer_id == offer["id"]]
        assert len({item.scope for item in its}) >= least
        assert len({item.office for item in its}) > 10
        assert {item.doc.shard for item in its} <= set(range(MOST_SHARDS))
    assert len(world.seller.everything("/v1/orders", limit=50)) == 60
    assert len(world.county.everything("/v1/orders", limit=50)) == 60
    listed = world.seller.everything("/v1/customers", limit=4)
    assert len(listed) == 10
    assert all(customer["paid_orders"] == 2 for customer in listed)


def test_one_code_on_a_screen_is_counted_up_to_a_hundred(world: World) -> None:
    parcel = world.parcel()
    item = Books.read().get(ParcelItem, key_of("parcel", parcel["code"]))
    assert item is not None
    item.update(actions=[ParcelItem.scans.set(MOST_COUNTED - 1)])
    path = f"/t/{parcel['code']}/scans"
    for number in range(3):
        counted = ok(world.nobody.post(path, {"device": f"device-{number:04}"}))
        assert (counted["count"], counted["level"]) == (MOST_COUNTED, "suspect")
    with meter() as metered:
        ok(world.nobody.post(path, {"device": "device-9999"}))
    assert metered.cost == (1, 1, 0)
