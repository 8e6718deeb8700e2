"""The store for photos is away: full, locked, failing, silent or gone.

What needs no photo goes on; what needs one is told to come back, with nothing half done.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import pytest

from chalicelib.config import settings
from chalicelib.repositories import photos
from chalicelib.repositories.tables import ComplaintItem, InspectionItem
from tests.books import Books
from tests.bucket import Bucket, serving
from tests.platform_files import as_csv, import_body, taobao
from tests.services.test_faults import LONGEST_ANSWER, told_to_come_back
from tests.world import PNG, Json, World, inspection_body, new_id, ok, photo_body

Away = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving(monkeypatch) as running:
        yield running


@pytest.fixture(params=["locked folder", "failing bucket", "no bucket"])
def away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Away:
    """Something that makes the store go away for a while, made for this world."""
    kind: str = request.param
    if kind == "locked folder":
        return locked
    bucket: Bucket = request.getfixturevalue("bucket")

    @contextmanager
    def gone() -> Iterator[None]:
        with monkeypatch.context() as patch:
            if kind == "no bucket":
                patch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
                photos.s3.cache_clear()
            bucket.away = kind == "failing bucket"
            yield
        bucket.away = False
        photos.s3.cache_clear()

    return gone


@contextmanager
def locked(name: str = "photos") -> Iterator[None]:
    """A file where the folder should be: root is not stopped by permissions."""
    folder = settings().data / name
    kept = folder.with_name(f"{name}.kept")
    if folder.exists():
        folder.rename(kept)
    folder.touch()
    yield
    folder.unlink()
    if kept.exists():
        kept.rename(folder)


def photo_of(world: World, code: str, bucket: Bucket | None) -> str:
    if bucket is None:
        return world.photo(code)
    answer = ok(world.nobody.post(f"/t/{code}/photos", photo_body()), 201)
    photo_id: str = answer["photo_id"]
    bucket.holds[photo_id] = PNG
    return photo_id


@pytest.fixture
def parcel(world: World) -> Json:
    return world.delivered(world.parcel())


@pytest.fixture
def photo(request: pytest.FixtureRequest, world: World, parcel: Json, away: Away) -> str:
    """Of the parcel, with its bytes in the store."""
    bucket = None if away is locked else request.getfixturevalue("bucket")
    return photo_of(world, parcel["code"], bucket)


def test_a_complaint_with_photos_waits_and_one_without_goes_on(
    world: World, parcel: Json, photo: str, away: Away
) -> None:
    path, body, key = f"/t/{parcel['code']}/complaints", {"reason": "rotten"}, new_id()
    with away():
        told_to_come_back(world.nobody.post(path, body | {"photos": [photo]}, key))
        assert not Books.read().all(ComplaintItem)
        other = world.delivered(world.parcel())
        complaint = world.complain(other)
        world.settle(complaint, refund_fen=300)
        assert world.trace(parcel["code"])["state"] == "normal"
    ok(world.nobody.post(path, body | {"photos": [photo]}, key), 201)
    Books.read().check()


def test_a_silent_bucket_is_given_up_while_the_buyer_still_waits(
    world: World, bucket: Bucket, parcel: Json
) -> None:
    photo_id = photo_of(world, parcel["code"], bucket)
    path, body = f"/t/{parcel['code']}/complaints", {"reason": "rotten", "photos": [photo_id]}
    bucket.silent = True
    bucket.asked.clear()
    told_to_come_back(world.nobody.post(path, body))
    pauses = 1  # 0.05 s and 0.1 s at most; a whole second is generous
    assert len(bucket.asked) * photos.s3().meta.config.read_timeout + pauses < LONGEST_ANSWER


def test_an_inspection_with_photos_waits_and_one_without_goes_on(world: World, away: Away) -> None:
    batch, photo_id = world.batch(), new_id()
    ok(world.cadre.put(f"/v1/photos/{photo_id}", photo_body()), 201)
    path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
    body = inspection_body(photos=[photo_id])
    with away():
        if away is not locked:  # a photo on its way is none that the folder should have
            told_to_come_back(world.cadre.put(path, body))
            assert not Books.read().all(InspectionItem)
        world.inspect(batch)
        world.certify(batch)
    ok(world.cadre.put(path, body), 201)
    Books.read().check()


def test_an_erasure_is_not_over_before_the_pictures_are_gone(
    request: pytest.FixtureRequest, world: World, parcel: Json, photo: str, away: Away
) -> None:
    world.complain(parcel, photos=[photo], description="坏了")
    path = f"/v1/customers/{world.customer()['id']}"
    with away():
        told_to_come_back(world.county.delete(path))
    assert world.county.delete(path).ok
    if away is locked:
        assert not (settings().data / "photos" / photo).exists()
    else:
        assert photo not in request.getfixturevalue("bucket").holds
    assert Books.read().all(ComplaintItem)[0].doc.photos == ()


def test_a_photo_or_file_that_cannot_be_kept_is_sent_again(world: World, parcel: Json) -> None:
    photo = ok(world.nobody.post(f"/t/{parcel['code']}/photos", photo_body()), 201)
    content = as_csv(taobao(2))
    file = ok(world.seller.post("/v1/imports", import_body(content)), 201)
    for answer, data, gone in ((photo, PNG, "photos"), (file, content, "imports")):
        upload = answer["upload"]
        send = partial(world.nobody.call, "PUT", upload["url"], data=data)
        with locked(gone):
            told_to_come_back(send(headers=upload["headers"]))
        assert send(headers=upload["headers"]).status_code == 204
