"""`make backup` while eight people are at work, and `make restore` of it, whole or not at all."""

import errno
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chalicelib.config import CommandRefused
from infra import backup
from infra.backup import ENGINE_FILE, KEY_FILE, Manifest, make
from infra.restore import restore, unpack
from tests.conftest import ROOT, SECRET, Run
from tests.people_at_work import PeopleAtWork, Served, books, stopped
from tests.waits import LONG_WAIT, until
from tests.world import BUYER, PNG, Client, Json, merchant_body, ok

Start = Callable[..., Run]
BACKUPS = 4


@pytest.fixture(autouse=True)
def _own_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """These folders have engines and keys of their own."""
    monkeypatch.delenv("DYNAMODB_ENDPOINT")
    monkeypatch.delenv("SHANHUO_SECRET")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one account in it, whose server has ended. Read only."""
    place = tmp_path_factory.mktemp("small")
    started = Run(place / "data", place / "output")
    started.url()
    started.end()
    return started.folder


@pytest.mark.slow
def test_a_backup_under_load_has_all_that_was_answered_before_it(
    tmp_path: Path, run: Start
) -> None:
    server = run()
    world = Served(server)
    people = PeopleAtWork(world)
    photo = world.photo(world.parcel()["code"])
    imported = server.folder / "imports/a.file"
    imported.parent.mkdir()
    imported.write_bytes(b"sealed")
    answered: list[list[tuple[str, Json]]] = []
    made: list[Manifest] = []

    def back_up() -> None:
        for number in range(BACKUPS):
            answered.append(people.answers)
            made.append(make(server.folder, tmp_path / f"kept/{number}.zip"))
            until(lambda: len(people.answers) > len(answered[-1]))

    people.work(world.url, 240, back_up)
    server.end()
    assert len(answered[-1]) > len(answered[0]), "they were at work all the while"

    for number, before in enumerate(answered):
        kept, folder = tmp_path / f"kept/{number}.zip", tmp_path / f"restored-{number}"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert restore(kept, folder, key=server.folder / KEY_FILE) == made[number]
        assert {file.stat().st_mode & 0o777 for file in folder.glob("*.*")} == {0o600}
        assert (folder / "photos" / photo).read_bytes() == PNG
        assert (folder / "imports/a.file").read_bytes() == b"sealed"
        with stopped(folder) as engine:
            restored = books(engine)
        people.check(restored, answers=before)
        assert len(restored.items) == sum(made[number].items.values())
    assert len(os.listdir(tmp_path / "kept")) == BACKUPS

    again = run(tmp_path / "restored-0")
    seller = Client(again.url(), world.seller.token)  # signed by the key that was put back
    order = next(answer for what, answer in answered[0] if what == "order")
    assert ok(seller.get(f"/v1/orders/{order['id']}"))["buyer"]["name"] == BUYER["name"]


def test_without_its_key_nothing_is_restored(small: Path, tmp_path: Path) -> None:
    make(small, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert archive.namelist() == ["shanhuo.db", "manifest.json"]
    (tmp_path / "another").write_text("bm90IHRoaXMgb25lLCBub3QgdGhpcyBvbmUsIG5vdA==")
    for key, what in (
        (None, "holds no key"),
        (tmp_path / "none", "There is no key"),
        (tmp_path / "another", "does not open this backup"),
    ):
        with pytest.raises(CommandRefused, match=what):
            restore(tmp_path / "backup.zip", tmp_path / "new", key=key)
    assert sorted(os.listdir(tmp_path)) == ["another", "backup.zip"]


def test_with_its_key_it_needs_nothing_else(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(small, tmp_path / "backup.zip", with_key=True)
    restore(tmp_path / "backup.zip", tmp_path / "new")
    for name in ("secret.key", "demo-accounts.json"):
        assert (tmp_path / "new" / name).read_bytes() == (small / name).read_bytes()
    monkeypatch.setenv("SHANHUO_SECRET", SECRET)
    with pytest.raises(CommandRefused, match="The key in use is not in"):
        make(small, tmp_path / "another.zip", with_key=True)


def test_people_keep_their_passwords_when_the_file_of_them_is_not_in_it(
    small: Path, tmp_path: Path, run: Start
) -> None:
    make(small, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", tmp_path / "new", key=small / KEY_FILE)
    run(tmp_path / "new").url()
    assert not (tmp_path / "new/demo-accounts.json").exists()


def test_a_merchants_keys_are_sealed_in_a_backup_and_open_again_after_it(
    tmp_path: Path, run: Start
) -> None:
    server, entered = run(), merchant_body()
    world = Served(server)
    world.merchant(entered)
    server.end()
    make(server.folder, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", tmp_path / "new", key=server.folder / KEY_FILE)
    lines = [line for line in entered["private_key"].splitlines() if "---" not in line]
    kept = contents(tmp_path / "new")
    assert not [name for name, content in kept.items() if lines[1].encode() in content]
    assert not [name for name, content in kept.items() if entered["apiv3_key"].encode() in content]
    county = Client(run(tmp_path / "new").url(), world.county.token)
    path = f"/v1/shops/{world.shop_id}/merchants/wechatpay"
    ok(county.put(path, entered), 200)
    page = county.call(
        "GET", f"/county/shops/{world.shop_id}/merchant", headers={"Accept": "text/html"}
    )
    assert entered["mchid"] in page.text
    assert "•••" not in page.text, "the keys that were opened are those that were entered"


def test_nothing_is_overwritten(small: Path, tmp_path: Path) -> None:
    make(small, tmp_path / "backup.zip")
    with pytest.raises(CommandRefused, match="is not overwritten"):
        make(small, tmp_path / "backup.zip")
    before = sorted(os.listdir(small))
    with pytest.raises(CommandRefused, match="is not empty"):
        restore(tmp_path / "backup.zip", small, key=small / KEY_FILE)
    assert sorted(os.listdir(small)) == before


def test_a_damaged_backup_is_refused_wherever_it_is_damaged(small: Path, tmp_path: Path) -> None:
    """Cut off, and with one byte turned over: refused, or the very same data."""
    whole, damaged, folder = tmp_path / "backup.zip", tmp_path / "damaged.zip", tmp_path / "new"
    make(small, whole, with_key=True)
    restore(whole, tmp_path / "right")
    right = contents(tmp_path / "right")
    content = whole.read_bytes()
    cuts = [content[:at] for at in (0, 10, len(content) // 2, len(content) - 1)]
    steps = range(0, len(content), len(content) // 60)
    turned = [content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :] for at in steps]
    messages = []
    for variant in (*cuts, *turned):
        damaged.write_bytes(variant)
        try:
            restore(damaged, folder)
        except CommandRefused as refusal:
            messages.append(str(refusal))
            continue
        assert contents(folder) == right
        shutil.rmtree(folder)
    assert len(messages) >= len(cuts) + len(turned) * 3 // 4
    assert [message for message in messages if "is damaged" not in message or "\n" in message] == []
    assert sorted(os.listdir(tmp_path)) == ["backup.zip", "damaged.zip", "right"]


def test_an_index_with_any_byte_turned_over_is_refused_or_does_no_harm(tmp_path: Path) -> None:
    """It may send the reader to before the file's start, or name another way of packing."""
    folder, whole, damaged = tmp_path / "data", tmp_path / "backup.zip", tmp_path / "damaged.zip"
    folder.mkdir()
    with closing(sqlite3.connect(folder / ENGINE_FILE)) as engine:
        engine.execute("CREATE TABLE _tables (table_name TEXT)")
    (folder / KEY_FILE).write_text(SECRET)
    make(folder, whole, with_key=True)
    right, content = contents(folder), whole.read_bytes()
    with zipfile.ZipFile(whole) as archive:
        index = archive.start_dir
    for at, turn in itertools.product(range(index, len(content)), (0x04, 0xFF)):
        damaged.write_bytes(content[:at] + bytes([content[at] ^ turn]) + content[at + 1 :])
        place = tmp_path / f"{at}-{turn}"
        place.mkdir()
        try:
            unpack(damaged, place)
        except CommandRefused as refusal:
            assert "is damaged" in str(refusal), (at, turn)  # noqa: PT017 - both may be
        else:
            assert contents(place) == right, (at, turn)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_name_that_is_none_of_ours_leaves_the_archive_nowhere(
    small: Path, tmp_path: Path
) -> None:
    made = make(small, tmp_path / "backup.zip", with_key=True)
    for name in ("../x", "/x", "photos/../x", "photos/a/b", "lock", "photos/.x"):
        part = backup.Part(size=1, sha256="00")
        manifest = made.model_copy(update={"parts": made.parts | {name: part}})
        with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
            for known in made.parts:
                archive.writestr(known, (small / known).read_bytes())
            archive.writestr(name, b"x")
            archive.writestr("manifest.json", manifest.model_dump_json())
        with pytest.raises(CommandRefused, match="is damaged"):
            restore(tmp_path / "evil.zip", tmp_path / "new")
    assert not (tmp_path / "x").exists()


def test_a_damaged_engine_file_is_noticed_when_it_is_backed_up(small: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small, tmp_path / "data"))
    file = folder / "shanhuo.db"
    content = bytearray(file.read_bytes())
    content[4096 * 2 : 4096 * 6] = bytes(4096 * 4)
    file.write_bytes(content)
    with pytest.raises(CommandRefused, match=r"^The engine's file is damaged .*runbook.md\)\.$"):
        make(folder, tmp_path / "backup.zip")
    assert not (tmp_path / "backup.zip").exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_full_or_read_only_disk_leaves_no_half_backup(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def failing(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    make(small, tmp_path / "whole.zip", with_key=True)
    monkeypatch.setattr(os, "fsync", failing)
    what = "is full" if code == errno.ENOSPC else "cannot be written .*Read-only file system"
    with pytest.raises(CommandRefused, match=what):
        make(small, tmp_path / "kept/backup.zip")
    with pytest.raises(CommandRefused, match=what):
        restore(tmp_path / "whole.zip", tmp_path / "new")
    assert os.listdir(tmp_path / "kept") == []
    assert not (tmp_path / "new").exists()


def test_the_command_says_in_one_line_what_was_made_or_why_not(small: Path, tmp_path: Path) -> None:
    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, "SHANHUO_DATA": str(small)},
            capture_output=True,
            text=True,
            check=False,
            timeout=LONG_WAIT,
        )

    made = command("infra.backup", str(tmp_path / "backup.zip"))
    assert made.returncode == 0, made.stderr
    assert "Its key is not in it" in made.stdout
    refused = command("infra.backup", "/proc/backup.zip")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.startswith("shanhuo: The backup cannot be written to /proc/backup.zip")
    refused = command("infra.restore", str(tmp_path / "backup.zip"))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
