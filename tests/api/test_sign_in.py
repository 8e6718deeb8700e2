"""Who may try a password how often, and that nobody keeps another from signing in."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import BoundedSemaphore, Event
from typing import Any

import pytest
from chalice.local import LambdaContext, LambdaEventConverter, RouteMatcher
from pydantic import SecretStr

from app import app
from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.accounts import Credentials
from chalicelib.domain.errors import Refusal
from chalicelib.repositories import limits, passwords
from chalicelib.services import accounts
from chalicelib.services.accounts import MOST_FROM_ONE_ADDRESS
from tests.visitor import Visitor
from tests.waits import LONG_WAIT
from tests.world import PASSWORD, Client, World, ok, refused

LOCAL = "127.0.0.1"
"""From where the tests come."""


def tried(address: str, username: str = "seller") -> int:
    """The status of a sign-in with a wrong password from an address, as API Gateway tells it."""
    events = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)
    body = json.dumps({"username": username, "password": "a wrong one"}).encode()
    headers = {"content-type": "application/json"}
    event: dict[str, Any] = events.create_lambda_event("POST", "/v1/sessions", headers, body)
    event["requestContext"]["identity"]["sourceIp"] = address
    return int(app(event, LambdaContext("api", 512))["statusCode"])


@pytest.mark.parametrize(
    "aimed", [f"seller\x1f{LOCAL}", f"Seller\x1f{LOCAL}", f"\x1f{LOCAL}", f"seller\x1f{LOCAL}\x1f"]
)
def test_no_name_counts_against_another_at_its_own_address(aimed: str, world: World) -> None:
    for n in range(2 * MOST_FROM_ONE_ADDRESS):
        assert tried(f"203.0.113.{n}", aimed) == 401
    ok(world.nobody.post("/v1/sessions", {"username": "seller", "password": PASSWORD}), 201)


@pytest.mark.parametrize(
    "name", ["", " ", "a", "x" * 41, "农户", "a b", "seller\x00", "-seller", "seller.", "a@b.c"]
)
def test_a_name_that_nobody_can_have_counts_for_nobody(
    name: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No write, no password to look at, and the same answer."""
    asked: list[str] = []
    monkeypatch.setattr(limits, "hit", lambda *_, **__: asked.append("hit"))
    monkeypatch.setattr(passwords, "matches", lambda *_: asked.append("hash"))
    answer = world.nobody.post("/v1/sessions", {"username": name, "password": PASSWORD})
    refused(answer, 401, "bad_credentials")
    assert asked == []


def test_an_ipv6_line_is_counted_as_one(world: World) -> None:
    """Its owner has 2^64 addresses."""
    codes = [tried(f"2001:db8:1:2::{n:x}") for n in range(MOST_FROM_ONE_ADDRESS + 1)]
    assert codes == [401] * MOST_FROM_ONE_ADDRESS + [429]
    assert tried("2001:db8:1:3::1") == 401


def test_strangers_everywhere_lock_nobody_out_where_they_signed_in_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "MOST_FOR_ONE_NAME", 16)
    world.token("seller")
    codes = [tried(f"2001:db8:0:{n // 8:x}::1") for n in range(17)]
    assert codes == [401] * 16 + [429]
    world.token("seller")
    assert tried("2001:db8:0:9::1") == 429, "who signs in leaves no try to strangers"
    assert tried(LOCAL) == 401
    assert tried("2001:db8:0:9::1") == 429


def test_ipv4_in_ipv6_is_the_same_address(world: World) -> None:
    codes = [tried("203.0.113.7") for _ in range(MOST_FROM_ONE_ADDRESS)]
    assert codes == [401] * MOST_FROM_ONE_ADDRESS
    assert tried("::ffff:203.0.113.7") == 429


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Two passwords are looked at, one waits; they go on once the event is set."""
    go_on = Event()

    class Slow:
        def verify(self, *_: str) -> bool:
            assert go_on.wait(LONG_WAIT)
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow)
    monkeypatch.setattr(passwords, "_turns", BoundedSemaphore(2))
    monkeypatch.setattr(passwords, "_places", BoundedSemaphore(3))
    yield go_on
    go_on.set()


def waiting(n: int) -> None:
    """Until so many hold a place."""
    until = time.monotonic() + LONG_WAIT
    while passwords._places._value > 3 - n:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_so_many_passwords_are_looked_at_at_once_and_no_more(world: World, slow: Event) -> None:
    """Each takes 19 MiB, and whoever sends them pays nothing."""
    body = {"username": "seller", "password": PASSWORD}
    with ThreadPoolExecutor(3) as pool:
        three = [pool.submit(world.nobody.post, "/v1/sessions", body) for _ in range(3)]
        waiting(3)
        answer = world.nobody.post("/v1/sessions", body)
        refusal = refused(answer, 503, "busy")
        assert int(answer.headers["Retry-After"]) == refusal["retry_after"] > 0
        visitor = Visitor(world.url)
        page = visitor.send(visitor.get("/login").form("login"), **body)
        assert (page.status, page.headers["Retry-After"]) == (503, answer.headers["Retry-After"])
        assert "登录的人太多" in page.words
        slow.set()
        assert [attempt.result().status_code for attempt in three] == [201] * 3
    ok(world.nobody.post("/v1/sessions", body), 201)


def test_who_was_sent_away_unseen_has_not_tried(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Call(PUBLIC, datetime.now(UTC))
    given = Credentials(username="seller", password=SecretStr(PASSWORD))
    with monkeypatch.context() as crowd:
        crowd.setattr(passwords, "_places", BoundedSemaphore(1))
        with passwords._turn():
            for _ in range(2 * MOST_FROM_ONE_ADDRESS):
                with pytest.raises(Refusal, match="busy"):
                    accounts.sign_in(call, given, "192.0.2.1")
    assert accounts.sign_in(call, given, "192.0.2.1")[2].username == "seller"


def signing_in(visitor: Visitor, password: str = PASSWORD, username: str = "seller") -> int:
    """The status of a try on the page."""
    form = visitor.get("/login?lang=en").form("login")
    given = {"username": username, "password": password}
    return visitor.post(form, given, follow=False).status_code


def lock() -> None:
    """Strangers at the same address try until nobody there may try any more."""
    for name in ("seller", "seller2", "county"):
        for _ in range(MOST_FROM_ONE_ADDRESS):
            tried(LOCAL, name)
    assert tried(LOCAL) == tried(LOCAL, "cadre") == 429


def test_strangers_at_the_same_address_do_not_lock_out_a_browser_that_signed_in_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "MOST_NAMES_FROM_ONE_ADDRESS", 2 * MOST_FROM_ONE_ADDRESS)
    known, other = Visitor(world.url), Visitor(world.url)
    assert signing_in(known) == 303
    lock()
    assert signing_in(other) == 429
    assert signing_in(known) == 303
    assert [signing_in(known, "wrong") for _ in range(9)] == [401] * MOST_FROM_ONE_ADDRESS + [429]
    assert signing_in(known) == 429, "its own tries are used up, by itself"


def test_a_known_browser_gives_nobody_tries_of_another_name_or_another_password(
    world: World,
) -> None:
    known = Visitor(world.url)
    assert signing_in(known) == 303
    for _ in range(MOST_FROM_ONE_ADDRESS):
        tried(LOCAL, "cadre")
        tried(LOCAL)
    assert signing_in(known, username="cadre") == 429
    assert signing_in(known, "wrong") == 401
    [mine] = [
        account
        for account in ok(world.county.get("/v1/accounts"))["items"]
        if account["username"] == "seller"
    ]
    ok(world.county.post(f"/v1/accounts/{mine['id']}/password", {"password": "another horse"}))
    assert signing_in(known, "another horse") == 429


def test_what_a_browser_is_known_by_opens_nothing_and_cannot_be_made_up(world: World) -> None:
    known = Visitor(world.url)
    assert signing_in(known) == 303
    [mark] = [saved.value or "" for saved in known.session.cookies if saved.name == "known"]
    refused(Client(world.url, mark).get("/v1/me"), 401, "unauthenticated")
    for _ in range(MOST_FROM_ONE_ADDRESS):
        tried(LOCAL)
    session = world.county.token or ""
    for made_up in ("", "x", mark[:-1], f"{mark}x", session):
        visitor = Visitor(world.url)
        visitor.session.cookies.set("known", made_up, path="/login")
        assert signing_in(visitor) == 429
