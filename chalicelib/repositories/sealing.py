"""Personal data is sealed (AES-256-GCM) before it reaches the store.

What is sealed begins with the name of its key and a dot, so that a rotation of the keys leaves it
readable. Without a name it is of the first key: that is how it was before there were names.
"""

import base64
import hmac
import os
import re
import uuid
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.config import newer_ring, ring

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
"""96 bits, as NIST SP 800-38D recommends for GCM."""

_SEPARATOR = "\x1f"
_NAMED = re.compile(rb"([0-9a-f]{8})\.")
_FOR_URL = re.compile(r"(?:[0-9a-f]{8}\.)?[A-Za-z0-9_-]+")
_TO_URL, _FROM_URL = str.maketrans("+/", "-_"), str.maketrans("-_", "+/")


@cache
def _box(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _locked(content: bytes, belongs_to: str) -> tuple[str, bytes]:
    """The name of the newest key, and what it made of the content."""
    name, key = list(ring().named("seal").items())[-1]
    nonce = os.urandom(NONCE_BYTES)
    return name, nonce + _box(key).encrypt(nonce, content, belongs_to.encode())


def _opened(name: str, sealed: bytes, belongs_to: str) -> bytes:
    """Raises cryptography.exceptions.InvalidTag, also for a key that nobody knows."""
    from cryptography.exceptions import InvalidTag

    keys = ring().named("seal")
    if name and name not in keys:
        keys = newer_ring().named("seal")
    key = keys.get(name) if name else next(iter(keys.values()))
    if key is None:
        raise InvalidTag
    return _box(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to.encode())


def seal(text: str, belongs_to: str) -> str:
    """`text`, readable again only with `belongs_to`, the key of the thing it is part of."""
    name, sealed = _locked(text.encode(), belongs_to)
    return f"{name}.{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, belongs_to: str) -> str:
    """Raises cryptography.exceptions.InvalidTag for another key or another owner."""
    name, _, rest = sealed.rpartition(".")
    return _opened(name, base64.b64decode(rest), belongs_to).decode()


def seal_for_url(text: str, belongs_to: str) -> str:
    """As `seal`, in characters that a link and a cookie carry as they are."""
    return seal(text, belongs_to).translate(_TO_URL).rstrip("=")


def unseal_from_url(sealed: str, belongs_to: str) -> str | None:
    """None for anything but what `seal_for_url` gave for the same owner."""
    from cryptography.exceptions import InvalidTag

    if not _FOR_URL.fullmatch(sealed):  # b64decode passes over what is no letter of it
        return None
    text = sealed.translate(_FROM_URL)
    padded = text + "=" * (-len(text.rpartition(".")[2]) % 4)
    try:
        return unseal(padded, belongs_to)
    except (InvalidTag, ValueError):
        return None


def seal_bytes(content: bytes, belongs_to: str) -> bytes:
    """As `seal`, for what is large and not text."""
    name, sealed = _locked(content, belongs_to)
    return name.encode() + b"." + sealed


def unseal_bytes(sealed: bytes, belongs_to: str) -> bytes:
    """Raises cryptography.exceptions.InvalidTag."""
    named = _NAMED.match(sealed)
    name = named[1].decode() if named else ""
    return _opened(name, sealed[named.end() if named else 0 :], belongs_to)


def sign(purpose: str, text: str) -> str:
    """Proof for some hours that `text` is ours (160 bits)."""
    return _signature(ring().signing(purpose)[-1], text)


def is_signed(purpose: str, text: str, signature: str) -> bool:
    """Whether `sign` gave it, now or before the last rotation."""
    for known in (ring, newer_ring):
        if any(
            hmac.compare_digest(_signature(key, text).encode(), signature.encode())
            for key in known().signing(purpose)
        ):
            return True
    return False


def _signature(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()[:40]


def keyed_hash(purpose: str, *parts: str) -> bytes:
    """What cannot be guessed without the secret, and is the same for good: phone hashes, access
    keys, request ids.

    Other parts always give another hash. Where one holds the separator, which nothing that is kept
    does, each stands behind its length, under a key of its own.
    """
    message = _SEPARATOR.join(parts)
    if message.count(_SEPARATOR) >= len(parts):
        purpose, message = f"{purpose} by length", "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.digest(ring().lasting(purpose), message.encode(), "sha256")


def derived_id(purpose: str, *parts: str) -> str:
    """A UUID (version 8) that the same parts always give."""
    raw = bytearray(keyed_hash(purpose, *parts)[:16])
    raw[6] = (raw[6] & 0x0F) | 0x80
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def access_key(purpose: str, identity: str) -> str:
    """The unguessable key by which a buyer without an account opens what is theirs (130 bits)."""
    return base64.b32encode(keyed_hash(f"access {purpose}", identity)).decode()[:26].lower()
