"""Reading a code from a picture, for phones whose browser cannot."""

from collections.abc import Iterator

from chalicelib.config import settings
from chalicelib.domain.access import Call
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.repositories import limits
from chalicelib.repositories.sealing import keyed_hash

SMALLEST = 42
"""Pixels of a side: two for each module of the smallest QR code."""


MOST_PICTURES, HOUR = 60, 3600
"""That one address may have read in an hour: a family at a table, whose tries fail as well."""


def read_for_anybody(call: Call, grey: bytes, width: int, height: int, address: str) -> str:
    """The same for whoever has no account. Raises "too_many" as well."""
    who = keyed_hash("codes", address).hex()[:32]
    limits.hit(call, "codes", who, most=MOST_PICTURES, window=HOUR)
    return read(grey, width, height)


def read(grey: bytes, width: int, height: int) -> str:
    """What the QR code in a picture says; of several, one that leads here comes first.

    grey: one byte a pixel, row by row, black 0. Raises "no_code", Invalid. A code with specks, as a
    worn head prints it, is found at half size, where each speck is averaged with what is around it.
    The work is bounded by the picture's size alone: 6 ms for a megapixel of noise, 0.3 s for one
    full of false corners, and a third of that once more at half size.
    """
    if len(grey) != width * height:
        raise Invalid(
            (
                "body",
                f"应有 {width * height} 字节（width × height），收到 {len(grey)} 字节",
                f"must have {width * height} bytes (width x height), not {len(grey)}",
            )
        )
    from zxingcpp import BarcodeFormat, BarcodeFormats, TextMode, read_barcodes

    only_qr = BarcodeFormats(BarcodeFormat.QRCode)
    for pixels, across, down in _sizes(grey, width, height):
        picture = memoryview(pixels).cast("B", (down, across))
        barcodes = read_barcodes(picture, formats=only_qr, text_mode=TextMode.Plain)
        if texts := [barcode.text for barcode in barcodes if barcode.text]:
            return max(texts, key=lambda text: text.startswith(settings().base_url))
    raise Refusal("no_code")


def _sizes(grey: bytes, width: int, height: int) -> Iterator[tuple[bytes, int, int]]:
    """The picture as it is, then at half its size."""
    yield grey, width, height
    across, down = width // 2, height // 2
    if min(across, down) >= SMALLEST:
        rows = [grey[at * width : at * width + 2 * across] for at in range(2 * down)]
        lower = _mean(b"".join(rows[::2]), b"".join(rows[1::2]))
        yield _mean(lower[::2], lower[1::2]), across, down


def _mean(some: bytes, others: bytes) -> bytes:
    """Of each two bytes, rounded down: as one long number, since Lambda has no numpy and a loop
    over a megapixel takes a quarter of a second."""
    a, b = int.from_bytes(some, "big"), int.from_bytes(others, "big")
    halves = (a ^ b) & int.from_bytes(b"\xfe" * len(some), "big")
    return ((a & b) + (halves >> 1)).to_bytes(len(some), "big")
