"""A second witness: what leans on the store's own rules, with ministack in our engine's place.

Where two engines that were written apart say the same, DynamoDB is likelier to. Costs are not asked
of it: it counts none that could be trusted.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cloud.local_aws import local_aws
from tests.conftest import ROOT

WITNESSED = (
    "tests/services/test_store.py",
    "tests/services/test_releases.py",
    "tests/services/test_interleavings.py",
    "tests/api/test_contract_lists.py",
    "tests/api/test_contract_lists_moving.py",
)


@pytest.mark.timeout(1200)  # of a whole suite, whose tests have their own
def test_another_engine_says_the_same(tmp_path: Path) -> None:
    with local_aws(tmp_path / "ministack.log", auth=False) as url:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *WITNESSED],
            env=os.environ | {"WITNESS": url},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-8000:]
