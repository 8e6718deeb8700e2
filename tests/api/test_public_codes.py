"""A code read from a picture of whoever has no account: small ones, and so many an hour."""

import requests
from PIL import Image

from chalicelib.services import codes
from tests.api.test_contract_codes import BYTES, drawn, on_a_box, trace_url
from tests.world import World, ok, refused


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
