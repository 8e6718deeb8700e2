"""The archive itself, for both processors; run by `make rehearse`, as it fetches wheels."""

import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.cloud.package import ARCHITECTURES, LARGEST, PYTHON, build, digest, requirements
from tests.conftest import ROOT


@pytest.fixture(scope="module", params=ARCHITECTURES)
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(request.param, tmp_path_factory.mktemp("package") / f"{request.param}.zip")


def test_two_checkouts_of_one_commit_give_the_same_bytes(package: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "another folder"
    for folder in ("chalicelib", "infra"):
        shutil.copytree(
            ROOT / folder, checkout / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("app.py", "requirements.lock"):
        (checkout / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "infra.cloud.package", package.stem], cwd=checkout, check=True
    )
    assert digest(checkout / f"build/shanhuo-{package.stem}.zip") == digest(package)


def test_it_is_small_and_holds_what_runs_and_nothing_else(package: Path) -> None:
    assert package.stat().st_size <= LARGEST
    names = zipfile.ZipFile(package).namelist()
    tops = {name.partition("/")[0].lower() for name in names}
    assert not tops & {"pip", "setuptools", "pil", "pillow", "tests", "infra", "bin", "data"}
    assert {name for name in names if name.startswith("chalice/") and name.endswith(".py")} == {
        "chalice/__init__.py",
        "chalice/app.py",
    }
    assert {"wechatpayv3", "certifi", "requests"} <= tops
    assert not [name for name in names if "sandbox" in name.lower() and "chalicelib" in name]
    services = {
        name.split("/")[2] for name in names if name.count("/") > 2 and "botocore/data" in name
    }
    assert services == {"dynamodb", "s3", "secretsmanager"}
    templates = [name for name in names if re.fullmatch(r"chalicelib/pages/compiled/\w+.py", name)]
    assert len(templates) == len(list((ROOT / "chalicelib/pages/templates").glob("*/*")))
    assert not any("/templates/" in name for name in names)


def test_every_module_is_compiled_for_good_and_for_this_python(package: Path) -> None:
    archive = zipfile.ZipFile(package)
    names = set(archive.namelist())
    for name in names:
        if name.endswith(".py"):
            folder, _, file = name.rpartition("/")
            cached = f"{folder}/__pycache__/{file[:-3]}.cpython-{PYTHON.replace('.', '')}.pyc"
            head = archive.read(cached.lstrip("/"))[:8]
            assert head[:4] == importlib.util.MAGIC_NUMBER, name
            assert head[4:8] == (0b01).to_bytes(4, "little"), f"{name}: hash-based and unchecked"


def test_binaries_are_of_its_processor(package: Path) -> None:
    machine = {"x86_64": 62, "arm64": 183}[package.stem]  # as ELF numbers them
    archive = zipfile.ZipFile(package)
    binaries = [name for name in archive.namelist() if name.endswith(".so")]
    assert len(binaries) > 5
    for name in binaries:
        assert int.from_bytes(archive.read(name)[18:20], "little") == machine, name


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_what_is_packed_is_what_is_locked(architecture: str) -> None:
    locked = (ROOT / "requirements.lock").read_text()
    packed = [line for line in requirements(architecture).splitlines() if "==" in line]
    changed = {line.split()[0] for line in packed if line not in locked}
    assert changed <= {"zxing-cpp==2.2.0"}
