"""A bucket of one's own: a server that answers as S3 does, which the app takes for S3."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from chalicelib.config import settings
from chalicelib.repositories import photos

OLD = "2020-01-01T00:00:00.000Z"
MISSING = b"<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>"
DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
BROKEN = b"<Error><Code>InternalError</Code><Message>we are sorry</Message></Error>"


class Bucket(ThreadingHTTPServer):
    """holds: key -> bytes. asked: the keys that were asked for. away: every answer is a 500.

    silent: nothing is answered. secretive: it does not say what it lacks, as to a role without
    s3:ListBucket.
    """

    request_queue_size = 128  # of 5, one of 16 clients at once waits for a second to be let in

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Object)
        self.holds: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.away = False
        self.silent = False
        self.secretive = False


class _Object(BaseHTTPRequestHandler):
    server: Bucket

    @property
    def key(self) -> str:
        return urlsplit(self.path).path.split("/", 2)[-1]

    def do_GET(self) -> None:
        if "list-type=2" in self.path:
            keys = "".join(
                f"<Contents><Key>{key}</Key><LastModified>{OLD}</LastModified></Contents>"
                for key in self.server.holds
            )
            return self._answer(200, f"<ListBucketResult>{keys}</ListBucketResult>".encode())
        self.server.asked.append(self.key)
        content = self.server.holds.get(self.key)
        if content is None:
            return self._answer(*((403, DENIED) if self.server.secretive else (404, MISSING)))
        wanted = re.fullmatch(r"bytes=0-(\d+)", self.headers.get("Range", ""))
        if wanted is None:
            return self._answer(200, content)
        return self._answer(206, content[: int(wanted[1]) + 1])

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.away or self.server.silent:
            return self._answer(500, BROKEN)
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            size, _, rest = content.partition(b"\r\n")
            content = rest[: int(re.split(b";", size)[0], 16)]
        self.server.holds[self.key] = content
        self._answer(200, b"")

    def do_DELETE(self) -> None:
        if not (self.server.away or self.server.silent):
            self.server.holds.pop(self.key, None)
        self._answer(204, b"")

    def _answer(self, status: int, body: bytes) -> None:
        if self.server.silent:
            with suppress(OSError):
                self.connection.recv(1)  # until the client gives up
            self.close_connection = True
            return
        if self.server.away:
            status, body = 500, BROKEN
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The app keeps its files there until the end."""
    with Bucket() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        monkeypatch.setenv("SHANHUO_PHOTO_BUCKET", "files")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{running.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        settings.cache_clear()
        photos.s3.cache_clear()
        photos._bucket_origin.cache_clear()
        yield running
        settings.cache_clear()
        photos.s3.cache_clear()
        photos._bucket_origin.cache_clear()
        running.shutdown()
        thread.join()
