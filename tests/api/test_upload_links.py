"""Upload links of the local store: what may be large is read only from whoever was given a link."""

import re
import socket
from urllib.parse import urlsplit

import pytest

from tests.beginnings import begun
from tests.platform_files import as_csv, import_body, pinduoduo
from tests.waits import LONG_WAIT
from tests.world import PNG, World, new_id, ok, photo_body


@pytest.fixture
def world(server: str) -> World:
    return begun(World, server)


def links(world: World) -> dict[str, str]:
    code = world.parcel()["code"]
    file = import_body(as_csv(pinduoduo()))
    return {
        "photo": ok(world.nobody.post(f"/t/{code}/photos", photo_body(PNG)), 201)["upload"]["url"],
        "file": ok(world.seller.post("/v1/imports", file), 201)["upload"]["url"],
    }


def first_word(world: World, path: str, *headers: str) -> str:
    """The first line that comes while none of the body has been sent."""
    where = urlsplit(world.url)
    lines = [f"PUT {urlsplit(path)._replace(scheme='', netloc='').geturl()} HTTP/1.1", "Host: x"]
    with socket.create_connection(
        (where.hostname or "", where.port or 0), timeout=LONG_WAIT
    ) as link:
        link.sendall("\r\n".join([*lines, *headers, "", ""]).encode())
        return link.recv(65_536).decode().partition("\r\n")[0]


@pytest.mark.parametrize("how", ["Content-Length: 5000000", "Transfer-Encoding: chunked"])
def test_without_a_link_not_a_byte_of_the_body_is_waited_for(world: World, how: str) -> None:
    for url in links(world).values():
        place = url.partition("?")[0]
        elsewhere = re.sub("[0-9a-f-]{36}", new_id(), url)
        for wrong in (place, f"{place}?signature=", f"{place}?signature=9.x", f"{url}x", elsewhere):
            for expects in ((), ("Expect: 100-continue",)):
                assert first_word(world, wrong, how, *expects) == "HTTP/1.1 403 Forbidden"


def test_where_no_link_leads_not_a_byte_is_waited_for(world: World) -> None:
    long = "Content-Length: 5000000"
    assert first_word(world, "/uploads/x?signature=1.x", long).split()[1] == "422"
    assert first_word(world, f"/uploads/{new_id()}/more", long).split()[1] == "404"
    assert first_word(world, "/photos/", long).split()[1] == "404"


def test_with_a_link_the_client_is_told_to_go_on(world: World) -> None:
    for url in links(world).values():
        word = first_word(world, url, "Content-Length: 500000", "Expect: 100-continue")
        assert word == "HTTP/1.1 100 Continue"


def test_more_than_any_file_has_is_refused_with_a_link_too(world: World) -> None:
    for url in links(world).values():
        word = first_word(world, url, "Content-Length: 50000000", "Expect: 100-continue")
        assert word.split()[1] == "413"
