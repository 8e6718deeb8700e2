"""Orders: what is frozen, who pays what, and how an order follows its parcels."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.errors import Refusal
from chalicelib.domain.lifecycle import ORDER, PARCEL, UNDOING
from chalicelib.domain.orders import Address, Buyer, Order
from chalicelib.domain.own_numbers import number_of
from chalicelib.domain.parcels import Parcel, Shipment
from chalicelib.domain.payments import Payment
from chalicelib.domain.placing import line_of
from tests.domain.samples import ADDRESS, HOUR, NOW, batch, identity, offer, order, parcel, refusal

# --- the buyer -----------------------------------------------------------------------------------


def test_a_buyer_is_reached_at_one_form_of_the_number_with_its_extension() -> None:
    given = {"name": "农户 12[1111]", "phone": "+13800000012", "address": ADDRESS}
    buyer = Buyer.model_validate(given)
    assert (buyer.phone, buyer.number) == ("+13800000012", "13800000012-1111")


@pytest.mark.parametrize("typed", ["", "abc", "138****5678", "138000000001234"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        Buyer.model_validate({"name": "农户 12", "phone": typed, "address": ADDRESS})


def test_a_buyer_is_not_printed() -> None:
    buyer = Buyer.model_validate({"name": "顾小满", "phone": "13812340001", "address": ADDRESS})
    assert "顾" not in repr(buyer)
    assert "138" not in repr(buyer)
    assert "玉兰" not in repr(buyer)


# --- placing -------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(1, 100_000_000), st.integers(1, 20)), min_size=1, max_size=10)
)
def test_an_order_costs_the_sum_of_its_lines(prices: list[tuple[int, int]]) -> None:
    source = batch("passed", available_quantity=10**6)
    made = order(*((offer(source, price_fen=price), packs) for price, packs in prices))
    assert made.total_fen == sum(price * packs for price, packs in prices)
    TypeAdapter(Payment).validate_python(
        {"paid_fen": made.total_fen, "method": "wechat", "reference": "1"}
    )


def test_a_line_keeps_what_was_promised_when_it_was_ordered() -> None:
    made = offer()
    line = line_of(made, 3, NOW)
    assert (line.price_fen, line.rule_version) == (made.price_fen, made.rule_version)
    assert line.after_sales == made.after_sales
    assert (line.packs, line.packed, line.to_pack) == (3, 0, 3)


@pytest.mark.parametrize(
    ("before", "packs", "fits"), [(0, 3, True), (2, 1, True), (0, 4, False), (3, 1, False)]
)
def test_a_customer_stays_within_the_offers_limit(before: int, packs: int, fits: bool) -> None:
    limited = offer(limit_per_customer=3)
    assert line_of(limited, packs, NOW).limited
    if fits:
        limited.refuse_over_limit(before, packs)
    else:
        with refusal("over_limit") as refused:
            limited.refuse_over_limit(before, packs)
        assert refused.value.facts["limit"] == 3


def test_a_number_names_the_day_in_china_and_does_not_count() -> None:
    late = datetime(2026, 10, 14, 16, 0, tzinfo=UTC)
    numbers = {number_of(identity(), late) for _ in range(50)}
    assert len(numbers) == 50
    assert all(re.fullmatch(r"SH20261015-[0-9A-F]{8}", number) for number in numbers)


# --- paying --------------------------------------------------------------------------------------


def payment(fen: int) -> Payment:
    return Payment(paid_fen=fen, method="wechat", reference="420000")


@pytest.mark.parametrize("wrong", [0, 2999, 3001])
def test_exactly_what_is_due_is_paid(wrong: int) -> None:
    made = order()
    with refusal("wrong_amount") as refused:
        made.paid(payment(wrong), NOW)
    assert refused.value.facts == {"total_fen": 3000, "paid_fen": wrong}
    assert made.paid(payment(3000), NOW).state == "paid"


@pytest.mark.parametrize(
    ("after", "in_time"),
    [
        (timedelta(minutes=29, seconds=59), True),
        (timedelta(minutes=30), False),
        (timedelta(days=1), False),
    ],
)
def test_an_order_is_paid_within_its_time(after: timedelta, in_time: bool) -> None:
    made = order()
    assert made.is_overdue(NOW + after) is not in_time
    if in_time:
        assert made.paid(payment(3000), NOW + after).paid_at == NOW + after
    else:
        with refusal("not_allowed_now") as refused:
            made.paid(payment(3000), NOW + after)
        assert refused.value.facts["state"] == "expired"


def test_an_unpaid_order_forgets_its_buyer() -> None:
    assert order().expired(NOW).buyer is None
    assert order().expired(NOW, keeps_buyer=True).buyer is not None
    unpaid = order().cancelled(NOW, "sealed why")
    assert (unpaid.buyer, unpaid.cancel_reason) == (None, None)
    paid = order(state="paid").cancelled(NOW, "sealed why")
    assert (paid.buyer, paid.cancel_reason) == ("sealed", "sealed why")
    assert (paid.without_buyer().buyer, paid.without_buyer().cancel_reason) == (None, None)


@pytest.mark.parametrize("state", ORDER)
def test_an_order_is_cancelled_until_it_is_shipped(state: str) -> None:
    made = order(state=state)
    if state in {"pending_payment", "paid", "packed"}:
        assert made.cancelled(NOW, "why").state == "cancelled"
    else:
        with refusal("not_allowed_now") as refused:
            made.cancelled(NOW, "why")
        undone = UNDOING.get(("order", state), frozenset())
        assert refused.value.facts["allowed"] == sorted(ORDER[state] - undone)


# --- packing and following -----------------------------------------------------------------------


@given(st.integers(1, 30), st.lists(st.integers(1, 12), max_size=8))
def test_no_more_is_packed_than_was_ordered(packs: int, parcels: list[int]) -> None:
    made = order((offer(packs_total=30), packs), state="paid")
    left = packs
    for n, some in enumerate(parcels):
        if left == 0:
            with refusal("not_allowed_now"):
                made.with_parcel(f"P{n}", {0: some})
        elif some > left:
            with refusal("over_packed") as refused:
                made.with_parcel(f"P{n}", {0: some})
            assert refused.value.facts == {"line": 0, "packs": some, "packs_left": left}
        else:
            made = made.with_parcel(f"P{n}", {0: some})
            left -= some
        assert made.lines[0].to_pack == left
        assert made.state == ("packed" if left == 0 else "paid")


@pytest.mark.parametrize("state", sorted(set(ORDER) - {"paid"}))
def test_only_a_paid_order_is_packed(state: str) -> None:
    with refusal("not_allowed_now"):
        order(state=state).with_parcel("P", {0: 1})


@pytest.mark.parametrize(
    ("before", "parcels", "after"),
    [
        ("packed", ["packed"], "packed"),
        ("packed", ["shipped"], "shipped"),
        ("packed", ["shipped", "packed"], "packed"),
        ("packed", ["delivered", "packed"], "packed"),
        ("packed", ["shipped", "delivered"], "shipped"),
        ("shipped", ["shipped", "delivered"], "shipped"),
        ("shipped", ["delivered", "delivered"], "delivered"),
        ("shipped", ["returned"], "delivered"),
        ("shipped", ["returned", "shipped"], "shipped"),
        ("delivered", ["returned"], "delivered"),
        ("paid", ["shipped"], "paid"),  # the rest is not packed yet
        ("cancelled", ["voided"], "cancelled"),
    ],
)
def test_an_order_follows_its_slowest_parcel(before: str, parcels: list[str], after: str) -> None:
    assert order(state=before).following(parcels).state == after


class OrderLife(RuleBasedStateMachine):
    """Packing, shipping, delivering, returning in any order: the order moves by its table."""

    def __init__(self) -> None:
        super().__init__()
        self.batch = batch("passed")
        self.order: Order = order((offer(self.batch), 3), (offer(self.batch), 2), state="paid")
        self.parcels: list[Parcel] = []

    def become(self, after: Order) -> None:
        if after.state != self.order.state:
            assert after.state in ORDER[self.order.state]
        self.order = after

    @rule(line=st.integers(0, 1), packs=st.integers(1, 3))
    def pack(self, line: int, packs: int) -> None:
        try:
            after = self.order.with_parcel(f"P{len(self.parcels)}", {line: packs})
        except Refusal as refused:
            if refused.code not in {"not_allowed_now", "over_packed"}:
                raise
            return
        self.parcels.append(parcel(self.order, (line, self.batch, packs)))
        self.become(after)

    def move(self, which: int, moved: Parcel) -> None:
        assert moved.state in PARCEL[self.parcels[which].state]
        self.parcels[which] = moved
        self.become(self.order.following([parcel.state for parcel in self.parcels]))

    @precondition(lambda self: self.parcels)
    @rule(data=st.data(), what=st.sampled_from(["shipped", "delivered", "returned"]))
    def carry(self, data: st.DataObject, what: str) -> None:
        which = data.draw(st.integers(0, len(self.parcels) - 1))
        before = self.parcels[which]
        if what not in PARCEL[before.state]:
            return
        if what == "shipped":
            self.move(which, before.shipped(Shipment(carrier="顺丰", waybill="SF1"), NOW))
        else:
            self.move(which, getattr(before, what)(NOW + HOUR))

    @invariant()
    def packed_once_every_pack_is_in_a_parcel(self) -> None:
        in_parcels = sum(allocation.packs for box in self.parcels for allocation in box.allocations)
        assert in_parcels == sum(line.packed for line in self.order.lines)
        assert (self.order.state == "paid") == (in_parcels < 5)

    @invariant()
    def delivered_once_every_parcel_has_arrived(self) -> None:
        arrived = all(box.state in {"delivered", "returned"} for box in self.parcels)
        assert (self.order.state == "delivered") == (arrived and self.order.state != "paid")


TestOrderLife = OrderLife.TestCase


def test_a_city_without_districts_is_written_once() -> None:
    whole = Address(province="安徽省", city="黄山市", district="徽州区", detail="测试路 1 号")
    assert whole.written == "安徽省 黄山市 徽州区 测试路 1 号"
    city = whole.model_copy(update={"district": "黄山市"})
    assert city.written == "安徽省 黄山市 测试路 1 号"
