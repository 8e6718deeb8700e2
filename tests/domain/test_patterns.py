"""When complaints about a batch become a pattern, and when that is told again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.complaints import ComplaintReason
from chalicelib.domain.parcels import HANDED_OVER_AFTER, CountedInPatterns, Parcel, Shipment
from chalicelib.domain.patterns import (
    PROPOSE_AGAIN_AT,
    Pattern,
    PatternProposal,
    Voice,
    has_its_say,
    propose,
    was_seen,
)
from tests.domain.samples import NOW, batch, complaint, offer, order, parcel


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
    assert tally.with_one(Voice("damaged")).reasons == {"damaged": 3, "rotten": 5}


def test_of_how_many_is_not_said_where_more_complain_than_are_known_to_be_packed() -> None:
    assert [pattern(3, packed).packed_known for packed in (2, 3, 40)] == [None, 3, 40]


def test_what_comes_from_one_place_is_told_and_alarms_nobody() -> None:
    tally = pattern(1, 10)
    for _ in range(40):
        tally = tally.with_one(Voice("rotten", repeats=True))
    assert (tally.complained, tally.repeats, tally.independent) == (41, 40, 1)
    assert not tally.is_alarming
    assert propose(batch("passed"), tally, None, NOW) is None
    tally = tally.with_one(Voice("rotten")).with_one(Voice("damaged"))
    proposed = propose(batch("passed"), tally, None, NOW)
    assert proposed is not None
    assert proposed.then.independent == 3


def test_what_is_taken_out_was_never_counted() -> None:
    before = pattern(2, 10)
    for repeats in (False, True):
        after = before.with_one(Voice("damaged", repeats=repeats))
        assert after.without_one(Voice("damaged", repeats=repeats)) == before


VOICES = st.builds(
    Voice,
    st.just("rotten"),
    repeats=st.booleans(),
    shop_id=st.sampled_from("ab"),
    place=st.sampled_from([None, 0, 7, 4095]),
    proved=st.booleans(),
)


@given(st.lists(VOICES, max_size=12), st.data())
def test_a_pattern_is_what_is_left_in_it(voices: list[Voice], data: st.DataObject) -> None:
    """Whichever are taken out again; of one shop it is only where that is known of all."""
    tally = Pattern(packed=20, complained=0, reasons={})
    for voice in voices:
        tally = tally.with_one(voice)
    left = list(voices)
    for _ in range(data.draw(st.integers(0, len(left)))):
        tally = tally.without_one(left.pop(data.draw(st.integers(0, len(left) - 1))))
    weighing = [voice for voice in left if not voice.repeats]
    assert (tally.complained, tally.independent) == (len(left), len(weighing))
    shops = {voice.shop_id for voice in left}
    assert not tally.is_of_one_shop or (len(left) > 1 and len(shops) == 1)
    if left == voices:
        assert tally.is_of_one_shop == (len(left) > 1 and len(shops) == 1)
    places = {voice.place for voice in weighing}
    alone = len(weighing) > 1 and len(places) == 1 and None not in places
    assert tally.is_of_one_address == alone
    proved = sum(voice.proved for voice in weighing)
    assert tally.is_alarming == (len(weighing) >= 3 and (not alone or proved >= 3))


@given(st.lists(st.integers(0, 4095), min_size=3, max_size=20))
def test_an_alarm_takes_two_addresses(places: list[int]) -> None:
    tally = Pattern(packed=20, complained=0, reasons={})
    for place in places:
        tally = tally.with_one(Voice("rotten", place=place))
    assert tally.is_alarming == (len(set(places)) > 1)


def test_one_address_is_enough_where_enough_of_its_buyers_have_paid() -> None:
    """One in twenty of the packed, too: what is made up beside them makes it no more."""
    paid = Voice("rotten", place=7, proved=True)
    tally = Pattern(packed=61, complained=0, reasons={}).with_one(paid).with_one(paid)
    beside = tally.with_one(paid)
    for _ in range(4):
        tally = tally.with_one(Voice("rotten", place=7))
        beside = beside.with_one(Voice("rotten", place=7))
    assert not tally.is_alarming
    assert not beside.is_alarming
    assert beside.with_one(paid).is_alarming
    assert beside.with_one(Voice("rotten", place=8)).is_alarming


def test_a_pattern_that_knows_no_addresses_alarms_as_it_did() -> None:
    older = pattern(2, 20)
    assert older.with_one(Voice("rotten", place=7)).is_alarming
    assert pattern(3, 20).is_alarming


def test_what_was_counted_without_its_shop_is_not_said_to_be_of_one() -> None:
    assert not pattern(2, 20).with_one(Voice("rotten", shop_id="a")).is_of_one_shop


def say(parcel: Parcel, reason: ComplaintReason, *, buyer: bool) -> bool:
    return has_its_say(parcel, reason, knows_better=buyer)


def test_what_waits_until_the_box_leaves_is_decided_as_what_counts() -> None:
    source = batch("passed")
    box = parcel(order((offer(source), 1), state="packed"), (0, source, 1))
    assert say(box, "rotten", buyer=False)
    waits = box.model_copy(update={"waits_as": CountedInPatterns(reason="rotten")})
    assert not say(waits, "damaged", buyer=False)
    assert say(waits, "wrong_item", buyer=True)


def test_what_waits_counts_when_the_box_is_sent_and_never_once_it_is_voided() -> None:
    source = batch("passed")
    box = parcel(order((offer(source), 1), state="packed"), (0, source, 1))
    waits = box.model_copy(update={"waits_as": CountedInPatterns(reason="rotten")})
    sent = waits.shipped(Shipment(carrier="顺丰", waybill="SF123456"), NOW)
    assert (sent.counted, sent.counted_as, sent.waits_as) == (True, waits.waits_as, None)
    gone = waits.voided()
    assert (gone.counted, gone.counted_as, gone.waits_as) == (False, None, None)


def test_a_strangers_word_keeps_a_box_once_it_has_left_and_its_buyers_at_once() -> None:
    """Whoever has a picture of a label blocks no cancelling of what is still here."""
    source = batch("passed")
    box = parcel(order((offer(source), 1), state="packed"), (0, source, 1))
    late = box.packed_at + HANDED_OVER_AFTER
    waits = box.model_copy(update={"waits_as": CountedInPatterns(reason="rotten")})
    mine = complaint().model_copy(update={"by_order": True})
    assert [was_seen(waits, [], now) for now in (NOW, late)] == [False, True]
    assert [was_seen(waits, [mine], now) for now in (NOW, late)] == [True, True]
    assert [was_seen(box, [mine], now) for now in (NOW, late)] == [False, False]
    slip = waits.model_copy(update={"waits_as": CountedInPatterns(reason="wrong_item")})
    assert not was_seen(slip, [mine], late), "it lies in no batch"


def test_a_box_has_left_when_it_was_sent_or_lay_packed_for_two_days() -> None:
    source = batch("passed")
    box = parcel(order((offer(source), 1), state="packed"), (0, source, 1))
    day = timedelta(days=1)
    assert [box.has_left(box.packed_at + n * day) for n in (0, 1, 2, 3)] == [
        False,
        False,
        True,
        True,
    ]
    assert box.model_copy(update={"state": "shipped"}).has_left(box.packed_at)


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
