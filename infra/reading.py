"""One HTTP request from a stream, strictly: what can be read in two ways is refused.

h11 reads the head by the grammar of RFC 9112. What it lets pass, as old clients send it (line ends
without CR, folded lines, a length beside chunks or twice), is refused before or after it.
"""

import re
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Final
from urllib.parse import urlsplit

import h11

from chalicelib.domain.errors import Refusal

REQUEST_LINE_LIMIT: Final = 65_536
FIELDS_LIMIT: Final = 65_536
"""Bytes of all header lines together."""
FIELDS_COUNT: Final = 100
CHUNK_LINE_LIMIT: Final = 1_024
TRAILERS_COUNT: Final = 32
VERSIONS: Final = {b"1.0", b"1.1"}

_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
_FIRST_LINE = re.compile(rb"[ -~]+\r\n")
_FIELD_LINE = re.compile(rb"[!-~][\t -~\x80-\xff]*\r\n")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t -~]*)?\r\n")
_LENGTH = re.compile(r"[0-9]+")
_HOST = re.compile(r"[A-Za-z0-9.:_~%!$&'()*+;=\[\]-]*")


@dataclass(frozen=True)
class Head:
    """fields: headers with lower-case names, repeated ones joined. length: of the body in bytes;
    None: it comes in chunks. persistent: another request may follow. expects: the client waits for
    a word before it sends the body."""

    method: str
    target: str
    fields: dict[str, str]
    length: int | None
    persistent: bool
    expects: bool


def head(stream: BufferedIOBase, first: bytes) -> Head:
    """first: the request line, as it was read.

    Raises Refusal for what is no request, ConnectionError where the client went away.
    """
    # curl sends Chinese as it is typed
    first = _NOT_ASCII.sub(lambda match: b"%%%02X" % match[0][0], first)
    if len(first) > REQUEST_LINE_LIMIT or not _FIRST_LINE.fullmatch(first):
        raise bad("request line")
    lines = _field_lines(stream)
    reader = h11.Connection(h11.SERVER, max_incomplete_event_size=len(first) + FIELDS_LIMIT)
    reader.receive_data(b"".join((first, *lines, b"\r\n")))
    try:
        request = reader.next_event()
    except h11.RemoteProtocolError as error:
        raise bad(str(error)) from None
    if not isinstance(request, h11.Request) or request.http_version not in VERSIONS:
        raise bad("HTTP version")
    fields: dict[str, str] = {}
    for raw_name, raw_value in request.headers:
        name, value = raw_name.decode("ascii"), raw_value.decode("latin-1")
        joint = "; " if name == "cookie" else ", "
        fields[name] = f"{fields[name]}{joint}{value}" if name in fields else value
    if not _HOST.fullmatch(fields.get("host", "")):
        raise bad("Host")
    old = request.http_version == b"1.0"
    wishes = {wish.strip().lower() for wish in fields.get("connection", "").split(",")}
    return Head(
        method=request.method.decode("ascii"),
        target=_target(request.target.decode("ascii"), fields),
        fields=fields,
        length=_length(fields, lines, old),
        persistent="close" not in wishes and (not old or "keep-alive" in wishes),
        expects=not old and fields.get("expect", "").lower() == "100-continue",
    )


def body(stream: BufferedIOBase, length: int | None, limit: int) -> bytes:
    """Raises Refusal ("body_too_large": no more than `limit` bytes are read), ConnectionError."""
    if length is not None:
        if length > limit:
            raise Refusal("body_too_large", limit_bytes=limit)
        return _exactly(stream, length)
    content = bytearray()
    while size := _chunk_size(stream):
        if len(content) + size > limit:
            raise Refusal("body_too_large", limit_bytes=limit)
        content += _exactly(stream, size)
        if _exactly(stream, 2) != b"\r\n":
            raise bad("chunk")
    for _ in range(TRAILERS_COUNT):
        line = _line(stream, CHUNK_LINE_LIMIT, "trailer")
        if line == b"\r\n":
            return bytes(content)
        if not _FIELD_LINE.fullmatch(line) or b":" not in line:
            raise bad("trailer")
    raise bad("trailers")


def bad(reason: str) -> Refusal:
    return Refusal("bad_request", reason=reason)


def _field_lines(stream: BufferedIOBase) -> list[bytes]:
    lines: list[bytes] = []
    left = FIELDS_LIMIT
    while (line := _line(stream, left, "headers")) != b"\r\n":
        left -= len(line)
        lines.append(line)
        if not _FIELD_LINE.fullmatch(line):
            raise bad("header line")
        if len(lines) > FIELDS_COUNT:
            raise bad("headers")
    return lines


def _target(target: str, fields: dict[str, str]) -> str:
    """The path and query. A proxy's form names the host too, which then counts (RFC 9112 3.2.2)."""
    if "#" in target:
        raise bad("request target")
    if target.startswith("/") or target == "*":
        return target
    try:
        url = urlsplit(target)
    except ValueError:
        raise bad("request target") from None
    if url.scheme.lower() not in {"http", "https"} or not url.netloc or "@" in url.netloc:
        raise bad("request target")
    if not _HOST.fullmatch(url.netloc):
        raise bad("Host")
    fields["host"] = url.netloc
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _length(fields: dict[str, str], lines: list[bytes], old: bool) -> int | None:
    given = sum(
        line.count(b",") + 1 for line in lines if line.lower().startswith(b"content-length:")
    )
    if "transfer-encoding" in fields:
        if given or old:
            raise bad("Transfer-Encoding")
        return None
    text = fields.get("content-length", "0")
    if given > 1 or not _LENGTH.fullmatch(text):
        raise bad("Content-Length")
    return int(text)


def _chunk_size(stream: BufferedIOBase) -> int:
    match = _CHUNK_LINE.fullmatch(_line(stream, CHUNK_LINE_LIMIT, "chunk line"))
    if match is None:
        raise bad("chunk size")
    return int(match[1], 16)


def _line(stream: BufferedIOBase, limit: int, what: str) -> bytes:
    """With its end. Raises Refusal when it is longer, ConnectionError where none comes."""
    line = stream.readline(limit + 1)
    if len(line) > limit:
        raise bad(what)
    if not line.endswith(b"\n"):
        raise ConnectionAbortedError
    return line


def _exactly(stream: BufferedIOBase, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise ConnectionAbortedError
    return data
