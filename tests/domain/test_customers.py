"""Customers: who bought, who came back, and who was forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer
from tests.domain.samples import HOUR, NOW


def customer() -> Customer:
    return Customer(id="c", shop_id="s")


@given(st.lists(st.integers(1, 100_000), max_size=5))
def test_a_repeat_customer_has_a_second_paid_order(amounts: list[int]) -> None:
    buyer = customer()
    for n, amount in enumerate(amounts):
        buyer = buyer.bought(amount, NOW + n * HOUR)
    assert buyer.is_repeat == (len(amounts) >= 2)
    assert buyer.spent_fen == sum(amounts)
    assert buyer.first_order_at == (NOW if amounts else None)
    assert buyer.last_order_at == (NOW + (len(amounts) - 1) * HOUR if amounts else None)


def test_whoever_buys_after_a_settled_case_came_back() -> None:
    bought = customer().bought(1, NOW)
    assert not bought.bought(1, NOW).came_back_after_complaint
    assert not bought.complained().bought(1, NOW).came_back_after_complaint, "not settled yet"
    back = bought.complained().settled(NOW).bought(1, NOW)
    assert back.came_back_after_complaint
    assert back.bought(1, NOW).came_back_after_complaint, "and stays so"


def test_an_erased_person_leaves_numbers_only() -> None:
    known = customer().bought(500, NOW, sealed="...", phone_tail="0001").complained()
    gone = known.erased(NOW + HOUR)
    assert (gone.sealed, gone.phone_tail, gone.erased_at) == (None, None, NOW + HOUR)
    assert (gone.paid_orders, gone.spent_fen, gone.complaints) == (1, 500, 1)
    assert gone.erased(NOW + 2 * HOUR).erased_at == NOW + HOUR, "erasing twice is once"


def test_an_erased_person_who_buys_again_is_known_again() -> None:
    back = customer().erased(NOW).bought(1, NOW, sealed="...", phone_tail="0001")
    assert (back.erased_at, back.phone_tail) == (None, "0001")
