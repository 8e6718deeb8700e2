"""Every form of every page, field by field, with what nobody should type: never a server error.

The forms are read from the pages themselves, so a new field is tested without anyone asking.
"""

import re
from html.parser import HTMLParser

import pytest

from chalicelib.api.edge.index import declared
from chalicelib.api.edge.routing import Route
from chalicelib.domain.access import PERMISSIONS
from tests.api.known import Known
from tests.beginnings import begun
from tests.world import Client, World, new_id

ROUTES = declared()

NASTY = [
    "",
    " ",
    "\0",
    "²",
    "９",
    "-1",
    "0",
    "1e9",
    "NaN",
    "9" * 30,
    "9" * 5000,
    "0.0000001",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "😀",
    "\u202e<script>alert(1)</script>",
    "x" * 5000,
    "a\r\nb",
    "%00",
    "{{7*7}}",
    "{0}",
    "//evil.example",
]
MOVES = {"{move}": ("hold", "release", "recall", "close", "nothing")}
"""Path parameters that are words."""


class Fields(HTMLParser):
    """The fields of a page's forms, each with the value it would send at once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag in {"input", "textarea", "button"} and name:
            self.found.setdefault(name, given.get("value") or "1")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.found.setdefault(self._select, given.get("value", ""))


FORMS = [
    (route, route.path.replace(gap, word))
    for route in ROUTES
    if route.html and route.method == "POST"
    for gap, words in [*MOVES.items(), ("", ("",))]
    if gap in route.path and (gap or "{move}" not in route.path)
    for word in words
]


@pytest.fixture
def known(server: str) -> Known:
    return begun(movable, server)


def movable(url: str) -> Known:
    """With a parcel that nobody complained about yet, and an order that can still move."""
    world = World(url)
    found = Known(world)
    order = world.order(world.offer(), packs=2)
    found.order_key = order["access_key"]
    paid = world.pay(order)
    batch = {"id": paid["lines"][0]["batch_ids"][0]}
    found.ids |= {
        "order_id": order["id"],
        "batch_id": batch["id"],
        "code": world.pack(paid, (0, batch, 1))["code"],
    }
    return found


def who(route: Route, known: Known) -> list[Client]:
    """Everyone who may send it."""
    if route.permission == "public":
        return [known.world.nobody]
    return [getattr(known.world, role) for role in sorted(PERMISSIONS[route.permission])]


@pytest.mark.parametrize(("route", "path"), FORMS, ids=[path for _, path in FORMS])
def test_no_form_breaks_the_server(route: Route, path: str, known: Known) -> None:
    path = re.sub(r"{(\w+)}", lambda gap: known.ids.get(gap[1], new_id()), path)
    keys = {"/orders": known.order_key, "/complaints": known.complaint_key}
    key = next((key for start, key in keys.items() if path.startswith(start)), "")
    for by in who(route, known):
        page = by.get(path.removesuffix("/reopen"), key=key)
        assert page.status_code < 500
        fields = Fields(page.text).found | {"key": key, "form_key": new_id()}
        for name in fields:
            for value in NASTY:
                answer = by.call("POST", path, data=fields | {name: value})
                assert answer.status_code < 500, (name, value[:40], answer.text[:300])
                assert "evil.example" not in answer.headers.get("Location", "").partition("?")[0]
                assert "<script>alert" not in answer.text


def test_the_forms_were_found(known: Known) -> None:
    assert len(FORMS) >= 4
    world = known.world
    page = world.nobody.get(f"/t/{known.ids['code']}/complaint").text
    assert {"reason", "description", "form_key"} <= set(Fields(page).found)
