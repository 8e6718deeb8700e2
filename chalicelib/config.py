"""Settings, read once from the environment; without one the start fails with a clear sentence."""

import base64
import hmac
import json
import os
import re
import secrets
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from chalicelib.wire.client import SECRETS_MANAGER, Wire
from chalicelib.wire.signing import credentials

SECRET_BYTES = 32
SIGNERS = 2
"""Whose signatures count: the newest key's, and that of the key before it for what it signed
before a rotation (sessions live for 12 hours, links for a quarter). So two rotations shut out
whoever got hold of a key, without making anything sealed unreadable."""
LONGEST_BASE_URL = 200
"""Characters: much longer ones make a QR code too fine for a label."""
_TOKEN = re.compile(r"[!-~]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
AGAIN_SECONDS = 60
"""How often at most the keys are read again, when something names a key that is not known."""


class CommandRefused(Exception):
    """The process cannot start; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between a laptop and a county.

    base_url: what QR codes point at, without a trailing slash. photo_bucket: S3 bucket; None keeps
    photos under `data`. release: what the logs name. wire: by whose client DynamoDB is asked.
    """

    stage: Literal["local", "production"]
    table: str
    endpoint: str | None
    region: str
    base_url: str
    data: Path
    photo_bucket: str | None
    pay_within: timedelta
    release: str
    wire: Literal["own", "botocore"]

    @property
    def secure(self) -> bool:
        """Cookies are marked Secure when buyers come by https."""
        return self.base_url.startswith("https://")


@dataclass(frozen=True)
class Ring:
    """The master secrets, oldest first, and what else is secret.

    The first makes what must never change: ids derived from a phone number, the keys in buyers'
    links. The last one seals and signs. Every one opens what it sealed, by its name.
    payment_token: bearer token of the payment provider; None switches its access off.
    """

    keys: tuple[bytes, ...]
    payment_token: str | None
    read_at: float

    def lasting(self, purpose: str) -> bytes:
        """The key for a purpose whose results are never made anew."""
        return _derived(self.keys[0], purpose)

    def signing(self, purpose: str) -> list[bytes]:
        """The keys whose signatures count, oldest first: the last one signs."""
        return [_derived(key, purpose) for key in self.keys[-SIGNERS:]]

    def named(self, purpose: str) -> dict[str, bytes]:
        """All keys for a purpose by their names, oldest first."""
        return {_derived(key, "name").hex()[:8]: _derived(key, purpose) for key in self.keys}


@lru_cache(64)
def _derived(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose, so that no two uses share a key (HMAC-SHA-256)."""
    return hmac.digest(secret, purpose.encode(), "sha256")


def _keys_of(text: str, where: str) -> tuple[bytes, ...]:
    """Keys in base64, oldest first, with white space between them."""
    try:
        keys = tuple(base64.b64decode(encoded, validate=True) for encoded in text.split())
    except ValueError as error:
        raise CommandRefused(
            f"{where} is not base64; put {SECRET_BYTES} random bytes there."
        ) from error
    if not keys or any(len(key) < SECRET_BYTES for key in keys):
        raise CommandRefused(f"{where} is shorter than {SECRET_BYTES} bytes; make a longer one.")
    return keys


def make_local_secret(folder: Path) -> None:
    """Create `secret.key` in the data folder once, mode 0600. OSError when it cannot be written."""
    path = folder / "secret.key"
    if path.exists():
        return
    text = base64.b64encode(secrets.token_bytes(SECRET_BYTES))
    new = folder / f"secret.key.{os.getpid()}"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


@cache
def ring() -> Ring:
    """The secrets, read once. Raises Refused.

    SHANHUO_SECRET_ID: a secret of AWS Secrets Manager, a JSON object of `keys` and, where there is
    one, `payment_token`. SHANHUO_SECRET: the keys themselves. Locally: secret.key.
    """
    env, chosen = os.environ, settings()
    token = env.get("SHANHUO_PAYMENT_TOKEN") or None
    if token and not _TOKEN.fullmatch(token):
        raise CommandRefused(
            "SHANHUO_PAYMENT_TOKEN is no bearer token: use visible ASCII, no spaces."
        )
    if secret_id := env.get("SHANHUO_SECRET_ID"):
        with closing(Wire(SECRETS_MANAGER, chosen.region, credentials())) as secrets_manager:
            answer = secrets_manager.call("GetSecretValue", {"SecretId": secret_id})
        secret = json.loads(answer["SecretString"])
        keys = _keys_of(secret["keys"], secret_id)
        return Ring(keys, secret.get("payment_token") or token, time.monotonic())
    if given := env.get("SHANHUO_SECRET"):
        return Ring(_keys_of(given, "SHANHUO_SECRET"), token, time.monotonic())
    if chosen.stage == "production":
        raise CommandRefused(
            "Production needs SHANHUO_SECRET_ID (a secret of AWS Secrets Manager)"
            " or SHANHUO_SECRET (32 random bytes in base64); set one and start again."
        )
    path = chosen.data / "secret.key"
    try:
        return Ring(_keys_of(path.read_text(), f"{path}"), token, time.monotonic())
    except FileNotFoundError as error:
        raise CommandRefused(
            "No secret yet: start with `make run`, or set SHANHUO_SECRET."
        ) from error


def newer_ring() -> Ring:
    """Read again, for what names a key that is not known: another process may know a newer one."""
    if time.monotonic() - ring().read_at > AGAIN_SECONDS:
        ring.cache_clear()
    return ring()


def _is_address(text: str) -> bool:
    """Whether it is http(s), a host and perhaps a port and a path, and nothing else."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        return False
    return (
        bool(url.hostname)
        and url.scheme in {"http", "https"}
        and port != 0
        and re.fullmatch(r"[!-~]+", text) is not None
        and not set('?#@"<>\\^`{|}') & set(text)
    )


@cache
def settings() -> Settings:
    """Read the environment. Raises Refused."""
    env = os.environ
    stage = env.get("SHANHUO_STAGE", "local")
    if stage not in {"local", "production"}:
        raise CommandRefused(f"SHANHUO_STAGE is {stage!r}; set it to local or production.")
    data = Path(env.get("SHANHUO_DATA") or "data")
    base_url = env.get("SHANHUO_BASE_URL", "" if stage == "production" else "http://127.0.0.1:8000")
    if not _is_address(base_url) or len(base_url) > LONGEST_BASE_URL:
        raise CommandRefused(
            "Set SHANHUO_BASE_URL to the address that QR codes shall point at: http:// or https://,"
            f" a host, {LONGEST_BASE_URL} characters at most."
        )
    endpoint, bucket = env.get("DYNAMODB_ENDPOINT"), env.get("SHANHUO_PHOTO_BUCKET")
    if endpoint and not _is_address(endpoint):
        raise CommandRefused(
            f"DYNAMODB_ENDPOINT is {endpoint!r}; set it to an address like http://127.0.0.1:8001,"
            " or unset it."
        )
    if bucket and not _BUCKET.fullmatch(bucket):
        raise CommandRefused(
            f"SHANHUO_PHOTO_BUCKET is {bucket!r}, which is no name of an S3 bucket."
        )
    if stage == "production" and not bucket:
        raise CommandRefused("Production needs SHANHUO_PHOTO_BUCKET, the S3 bucket for photos.")
    minutes = env.get("SHANHUO_PAY_MINUTES", "30")
    if not re.fullmatch("[0-9]{1,4}", minutes) or not 1 <= int(minutes) <= 1440:
        raise CommandRefused("SHANHUO_PAY_MINUTES is not a number of minutes from 1 to 1440.")
    wire = env.get("SHANHUO_WIRE", "own")
    if wire not in {"own", "botocore"}:
        raise CommandRefused(f"SHANHUO_WIRE is {wire!r}; set it to own or botocore.")
    return Settings(
        stage="production" if stage == "production" else "local",
        table=env.get("SHANHUO_TABLE", "shanhuo-table"),
        endpoint=endpoint or None,
        region=env.get("AWS_REGION", "cn-north-1"),
        base_url=base_url.rstrip("/"),
        data=data,
        photo_bucket=bucket or None,
        pay_within=timedelta(minutes=int(minutes)),
        release=env.get("SHANHUO_RELEASE", "local"),
        wire="own" if wire == "own" else "botocore",
    )
