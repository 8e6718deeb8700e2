"""`make restore`: a backup into an empty data folder, whole and checked or not at all; start."""

import argparse
import errno
import os
import sqlite3
import struct
import sys
import tempfile
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

from chalicelib.config import CommandRefused
from infra import run
from infra.backup import (
    DEMO_LOADED,
    ENGINE_FILE,
    KEY_FILE,
    MANIFEST,
    PART,
    Manifest,
    Part,
    check_engine,
    copied,
    keys_of,
    names_of,
    private,
    summary,
    sync_folder,
    telling,
)

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What zipfile and pydantic say of bytes that are not what they were."""
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def restore(source: Path, folder: Path, *, key: Path | None = None) -> Manifest:
    """Raises Refused.

    folder: empty, or not there yet. key: a file with the master key, for a backup without.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandRefused(
            f"{folder} is not empty and is not overwritten: name an empty folder by SHANHUO_DATA=,"
            " or move this one away."
        )
    if not source.is_file():
        raise CommandRefused(f"There is no backup {source}: name one by FROM=.")
    if not os.access(source, os.R_OK):
        raise CommandRefused(f"The backup {source} cannot be read 不可读: run this as its owner.")
    with telling("restore", folder):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder.parent) as place:
            whole = Path(place, "data")
            whole.mkdir(mode=0o700)
            manifest = unpack(source, whole)
            _put_key(whole, manifest, key)
            sync_folder(whole)
            whole.rename(folder)
        sync_folder(folder.parent)
    return manifest


def unpack(source: Path, folder: Path) -> Manifest:
    """Into an empty folder, each part by its SHA-256, the engine's file by its own checks too.

    Raises Refused for a backup that is not whole.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            if not {entry.compress_type for entry in archive.infolist()} <= PACKED:
                raise zipfile.BadZipFile("it is packed as no backup is")
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
            if ENGINE_FILE not in manifest.parts:
                raise zipfile.BadZipFile(f"it has no {ENGINE_FILE}")
            for name, part in manifest.parts.items():
                if not PART.fullmatch(name) or _extracted(archive, name, folder / name) != part:
                    raise zipfile.BadZipFile(f"{name} is not what was backed up")
        with closing(sqlite3.connect(folder / ENGINE_FILE)) as connection:
            check_engine(connection)
    except (*DAMAGED, sqlite3.DatabaseError, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise  # the disk's; a damaged index alone sends the reader to before the file's start
        what = str(error).replace("\n", " ")
        raise CommandRefused(
            f"The backup {source} is damaged ({what}): nothing was restored; take another one."
        ) from error
    return manifest


def _extracted(archive: zipfile.ZipFile, name: str, path: Path) -> Part:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with archive.open(name) as content, open(path, "xb", opener=private) as out:
        part = copied(content, out)
        out.flush()
        os.fsync(out.fileno())
    return part


def _put_key(folder: Path, manifest: Manifest, key: Path | None) -> None:
    if KEY_FILE not in manifest.parts and key is not None:
        if not key.is_file():
            raise CommandRefused(
                f"There is no key {key}: name the secret.key that was kept elsewhere."
            )
        with open(folder / KEY_FILE, "xb", opener=private) as out:
            out.write(key.read_bytes())
            out.flush()
            os.fsync(out.fileno())
    known = names_of(keys_of(folder))
    if not known:
        raise CommandRefused(
            "This backup holds no key: name the secret.key that was kept elsewhere by KEY=,"
            " or set SHANHUO_SECRET."
        )
    if not set(manifest.keys) <= set(known):
        raise CommandRefused(
            "This key does not open this backup: name the one of the same data folder."
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="infra.restore")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--key", type=Path)
    given = parser.parse_args()
    folder = Path(os.environ.get("SHANHUO_DATA", "data"))
    try:
        if given.file is None:
            raise CommandRefused("Name the backup: make restore FROM=backups/...")
        manifest = restore(given.file, folder, key=given.key)
    except CommandRefused as refusal:
        print(f"shanhuo: {refusal}", file=sys.stderr)
        return 1
    print(f"{folder}: {summary(manifest)}, taken {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC")
    # a folder without demo data gets none
    os.environ.setdefault("SHANHUO_DEMO", "1" if DEMO_LOADED in manifest.parts else "0")
    return run.main()


if __name__ == "__main__":
    sys.exit(main())
