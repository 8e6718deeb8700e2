"""`make run`, from outside: what it refuses, what it serves, and how it ends."""

import errno
import itertools
import os
import shutil
import signal
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from chalicelib.config import CommandRefused
from infra.run import usable
from infra.server import HOST
from tests.waits import LONG_WAIT, until

from .conftest import Run, engines_of, listeners_of

Start = Callable[..., Run]


def is_healthy(url: str) -> bool:
    return requests.get(f"{url}/healthz", timeout=LONG_WAIT).status_code == 200


def test_it_serves_and_answers_that_the_store_is_reached(run: Start) -> None:
    answer = requests.get(f"{run().url()}/healthz", timeout=LONG_WAIT)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order_and_leaves_no_engine(run: Start, number: int) -> None:
    started = run()
    started.url()
    assert len(engines_of(started.folder)) == 1
    assert started.end(number) == 0, started.printed
    assert engines_of(started.folder) == []
    assert "Traceback" not in started.printed


def test_its_engine_dies_with_it_even_when_it_is_killed(run: Start) -> None:
    started = run()
    started.url()
    started.end(signal.SIGKILL)
    until(lambda: engines_of(started.folder) == [])
    assert is_healthy(run().url()), "the folder is free again"


def test_a_killed_engine_is_started_again(run: Start) -> None:
    started = run()
    url = started.url()
    [pid] = engines_of(started.folder)
    os.kill(pid, signal.SIGKILL)
    until(lambda: "starting it again" in started.printed)
    until(lambda: is_healthy(url))
    assert started.end() == 0


def test_while_the_engine_is_away_requests_get_503(run: Start) -> None:
    started = run()
    url = started.url()
    [pid] = engines_of(started.folder)
    os.kill(pid, signal.SIGSTOP)  # away, but not ended: nobody starts another one
    try:
        answer = requests.get(f"{url}/healthz", timeout=LONG_WAIT)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    until(lambda: is_healthy(url))


def test_nothing_but_the_api_listens_where_a_web_page_finds_it(run: Start) -> None:
    started = run()
    port = urlsplit(started.url()).port
    places = listeners_of(started.process.pid, *engines_of(started.folder))
    assert (HOST, port) in places
    [(host, _)] = places - {(HOST, port)}
    assert IPv4Address(host) in IPv4Network("127.0.0.0/8")
    assert IPv4Address(host) not in IPv4Network("127.0.0.0/16")


def test_each_start_hides_its_engine_elsewhere(run: Start) -> None:
    def place() -> tuple[str, int]:
        started = run()
        started.url()
        [address] = listeners_of(*engines_of(started.folder))
        assert started.end() == 0
        return address

    assert place() != place()


def test_a_foreign_page_gets_nowhere(run: Start) -> None:
    """What a page of another site can send to the one place it knows; by DNS rebinding, which
    brings a name of its own, as well."""
    url = run().url()
    headers = {
        "Origin": "https://evil.example",
        "X-Amz-Target": "DynamoDB_20120810.Scan",
        "Content-Type": "application/x-amz-json-1.0",
    }
    body = '{"TableName": "shanhuo-table"}'
    names = ("127.0.0.1", "evil.example")
    for name, path in itertools.product(names, ("/", "/healthz", "/shanhuo-table")):
        headers["Host"] = f"{name}:{urlsplit(url).port}"
        asked = {"Access-Control-Request-Method": "POST"}
        for answer in (
            requests.post(url + path, data=body, headers=headers, timeout=LONG_WAIT),
            requests.options(url + path, headers={**headers, **asked}, timeout=LONG_WAIT),
            requests.get(url + path, headers=headers, timeout=LONG_WAIT),
        ):
            assert not any(field.lower().startswith("access-control") for field in answer.headers)
            assert '"Items"' not in answer.text


def test_no_proxy_is_asked_for_the_engine(run: Start) -> None:
    nowhere = "http://127.0.0.1:9"
    assert is_healthy(run(HTTP_PROXY=nowhere, http_proxy=nowhere, NO_PROXY="", no_proxy="").url())


def test_a_second_start_on_the_same_folder_refuses(run: Start) -> None:
    first = run()
    url = first.url()
    refusal = run().refusal()
    assert f"in use by another run (process {first.process.pid})" in refusal
    assert refusal.count("\n") == 1
    assert is_healthy(url)


def test_a_taken_port_refuses(run: Start) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = str(other.getsockname()[1])
        refusal = run(PORT=port).refusal()
    assert refusal.startswith(f"shanhuo: Port {port} is taken")
    assert refusal.count("\n") == 1


@pytest.mark.parametrize("port", ["", "http", "-1", "65536", "8O00"])
def test_a_port_that_is_none_refuses(run: Start, port: str) -> None:
    assert run(PORT=port).refusal().startswith("shanhuo: PORT is")


def test_an_address_of_another_machine_refuses(run: Start) -> None:
    assert "set HOST or PORT to an address of this machine" in run(HOST="192.0.2.1").refusal()


def test_a_folder_that_cannot_be_written_refuses(run: Start, tmp_path: Path) -> None:
    in_the_way = tmp_path / "a-file"
    in_the_way.touch()
    for folder in (Path("/proc/shanhuo"), in_the_way, in_the_way / "below"):
        refusal = run(folder).refusal()
        assert f"The data folder {folder} cannot be written" in refusal
        assert refusal.count("\n") == 1


def test_a_full_disk_refuses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    usage = type(shutil.disk_usage(tmp_path))
    usable(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda folder: usage(10**12, 10**12, 1))
        with pytest.raises(CommandRefused, match="is full"):
            usable(tmp_path)
    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(CommandRefused, match="is full"):
        usable(tmp_path)


def test_an_endpoint_where_nothing_answers_refuses(run: Start) -> None:
    with socket.socket() as silent:
        silent.bind((HOST, 0))
        endpoint = f"http://{HOST}:{silent.getsockname()[1]}"
        refusal = run(DYNAMODB_ENDPOINT=endpoint).refusal(60)
    assert f"No table can be made at {endpoint}" in refusal


def test_production_without_its_secrets_refuses(run: Start, tmp_path: Path) -> None:
    refusal = run(SHANHUO_STAGE="production", SHANHUO_BASE_URL="https://example.org").refusal()
    assert refusal.startswith("shanhuo: Production needs SHANHUO_PHOTO_BUCKET")
    refusal = run(
        SHANHUO_STAGE="production",
        SHANHUO_BASE_URL="https://example.org",
        SHANHUO_PHOTO_BUCKET="photos",
    ).refusal()
    assert refusal.startswith("shanhuo: Production needs SHANHUO_SECRET_ID")
    assert not (tmp_path / "data").exists(), "nothing local was made for it"


def test_the_secret_is_made_once_and_only_its_owner_reads_it(run: Start) -> None:
    first = run()
    first.url()
    secret = first.folder / "secret.key"
    made = secret.read_bytes()
    assert secret.stat().st_mode & 0o777 == 0o600
    assert first.folder.stat().st_mode & 0o777 == 0o700
    assert first.end() == 0
    second = run()
    second.url()
    assert secret.read_bytes() == made


def test_what_a_run_keeps_is_its_owners_alone(run: Start, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    (folder / "shanhuo.db").touch(mode=0o644)  # as an older release made it
    run(folder).url()
    files = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir() if path.is_file()}
    assert {"shanhuo.db", "shanhuo.db-wal", "shanhuo.db-shm", "secret.key"} <= files.keys()
    assert set(files.values()) == {0o600}, files
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_other_things_in_it_keeps_its_mode(run: Start, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "letter.txt").touch()
    run(home).url()
    assert home.stat().st_mode & 0o777 == 0o755
    assert (home / "shanhuo.db").stat().st_mode & 0o777 == 0o600


def test_what_was_stored_is_there_after_a_restart(run: Start) -> None:
    first = run()
    first.url()
    size = (first.folder / "shanhuo.db").stat().st_size
    assert size > 0
    assert first.end() == 0
    assert is_healthy(run().url())
