"""One connection of the local HTTP server: takes requests within limits, writes answers.

Every malformed, oversized or unfinished request ends in a problem document or a closed
connection, never in a traceback.
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http import HTTPStatus
from http.server import HTTPServer
from socketserver import StreamRequestHandler

from chalicelib.api.edge import bounds
from chalicelib.api.edge.problems import problem
from chalicelib.domain import imports, photos
from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.render import language_of
from infra import reading
from infra.gateway import Answer, Gateway, plain
from infra.reading import REQUEST_LINE_LIMIT, Head

BODY_LIMIT = bounds.LARGEST_BODY  # of routes that take less the gate tells
# the stores tell the exact size of what they take
PHOTO_LIMIT = photos.LARGEST_BYTES + BODY_LIMIT
FILE_LIMIT = imports.LARGEST_BYTES + BODY_LIMIT
IDLE_SECONDS = 30
# After a refusal the rest of the body is read and thrown away within these bounds: closing
# with unread bytes makes the kernel send a reset, and the client would never see the answer.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 5
DRAIN_PAUSE_SECONDS = 1


class Serving(HTTPServer):
    """What the connections of one server share."""

    gateway: Gateway

    def __init__(self, address: tuple[str, int], handler: type[StreamRequestHandler]) -> None:
        self.stopping = threading.Event()
        self.access_log = os.environ.get("SHANHUO_ACCESS_LOG") == "1"
        self.busy = 0
        self.idle = threading.Condition()
        super().__init__(address, handler, bind_and_activate=False)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Counts a request that `running` waits for when it ends."""
        with self.idle:
            self.busy += 1
        try:
            yield
        finally:
            with self.idle:
                self.busy -= 1
                self.idle.notify_all()


class Connection(StreamRequestHandler):
    """Serves one client until it leaves, is idle too long, or sends what cannot be answered."""

    server: Serving
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.close_connection = False
        try:
            while not self.close_connection:
                first = self.rfile.readline(REQUEST_LINE_LIMIT + 1)
                if first == b"\r\n":  # some clients end a body with one too many
                    first = self.rfile.readline(REQUEST_LINE_LIMIT + 1)
                if not first:
                    return
                with self.server.working():
                    self._exchange(first)
        except (ConnectionError, TimeoutError):  # the client went away
            pass

    def _exchange(self, first: bytes) -> None:
        began = time.perf_counter()
        self._head: Head | None = None
        try:
            head = self._head = reading.head(self.rfile, first)
            content = self._content(head)
        except Refusal as refusal:
            wish = self._head.fields.get("accept-language") if self._head else None
            language = language_of(wish, None)
            self._turn_away(plain(problem(refusal, language)), began)
            return
        if isinstance(content, Answer):
            self._turn_away(content, began)
            return
        self.close_connection = not head.persistent
        gateway = self.server.gateway
        client = self.client_address[0]
        self._send(gateway.answer(head.method, head.target, head.fields, content, client), began)

    def _content(self, head: Head) -> bytes | Answer:
        """The body, or why it is not even read. Raises Refusal."""
        limit = _limit(head)
        if head.length == 0:
            return b""
        if head.length is not None and head.length > limit:
            raise Refusal("body_too_large", limit_bytes=limit)
        if limit > BODY_LIMIT:  # only whoever was given the link for it
            refused = self.server.gateway.turned_away(head.method, head.target, head.fields)
            if refused:
                return refused
        if head.expects:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return reading.body(self.rfile, head.length, limit)

    def _turn_away(self, answer: Answer, began: float) -> None:
        """Answer, and end the connection: what comes after the head is not read as a request."""
        self.close_connection = True
        self._send(answer, began)
        try:
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:  # ENOTCONN, which is no ConnectionError: the client went away
            return
        left, until = DRAIN_BYTES, time.monotonic() + DRAIN_SECONDS
        self.connection.settimeout(DRAIN_PAUSE_SECONDS)
        while left > 0 and time.monotonic() < until:
            data = self.connection.recv(65_536)
            if not data:
                return
            left -= len(data)

    def _send(self, answer: Answer, began: float) -> None:
        """One write for head and body: two would wait for each other's acknowledgement."""
        if self.server.stopping.is_set():
            self.close_connection = True
        method = self._head.method if self._head else "-"
        if self._head:
            answer = answer.for_client(self._head.fields.get("accept-encoding", ""))
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Date: {formatdate(usegmt=True)}",
            *(f"{name}: {value}" for name, value in answer.headers),
        ]
        if answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            lines.append(f"Content-Length: {len(answer.body)}")
        lines.append(f"Connection: {'close' if self.close_connection else 'keep-alive'}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        self.wfile.write(head if method == "HEAD" else head + answer.body)
        if self.server.access_log:
            path = self._head.target.partition("?")[0] if self._head else "-"  # a query holds keys
            milliseconds = (time.perf_counter() - began) * 1000
            line = f"{method} {path} {answer.status} {milliseconds:.1f} ms"
            print(line.encode("unicode_escape").decode(), file=sys.stderr)


def _limit(head: Head) -> int:
    """Bytes that the body of this request may have."""
    if head.method == "PUT" and head.target.startswith("/uploads/"):
        return FILE_LIMIT
    if head.method == "PUT" and head.target.startswith("/photos/"):
        return PHOTO_LIMIT
    return BODY_LIMIT
