"""Printed labels as a scanner meets them: the raster of a 203 dpi head, 8 dots a mm, in 1 bit."""

import io
import random
from collections.abc import Iterator

import zxingcpp
from PIL import Image
from playwright.sync_api import Page as Tab
from pyzbar import pyzbar

from chalicelib.pages.drawing.labels import A_SHEET, Paper

MM = 96 / 25.4
"""CSS pixels."""
DOTS = 203.2 / 96
"""Device pixels for each of them."""


def one_bit(shot: bytes) -> Image.Image:
    """A screenshot in black and white, as a head burns it: no grey, no dithering."""
    grey = Image.open(io.BytesIO(shot)).convert("L")
    return grey.point(lambda pixel: 255 if pixel > 127 else 0)


def worn(raster: Image.Image, share: float, seed: int) -> Image.Image:
    """With specks, as a dirty head and rough paper leave them: that share of the dots flipped."""
    chance = random.Random(seed)
    dots = bytearray(raster.tobytes())
    for at in chance.sample(range(len(dots)), int(share * len(dots))):
        dots[at] ^= 0xFF
    return Image.frombytes("L", raster.size, bytes(dots))


def read(raster: Image.Image) -> set[str]:
    """What zxing-cpp and pyzbar make of it, together; as it is, else at half size, as the server
    does (services/codes.py)."""
    return _read(raster) or _read(raster.reduce(2))


def _read(raster: Image.Image) -> set[str]:
    barcodes = zxingcpp.read_barcodes(
        raster, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return {barcode.text for barcode in barcodes} | {
        barcode.data.decode() for barcode in pyzbar.decode(raster)
    }


def rasters(tab: Tab, paper: Paper, labels: int) -> Iterator[Image.Image]:
    """Each label in black and white, in order; the tab has DOTS as its scale and prints."""
    # mm: of one place, from the corner of its sheet
    places = (
        [(0.0, 0.0, 60.0, 39.6)]
        if paper == "roll"
        else [(7.25 + at % 3 * 66.0, 12.9 + at // 3 * 33.9, 63.5, 33.9) for at in range(A_SHEET)]
    )
    if paper == "roll":
        sheet, together, sheets = (60.0, 39.6), 15, labels
    else:
        sheet, together, sheets = (210.0, 296.6), 1, -(-labels // A_SHEET)
    corner = tab.locator(".label" if paper == "roll" else ".sheet").first.bounding_box()
    assert corner is not None
    left = labels
    for start in range(0, sheets, together):
        n = min(together, sheets - start)
        clip = {
            "x": corner["x"],
            "y": corner["y"] + start * sheet[1] * MM,
            "width": sheet[0] * MM,
            "height": n * sheet[1] * MM,
        }
        shot = tab.screenshot(clip=clip, full_page=True)  # type: ignore[arg-type]
        black = one_bit(shot)
        for down in range(n):
            for x, y, width, height in places[:left]:
                top = down * sheet[1] + y
                mm = (x, top, x + width, top + height)
                yield black.crop(tuple(round(edge * 8) for edge in mm))  # type: ignore[arg-type]
                left -= 1
