"""One connection of the local HTTP server: reads requests within limits, writes answers.

Every malformed, oversized or unfinished request ends in a problem document or a closed
connection, never in a traceback.
"""

import re
import socket
import sys
import time
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    HeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.api.problems import problem
from chalicelib.domain.errors import Refusal
from chalicelib.pages.render import language_of
from infra.gateway import Answer, plain

if TYPE_CHECKING:
    from infra.server import Server

BODY_LIMIT = 1024 * 1024
PHOTO_LIMIT = 6 * 1024 * 1024  # a photo is 5 MB at most; the store tells the exact size
FILE_LIMIT = 21 * 1024 * 1024  # a platform's file is 20 MB at most
REQUEST_LINE_LIMIT = 65_536
CHUNK_LINE_LIMIT = 1_024
TRAILERS_LIMIT = 32
IDLE_SECONDS = 30
# The parser is made for mail: what it says of a multipart body that it does not see is no defect.
BROKEN_HEADERS = (
    HeaderDefect,
    FirstHeaderLineIsContinuationDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
# After a refusal the rest of the body is read and thrown away within these bounds: closing
# with unread bytes makes the kernel send a reset, and the client would never see the answer.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 5


class Connection(BaseHTTPRequestHandler):
    """Serves one client until it leaves, is idle too long, or sends what cannot be answered."""

    protocol_version = "HTTP/1.1"
    server: "Server"
    timeout = IDLE_SECONDS
    language: str | None  # as the request under way accepts it, once its headers are read
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """Overrides the standard library's, which knows a fixed set of methods only."""
        try:
            self.raw_requestline = self.rfile.readline(REQUEST_LINE_LIMIT + 1)
            if not self.raw_requestline:
                self.close_connection = True
                return
            with self.server.working():
                self._exchange()
        except (ConnectionError, TimeoutError):  # the client went away
            self.close_connection = True

    def _exchange(self) -> None:
        began = time.perf_counter()
        self.command, self.path, self.language = "-", "-", None
        try:
            if len(self.raw_requestline) > REQUEST_LINE_LIMIT:
                raise Refusal("bad_request", reason="request line")
            if not self.parse_request():
                return  # answered by send_error, or an empty line: nothing was asked
            headers = self._fields()
            body = self._body()
        except Refusal as refusal:
            self._refuse(refusal, began)
            return
        answer = self.server.gateway.answer(
            self.command, self.path, headers, body, self.client_address[0]
        )
        self._send(answer, began)

    def parse_request(self) -> bool:
        """Also makes the request target what clients meant: a percent-encoded path and query.

        Raises Refusal.
        """
        # curl sends Chinese as it is typed, and some of its bytes would pass for white space.
        self.raw_requestline = re.sub(
            rb"[^\x00-\x7f]", lambda match: b"%%%02X" % match[0][0], self.raw_requestline
        )
        if not super().parse_request():
            return False
        self.language = self.headers.get("Accept-Language")
        if self.request_version == "HTTP/0.9":
            raise Refusal("bad_request", reason="HTTP/0.9")
        if not self.path.startswith("/"):
            try:
                url = urlsplit(self.path)
            except ValueError:
                raise Refusal("bad_request", reason="request target") from None
            self.path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        return True

    def handle_expect_100(self) -> bool:
        """Refuses a body that is declared too large before the client has sent it."""
        self._declared_length()
        return super().handle_expect_100()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The standard library's complaints about the request line and headers, as a problem."""
        raise Refusal("bad_request", reason=HTTPStatus(code).phrase)

    def _fields(self) -> dict[str, str]:
        """The headers with lower-case names; repeated ones are joined."""
        if any(isinstance(defect, BROKEN_HEADERS) for defect in self.headers.defects):
            raise Refusal("bad_request", reason="header line")
        fields: dict[str, str] = {}
        for name, value in self.headers.items():
            key, text = name.lower(), str(value)
            if "\r" in text or "\n" in text:
                raise Refusal("bad_request", reason="folded header line")
            joint = "; " if key == "cookie" else ", "
            fields[key] = fields[key] + joint + text if key in fields else text
        return fields

    @property
    def _limit(self) -> int:
        """Bytes that the body of this request may have."""
        if self.command == "PUT" and self.path.startswith("/uploads/"):
            return FILE_LIMIT
        photo = self.command == "PUT" and self.path.startswith("/photos/")
        return PHOTO_LIMIT if photo else BODY_LIMIT

    def _declared_length(self) -> int:
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        text = lengths.pop().strip()
        if lengths or not (text.isascii() and text.isdigit()):
            raise Refusal("bad_request", reason="Content-Length")
        # Longer than any length we could compare: int() refuses thousands of digits.
        if len(text) > 18 or int(text) > self._limit:
            raise Refusal("body_too_large", limit_bytes=self._limit)
        return int(text)

    def _body(self) -> bytes:
        encodings = self.headers.get_all("Transfer-Encoding")
        if not encodings:
            return self._exactly(self._declared_length())
        if "Content-Length" in self.headers or [e.strip().lower() for e in encodings] != [
            "chunked"
        ]:
            raise Refusal("bad_request", reason="Transfer-Encoding")
        body = bytearray()
        while size := self._chunk_size():
            if len(body) + size > self._limit:
                raise Refusal("body_too_large", limit_bytes=self._limit)
            body += self._exactly(size)
            if self._exactly(2) != b"\r\n":
                raise Refusal("bad_request", reason="chunk")
        for _ in range(TRAILERS_LIMIT):
            if not self._chunk_line():
                return bytes(body)
        raise Refusal("bad_request", reason="trailers")

    def _chunk_size(self) -> int:
        digits = self._chunk_line().split(b";")[0].strip()
        if not digits or len(digits) > 15 or digits.strip(b"0123456789abcdefABCDEF"):
            raise Refusal("bad_request", reason="chunk size")
        return int(digits, 16)

    def _chunk_line(self) -> bytes:
        line = self.rfile.readline(CHUNK_LINE_LIMIT)
        if not line.endswith(b"\n"):
            if len(line) == CHUNK_LINE_LIMIT:
                raise Refusal("bad_request", reason="chunk line")
            raise ConnectionAbortedError
        return line.rstrip(b"\r\n")

    def _exactly(self, size: int) -> bytes:
        data = self.rfile.read(size)
        if len(data) < size:
            raise ConnectionAbortedError
        return data

    def _refuse(self, refusal: Refusal, began: float) -> None:
        self.close_connection = True
        self._send(plain(problem(refusal, language_of(self.language, None))), began)
        try:
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:  # ENOTCONN, which is no ConnectionError: the client went away
            return
        left, until = DRAIN_BYTES, time.monotonic() + DRAIN_SECONDS
        self.connection.settimeout(1)
        while left > 0 and time.monotonic() < until:
            data = self.connection.recv(65_536)
            if not data:
                return
            left -= len(data)

    def _send(self, answer: Answer, began: float) -> None:
        """One write for head and body: two would wait for each other's acknowledgement."""
        if self.server.stopping.is_set():
            self.close_connection = True
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Date: {self.date_time_string()}",
            *(f"{name}: {value}" for name, value in answer.headers),
        ]
        if answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            lines.append(f"Content-Length: {len(answer.body)}")
        lines.append(f"Connection: {'close' if self.close_connection else 'keep-alive'}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        self.wfile.write(head if self.command == "HEAD" else head + answer.body)
        if self.server.access_log:
            path = self.path.partition("?")[0]  # the query can hold an order's key
            milliseconds = (time.perf_counter() - began) * 1000
            line = f"{self.command or '-'} {path} {answer.status} {milliseconds:.1f} ms"
            print(line.encode("unicode_escape").decode(), file=sys.stderr)
