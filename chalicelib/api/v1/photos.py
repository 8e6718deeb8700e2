"""Photos: where to send them, and the local store's own upload and download."""

from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.fields import Model
from chalicelib.domain.photos import LARGEST_BYTES, NewPhoto, Photo
from chalicelib.repositories.photos import Link
from chalicelib.services import photos as service

from ..edge.queries import KeyQuery, Query
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class SignedQuery(Query):
    signature: Annotated[str, Field(max_length=100)] = ""


class UploadAnswer(Model):
    method: str
    url: str
    headers: dict[str, str]

    @classmethod
    def of(cls, link: Link) -> "UploadAnswer":
        return cls(method=link.method, url=link.url, headers=link.headers)


class PhotoAnswer(Model):
    photo_id: str
    upload: UploadAnswer

    @classmethod
    def of(cls, photo: Photo, link: Link) -> "PhotoAnswer":
        return cls(photo_id=photo.id, upload=UploadAnswer.of(link))


class OwnPhotoAnswer(Model):
    """`upload` is null once the bytes are here."""

    photo_id: str
    uploaded: bool
    upload: UploadAnswer | None


@routes.api(
    "POST",
    "/t/{code}/photos",
    "public",
    body=NewPhoto,
    answer=PhotoAnswer,
    status=201,
    query=KeyQuery,
    identify=False,
)
def register_for_parcel(edge: Edge, body: NewPhoto, code: str) -> PhotoAnswer:
    """Register a buyer's photo of a parcel; with the order's key there is room of its own"""
    key = edge.query.key
    return PhotoAnswer.of(*service.register_for_parcel(edge.call, code, body, edge.address, key))


@routes.api("POST", "/v1/photos", "photo:write", body=NewPhoto, answer=PhotoAnswer, status=201)
def register(edge: Edge, body: NewPhoto) -> PhotoAnswer:
    """Register a photo of an inspection or a packing"""
    return PhotoAnswer.of(*service.register(edge.call, body))


@routes.api("PUT", "/v1/photos/{photo_id}", "photo:write", body=NewPhoto, answer=OwnPhotoAnswer)
def put_photo(edge: Edge, body: NewPhoto, photo_id: str) -> tuple[OwnPhotoAnswer, bool]:
    """Register a photo under the phone's own id; ask again to learn whether it has come"""
    photo, link, is_new = service.put(edge.call, photo_id, body)
    upload = UploadAnswer.of(link) if link else None
    return OwnPhotoAnswer(photo_id=photo.id, uploaded=link is None, upload=upload), is_new


@routes.api(
    "PUT",
    "/photos/{photo_id}",
    "public",
    query=SignedQuery,
    identify=False,
    largest=LARGEST_BYTES,
    admits=service.admits,
)
def receive(edge: Edge, photo_id: str, raw: bytes) -> Response:
    """Send a photo to its upload link (local store; in production S3 takes it)"""
    service.receive(edge.call, photo_id, edge.query.signature, raw)
    return Response("", status_code=204)


@routes.api("GET", "/photos/{photo_id}", "public", query=SignedQuery, identify=False)
def send(edge: Edge, photo_id: str) -> Response:
    """A photo by its download link (local store)"""
    photo, content = service.content(edge.call, photo_id, edge.query.signature)
    return Response(content, headers={"Content-Type": photo.content_type})
