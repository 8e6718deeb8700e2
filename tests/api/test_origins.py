"""What a page of another site makes a browser send is refused before it is read."""

from typing import Any

import pytest

from chalicelib.api.edge.origins import is_foreign
from chalicelib.config import settings
from tests.visitor import Visitor
from tests.world import PASSWORD, World, new_id, ok, refused

SHOP = "https://shop.example"
FOREIGN: list[dict[str, str]] = [
    {"origin": "https://evil.example"},
    {"origin": "http://evil.example:8000"},
    {"origin": "null"},
    {"origin": "https://shop.example.evil.example"},
    {"origin": "http://shop.example"},
    {"origin": "https://shop.example:8443"},
    {"origin": "https://[oops"},
    {"origin": "evil.example"},
    {"referer": "https://evil.example/?https://shop.example/"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": SHOP},
]
OURS: list[dict[str, str]] = [
    {},
    {"origin": SHOP},
    {"origin": "", "referer": f"{SHOP}/login?next=/seller"},
    {"referer": f"{SHOP}/login"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "same-origin", "origin": "null"},
    {"sec-fetch-site": "none"},
]


@pytest.fixture
def behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buyers come to SHOP, and the proxy asks us under a name of its own."""
    monkeypatch.setattr(
        "chalicelib.api.edge.origins.settings",
        lambda: type("S", (), {"base_url": SHOP, "secure": True}),
    )


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_sites_page_is_foreign(headers: dict[str, str], behind_a_proxy: None) -> None:
    assert is_foreign({"host": "127.0.0.1:8000", **headers})


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_and_programs_are_not(headers: dict[str, str], behind_a_proxy: None) -> None:
    assert not is_foreign({"host": "127.0.0.1:8000", **headers})


def test_the_address_that_the_browser_came_to_is_ours_too(behind_a_proxy: None) -> None:
    """A county may have two names; but not without https, where others may write the page."""
    assert not is_foreign({"host": "other.example", "origin": "https://other.example"})
    assert is_foreign({"host": "other.example", "origin": "http://other.example"})
    assert is_foreign({"host": "", "origin": "https://"})


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "x"}]
)
def test_no_form_of_another_site_is_taken(headers: dict[str, str], shared: World) -> None:
    """Signed in or not: from a crowd of visitors' browsers each would count as another buyer."""
    parcel = shared.parcel()
    credentials = {"username": "seller", "password": PASSWORD}
    sent: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/login", {"data": credentials}),
        ("POST", "/v1/sessions", {"json": credentials}),
        ("POST", "/v1/orders", {"json": shared.order_body(shared.offer())}),
        ("POST", f"/t/{parcel['code']}/scans", {"data": b"{}"}),
        ("POST", f"/t/{parcel['code']}/complaints", {"json": {"reason": "rotten"}}),
        ("POST", f"/shops/{shared.shop_id}/offers/{shared.offer()['id']}", {"data": {}}),
    ]
    for method, path, body in sent:
        answer = shared.nobody.call(method, path, headers=headers, **body)
        assert answer.status_code == 403, path
        if path.startswith("/v1/"):
            refused(answer, 403, "csrf")
    assert ok(shared.seller.get("/v1/complaints"))["items"] == []


def test_a_program_with_a_token_says_what_it_likes(shared: World) -> None:
    """No browser sends a token for another site's page."""
    headers = {"Origin": "https://evil.example"}
    path = f"/v1/replies/{new_id()}"
    body = {"title": "抱歉", "text": "抱歉"}
    assert shared.seller.call("PUT", path, headers=headers, json=body).status_code == 201


def test_our_own_form_works_in_browsers_old_and_new(shared: World) -> None:
    for headers in ({"Origin": shared.url}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}):
        visitor = Visitor(shared.url)
        form = visitor.get("/login").form("login")
        visitor.session.headers.update(headers)
        assert visitor.send(form, username="cadre", password=PASSWORD).status == 200
        assert "session" in visitor.session.cookies


def test_pages_let_their_origin_be_told_to_ourselves_alone(shared: World) -> None:
    """With no-referrer a browser says "null" of its own host's page, as of a hostile one's."""
    page = Visitor(shared.url).get("/login")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert '<meta name="referrer" content="same-origin">' in page.source
    assert settings().base_url == shared.url
