"""Households that are added in the field: which are new, which known, which have to be asked."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.catalogue import NewProducer, Producer
from chalicelib.domain.errors import Refusal
from chalicelib.domain.households import alike, meant
from tests.domain.samples import NOW, identity

VILLAGE = identity()


def typed(name: str, number: str | None = None) -> NewProducer:
    return NewProducer(
        village_id=VILLAGE, kind="household", display_name=name, household_code=number
    )


def known(name: str, number: str | None = None) -> Producer:
    return Producer(id=identity(), created_at=NOW, **dict(typed(name, number)))


@pytest.mark.parametrize(
    ("name", "number", "answer"),
    [
        ("农户 12", None, 0),
        ("农户12", None, 0),
        ("农户 12", "0012", 0),
        ("农户 １２", "００１２", 0),
        ("农户 13", None, 1),
        ("农户 14", None, None),
        ("农户 14", "0014", None),
        ("农户 12", "0099", "household_number_differs"),
        ("农户 13", "0099", "household_number_differs"),
        ("农户 14", "0012", "household_name_differs"),
    ],
)
def test_name_and_number_say_which_household_is_meant(
    name: str, number: str | None, answer: Any
) -> None:
    """Both agree, or the name does and no number was typed: it is known. Only one: it is asked."""
    village = [known("农户 12", "0012"), known("农户 13", None)]
    if isinstance(answer, str):
        with pytest.raises(Refusal, match=answer) as refused:
            meant(typed(name, number), village)
        assert refused.value.facts["name"] in {"农户 12", "农户 13"}
    else:
        expected = None if answer is None else village[answer]
        assert meant(typed(name, number), village) == expected


def test_of_two_that_have_one_name_the_number_decides() -> None:
    village = [known("农户 12", "0012"), known("农户 12", "0112")]
    assert meant(typed("农户 12", "0112"), village) == village[1]
    assert meant(typed("农户 12"), village) == village[0]


SPACES = st.sampled_from(["", " ", "\u3000", "  "])
NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@given(NAMES, NAMES, SPACES, SPACES)
def test_spaces_and_width_make_no_other_name(
    first: str, second: str, before: str, between: str
) -> None:
    assert alike(before + first + between + second) == alike(first + second)
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in first)
    assert alike(wide) == alike(first)
