"""Imports: their records, and the files they are made from, in the store for photos.

A file holds personal data. Locally it is sealed; what we make of it is sealed everywhere. All of it
goes when the import is finished, and after KEPT_HOURS in any case (`sweep`).
"""

import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import Field, TypeAdapter

from chalicelib.config import settings
from chalicelib.domain.access import Actor, check_shop
from chalicelib.domain.columns import StoredPlatform
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import Model, to_text
from chalicelib.domain.imports import KEPT_HOURS, Import, OrderOutcome
from chalicelib.domain.rows import SheetRow
from chalicelib.domain.sheets import Sheet

from ..domain.import_drafts import Draft, ItemRule
from .items import SCOPE
from .photos import (
    LINK_SECONDS,
    Link,
    bucket_link,
    bucket_object,
    link_signature,
    object_store,
    read,
    s3,
    write,
)
from .reading import LAST, all_children, cursor_after, get, index_keys, load_item
from .sealing import seal, seal_bytes, unseal, unseal_bytes
from .tables import ImportItem, OutcomesItem, key_of

FILE, TABLE, REFUSED = "file", "table", "refused"
"""The parts of an import in the store; beside them one for each reading, by its id."""
FOLDER = "imports"
MOST_TOGETHER = 100
"""Orders whose outcomes are written together."""

_OUTCOMES: TypeAdapter[list[OrderOutcome]] = TypeAdapter(list[OrderOutcome])


class ImportPlan(Model):
    """One reading of a file: what its rows are, and what the preview said of each order.

    drafted_from: what the drafts were made of; read again with another mapping, they are the same.
    stand_ins: by the id of an offer that a rule names, others of the same goods, the best first.
    instead: of a draft, by its place, the offers of its lines where one of them stands in.
    """

    platform: StoredPlatform
    headings: list[str]
    rules: tuple[ItemRule, ...]
    drafts: tuple[Draft, ...]
    preview: tuple[OrderOutcome, ...]
    drafted_from: str = ""
    stand_ins: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    instead: dict[int, tuple[str, ...]] = Field(default_factory=dict)


class FileTable(Model):
    """The rows of a file as they were read from it.

    sheets: of a workbook with several, all with their rows, so that others can be picked. id: of
    these rows; "" of those that the release before kept.
    """

    id: str = ""
    rows: list[SheetRow]
    sheets: tuple[Sheet, ...] = ()


class RefusedRows(Model):
    """What comes back: headings, and each row with the reason of its order."""

    headings: list[str]
    rows: list[tuple[list[str], OrderOutcome]]


# --- records --------------------------------------------------------------------------------------


def load(actor: Actor, import_id: str) -> ImportItem:
    """Raises "not_found", also for another shop's."""
    item = load_item(ImportItem, "import", import_id)
    check_shop(actor, item.doc.shop_id, "import")
    return item


def without_erased(first: Import) -> Import:
    """A first answer under today's name: one that was erased since is not told again."""
    item = get(ImportItem, key_of("import", first.id))
    return first if item is None else first.model_copy(update={"filename": item.doc.filename})


def outcomes_item(import_id: str, start: int, outcomes: Sequence[OrderOutcome]) -> OutcomesItem:
    text = _OUTCOMES.dump_json(list(outcomes), exclude_none=True).decode()
    return OutcomesItem.of(import_id, start, seal(text, f"IMPORT#{import_id}"))


def outcomes(import_id: str, start: int, most: int) -> list[OrderOutcome]:
    """What became of the orders from number `start` on, at most so many."""
    gathered: list[OrderOutcome] = []
    cursor = cursor_after(f"{start - MOST_TOGETHER:06d}") if start >= MOST_TOGETHER else None
    for _, first, some in _stored(import_id, cursor):
        gathered += some[max(0, start - first) :]
        if len(gathered) >= most:
            break
    return gathered[:most]


def _stored(
    import_id: str, cursor: str | None = None
) -> Iterator[tuple[OutcomesItem, int, list[OrderOutcome]]]:
    """Each item with its outcomes, and the number of the first of them."""
    pk = f"IMPORT#{import_id}"
    for item in all_children(OutcomesItem, pk, "OUTCOMES#", limit=200, cursor=cursor):
        first = int(item.sk.removeprefix("OUTCOMES#"))
        yield item, first, _OUTCOMES.validate_json(unseal(item.outcomes, pk))


# --- objects --------------------------------------------------------------------------------------


def _path(import_id: str, part: str) -> Path:
    return settings().data / FOLDER / f"{import_id}.{part}"


def _name(import_id: str, part: str) -> str:
    return f"{FOLDER}/{import_id}.{part}"


def upload_link(doc: Import) -> Link:
    """Where to send the file. In S3 its size and SHA-256 are part of what is signed."""
    headers = {"Content-Type": "application/octet-stream"}
    bucket = settings().photo_bucket
    if bucket is None:
        end = int(doc.created_at.timestamp()) + LINK_SECONDS
        signature = link_signature("PUT", signed_name(doc.id), end)
        return Link("PUT", f"/uploads/{doc.id}?signature={signature}", headers)
    return bucket_link(bucket, _name(doc.id, FILE), headers, size=doc.size, sha256=doc.sha256)


def signed_name(import_id: str) -> str:
    return f"import {import_id}"


def receive(doc: Import, content: bytes) -> None:
    """Local store: the file, once it is what was registered. Raises "file_differs", "file_gone"."""
    check(doc, content)
    _keep(doc.id, FILE, seal_bytes(content, _name(doc.id, FILE)))


def check(doc: Import, content: bytes) -> None:
    if len(content) != doc.size or hashlib.sha256(content).hexdigest() != doc.sha256:
        raise Refusal("file_differs")


def file_of(doc: Import) -> bytes:
    """What was uploaded. Raises "file_not_uploaded", "file_differs"."""
    content = _get(doc.id, FILE)
    if content is None:
        raise Refusal("file_not_uploaded")
    if settings().photo_bucket is None:
        content = unseal_bytes(content, _name(doc.id, FILE))
    check(doc, content)
    return content


def save(import_id: str, part: str, content: Model) -> None:
    """Raises "file_gone" for an import that was emptied, which stays so."""
    packed = zlib.compress(content.model_dump_json(exclude_none=True).encode(), 1)
    _keep(import_id, part, seal_bytes(packed, _name(import_id, part)))


def _keep(import_id: str, part: str, sealed: bytes) -> None:
    """Looks after writing: whoever empties notes it first, so one of the two deletes this."""
    _put(import_id, part, sealed)
    item = get(ImportItem, key_of("import", import_id))
    if item is not None and item.doc.emptied_at is not None:
        delete(import_id, part)
        item.doc.refuse_if_emptied()


def _open(import_id: str, part: str) -> bytes | None:
    sealed = _get(import_id, part)
    if sealed is None:
        return None
    return zlib.decompress(unseal_bytes(sealed, _name(import_id, part)))


def table_of(import_id: str) -> FileTable | None:
    text = _open(import_id, TABLE)
    if text is None:
        return None
    table = json.loads(text)
    sheets = (
        Sheet.model_construct(
            **sheet | {"rows": [(number, cells) for number, cells in sheet["rows"]]}
        )
        for sheet in table.get("sheets", ())
    )
    return FileTable.model_construct(
        id=table.get("id", ""), rows=table["rows"], sheets=tuple(sheets)
    )


def plan_of(doc: Import) -> ImportPlan | None:
    text = _open(doc.id, doc.plan) if doc.plan else None
    return None if text is None else ImportPlan.model_validate_json(text)


def refused_of(import_id: str) -> RefusedRows | None:
    text = _open(import_id, REFUSED)
    return None if text is None else RefusedRows.model_validate_json(text)


def _put(import_id: str, part: str, content: bytes) -> None:
    bucket = settings().photo_bucket
    if bucket is None:
        return write(_path(import_id, part), content)
    with object_store():
        s3().put_object(Bucket=bucket, Key=_name(import_id, part), Body=content)


def _get(import_id: str, part: str) -> bytes | None:
    bucket = settings().photo_bucket
    if bucket is None:
        return read(_path(import_id, part))
    return bucket_object(bucket, _name(import_id, part))


def delete(import_id: str, *parts: str) -> None:
    """No matter whether they are there. Raises StoreUnavailable."""
    bucket = settings().photo_bucket
    with object_store():
        for part in parts:
            if bucket is None:
                _path(import_id, part).unlink(missing_ok=True)
            else:
                s3().delete_object(Bucket=bucket, Key=_name(import_id, part))


def ids_with_files(shop_id: str, now: datetime) -> list[str]:
    """Imports of the shop that may still have some. A plan may be made of a table, and refused rows
    of a plan, each at the end of its KEPT_HOURS; older imports have nothing."""
    since = to_text(now - timedelta(hours=3 * KEPT_HOURS))
    keys = index_keys(SCOPE, f"SHOP#{shop_id}#IMPORT", since, LAST)
    return [pk.removeprefix("IMPORT#") for pk, _ in keys]


def delete_all(doc: Import) -> None:
    """Whatever it still has of its file."""
    delete(doc.id, FILE, TABLE, REFUSED, *([doc.plan] if doc.plan else []))


def quoting(import_id: str) -> Iterator[tuple[OutcomesItem, OutcomesItem]]:
    """What its outcomes quote from cells that could not be read: each item, and it without."""
    for item, start, some in _stored(import_id):
        silent = [outcome.without_quotes() for outcome in some]
        if silent != some:
            yield item, outcomes_item(import_id, start, silent)


def sweep(now: datetime) -> int:
    """Delete what is older than KEPT_HOURS, read or not; how many files that were.

    Raises StoreUnavailable, also when a file went away while it was looked at: sweep again.
    """
    before = now - timedelta(hours=KEPT_HOURS)
    with object_store():
        return _sweep(before)


def _sweep(before: datetime) -> int:
    bucket = settings().photo_bucket
    if bucket is None:
        old = [
            path
            for path in (settings().data / FOLDER).glob("*")
            if path.stat().st_mtime < before.timestamp()
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)
    pages = s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{FOLDER}/")
    names = [
        entry["Key"]
        for page in pages
        for entry in page.get("Contents", ())
        if entry["LastModified"] < before
    ]
    for name in names:
        s3().delete_object(Bucket=bucket, Key=name)
    return len(names)
