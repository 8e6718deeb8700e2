"""Signing in and out in a browser, and what keeps strangers' pages from acting for us."""

import re

import pytest
import requests

from chalicelib.api.office.login import local_path
from chalicelib.config import settings
from chalicelib.services.accounts import MOST_FROM_ONE_ADDRESS
from tests.visitor import Visitor
from tests.waits import LONG_WAIT
from tests.world import PASSWORD, Client, World, refused


def sign_in(world: World, username: str, **fields: str) -> requests.Response:
    visitor = Visitor(world.url)
    form = visitor.get("/login").form("login")
    given = {"username": username, "password": PASSWORD, **fields}
    return visitor.post(form, given, follow=False)


@pytest.mark.parametrize(
    ("username", "desk"), [("county", "/cadre/batches"), ("cadre", "/cadre"), ("seller", "/seller")]
)
def test_each_role_lands_at_its_desk(world: World, username: str, desk: str) -> None:
    answer = sign_in(world, username)
    assert answer.status_code == 303
    assert answer.headers["Location"].split("?")[0] == desk
    visitor = Visitor(world.url).signed_in(username)
    assert visitor.get("/").url.split("?")[0] == world.url + desk


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    cookie = sign_in(world, "cadre").headers["Set-Cookie"]
    parts = [part.strip() for part in cookie.split(";")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(parts)
    assert "Secure" not in parts  # the tests' own address is http


def test_the_cookie_is_secure_where_buyers_come_by_https(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(settings()), "secure", property(lambda _: True))
    given = sign_in(world, "cadre").headers["Set-Cookie"]
    assert given.startswith("__Host-session=")
    assert "; Secure" in given
    name, _, rest = given.partition("=")
    cookie = {"Cookie": f"{name}={rest.partition(';')[0]}"}
    assert requests.get(f"{world.url}/cadre/batches", headers=cookie, timeout=LONG_WAIT).ok
    planted = {"Cookie": cookie["Cookie"].removeprefix("__Host-")}
    assert (
        "/login"
        in requests.get(f"{world.url}/cadre/batches", headers=planted, timeout=LONG_WAIT).url
    )


@pytest.mark.parametrize("place", ["/cadre?state=held", "/cadre/batches/new"])
def test_signing_in_leads_to_where_one_wanted_to_go(world: World, place: str) -> None:
    answer = sign_in(world, "cadre", next=place)
    assert answer.headers["Location"].startswith(place)


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "/cadre#x",
        "/a b",
        "",
    ],
)
def test_an_open_redirect_is_refused(world: World, place: str) -> None:
    assert local_path(place) == ""
    answer = sign_in(world, "cadre", next=place)
    assert answer.headers["Location"].split("?")[0] == "/cadre"


@pytest.mark.parametrize("place", ["/logout", "/logout?lang=en", "/logout/", "/v1/me", "/nope"])
def test_what_is_no_page_is_not_where_signing_in_leads(world: World, place: str) -> None:
    visitor = Visitor(world.url)
    form = visitor.get(f"/login?next={place}").form("login")
    page = visitor.send(form, username="seller", password=PASSWORD, next=place)
    assert (page.status, page.url.split("?")[0]) == (200, f"{world.url}/seller")


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/seller?x=a", "/login?next=/seller%3Fx%3Da"),
        (f"/seller?x={'%25' * 20_000}", "/login?next=/seller"),
        (f"/seller/orders/{'a' * 600}", "/login"),
    ],
)
def test_an_address_too_long_is_not_carried_along(world: World, asked: str, led_to: str) -> None:
    answer = requests.get(f"{world.url}{asked}", allow_redirects=False, timeout=LONG_WAIT)
    assert (answer.status_code, answer.headers["Location"]) == (303, led_to)


def test_nor_is_one_that_the_form_brings(world: World) -> None:
    assert local_path(f"/seller?x={'a' * 600}") == ""


def test_without_a_session_a_page_asks_to_sign_in_and_comes_back(world: World) -> None:
    visitor = Visitor(world.url)
    asked = visitor.get("/cadre/batches/new")
    assert asked.url.split("?")[0] == f"{world.url}/login"
    page = visitor.send(asked.form("login"), username="cadre", password=PASSWORD)
    assert page.url.split("?")[0] == f"{world.url}/cadre/batches/new"


@pytest.mark.parametrize(("language", "says"), [("zh-CN", "用户名或密码不对"), ("en", "Wrong")])
def test_a_wrong_password_is_told_on_the_form(world: World, language: str, says: str) -> None:
    visitor = Visitor(world.url, language)
    form = visitor.get("/login").form("login")
    page = visitor.send(form, username="cadre", password="wrong horse")
    assert page.status == 401
    assert says in page.words
    assert page.form("login").fields["username"] == "cadre"
    assert "wrong horse" not in page.source
    assert "session" not in visitor.session.cookies


def test_too_many_tries_are_told_how_long_to_wait(world: World) -> None:
    visitor = Visitor(world.url)
    form = visitor.get("/login").form("login")
    for _ in range(MOST_FROM_ONE_ADDRESS):
        assert visitor.send(form, username="cadre", password="wrong").status == 401
    page = visitor.send(form, username="cadre", password="wrong")
    assert page.status == 429
    assert "分钟后再试" in page.words
    assert int(page.headers["Retry-After"]) > 0


def test_another_site_cannot_sign_us_in_as_someone_else(world: World) -> None:
    visitor = Visitor(world.url)
    form = visitor.get("/login").form("login")
    visitor.session.headers["Sec-Fetch-Site"] = "cross-site"
    assert visitor.send(form, username="cadre", password=PASSWORD).status == 403
    assert "session" not in visitor.session.cookies


def test_a_form_without_the_token_is_refused(world: World) -> None:
    visitor = Visitor(world.url).signed_in("cadre")
    form = visitor.get(f"/cadre/batches/new?product_id={world.product_id}").form("form")
    for csrf in ("", "0" * 40):
        page = visitor.send(form, amount="10", csrf=csrf)
        assert page.status == 403
        assert "还没有提交" in page.words
        page = visitor.send(form, amount="10", csrf=csrf, whose="")
        assert page.status == 403
        assert "页面已过期" in page.words
    assert "还没有批次" in visitor.get("/cadre/batches").words


def test_the_token_of_one_session_is_no_good_in_another(world: World) -> None:
    first, second = (Visitor(world.url).signed_in("cadre") for _ in range(2))
    address = f"/cadre/batches/new?product_id={world.product_id}"
    stolen = first.get(address).form("form").fields["csrf"]
    second.session.cookies.clear()
    second.signed_in("seller")
    form = second.get("/seller").forms[-1]
    assert second.send(form, csrf=stolen).status == 403


def test_signing_out_ends_it(world: World) -> None:
    visitor = Visitor(world.url).signed_in("seller")
    visitor.send(next(form for form in visitor.get("/seller").forms if "/logout" in form.address))
    assert not visitor.session.cookies.get("session")
    assert visitor.get("/seller").url.split("?")[0] == f"{world.url}/login"


def test_signing_out_ends_the_session_and_no_other(world: World) -> None:
    visitor, elsewhere = (Visitor(world.url).signed_in("seller") for _ in range(2))
    copied = visitor.session.cookies.get("session")
    assert copied != elsewhere.session.cookies.get("session")
    visitor.send(next(form for form in visitor.get("/seller").forms if "/logout" in form.address))
    refused(Client(world.url, copied).get("/v1/me"), 401, "unauthenticated")
    assert elsewhere.get("/seller").url.split("?")[0] == f"{world.url}/seller"


def test_the_whole_host_asks_for_https(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(settings()), "secure", property(lambda _: True))
    policy = Visitor(world.url).get("/login").headers["Strict-Transport-Security"]
    assert policy == "max-age=31536000; includeSubDomains"


def test_nobody_can_sign_us_out_from_another_page(world: World) -> None:
    visitor = Visitor(world.url).signed_in("seller")
    answer = visitor.session.post(f"{world.url}/logout", data={"csrf": "x"}, timeout=LONG_WAIT)
    assert answer.status_code == 403
    assert visitor.get("/seller").status == 200


def test_who_is_signed_in_is_told_so_and_can_change_the_account(world: World) -> None:
    visitor = Visitor(world.url).signed_in("seller")
    page = visitor.get("/login")
    assert "您已登录为 seller" in page.words
    page = visitor.send(page.form("login"), username="cadre", password=PASSWORD)
    assert page.url.split("?")[0] == f"{world.url}/cadre"


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("cadre", "/seller"),
        ("county", "/seller"),
        ("seller", "/cadre"),
        ("county", "/cadre/batches/new"),
        ("seller", "/cadre/batches/new"),
        ("cadre", "/seller/offers/new"),
        ("county", "/seller/customers"),
    ],
)
def test_the_wrong_role_gets_a_page_that_says_so(world: World, username: str, path: str) -> None:
    page = Visitor(world.url).signed_in(username).get(path)
    assert page.status == 403
    assert "没有这项权限" in page.words
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.link("/login")


def test_every_page_forbids_framing_and_foreign_scripts(world: World) -> None:
    visitor = Visitor(world.url).signed_in("seller")
    for path in ("/login", "/seller", f"/shops/{world.shop_id}"):
        policy = visitor.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        own = re.findall(r"script-src ([^;]*)", policy)
        assert all(re.fullmatch(r"'sha256-[\w+/=]+'", script) for script in own)
        assert len(own) == (path == "/login")
