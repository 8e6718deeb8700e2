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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import uuid4

from botocore.retries.quota import RetryQuota

from chalicelib.repositories import store
from chalicelib.repositories.connection import connection
from infra.engine import HOST

NAMESPACE = "com.amazonaws.dynamodb.v20120810#"
HEADER = "x-wire-fault"


@dataclass(frozen=True)
class Fault:
    """What happens to a request instead of its answer.

    forwarded: the engine got it, and did it. status, body: what is answered (0: nothing, and the
    connection is cut). silent: nothing ever happens. refused: nobody listens.
    """

    name: str
    forwarded: bool = False
    status: int = 0
    body: bytes = b""
    silent: bool = False
    refused: bool = False

    def __str__(self) -> str:
        return self.name


def error(code: str, status: int = 400, **more: Any) -> Fault:
    """An error as DynamoDB words it."""
    body = {"__type": NAMESPACE + code, "message": "from the wire", **more}
    return Fault(code, status=status, body=json.dumps(body).encode())


THROTTLED = error("ProvisionedThroughputExceededException")
INTERNAL = error("InternalServerError", 500)
GATEWAY = Fault("a gateway's 502", status=502, body=b"<html>Bad Gateway</html>")
EMPTY = Fault("an empty 503", status=503)
REFUSED = Fault("connection refused", refused=True)
CUT_BEFORE = Fault("cut before it arrived")
CUT_AFTER = Fault("cut after it was done", forwarded=True)
SILENT = Fault("no answer", silent=True)
SILENT_AFTER = Fault("no answer after it was done", forwarded=True, silent=True)
UNPROCESSED = Fault("unprocessed keys", status=200)


def cancelled(*reasons: str) -> Fault:
    """A transaction that the store did not do, for these reasons."""
    found = [{"Code": reason, "Message": "from the wire"} for reason in reasons]
    return error("TransactionCanceledException", CancellationReasons=found)


class _Proxy(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    engine: str
    faults: dict[str, Fault]
    forgetful: bool


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.faults.get(self.headers.get(HEADER, ""))
        answer = None
        if fault is None or fault.forwarded:
            answer = self._forward(body)
        if fault is None:
            assert answer is not None
            self._answer(*answer)
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

    def _forward(self, body: bytes) -> tuple[int, bytes]:
        engine = http.client.HTTPConnection(self.server.engine, timeout=10)
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
    fault: Fault | None = None,
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
    host = urlsplit(connection().client.meta.endpoint_url).netloc
    with _Proxy((HOST, 0), _Exchange) as proxy, socket.socket() as nobody:
        nobody.bind((HOST, 0))  # taken, and not listened to
        proxy.engine, proxy.faults = host, {str(fault): fault} if fault else {}
        proxy.forgetful = forgetful
        serving = threading.Thread(target=proxy.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        found = Wire()
        last = at if until is None else until

        def send(request: Any, **_: Any) -> None:
            name = _text(request.headers["X-Amz-Target"]).rpartition(".")[2]
            port = proxy.server_address[1]
            if operation in (None, name):
                invocation = _text(request.headers["amz-sdk-invocation-id"])
                number, tried = found.met(invocation, name)
                if fault and at <= number <= last and tried <= times:
                    request.headers[HEADER] = str(fault)
                    if fault.refused:
                        port = nobody.getsockname()[1]
            request.url = f"http://{HOST}:{port}/"

        events = connection().client.meta.events
        events.register("before-send.dynamodb.*", send)
        try:
            with (
                patch("botocore.endpoint.time", SimpleNamespace(sleep=found.pauses.append)),
                patch.object(store, "pause", found.pauses.append),
                patch.object(RetryQuota, "acquire", lambda *_: True),  # not what others used up
            ):
                yield found
        finally:
            events.unregister("before-send.dynamodb.*", send)
            proxy.shutdown()
            serving.join()
