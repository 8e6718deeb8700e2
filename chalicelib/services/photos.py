"""Photos: registered here, sent straight to the object store."""

import uuid
from datetime import datetime

from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.photos import NewPhoto, Photo
from chalicelib.repositories import limits, photos
from chalicelib.repositories.orders import opens_parcel
from chalicelib.repositories.parcels import load_unless_voided
from chalicelib.repositories.photos import Link
from chalicelib.repositories.reading import get, load_item
from chalicelib.repositories.tables import PhotoItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying

HOUR = 3600
MOST_OF_ONE_PARCEL = 30
MOST_FROM_ONE_ADDRESS = 120
MOST_OF_ONE_ACCOUNT = 600


def register_for_parcel(
    call: Call, typed_code: str, body: NewPhoto, address: str, key: str | None = None
) -> tuple[Photo, Link]:
    """A buyer's photo of a parcel, and where to send it.

    key: of its order; its buyer has room of their own, however many others sent with the box's
    code. Raises "not_found", "too_many".
    """
    parcel = load_unless_voided(typed_code)
    code = parcel.doc.code
    if key is not None:
        if not opens_parcel(parcel.doc, key):
            raise not_found("order")
        who = f"{code} order"
        limits.hit(call, "photo", who, most=MOST_OF_ONE_PARCEL, window=HOUR)
        return _register(call, code, body)
    limits.hit(call, "photo", code, most=MOST_OF_ONE_PARCEL, window=HOUR)
    here = limits.address_mark(address)
    limits.hit(call, "photo", here, most=MOST_FROM_ONE_ADDRESS, window=HOUR)
    return _register(call, code, body)


def register(call: Call, body: NewPhoto) -> tuple[Photo, Link]:
    """A cadre's or seller's photo. Raises "too_many"."""
    limits.hit(call, "photo", call.actor.id, most=MOST_OF_ONE_ACCOUNT, window=HOUR)
    return _register(call, call.actor.id, body)


@retrying
def put(call: Call, photo_id: str, body: NewPhoto) -> tuple[Photo, Link | None, bool]:
    """A photo under the id its phone gave it, where to send it, and whether it is new.

    Without a link the bytes are here. Raises "different_content", also when the id is somebody
    else's; "too_many".
    """
    item = get(PhotoItem, key_of("photo", photo_id))
    if item is not None:
        if not item.doc.is_of(body, call.actor.id):
            raise Refusal("different_content", id=photo_id)
        link = None if _has_come(call, item) else photos.upload_link(item.doc, call.now)
        return item.doc, link, False
    limits.hit(call, "photo", call.actor.id, most=MOST_OF_ONE_ACCOUNT, window=HOUR)
    return *_register(call, call.actor.id, body, photo_id), True


def _has_come(call: Call, item: PhotoItem) -> bool:
    """Remembered once it has, so that the object store is asked no more."""
    is_here = photos.has_come(item)
    if is_here and not item.uploaded_at:
        UnitOfWork(call).add(photos.seen(item, call.now)).commit()
    return is_here


def _register(
    call: Call, owner: str, body: NewPhoto, photo_id: str | None = None
) -> tuple[Photo, Link]:
    photo_id = photo_id or str(uuid.uuid4())
    photo = Photo(id=photo_id, owner=owner, created_at=call.now, **body.model_dump())
    UnitOfWork(call).create(PhotoItem.of(photo)).commit()
    return photo, photos.upload_link(photo, call.now)


def receive(call: Call, photo_id: str, signature: str, content: bytes) -> None:
    """Local store only: bytes sent to an upload link.

    Raises "link_expired", "not_a_picture", "photo_differs"; nothing is stored then.
    """
    item = _signed(call, "PUT", photo_id, signature)
    photos.receive(item.doc, content)
    UnitOfWork(call).add(photos.seen(item, call.now)).commit()


def content(call: Call, photo_id: str, signature: str) -> tuple[Photo, bytes]:
    """Local store only: a photo by its download link. Raises "link_expired", "not_found"."""
    item = _signed(call, "GET", photo_id, signature)
    data = photos.content(item.doc)
    if data is None:
        raise not_found("photo")
    return item.doc, data


def admits(photo_id: str, signature: str, now: datetime) -> None:
    """Before the bytes are read. Raises "link_expired"."""
    _check_link("PUT", photo_id, signature, now)


def _check_link(method: str, photo_id: str, signature: str, now: datetime) -> None:
    if not photos.signature_holds(method, photo_id, signature, now):
        raise Refusal("link_expired")


def _signed(call: Call, method: str, photo_id: str, signature: str) -> PhotoItem:
    _check_link(method, photo_id, signature, call.now)
    return load_item(PhotoItem, "photo", photo_id)


def of_inspection(call: Call, photo_id: str) -> str:
    """A download link for a photo that a passport shows. Raises "photo_on_its_way"."""
    item = load_item(PhotoItem, "photo", photo_id)
    if not _has_come(call, item):
        raise Refusal("photo_on_its_way")
    return photos.download_url(item.doc.id, call.now)
