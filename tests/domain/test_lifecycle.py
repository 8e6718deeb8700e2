"""The tables of all life cycles, and what a refused move says."""

from typing import get_args

import pytest

from chalicelib.domain import batches, complaints, coupons, orders, parcels
from chalicelib.domain.errors import Refusal
from chalicelib.domain.lifecycle import CYCLES, check_move
from tests.domain.samples import refusal

BORN = {
    "batch": {"registered"},
    "offer": {"open"},
    "order": {"pending_payment"},
    "parcel": {"packed"},
    "complaint": {"open"},
    "proposal": {"open"},
    "return": {"awaited"},
    "import": {"waiting"},
    "coupon": {"unused"},
    "notice": {"notified"},
    "charge": {"started"},
    "refund": {"requested", "recorded"},
    "book_month": {"open"},
}
FINAL = {
    "batch": {"recalled"},
    "offer": {"closed"},
    "order": {"delivered", "cancelled"},
    "parcel": {"returned", "voided"},
    "complaint": set(),
    "proposal": set(),
    "return": {"received", "closed"},
    "import": {"finished"},
    "coupon": {"void"},
    "notice": set(),
    "charge": {"succeeded"},
    "refund": {"returned", "sent"},
    "book_month": set(),
}


def test_these_are_the_subjects_with_a_life() -> None:
    assert set(CYCLES) == set(BORN) == set(FINAL)


@pytest.mark.parametrize("subject", CYCLES)
def test_every_state_can_be_reached_from_birth(subject: str) -> None:
    reached, new = set[str](), BORN[subject]
    while new:
        reached |= new
        new = {to for state in new for to in CYCLES[subject][state]} - reached
    assert reached == set(CYCLES[subject])


@pytest.mark.parametrize("subject", CYCLES)
def test_final_states_lead_nowhere_and_all_others_somewhere(subject: str) -> None:
    assert {state for state, allowed in CYCLES[subject].items() if not allowed} == FINAL[subject]


@pytest.mark.parametrize("subject", CYCLES)
def test_nothing_moves_to_where_it_is(subject: str) -> None:
    assert all(state not in allowed for state, allowed in CYCLES[subject].items())


def test_a_refused_move_says_what_is_allowed_now() -> None:
    check_move("order", "packed", "shipped")
    with refusal("not_allowed_now") as refused:
        check_move("order", "packed", "delivered")
    assert refused.value.facts == {
        "subject": "order",
        "state": "packed",
        "wanted": "delivered",
        "allowed": ["cancelled", "shipped"],
    }


@pytest.mark.parametrize(
    ("subject", "state"),
    [
        ("batch", batches.State),
        ("order", orders.State),
        ("parcel", parcels.State),
        ("complaint", complaints.State),
        ("coupon", coupons.State),
    ],
)
def test_a_record_can_be_in_exactly_the_states_of_its_table(subject: str, state: object) -> None:
    assert set(get_args(state)) == set(CYCLES[subject])


def test_a_recall_is_possible_from_every_state_and_final() -> None:
    for state in CYCLES["batch"]:
        if state != "recalled":
            check_move("batch", state, "recalled")
    for state in CYCLES["batch"]:
        with pytest.raises(Refusal):
            check_move("batch", "recalled", state)


@pytest.mark.parametrize(
    ("subject", "state", "wanted", "why"),
    [
        ("batch", "registered", "registered", "a batch is registered once"),
        ("batch", "held", "closed", "closing would let it out of the hold"),
        ("batch", "held", "registered", "what was held is not new again"),
        ("batch", "closed", "passed", "what is over is not sold again"),
        ("batch", "recalled", "passed", "a recall is final"),
        ("offer", "closed", "open", "its packs went back"),
        ("order", "pending_payment", "packed", "nothing is packed before it is paid"),
        ("order", "expired", "paid", "its packs went back"),
        ("order", "shipped", "cancelled", "it is on its way"),
        ("order", "delivered", "cancelled", "it has arrived: that is a complaint"),
        ("parcel", "packed", "delivered", "it was never shipped"),
        ("parcel", "shipped", "voided", "it is on its way"),
        ("parcel", "returned", "packed", "it never goes back on sale"),
        ("complaint", "settled", "settled", "it is paid once"),
        ("complaint", "rejected", "settled", "the buyer reopens it first"),
    ],
)
def test_these_moves_stay_forbidden(subject: str, state: str, wanted: str, why: str) -> None:
    with refusal("not_allowed_now"):
        check_move(subject, state, wanted)
