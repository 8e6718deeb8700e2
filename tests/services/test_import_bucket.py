"""Imports whose files lie in S3, on a server that answers as S3 does."""

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.imports import NewImport, ReadImport
from chalicelib.repositories import imports as files
from chalicelib.repositories.errors import StoreUnavailable
from chalicelib.services import import_runs, imports
from tests.bucket import Bucket, serving
from tests.platform_files import as_csv, import_body, pinduoduo
from tests.world import World


@pytest.fixture
def bucket(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving(monkeypatch) as running:
        yield running


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
    assert not [content for content in bucket.holds.values() if "呈坎".encode() in content]
    bucket.away = True
    with pytest.raises(StoreUnavailable):
        import_runs.run(call, import_id)
    bucket.away = False
    assert import_runs.run(call, import_id).counts.created == 3
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
