"""The object store for photos: S3 in production, a folder locally, both by signed URL."""

import base64
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.config import settings
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import to_text
from chalicelib.domain.photos import Photo, check_content

from .errors import StoreUnavailable
from .items import Item
from .reading import at_once, get_many
from .sealing import is_signed, sign
from .tables import PhotoItem, key_of
from .transaction import Adjust

LINK_SECONDS = 900
"""How long a link works: a slow upload on 3G, not a link that is passed around."""
HEAD_BYTES = 16
ABSENT = frozenset({"NoSuchKey", "AccessDenied"})
"""How S3 says that there is no such object; the second to whoever may not list the bucket."""


@dataclass(frozen=True)
class Link:
    """How to send a photo: an HTTP method, where, and with which headers."""

    method: str
    url: str
    headers: dict[str, str]


@cache
def s3() -> Any:
    """Signs as a bucket with keys of its own asks for (SigV4), for the bucket's own host.

    As patient as the connection to the table: boto3 of itself would wait five minutes.
    """
    import boto3
    from botocore.config import Config

    how = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual"},
        connect_timeout=1,
        read_timeout=3,
        retries={"mode": "standard"},
    )
    return boto3.client("s3", region_name=settings().region, config=how)


@contextmanager
def object_store() -> Iterator[None]:
    """Raises StoreUnavailable for a folder or bucket that is full, locked or away."""
    try:
        yield
    except (OSError, ClientError, BotoCoreError) as error:
        raise StoreUnavailable("the store for photos and files does not answer") from error


def _path(photo: Photo) -> Path:
    return settings().data / "photos" / photo.id


def link_signature(method: str, photo_id: str, end: int) -> str:
    return f"{end}.{sign('photo link', f'{method} {photo_id} {end}')}"


def signature_holds(method: str, photo_id: str, signature: str, now: datetime) -> bool:
    """Whether a local link was signed by us for this method and photo, and is still in time."""
    end, _, proof = signature.partition(".")
    if not (end.isascii() and end.isdigit() and len(end) <= 12) or int(end) <= now.timestamp():
        return False
    return is_signed("photo link", f"{method} {photo_id} {int(end)}", proof)


def _local_url(method: str, photo_id: str, now: datetime) -> str:
    signature = link_signature(method, photo_id, int(now.timestamp()) + LINK_SECONDS)
    return f"/photos/{photo_id}?signature={signature}"


def origin() -> str | None:
    """Where browsers send photos, for the Content-Security-Policy; None: to this host itself."""
    bucket = settings().photo_bucket
    return None if bucket is None else _bucket_origin(bucket)


@cache
def _bucket_origin(bucket: str) -> str:
    """As the links have it: each partition of AWS has its own domain."""
    url = urlsplit(s3().generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "x"}))
    return f"{url.scheme}://{url.netloc}"


def upload_link(photo: Photo, now: datetime) -> Link:
    """In S3 the size and SHA-256 are part of what is signed, so other bytes are refused there."""
    headers: dict[str, str] = {"Content-Type": photo.content_type}
    bucket = settings().photo_bucket
    if bucket is None:
        return Link("PUT", _local_url("PUT", photo.id, now), headers)
    return bucket_link(bucket, photo.id, headers, size=photo.size, sha256=photo.sha256)


def bucket_link(bucket: str, name: str, headers: dict[str, str], *, size: int, sha256: str) -> Link:
    """A signed S3 link for one object of just this content."""
    checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
    url = s3().generate_presigned_url(
        "put_object",
        Params={
            "Bucket": bucket,
            "Key": name,
            "ContentType": headers["Content-Type"],
            "ContentLength": size,
            "ChecksumSHA256": checksum,
        },
        ExpiresIn=LINK_SECONDS,
    )
    return Link("PUT", url, headers | {"x-amz-checksum-sha256": checksum})


def download_url(photo_id: str, now: datetime) -> str:
    """Signed without a look at the photo, which costs nothing."""
    bucket = settings().photo_bucket
    if bucket is None:
        return _local_url("GET", photo_id, now)
    url: str = s3().generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": photo_id}, ExpiresIn=LINK_SECONDS
    )
    return url


def receive(photo: Photo, content: bytes) -> None:
    """Store a photo in the folder, once it is what was registered.

    Raises "photo_differs", "not_a_picture", "photo_heic", StoreUnavailable for a full disk.
    """
    if len(content) != photo.size or hashlib.sha256(content).hexdigest() != photo.sha256:
        raise Refusal("photo_differs")
    check_content(content[:HEAD_BYTES], photo.content_type)
    write(_path(photo), content)


def write(path: Path, content: bytes) -> None:
    """A whole file or none, also when two send the same. Raises StoreUnavailable."""
    new = path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}.new")
    with object_store():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            new.write_bytes(content)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def content(photo: Photo) -> bytes | None:
    """A photo of the folder, or None."""
    return read(_path(photo))


def read(path: Path) -> bytes | None:
    """A file, or None. Raises StoreUnavailable."""
    with object_store():
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


def _head(photo: Photo) -> bytes | None:
    """The first bytes of what was uploaded, or None."""
    bucket = settings().photo_bucket
    if bucket is None:
        stored = content(photo)
        return stored[:HEAD_BYTES] if stored is not None else None
    return bucket_object(bucket, photo.id, Range=f"bytes=0-{HEAD_BYTES - 1}")


def bucket_object(bucket: str, name: str, **how: str) -> bytes | None:
    """What is kept under a name, or None. Raises StoreUnavailable."""
    with object_store():
        try:
            content: bytes = s3().get_object(Bucket=bucket, Key=name, **how)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise
    return content


def has_come(item: PhotoItem) -> bool:
    """Whether its bytes are here: by what the item knows, else the object store is asked."""
    if item.uploaded_at:
        return True
    if settings().photo_bucket is None:
        return _path(item.doc).is_file()
    return _head(item.doc) is not None


def seen(item: PhotoItem, now: datetime) -> Adjust:
    """The write by which the item knows that its bytes are here, and since when."""
    return Adjust(item, [PhotoItem.uploaded_at.set(PhotoItem.uploaded_at | to_text(now))])


def waiting(items: Iterable[Item]) -> frozenset[str]:
    """The ids of the photos whose bytes are not here yet."""
    photos = [item for item in items if isinstance(item, PhotoItem)]
    come = at_once(has_come, photos)
    return frozenset(item.doc.id for item, is_here in zip(photos, come, strict=True) if not is_here)


def check(photo_ids: Iterable[str], *, owner: str) -> None:
    """Raise unless each photo is the owner's, was uploaded, and is a picture by its content.

    Raises "photo_unknown", "photo_not_uploaded", "not_a_picture", "photo_heic".
    """
    keys = [key_of("photo", photo_id) for photo_id in photo_ids]
    items = get_many(keys) if keys else {}
    for photo_id, key in zip(photo_ids, keys, strict=True):
        item = items.get(key)
        if not isinstance(item, PhotoItem) or item.doc.owner != owner:
            raise Refusal("photo_unknown", photo_id=photo_id)
        head = _head(item.doc)
        if head is None:
            raise Refusal("photo_not_uploaded", photo_id=photo_id)
        check_content(head, item.doc.content_type)


def links_of(photo_ids: Iterable[str], now: datetime) -> dict[str, tuple[str, int]]:
    """A download link and the size in bytes for each photo that is registered, by its id."""
    keys = [key_of("photo", photo_id) for photo_id in photo_ids]
    items = get_many(keys) if keys else {}
    return {
        item.doc.id: (download_url(item.doc.id, now), item.doc.size)
        for key in keys
        if isinstance(item := items.get(key), PhotoItem)
    }


def delete(photo_ids: Iterable[str]) -> None:
    """Remove the pictures themselves, there or not. Raises StoreUnavailable: ask again."""
    keys = [key_of("photo", photo_id) for photo_id in photo_ids]
    for item in (get_many(keys) if keys else {}).values():
        if isinstance(item, PhotoItem):
            bucket = settings().photo_bucket
            with object_store():
                if bucket is None:
                    _path(item.doc).unlink(missing_ok=True)
                else:
                    s3().delete_object(Bucket=bucket, Key=item.doc.id)
