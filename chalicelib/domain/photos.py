"""Photos: registered first, then sent to the object store by a signed URL."""

from typing import Annotated, Literal

from pydantic import Field

from .fields import Body, Instant, Model

ContentType = Literal["image/jpeg", "image/png", "image/webp"]
LARGEST_BYTES = 5 * 1024 * 1024


class NewPhoto(Body):
    content_type: ContentType
    size: Annotated[int, Field(ge=16, le=LARGEST_BYTES)]
    """In bytes."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Photo(Model):
    """owner: a parcel's code, or the id of the account that took it."""

    id: str
    owner: str
    content_type: ContentType
    size: int
    sha256: str
    created_at: Instant

    def is_of(self, body: NewPhoto, owner: str) -> bool:
        """Whether the same account registers the same picture again."""
        return self.owner == owner and all(getattr(self, name) == value for name, value in body)


def content_type_of(head: bytes) -> ContentType | None:
    """What a file is by its first 16 bytes, never by its name. None: none of the three."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None
