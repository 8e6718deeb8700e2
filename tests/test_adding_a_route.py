"""What CONTRIBUTING.md says of adding a route, followed to the letter in a copy of the house."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from .conftest import ROOT

SNIPPET = re.compile(
    r"^ *```python\n(?P<indent> *)# (?P<path>\S+)\n(?P<code>.*?)^ *```", re.S | re.M
)
ASK = """
from chalicelib.api.edge.index import declared, gate
from chalicelib.api.edge.openapi import document
[route] = [route for route in declared() if route.path == "/v1/batches/{batch_id}/age"]
print(route.permission, gate("GET", route.path) is not None, route.path in document()["paths"])
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the code and of its tests, with what the steps add."""
    for name in ("chalicelib", "infra", "tests", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    snippets = list(SNIPPET.finditer((ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert [snippet["path"].split("/")[1] for snippet in snippets] == ["domain", "services", "api"]
    for snippet in snippets:
        place = tmp_path / snippet["path"]
        assert not place.exists()
        place.write_text(textwrap.dedent(snippet["indent"] + snippet["code"].lstrip(" ")))
    return tmp_path


def run(house: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_steps_make_a_route_that_keeps_the_rules_of_the_house(house: Path) -> None:
    run(house, "-m", "infra.routes")
    assert run(house, "-c", ASK).split() == ["batch:read", "True", "True"]
    run(house, "-m", "ruff", "check", "chalicelib")
    run(house, "-m", "ruff", "format", "--check", "chalicelib")
    concerned = ("tests/test_house.py", "-k", "ages or routes or drawing")
    assert " passed" in run(house, "-m", "pytest", "-q", "-p", "no:cacheprovider", *concerned)
