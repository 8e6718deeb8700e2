"""The app as Lambda calls it: an event goes in, and what comes out must be JSON.

The local server is content with bytes of any type, Lambda is not.
"""

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest
from chalice.local import LambdaContext, LambdaEventConverter, RouteMatcher

from app import app
from chalicelib.api.edge.bounds import LARGEST_PUBLIC
from chalicelib.domain.photos import NewPhoto
from chalicelib.pages.drawing.assets import assets
from tests.world import PNG, World

DECLARED = set(app.api.binary_types)


def called(path: str, accept: str | None = None) -> dict[str, Any]:
    """What Lambda hands to API Gateway."""
    events = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)
    headers = {} if accept is None else {"accept": accept}
    event = json.loads(json.dumps(events.create_lambda_event("GET", path, headers)))
    event["requestContext"]["identity"]["sourceIp"] = "203.0.113.7"
    answer = app(event, LambdaContext("api", 512))
    result: dict[str, Any] = json.loads(json.dumps(answer))
    return result


def content(answer: dict[str, Any]) -> bytes:
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True), answer
    return b64decode(answer["body"])


@pytest.mark.parametrize("accept", [None, "*/*", "image/*", "text/html"])
def test_a_picture_goes_out_whole_whatever_is_accepted(world: World, accept: str | None) -> None:
    path = f"/v1/parcels/{world.parcel()['code']}/qr.png"
    png = content(called(path, accept))
    assert png == world.nobody.get(path).content


def test_so_does_a_photo(world: World) -> None:
    parcel = world.parcel()
    photo_id = world.photo(parcel["code"])
    complaint = world.complain(parcel, photos=[photo_id])
    seen = world.seller.get(f"/v1/complaints/{complaint['id']}").json()
    url = seen["photos"][0]["url"]
    assert content(called(url.removeprefix(world.url))) == PNG


def test_so_does_each_of_our_files(table: None) -> None:
    for asset in assets().values():
        answer = called(asset.path)
        if isinstance(asset.content, bytes):
            assert content(answer) == asset.content
        else:
            assert (answer["statusCode"], answer["body"]) == (200, asset.content)


def test_what_photos_may_be_is_declared() -> None:
    kinds = NewPhoto.model_json_schema()["properties"]["content_type"]["enum"]
    assert set(kinds) <= DECLARED


def test_bytes_of_an_undeclared_type_fail_on_every_machine(
    table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    icon = next(asset for asset in assets().values() if isinstance(asset.content, bytes))
    monkeypatch.setattr(app.api, "binary_types", ["image/gif"])
    with pytest.raises(TypeError, match="binary_types"):
        called(icon.path)


@pytest.mark.parametrize("encoded", [False, True])
def test_what_an_event_brings_has_the_same_bounds(table: None, encoded: bool) -> None:
    """However it is written in the event: API Gateway encodes what may be no text."""
    events = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)
    too_long = " " * (LARGEST_PUBLIC + 1)
    too_many = json.dumps(dict.fromkeys(map(str, range(200))))
    for body, code in ((too_long, "body_too_large"), (too_many, "invalid")):
        headers = {"content-type": "application/json"}
        event = events.create_lambda_event("POST", "/v1/orders", headers, body.encode())
        event["requestContext"]["identity"]["sourceIp"] = "203.0.113.7"
        event["body"] = b64encode(body.encode()).decode() if encoded else body
        event["isBase64Encoded"] = encoded
        answer = json.loads(app(event, LambdaContext("api", 512))["body"])
        assert answer["code"] == code
        assert len(answer.get("errors", ())) <= 1
