"""QR codes as SVG and PNG, drawn from the matrix without Pillow."""

import struct
import zlib
from functools import lru_cache
from itertools import groupby

from markupsafe import escape

_MASK = 2
"""One fixed mask: trying all eight costs eight times as much and a scanner does not care."""
_SCALE = 8
"""Pixels of a module in the PNG."""


@lru_cache(maxsize=256)
def matrix(url: str) -> tuple[tuple[bool, ...], ...]:
    """Dark modules, level M, with the quiet zone of 4 that ISO/IEC 18004 asks for."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=4, mask_pattern=_MASK)
    code.add_data(url)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


def qr_svg(url: str, *, side_mm: float | None = None, label: str = "QR") -> str:
    """One line drawn through each row of modules, on white; `side_mm` fixes its printed size."""
    rows = matrix(url)
    runs: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, modules in groupby(row):
            length = sum(1 for _ in modules)
            if is_dark:
                runs.append(f"M{x} {y}.5h{length}")
            x += length
    n = len(rows)
    size = f' width="{side_mm:g}mm" height="{side_mm:g}mm"' if side_mm else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n} {n}"{size} role="img" '
        f'aria-label="{escape(label)}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{n}v{n}H0z"/><path stroke="#000" d="{"".join(runs)}"/></svg>'
    )


def qr_png(url: str) -> bytes:
    """A PNG of 1-bit grey rows (RFC 2083): 8 pixels a module."""
    rows = matrix(url)
    side = len(rows) * _SCALE
    # A module is _SCALE = 8 pixels of 1 bit, so exactly one byte.
    data = b"".join((b"\0" + bytes(0 if dark else 255 for dark in row)) * _SCALE for row in rows)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(data, 9))
        + chunk(b"IEND", b"")
    )
