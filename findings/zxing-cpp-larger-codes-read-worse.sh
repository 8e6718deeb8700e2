#!/usr/bin/env bash
# Package: zxing-cpp 3.1.1 (codes made by qrcode 8.2, specks by numpy 2.4.6).
# One would guess: the larger a QR code is printed and scanned, the more dirt it bears.
# What happens: with one dot in a hundred flipped, as a worn thermal head or a cheap scanner does, it
#   reads most codes of 2 dots a module and nearly none of 8; the same 8-dot pictures at half the size
#   are all read.
# Who is hurt: whoever photographs a parcel's code from near, and whoever tests labels at a high
#   resolution and takes the reader's word. A second try at half size belongs into reading.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check zxing-cpp==3.1.1 qrcode==8.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
import qrcode
import zxingcpp

CODES = 20
code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
code.add_data("https://shop.example.org/t/K7Q2M9XW4B3CT")
code.make(fit=True)
modules = np.array(code.get_matrix(), dtype=bool)


def picture(dots: int, seed: int) -> np.ndarray:
    black = np.kron(modules, np.ones((dots, dots), dtype=bool))
    black ^= np.random.default_rng(seed).random(black.shape) < 0.01
    return np.where(black, 0, 255).astype(np.uint8)


def halved(grey: np.ndarray) -> np.ndarray:
    side = grey.shape[0] // 2
    return grey.reshape(side, 2, side, 2).mean((1, 3)).astype(np.uint8)


def read(pictures: list[np.ndarray]) -> int:
    return sum(bool(zxingcpp.read_barcodes(np.ascontiguousarray(grey))) for grey in pictures)


print("zxing-cpp", version("zxing-cpp"))
small, large = ([picture(dots, seed) for seed in range(CODES)] for dots in (2, 8))
of_small, of_large, of_halved = read(small), read(large), read([halved(grey) for grey in large])
print(f"2 dots a module: {of_small} of {CODES} are read")
print(f"8 dots a module: {of_large} of {CODES} are read")
print(f"8 dots a module, at half the size: {of_halved} of {CODES} are read")
assert of_large <= 4 < 12 <= of_small and of_halved >= 18, "it behaves differently now"
PYTHON
