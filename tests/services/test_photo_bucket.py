"""Photos in S3, of whose arrival nobody tells: asked for on a server that answers as S3 does."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.photos import NewPhoto
from chalicelib.repositories import photos as store
from chalicelib.repositories.errors import StoreUnavailable
from chalicelib.repositories.reading import get_many
from chalicelib.repositories.tables import key_of
from chalicelib.services import photos
from tests.bucket import Bucket, serving
from tests.world import PNG, new_id, photo_body


@pytest.fixture
def bucket(table: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving(monkeypatch) as running:
        yield running


def put(photo_id: str) -> bool:
    """Whether its bytes are there, as the phone is told."""
    call = Call(Actor(id="cadre", role="cadre"), datetime.now(UTC))
    _, link, _ = photos.put(call, photo_id, NewPhoto.model_validate(photo_body()))
    return link is None


@pytest.mark.parametrize("secretive", [False, True])
def test_the_bucket_is_asked_until_it_has_the_photo_and_then_no_more(
    bucket: Bucket, secretive: bool
) -> None:
    photo_id, bucket.secretive = new_id(), secretive
    assert [put(photo_id) for _ in range(3)] == [False] * 3
    assert bucket.asked == [photo_id] * 2, "a new one cannot be there"
    bucket.holds[photo_id] = PNG
    assert [put(photo_id) for _ in range(3)] == [True] * 3
    assert bucket.asked == [photo_id] * 3


def test_many_photos_are_asked_for_together(bucket: Bucket) -> None:
    ids = [new_id() for _ in range(9)]
    for photo_id in ids:
        put(photo_id)
    bucket.holds = dict.fromkeys(ids[:4], PNG)
    records = get_many(key_of("photo", photo_id) for photo_id in ids)
    assert store.waiting(records.values()) == set(ids[4:])
    assert sorted(bucket.asked) == sorted(ids)


def test_a_bucket_that_does_not_answer_is_no_missing_photo(bucket: Bucket) -> None:
    photo_id = new_id()
    put(photo_id)
    bucket.away = True
    with pytest.raises(StoreUnavailable):
        put(photo_id)
    bucket.away = False
    assert not put(photo_id)


def test_no_bucket_at_all_is_no_missing_photo(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_id = new_id()
    put(photo_id)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    store.s3.cache_clear()
    with pytest.raises(StoreUnavailable):
        put(photo_id)
