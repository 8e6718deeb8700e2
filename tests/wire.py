"""The wire between the app and the engine, and everything that can go wrong on it.

    with wire(THROTTLED, at=2) as met:  # the second thing that is asked of the store fails
        answer = client.post(...)
    met.asked                           # ["BatchGetItem", "TransactWriteItems", ...]

A proxy on real sockets: the app's own client, with its own time limits and retries, meets refused
and cut connections, errors and silence. Its pauses between tries are counted and not waited for.
"""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import uuid4

from botocore.retries.quota import RetryQuota

from chalicelib.config import settings
from chalicelib.repositories import store
from chalicelib.repositories.connection import connection
from chalicelib.wire.client import Answer
from chalicelib.wire.client import Wire as OwnWire
from infra.server import HOST
from tests.seam import Ask, asking, leading_to
from tests.waits import LONG_WAIT

NAMESPACE = "com.amazonaws.dynamodb.v20120810#"
HEADER = "x-wire-fault"


@dataclass(frozen=True)
class StoreFault:
    """What happens to a request instead of its answer.

    forwarded: the engine got it, and did it. status, body: what is answered (0: nothing, and the
    connection is cut). silent: nothing ever happens. refused: nobody listens. late: the right
    answer, after so many seconds.
    """

    name: str
    forwarded: bool = False
    status: int = 0
    body: bytes = b""
    silent: bool = False
    refused: bool = False
    late: float = 0.0

    def __str__(self) -> str:
        return self.name


def error(code: str, status: int = 400, **more: Any) -> StoreFault:
    """An error as DynamoDB words it."""
    body = {"__type": NAMESPACE + code, "message": "from the wire", **more}
    return StoreFault(code, status=status, body=json.dumps(body).encode())


THROTTLED = error("ProvisionedThroughputExceededException")
INTERNAL = error("InternalServerError", 500)
GATEWAY = StoreFault("a gateway's 502", status=502, body=b"<html>Bad Gateway</html>")
EMPTY = StoreFault("an empty 503", status=503)
REFUSED = StoreFault("connection refused", refused=True)
CUT_BEFORE = StoreFault("cut before it arrived")
CUT_AFTER = StoreFault("cut after it was done", forwarded=True)
SILENT = StoreFault("no answer", silent=True)
SILENT_AFTER = StoreFault("no answer after it was done", forwarded=True, silent=True)
UNPROCESSED = StoreFault("unprocessed keys", status=200)
HALF_PROCESSED = StoreFault("half of the keys unprocessed", status=200)


def cancelled(*reasons: str) -> StoreFault:
    """A transaction that the store did not do, for these reasons."""
    causes = [{"Code": reason, "Message": "from the wire"} for reason in reasons]
    return error("TransactionCanceledException", CancellationReasons=causes)


class Proxy(ThreadingMixIn, HTTPServer):
    """Stands before the engine at `engine` (host:port); `fault_of` decides on each request."""

    daemon_threads = True
    request_queue_size = 256
    forgetful = False

    def __init__(self, engine: str) -> None:
        super().__init__((HOST, 0), _Exchange)
        self.engine = engine

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def fault_of(self, headers: Message) -> StoreFault | None:
        raise NotImplementedError

    @contextmanager
    def running(self) -> Iterator[None]:
        serving = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()
            serving.join()


class _Marked(Proxy):
    """The app's own process marks the requests that shall fail."""

    def __init__(self, engine: str, fault: StoreFault | None) -> None:
        super().__init__(engine)
        self.fault = fault

    def fault_of(self, headers: Message) -> StoreFault | None:
        return self.fault if HEADER in headers else None


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.fault_of(self.headers)
        answer = None
        if fault is None or fault.forwarded or fault.late:
            answer = self._forward(body)
        if fault is None or fault.late:
            assert answer is not None
            time.sleep(fault.late if fault else 0)
            self._answer(*answer)
        elif fault is HALF_PROCESSED:
            self._answer(200, self._half(json.loads(body)))
        elif fault is UNPROCESSED:
            asked = json.loads(body)["RequestItems"]
            left = {"Responses": {key: [] for key in asked}, "UnprocessedKeys": asked}
            self._answer(200, json.dumps(left).encode())
        elif fault.silent:
            with suppress(OSError):
                self.connection.recv(1)  # until the client gives up
            self.close_connection = True
        elif fault.status:
            self._answer(fault.status, fault.body)
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def _half(self, asked: dict[str, Any]) -> bytes:
        """Of a BatchGetItem; of one key, nothing."""
        left = {}
        for table, of in asked["RequestItems"].items():
            keys = of["Keys"]
            left[table] = of | {"Keys": keys[len(keys) // 2 :]}
            of["Keys"] = keys[: len(keys) // 2]
        done = {table: of for table, of in asked["RequestItems"].items() if of["Keys"]}
        answer: dict[str, Any] = {"Responses": {}}
        if done:
            answer = json.loads(self._forward(json.dumps({"RequestItems": done}).encode())[1])
        return json.dumps(answer | {"UnprocessedKeys": left}).encode()

    def _forward(self, body: bytes) -> tuple[int, bytes]:
        engine = http.client.HTTPConnection(self.server.engine, timeout=LONG_WAIT)
        if self.server.forgetful:
            body = json.dumps(json.loads(body) | {"ClientRequestToken": str(uuid4())}).encode()
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in {"host", "content-length"}
        }
        engine.request("POST", "/", body, headers)
        answer = engine.getresponse()
        content = answer.read()
        engine.close()
        return answer.status, content

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Wire:
    """What was asked, try by try, and how long the client would have paused between tries.

    asked: the operations, each once however often it was tried. tries: of each of them.
    """

    asked: list[str] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def met(self, invocation: str, operation: str) -> tuple[int, int]:
        """Which request this is, and which try of it, both from 1."""
        if invocation not in self._seen:
            self.asked.append(operation)
            self.tries.append(0)
            self._seen[invocation] = len(self.asked)
        number = self._seen[invocation]
        self.tries[number - 1] += 1
        return number, self.tries[number - 1]


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header


@contextmanager
def wire(
    fault: StoreFault | None = None,
    *,
    at: int = 1,
    until: int | None = None,
    operation: str | None = None,
    times: int = 10**9,
    forgetful: bool = False,
) -> Iterator[Wire]:
    """Requests number `at` to `until` (that one only) meet the fault, in their first `times` tries.

    operation: count and spoil only requests of this kind. forgetful: the engine does not know the
    token of a transaction again, as after a crash.
    """
    client = connection().client
    with _Marked(urlsplit(settings().endpoint or "").netloc, fault) as proxy, proxy.running():
        proxy.forgetful = forgetful
        traffic = Wire()
        last = at if until is None else until
        with socket.socket() as nobody:
            nobody.bind((HOST, 0))  # taken, and not listened to

            def way(invocation: str, name: str) -> tuple[str, dict[str, str]]:
                """Where this try goes, and its further headers."""
                port, marks = proxy.port, {}
                if operation in (None, name):
                    number, tried = traffic.met(invocation, name)
                    if fault and at <= number <= last and tried <= times:
                        marks = {HEADER: "1"}
                        port = nobody.getsockname()[1] if fault.refused else port
                return f"http://{HOST}:{port}", marks

            ways = _own_ways if isinstance(client, OwnWire) else _botocore_ways
            with (
                ways(client, way, patient=not (fault and fault.silent)),
                patch("chalicelib.wire.client.pause", traffic.pauses.append),
                patch("botocore.endpoint.time", SimpleNamespace(sleep=traffic.pauses.append)),
                patch.object(store, "pause", traffic.pauses.append),
                patch.object(RetryQuota, "acquire", lambda *_: True),  # not what others used up
            ):
                yield traffic


Way = Callable[[str, str], tuple[str, dict[str, str]]]
"""What is called before each try, with the name of the call that it is a try of."""


@contextmanager
def _own_ways(client: OwnWire, way: Way, *, patient: bool) -> Iterator[None]:
    """patient: with what is to be answered; silence is given up as soon as the app does."""
    calls = threading.local()

    def call(really: Ask, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        calls.name = str(uuid4())
        return really(operation, parameters)

    def exchange(operation: str, body: bytes) -> Answer:
        url, marks = way(calls.name, operation)
        if (url, *marks) not in wires:
            wires[url, *marks] = leading_to(url, marks, patient=patient or not marks)
        return wires[url, *marks].exchange(operation, body)

    wires: dict[tuple[str, ...], OwnWire] = {}
    try:
        with asking(call), patch.object(client, "exchange", exchange):
            yield
    finally:
        for wire in wires.values():
            wire.close()


@contextmanager
def _botocore_ways(client: Any, way: Way, *, patient: bool) -> Iterator[None]:
    """It is as patient as it was made."""

    def send(request: Any, **_: Any) -> None:
        operation = _text(request.headers["X-Amz-Target"]).rpartition(".")[2]
        url, marks = way(_text(request.headers["amz-sdk-invocation-id"]), operation)
        request.url = f"{url}/"
        for name, value in marks.items():
            request.headers[name] = value

    client.meta.events.register("before-send.dynamodb.*", send)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.dynamodb.*", send)
