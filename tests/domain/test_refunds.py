"""Money goes back in whole fen, and never more than came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.refunds import check_refundable, share_of
from tests.domain.samples import refusal

amounts = st.integers(0, 10**14)


@pytest.mark.parametrize(
    ("amount", "percent", "share"),
    [
        (3000, 10, 300),
        (3000, 100, 3000),
        (999, 50, 500),  # 499.5 in the buyer's favour
        (1, 50, 1),
        (1, 49, 0),
        (0, 100, 0),
        (333, 33, 110),  # 109.89
    ],
)
def test_the_damaged_share_is_rounded_half_up(amount: int, percent: int, share: int) -> None:
    assert share_of(amount, percent) == share


@given(amounts, st.integers(1, 100))
def test_a_share_is_exact_to_half_a_fen(amount: int, percent: int) -> None:
    assert abs(share_of(amount, percent) * 100 - amount * percent) <= 50
    assert 0 <= share_of(amount, percent) <= amount


@given(amounts, st.integers(1, 99))
def test_more_damage_is_never_less_money(amount: int, percent: int) -> None:
    assert share_of(amount, percent) <= share_of(amount, percent + 1)


@given(amounts, amounts, amounts)
def test_the_ledger_never_passes_what_was_paid(amount: int, paid: int, refunded: int) -> None:
    if refunded + amount <= paid:
        check_refundable(amount, paid_fen=paid, refunded_fen=refunded)
        return
    with refusal("exceeds_refundable") as refused:
        check_refundable(amount, paid_fen=paid, refunded_fen=refunded)
    assert refused.value.facts == {"refundable_fen": paid - refunded}
