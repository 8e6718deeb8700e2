"""How many phone numbers may be tried, and who is not kept out by that."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.access import PUBLIC, Actor, Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders import NewOrder
from chalicelib.domain.payments import Cancellation
from chalicelib.repositories.orders import key_for
from chalicelib.services import orders, payments
from chalicelib.steps import numbers
from chalicelib.steps.coupons import MOST_NUMBERS, MOST_NUMBERS_FROM_ONE_ADDRESS
from tests.world import BUYER, Json, World, new_id

HERE, THERE, ELSEWHERE = "198.51.100.1", "198.51.100.2", "198.51.100.3"


@pytest.fixture
def coupon(world: World) -> str:
    world.paid_order(world.offer())
    return str(world.coupon(world.customer())["code"])


@pytest.fixture
def offer(world: World) -> Json:
    return world.offer()


def tried(
    world: World,
    offer: Json,
    coupon: str,
    phone: str,
    address: str,
    *,
    by: Actor = PUBLIC,
    proved: bool = False,
) -> str:
    body = world.order_body(offer, coupon=coupon, buyer=BUYER | {"phone": phone})
    call = Call(by, datetime.now(UTC), new_id())
    try:
        return orders.place(call, NewOrder.model_validate(body), address, proved=proved).state
    except Refusal as refusal:
        return refusal.code


def guess(world: World, offer: Json, coupon: str, address: str, n: int, first: int = 0) -> set[str]:
    """Told for n wrong numbers that a link shows as the holder's."""
    numbers = (f"138{number:04}0001" for number in range(first, first + n))
    return {tried(world, offer, coupon, number, address) for number in numbers}


def test_of_one_address_only_so_many_numbers_are_looked_at(
    world: World, offer: Json, coupon: str
) -> None:
    """The right one is told as any other then; from elsewhere its holder still orders."""
    most = MOST_NUMBERS_FROM_ONE_ADDRESS
    assert guess(world, offer, coupon, HERE, most) == {"coupon_not_yours"}
    assert guess(world, offer, coupon, HERE, 2, most) == {"too_many"}
    assert tried(world, offer, coupon, BUYER["phone"], HERE) == "too_many"
    assert tried(world, offer, coupon, BUYER["phone"], THERE) == "pending_payment"


def test_many_addresses_together_do_not_get_through_the_numbers_either(
    world: World, offer: Json, coupon: str
) -> None:
    """Whoever orders by the link of an order they paid guesses nothing, nor does the shop."""
    half = MOST_NUMBERS // 2
    for at, address in enumerate((HERE, THERE)):
        assert guess(world, offer, coupon, address, half, at * half) == {"coupon_not_yours"}
    assert tried(world, offer, coupon, BUYER["phone"], ELSEWHERE) == "too_many"
    seller = Actor(id="seller", role="seller", shop_id=world.shop_id)
    wrong = "13800000001"
    assert tried(world, offer, coupon, wrong, ELSEWHERE, by=seller) == "coupon_not_yours"
    phone = BUYER["phone"]
    assert tried(world, offer, coupon, phone, ELSEWHERE, proved=True) == "pending_payment"


def test_a_coupon_that_is_used_counts_no_numbers_and_its_holder_uses_up_none(
    world: World, offer: Json
) -> None:
    world.paid_order(offer)
    for _ in range(2):
        coupon = str(world.coupon(world.customer())["code"])
        assert tried(world, offer, coupon, BUYER["phone"], HERE) == "pending_payment"
        more = MOST_NUMBERS_FROM_ONE_ADDRESS + 2
        assert guess(world, offer, coupon, HERE, more) == {"coupon_used"}


@pytest.mark.parametrize(("packs", "limit"), [(1, 1), (3, None)])
def test_where_a_number_decides_only_so_many_that_look_alike_order_a_day(
    packs: int, limit: int | None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if each order is cancelled at once; whose number is proved still orders."""
    monkeypatch.setattr(numbers, "MOST_ALIKE", 5)
    offer = world.offer(limit_per_customer=limit)

    def order(number: int, tail: int = 1, *, proved: bool = False) -> str:
        phone = f"138{number:04}{tail:04}"
        body = world.order_body(offer, packs, buyer=BUYER | {"phone": phone})
        call = Call(PUBLIC, datetime.now(UTC), new_id())
        try:
            placed = orders.place(call, NewOrder.model_validate(body), HERE, proved=proved)
        except Refusal as refusal:
            return refusal.code
        payments.cancel(call, placed.id, Cancellation(reason="不要了"), key_for(placed.id))
        return placed.state

    assert [order(number) for number in range(7)] == ["pending_payment"] * 5 + ["too_many"] * 2
    assert order(0, tail=2) == "pending_payment"
    assert order(0, proved=True) == "pending_payment"


@pytest.mark.parametrize(("packs", "limit"), [(20, 20), (20, None)])
def test_a_try_that_the_number_decides_counts_also_where_it_is_refused(
    packs: int, limit: int | None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What everybody is refused, as the address has its share of another offer, counts for none."""
    monkeypatch.setattr(numbers, "MOST_ALIKE", 3)
    batch = world.passed_batch(quantity=10_000)
    wanted = world.offer(batch, packs_total=60, pack_quantity=1, limit_per_customer=limit)
    full = world.offer(batch, packs_total=60, pack_quantity=1)

    def order(phone: str, *lines: tuple[Json, int], address: str = HERE) -> tuple[str, str]:
        given = [{"offer_id": offer["id"], "packs": packs} for offer, packs in lines]
        body = world.order_body(wanted, lines=given, buyer=BUYER | {"phone": phone})
        call = Call(PUBLIC, datetime.now(UTC), new_id())
        try:
            return orders.place(call, NewOrder.model_validate(body), address).state, ""
        except Refusal as refusal:
            return refusal.code, str(refusal.facts.get("offer_id", ""))

    right, wrong = BUYER["phone"], "13898760001"
    assert order(right, (wanted, packs), address=THERE)[0] == "pending_payment"  # the first of 3
    for other in ("13900000002", "13900000003"):
        assert order(other, (full, 20))[0] == "pending_payment"
    for phone in (right, wrong) * 3:
        assert order(phone, (wanted, 3), (full, 10)) == ("too_many_unpaid", full["id"])
    code = "over_limit" if limit else "too_many_unpaid"
    assert [order(right, (wanted, 3))[0] for _ in range(3)] == [code, code, "too_many"]
    assert order(wrong, (wanted, 3))[0] == "too_many"
