"""What a recall sheet counts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Refusal
from chalicelib.domain.recalls import Notice, Progress, SheetRow, refuse_unless_it_left
from tests.domain.samples import NOW, batch, offer, order, parcel

STATES = ("packed", "shipped", "delivered", "returned", "voided")
NOTICES = (None, "notified", "taken_back")
SOURCE = batch("passed")
BOX = parcel(order((offer(SOURCE), 1), state="paid"), (0, SOURCE, 1))


def row(state: str, ticked: str | None) -> SheetRow:
    box = BOX.model_copy(update={"state": state})
    notice = ticked and Notice(
        batch_id="b",
        code=box.code,
        shop_id=box.shop_id,
        state=ticked,
        by="seller",
        at=NOW,
        born_by="seller",
        born_at=NOW,
    )
    return SheetRow(box, 30, notice or None)


rows = st.lists(st.builds(row, st.sampled_from(STATES), st.sampled_from(NOTICES)))


@given(rows)
def test_every_parcel_is_told_left_or_never_left(listed: list[SheetRow]) -> None:
    progress = Progress.of(listed)
    assert progress.parcels == len(listed)
    assert progress.notified + progress.left + progress.never_left == progress.parcels
    assert progress.left == sum(not entry.is_notified and not entry.never_left for entry in listed)


def test_who_may_have_eaten_of_it_comes_first_and_a_tick_moves_no_row() -> None:
    listed = [row(state, ticked) for state in STATES for ticked in NOTICES]
    states = [entry.parcel.state for entry in sorted(listed, key=lambda entry: entry.place)]
    assert states == [
        state for state in ("delivered", "shipped", "packed", "returned", "voided") for _ in NOTICES
    ]


def test_a_tick_is_taken_back_by_whoever_and_keeps_its_birth() -> None:
    notice = row("delivered", "notified").notice
    assert notice is not None
    later = NOW + timedelta(hours=1)
    taken_back = notice.moved("taken_back", "other", later)
    assert (taken_back.by, taken_back.at, taken_back.born_by) == ("other", later, "seller")
    with pytest.raises(Refusal):
        taken_back.moved("taken_back", "other", later)


def test_nobody_is_told_of_a_box_that_never_left() -> None:
    with pytest.raises(Refusal, match="not_allowed_now"):
        refuse_unless_it_left(row("voided", None))
