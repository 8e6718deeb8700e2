"""Settings, read once from the environment; without one the start fails with a clear sentence."""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

SECRET_BYTES = 32


class Refused(Exception):
    """The process cannot start; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between a laptop and a county.

    base_url: what QR codes point at, without a trailing slash. secret: the master secret that
    every other key is derived from. photo_bucket: S3 bucket; None keeps photos under `data`.
    payment_token: bearer token of the payment provider; None switches its access off.
    """

    stage: Literal["local", "production"]
    table: str
    endpoint: str | None
    region: str
    base_url: str
    data: Path
    secret: bytes
    photo_bucket: str | None
    payment_token: str | None
    pay_within: timedelta

    def key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, so that no two uses share one (HMAC-SHA-256)."""
        return hmac.new(self.secret, purpose.encode(), hashlib.sha256).digest()

    @property
    def secure(self) -> bool:
        """Cookies are marked Secure when buyers come by https."""
        return self.base_url.startswith("https://")


def _secret_of(text: str, where: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise Refused(f"{where} is not base64; put {SECRET_BYTES} random bytes there.") from error
    if len(secret) < SECRET_BYTES:
        raise Refused(f"{where} is shorter than {SECRET_BYTES} bytes; make a longer one.")
    return secret


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


def _secret(stage: str, data: Path) -> bytes:
    given = os.environ.get("SHANHUO_SECRET")
    sealed = os.environ.get("SHANHUO_SECRET_KMS")
    if given:
        return _secret_of(given, "SHANHUO_SECRET")
    if sealed:  # production: the data key, encrypted by KMS, travels in the environment
        import boto3

        answer = boto3.client("kms").decrypt(CiphertextBlob=base64.b64decode(sealed))
        plaintext: bytes = answer["Plaintext"]
        return plaintext
    if stage == "production":
        raise Refused(
            "Production needs SHANHUO_SECRET_KMS (a 32-byte data key encrypted by KMS, in base64)"
            " or SHANHUO_SECRET; set one and start again."
        )
    try:
        return _secret_of((data / "secret.key").read_text(), f"{data / 'secret.key'}")
    except FileNotFoundError as error:
        raise Refused("No secret yet: start with `make run`, or set SHANHUO_SECRET.") from error


@cache
def settings() -> Settings:
    """Read the environment. Raises Refused."""
    env = os.environ
    stage = env.get("SHANHUO_STAGE", "local")
    if stage not in {"local", "production"}:
        raise Refused(f"SHANHUO_STAGE is {stage!r}; set it to local or production.")
    data = Path(env.get("SHANHUO_DATA", "data"))
    base_url = env.get("SHANHUO_BASE_URL", "" if stage == "production" else "http://127.0.0.1:8000")
    if not base_url.startswith(("http://", "https://")):
        raise Refused("Set SHANHUO_BASE_URL to the address that QR codes shall point at.")
    if stage == "production" and not env.get("SHANHUO_PHOTO_BUCKET"):
        raise Refused("Production needs SHANHUO_PHOTO_BUCKET, the S3 bucket for photos.")
    minutes = env.get("SHANHUO_PAY_MINUTES", "30")
    if not minutes.isdigit() or not 1 <= int(minutes) <= 1440:
        raise Refused("SHANHUO_PAY_MINUTES is not a number of minutes from 1 to 1440.")
    return Settings(
        stage="production" if stage == "production" else "local",
        table=env.get("SHANHUO_TABLE", "shanhuo-table"),
        endpoint=env.get("DYNAMODB_ENDPOINT") or None,
        region=env.get("AWS_REGION", "cn-north-1"),
        base_url=base_url.rstrip("/"),
        data=data,
        secret=_secret(stage, data),
        photo_bucket=env.get("SHANHUO_PHOTO_BUCKET") or None,
        payment_token=env.get("SHANHUO_PAYMENT_TOKEN") or None,
        pay_within=timedelta(minutes=int(minutes)),
    )
