"""Personal data is sealed (AES-256-GCM) before it reaches the store."""

import base64
import hashlib
import hmac
import os
import uuid
from functools import cache
from typing import TYPE_CHECKING

from ..config import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
"""96 bits, as NIST SP 800-38D recommends for GCM."""

_TO_URL, _FROM_URL = str.maketrans("+/", "-_"), str.maketrans("-_", "+/")


@cache
def _box() -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(settings().key("seal"))


def seal(text: str, belongs_to: str) -> str:
    """`text`, readable again only with `belongs_to`, the key of the thing it is part of."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = _box().encrypt(nonce, text.encode(), belongs_to.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, belongs_to: str) -> str:
    """Raises cryptography.exceptions.InvalidTag for another key or another owner."""
    raw = base64.b64decode(sealed)
    return _box().decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], belongs_to.encode()).decode()


def seal_for_url(text: str, belongs_to: str) -> str:
    """As `seal`, in characters that a link and a cookie carry as they are."""
    return seal(text, belongs_to).translate(_TO_URL).rstrip("=")


def unseal_from_url(sealed: str, belongs_to: str) -> str | None:
    """None for anything but what `seal_for_url` gave for the same owner."""
    from cryptography.exceptions import InvalidTag

    padded = sealed.translate(_FROM_URL) + "=" * (-len(sealed) % 4)
    try:
        return unseal(padded, belongs_to)
    except (InvalidTag, ValueError):
        return None


def seal_bytes(content: bytes, belongs_to: str) -> bytes:
    """As `seal`, for what is large and not text."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _box().encrypt(nonce, content, belongs_to.encode())


def unseal_bytes(sealed: bytes, belongs_to: str) -> bytes:
    """Raises cryptography.exceptions.InvalidTag."""
    return _box().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to.encode())


def keyed_hash(purpose: str, *parts: str) -> bytes:
    """What cannot be guessed without the secret: phone hashes, access keys, request ids."""
    message = "\x1f".join(parts).encode()
    return hmac.new(settings().key(purpose), message, hashlib.sha256).digest()


def derived_id(purpose: str, *parts: str) -> str:
    """A UUID (version 8) that the same parts always give."""
    raw = bytearray(keyed_hash(purpose, *parts)[:16])
    raw[6] = (raw[6] & 0x0F) | 0x80
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def access_key(purpose: str, identity: str) -> str:
    """The unguessable key by which a buyer without an account opens what is theirs (130 bits)."""
    return base64.b32encode(keyed_hash(f"access {purpose}", identity)).decode()[:26].lower()
