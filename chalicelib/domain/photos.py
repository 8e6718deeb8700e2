"""Photos: registered first, then sent to the object store by a signed URL."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from .claim_refusals import CLAIM_SENTENCES
from .errors import Refusal
from .fields import Body, Instant, Model

ContentType = Literal["image/jpeg", "image/png", "image/webp"]
_HEIC_TYPE = "image/hei"
"""image/heic, image/heif, and both -sequence."""
_HEIC_BRANDS = (
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"),
    *(b"mif1", b"msf1"),
)
"""Of its file type box (ISO/IEC 23008-12, 10)."""


def _no_heic(content_type: object) -> object:
    """Say what to do about a photo that an iPhone keeps so, instead of what types there are."""
    if isinstance(content_type, str) and content_type.startswith(_HEIC_TYPE):
        raise ValueError(*CLAIM_SENTENCES["photo_heic"])
    return content_type


LARGEST_BYTES = 5 * 1024 * 1024


class NewPhoto(Body):
    content_type: Annotated[ContentType, BeforeValidator(_no_heic)]
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


def check_content(head: bytes, content_type: ContentType) -> None:
    """Raise "photo_heic", "not_a_picture" unless a file is what it was registered as."""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        raise Refusal("photo_heic")
    if content_type_of(head) != content_type:
        raise Refusal("not_a_picture", content_type=content_type)
