"""Who pays, or only begins to, keeps nobody else's money, packs or name waiting, and has the
provider asked so often and no more."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.charges import NewCharge
from chalicelib.providers import Report
from chalicelib.services import charges, payments
from chalicelib.steps import settling
from tests.books import Books
from tests.provider import FakeProvider, answering, enter_merchant
from tests.world import BUYER, Json, World, new_id, ok, refused

LATER = timedelta(hours=1)
"""Past the time in which an order must be paid."""
MINUTE = timedelta(minutes=1)
AWAY_SECONDS = 8
"""How long a provider is waited for that does not answer."""


@pytest.fixture
def provider(world: World) -> Iterator[FakeProvider]:
    with answering(FakeProvider()) as fake:
        enter_merchant(world)
        yield fake
        Books.read().check()


def now() -> datetime:
    return datetime.now(UTC)


def begin(world: World, order: Json, shop_id: str | None = None) -> str:
    call = Call(
        Actor(id="seller", role="seller", shop_id=shop_id or world.shop_id), now(), new_id()
    )
    body = NewCharge(provider="wechatpay", way="native")
    return charges.start(call, order["id"], body, None, "203.0.113.7").charge.id


def settle(report: Report) -> None:
    settling.settle(Call(Actor(id="wechatpay"), now()), report)


def expire(after: timedelta = LATER) -> None:
    payments.expire_unpaid(now() + after)


def order_now(world: World, order: Json) -> Json:
    answer: Json = ok(world.seller.get(f"/v1/orders/{order['id']}"))
    return answer


def cancel(world: World, order: Json, key: str) -> int:
    path = f"/v1/orders/{order['id']}/cancel?key={order['access_key']}"
    return world.nobody.post(path, {"reason": "不要了"}, key).status_code


@pytest.fixture
def _slow(provider: FakeProvider) -> Iterator[None]:
    """A clock by which each question to the provider takes as long as one that is not answered."""
    seconds = [0.0]

    def wait(kind: str) -> None:
        seconds[0] += AWAY_SECONDS

    provider.before = wait
    with patch("time.monotonic", lambda: seconds[0]):
        yield
    provider.before = lambda kind: None


# --- whose money cannot come any more is forgotten -----------------------------------------------


def test_money_that_came_too_late_and_goes_back_leaves_no_name(
    world: World, provider: FakeProvider
) -> None:
    offer = world.offer(packs_total=1)
    order = world.order(offer)
    number = begin(world, order)
    expire()
    assert order_now(world, order)["buyer"]
    world.order(offer, buyer=BUYER | {"phone": "13900000002"})
    settle(provider.pay(number))
    assert order_now(world, order)["state"] == "expired"
    assert order_now(world, order)["buyer"] is None


def test_as_long_as_another_payment_may_come_the_name_is_kept(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    number = begin(world, order)
    call = Call(Actor(id="seller", role="seller", shop_id=world.shop_id), now(), new_id())
    body = NewCharge(provider="wechatpay", way="h5")
    other = charges.start(call, order["id"], body, None, "203.0.113.7").charge.id
    expire()
    settle(provider.pay(number, 1))
    assert order_now(world, order)["buyer"]
    settle(provider.pay(other, 1))
    assert order_now(world, order)["buyer"] is None


def test_an_order_of_which_another_sum_came_forgets_its_buyer_when_it_expires(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    settle(provider.pay(begin(world, order), 1))
    expire()
    assert order_now(world, order)["state"] == "expired"
    assert order_now(world, order)["buyer"] is None


def test_an_erasure_that_waits_for_the_provider_has_erased_all_that_was_paid(
    world: World, provider: FakeProvider
) -> None:
    offer = world.offer()
    bought = world.order(offer)
    settle(provider.pay(begin(world, bought)))
    unpaid = world.order(offer)
    begin(world, unpaid)
    path = f"/v1/customers/{world.customer()['id']}"
    provider.away.add("close")
    refused(world.county.delete(path), 503, "provider_away")
    assert order_now(world, bought)["buyer"] is None
    assert order_now(world, unpaid)["buyer"]
    provider.away.clear()
    assert world.county.delete(path).status_code == 204
    assert order_now(world, unpaid)["buyer"] is None


# --- nobody waits for another's provider ---------------------------------------------------------


@pytest.mark.usefixtures("_slow")
def test_packs_go_back_though_the_provider_of_older_orders_is_away(
    world: World, provider: FakeProvider
) -> None:
    offer = world.offer()
    for _ in range(8):
        begin(world, world.order(offer))
    later = world.order(offer)
    provider.away.add("close")
    before = provider.asked["close"]
    expire()
    assert order_now(world, later)["state"] == "expired"
    assert provider.asked["close"] - before == 1
    provider.away.clear()
    provider.before = lambda kind: None
    expire()
    assert Books.read().sold(offer["id"]) == 0


@pytest.mark.usefixtures("_slow")
def test_a_refund_is_sent_however_many_payments_are_open(
    world: World, provider: FakeProvider
) -> None:
    offer = world.offer()
    settle(provider.pay(begin(world, world.order(offer)), 1))
    for _ in range(8):
        begin(world, world.order(offer))
    charges.ask_payments(now() + 2 * MINUTE)
    assert len(provider.refunds) == 1
    assert provider.asked["query"] > 0


# --- so often and no more ------------------------------------------------------------------------


def test_who_cancels_again_and_again_while_the_provider_is_away_is_stopped(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    begin(world, order)
    provider.away.add("close")
    before = provider.asked["close"]
    codes = {cancel(world, order, new_id()) for _ in range(settling.MOST_ASKED + 5)}
    assert codes == {503, 429}
    assert provider.asked["close"] - before <= settling.MOST_ASKED
    provider.away.clear()


def test_a_cancellation_that_is_sent_again_asks_the_provider_nothing(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    settle(provider.pay(begin(world, order)))
    key = new_id()
    assert [cancel(world, order, key) for _ in range(5)] == [200] * 5
    assert provider.asked["refund"] + provider.asked["query_refund"] == 1
