"""The app's clock jumps between requests: ten minutes or two days, forward and back.

Nothing is lost, nothing is done twice, nobody is told a 5xx.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Self

import pytest
import requests

from chalicelib.api.edge import routing
from chalicelib.repositories.expiry import delete_expired
from chalicelib.repositories.tables import OrderItem
from chalicelib.services.payments import expire_unpaid
from tests.books import Books
from tests.services.same import SAMES, Same, stock
from tests.world import Client, Json, World, new_id, ok

JUMPS = [timedelta(minutes=10), timedelta(minutes=-10), timedelta(days=2), timedelta(days=-2)]
NONE = timedelta()
SHIFT = timedelta(hours=13)
"""Past the end of a session."""


class Clock:
    """The app's, which `jump` sets off from the true time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.offset = NONE
        clock = self

        class Jumping(datetime):
            @classmethod
            def now(cls, tz: object = None) -> Self:
                return cls.fromtimestamp((datetime.now(UTC) + clock.offset).timestamp(), UTC)

        monkeypatch.setattr(routing, "datetime", Jumping)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


@pytest.fixture
def clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    yield Clock(monkeypatch)
    Books.read().check()


def at(clock: Clock, offset: timedelta, world: World, same: Same) -> Client | None:
    """The clock jumps there; who needs a session signs in anew if theirs is over."""
    clock.offset = offset
    if same.client.token is None or offset < SHIFT:
        return None
    names = ("seller", "cadre", "county")
    who = next(name for name in names if same.client is getattr(world, name))
    return Client(world.url, world.token(who))


def facts_of(answer: requests.Response) -> Json:
    """But for what is no fact of the record: whether a deadline is over by now."""
    return {name: value for name, value in answer.json().items() if name != "overdue"}


@pytest.mark.parametrize("make", SAMES, ids=[make.__name__ for make in SAMES])
def test_what_was_done_is_not_done_again_whatever_the_clock_says(
    world: World, clock: Clock, make: Callable[[World], Same]
) -> None:
    same, key = make(world), new_id()
    first = same.send(key)
    assert first.ok, first.text
    for offset in (*JUMPS, NONE):
        client = at(clock, offset, world, same)
        delete_expired(clock.now)  # as the sweeper does, and DynamoDB by its own clock
        again = same.send(key, client=client)
        assert again.ok, (offset, again.text)
        assert facts_of(again) == facts_of(first), offset


@pytest.mark.parametrize("make", SAMES, ids=[make.__name__ for make in SAMES])
def test_what_is_done_by_a_wrong_clock_is_known_by_the_right_one(
    world: World, clock: Clock, make: Callable[[World], Same]
) -> None:
    """Or refused in words, such as a test from the future."""
    for offset in JUMPS:
        clock.offset = NONE
        same, key = make(world), new_id()
        first = same.send(key, client=at(clock, offset, world, same))
        assert first.status_code < 500, (offset, first.text)
        clock.offset = NONE
        again = same.send(key)
        if first.ok:
            assert facts_of(again) == facts_of(first), offset
        else:
            assert again.status_code < 500, (offset, again.text)


def test_an_order_is_paid_once_or_expires_once(world: World, clock: Clock) -> None:
    """Its time is over by a clock two days ahead; what the clock says later changes nothing."""
    _, offer = stock(world, 40)
    paid = world.paid_order(offer, 2)
    unpaid = world.order(offer, 3)
    clock.offset = timedelta(days=-2)
    assert expire_unpaid(clock.now) == 0
    early = world.order(offer, 4)
    clock.offset = timedelta(days=2)
    assert expire_unpaid(clock.now) == 2
    late = world.order(offer, 5)
    clock.offset = NONE
    assert expire_unpaid(clock.now) == 0
    assert world.pay(late)["state"] == "paid"
    states = {item.doc.id: item.state for item in Books.read().all(OrderItem)}
    assert states == {
        paid["id"]: "paid", unpaid["id"]: "expired", early["id"]: "expired", late["id"]: "paid",
    }  # fmt: skip
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"] == 40 - 2 - 5


def test_every_page_of_a_list_comes_once(world: World, clock: Clock) -> None:
    """Made and read while the clock jumps to and fro."""
    _, offer = stock(world, 40)
    chance = random.Random(5)
    placed = []
    for _ in range(12):
        clock.offset = chance.choice([*JUMPS, NONE])
        placed.append(world.order(offer)["id"])
    seen: list[Json] = []
    cursor: dict[str, str] = {}
    while True:
        clock.offset = chance.choice([offset for offset in JUMPS if offset < SHIFT])
        page = ok(world.seller.get("/v1/orders", limit=5, **cursor))
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(order["id"] for order in seen) == sorted(placed)
    times = [order["created_at"] for order in seen]
    assert times == sorted(times, reverse=True)


def test_the_whole_job_is_done_by_a_clock_that_jumps_at_each_step(
    world: World, clock: Clock
) -> None:
    """Deadlines and sessions follow the clock; the ledger, the stock and the journal do not."""
    chance = random.Random(11)
    jumps = [offset for offset in JUMPS if offset < SHIFT]

    def jump() -> None:
        clock.offset = chance.choice([*jumps, NONE])

    for _ in range(3):
        clock.offset = NONE
        batch = world.passed_batch()
        offer = world.offer(batch, packs_total=10, expected_orders_per_second=200)
        placed = world.order(offer, 2)
        jump()
        order = world.pay(placed)
        jump()
        parcel = world.pack(order, (0, batch, 2))
        jump()
        parcel = world.shipped(parcel)
        jump()
        parcel = world.delivered(parcel)
        jump()
        world.scan(parcel["code"], "device-of-a-household")
        jump()
        complaint = world.complain(parcel, damaged_percent=20)
        jump()
        ok(world.seller.post(f"/v1/complaints/{complaint['id']}/answer", {"message": "看一下"}))
        jump()
        world.settle(complaint, refund_fen=100)
        jump()
        path = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
        ok(world.nobody.post(path, {"message": "还不行"}))
        jump()
        world.settle(complaint, refund_fen=200)
        jump()
        assert world.trace(parcel["code"])["journey"]
    for path in ("/v1/complaints?overdue=true", "/v1/complaints?overdue=false", "/v1/customers"):
        for offset in jumps:
            clock.offset = offset
            ok(world.seller.get(path))
