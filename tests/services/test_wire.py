"""The wire to DynamoDB: what it takes for an answer, and when it asks again. Faults in the midst of
the work are in test_faults.py, which holds for botocore's client as well.
"""

import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
)

from chalicelib.wire.client import DYNAMODB, TRIES, Wire, _has_news
from chalicelib.wire.signing import Credentials
from infra.server import HOST
from tests.crowd import at_once
from tests.waits import LONG_WAIT, until

FINE = {"Item": {"pk": {"S": "货"}}}
Scripted = tuple[int, bytes, dict[str, str]]
"""Status, body and further headers of an answer."""


class Service(ThreadingHTTPServer):
    """Gives the answers it was told, then fine ones. sent: (connection, headers, body) in order."""

    request_queue_size = 64
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Request)
        self.answers: list[Scripted] = []
        self.sent: list[tuple[int, dict[str, str], Any]] = []
        self.connections: list[socket.socket] = []

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    def hang_up(self) -> None:
        """On all who wait."""
        for connection in self.connections:
            connection.shutdown(socket.SHUT_RDWR)
        self.connections.clear()


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Service

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.connection)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.sent.append((self.client_address[1], dict(self.headers.items()), body))
        fine: Scripted = (200, json.dumps(FINE).encode(), {})
        status, content, headers = self.server.answers.pop(0) if self.server.answers else fine
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        serving = threading.Thread(target=service.serve_forever, args=(0.01,))
        serving.start()
        yield service
        service.shutdown()
        serving.join()


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    made: list[float] = []
    with patch("chalicelib.wire.client.pause", made.append):
        yield made


@pytest.fixture
def wire(service: Service) -> Iterator[Wire]:
    whose = Credentials("key", "secret")
    wire = Wire(DYNAMODB, "cn-north-1", lambda: whose, service.url, read_seconds=LONG_WAIT)
    yield wire
    wire.close()


@pytest.fixture
def ask(wire: Wire, pauses: list[float]) -> Callable[..., dict[str, Any]]:
    def call(operation: str = "GetItem", **parameters: Any) -> dict[str, Any]:
        return wire.call(operation, parameters)

    return call


Ask = Callable[..., dict[str, Any]]


def wrong(code: str, status: int = 400, **more: Any) -> Scripted:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no", **more}
    return status, json.dumps(body).encode(), {"x-amzn-RequestId": "R1"}


# --- where, and with what ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com"),
        ("cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn"),
        ("cn-northwest-1", "https://dynamodb.cn-northwest-1.amazonaws.com.cn"),
    ],
)
def test_china_is_a_partition_of_its_own(region: str, url: str) -> None:
    assert Wire(DYNAMODB, region, lambda: Credentials("a", "b")).url == url


def test_what_is_asked_is_json_with_a_target_and_a_signature(service: Service, ask: Ask) -> None:
    assert ask(TableName="t", Key={"pk": {"S": "货"}}) == FINE
    ((_, headers, body),) = service.sent
    assert body == {"TableName": "t", "Key": {"pk": {"S": "货"}}}
    assert headers["X-Amz-Target"] == "DynamoDB_20120810.GetItem"
    assert headers["Content-Type"] == "application/x-amz-json-1.0"
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")


def test_a_transaction_has_a_token_that_its_tries_share(service: Service, ask: Ask) -> None:
    service.answers = [wrong("InternalServerError", 500), (502, b"<html>", {})]
    ask("TransactWriteItems", TransactItems=[])
    ask("TransactWriteItems", TransactItems=[], ClientRequestToken="mine")
    tokens = [body["ClientRequestToken"] for *_, body in service.sent]
    assert tokens == [tokens[0]] * 3 + ["mine"]
    assert len(tokens[0]) == 36


# --- connections ---------------------------------------------------------------------------------


def test_a_connection_is_kept(service: Service, ask: Ask) -> None:
    for _ in range(5):
        ask()
    assert len({connection for connection, *_ in service.sent}) == 1


def test_a_connection_that_was_ended_while_it_waited_is_not_written_to(
    service: Service, wire: Wire, ask: Ask, pauses: list[float]
) -> None:
    """So nothing is sent twice for it."""
    ask()
    service.hang_up()
    until(lambda: all(_has_news(kept) for kept in wire._idle))
    ask("PutItem")
    assert [body for *_, body in service.sent] == [{}, {}]
    assert pauses == []


def test_an_answer_that_ends_its_connection_is_the_last_on_it(service: Service, ask: Ask) -> None:
    service.answers = [(200, b"{}", {"Connection": "close"})]
    ask()
    ask()
    assert len({connection for connection, *_ in service.sent}) == 2


def test_many_threads_share_one_wire(service: Service, ask: Ask) -> None:
    answers = at_once([lambda n=n: ask("PutItem", Item=n) for n in range(200)], threads=16)  # type: ignore[misc]
    assert answers == [FINE] * 200
    assert sorted(body["Item"] for *_, body in service.sent) == list(range(200))
    assert len({connection for connection, *_ in service.sent}) <= 16


def test_nobody_there_is_told_as_botocore_tells_it() -> None:
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        wire = Wire(
            DYNAMODB, "a", lambda: Credentials("a", "b"), f"http://{HOST}:{nobody.getsockname()[1]}"
        )
        with pytest.raises(EndpointConnectionError):
            wire.exchange("GetItem", b"{}")


# --- answers -------------------------------------------------------------------------------------


def test_a_refusal_carries_all_that_was_answered(service: Service, ask: Ask) -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": {"a": {"N": "1"}}}]
    service.answers = [wrong("TransactionCanceledException", CancellationReasons=reasons)]
    with pytest.raises(ClientError) as refused:
        ask("TransactWriteItems")
    response: Any = refused.value.response
    assert response["Error"] == {"Code": "TransactionCanceledException", "Message": "no"}
    assert response["CancellationReasons"] == reasons
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"] == "R1"
    assert len(service.sent) == 1


def test_an_answer_that_was_damaged_on_its_way_is_asked_for_again(
    service: Service, ask: Ask
) -> None:
    content = json.dumps(FINE).encode()
    right = {"x-amz-crc32": str(zlib.crc32(content))}
    service.answers = [(200, content.replace(b"pk", b"kp"), right), (200, content, right)]
    assert ask() == FINE
    service.answers = [(200, content, {"x-amz-crc32": "1"})] * TRIES
    with pytest.raises(ChecksumError):
        ask()


@pytest.mark.parametrize("content", [b"", b"<html>hello</html>", b"[]", b'"fine"', b'{"Item": '])
def test_what_is_no_answer_is_never_taken_for_an_empty_one(
    service: Service, ask: Ask, content: bytes
) -> None:
    service.answers = [(200, content, {})]
    assert ask() == FINE
    service.answers = [(200, content, {})] * TRIES
    with pytest.raises(ConnectionClosedError):
        ask()


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"hello\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 OK\r\n\r\n"),
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"Content-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n" + b"A" * 100_000,
    ],
    ids=lambda raw: repr(raw[:60]),
)
def test_what_is_not_whole_is_no_answer(raw: bytes) -> None:
    with socket.create_server((HOST, 0)) as server:

        def answer() -> None:
            connection = server.accept()[0]
            with connection, suppress(ConnectionError):  # it may be hung up on in the midst
                connection.recv(65_536)
                connection.sendall(raw)

        answering = threading.Thread(target=answer)
        answering.start()
        url = f"http://{HOST}:{server.getsockname()[1]}"
        wire = Wire(DYNAMODB, "a", lambda: Credentials("a", "b"), url)
        with pytest.raises(ConnectionClosedError):
            wire.exchange("GetItem", b"{}")
        answering.join()


@pytest.mark.parametrize(
    "again",
    [
        wrong("ThrottlingException"),
        wrong("ProvisionedThroughputExceededException"),
        wrong("TransactionInProgressException"),
        wrong("InternalServerError", 500),
        (503, b"", {}),
        (504, b"<html>Gateway Timeout</html>", {}),
    ],
    ids=lambda answer: str(answer[1][:60] or answer[0]),
)
def test_what_may_pass_is_asked_again_with_growing_pauses(
    service: Service, ask: Ask, pauses: list[float], again: Scripted
) -> None:
    service.answers = [again] * (TRIES - 1)
    with patch("random.uniform", lambda _, most: most):
        assert ask() == FINE
    assert pauses == [0.05, 0.1]
    service.answers = [again] * TRIES
    with pytest.raises(ClientError):
        ask()
    assert len(service.sent) == 2 * TRIES


@pytest.mark.parametrize(
    "code", ["ConditionalCheckFailedException", "ValidationException", "AccessDeniedException"]
)
def test_what_will_not_pass_is_asked_once(service: Service, ask: Ask, code: str) -> None:
    service.answers = [wrong(code)]
    with pytest.raises(ClientError):
        ask()
    assert len(service.sent) == 1


def test_a_store_that_is_away_is_soon_asked_but_once(
    service: Service, ask: Ask, pauses: list[float]
) -> None:
    """500 points, of which each try again takes 5: a hundred of them, then none."""
    service.answers = [(500, b"", {})] * 1000
    for _ in range(70):
        with pytest.raises(ClientError):
            ask()
    assert len(pauses) == 100
    assert len(service.sent) == 170


# --- the clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-30 * 24, -1, 1, 30 * 24])
def test_a_machine_with_a_wrong_clock_signs_by_the_servers(
    service: Service, ask: Ask, hours: int
) -> None:
    there = time.time() + hours * 3600
    expired = wrong("InvalidSignatureException")
    service.answers = [(*expired[:2], {"Date": formatdate(there, usegmt=True)})]
    assert ask() == ask() == FINE
    dates = [headers["X-Amz-Date"] for _, headers, _ in service.sent]
    stamp = "%Y%m%dT%H%MZ"
    minutes = [time.strftime(stamp, time.gmtime(there + late)) for late in (0, 60)]
    assert all(date[:13] + "Z" in minutes for date in dates[1:])


def test_a_wrong_signature_by_a_right_clock_is_told(service: Service, ask: Ask) -> None:
    for date in (formatdate(usegmt=True), "yesterday", None):
        refused = wrong("InvalidSignatureException")
        service.answers = [(*refused[:2], {"Date": date} if date else {})]
        with pytest.raises(ClientError):
            ask()
    assert len(service.sent) == 3
