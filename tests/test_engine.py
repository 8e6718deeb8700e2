"""The embedded engine: what a crash leaves, and who may use a data folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.config import CommandRefused
from chalicelib.repositories import tables
from infra import engine
from infra.engine import Engine, locked

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}


def client(of: Engine) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=of.endpoint,
        region_name="cn-north-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def test_what_was_answered_survives_a_kill(file_engine: Callable[[], Engine]) -> None:
    started = file_engine()
    client(started).create_table(**tables.definition())
    client(started).put_item(TableName="shanhuo-table", Item=KEY)
    place, pid = started.place, started.pid
    started.kill()
    assert not started.running
    started.start()
    assert (started.place, started.pid != pid) == (place, True)
    assert client(started).get_item(TableName="shanhuo-table", Key=KEY)["Item"] == KEY


def test_an_engine_does_not_take_another_one_for_itself(engine: Engine) -> None:
    with pytest.raises(CommandRefused, match=r"did not start: .* already in use"):
        Engine(place=engine.place).start()


def test_a_folder_has_one_user_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LOCK_SECONDS", 0.1)
    with (
        locked(tmp_path),
        pytest.raises(CommandRefused, match="in use by another run"),
        locked(tmp_path),
    ):
        pass
    with locked(tmp_path):
        pass


def test_a_folder_is_in_use_while_its_engine_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_SECONDS", 0.1)
    with locked(tmp_path) as lock:
        orphan = Engine(tmp_path / "shanhuo.db", lock=lock)
        orphan.start()
    with pytest.raises(CommandRefused, match="in use by another run"), locked(tmp_path):
        pass
    orphan.stop()
    with locked(tmp_path):
        pass


def test_nobody_guesses_where_an_engine_listens() -> None:
    places = {engine.hidden_place() for _ in range(100)}
    assert len(places) == 100
    assert len({host for host, _ in places}) > 90
    assert len({port for _, port in places}) > 90


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Linux", "aarch64")])
def test_another_platform_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    with pytest.raises(CommandRefused, match="set DYNAMODB_ENDPOINT"):
        engine.binary()


def test_a_missing_engine_is_told_how_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engine, "BINARY", tmp_path / "dynoxide")
    with pytest.raises(CommandRefused, match="npm ci"):
        engine.binary()
