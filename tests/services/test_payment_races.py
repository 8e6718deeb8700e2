"""An order is paid once whatever races, and every fen that came is its payment or goes back.

After each race the books (tests/books.py) are checked over the whole table, and what they say came
is what the provider holds.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.charges import NewCharge
from chalicelib.domain.errors import Refusal
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.providers import Report
from chalicelib.repositories.tables import ChargeItem, OrderItem, RefundItem
from chalicelib.services import charges, payments
from chalicelib.steps import settling
from tests.books import Books
from tests.crowd import SharedClient, at_once, meanwhile, outcomes
from tests.provider import FakeProvider, answering, enter_merchant
from tests.world import Json, World, new_id, ok

LATER = timedelta(hours=1)
"""Past the time in which an order must be paid."""
MINUTE = timedelta(minutes=1)
ADDRESS = "203.0.113.7"


@pytest.fixture
def provider(world: World) -> Iterator[FakeProvider]:
    with answering(FakeProvider()) as fake:
        enter_merchant(world)
        yield fake
        check(fake)


def check(fake: FakeProvider) -> None:
    """received = paid orders + being refunded + refunded, and never more back than came."""
    books = Books.read()
    books.check()
    received = sum(item.doc.received_fen for item in books.all(ChargeItem))
    through = [item.doc for item in books.all(RefundItem) if item.doc.charge_id]
    orders = [item for item in books.all(OrderItem) if item.doc.paid_by_charge]
    kept = sum(item.doc.paid_fen - int(item.refunded_fen) for item in orders)
    assert received == kept + sum(refund.amount_fen for refund in through)
    assert received <= fake.received_fen
    assert fake.returned_fen <= received
    numbers = {refund.number for refund in through}
    sent = [refund for number, refund in fake.refunds.items() if number in numbers]
    assert sum(refund.asked.amount_fen for refund in sent) <= received


def now() -> datetime:
    return datetime.now(UTC)


def call_of(world: World, at: datetime | None = None) -> Call:
    return Call(Actor(id="seller", role="seller", shop_id=world.shop_id), at or now(), new_id())


def came_of(act: Callable[[], Any]) -> str:
    """The state that it came to, or the code of what refused it."""
    try:
        answer = act()
    except Refusal as refusal:
        return refusal.code
    return str(getattr(answer, "state", answer))


def begin(world: World, order: Json, way: str = "native") -> str:
    """The number of a charge that is open."""
    body = NewCharge.model_validate({"provider": "wechatpay", "way": way})
    return charges.start(call_of(world), order["id"], body, None, ADDRESS).charge.id


def chore(after: timedelta) -> None:
    charges.ask_payments(now() + after)


def state(order: Json) -> str:
    item = Books.read().get(OrderItem, (f"ORDER#{order['id']}", "ORDER"))
    assert item is not None
    return item.doc.state


def settle(report: Report) -> Any:
    return settling.settle(Call(Actor(id="wechatpay"), now()), report)


def pay_by_hand(world: World, order: Json, at: datetime | None = None) -> Any:
    body = Payment(paid_fen=order["total_fen"], method="wechat", reference=new_id())
    return payments.pay(call_of(world, at), order["id"], body)


def cancel(world: World, order: Json) -> Any:
    return payments.cancel(call_of(world), order["id"], Cancellation(reason="不要了"))


def money_of(order: Json) -> Counter[str]:
    """Fen by what became of them."""
    money = Counter[str]()
    for item in Books.read().all(RefundItem):
        if item.doc.order_id == order["id"]:
            money[item.doc.money] += item.doc.amount_fen
    return money


# --- exactly once --------------------------------------------------------------------------------


def test_16_notifications_at_once_pay_once(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    report = provider.pay(begin(world, order))
    client = SharedClient(world.nobody)
    answers = at_once([partial(provider.notify, client, report)] * 16, 16)
    assert outcomes(answers) == {"200": 16}
    assert state(order) == "paid"
    assert not money_of(order)


def test_notification_and_query_and_the_buyers_asking_pay_once(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    report = provider.pay(begin(world, order))
    tasks: list[Callable[[], Any]] = [
        *[partial(settle, report)] * 4,
        *[lambda: chore(2 * MINUTE)] * 4,
        *[lambda: charges.ask(call_of(world), order["id"], None)] * 4,
    ]
    at_once([partial(came_of, task) for task in tasks], 12)
    assert state(order) == "paid"
    assert not money_of(order)


def test_hand_and_provider_at_once_pay_once(world: World, provider: FakeProvider) -> None:
    """Whoever comes first; what the provider took for an order that was paid by hand goes back."""
    for _ in range(3):
        order = world.order(world.offer())
        number = begin(world, order)
        came = at_once(
            [
                partial(came_of, partial(pay_by_hand, world, order)),
                partial(came_of, lambda number=number: settle(provider.pay(number))),  # type: ignore[misc]
            ]
        )
        assert state(order) == "paid", came
        by_hand = came[0] == "paid"
        assert money_of(order) == ({"requested": order["total_fen"]} if by_hand else {})


def test_a_shop_that_types_in_what_the_provider_has_taken_hears_that_it_is_paid(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    provider.pay(begin(world, order))
    assert came_of(partial(pay_by_hand, world, order)) == "not_allowed_now"
    (item,) = Books.read().all(ChargeItem)
    assert item.doc.outcome == "paid"
    assert state(order) == "paid"


def test_two_windows_that_pay_at_once_pay_once_and_the_other_money_goes_back(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    numbers = [begin(world, order, way) for way in ("native", "h5")]
    assert len(set(numbers)) == 2
    at_once([partial(settle, provider.pay(number)) for number in numbers])
    assert state(order) == "paid"
    assert money_of(order) == {"requested": order["total_fen"]}
    chore(2 * MINUTE)
    assert len(provider.refunds) == 1


def test_the_other_window_is_closed_once_the_order_is_paid(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    laptop, phone = (begin(world, order, way) for way in ("native", "h5"))
    settle(provider.pay(laptop))
    chore(2 * MINUTE)
    assert provider.charges[phone].report.state == "closed"


def test_the_same_way_asked_for_at_once_is_one_charge(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())
    numbers = at_once([partial(begin, world, order)] * 8, 8)
    assert len(set(numbers)) == 1
    assert len(provider.charges) == 1


def test_no_more_than_three_are_open(world: World, provider: FakeProvider) -> None:
    order = world.order(world.offer())

    def by(openid: str) -> Any:
        given = {"provider": "wechatpay", "way": "jsapi", "openid": openid}
        body = NewCharge.model_validate(given)
        return charges.start(call_of(world), order["id"], body, None, ADDRESS).charge

    came = at_once([partial(came_of, partial(by, f"o{n}")) for n in range(6)], 6)
    assert Counter(came) == {"started": 3, "too_many_charges": 3}


# --- an end and a payment ------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(1, 14))
def test_a_payment_in_the_midst_of_expiring_is_neither_lost_nor_sold_twice(
    world: World, provider: FakeProvider, at: int
) -> None:
    offer = world.offer()
    order = world.order(offer)
    number = begin(world, order)
    with meanwhile(at, lambda: settle(provider.pay(number))):
        came_of(lambda: payments.expire(Call(Actor(id="clock"), now() + LATER), order["id"]))
    settle(provider.pay(number))
    assert state(order) == "paid"  # its packs were there all the time
    assert Books.read().sold(offer["id"]) == 1


@pytest.mark.parametrize("at", range(1, 14))
def test_a_payment_in_the_midst_of_cancelling_goes_back(
    world: World, provider: FakeProvider, at: int
) -> None:
    offer = world.offer()
    order = world.order(offer)
    number = begin(world, order)
    with meanwhile(at, lambda: settle(provider.pay(number))):
        cancel(world, order)
    settle(provider.pay(number))
    assert state(order) == "cancelled"
    assert money_of(order) == {"requested": order["total_fen"]}
    assert Books.read().sold(offer["id"]) == 0
    chore(2 * MINUTE)
    assert len(provider.refunds) == 1


@pytest.mark.parametrize("act", ["expire", "cancel", "by hand"])
@pytest.mark.parametrize("at", range(1, 12))
def test_no_order_ends_with_a_charge_that_was_started_meanwhile(
    world: World, provider: FakeProvider, act: str, at: int
) -> None:
    """It was closed with the first one, or came too late to be started."""
    order = world.order(world.offer())
    begin(world, order)
    acts: dict[str, Callable[[], Any]] = {
        "expire": lambda: payments.expire(Call(Actor(id="clock"), now() + LATER), order["id"]),
        "cancel": lambda: cancel(world, order),
        "by hand": lambda: pay_by_hand(world, order),
    }
    with meanwhile(at, lambda: came_of(lambda: begin(world, order, "h5"))):
        acts[act]()
    charges_of = Books.read().all(ChargeItem)
    assert {item.doc.state for item in charges_of} == {"closed"}


@pytest.mark.parametrize("act", ["expire", "cancel"])
def test_ends_and_payments_at_once(world: World, provider: FakeProvider, act: str) -> None:
    offer = world.offer()
    orders = [world.order(offer) for _ in range(4)]
    numbers = [begin(world, order) for order in orders]
    tasks: list[Callable[[], str]] = []
    for order, number in zip(orders, numbers, strict=True):
        clock = Call(Actor(id="clock"), now() + LATER)
        ends: Callable[[], Any] = (
            partial(payments.expire, clock, order["id"])
            if act == "expire"
            else partial(cancel, world, order)
        )
        tasks += [
            partial(came_of, ends),
            partial(came_of, lambda number=number: settle(provider.pay(number))),  # type: ignore[misc]
        ]
    at_once(tasks)
    for order in orders:
        whole = {"requested": order["total_fen"]}
        expected = ("paid", {}) if act == "expire" else ("cancelled", whole)
        assert (state(order), money_of(order)) == expected


def test_a_late_payment_revives_an_order_whose_packs_are_there(
    world: World, provider: FakeProvider
) -> None:
    offer = world.offer(limit_per_customer=2)
    order = world.order(offer, 2)
    number = begin(world, order)
    payments.expire_unpaid(now() + LATER)
    assert state(order) == "expired"
    assert Books.read().sold(offer["id"]) == 0
    settle(provider.pay(number))
    assert state(order) == "paid"
    assert Books.read().sold(offer["id"]) == 2


def test_a_late_payment_of_what_was_sold_meanwhile_goes_back_by_itself(
    world: World, provider: FakeProvider
) -> None:
    offer = world.offer(packs_total=2)
    order = world.order(offer, 2)
    number = begin(world, order)
    payments.expire_unpaid(now() + LATER)
    other = {"buyer": world.order_body(offer)["buyer"] | {"phone": "13900000002"}}
    world.order(offer, 1, **other)
    charge = settle(provider.pay(number))
    assert (charge.outcome, charge.why) == ("returned", "late")
    assert state(order) == "expired"
    chore(2 * MINUTE)
    assert len(provider.refunds) == 1


def test_another_sum_than_asked_is_never_taken_as_paid(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    charge = settle(provider.pay(begin(world, order), order["total_fen"] - 1))
    assert (charge.outcome, charge.why) == ("returned", "amount")
    assert state(order) == "pending_payment"
    assert money_of(order) == {"requested": order["total_fen"] - 1}


# --- the provider is away ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["away", "deaf"])
def test_packs_go_back_only_once_the_provider_says_that_no_money_can_come(
    world: World, provider: FakeProvider, kind: str
) -> None:
    offer = world.offer()
    order = world.order(offer)
    begin(world, order)
    getattr(provider, kind).add("close")
    payments.expire_unpaid(now() + LATER)
    assert state(order) == "pending_payment"
    assert came_of(partial(cancel, world, order)) == "provider_away"
    assert came_of(partial(pay_by_hand, world, order)) == "provider_away"
    getattr(provider, kind).clear()
    payments.expire_unpaid(now() + LATER)
    assert state(order) == "expired"


@pytest.mark.parametrize("kind", ["away", "deaf"])
def test_a_charge_whose_answer_was_lost_is_asked_for_again_under_its_number(
    world: World, provider: FakeProvider, kind: str
) -> None:
    """As when the process is killed between the request and its answer."""
    order = world.order(world.offer())
    getattr(provider, kind).add("start")
    assert came_of(partial(begin, world, order)) == "provider_away"
    (item,) = Books.read().all(ChargeItem)
    assert item.doc.state == "started"
    getattr(provider, kind).clear()
    assert begin(world, order) == item.doc.id
    assert list(provider.charges) == [item.doc.id]


def test_money_on_a_charge_whose_answer_was_lost_is_taken_in(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    provider.deaf.add("start")
    assert came_of(partial(begin, world, order)) == "provider_away"
    (number,) = provider.charges
    provider.pay(number)
    chore(2 * MINUTE)
    assert state(order) == "paid"


@pytest.mark.parametrize("kind", ["away", "deaf"])
def test_a_refund_whose_answer_was_lost_is_sent_again_under_its_number(
    world: World, provider: FakeProvider, kind: str
) -> None:
    order = world.order(world.offer())
    settle(provider.pay(begin(world, order)))
    getattr(provider, kind).add("refund")
    cancel(world, order)
    assert money_of(order) == {"requested": order["total_fen"]}
    chore(2 * MINUTE)
    getattr(provider, kind).clear()
    chore(2 * LATER)
    (known,) = provider.refunds.values()
    provider.give_back(known.asked.number)
    chore(3 * LATER)
    assert money_of(order) == {"returned": order["total_fen"]}


def test_an_order_that_expired_forgets_its_buyer_after_two_days(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    begin(world, order)
    payments.expire_unpaid(now() + LATER)

    def knows_its_buyer() -> bool:
        answer = ok(world.seller.get(f"/v1/orders/{order['id']}"))
        return answer["buyer"] is not None

    assert knows_its_buyer()
    chore(2 * LATER)
    assert knows_its_buyer()
    chore(timedelta(days=3))
    assert not knows_its_buyer()
