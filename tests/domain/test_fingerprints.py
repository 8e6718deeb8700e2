"""A body keeps the text that its fingerprint is of, whatever later releases add to it."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

import chalicelib.domain
from chalicelib.domain.complaints import NewComplaint
from chalicelib.domain.fields import Body
from chalicelib.domain.fingerprints import ALWAYS, text_of

for _module in pkgutil.iter_modules(chalicelib.domain.__path__):
    importlib.import_module(f"chalicelib.domain.{_module.name}")

FILE = Path(__file__).parent.parent / "fixtures" / "fingerprints.json"
FROZEN = json.loads(FILE.read_text())
CASES = [(name, case["sent"], case["text"]) for name, cases in FROZEN.items() for case in cases]
WHAT_TO_DO = f"""The text of {{name}}'s fingerprint changed. A phone that sends this again after the
deploy would be told that it is different content. Undo it: a new field has a default and comes
without a change of the others. Never mend {FILE.name} instead; entries are only added there."""
WHAT_TO_ADD = f"""No text of {{names}} is frozen yet. Add what a client may send, the least and the
most of it, with the text_of it, to {FILE.name}."""


def bodies(of: type[BaseModel] = Body) -> Iterator[type[BaseModel]]:
    """Every class of the rules that a client sends, whole or as a part."""
    for body in of.__subclasses__():
        if body.__module__.startswith("chalicelib."):
            yield body
            yield from bodies(body)


BODIES = {body.__name__: body for body in bodies()}


def read(name: str, sent: Any) -> BaseModel:
    return BODIES[name].model_validate_json(json.dumps(sent))


def within(value: Any) -> Iterator[BaseModel]:
    """A body and the bodies in it."""
    if isinstance(value, BaseModel):
        yield value
        for _, inner in value:
            yield from within(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from within(inner)


@pytest.mark.parametrize(("name", "sent", "text"), CASES)
def test_the_text_of_every_body_stays_what_it_is(name: str, sent: Any, text: str) -> None:
    assert text_of(read(name, sent)) == text, WHAT_TO_DO.format(name=name)


def test_every_body_has_a_frozen_text() -> None:
    frozen = {
        type(part).__name__ for name, sent, _ in CASES for part in within(read(name, sent))
    } | {"Buyer"}  # NewOrder's own, of which PlatformBuyer is a kind
    missing = BODIES.keys() - frozen
    assert not missing, WHAT_TO_ADD.format(names=", ".join(sorted(missing)))
    assert len(BODIES) == len(list(bodies())), "two bodies share a name"
    assert ALWAYS.keys() <= BODIES.keys()


@pytest.mark.parametrize(("name", "sent", "text"), CASES)
def test_a_field_that_comes_later_changes_nothing_until_it_is_given(
    name: str, sent: Any, text: str
) -> None:
    later: Any = create_model(
        name,
        __base__=BODIES[name],
        later=(int | None, None),
        later_list=(list[int], []),
        later_word=(str, "usual"),
    )
    plain = later.model_validate_json(json.dumps(sent))
    nulled = later.model_validate_json(json.dumps({**sent, "later": None}))
    assert text_of(plain) == text_of(nulled) == text
    for given_later in ({"later": 0}, {"later_list": [1]}, {"later_word": ""}):
        assert text_of(later.model_validate_json(json.dumps({**sent, **given_later}))) != text


@pytest.mark.parametrize("name", BODIES)
def test_null_means_the_same_as_nothing(name: str) -> None:
    """Both are left out of the text, so a field that takes null must have null as its default."""
    for field_name, field in BODIES[name].model_fields.items():
        if NoneType in get_args(field.annotation):
            assert field.is_required() or field.default is None, field_name


COMPLAINTS = st.builds(
    NewComplaint,
    reason=st.sampled_from(["rotten", "other"]),
    damaged_percent=st.none() | st.integers(1, 3),
    description=st.none() | st.sampled_from(["null", "rotten", "[]"]),
    photos=st.lists(
        st.sampled_from([f"{n:08}-0000-4000-8000-000000000000" for n in "12"]), max_size=9
    ),
    wanted=st.none() | st.sampled_from(["refund", "return"]),
)


@given(COMPLAINTS, COMPLAINTS)
def test_bodies_are_the_same_when_their_texts_are(body: NewComplaint, other: NewComplaint) -> None:
    assert (text_of(body) == text_of(other)) == (body == other)
