"""`make audit-export`: the journal and the inspections as JSON Lines, chained by SHA-256.

Each line has its record and the digest of that record and all before it, so the last digest stands
for all of them. Whoever keeps that digest can tell later that none was changed, removed or put in
between: an export made later begins with the same lines. docs/runbook.md says what that proves.
"""

import argparse
import gzip
import hashlib
import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.config import CommandRefused
from infra.backup import ENGINE_FILE
from infra.restore import unpack

Json = dict[str, Any]

CHAINS = {"journal": ("change", "at"), "inspections": ("inspection", "recorded_at")}
"""file -> the kind of item, and the field with the time at which the server took it."""
LATER = frozenset({"superseded_by"})
"""What is written into a record afterwards, by rule: the record that supersedes it says so too."""
SETTLES = timedelta(minutes=2)
"""No request and no chore is at work longer than a minute, so nothing older is still to come."""


def export(source: Path, folder: Path) -> dict[str, str]:
    """file -> its last digest. source: a backup, or the folder of a DynamoDB export to S3.

    Raises Refused.
    """
    items, until = items_of(source)
    records: dict[str, list[tuple[str, str, Json]]] = {name: [] for name in CHAINS}
    for raw in items:
        for name, (kind, field) in CHAINS.items():
            if raw["kind"]["S"] == kind:
                record = json.loads(raw["doc"]["S"])
                if datetime.fromisoformat(record[field]) <= until - SETTLES:
                    key = f"{raw['pk']['S']} {raw['sk']['S']}"
                    records[name].append((record[field], key, record))
    folder.mkdir(mode=0o700, parents=True)
    last = {}
    for name, entries in records.items():
        digest = ""
        with (folder / f"{name}.jsonl").open("x", encoding="utf-8") as out:
            for _, key, record in sorted(entries, key=lambda entry: entry[:2]):
                content = {"key": key, "record": _settled(record)}
                digest = hashlib.sha256(f"{digest}\n{_text(content)}".encode()).hexdigest()
                out.write(_text({"digest": digest, **content}) + "\n")
        last[name] = digest
    return last


def items_of(source: Path) -> tuple[Iterable[Json], datetime]:
    """Every item as the store held it, and when. Raises Refused."""
    return _of_dynamodb(source) if source.is_dir() else _of_backup(source)


def _of_backup(source: Path) -> tuple[list[Json], datetime]:
    if not source.is_file():
        raise CommandRefused(f"There is no backup {source}: name one by FROM=.")
    with tempfile.TemporaryDirectory() as place:
        manifest = unpack(source, Path(place))
        with closing(sqlite3.connect(Path(place, ENGINE_FILE))) as engine:
            tables = [name for (name,) in engine.execute("SELECT table_name FROM _tables")]
            rows = [
                json.loads(text)
                for table in tables
                for (text,) in engine.execute(f'SELECT item_json FROM "{table}"')  # noqa: S608 - the engine's own names
            ]
    return rows, manifest.taken_at


def _of_dynamodb(source: Path) -> tuple[Iterable[Json], datetime]:
    """As AWS lays it out: manifest-summary.json beside data/*.json.gz."""
    summaries = list(source.rglob("manifest-summary.json"))
    if len(summaries) != 1:
        raise CommandRefused(
            f"{source} has {len(summaries)} manifest-summary.json: name one export."
        )
    summary = json.loads(summaries[0].read_text("utf-8"))

    def items() -> Iterator[Json]:
        for path in sorted((summaries[0].parent / "data").glob("*.json.gz")):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)["Item"]

    return items(), datetime.fromisoformat(summary["exportTime"])


def _settled(value: Any) -> Any:
    """Without what may be added later: a field that a release adds is empty in older records."""
    if isinstance(value, list):
        return [_settled(element) for element in value]
    if isinstance(value, dict):
        return {
            name: _settled(field)
            for name, field in value.items()
            if name not in LATER and field not in (None, "", [], {})
        }
    return value


def _text(content: Json) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def differences(earlier: Path, later: Path) -> list[str]:
    """Where a later export does not begin with the lines of an earlier one, file by file."""
    mismatches = []
    for name in CHAINS:
        old, new = (
            (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
            for folder in (earlier, later)
        )
        for number, line in enumerate(old, 1):
            if number > len(new) or new[number - 1] != line:
                mismatches.append(f"{name}.jsonl line {number}: {json.loads(line)['key']}")
                break
    return mismatches


def main() -> int:
    parser = argparse.ArgumentParser(prog="infra.audit")
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--since", type=Path, help="the folder of an earlier export")
    given = parser.parse_args()
    try:
        if given.folder.exists():
            raise CommandRefused(
                f"{given.folder} exists and is not overwritten: name another by TO=."
            )
        last = export(given.source, given.folder)
        changed = differences(given.since, given.folder) if given.since else []
        if changed:
            raise CommandRefused(
                f"Records differ from {given.since}, first at {'; '.join(changed)}."
            )
    except CommandRefused as refusal:
        print(f"shanhuo: {refusal}", file=sys.stderr)
        return 1
    for name, digest in last.items():
        print(f"{digest or 'no records':64}  {given.folder / name}.jsonl")
    if given.since:
        print(f"All records of {given.since} are unchanged.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
