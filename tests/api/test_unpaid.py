"""Who does not pay cannot keep an offer from the others."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders import NewOrder, Order
from chalicelib.domain.unpaid import MOST_UNNOTICED
from chalicelib.repositories.tables import UnpaidItem
from chalicelib.services import orders, payments
from tests.books import Books
from tests.world import BUYER, Json, World, new_id, ok, refused


@pytest.fixture(autouse=True)
def _books(world: World) -> Iterator[None]:
    yield
    Books.read().check()


def offer_of(world: World, packs: int) -> Json:
    batch = world.passed_batch(quantity=packs)
    return world.offer(batch, packs_total=packs, pack_quantity=1)


def buyer(number: int) -> Json:
    return BUYER | {"phone": f"138{number:08}"}


def left(world: World, offer: Json) -> int:
    packs: int = ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"]
    return packs


def place(
    world: World, offer: Json, packs: int, number: int, address: str, now: datetime | None = None
) -> Order:
    """As from that address, which no test can come from."""
    body = NewOrder.model_validate(world.order_body(offer, packs, buyer=buyer(number)))
    return orders.place(Call(PUBLIC, now or datetime.now(UTC), new_id()), body, address)


def held(world: World, offer: Json, packs: int, address: str, n: int, first: int = 0) -> int:
    """Packs that n buyers of this address got, each of another phone."""
    got, now = 0, datetime.now(UTC)  # within one window of what is counted by time
    for number in range(first, first + n):
        try:
            place(world, offer, packs, number, address, now)
            got += packs
        except Refusal as refusal:
            if refusal.code != "too_many_unpaid":
                raise
    return got


def test_nobody_takes_a_whole_offer_without_paying(world: World) -> None:
    offer = offer_of(world, 100)
    assert offer["unpaid_limit"] == 25
    answer = world.nobody.post("/v1/orders", world.order_body(offer, 100))
    refusal = refused(answer, 409, "too_many_unpaid")
    assert (refusal["unpaid_limit"], refusal["packs_possible"]) == (25, 25)
    assert left(world, offer) == 100
    world.order(offer, packs=25)
    answer = world.nobody.post("/v1/orders", world.order_body(offer, 3))
    assert refused(answer, 409, "too_many_unpaid")["packs_possible"] == 0
    assert left(world, offer) == 75
    listed = ok(world.nobody.get(f"/v1/shops/{world.shop_id}/offers"))["items"]
    assert [listed_offer["unpaid_limit"] for listed_offer in listed] == [20]


def test_more_than_there_is_is_still_told_as_such(world: World) -> None:
    offer = offer_of(world, 60)
    answer = world.nobody.post("/v1/orders", world.order_body(offer, 61))
    assert refused(answer, 409, "out_of_stock")["packs_left"] == 60


def test_with_as_many_phones_as_they_like_one_address_holds_half(world: World) -> None:
    offer = offer_of(world, 200)
    for number in range(12):
        world.nobody.post("/v1/orders", world.order_body(offer, 20, buyer=buyer(number)))
    assert left(world, offer) == 100


def test_a_small_offer_is_for_whoever_comes_first(world: World) -> None:
    offer = offer_of(world, 20)
    world.order(offer, packs=20)
    assert left(world, offer) == 0


def test_what_is_paid_counts_no_more_and_is_never_refused(world: World) -> None:
    offer = offer_of(world, 100)
    first = world.order(offer, packs=25)
    world.pay(first)
    second = world.order(offer, packs=20)
    refused(world.nobody.post("/v1/orders", world.order_body(offer, 10)), 409, "too_many_unpaid")
    world.pay(second)
    world.order(offer, packs=10)


@pytest.mark.parametrize("how", ["cancel", "expire"])
def test_what_ends_unpaid_gives_back_once(how: str, world: World) -> None:
    offer = offer_of(world, 100)
    order = world.order(offer, packs=25)
    for _ in range(2):
        if how == "cancel":
            path = f"/v1/orders/{order['id']}/cancel?key={order['access_key']}"
            world.nobody.post(path, {"reason": "不要了"})
        else:
            payments.expire_unpaid(datetime.now(UTC) + timedelta(minutes=31))
    assert left(world, offer) == 100
    world.order(offer, packs=25)
    refused(world.nobody.post("/v1/orders", world.order_body(offer, 3)), 409, "too_many_unpaid")


def test_the_shops_own_seller_orders_as_much_as_there_is(world: World) -> None:
    offer = offer_of(world, 100)
    order = ok(world.seller.post("/v1/orders", world.order_body(offer, 100)), 201)
    assert timedelta(minutes=29) < datetime.fromisoformat(order["pay_by"]) - datetime.now(UTC)
    assert left(world, offer) == 0


def test_a_public_address_counts_its_smallest_orders_of_a_small_offer(world: World) -> None:
    offer = offer_of(world, 100)
    assert held(world, offer, 1, "203.0.113.7", 60) == 50
    assert held(world, offer, 1, "203.0.113.8", 60) == 40  # all that a small rest may be
    assert left(world, offer) == 10


def test_a_household_has_one_network_of_ipv6(world: World) -> None:
    offer = offer_of(world, 100)
    assert held(world, offer, 20, "2001:db8::1", 2) == 40
    assert held(world, offer, 20, "2001:db8::ffff:2", 2, 10) == 0
    assert held(world, offer, 20, "2001:db8:0:1::1", 1, 20) == 20


def test_behind_a_carriers_gateway_a_stream_sells_on(world: World) -> None:
    """All 300 of one gateway at the same minute, of 10,000 bottles: the first are not even
    counted."""
    offer = offer_of(world, 10_000)
    assert held(world, offer, 2, "203.0.113.7", MOST_UNNOTICED) == 2 * MOST_UNNOTICED
    assert not Books.read().all(UnpaidItem)
    more = 300 - MOST_UNNOTICED
    assert held(world, offer, 2, "203.0.113.7", more, MOST_UNNOTICED) == 2 * more


def test_who_pays_takes_as_much_from_one_address_as_there_is(world: World) -> None:
    offer = offer_of(world, 1000)
    for number in range(MOST_UNNOTICED + 45):
        order = place(world, offer, 1, number, "203.0.113.7")
        if number >= MOST_UNNOTICED:
            world.pay({"id": order.id, "total_fen": order.total_fen})
    assert left(world, offer) == 1000 - MOST_UNNOTICED - 45


def test_small_orders_of_one_address_leave_a_large_offer_to_the_others(world: World) -> None:
    """With made-up numbers and as few packs in each as nobody counts."""
    offer = offer_of(world, 1000)
    got = held(world, offer, 1, "203.0.113.7", 700)
    assert got == MOST_UNNOTICED + (1000 - MOST_UNNOTICED) // 2
    assert left(world, offer) == 1000 - got
    assert held(world, offer, 1, "203.0.113.8", 20, 700) == 20


def test_an_order_of_several_lines_counts_them_together(world: World) -> None:
    offer, other = offer_of(world, 100), offer_of(world, 100)
    body = world.order_body(offer)
    body["lines"] = [
        {"offer_id": sold["id"], "packs": n} for sold, n in ((offer, 20), (other, 3), (offer, 6))
    ]
    refused(world.nobody.post("/v1/orders", body), 409, "too_many_unpaid")
    body["lines"][2]["packs"] = 5
    order = ok(world.nobody.post("/v1/orders", body), 201)
    assert len(Books.read().all(UnpaidItem)) == 4
    world.pay(order)


def test_there_is_less_time_to_pay_for_the_last_packs(world: World) -> None:
    """And the clock ends them by it, behind many that have more time."""
    offer, plenty = offer_of(world, 20), offer_of(world, 1000)
    for number in range(105):
        world.order(plenty, buyer=buyer(number))
    order = world.order(offer, packs=18)
    time = datetime.fromisoformat(order["pay_by"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < time <= timedelta(minutes=10)
    assert payments.expire_unpaid(datetime.now(UTC) + timedelta(minutes=9)) == 0
    assert payments.expire_unpaid(datetime.now(UTC) + timedelta(minutes=11)) == 1
    assert left(world, offer) == 20


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_form_says_how_many_may_be_held(language: str, world: World) -> None:
    offer = offer_of(world, 100)
    path = f"/shops/{world.shop_id}/offers/{offer['id']}"
    page = world.nobody.get(path, lang=language).text
    assert ("一人最多先留 25 份" if language == "zh-CN" else "up to 25 unpaid packs") in page
    assert 'value="30"' not in page
    small = offer_of(world, 15)
    page = world.nobody.get(f"/shops/{world.shop_id}/offers/{small['id']}", lang=language).text
    assert "最多先留" not in page
    assert "unpaid packs" not in page
