"""`make backup`: one file that holds a data folder as it was at one moment.

A backup is taken while the system runs. It holds the engine's file, photos and imported files,
each with its SHA-256 in a manifest, and by default neither the master key nor the demo's
passwords: docs/decisions.md says why.
"""

import argparse
import errno
import hashlib
import hmac
import os
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import AwareDatetime, BaseModel

from chalicelib.config import CommandRefused

ROOT = Path(__file__).resolve().parent.parent
ENGINE_FILE = "shanhuo.db"
KEY_FILE = "secret.key"
SECRETS = (KEY_FILE, "demo-accounts.json")
DEMO_LOADED = "demo-loaded"
PLAIN = (DEMO_LOADED, "demo-links.json")
FOLDERS = ("photos", "imports")
MANIFEST = "manifest.json"
PART = re.compile(rf"({'|'.join(map(re.escape, (ENGINE_FILE, *SECRETS, *PLAIN)))}"
                  rf"|({'|'.join(FOLDERS)})/[0-9a-zA-Z][0-9a-zA-Z.-]*)")  # fmt: skip
"""What a backup may put into a folder: no other name leaves the archive."""
CHUNK = 1 << 20
UNAVAILABLE = sqlite3.OperationalError
FULL = {errno.ENOSPC, errno.EDQUOT}


class Part(BaseModel):
    size: int
    sha256: str


class Manifest(BaseModel):
    """The last entry of the archive, so that a backup without its end has none.

    release: the first heading of CHANGELOG.md. items: how many of each kind. keys: names of the
    master keys that open it, from which the keys cannot be told.
    """

    format: Literal[1] = 1
    release: str
    taken_at: AwareDatetime
    items: dict[str, int]
    keys: list[str]
    parts: dict[str, Part]


def release() -> str:
    matched = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    return matched[1] if matched else "unknown"


def make(folder: Path, target: Path, *, with_key: bool = False) -> Manifest:
    """Everything that was answered before this call is in it. Raises Refused.

    The engine's file is copied in one read transaction, so it is of one moment, and writers go on.
    Photos and files follow: they are there before the engine names them, and never change. What
    was deleted in between was deleted on purpose and is not in the backup.
    """
    if os.environ.get("DYNAMODB_ENDPOINT"):
        raise CommandRefused(
            "A backup is one of the embedded engine: unset DYNAMODB_ENDPOINT, or use the means of"
            " the engine that it names."
        )
    if not (folder / ENGINE_FILE).is_file():
        raise CommandRefused(
            f"There is no {ENGINE_FILE} in {folder}: name the data folder SHANHUO_DATA."
        )
    if with_key and (os.environ.get("SHANHUO_SECRET") or not (folder / KEY_FILE).is_file()):
        raise CommandRefused(
            f"The key in use is not in {folder}: leave WITH_KEY out, keep it elsewhere."
        )
    if target.exists():
        raise CommandRefused(f"{target} exists and is not overwritten: choose another name by TO=.")
    with telling("backup", target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as place:
            copy, whole = Path(place, ENGINE_FILE), Path(place, target.name)
            now = datetime.now(UTC)  # a later one would promise what came meanwhile
            counts = _copy_engine(folder / ENGINE_FILE, copy)
            with open(whole, "x+b", opener=private) as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                    parts = dict(_added(archive, folder, copy, with_key=with_key))
                    manifest = Manifest(
                        release=release(),
                        taken_at=now,
                        items=counts,
                        keys=names_of(keys_of(folder)),
                        parts=parts,
                    )
                    archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
                file.flush()
                os.fsync(file.fileno())
            whole.rename(target)
        sync_folder(target.parent)
    return manifest


def _copy_engine(file: Path, copy: Path) -> dict[str, int]:
    """How many items of each kind the copy has. Raises Refused for a damaged file."""
    with (
        closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        check_engine(target)
        counts: dict[str, int] = {}
        for (table,) in target.execute("SELECT table_name FROM _tables").fetchall():
            counts |= target.execute(
                f"SELECT json_extract(item_json, '$.kind.S'), count(*) FROM \"{table}\" GROUP BY 1"  # noqa: S608 - the engine's own names
            ).fetchall()
        return counts


def check_engine(connection: sqlite3.Connection) -> None:
    [answer] = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if answer != "ok":
        raise sqlite3.DatabaseError(answer.replace("\n", " "))


def _added(
    archive: zipfile.ZipFile, folder: Path, copy: Path, *, with_key: bool
) -> Iterator[tuple[str, Part]]:
    """Puts the parts into the archive, one after the other."""
    yield _add(archive, ENGINE_FILE, copy.open("rb"))
    for name in (*PLAIN, *(SECRETS if with_key else ())):
        if (folder / name).is_file():
            yield _add(archive, name, (folder / name).open("rb"))
    for below in FOLDERS:
        for path in sorted((folder / below).glob("*")):
            name = f"{below}/{path.name}"
            if path.suffix == ".new" or not PART.fullmatch(name):
                continue  # not whole yet, or none of ours
            try:
                content = path.open("rb")
            except FileNotFoundError:  # deleted since: an erased person's, or an old import's
                continue
            yield _add(archive, name, content)


def _add(archive: zipfile.ZipFile, name: str, content: IO[bytes]) -> tuple[str, Part]:
    # pictures do not get smaller
    entry = zipfile.ZipInfo(name) if name.startswith("photos/") else name
    with content, archive.open(entry, "w", force_zip64=True) as out:
        return name, copied(content, out)


def copied(content: IO[bytes], out: IO[bytes]) -> Part:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        out.write(chunk)
    return Part(size=size, sha256=digest.hexdigest())


# --- what both need -------------------------------------------------------------------------------


def keys_of(folder: Path) -> list[str]:
    """The master keys of a data folder, in base64; none where there is no key."""
    given = os.environ.get("SHANHUO_SECRET")
    path = folder / KEY_FILE
    if not given and not path.is_file():
        return []
    return (given or path.read_text("ascii")).split()


def names_of(keys: list[str]) -> list[str]:
    return [hmac.new(key.encode(), b"backup", hashlib.sha256).hexdigest()[:16] for key in keys]


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def telling(what: str, place: Path) -> Iterator[None]:
    """Failures of the disk and of the engine's file as one sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "errno", None) in FULL or "is full" in str(error):
            raise CommandRefused(
                f"The disk of {place} is full 磁盘已满: the {what} was not made; free some space,"
                " or name a place on another disk."
            ) from error
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, UNAVAILABLE):
            raise CommandRefused(
                f"The engine's file is damaged ({error}): the {what} was not made; restore an"
                " earlier backup (docs/runbook.md)."
            ) from error
        why = error.strerror if isinstance(error, OSError) else error
        raise CommandRefused(
            f"The {what} cannot be written to {place} 不可写 ({why}): name another place."
        ) from error


def summary(manifest: Manifest) -> str:
    photos = sum(name.startswith("photos/") for name in manifest.parts)
    size = sum(part.size for part in manifest.parts.values())
    return f"{sum(manifest.items.values())} items, {photos} photos, {size / 1e6:.1f} MB unpacked"


def main() -> int:
    parser = argparse.ArgumentParser(prog="infra.backup")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--with-key", action="store_true")
    given = parser.parse_args()
    folder = Path(os.environ.get("SHANHUO_DATA", "data"))
    target = given.file or Path("backups", f"shanhuo-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip")
    try:
        manifest = make(folder, target, with_key=given.with_key)
    except CommandRefused as refusal:
        print(f"shanhuo: {refusal}", file=sys.stderr)
        return 1
    print(f"{target}: {summary(manifest)}")
    print(_where_the_key_is(folder, given.with_key))
    return 0


def _where_the_key_is(folder: Path, with_key: bool) -> str:
    if with_key:
        return "It holds its own key: whoever finds it can read every name and address in it."
    place = "SHANHUO_SECRET" if os.environ.get("SHANHUO_SECRET") else str(folder / KEY_FILE)
    return f"Its key is not in it: keep {place} elsewhere; without the key nobody can read it."


if __name__ == "__main__":
    sys.exit(main())
