"""What phones get is what was written: the field's scripts before and after they are made small."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from chalicelib.pages.drawing.assets import FIELD_JS, LATER_JS, SHARED, assets
from chalicelib.pages.drawing.names import shortened
from chalicelib.pages.drawing.render import STATIC
from tests.waits import LONG_WAIT

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = {"field.js": FIELD_JS, "later.js": LATER_JS}
LONGEST = 200
"""Lines of a script: one concern fits."""


def written(asset: str) -> str:
    return "\n".join((STATIC / f"{name}.js").read_text("utf-8") for name in SCRIPTS[asset])


def sent(asset: str) -> str:
    content = assets()[asset].content
    assert isinstance(content, str)
    return content


def run(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG_WAIT,
    )


@pytest.mark.parametrize("asset", SCRIPTS)
def test_a_script_that_is_sent_is_the_one_that_was_written(asset: str, tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node
    (tmp_path / "written.js").write_text(written(asset), "utf-8")
    (tmp_path / "sent.js").write_text(sent(asset), "utf-8")
    compare: list[str | Path] = [node, ROOT / "tests/same_script.js", tmp_path / "written.js"]
    assert run(*compare, tmp_path / "sent.js").returncode == 0
    other = sent(asset).replace("indexOf", "lastIndexOf", 1)
    (tmp_path / "sent.js").write_text(other.replace("true", "false", 1), "utf-8")
    assert run(*compare, tmp_path / "sent.js").returncode == 1


def undeclared(script: str, folder: Path) -> str:
    rules = {"root": True, "javascript": {"globals": ["BarcodeDetector"]}}
    (folder / "biome.json").write_text(json.dumps(rules))
    (folder / "whole.js").write_text(script, "utf-8")
    rule = "--only=correctness/noUndeclaredVariables"
    linted = run(ROOT / "node_modules/.bin/biome", "lint", rule, "whole.js", cwd=folder)
    return "" if linted.returncode == 0 else linted.stdout + linted.stderr


def test_no_name_of_the_browser_is_taken_for_one_of_ours(tmp_path: Path) -> None:
    whole = [sent(asset) for asset in SCRIPTS]
    assert undeclared("\n".join(whole), tmp_path) == ""
    ours = "(()=>{function fetch(path){return path;}fetch('');})();fetch('');"
    assert "undeclared" in undeclared(shortened(ours, ()), tmp_path)


def test_what_other_scripts_and_tests_call_keeps_its_name() -> None:
    whole = sent("field.js") + sent("later.js")
    assert [name for name in SHARED if not re.search(rf"\b{name}\b", whole)] == []
    assert len(sent("field.js")) < len(written("field.js")) / 2


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("const first=1;first+first;", "const a=1;a+a;"),
        ("function of(first){return{first,name:first.first};}", None),
        ("const{first,other:second=''}=given;use(first,second);", None),
        ("const found=text=>/first second/.test(text.first);found('first');", None),
    ],
)
def test_names_are_shortened_and_nothing_else(script: str, short: str | None) -> None:
    made = shortened(script, ())
    for kept in ("first:", ".first", "other:", "'first'", "/first second/"):
        if kept in script:
            assert kept in made
    assert short in {None, made}


@pytest.mark.parametrize(
    "path", sorted(STATIC.rglob("*.js")), ids=lambda path: str(path.relative_to(STATIC))
)
def test_a_script_has_one_concern(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST
