"""One coupon, many orders at the same moment: used once, and nothing lost, on the real engine."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import requests

from chalicelib.domain.access import PUBLIC, Actor, Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders import NewOrder, Order
from chalicelib.domain.payments import Cancellation
from chalicelib.repositories.tables import CouponItem
from chalicelib.services import orders, payments
from chalicelib.steps import coupons as steps
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


@pytest.fixture
def unlisted(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """More coupons are issued than a record lists, so that the used ones fall off."""
    monkeypatch.setattr(steps, "MOST_HELD", 1)

    def issue() -> None:
        world.coupon(world.customer())

    return issue


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
    [placed] = [answer.json() for answer in answers if answer.status_code == 201]
    assert (placed["total_fen"], placed["discount_fen"]) == (2500, 500)
    world.pay(placed)


def test_the_same_order_twenty_times_at_once_uses_it_once(world: World, coupon: Json) -> None:
    _, offer = stock(world, 100)
    everyone, key = SharedClient(world.nobody), new_id()
    body = world.order_body(offer, coupon=coupon["code"])
    answers = at_once([partial(everyone.post, "/v1/orders", body, key)] * 20)
    assert outcomes(answers) == {"201": 20}
    assert len({answer.json()["id"] for answer in answers}) == 1
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

    counts = outcomes(at_once([partial(buy, n) for n in range(24)]))
    assert counts["201"] == 5
    assert counts.total() == 24
    assert packs_left(world, offer) == 0
    [item] = Books.read().all(CouponItem)
    used = [order for order in Books.read().orders if order.coupon == coupon["code"]]
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


def erase(world: World) -> None:
    ok(world.county.delete(f"/v1/customers/{world.customer()['id']}"), 204)


def end(world: World, order: Json, how: str) -> None:
    late = Call(Actor(id="clock"), datetime.now(UTC) + timedelta(hours=1))
    if how == "expired":
        payments.expire(late, order["id"])
        return
    path = f"/v1/orders/{order['id']}/cancel?key={order['access_key']}"
    ok(world.nobody.post(path, {"reason": "不要了"}))


@pytest.mark.parametrize("buys_again", [False, True])
@pytest.mark.parametrize("how", ["cancelled", "expired", "paid and cancelled"])
@pytest.mark.parametrize("erased_first", [False, True])
@pytest.mark.parametrize("listed", [False, True])
def test_no_order_that_ends_gives_a_coupon_back_to_whoever_was_erased(
    listed: bool,
    erased_first: bool,
    how: str,
    buys_again: bool,
    world: World,
    coupon: Json,
    unlisted: Callable[[], None],
) -> None:
    """listed: as one of the last ones issued, of which an erasure voids what is unused."""
    _, offer = stock(world, 50)
    placed = world.order(offer, coupon=coupon["code"])
    if how == "paid and cancelled":
        world.pay(placed)
    if not listed:
        unlisted()
    if erased_first:
        erase(world)
        if how != "paid and cancelled":
            how = "cancelled by the erasure"
    if how != "cancelled by the erasure":
        end(world, placed, how)
    if not erased_first:
        erase(world)
    if buys_again:
        world.paid_order(offer)
    assert tried(lambda: place(world, offer, coupon)) == "coupon_unknown"


def test_a_coupon_that_nobody_erased_comes_back_although_it_is_not_listed(
    world: World, coupon: Json, unlisted: Callable[[], None]
) -> None:
    _, offer = stock(world, 10)
    placed = world.order(offer, coupon=coupon["code"])
    unlisted()
    end(world, placed, "cancelled")
    assert tried(lambda: place(world, offer, coupon)) == "pending_payment"


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_whenever_the_person_is_erased_an_order_that_ends_revives_nothing(
    how: str, world: World, coupon: Json, at: int
) -> None:
    _, offer = stock(world, 10)
    placed = world.order(offer, coupon=coupon["code"])
    call = Call(PUBLIC, datetime.now(UTC) + timedelta(hours=how == "expired"))
    body = Cancellation(reason="不要了")

    def ended() -> Order:
        if how == "expired":
            return payments.expire(call, placed["id"])
        return payments.cancel(call, placed["id"], body, placed["access_key"])

    with meanwhile(at, lambda: erase(world)):
        tried(ended)
    erase(world)
    assert tried(lambda: place(world, offer, coupon)) == "coupon_unknown"


@pytest.mark.parametrize("at", [1, 2])
def test_whenever_the_person_is_erased_a_coupon_off_the_list_serves_nobody_after(
    world: World, coupon: Json, at: int, unlisted: Callable[[], None]
) -> None:
    """The erasure does not touch it, so the order asks for its holder to be the same."""
    _, offer = stock(world, 10)
    placed = world.order(offer, coupon=coupon["code"])
    unlisted()
    end(world, placed, "cancelled")
    with meanwhile(at, lambda: erase(world)):
        assert tried(lambda: place(world, offer, coupon)) == "coupon_unknown"
    assert tried(lambda: place(world, offer, coupon)) == "coupon_unknown"


@pytest.mark.parametrize("at", range(1, 5))
def test_a_customer_who_pays_meanwhile_keeps_the_coupon_good(
    world: World, coupon: Json, at: int
) -> None:
    _, offer = stock(world, 10)
    other = world.order(offer)
    with meanwhile(at, lambda: world.pay(other)):
        assert tried(lambda: place(world, offer, coupon)) == "pending_payment"
