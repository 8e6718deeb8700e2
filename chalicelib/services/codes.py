"""Reading a code from a picture, for phones whose browser cannot."""

from ..config import settings
from ..domain.errors import Refusal


def read(grey: bytes, width: int, height: int) -> str:
    """What the QR code in a picture says; of several, one that leads here comes first.

    grey: one byte a pixel, row by row, black 0. Raises "no_code". The work is bounded by the
    picture's size alone: 6 ms for a megapixel of noise, 0.3 s for one full of false corners.
    """
    from zxingcpp import BarcodeFormat, BarcodeFormats, TextMode, read_barcodes

    picture = memoryview(grey).cast("B", (height, width))
    only_qr = BarcodeFormats(BarcodeFormat.QRCode)
    found = read_barcodes(picture, formats=only_qr, text_mode=TextMode.Plain)
    texts = [one.text for one in found if one.text]
    if not texts:
        raise Refusal("no_code")
    return max(texts, key=lambda text: text.startswith(settings().base_url))
