"""A code read from a phone's picture: found where there is one, refused where there is none."""

import random
import subprocess
import sys
from contextlib import suppress

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from chalicelib.api.v1.codes import CodeAnswer
from chalicelib.config import settings as house
from chalicelib.domain.codes import ALPHABET, LENGTH, check_character, new_code
from chalicelib.domain.errors import Refusal
from chalicelib.services import codes
from tests.world import Client, World, ok, refused

BYTES = "application/octet-stream"


def drawn(content: str | bytes, scale: int = 4) -> Image.Image:
    """Not by pages/drawing/qr.py, so that another hand draws what ours reads."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(content)
    rows = code.get_matrix()
    picture = Image.new("L", (len(rows), len(rows)), 255)
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    return picture.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST)


def on_a_box(*pictures: Image.Image, turned: int = 0) -> Image.Image:
    """Grey, side by side, turned and a little out of focus."""
    box = Image.new("L", (800, 480), 150)
    for place, picture in enumerate(pictures):
        box.paste(picture, (180 + 220 * place, 120))
    return box.rotate(turned, fillcolor=150).filter(ImageFilter.GaussianBlur(1))


def trace_url() -> str:
    return f"{house().base_url}/t/{new_code()}"


def post(by: Client, query: str, raw: bytes, **headers: str) -> requests.Response:
    kinds = {"Content-Type": BYTES, **headers}
    return by.call("POST", f"/v1/codes?{query}", data=raw, headers=kinds)


def shown(by: Client, picture: Image.Image) -> requests.Response:
    width, height = picture.size
    return post(by, f"width={width}&height={height}", picture.tobytes())


@pytest.mark.parametrize("turned", [0, 20, 90, 135, 180])
def test_a_code_on_a_box_is_read_however_the_phone_is_held(turned: int, shared: World) -> None:
    url = trace_url()
    picture = on_a_box(drawn(url), turned=turned)
    for by in (shared.cadre, shared.county, shared.seller):
        assert ok(shown(by, picture), 200) == {"text": url}


@pytest.mark.parametrize("ours_first", [True, False])
def test_of_two_codes_the_one_that_leads_here_is_told(ours_first: bool, shared: World) -> None:
    """The carrier's label has one as well."""
    url = trace_url()
    both = [drawn(url), drawn("https://carrier.example/SF0001")]
    picture = on_a_box(*(both if ours_first else both[::-1]))
    assert ok(shown(shared.cadre, picture), 200) == {"text": url}


def with_specks(picture: Image.Image, share: float, seed: int) -> Image.Image:
    """Black where it was white and white where it was black, in that share of its pixels."""
    chance = random.Random(seed)
    dots = bytearray(picture.tobytes())
    for at in chance.sample(range(len(dots)), int(share * len(dots))):
        dots[at] ^= 0xFF
    return Image.frombytes("L", picture.size, bytes(dots))


@pytest.mark.parametrize("scale", [4, 6, 8])
@pytest.mark.parametrize("share", [0.01, 0.03])
def test_a_code_with_specks_is_read(scale: int, share: float, shared: World) -> None:
    """At its full size zxing-cpp finds none of those of eight pixels a module. The same codes each
    time, as of all that there are specks may spoil one."""
    for seed in range(10):
        body = "".join(random.Random(seed).choices(ALPHABET, k=LENGTH - 1))
        url = f"http://127.0.0.1:54321/t/{body}{check_character(body)}"
        specks = with_specks(drawn(url, scale), share, seed)
        assert ok(shown(shared.cadre, specks), 200) == {"text": url}, seed


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), max_size=300))
def test_the_mean_of_two_pictures_is_that_of_each_pixel(pixels: list[tuple[int, int]]) -> None:
    some, others = (bytes(pair[at] for pair in pixels) for at in (0, 1))
    assert list(codes._mean(some, others)) == [(a + b) // 2 for a, b in pixels]


def test_any_other_code_is_told_as_it_is(shared: World) -> None:
    for text in ("批次 A-1", "https://example.org/?a=b&c=d", "０１２", "]C1(01)95200002"):
        assert ok(shown(shared.cadre, drawn(text)), 200) == {"text": text}


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "靠近、对正后再拍"), ("en", "QR code")])
def test_a_picture_without_a_code_is_refused(language: str, words: str, shared: World) -> None:
    raw = on_a_box().tobytes()
    answer = post(shared.cadre, "width=800&height=480", raw, **{"Accept-Language": language})
    assert words in refused(answer, 422, "no_code")["detail"]


@pytest.mark.parametrize(
    ("query", "size", "field"),
    [
        ("", 4, "width"),
        ("width=2", 4, "height"),
        ("width=0&height=0", 0, "width"),
        ("width=-2&height=-2", 4, "width"),
        ("width=1601&height=1", 1601, "width"),
        ("width=1&height=1601", 1601, "height"),
        ("width=2&height=2", 3, "body"),
        ("width=2&height=2", 5, "body"),
        ("width=2&height=2", 0, "body"),
        ("width=x&height=2", 4, "width"),
        ("width=2.5&height=2", 5, "width"),
    ],
)
def test_the_body_has_a_byte_for_each_pixel(
    query: str, size: int, field: str, shared: World
) -> None:
    refusal = refused(post(shared.cadre, query, bytes(size)), 422, "invalid")
    assert field in {error["field"] for error in refusal["errors"]}


def test_a_picture_too_large_is_refused(shared: World) -> None:
    answer = post(shared.cadre, "width=1600&height=1600", bytes(1600 * 1600))
    refused(answer, 413, "body_too_large")


@pytest.mark.parametrize("kind", ["image/png", "application/json", "text/plain"])
def test_only_raw_bytes_are_taken(kind: str, shared: World) -> None:
    answer = post(shared.cadre, "width=2&height=2", bytes(4), **{"Content-Type": kind})
    assert refused(answer, 415, "unsupported_media_type")["expected"] == BYTES


def test_nobody_reads_codes_without_an_account(shared: World) -> None:
    refused(post(shared.nobody, "width=2&height=2", bytes(4)), 401, "unauthenticated")


def read(picture: bytes, width: int, height: int) -> None:
    """Told or refused, and what is told can be sent."""
    with suppress(Refusal):
        assert CodeAnswer(text=codes.read(picture, width, height)).model_dump_json()


@settings(max_examples=200)
@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_any_bytes_are_a_picture_with_or_without_a_code(
    width: int, height: int, data: st.DataObject
) -> None:
    size = width * height
    read(data.draw(st.binary(min_size=size, max_size=size)), width, height)


@settings(max_examples=200)
@given(st.binary(min_size=1, max_size=60))
def test_a_code_may_hold_any_bytes(content: bytes) -> None:
    picture = drawn(content, scale=3)
    read(picture.tobytes(), *picture.size)


def test_the_reader_needs_neither_numpy_nor_pillow_and_is_loaded_when_used() -> None:
    """Lambda has neither, and a cold start must not pay for what few requests use."""
    program = """
import sys
sys.modules["numpy"] = sys.modules["PIL"] = None
import app
assert "zxingcpp" not in sys.modules
from chalicelib.pages.drawing.qr import matrix
from chalicelib.services.codes import read
rows = [bytes(0 if dark else 255 for dark in row for _ in range(4)) for row in matrix("x")]
grey = b"".join(row * 4 for row in rows)
print(read(grey, len(rows) * 4, len(rows) * 4))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("x\n", 0), done.stderr


def by_anybody(world: World, picture: Image.Image) -> requests.Response:
    width, height = picture.size
    kinds = {"Content-Type": BYTES}
    path = f"/codes?width={width}&height={height}"
    return world.nobody.call("POST", path, data=picture.tobytes(), headers=kinds)


def test_a_buyer_without_an_account_has_a_small_picture_read(world: World) -> None:
    url = trace_url()
    assert ok(by_anybody(world, on_a_box(drawn(url)).resize((640, 384)))) == {"text": url}
    refused(by_anybody(world, Image.new("L", (64, 64), 255)), 422, "no_code")
    refused(by_anybody(world, Image.new("L", (641, 10), 255)), 422, "invalid")


def test_one_address_has_so_many_pictures_read_an_hour(world: World) -> None:
    blank = Image.new("L", (8, 8), 255)
    for _ in range(codes.MOST_PICTURES):
        refused(by_anybody(world, blank), 422, "no_code")
    refused(by_anybody(world, blank), 429, "too_many")
