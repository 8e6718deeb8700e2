"""Whom a box is for, as everybody may read it on its label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.receivers import Receiver, masked_name
from tests.domain.samples import offer, order


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王**"),
        ("Smith", "S**"),
        ("张三 转 1234", "张**"),
        ("*明", "**"),
        ("13800000000", "**"),
        ("🍎店", "**"),
    ],
)
def test_a_name_is_its_first_character(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@given(st.text(min_size=1, max_size=60))
def test_nothing_more_of_a_name_is_ever_shown(name: str) -> None:
    shown = masked_name(name)
    assert len(shown) <= 3
    assert shown.endswith("**")


def test_of_who_was_erased_nothing_is_known() -> None:
    assert Receiver.of(order((offer(), 1), state="paid"), None) is None
