"""Complaints: in time or late, answered by a deadline, settled once, reopened once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.complaints import (
    Complaint,
    NewComplaint,
    Settlement,
    report,
)
from chalicelib.domain.conversations import ComplaintMessage
from chalicelib.domain.lifecycle import COMPLAINT
from chalicelib.domain.products import AfterSales
from tests.domain.samples import (
    HOUR,
    NOW,
    batch,
    complaint,
    identity,
    offer,
    order,
    parcel,
    refusal,
)


def message(at: datetime = NOW) -> ComplaintMessage:
    return ComplaintMessage(at=at, by="seller", sealed="...")


def settled(claim: Complaint, at: datetime = NOW) -> Complaint:
    return claim.settled(message(at), remedy="partial_refund", refund_fen=300, refund_id=identity())


# --- the rule that was promised ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after_delivery", "late"),
    [
        (None, False),  # it never arrived
        (timedelta(0), False),
        (timedelta(hours=48), False),
        (timedelta(hours=48, milliseconds=1), True),
        (timedelta(days=30), True),
    ],
)
def test_a_complaint_after_the_evidence_window_is_late(
    after_delivery: timedelta | None, late: bool
) -> None:
    delivered = None if after_delivery is None else NOW - after_delivery
    rule = AfterSales(evidence_hours=48, reply_hours=24)
    assert complaint(rule, delivered_at=delivered).late is late


def test_the_reply_is_due_by_the_rule_frozen_into_the_order() -> None:
    made = complaint(AfterSales(evidence_hours=48, reply_hours=12))
    assert made.reply_due_at == NOW + 12 * HOUR


def test_of_several_rules_in_one_parcel_the_kindest_counts() -> None:
    source = batch("passed")
    rules = [
        AfterSales(evidence_hours=24, reply_hours=48),
        AfterSales(evidence_hours=72, reply_hours=12),
    ]
    bought = order(*((offer(source, after_sales=rule), 1) for rule in rules), state="delivered")
    box = parcel(bought, (0, source, 1), (1, source, 1))
    made = report(
        NewComplaint(reason="rotten"),
        box.model_copy(update={"delivered_at": NOW - 50 * HOUR}),
        bought,
        paid=bought,
        village_ids=(source.village_id,),
        complaint_id=identity(),
        recalled=False,
        message=None,
        now=NOW,
    )
    assert not made.late
    assert made.reply_hours == 12


@pytest.mark.parametrize(
    ("moved", "at", "overdue"),
    [
        (None, NOW + 24 * HOUR, False),
        (None, NOW + 24 * HOUR + timedelta(milliseconds=1), True),
        ("answered", NOW + 100 * HOUR, False),
        ("rejected", NOW + 100 * HOUR, False),
    ],
)
def test_overdue_is_a_fact_of_the_clock(moved: str | None, at: datetime, overdue: bool) -> None:
    claim = complaint()
    assert (getattr(claim, moved)(message()) if moved else claim).is_overdue(at) is overdue


# --- money ---------------------------------------------------------------------------------------


@given(st.integers(1, 100), st.integers(1, 20))
def test_the_damaged_share_is_suggested(percent: int, packs: int) -> None:
    made = complaint(damaged_percent=percent, packs=packs)
    assert made.amount_fen == 3000 * packs
    assert made.suggested_refund(made.amount_fen) == 30 * percent * packs


def test_a_recalled_parcel_is_refunded_in_full() -> None:
    assert complaint(damaged_percent=10, recalled=True).suggested_refund(3000) == 3000


def test_a_recall_that_comes_later_counts_and_stays() -> None:
    later = complaint(damaged_percent=10).seen_with(recalled=True)
    assert later.suggested_refund(3000) == 3000
    assert later.seen_with(recalled=False).recalled


@given(
    percent=st.none() | st.integers(1, 100),
    recalled=st.booleans(),
    refunds=st.lists(st.integers(0, 4000), max_size=3),
    refundable=st.integers(0, 4000),
)
def test_what_was_refunded_is_not_suggested_again(
    percent: int | None, recalled: bool, refunds: list[int], refundable: int
) -> None:
    """Whatever was refunded before, by settlements or beside them."""
    claim = complaint(damaged_percent=percent, recalled=recalled)
    due = 3000 if recalled or percent is None else 30 * percent
    for at, fen in enumerate(refunds):
        claim = claim.refunded_beside(fen) if at % 2 else again(claim, fen)
    assert claim.refunded_fen == sum(refunds)
    assert claim.suggested_refund(refundable) == max(0, min(due - sum(refunds), refundable))
    assert claim.full_refund(refundable) == max(0, min(3000 - sum(refunds), refundable))


def again(claim: Complaint, refund_fen: int) -> Complaint:
    """Settled, and open once more."""
    done = claim.settled(message(), remedy="partial_refund", refund_fen=refund_fen, refund_id=None)
    return done.model_copy(update={"state": "open"})


@pytest.mark.parametrize("remedy", ["partial_refund", "full_refund", "return"])
def test_a_refund_of_nothing_is_no_remedy(remedy: Any) -> None:
    asked = Settlement(remedy=remedy, message="好的")
    with refusal("exceeds_refundable") as refused:
        complaint().refund_for(asked, 0)
    assert refused.value.facts == {"refundable_fen": 0}
    named = Settlement(remedy=remedy, message="好的", refund_fen=500)
    for settlement in (asked, named):  # the order has another parcel; this one is paid back
        with refusal("exceeds_refundable"):
            again(complaint(), 3000).refund_for(settlement, 500)
    assert again(complaint(), 2500).refund_for(named, 3000) == 500
    assert complaint().refund_for(Settlement(remedy="replacement", message="补寄"), 0) == 0


@pytest.mark.parametrize(
    ("settlement", "refundable", "refund"),
    [
        ({"remedy": "partial_refund"}, 3000, 300),
        ({"remedy": "partial_refund"}, 100, 100),
        ({"remedy": "partial_refund", "refund_fen": 555}, 3000, 555),
        ({"remedy": "partial_refund", "refund_fen": 3000}, 5000, 3000),
        ({"remedy": "full_refund"}, 3000, 3000),
        ({"remedy": "full_refund"}, 2000, 2000),
        ({"remedy": "return"}, 3000, 3000),
        ({"remedy": "replacement"}, 3000, 0),
    ],
)
def test_a_settlement_pays_what_was_named_or_what_the_rule_gives(
    settlement: dict[str, Any], refundable: int, refund: int
) -> None:
    given_ = Settlement.model_validate(settlement | {"message": "好的"})
    assert complaint(damaged_percent=10).refund_for(given_, refundable) == refund


def test_what_the_rule_gives_no_more_is_named() -> None:
    asked = Settlement(remedy="partial_refund", message="好的")
    with refusal("invalid"):
        again(complaint(damaged_percent=10), 300).refund_for(asked, 3000)


@pytest.mark.parametrize(("refundable", "left"), [(5000, 3000), (2000, 2000)])
def test_no_settlement_pays_more_than_is_left_of_the_price(refundable: int, left: int) -> None:
    asked = Settlement(remedy="partial_refund", message="好的", refund_fen=left + 1)
    with refusal("exceeds_refundable") as refused:
        complaint().refund_for(asked, refundable)
    assert refused.value.facts == {"refundable_fen": left}


def test_a_replacement_pays_nothing() -> None:
    with pytest.raises(ValidationError):
        Settlement(remedy="replacement", refund_fen=1, message="补寄")


# --- its states ----------------------------------------------------------------------------------


def test_a_complaint_is_answered_and_settled() -> None:
    done = settled(complaint().answered(message(NOW + HOUR)), NOW + 2 * HOUR)
    assert (done.state, done.answered_at, done.settled_at) == (
        "settled",
        NOW + HOUR,
        NOW + 2 * HOUR,
    )
    assert len(done.messages) == 2


@pytest.mark.parametrize("state", COMPLAINT)
@pytest.mark.parametrize("wanted", ["answered", "rejected"])
def test_a_complaint_moves_by_its_table(state: str, wanted: str) -> None:
    claim = complaint().model_copy(update={"state": state})
    if wanted in COMPLAINT[state]:
        assert getattr(claim, wanted)(message()).state == wanted
    else:
        with refusal("not_allowed_now"):
            getattr(claim, wanted)(message())


@pytest.mark.parametrize("end", ["settled", "rejected"])
def test_a_buyer_reopens_once(end: str) -> None:
    over = settled(complaint()) if end == "settled" else complaint().rejected(message())
    again = over.reopened(message(NOW + HOUR))
    assert (again.state, again.reply_due_at) == ("open", NOW + 25 * HOUR)
    with refusal("reopened_already"):
        settled(again).reopened(message())


def test_what_is_still_open_is_not_reopened() -> None:
    for claim in (complaint(), complaint().answered(message())):
        with refusal("not_allowed_now"):
            claim.reopened(message())


@pytest.mark.parametrize("percent", [0, 101, -1])
def test_damage_is_1_to_100_percent(percent: int) -> None:
    with pytest.raises(ValidationError):
        NewComplaint(reason="rotten", damaged_percent=percent)
