"""`make audit-export`: what a later export says of the records of an earlier one."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.config import settings
from chalicelib.repositories.tables import definition
from infra.audit import CHAINS, differences, export, main
from infra.backup import make
from infra.engine import Engine
from tests.fixtures.write import ITEMS
from tests.world import Json

WRITTEN: Json = json.loads((ITEMS / "0.1.0.json").read_text())
"""Old enough that nothing older can still come."""


class ReleasedItems:
    """The items of a release in an engine of their own, and exports of it."""

    def __init__(self, engine: Engine, place: Path) -> None:
        self.place = place
        self._exports = 0
        self._client: Any = boto3.client(
            "dynamodb",
            endpoint_url=engine.endpoint,
            region_name="cn-north-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        self._client.create_table(**definition())
        for raw in WRITTEN["items"]:
            self.put(raw)

    def put(self, raw: Json) -> None:
        self._client.put_item(TableName=settings().table, Item=raw)

    def delete(self, raw: Json) -> None:
        key = {"pk": raw["pk"], "sk": raw["sk"]}
        self._client.delete_item(TableName=settings().table, Key=key)

    def export(self) -> Path:
        self._exports += 1
        backup = self.place / f"backup-{self._exports}.zip"
        make(self.place, backup)
        folder = self.place / f"export-{self._exports}"
        export(backup, folder)
        return folder


@pytest.fixture
def ledger(
    file_engine: Callable[[], Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ReleasedItems:
    monkeypatch.delenv("DYNAMODB_ENDPOINT")
    return ReleasedItems(file_engine(), tmp_path)


def of_kind(kind: str) -> Json:
    raw_item: Json = next(raw for raw in WRITTEN["items"] if raw["kind"]["S"] == kind)
    return raw_item


def with_record(raw: Json, **fields: object) -> Json:
    return raw | {"doc": {"S": json.dumps(json.loads(raw["doc"]["S"]) | fields)}}


def at(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat()


def test_what_is_added_leaves_the_earlier_records_as_they_are(ledger: ReleasedItems) -> None:
    """Also a supersession, and a field that a later release adds to an older record, empty."""
    before = ledger.export()
    lines = (before / "journal.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["record"]["new"]
    test = of_kind("inspection")
    ledger.put(with_record(test, superseded_by="another", new_field=[]))
    ledger.put(with_record(of_kind("change") | {"sk": {"S": "CHANGE#99999999"}}, at=at(minutes=5)))
    # so young that another, older one might still be on its way
    ledger.put(with_record(of_kind("change") | {"sk": {"S": "CHANGE#99999998"}}, at=at(minutes=1)))
    after = ledger.export()
    assert differences(before, after) == []
    assert len((after / "journal.jsonl").read_text().splitlines()) == len(lines) + 1


@pytest.mark.parametrize("kind", ["change", "inspection"])
@pytest.mark.parametrize("what", ["changed", "deleted", "put in between"])
def test_a_record_that_was_touched_is_found(ledger: ReleasedItems, kind: str, what: str) -> None:
    before, raw = ledger.export(), of_kind(kind)
    if what == "changed":
        ledger.put(with_record(raw, by="another", inspector="another"))
    elif what == "deleted":
        ledger.delete(raw)
    else:
        ledger.put(raw | {"sk": {"S": f"{raw['sk']['S']}0"}})
    [difference] = differences(before, ledger.export())
    name = next(name for name, (chained, _) in CHAINS.items() if chained == kind)
    assert difference.startswith(f"{name}.jsonl line ")


def test_an_export_of_dynamodb_says_the_same(ledger: ReleasedItems) -> None:
    """In the layout of ExportTableToPointInTime."""
    before, place = ledger.export(), ledger.place / "AWSDynamoDB/01"
    (place / "data").mkdir(parents=True)
    summary = {"exportTime": datetime.now(UTC).isoformat()}
    (place / "manifest-summary.json").write_text(json.dumps(summary))
    for number, part in enumerate((WRITTEN["items"][::2], WRITTEN["items"][1::2])):
        with gzip.open(place / f"data/{number}.json.gz", "wt") as out:
            out.writelines(json.dumps({"Item": raw}) + "\n" for raw in part)
    after = ledger.place / "of-dynamodb"
    last = export(ledger.place / "AWSDynamoDB", after)
    for name in CHAINS:
        assert (after / f"{name}.jsonl").read_text() == (before / f"{name}.jsonl").read_text()
        assert (
            last[name]
            == json.loads((after / f"{name}.jsonl").read_text().splitlines()[-1])["digest"]
        )


def test_the_command_fails_when_a_record_was_touched(
    ledger: ReleasedItems, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ledger.export()
    source = str(ledger.place / "backup-1.zip")

    def run_audit(folder: str) -> tuple[int, str]:
        words = ["audit", source, str(ledger.place / folder), "--since", str(before)]
        monkeypatch.setattr("sys.argv", words)
        code = main()
        return code, capsys.readouterr().err

    assert run_audit("again") == (0, "")
    lines = (before / "journal.jsonl").read_text()
    (before / "journal.jsonl").write_text(lines.replace("没货了", "有货了"))
    code, printed = run_audit("once-more")
    assert code == 1
    assert "first at journal.jsonl line " in printed
    assert run_audit("again")[0] == 1, "nothing is overwritten"
