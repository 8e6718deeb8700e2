"""What production writes: lines that lead from a request to the journal, and no person in them."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.api.edge import logs
from chalicelib.api.edge.clock import CHORES
from chalicelib.config import ring, settings
from chalicelib.services.inbox import count_overdue
from infra.cloud.functions import FUNCTIONS
from tests.world import Client, World, ok

Json = dict[str, Any]


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stage at which lines are written; everything else stays local."""
    ring()
    monkeypatch.setenv("SHANHUO_STAGE", "production")
    monkeypatch.setenv("SHANHUO_PHOTO_BUCKET", "files")
    monkeypatch.setenv("SHANHUO_RELEASE", "v1-test")
    settings.cache_clear()
    yield
    settings.cache_clear()


def lines(capsys: pytest.CaptureFixture[str]) -> list[Json]:
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(entry["release"] == "v1-test" for entry in entries)
    return entries


def metrics(line: Json) -> dict[str, int]:
    """As CloudWatch reads them from the line."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Shanhuo"
    [dimensions] = directive["Dimensions"]
    assert dimensions == ["table"]
    assert line["table"] == settings().table
    return {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}


def test_one_request_is_one_line_with_its_route_and_the_journal_names_it(
    world: World, production: None, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = world.passed_batch()
    capsys.readouterr()
    world.move(batch, "hold")
    [line] = lines(capsys)
    assert (line["method"], line["route"], line["status"]) == (
        "POST",
        "/v1/batches/{batch_id}/hold",
        200,
    )
    [*_, last] = world.county.everything(f"/v1/batches/{batch['id']}/changes")
    assert (last["new"], last["request"]) == ("held", line["request"])


def test_no_line_holds_what_people_sent(
    world: World, production: None, capsys: pytest.CaptureFixture[str]
) -> None:
    order = world.order(world.offer())
    ok(world.nobody.get(f"/v1/orders/{order['id']}", key=order["access_key"]), 200)
    text = capsys.readouterr().out
    assert "/v1/orders/{order_id}" in text
    for secret in (order["access_key"], order["id"], "顾小满", "13812340001", "玉兰路"):
        assert secret not in text


@pytest.mark.parametrize("path", ["/v1/sessions", "/login"])
def test_a_failed_sign_in_is_a_metric_and_a_good_one_is_none(
    world: World, production: None, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    def sign_in(password: str) -> int:
        given = {"username": "county", "password": password}
        how = {"json": given} if path.startswith("/v1") else {"data": given}
        return Client(world.url).call("POST", path, **how).status_code

    assert sign_in("wrong password") == 401
    [line] = lines(capsys)
    assert metrics(line) == {"FailedSignIns": 1}
    assert sign_in("correct horse") in (201, 303)
    [line] = lines(capsys)
    assert "_aws" not in line


def test_overdue_complaints_are_counted(world: World) -> None:
    parcel = world.delivered(world.parcel())
    world.complain(parcel)
    now = datetime.now(UTC)
    assert count_overdue(now) == 0
    assert count_overdue(now + timedelta(hours=49)) == 1


class Context:
    aws_request_id = "of-lambda"


def test_each_chore_tells_what_it_counted(
    table: None, production: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, chore in CHORES.items():
        if name == "delete_files":  # there is no bucket here; see test_import_bucket.py
            continue
        chore({}, Context())
        [line] = lines(capsys)
        assert metrics(line) == {chore.metric: 0}
        assert line["request"] == "of-lambda"


def test_an_exception_is_told_by_its_kind_and_place_and_not_by_its_words(
    production: None, capsys: pytest.CaptureFixture[str]
) -> None:
    before = logging.getLogger().handlers
    logs.listen()
    try:
        with logs.about("r-1"):
            try:
                raise ValueError("顾小满 13812340001")
            except ValueError:
                logging.getLogger("shanhuo").exception("Caught exception for /t/CODE")
    finally:
        logging.getLogger().handlers = before
    [line] = lines(capsys)
    assert (line["exception"], line["level"], line["request"]) == (
        "builtins.ValueError",
        "ERROR",
        "r-1",
    )
    assert line["at"][-1].rpartition(":")[0] == __file__
    assert not {"顾小满", "CODE"} & set(json.dumps(line, ensure_ascii=False).split())


def test_only_chores_that_may_read_the_secret_need_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.order(world.offer())
    world.complain(world.delivered(world.parcel()))
    names = {function.handler.rpartition(".")[2]: function for function in FUNCTIONS.values()}
    chores = [chore for name, chore in CHORES.items() if not names[name].secret]
    monkeypatch.setenv("SHANHUO_SECRET", "none")
    ring.cache_clear()
    try:
        for chore in chores:
            chore.do(datetime.now(UTC) + timedelta(days=4))
    finally:
        monkeypatch.undo()
        ring.cache_clear()
    assert 0 < len(chores) < len(CHORES)


def test_on_a_laptop_nothing_is_written(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    ok(world.nobody.get("/healthz"), 200)
    assert capsys.readouterr().out == ""
