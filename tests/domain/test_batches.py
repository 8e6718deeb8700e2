"""Batches: what an inspection does to one, when it may be sold again, and what a scan shows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import ValidationError

from chalicelib.domain.batches import (
    RECORD_BYTES,
    UNSELLABLE,
    Batch,
    NewBatch,
    failure_reason,
    register,
)
from chalicelib.domain.catalogue import Producer, Village
from chalicelib.domain.certificates import BASIS_TEXT, Basis
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.lifecycle import BATCH
from tests.domain.samples import (
    HOUR,
    NOW,
    batch,
    certificate,
    identity,
    inspection,
    new_batch,
    product,
    refusal,
)

GS1_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


# --- lots and harvest dates ----------------------------------------------------------------------


@given(st.text(GS1_SET_82, min_size=1, max_size=20))
def test_a_lot_is_up_to_20_characters_of_gs1_set_82(lot: str) -> None:
    assert new_batch(lot=lot).lot == lot


@given(st.characters().filter(lambda char: char not in GS1_SET_82))
def test_no_other_character_is_in_a_lot(char: str) -> None:
    with pytest.raises(ValidationError):
        new_batch(lot=f"A{char}")


@pytest.mark.parametrize("lot", ["", "A" * 21, "批次一", "A 1", "A#1", "A-1\n", "é"])
def test_a_lot_that_a_label_cannot_carry_is_refused(lot: str) -> None:
    with pytest.raises(ValidationError):
        new_batch(lot=lot)


def registered(body: NewBatch, now: datetime) -> Batch:
    village = Village(id=identity(), name="村", county="县", province="省", created_at=NOW)
    producer = Producer(
        id=identity(), village_id=village.id, kind="farm", display_name="农户", created_at=NOW
    )
    return register(
        body,
        batch_id=identity(),
        product=product(),
        producer=producer,
        village=village,
        by="cadre",
        now=now,
    )


@pytest.mark.parametrize(
    ("harvested", "now", "taken"),
    [
        (date(2026, 10, 15), datetime(2026, 10, 14, 16, 0, tzinfo=UTC), True),  # midnight in China
        (date(2026, 10, 15), datetime(2026, 10, 14, 15, 59, 59, tzinfo=UTC), False),
        (date(2026, 10, 14), datetime(2026, 10, 14, 15, 59, 59, tzinfo=UTC), True),
        (date(2026, 10, 16), datetime(2026, 10, 15, 4, 0, tzinfo=UTC), False),
        (date(2000, 1, 1), NOW, True),
    ],
)
def test_a_harvest_is_at_most_today_in_china(harvested: date, now: datetime, taken: bool) -> None:
    body = new_batch(harvested_on=harvested)
    if taken:
        assert registered(body, now).harvested_on == harvested
    else:
        with pytest.raises(Invalid) as refused:
            registered(body, now)
        assert [field for field, _, _ in refused.value.errors] == ["harvested_on"]


def test_nobody_harvested_in_another_century() -> None:
    with pytest.raises(ValidationError):
        new_batch(harvested_on=date(1, 1, 1))


def test_a_new_batch_is_whole_and_carries_its_passport() -> None:
    made = registered(new_batch(quantity=700), NOW)
    assert (made.state, made.quantity, made.available_quantity) == ("registered", 700, 700)
    assert (made.passport.village, made.passport.producer) == ("村", "农户")
    assert made.passport.inspections == ()
    assert "household" not in made.passport.model_dump_json()


# --- inspections move it -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "verdict", "after"),
    [
        ("registered", "pass", "passed"),
        ("registered", "fail", "held"),
        ("passed", "pass", "passed"),
        ("passed", "fail", "held"),
        ("held", "pass", "held"),  # a person has to release it
        ("held", "fail", "held"),
        ("closed", "fail", "held"),  # what was sold of it may still be on its way
    ],
)
def test_an_inspection_moves_its_batch(state: str, verdict: str, after: str) -> None:
    assert batch(state).inspected(inspection(verdict)).state == after


@pytest.mark.parametrize(
    ("state", "verdict"), [("recalled", "pass"), ("recalled", "fail"), ("closed", "pass")]
)
def test_a_batch_that_is_over_is_not_inspected(state: str, verdict: str) -> None:
    with refusal("not_allowed_now") as refused:
        batch(state).inspected(inspection(verdict))
    assert refused.value.facts["state"] == state


def test_a_failed_inspection_says_why_it_holds_the_batch() -> None:
    failed = inspection("fail")
    held = batch("passed").inspected(failed)
    assert held.reason == failure_reason(failed) == "检测不合格：抑制率"
    assert (held.held_at, held.held_tested_at) == (failed.recorded_at, failed.tested_at)


# --- release -------------------------------------------------------------------------------------

MORNING, NOON, EVENING, NEXT_DAY = (NOW + n * HOUR for n in (-4, 0, 8, 24))


def test_a_pass_newer_than_the_failure_releases_it() -> None:
    held = batch("passed").inspected(inspection("fail", at=NOON))
    assert held.inspected(inspection("pass", at=EVENING)).released("复检合格").state == "passed"


@pytest.mark.parametrize(
    ("recorded", "tested", "released"),
    [
        (EVENING, EVENING, True),
        (EVENING, NOON, True),  # the same sample tested again
        (EVENING, NOON - timedelta(milliseconds=1), False),
        (EVENING, MORNING, False),  # the morning's pass, uploaded late
        (NEXT_DAY, MORNING, False),
    ],
)
def test_a_late_uploaded_pass_older_than_the_failure_does_not_release_it(
    recorded: datetime, tested: datetime, released: bool
) -> None:
    held = batch("passed").inspected(inspection("fail", at=NOON))
    now = held.inspected(inspection("pass", at=recorded, tested_at=tested))
    if released:
        assert now.released("复检合格").state == "passed"
    else:
        with refusal("release_needs_pass"):
            now.released("复检合格")


def test_the_pass_from_before_the_hold_does_not_release_it() -> None:
    held = batch().inspected(inspection("pass", at=MORNING)).held("有投诉", NOON)
    with refusal("release_needs_pass"):
        held.released("没事")


@pytest.mark.parametrize(
    ("tested", "released"),
    [
        (EVENING, True),
        (NOON - timedelta(minutes=10), True),  # by a clock that is slow
        (NOON - timedelta(minutes=11), False),
        (MORNING, False),  # of before there was a reason to hold it, uploaded late
    ],
)
def test_a_batch_held_by_hand_is_released_by_a_sample_tested_after(
    tested: datetime, released: bool
) -> None:
    held = batch("passed").held("有投诉", NOON)
    passed = held.inspected(inspection("pass", at=EVENING, tested_at=tested))
    if released:
        assert passed.released("复检合格").state == "passed"
    else:
        with refusal("release_needs_pass"):
            passed.released("复检合格")


@pytest.mark.parametrize("late", [MORNING - 24 * HOUR, NOON - timedelta(milliseconds=1)])
def test_an_older_failure_that_comes_late_makes_no_older_pass_enough(late: datetime) -> None:
    held = batch("passed").inspected(inspection("fail", at=NOON))
    again = held.inspected(inspection("fail", at=EVENING, tested_at=late))
    passed = inspection("pass", at=NEXT_DAY, tested_at=NOON - timedelta(milliseconds=1))
    with refusal("release_needs_pass"):
        again.inspected(passed).released("复检合格")
    newer = inspection("pass", at=NEXT_DAY, tested_at=NOON)
    assert again.inspected(newer).released("复检合格").state == "passed"


def test_a_second_failure_asks_for_a_second_pass() -> None:
    first = batch("passed").inspected(inspection("fail", at=MORNING))
    two = first.inspected(inspection("pass", at=NOON)).inspected(inspection("fail", at=EVENING))
    with refusal("release_needs_pass"):
        two.released("复检合格")
    assert two.inspected(inspection("pass", at=NEXT_DAY)).released("好").state == "passed"


def test_a_pass_that_turns_out_wrong_does_not_release_it() -> None:
    held = batch("passed").inspected(inspection("fail", at=MORNING))
    passed = inspection("pass", at=NOON)
    corrected = held.inspected(passed).inspected(
        inspection("fail", at=EVENING, supersedes=passed.id)
    )
    with refusal("release_needs_pass"):
        corrected.released("复检合格")


def test_a_pass_that_is_withdrawn_leaves_the_older_ones_alone() -> None:
    held = batch("passed").inspected(inspection("fail", at=NOON))
    between = inspection("pass", at=NOON + HOUR)
    wrong = inspection("pass", at=EVENING)
    both = held.inspected(between).inspected(wrong)
    older = inspection("pass", at=NEXT_DAY, tested_at=MORNING, supersedes=wrong.id)
    with refusal("release_needs_pass"):
        held.inspected(wrong).inspected(older, (), [wrong]).released("复检合格")
    assert both.inspected(older, (), [between, wrong]).released("复检合格").state == "passed"


def test_where_the_pass_that_released_it_is_withdrawn_it_is_held_again() -> None:
    held = batch("passed").inspected(inspection("fail", at=NOON))
    wrong = inspection("pass", at=EVENING)
    released = held.inspected(wrong).released("复检合格")
    older = inspection("pass", at=NEXT_DAY, tested_at=MORNING, supersedes=wrong.id)
    again = released.inspected(older, (), [wrong])
    assert (again.state, again.reason) == ("held", "放行所凭的检测已更正")
    with refusal("release_needs_pass"):
        again.released("再放行")
    newer = inspection("pass", at=NEXT_DAY, supersedes=wrong.id)
    assert released.inspected(newer, (), [wrong]).state == "passed"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pass", "fail"]), st.integers(-9, 9), st.none() | st.integers(0)
        ),
        max_size=9,
    )
)
def test_only_a_standing_pass_newer_than_every_failure_releases(
    tests: list[tuple[str, int, int | None]],
) -> None:
    """Recorded since the latest failure was, and tested no earlier than any of them; a failure
    that was corrected still says since when a pass is asked for."""
    first = inspection("fail", at=NOON)
    held = batch("passed").inspected(first)
    records, standing = [first], [first]
    for number, (verdict, hours, at) in enumerate(tests, 1):
        corrected = standing[at % len(standing)] if at is not None else None
        made = inspection(
            verdict,
            at=NOON + timedelta(days=1, minutes=number),
            tested_at=NOON + hours * HOUR,
            supersedes=corrected.id if corrected else None,
        )
        held = held.inspected(made, (), standing)
        standing = [record for record in standing if record is not corrected] + [made]
        records.append(made)
    failures = [record for record in records if record.verdict == "fail"]
    enough = [
        record
        for record in standing
        if record.verdict == "pass"
        and record.recorded_at >= max(failure.recorded_at for failure in failures)
        and record.tested_at >= max(failure.tested_at for failure in failures)
    ]
    if enough:
        assert held.released("复检合格").state == "passed"
    else:
        with refusal("release_needs_pass"):
            held.released("复检合格")


def test_a_failure_that_was_a_slip_of_the_pen_is_released_by_its_correction() -> None:
    failed = inspection("fail", at=NOON)
    held = batch("passed").inspected(failed)
    slip = inspection("pass", at=EVENING, tested_at=NOON, supersedes=failed.id)
    assert held.inspected(slip).released("录入错误").state == "passed"


def test_an_old_pass_uploaded_after_a_good_one_takes_nothing_away() -> None:
    held = batch("passed").inspected(inspection("fail", at=NOON))
    good = held.inspected(inspection("pass", at=EVENING))
    late = good.inspected(inspection("pass", at=NEXT_DAY, tested_at=MORNING))
    assert late.released("复检合格").state == "passed"


@pytest.mark.parametrize("state", ["passed", "closed", "recalled"])
def test_only_a_held_batch_is_released(state: str) -> None:
    with refusal("not_allowed_now"):
        batch(state).released("好")


def test_a_release_does_not_stand_in_for_the_first_inspection() -> None:
    with refusal("release_needs_pass"):
        batch("registered").released("好")


# --- selling and certificates --------------------------------------------------------------------


@pytest.mark.parametrize("state", BATCH)
def test_what_is_held_or_recalled_is_not_sold(state: str) -> None:
    if state in UNSELLABLE:
        with refusal("batch_held") as refused:
            batch(state, lot="B-7").refuse_unless_sellable()
        assert refused.value.facts["lot"] == "B-7"
    else:
        batch(state).refuse_unless_sellable()


@pytest.mark.parametrize("verdict", [None, "pass", "fail"])
@pytest.mark.parametrize("basis", BASIS_TEXT)
def test_a_tested_basis_needs_a_pass_and_own_control_does_not(
    basis: Basis, verdict: str | None
) -> None:
    harvest = batch("passed", last_verdict=verdict)
    if basis == "self_controlled" or verdict == "pass":
        shown = harvest.certified(certificate(basis)).passport.certificate
        assert shown is not None
        assert (shown.title, shown.basis) == ("承诺达标合格证", basis)
    else:
        with refusal("certificate_needs_pass"):
            harvest.certified(certificate(basis))


@pytest.mark.parametrize("state", sorted(UNSELLABLE))
def test_what_is_held_or_recalled_is_not_certified_and_the_refusal_names_its_state(
    state: str,
) -> None:
    with refusal("not_allowed_now") as refused:
        batch(state, last_verdict="pass").certified(certificate())
    assert refused.value.facts["state"] == state
    assert refused.value.facts["allowed"] == sorted(BATCH[state])


# --- the passport --------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=25))
def test_a_passport_shows_the_newest_first_and_stays_small(
    given_: list[tuple[int, bool]],
) -> None:
    harvest, newest, shown = batch("passed"), list[str](), 0
    for n, (long, corrects) in enumerate(given_):
        wrong = newest[0] if corrects and newest else None
        new = inspection("pass", at=NOW + n * HOUR, lab="实" * long or None, supersedes=wrong)
        harvest = harvest.inspected(new).fitting()
        newest = [new.id, *(inspection_id for inspection_id in newest if inspection_id != wrong)]
        shown += wrong is None
    ids = [entry.id for entry in harvest.passport.inspections]
    assert ids == newest[: len(ids)], "newest first, without gaps and without corrected ones"
    assert ids[0] == newest[0], "the newest is always there"
    assert len(harvest.model_dump_json(exclude_none=True).encode()) <= RECORD_BYTES or len(ids) == 1
    assert harvest.passport.inspections_total == shown == len(newest)


def test_a_corrected_inspection_leaves_the_passport_and_its_correction_says_so() -> None:
    wrong = inspection("pass")
    right = inspection("pass", supersedes=wrong.id)
    passport = batch().inspected(wrong).inspected(right).passport
    assert [(entry.id, entry.corrects) for entry in passport.inspections] == [(right.id, True)]
    assert passport.inspections_total == 1


def test_a_passport_does_not_name_the_inspector() -> None:
    shown = batch().inspected(inspection(inspector="li.cadre", note="私下")).passport
    assert "li.cadre" not in shown.model_dump_json()
    assert "私下" not in shown.model_dump_json()


# --- a whole life --------------------------------------------------------------------------------


class BatchLife(RuleBasedStateMachine):
    """Any sequence of inspections and moves: only the table's moves, and sold only when good."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.batch = batch()
        self.seen = [self.batch.state]
        self.inspections: list[Any] = []
        self.failed_at: datetime | None = None

    def become(self, after: Batch) -> None:
        if after.state != self.batch.state:
            assert after.state in BATCH[self.batch.state]
        self.batch = after
        self.seen.append(after.state)

    def attempt(self, what: str, *args: object) -> None:
        try:
            self.become(getattr(self.batch, what)(*args))
        except Refusal as refused:
            if refused.code not in {"not_allowed_now", "release_needs_pass"}:
                raise

    @rule(verdict=st.sampled_from(["pass", "fail"]), late=st.integers(0, 48), fixes=st.booleans())
    def inspect(self, verdict: str, late: int, fixes: bool) -> None:
        self.now += HOUR
        wrong = self.inspections[-1].id if fixes and self.inspections else None
        new = inspection(verdict, at=self.now, tested_at=self.now - late * HOUR, supersedes=wrong)
        try:
            self.become(self.batch.inspected(new))
        except Refusal:
            assert self.batch.state in {"recalled", "closed"}
            return
        self.inspections.append(new)
        if verdict == "fail":
            self.failed_at = new.tested_at
            assert self.batch.state == "held"

    @rule()
    def hold(self) -> None:
        self.now += HOUR
        self.attempt("held", "抽检", self.now)

    @rule()
    def release(self) -> None:
        self.now += HOUR
        self.attempt("released", "复检合格")

    @rule()
    def close(self) -> None:
        self.attempt("closed", "卖完")

    @precondition(lambda self: len(self.seen) > 5)
    @rule()
    def recall(self) -> None:
        self.attempt("recalled", "召回", self.now)

    @invariant()
    def a_recall_is_for_ever(self) -> None:
        if "recalled" in self.seen:
            assert self.batch.state == "recalled"

    @invariant()
    def what_is_sold_has_passed_since_it_last_failed(self) -> None:
        if self.batch.state == "passed" and self.failed_at is not None:
            passes = [inspection for inspection in self.inspections if inspection.verdict == "pass"]
            last = max(
                n for n, inspection in enumerate(self.inspections) if inspection.verdict == "fail"
            )
            after = [
                inspection
                for inspection in self.inspections[last + 1 :]
                if inspection.verdict == "pass"
            ]
            assert passes
            assert any(
                inspection.tested_at >= self.inspections[last].tested_at for inspection in after
            )

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.batch.available_quantity == self.batch.quantity
        assert self.batch.passport.inspections_total == sum(
            inspection.supersedes is None for inspection in self.inspections
        )


TestBatchLife = BatchLife.TestCase
