"""Groups of customers, and the figures of who came back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.consents import CURRENT, TEXTS, Consent
from chalicelib.domain.customers import Customer
from chalicelib.domain.segments import HIGH_FEN, NAMES, figures, segment_of, where
from tests.domain.samples import HOUR, NOW

DAY = timedelta(days=1)


def customer(orders: int, days_ago: float, fen: int = 100, **fields: object) -> Customer:
    return Customer(
        id="c",
        shop_id="s",
        paid_orders=orders,
        spent_fen=fen,
        last_order_at=NOW - days_ago * DAY,
        **fields,
    )


CUSTOMERS = st.builds(customer, st.integers(0, 6), st.floats(0, 400), st.integers(0, 2 * HIGH_FEN))


@pytest.mark.parametrize(
    ("orders", "days_ago", "fen", "segment"),
    [
        (0, 1, 0, "none"),
        (1, 0, 100, "new"),
        (1, 30, 100, "new"),
        (1, 30.1, 100, "cooling"),
        (1, 90, 10 * HIGH_FEN, "cooling"),
        (1, 90.1, 100, "lost"),
        (2, 90, 10 * HIGH_FEN, "returning"),
        (3, 90, HIGH_FEN - 1, "loyal"),
        (3, 90, HIGH_FEN, "best"),
        (2, 90.1, 100, "at_risk"),
        (9, 91, HIGH_FEN, "at_risk"),
    ],
)
def test_a_group_is_read_off_the_record(
    orders: int, days_ago: float, fen: int, segment: str
) -> None:
    assert segment_of(customer(orders, days_ago, fen), NOW) == segment


@given(CUSTOMERS)
def test_every_customer_is_found_where_their_group_lies(customer: Customer) -> None:
    """The list is read by whether they came back and when they last ordered."""
    segment = segment_of(customer, NOW)
    assert segment in NAMES
    place = where(segment, NOW)
    assert customer.last_order_at is not None
    assert place.repeat in {None, customer.is_repeat}
    assert place.since is None or customer.last_order_at >= place.since
    assert place.until is None or customer.last_order_at < place.until


@given(CUSTOMERS)
def test_another_order_never_makes_a_worse_group(customer: Customer) -> None:
    order = ["none", "lost", "cooling", "new", "at_risk", "returning", "loyal", "best"]
    after = customer.bought(100, NOW)
    assert order.index(segment_of(after, NOW)) >= order.index(segment_of(customer, NOW))


@given(st.lists(CUSTOMERS, max_size=20))
def test_the_groups_sum_to_the_customers(some: list[Customer]) -> None:
    totals = figures(some, NOW)
    assert sum(totals.segments.values()) == totals.customers
    assert totals.customers == sum(customer.paid_orders > 0 for customer in some)
    assert 0 <= totals.repeat <= totals.customers
    assert (totals.repeat_rate is None) == (totals.customers == 0)


def test_the_figures_tell_after_how_long_and_after_what_people_came_back() -> None:
    def bought(*days: int) -> Customer:
        customer = Customer(id="c", shop_id="s")
        for day in days:
            customer = customer.bought(1000, NOW - 100 * DAY + day * DAY)
        return customer

    settled = bought(0).complained().settled(NOW - 90 * DAY)
    some = [
        bought(0, 10),
        bought(0, 21, 22),
        bought(0),
        settled,
        settled.bought(1000, NOW),
        bought(0, 3).cancelled(1000, NOW - 97 * DAY),
        bought(0).cancelled(1000),
    ]
    totals = figures(some, NOW)
    assert (totals.customers, totals.repeat, totals.repeat_rate) == (6, 3, 0.5)
    assert (totals.settled, totals.after_complaint, totals.after_complaint_rate) == (2, 1, 0.5)
    assert (totals.untroubled, totals.untroubled_repeat, totals.untroubled_rate) == (4, 2, 0.5)
    assert totals.median_days_to_return == 21
    nobody = figures([], NOW)
    assert (nobody.customers, nobody.repeat_rate, nobody.median_days_to_return) == (0, None, None)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6, unique=True), st.randoms())
def test_the_days_between_do_not_depend_on_the_order_of_news(
    days: list[int], random: object
) -> None:
    """Imported orders were paid long ago."""
    shuffled = list(days)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    customer = Customer(id="c", shop_id="s")
    for day in shuffled:
        customer = customer.bought(1, NOW + day * DAY)
    first, *more = sorted(days)
    assert customer.days_between == (more[0] - first if more else None)
    back = customer.bought(1, NOW + 2000 * DAY).cancelled(1, NOW + 2000 * DAY)
    assert back.days_between == customer.days_between


def test_a_cancelled_first_order_leaves_the_second_as_the_first() -> None:
    customer = (
        Customer(id="c", shop_id="s").bought(1, NOW).bought(1, NOW + DAY).bought(1, NOW + 5 * DAY)
    )
    after = customer.cancelled(1, NOW)
    assert (after.first_order_at, after.days_between) == (NOW + DAY, 4)
    assert customer.cancelled(1, NOW + DAY).days_between == 5
    alone = after.cancelled(1, NOW + 5 * DAY)
    assert (alone.days_between, alone.bought(1, NOW + 3 * DAY).days_between) == (None, 2)


# --- consent -------------------------------------------------------------------------------------


def consent(at: int) -> Consent:
    return Consent(
        text_version=CURRENT, channel="storefront", given_at=NOW + at * HOUR, order_id="o"
    )


def test_no_tick_from_before_a_withdrawal_revives_the_consent() -> None:
    customer = Customer(id="c", shop_id="s").consented(consent(0)).unconsented(NOW + 2 * HOUR)
    assert customer.consent is not None
    assert not customer.consent.holds
    assert customer.consented(consent(1)) == customer
    again = customer.consented(consent(3)).consent
    assert again is not None
    assert again.holds


def test_who_never_consented_has_nothing_to_withdraw() -> None:
    customer = Customer(id="c", shop_id="s")
    assert customer.unconsented(NOW) == customer
    assert customer.consented(consent(0)).erased(NOW).consent is None


def test_the_present_wording_stands_in_both_languages() -> None:
    assert all(TEXTS[CURRENT])
