"""Scans in grades: re-scans have innocent causes."""

import pytest
from pydantic import ValidationError

from chalicelib.domain.scans import NewScan, level


@pytest.mark.parametrize(
    ("count", "grade"),
    [
        (0, "normal"),
        (1, "normal"),
        (5, "normal"),
        (6, "notice"),
        (15, "notice"),
        (16, "suspect"),
        (10_000, "suspect"),
    ],
)
def test_a_code_scanned_often_warns_in_grades(count: int, grade: str) -> None:
    assert level(count) == grade


def test_the_warning_never_weakens() -> None:
    rank = ["normal", "notice", "suspect"]
    grades = [rank.index(level(count)) for count in range(100)]
    assert grades == sorted(grades)


@pytest.mark.parametrize("device", ["short", "x" * 65, "with space", "semi;colon", "a" * 8 + "\n"])
def test_a_device_id_is_8_to_64_plain_characters(device: str) -> None:
    with pytest.raises(ValidationError):
        NewScan(device=device)


def test_a_device_is_not_asked_for() -> None:
    assert NewScan().device is None
