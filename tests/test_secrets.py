"""No committed file holds a secret."""

import re
import subprocess
from pathlib import Path

import pytest

from infra.demo import accounts

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    "AWS access key": r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}\b",
    "AWS secret key": r"(?i)aws.{0,20}secret.{0,20}[\"'= :]+[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\[rn]|\s)*[A-Za-z0-9+/=]{40}",
    "token of a code host": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,}|glpat-[\w-]{20})",
    "token of a registry": r"\b(?:pypi-AgE[\w-]{40,}|npm_[A-Za-z0-9]{36})\b",
    "chat hook or payment key": r"\b(?:xox[abprs]-[\w-]{10,}|[sr]k_live_[A-Za-z0-9]{20,})",
    "signed token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}",
    "address with a password": r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'{}$<]+:[^\s/:@\"'{}$<]{3,}@",
    "password": r"(?i)\b(?:password|passwd|secret|api_?key|token)\b[\"']?\s*[:=]\s*"
    r"[\"'][^\"'\s{}$<>%]{8,}[\"']",
}
OPEN_NOTHING = re.compile(r"^tests/(.*\.py|fixtures/fingerprints\.json)$")
"""Where passwords are of worlds that live for one test."""


def found_in(text: str, *, tests: bool = False) -> list[str]:
    return [
        kind
        for kind, pattern in KINDS.items()
        if not (tests and kind == "password") and re.search(pattern, text)
    ]


def test_no_committed_file_holds_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    assert len(names) > 100
    here = Path(__file__).relative_to(ROOT).as_posix()
    leaks = {}
    for name in names:
        text = (ROOT / name).read_bytes().decode("utf-8", "ignore") if name != here else ""
        if kinds := found_in(text, tests=OPEN_NOTHING.match(name) is not None):
            leaks[name] = kinds
    assert leaks == {}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("AWS access key", "AKIA" + "A1B2C3D4E5F6G7H8"),
        ("AWS secret key", "aws_secret_access_key = " + "a1B2/" * 8),
        ("private key", "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIE" * 16),
        ("private key", r'"key": "-----BEGIN ' + r"PRIVATE KEY-----\n" + "MIIE" * 16),
        ("token of a code host", "ghp_" + "a1" * 18),
        ("address with a password", "https://someone:" + "hunter22@example.org"),
        ("password", 'PASSWORD = "' + 'letmein-please"'),
        ("password", '{"secret": "' + 'c2VjcmV0c2VjcmV0"}'),
    ],
)
def test_the_scan_sees(kind: str, text: str) -> None:
    assert kind in found_in(text)


def test_the_passwords_of_the_demo_are_made_anew_each_time(tmp_path: Path) -> None:
    made: list[str] = []
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        made += accounts.passwords(tmp_path / folder).values()
    assert len(set(made)) == len(made) == 6
