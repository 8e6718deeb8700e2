"""What a journal tells of an edit: the fields that changed, and nothing that is not for all."""

import json

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.catalogue import NewProducer, Producer
from chalicelib.domain.journal import HIDDEN, edit

from .samples import NOW, identity

FIELDS = tuple(NewProducer.model_fields)
names = st.text("村户一二三12 ", min_size=1, max_size=4)
codes = st.none() | names


@st.composite
def producers(draw: st.DrawFn) -> Producer:
    return Producer(
        id="p",
        village_id="v",
        kind=draw(st.sampled_from(["farm", "household"])),
        display_name=draw(names),
        credit_code=draw(codes),
        household_code=draw(codes),
        created_at=NOW,
    )


@given(producers(), producers())
def test_an_edit_tells_each_field_that_changed_and_no_other(
    before: Producer, after: Producer
) -> None:
    old, new = map(json.loads, edit(before, after, FIELDS, hidden=("household_code",)))
    changed = {name for name in FIELDS if getattr(before, name) != getattr(after, name)}
    assert set(old) == set(new) == changed
    for name in changed - {"household_code"}:
        assert (old[name], new[name]) == (getattr(before, name), getattr(after, name))


@given(codes, codes)
def test_a_hidden_field_tells_only_whether_there_was_something(
    was: str | None, now: str | None
) -> None:
    before, after = (
        Producer(
            id=identity(),
            village_id="v",
            kind="household",
            display_name="农户",
            household_code=code,
            created_at=NOW,
        )
        for code in (was, now)
    )
    for text in edit(before, after, FIELDS, hidden=("household_code",)):
        assert json.loads(text).get("household_code") in {None, HIDDEN}
