"""The page for the field: what it is made of, and what it is told to know without network."""

import hashlib
import json
import re

import pytest

from tests.visitor import Visitor
from tests.world import Client, Json, World, new_id, ok, product_body, refused


def cadre(world: World) -> Visitor:
    return Visitor(world.url).signed_in("cadre")


def files(world: World) -> list[str]:
    """What the service worker keeps."""
    matched = re.search(r"files = (\[.*?\]);", world.nobody.call("GET", "/sw.js").text)
    assert matched
    kept: list[str] = json.loads(matched[1])
    return kept


def test_the_page_is_the_cadres_and_the_county_gets_the_list(world: World) -> None:
    assert "field." in cadre(world).get("/cadre").source
    assert (
        Visitor(world.url).signed_in("county").get("/cadre").url.split("?")[0].endswith("/batches")
    )
    assert Visitor(world.url).signed_in("seller").get("/cadre").status == 403
    assert "/login" in Visitor(world.url).get("/cadre").url


def test_the_page_is_the_same_for_everyone_and_says_nothing_of_anyone(world: World) -> None:
    pages = {
        Visitor(world.url).signed_in(name).get("/cadre").source for name in ("cadre", "cadre2")
    }
    assert len(pages) == 1


def test_every_file_has_its_contents_hash_in_its_name_and_may_be_kept_for_ever(
    world: World,
) -> None:
    kept = [file for file in files(world) if file.startswith("/static/")]
    assert len(kept) == 5
    for path in kept:
        answer = world.nobody.call("GET", path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        digest = hashlib.sha256(answer.content).hexdigest()
        assert f".{digest[:10]}." in path


@pytest.mark.parametrize("name", ["field.js", "field.0000000000.js", "%2e%2e%2fapp.py", "é"])
def test_nothing_else_is_served(world: World, name: str) -> None:
    assert world.nobody.call("GET", f"/static/{name}").status_code == 404


def test_what_the_worker_keeps_can_all_be_fetched(world: World) -> None:
    visitor = cadre(world)
    for path in files(world):
        assert world.nobody.call("GET", path).status_code == 200 or visitor.get(path).status == 200


def test_the_manifest_names_icons_that_exist(world: World) -> None:
    answer = world.nobody.call("GET", "/cadre.webmanifest?lang=en")
    assert answer.headers["Content-Type"] == "application/manifest+json; charset=utf-8"
    manifest = answer.json()
    assert manifest["start_url"] == "/cadre?lang=en"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        png = world.nobody.call("GET", icon["src"]).content
        side = int(icon["sizes"].split("x")[0])
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(png[16:20]) == int.from_bytes(png[20:24]) == side


def known(client: Client) -> dict[str, list[Json]]:
    data: dict[str, list[Json]] = ok(client.get("/cadre/data"))
    return data


def test_the_phone_knows_its_own_villages_growers_products_and_batches(world: World) -> None:
    batch, other = (
        world.batch(),
        world.producer(by=world.other_cadre, village_id=world.other_village_id),
    )
    data = known(world.cadre)
    assert [village["id"] for village in data["villages"]] == [world.village_id]
    assert {producer["village_id"] for producer in data["producers"]} == {world.village_id}
    assert [known_batch["id"] for known_batch in data["batches"]] == [batch["id"]]
    plan = product_body()["inspection_plan"]
    assert [product["inspection_plan"]["metrics"] for product in data["products"]] == [
        plan["metrics"]
    ]
    assert other["id"] not in json.dumps(data)


def test_it_has_no_household_code(world: World) -> None:
    world.producer(kind="household", display_name="农户 12", household_code="341021-0012")
    assert "341021-0012" not in json.dumps(known(world.cadre))


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    first = world.cadre.call("GET", "/cadre/data")
    etag = first.headers["ETag"].strip('"')
    again = world.cadre.call("GET", f"/cadre/data?etag={etag}")
    assert (again.status_code, again.content) == (204, b"")
    world.batch()
    assert world.cadre.call("GET", f"/cadre/data?etag={etag}").status_code == 200
    for odd in ("", "x", "é", "0" * 64):
        assert world.cadre.call("GET", f"/cadre/data?etag={odd}").status_code == 200


def test_a_page_gets_a_token_against_forgery_and_a_program_needs_none(world: World) -> None:
    assert ok(world.cadre.get("/cadre/data"))["csrf"] is None
    page = cadre(world).get("/cadre/data")
    assert len(json.loads(page.source)["csrf"]) == 40


def test_a_record_from_the_page_needs_that_token(world: World) -> None:
    """The browser sends the session by itself; another site's page does not know the token."""
    session = {"Cookie": f"session={world.cadre.token}"}
    path, body = f"/v1/batches/{new_id()}", world.batch_body()
    refused(world.nobody.call("PUT", path, json=body, headers=session), 403, "csrf")
    token = world.nobody.call("GET", "/cadre/data", headers=session).json()["csrf"]
    sent = world.nobody.call("PUT", path, json=body, headers=session | {"X-CSRF-Token": token})
    assert sent.status_code == 201


def test_whoever_is_no_cadre_has_no_data(world: World) -> None:
    for who, status in ((world.county, 403), (world.seller, 403), (world.nobody, 401)):
        assert who.call("GET", "/cadre/data").status_code == status
