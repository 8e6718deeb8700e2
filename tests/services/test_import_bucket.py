"""Imports whose files lie in S3, on a server that answers as S3 does."""

import http.client
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from chalicelib.config import settings
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.imports import NewImport, ReadImport
from chalicelib.repositories import imports as files
from chalicelib.repositories import photos as store
from chalicelib.repositories.errors import StoreUnavailable
from chalicelib.services import imports, intake
from tests.platform_files import as_csv, import_body, pinduoduo
from tests.world import World

OLD = "2020-01-01T00:00:00.000Z"


class Bucket(ThreadingHTTPServer):
    """holds: key -> bytes. away: every answer is a 500."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Object)
        self.holds: dict[str, bytes] = {}
        self.away = False


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
        content = self.server.holds.get(self.key)
        if content is None:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self._answer(200, content)

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            size, _, rest = content.partition(b"\r\n")
            content = rest[: int(re.split(b";", size)[0], 16)]
        self.server.holds[self.key] = content
        self._answer(200, b"")

    def do_DELETE(self) -> None:
        self.server.holds.pop(self.key, None)
        self._answer(204, b"")

    def _answer(self, status: int, body: bytes) -> None:
        if self.server.away:
            status, body = 500, b"<Error><Code>InternalError</Code></Error>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def bucket(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with Bucket() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        monkeypatch.setenv("SHANHUO_PHOTO_BUCKET", "files")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{running.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        settings.cache_clear()
        store.s3.cache_clear()
        yield running
        settings.cache_clear()
        store.s3.cache_clear()
        running.shutdown()
        thread.join()


def sent(call: Call, content: bytes) -> str:
    """Registered, and put where its link leads."""
    doc, link = imports.register(call, NewImport.model_validate(import_body(content)))
    assert "x-amz-checksum-sha256" in link.headers
    parts = urlsplit(link.url)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request(link.method, f"{parts.path}?{parts.query}", content, link.headers)
    assert connection.getresponse().status == 200
    connection.close()
    return doc.id


def test_from_the_link_to_the_last_object(world: World, bucket: Bucket) -> None:
    offer = world.offer()
    call = Call(Actor(id="s", role="seller", shop_id=world.shop_id), datetime.now(UTC))
    import_id = sent(call, as_csv(pinduoduo(3)))
    assert list(bucket.holds) == [f"imports/{import_id}.file"]
    item = {"title": "土鸡蛋 10枚", "sku": "10枚", "offer_id": offer["id"]}
    imports.read(call, import_id, ReadImport.model_validate({"items": [item]}))
    assert f"imports/{import_id}.file" not in bucket.holds
    assert not [one for one in bucket.holds.values() if "呈坎".encode() in one]
    bucket.away = True
    with pytest.raises(StoreUnavailable):
        intake.run(call, import_id)
    bucket.away = False
    assert intake.run(call, import_id).counts.created == 3
    assert list(bucket.holds) == [f"imports/{import_id}.refused"]
    assert files.sweep(call.now) == 1
    assert bucket.holds == {}


def test_other_bytes_than_were_registered_are_refused(world: World, bucket: Bucket) -> None:
    call = Call(Actor(id="s", role="seller", shop_id=world.shop_id), datetime.now(UTC))
    import_id = sent(call, b"orders")
    bucket.holds[f"imports/{import_id}.file"] = b"others"
    with pytest.raises(Refusal, match="file_differs"):
        imports.read(call, import_id, ReadImport())
    bucket.holds.clear()
    later = Call(call.actor, call.now + timedelta(hours=25))
    with pytest.raises(Refusal, match="file_gone"):
        imports.read(later, import_id, ReadImport())
