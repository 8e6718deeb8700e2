"""The network between a phone and the server, and everything that goes wrong on it.

    with Network(server) as network:           # browsers open network.url
        network.fault = CUT_AFTER              # every PUT and POST of the API, until it is None
        network.only = r"/inspections/"        # ... of these addresses
        network.chance(random.Random(7), 0.5)  # or each by lot, repeatable by its seed
        network.up = False                     # nothing gets through, the pages neither
    network.held = "^/photos/"             # what comes to these waits until network.let_go()
        network.met                            # what came, in order

A reverse proxy on real sockets: the browser meets cut connections and silence as they are.
"""

import gzip
import http.client
import json
import random
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit

from tests.waits import LONG_WAIT

HOST = "127.0.0.1"
RECORDS = r"/(v1|photos)/"
"""The addresses that records are sent to; the page and its files are not among them."""
SILENT_ONES = "/silent"
"""Answers which addresses are asked in vain just now; of no server, and noted nowhere."""
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset, as a network does that is gone."""
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class NetworkFault:
    """What happens to a request instead of its answer.

    forwarded: the server got it, and did it. status, body: what is answered (0: nothing, and the
    connection is cut). half_sent: the server gets half of the body. half_answered: half of the
    answer comes back. silent: nothing ever happens.
    """

    name: str
    forwarded: bool = False
    status: int = 0
    body: bytes = b""
    content_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()
    half_sent: bool = False
    half_answered: bool = False
    silent: bool = False

    def __str__(self) -> str:
        return self.name


def problem(status: int, code: str, detail: str, **facts: Any) -> NetworkFault:
    """A refusal as the API words it."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    return NetworkFault(
        f"{status} {code}",
        status=status,
        body=json.dumps(body | facts).encode(),
        content_type="application/problem+json",
    )


CUT_BEFORE = NetworkFault("cut before it arrived")
CUT_IN_BODY = NetworkFault("cut in the middle of the body", half_sent=True)
CUT_AFTER = NetworkFault("cut after it was done", forwarded=True)
CUT_IN_ANSWER = NetworkFault("cut in the middle of the answer", forwarded=True, half_answered=True)
SILENT = NetworkFault("no answer", silent=True)
SILENT_AFTER = NetworkFault("no answer after it was done", forwarded=True, silent=True)
ERROR = NetworkFault("500", status=500, body=b"<html>Internal Server Error</html>")
GATEWAY = NetworkFault(
    "502 after it was done", forwarded=True, status=502, body=b"<html>Bad Gateway"
)
BUSY = problem(503, "store_unavailable", "系统忙，请稍后再试。")
OVERLOADED = NetworkFault("503 Retry-After", status=503, headers=(("Retry-After", "3600"),))
SIGNED_OUT = problem(401, "unauthenticated", "请先登录，或登录已过期，请重新登录。")
IN_PROGRESS = problem(409, "in_progress", "同一请求正在处理，请稍后重试。")
NOT_NOW = problem(409, "not_allowed_now", "批次目前是“已关闭”，不能再记检测。")
INVALID = problem(422, "invalid", "有内容填得不对，请改正：lot：格式不对。")
TOO_LARGE = NetworkFault("413", status=413, body=b"<html>Request Entity Too Large</html>")
PORTAL = NetworkFault(
    "a hotel's Wi-Fi", status=200, body=b"<!doctype html><title>Hotel</title>Welcome!"
)
TO_PORTAL = NetworkFault("sent to a hotel's Wi-Fi", status=302, headers=(("Location", "/portal"),))

PASSING: tuple[NetworkFault, ...] = (
    *(CUT_BEFORE, CUT_IN_BODY, CUT_AFTER, CUT_IN_ANSWER, SILENT, SILENT_AFTER, ERROR, GATEWAY),
    *(BUSY, SIGNED_OUT, IN_PROGRESS, PORTAL, TO_PORTAL),
)
"""Those that say nothing about the record: it has to be sent again."""


@dataclass
class Met:
    """A request as it came. status: the server's answer, 0 while it has none."""

    method: str
    path: str
    body: bytes
    fault: NetworkFault | None
    status: int = 0


@dataclass(frozen=True)
class Pace:
    """A slow network: bits a second in each direction, and seconds for a round trip."""

    bits: int
    trip: float


SLOW_3G = Pace(400_000, 0.4)


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass
class Network:
    """See the module. rules: a fault for each address that has this in it, before all others.
    changed: alters an answer's body, by path; for a server that is updated."""

    upstream: str
    fault: NetworkFault | None = None
    only: str = RECORDS
    rules: dict[str, NetworkFault] = field(default_factory=dict)
    methods: frozenset[str] = frozenset({"PUT", "POST"})
    up: bool = True
    held: str = ""
    pace: Pace | None = None
    changed: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # the paths that are asked in vain just now
    _by_lot: Callable[[], NetworkFault | None] | None = None
    _news: threading.Condition = field(default_factory=threading.Condition)
    _open: set[socket.socket] = field(default_factory=set)
    _server: "_Proxy | None" = None

    def __enter__(self) -> "Network":
        self._server = _Proxy((HOST, 0), _Exchange)
        self._server.network = self
        serving = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
        self.let_go()
        self.hang_up()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://{HOST}:{self._server.server_address[1]}"

    # --- what goes wrong -------------------------------------------------------------------------

    def chance(
        self, dice: random.Random, share: float, faults: Sequence[NetworkFault] = PASSING
    ) -> None:
        """From now on each request meets one of the faults with this probability: every one of
        them once before any comes again."""
        lock = threading.Lock()
        left: list[NetworkFault] = []

        def draw() -> NetworkFault | None:
            with lock:
                if dice.random() >= share:
                    return None
                if not left:
                    left.extend(dice.sample(faults, len(faults)))
                return left.pop()

        self._by_lot = draw

    def calm(self) -> None:
        """From now on all goes well."""
        self.up, self.fault, self._by_lot, self.only, self.pace = True, None, None, RECORDS, None
        self.rules = {}
        self.let_go()

    def next_fault(self, method: str, path: str) -> NetworkFault | None:
        if not self.up:
            return CUT_BEFORE
        if method not in self.methods:
            return None
        for pattern, fault in self.rules.items():
            if re.search(pattern, path):
                return fault
        if not re.search(self.only, path):
            return None
        return self.fault or (self._by_lot() if self._by_lot else None)

    # --- what came -------------------------------------------------------------------------------

    def note(self, met: Met) -> None:
        with self._news:
            self.met.append(met)
            self._news.notify_all()

    def asked(self, method: str, pattern: str) -> list[Met]:
        """The requests whose path has this in it."""
        return [
            request
            for request in list(self.met)
            if request.method == method and re.search(pattern, request.path)
        ]

    def wait(self, method: str, pattern: str, times: int = 1, seconds: float = LONG_WAIT) -> Met:
        """The request, as soon as it has come so often."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.asked(method, pattern)) >= times, seconds)
        assert came, f"no {method} {pattern}: {self.met}"
        return self.asked(method, pattern)[times - 1]

    def more(self, times: int, seconds: float) -> None:
        """Until so many records were sent this way since now, or the time is over."""

        def count() -> int:
            return sum(request.method in self.methods for request in self.met)

        with self._news:
            before = count()
            self._news.wait_for(lambda: count() >= before + times, seconds)

    # --- connections -----------------------------------------------------------------------------

    def hold(self, path: str) -> None:
        """Until this way is free."""
        with self._news:
            self._news.wait_for(lambda: not (self.held and re.search(self.held, path)))

    def let_go(self) -> None:
        with self._news:
            self.held = ""
            self._news.notify_all()

    def hang_up(self) -> None:
        """Cut every connection there is."""
        with self._news:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def opened(self, connection: socket.socket) -> None:
        with self._news:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._news:
            self._open.discard(connection)


class _Proxy(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    request_queue_size = 128
    network: Network

    def handle_error(self, *_: Any) -> None:
        """A browser that was killed is no news."""


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Proxy

    def setup(self) -> None:
        super().setup()
        self.server.network.opened(self.connection)

    def finish(self) -> None:
        self.server.network.closed(self.connection)
        super().finish()

    def do_GET(self) -> None:
        self._pass()

    def do_PUT(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def _pass(self) -> None:
        network = self.server.network
        if self.path == SILENT_ONES:
            self._answer(_Answer(200, (), json.dumps(network.silent).encode()))
            return
        length = int(self.headers.get("Content-Length") or 0)
        fault = network.next_fault(self.command, self.path)
        body = self.rfile.read(length)
        self._slowly(len(body))
        met = Met(self.command, self.path, body, fault)
        network.note(met)
        network.hold(self.path)
        if fault is None:
            self._answer(self._forward(met))
            return
        answer = None
        if fault.half_sent:
            self._half(body)
        elif fault.forwarded:
            answer = self._forward(met)
        if fault.silent:
            network.silent.append(urlsplit(self.path).path)
            with suppress(OSError):
                self.connection.recv(1)  # until the browser gives up
            network.silent.remove(urlsplit(self.path).path)
            self.close_connection = True
        elif fault.status:
            content_type = ("Content-Type", fault.content_type)
            self._answer(_Answer(fault.status, (content_type, *fault.headers), fault.body))
        else:
            self._cut(answer if fault.half_answered else None)

    def _request(self, body: bytes) -> http.client.HTTPConnection:
        upstream = http.client.HTTPConnection(
            urlsplit(self.server.network.upstream).netloc, timeout=LONG_WAIT
        )
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP:
                upstream.putheader(name, value)
        if body or self.command in {"PUT", "POST"}:
            upstream.putheader("Content-Length", str(len(body)))
        upstream.putheader("Connection", "close")
        upstream.endheaders()
        return upstream

    def _forward(self, met: Met) -> _Answer:
        upstream = self._request(met.body)
        if met.body:
            upstream.send(met.body)
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        met.status = answer.status
        change = self.server.network.changed.get(self.path.partition("?")[0])
        if change is not None:
            packed = answer.getheader("Content-Encoding") == "gzip"
            content = change(gzip.decompress(content) if packed else content)
        left_out = HOP_BY_HOP if change is None else HOP_BY_HOP | {"content-encoding"}
        kept = [header for header in answer.getheaders() if header[0].lower() not in left_out]
        return _Answer(answer.status, kept, content)

    def _half(self, body: bytes) -> None:
        """The server waits for what never comes."""
        upstream = self._request(body)
        upstream.send(body[: len(body) // 2])
        upstream.close()

    def _answer(self, answer: _Answer) -> None:
        self._slowly(len(answer.body))
        self.wfile.write(self._head(answer) + answer.body)

    def _head(self, answer: _Answer) -> bytes:
        lines = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, '')}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.status not in (204, 304):
            lines.append(f"Content-Length: {len(answer.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _cut(self, answer: _Answer | None) -> None:
        if answer is not None:
            self.wfile.write(self._head(answer) + answer.body[: len(answer.body) // 2])
            self.connection.shutdown(socket.SHUT_WR)  # what was written still arrives
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            self.connection.close()
        self.close_connection = True

    def _slowly(self, size: int) -> None:
        """Each way takes half of the trip and its bytes their time."""
        pace = self.server.network.pace
        if pace is not None:
            time.sleep(pace.trip / 2 + size * 8 / pace.bits)

    def log_message(self, *_: Any) -> None:
        pass
