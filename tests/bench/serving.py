"""Requests a second over HTTP, with one client and with sixteen, against an empty route."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from .measure import BenchRow
from .measured import Measured

SECONDS = 1.0
ROUNDS = 5


def _answers(connection: socket.socket, request: bytes) -> Iterator[bytes]:
    """One answer after the other over a kept connection; cheaper than any client library."""
    kept = b""
    while True:
        connection.sendall(request)
        while b"\r\n\r\n" not in kept:
            kept += connection.recv(65_536)
        head, _, kept = kept.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(kept) < length:
            kept += connection.recv(65_536)
        assert head.startswith(b"HTTP/1.1 200"), head
        kept = kept[length:]
        yield head


def rate(url: str, path: str, clients: int) -> float:
    """Answers a second."""
    parts = urlsplit(url)
    accept = "Accept: text/html,*/*\r\nAccept-Language: zh-CN\r\n"
    request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{accept}\r\n".encode()
    counts = [0] * clients
    until = time.perf_counter() + SECONDS

    def run(at: int) -> None:
        with closing(socket.create_connection((parts.hostname, parts.port or 80))) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in _answers(connection, request):
                counts[at] += 1
                if time.perf_counter() > until:
                    return

    threads = [threading.Thread(target=run, args=(at,)) for at in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def rows(measured: Measured) -> list[BenchRow]:
    paths = {"empty": "/empty", "scan": f"/t/{measured.parcel['code']}"}
    for path in paths.values():
        rate(measured.url, path, 1)
    bench_rows = []
    for clients in (1, 16):
        rates: dict[str, list[float]] = {name: [] for name in paths}
        for _ in range(ROUNDS):
            for name, path in paths.items():
                rates[name].append(rate(measured.url, path, clients))
        name = f"GET /t/CODE, {clients} client{'s' * (clients > 1)}: against an empty route"
        bench_rows.append(
            BenchRow(name, rates["scan"], rates["empty"], "req/s", more_is_better=True)
        )
    return bench_rows
