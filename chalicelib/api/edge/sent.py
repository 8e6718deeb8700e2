"""What a request brings: ids, headers, raw bodies and forms, each read or refused."""

import re
from datetime import datetime
from urllib.parse import parse_qsl, unquote

from chalice.app import Request
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.errors import Invalid, Refusal, not_found
from chalicelib.domain.fields import DeviceTime, canonical_id

from .bounds import MOST_FORM_FIELDS

JSON, BYTES = "application/json", "application/octet-stream"
FORM = "application/x-www-form-urlencoded"

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_INSTANT: TypeAdapter[datetime] = TypeAdapter(DeviceTime)


def path_param(name: str, text: str, method: str) -> str:
    """Ids in their one spelling. An id that cannot be one is unknown, or refused on a PUT."""
    text = unquote(text)
    if not name.endswith("_id"):
        return text
    try:
        return canonical_id(text)
    except ValueError:
        if method != "PUT":
            raise not_found(name.removesuffix("_id")) from None
        raise Invalid((name, "应为 UUID", "must be a UUID")) from None


def idempotency_key(request: Request) -> str | None:
    key: str | None = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise Invalid(
            (
                "Idempotency-Key",
                "应为 1 到 255 个可见 ASCII 字符",
                "must be 1 to 255 visible ASCII characters",
            )
        )
    return key


def device_time(request: Request) -> datetime | None:
    """What the phone's clock showed when it sent this."""
    given = request.headers.get("device-time")
    if given is None:
        return None
    try:
        return _INSTANT.validate_python(given)
    except ValidationError:
        raise Invalid(
            (
                "Device-Time",
                "应为时间，如 2026-02-24T12:00:00Z",
                "must be RFC 3339, e.g. 2026-02-24T12:00:00Z",
            )
        ) from None


def raw_body(request: Request, largest: int) -> bytes:
    raw = request.raw_body
    assert isinstance(raw, bytes)  # only an odd subclass of Request gives text
    if len(raw) > largest:
        raise Refusal("body_too_large", limit_bytes=largest)
    return raw


def check_kind(request: Request, raw: bytes, wanted: str) -> None:
    """Raise "unsupported_media_type" for another content type; without one it passes for right."""
    kind = request.headers.get("content-type", wanted).split(";")[0].strip()
    if kind.lower() != wanted and not (not raw and not kind):
        raise Refusal("unsupported_media_type", expected=wanted)


def form_fields(request: Request, raw: bytes) -> dict[str, str]:
    """The fields of a page's form; of a repeated one the last."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != FORM:
        raise Refusal("unsupported_media_type", expected=FORM)
    try:
        fields = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FORM_FIELDS)
        return dict(fields)
    except ValueError as error:
        raise Refusal("bad_request", reason="form") from error
