"""One coupon, many orders at the same moment: used once, and nothing lost, on the real engine."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import requests

from chalicelib.domain.access import PUBLIC, Actor, Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders import NewOrder, Order
from chalicelib.repositories.tables import CouponItem
from chalicelib.services import orders, payments
from tests.books import Books
from tests.crowd import SharedClient, at_once, meanwhile, outcomes
from tests.services.same import stock
from tests.world import Json, World, new_id, ok


@pytest.fixture(autouse=True)
def _books(table: None) -> Iterator[None]:
    yield
    Books.read().check()


@pytest.fixture
def coupon(world: World) -> Json:
    world.paid_order(world.offer())
    return world.coupon(world.customer())


def packs_left(world: World, offer: Json) -> int:
    left: int = ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"]
    return left


def place(world: World, offer: Json, coupon: Json) -> Order:
    body = NewOrder.model_validate(world.order_body(offer, coupon=coupon["code"]))
    return orders.place(Call(PUBLIC, datetime.now(UTC), new_id()), body)


def tried(act: Callable[[], Order]) -> str:
    """The order's state, or the code of what refused it."""
    try:
        return act().state
    except Refusal as refusal:
        return refusal.code


def test_one_coupon_in_twenty_orders_at_once_is_used_once(world: World, coupon: Json) -> None:
    _, offer = stock(world, 100)
    everyone = SharedClient(world.nobody)

    def buy() -> requests.Response:
        body = world.order_body(offer, coupon=coupon["code"])
        return everyone.post("/v1/orders", body, new_id())

    answers = at_once([buy] * 20)
    assert outcomes(answers) == {"201": 1, "coupon_used": 19}
    assert packs_left(world, offer) == 99
    [placed] = [one.json() for one in answers if one.status_code == 201]
    assert (placed["total_fen"], placed["discount_fen"]) == (2500, 500)
    world.pay(placed)


def test_the_same_order_twenty_times_at_once_uses_it_once(world: World, coupon: Json) -> None:
    _, offer = stock(world, 100)
    everyone, key = SharedClient(world.nobody), new_id()
    body = world.order_body(offer, coupon=coupon["code"])
    answers = at_once([partial(everyone.post, "/v1/orders", body, key)] * 20)
    assert outcomes(answers) == {"201": 20}
    assert len({one.json()["id"] for one in answers}) == 1
    assert packs_left(world, offer) == 99


def test_the_last_packs_and_the_coupon_go_together_or_not_at_all(
    world: World, coupon: Json
) -> None:
    """Others buy the last packs meanwhile: a coupon is never spent on an order that is refused."""
    _, offer = stock(world, 5)
    everyone = SharedClient(world.nobody)

    def buy(number: int) -> requests.Response:
        body = world.order_body(offer)
        mine = body | {"coupon": coupon["code"]}
        others = body | {"buyer": body["buyer"] | {"phone": f"139{number:08}"}}
        return everyone.post("/v1/orders", mine if number % 2 else others, new_id())

    found = outcomes(at_once([partial(buy, n) for n in range(24)]))
    assert found["201"] == 5
    assert found.total() == 24
    assert packs_left(world, offer) == 0
    [item] = Books.read().all(CouponItem)
    used = [one for one in Books.read().orders if one.coupon == coupon["code"]]
    assert len(used) == (1 if item.state == "used" else 0)


def test_a_coupon_comes_back_once_from_racing_cancellations(world: World, coupon: Json) -> None:
    _, offer = stock(world, 10)
    placed = world.order(offer, coupon=coupon["code"])
    everyone = SharedClient(world.nobody)
    path = f"/v1/orders/{placed['id']}/cancel?key={placed['access_key']}"

    def expire() -> str:
        late = Call(Actor(id="clock"), datetime.now(UTC) + timedelta(hours=1))
        return tried(lambda: payments.expire(late, placed["id"]))

    def cancel() -> str:
        answer = everyone.post(path, {"reason": "不要了"})
        return "cancelled" if answer.status_code == 200 else str(answer.json()["code"])

    ended = at_once([cancel, expire] * 8)
    assert ended.count("cancelled") + (ended.count("expired") > 0) == 1
    [item] = Books.read().all(CouponItem)
    assert (item.state, item.doc.order_id) == ("unused", None)
    assert packs_left(world, offer) == 10
    assert world.order(offer, coupon=coupon["code"])["discount_fen"] == 500


@pytest.mark.parametrize("at", range(1, 5))
def test_whenever_another_order_takes_the_coupon_the_first_is_told(
    world: World, coupon: Json, at: int
) -> None:
    """Played move by move, before each request of placing an order."""
    _, offer = stock(world, 10)
    with meanwhile(at, lambda: place(world, offer, coupon)) as moves:
        mine = tried(lambda: place(world, offer, coupon))
    assert mine == ("pending_payment" if moves.result is None else "coupon_used")


@pytest.mark.parametrize("at", range(1, 8))
def test_whenever_the_person_is_erased_the_coupon_serves_nobody_after(
    world: World, coupon: Json, at: int
) -> None:
    _, offer = stock(world, 10)
    customer = world.customer()["id"]

    def erase() -> int:
        return world.county.delete(f"/v1/customers/{customer}").status_code

    with meanwhile(at, erase):
        assert tried(lambda: place(world, offer, coupon)) in {"pending_payment", "coupon_unknown"}
    erase()
    assert tried(lambda: place(world, offer, coupon)) == "coupon_unknown"
