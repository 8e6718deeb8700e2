"""What is installed is what was looked at: locks with hashes, the bill of materials, licences."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.locks import canonical, pins
from infra.sbom import SETS, Json, sbom, write
from tests.waits import LONG_WAIT

ROOT = Path(__file__).resolve().parent.parent
LISTS = sorted(path.stem for path in ROOT.glob("requirements*.txt"))
MAY_GO_OUT = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0"}
"""Licences under which a part may be passed on within something that is Apache-2.0."""
UNCHANGED = {"certifi": "MPL-2.0"}
"""Parts that may go along as they are, which is how the archive has them (MPL-2.0, 3.3)."""


def pinned(name: str) -> dict[str, str]:
    text = (ROOT / f"{name}.txt").read_text()
    return {
        canonical(package): version
        for package, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.M)
    }


# --- locks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_a_lock_is_of_its_list_and_knows_a_hash_of_every_package(name: str) -> None:
    locked = pins(f"{name}.lock")
    assert pinned(name).items() <= {package: pin.version for package, pin in locked.items()}.items()
    assert all(pin.hashes for pin in locked.values())


def test_what_runs_in_lambda_is_listed_to_the_last_package() -> None:
    assert pinned("requirements").keys() == pins("requirements.lock").keys()


def test_a_lock_serves_every_processor() -> None:
    """One file for each platform of what is compiled, beside the source."""
    assert len(pins("requirements.lock")["cryptography"].hashes) > 10


def test_whatever_is_installed_is_installed_by_its_hash() -> None:
    makefile = (ROOT / "Makefile").read_text()
    installs = re.findall(r"^.*\bpip install\b.*$", makefile, re.M)
    assert installs
    assert all("--require-hashes" in install for install in installs)
    npm = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(
        package["integrity"].startswith("sha512-") for place, package in npm.items() if place
    )


def test_a_package_with_other_bytes_is_refused(tmp_path: Path) -> None:
    six = pins("requirements.lock")["six"]
    wheel = tmp_path / f"six-{six.version}-py2.py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as forged:
        inside = f"six-{six.version}.dist-info"
        forged.writestr("six.py", "print('not the six that was looked at')\n")
        forged.writestr(
            f"{inside}/METADATA", f"Metadata-Version: 2.1\nName: six\nVersion: {six.version}\n"
        )
        forged.writestr(
            f"{inside}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        forged.writestr(f"{inside}/RECORD", "")
    (tmp_path / "lock").write_text(six.text)
    (tmp_path / "unlocked").write_text(f"six=={six.version}")

    def install(*words: str) -> subprocess.CompletedProcess[str]:
        pip = [sys.executable, "-m", "pip", "--isolated", "install", "--disable-pip-version-check"]
        where = ["--no-index", "--find-links", str(tmp_path), "--target", str(tmp_path / "into")]
        return subprocess.run(
            [*pip, *where, *words], capture_output=True, text=True, check=False, timeout=LONG_WAIT
        )

    refused = install("--require-hashes", "-r", str(tmp_path / "lock"))
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert not (tmp_path / "into/six.py").exists()
    assert install("-r", str(tmp_path / "unlocked")).returncode == 0, "it is the hash that stops it"


# --- the bill of materials -----------------------------------------------------------------------


@pytest.mark.parametrize("which", SETS)
def test_the_bill_of_materials_is_cyclonedx(which: str) -> None:
    """What version 1.6 of the schema requires, and what an audit asks for beyond it."""
    bill = sbom(which)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    for component in [bill["metadata"]["component"], *bill["components"]]:
        assert component["type"] in {"application", "library"}
        assert component["name"]
        assert component["version"]
        assert component["licenses"]
    for component in bill["components"]:
        assert re.fullmatch(r"pkg:(pypi|npm)/[^@]+@[^@]+", component["purl"])
        for digest in component["hashes"]:
            assert len(digest["content"]) == {"SHA-256": 64, "SHA-512": 128}[digest["alg"]]
        assert component["hashes"]
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(set(references)) == len(references)


def test_the_bill_of_lambda_names_what_is_in_the_archive_and_no_more() -> None:
    names = {canonical(component["name"]) for component in sbom("lambda")["components"]}
    assert names == {*pins("requirements.lock"), "chalice"}
    assert "@dynoxide/linux-x64" in {component["name"] for component in sbom("local")["components"]}


def test_the_same_locks_give_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write(tmp_path)]
    assert [path.read_bytes() for path in write(tmp_path)] == first


def may_go_out(licences: list[Json]) -> bool:
    expression = licences[0].get("expression") or licences[0]["license"]["id"]
    parts = re.sub(r"[()]", "", expression).split(" AND ")
    return all(set(part.split(" OR ")) & MAY_GO_OUT for part in parts)


def test_what_goes_into_the_archive_may_be_passed_on() -> None:
    kept_back = {
        component["name"]
        for component in sbom("lambda")["components"]
        if not may_go_out(component["licenses"])
    }
    assert kept_back == set(UNCHANGED)
    assert not may_go_out([{"license": {"id": "GPL-3.0-only"}}])
    assert not may_go_out([{"expression": "MIT AND AGPL-3.0-only"}])
    assert may_go_out([{"expression": "GPL-2.0-only OR MIT"}])
