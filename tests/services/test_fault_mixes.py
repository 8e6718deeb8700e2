"""A few hundred operations of each mix of faults; `make faults` does 10,000 of each.

16 clients do whatever the main job is made of. All that was acknowledged is there, all that was
sent again exists once, the books add up, and nobody was told another 5xx than 503 to come back.
"""

from pathlib import Path

import pytest

from tests.fault_mixes import MIXES, FaultyStore
from tests.faults import run_mix

OPERATIONS = 320


@pytest.mark.parametrize("mix", ["cuts", "unprocessed", "provider", "everything"])
def test_nothing_is_lost_or_done_twice_under_faults(tmp_path: Path, mix: str) -> None:
    report = run_mix(mix, OPERATIONS, 7, tmp_path)
    assert not report.wrong, report.wrong
    assert sum(report.met.values()) > OPERATIONS // 10
    assert report.answers >= OPERATIONS * 2 // 3
    assert report.received_fen


def test_a_mix_can_be_repeated() -> None:
    """The same seed, the same fault for the same request."""

    def drawn(seed: int) -> list[str]:
        with FaultyStore("http://127.0.0.1:1", MIXES["everything"], seed) as store:
            return [str(store.drawn("TransactWriteItems", n)) for n in range(800)]

    assert drawn(3) == drawn(3) != drawn(4)
