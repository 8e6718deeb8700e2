"""The security pages say nothing that is not there."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEVEL_2 = (
    "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 "
    "4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 "
    "6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 "
    "10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 "
    "12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 "
    "15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"
)
"""Section:how many, of ASVS 5.0.0; in each the requirements of levels 1 and 2 come first."""
REFERENCE = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|js|md|html|txt|toml))(::?)([^`]+)`")


class DocumentRow(NamedTuple):
    numbers: list[str]
    state: str
    by: str


def rows() -> list[DocumentRow]:
    document_rows = []
    for line in (ROOT / "docs/asvs.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and re.match(r"\d", cells[0]):
            document_rows.append(DocumentRow(_expanded(cells[0]), cells[2], cells[3]))
    return document_rows


def _expanded(cell: str) -> list[str]:
    numbers = []
    for part in cell.split(", "):
        section, _, span = part.rpartition(".")
        first, _, last = span.partition("-")
        numbers += [f"{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    return numbers


def missing(text: str) -> list[str]:
    """References in a text that lead nowhere."""
    lost = []
    for name, kind, what in REFERENCE.findall(text):
        path = ROOT / name
        inside = path.read_text() if path.is_file() else ""
        wanted = rf"^ *def {re.escape(what)}\(" if kind == "::" else re.escape(what)
        if kind == ":" and name.endswith(".py") and re.fullmatch(r"\w+", what):
            wanted = rf"\b{what}\b"
        if not re.search(wanted, inside, re.M):
            lost.append(f"{name}{kind}{what}")
    return lost


def test_every_requirement_of_the_level_stands_there_once() -> None:
    wanted = [
        f"{section}.{n}"
        for section, count in (entry.split(":") for entry in LEVEL_2.split())
        for n in range(1, int(count) + 1)
    ]
    assert len(wanted) == 253
    assert Counter(n for row in rows() for n in row.numbers) == Counter(wanted)


def test_what_is_claimed_has_its_evidence_and_what_is_not_its_reason() -> None:
    for row in rows():
        assert row.state in {"held", "part", "open", "stack", "n/a"}, row
        assert row.by, row
        if row.state in {"held", "part"}:
            assert REFERENCE.search(row.by), row
        if row.state == "part":
            assert ";" in row.by, f"say what is missing: {row}"


@pytest.mark.parametrize("page", ["asvs.md", "security.md"])
def test_whatever_is_named_exists(page: str) -> None:
    assert missing((ROOT / "docs" / page).read_text()) == []


def test_what_does_not_exist_is_noticed() -> None:
    assert missing("`tests/test_house.py::test_templates_are_escaped`") == []
    assert missing("`tests/test_house.py::test_templates_are_not_escaped`")
    assert missing("`chalicelib/nowhere.py:thing`")
