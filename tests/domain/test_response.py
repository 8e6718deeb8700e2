"""How soon complaints are answered, in figures."""

from datetime import timedelta

from chalicelib.domain.complaints import Complaint
from chalicelib.domain.conversations import ComplaintMessage
from chalicelib.domain.products import AfterSales
from chalicelib.domain.response import figures
from tests.domain.samples import NOW, complaint

HOUR = timedelta(hours=1)
RULE = AfterSales(evidence_hours=48, reply_hours=24)


def message(hours: float) -> ComplaintMessage:
    return ComplaintMessage(at=NOW + hours * HOUR, by="seller")


def settled(answered: float, ended: float) -> Complaint:
    return (
        complaint(RULE)
        .answered(message(answered))
        .settled(message(ended), remedy="full_refund", refund_fen=1, refund_id="r")
    )


def test_medians_and_ninetieth_percentiles_are_of_those_that_were_answered() -> None:
    response = figures(
        [settled(n, n + 1) for n in range(1, 10)] + [settled(30, 60)], NOW + 70 * HOUR
    )
    assert (response.median_hours_to_answer, response.p90_hours_to_answer) == (5, 9)
    assert (response.median_hours_to_settle, response.p90_hours_to_settle) == (6, 10)
    assert (response.due, response.in_time, response.in_time_rate) == (10, 9, 0.9)


def test_nothing_is_told_of_nobody() -> None:
    response = figures([], NOW)
    assert (
        response.in_time_rate,
        response.median_hours_to_answer,
        response.p90_hours_to_settle,
    ) == (
        None,
        None,
        None,
    )


def test_one_that_waits_counts_once_its_time_is_over() -> None:
    waiting = complaint(RULE)
    assert figures([waiting], NOW + 24 * HOUR).due == 0
    late = figures([waiting], NOW + 25 * HOUR)
    assert (late.due, late.in_time, late.answered) == (1, 0, 0)


def test_reopening_does_not_change_when_it_was_answered_first() -> None:
    again = settled(2, 3).reopened(message(10)).answered(message(40))
    response = figures([again], NOW + 50 * HOUR)
    assert (response.median_hours_to_answer, response.in_time, response.settled) == (2, 1, 0)
