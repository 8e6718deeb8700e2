"""A photo is what its bytes say."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.photos import LARGEST_BYTES, NewPhoto, content_type_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\xff\xd8\xff\xe1\x00\x10Exif", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"GIF89a", None),
        (b"<svg xmlns=", None),
        (b"%PDF-1.7", None),
        (b"MZ\x90\x00", None),
        (b"<!doctype html>", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_kind(head: bytes, kind: str | None) -> None:
    assert content_type_of(head) == kind


@pytest.mark.parametrize(
    "wrong",
    [
        {"content_type": "image/gif"},
        {"content_type": "image/svg+xml"},
        {"size": 0},
        {"size": LARGEST_BYTES + 1},
        {"sha256": "x" * 64},
        {"sha256": "A" * 64},
        {"sha256": "a" * 63},
        {"sha256": "a" * 64 + "\n"},
    ],
)
def test_what_cannot_be_a_photo_is_not_registered(wrong: dict[str, Any]) -> None:
    right = {"content_type": "image/png", "size": 100, "sha256": "a" * 64}
    NewPhoto.model_validate(right)
    with pytest.raises(ValidationError):
        NewPhoto.model_validate(right | wrong)
