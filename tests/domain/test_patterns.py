"""When complaints about a batch become a pattern, and when that is told again."""

import pytest

from chalicelib.domain.patterns import PROPOSE_AGAIN_AT, Pattern, PatternProposal, propose
from tests.domain.samples import NOW, batch


def pattern(complained: int, packed: int) -> Pattern:
    return Pattern(packed=packed, complained=complained, reasons={"rotten": complained})


@pytest.mark.parametrize(
    ("complained", "packed", "alarming"),
    [
        (0, 0, False),
        (2, 2, False),
        (3, 3, True),
        (3, 60, True),
        (3, 61, False),
        (4, 80, True),
        (7, 52, True),
    ],
)
def test_three_complaints_and_one_parcel_in_twenty_are_a_pattern(
    complained: int, packed: int, alarming: bool
) -> None:
    assert pattern(complained, packed).is_alarming == alarming


def test_a_pattern_says_what_most_of_them_say() -> None:
    tally = Pattern(packed=52, complained=7, reasons={"damaged": 2, "rotten": 5})
    assert tally.most == ("rotten", 5)
    assert tally.with_one("damaged").reasons == {"damaged": 3, "rotten": 5}


def test_of_how_many_is_not_said_where_more_complain_than_are_known_to_be_packed() -> None:
    assert [pattern(3, packed).packed_known for packed in (2, 3, 40)] == [None, 3, 40]


def test_what_comes_from_one_place_is_told_and_alarms_nobody() -> None:
    tally = pattern(1, 10)
    for _ in range(40):
        tally = tally.with_one("rotten", repeats=True)
    assert (tally.complained, tally.repeats, tally.independent) == (41, 40, 1)
    assert not tally.is_alarming
    assert propose(batch("passed"), tally, None, NOW) is None
    tally = tally.with_one("rotten").with_one("damaged")
    proposed = propose(batch("passed"), tally, None, NOW)
    assert proposed is not None
    assert proposed.then.independent == 3


def test_what_is_taken_out_was_never_counted() -> None:
    before = pattern(2, 10)
    for repeats in (False, True):
        after = before.with_one("damaged", repeats=repeats)
        assert after.without_one("damaged", repeats=repeats) == before


def proposal(complained: int = 3) -> PatternProposal:
    made = propose(batch("passed"), pattern(complained, 20), None, NOW)
    assert made is not None
    return made


@pytest.mark.parametrize("state", ["held", "recalled"])
def test_nothing_is_proposed_for_a_batch_that_is_held_already(state: str) -> None:
    assert propose(batch(state), pattern(9, 20), None, NOW) is None


def test_a_batch_is_proposed_once_and_again_only_when_far_more_complain() -> None:
    first = proposal()
    assert propose(batch("passed"), pattern(9, 20), first, NOW) is None
    decided = first.dismissed("查过，是快递压的", NOW)
    more = PROPOSE_AGAIN_AT * first.complained
    assert propose(batch("passed"), pattern(more - 1, 20), decided, NOW) is None
    again = propose(batch("passed"), pattern(more, 20), decided, NOW)
    assert again is not None
    assert (again.state, again.reason, again.complained) == ("open", None, more)
