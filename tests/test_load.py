"""The crowd of `make load`, for two seconds, so that it keeps working."""

from pathlib import Path

import pytest

from tests.load.stage import LOCUST, play


@pytest.mark.skipif(not LOCUST.is_file(), reason="Locust comes with `make load`")
def test_a_small_crowd_is_served_and_the_books_add_up(tmp_path: Path) -> None:
    report = play(2, 2, tmp_path, parcels=1)
    assert not report.wrong, str(report)
    assert {"order", "payment", "complaint", "scan, counted"} <= report.results["kinds"].keys()
