"""Every form of every page, field by field, with what nobody should type: never a server error.

The forms are read from the pages themselves, so a new field is tested without anyone asking.
"""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import requests

from chalicelib.api.edge import sent
from chalicelib.api.edge.bounds import LARGEST_BODY, LARGEST_FORM
from chalicelib.api.edge.index import declared
from chalicelib.api.edge.routing import GATES, Route
from chalicelib.domain.access import PERMISSIONS
from chalicelib.domain.packing import MOST_TOGETHER
from chalicelib.domain.parcels import MOST_ALLOCATIONS
from chalicelib.services.labels import MOST as MOST_LABELS
from tests.api.known import Known
from tests.beginnings import begun
from tests.waits import LONG_WAIT
from tests.world import Client, Json, World, new_id, refused

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
        self.values: dict[str, str] = {}
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag in {"input", "textarea", "button"} and name:
            self.values.setdefault(name, given.get("value") or "1")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.values.setdefault(self._select, given.get("value", ""))


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
    known = Known(world)
    order = world.order(world.offer(), packs=2)
    known.order_key = order["access_key"]
    paid = world.pay(order)
    batch = {"id": paid["lines"][0]["batch_ids"][0]}
    known.ids |= {
        "order_id": order["id"],
        "batch_id": batch["id"],
        "code": world.pack(paid, (0, batch, 1))["code"],
    }
    return known


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
        fields = Fields(page.text).values | {"key": key, "form_key": new_id()}
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
    assert {"reason", "description", "form_key"} <= set(Fields(page).values)


# --- how large a form may be ----------------------------------------------------------------------


def test_only_a_pasted_table_may_be_larger_than_other_forms() -> None:
    larger = {
        route.path: GATES[route.method, route.path].largest
        for route in ROUTES
        if route.html
        and route.method == "POST"
        and GATES[route.method, route.path].largest != LARGEST_FORM
    }
    assert larger == dict.fromkeys(("/seller/waybills", "/seller/deliveries"), LARGEST_BODY)
    assert all(GATES["POST", path].route.permission != "public" for path in larger)


def test_the_largest_form_of_a_desk_fits() -> None:
    boxes = " ".join(f"9.{new_id()}.100000" for _ in range(MOST_ALLOCATIONS))
    plans = [(f"plan-{new_id()}", boxes) for _ in range(MOST_TOGETHER)]
    picks = [(name.replace("plan", "pick"), "on") for name, _ in plans]
    assert len(urlencode([*plans, *picks, ("csrf", "x" * 40)])) < LARGEST_FORM / 2
    labels = " ".join(["K7Q2-M9XW-4B3C-T"] * MOST_LABELS)
    assert len(urlencode({"codes": labels})) < LARGEST_FORM / 2


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of the forms that were taken apart."""
    lengths: list[int] = []

    def counted(text: str, **how: Any) -> list[tuple[str, str]]:
        lengths.append(len(text))
        return parse_qsl(text, **how)

    monkeypatch.setattr(sent, "parse_qsl", counted)
    return lengths


def posted(world: World, path: str, body: bytes) -> requests.Response:
    headers = {"Content-Type": sent.FORM, "Accept": "application/json"}
    return requests.post(f"{world.url}{path}", body, headers=headers, timeout=LONG_WAIT)


@pytest.mark.parametrize("path", ["/logout", "/login", "/t/K7Q2-M9XW-4B3C-T/complaint"])
def test_a_form_too_large_is_refused_before_it_is_read(
    path: str, world: World, parsed: list[int]
) -> None:
    body = b"x=" + b"%\xc3\xa9" * 346_000
    problem: Json = refused(posted(world, path, body), 413, "body_too_large")
    assert problem["limit_bytes"] == LARGEST_FORM
    assert parsed == []


def test_routes_of_data_read_no_forms(world: World, parsed: list[int]) -> None:
    for path in ("/v1/sessions", "/t/K7Q2-M9XW-4B3C-T/scans"):
        refused(posted(world, path, b"x=1"), 415, "unsupported_media_type")
    assert parsed == []
