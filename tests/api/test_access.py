"""Who may call what: every route of the app, as everyone, by the permission table alone.

The routes come from ROUTES, so a new one is tested without anybody thinking of it.
"""

import importlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from pydantic import SecretStr

from chalicelib.api.routing import ROUTES, ListQuery, Route
from chalicelib.config import settings
from chalicelib.domain.access import PERMISSIONS, PUBLIC, Call
from chalicelib.domain.accounts import Credentials
from chalicelib.repositories import store, tables
from chalicelib.services import accounts
from tests.api.known import Known
from tests.world import BUYER, PASSWORD, Client, World, new_id, ok, refused

importlib.import_module("app")  # declares every route

PROVIDER_TOKEN = "a-token-of-the-payment-provider"
ROLE = {
    "nobody": None,
    "county": "county",
    "cadre": "cadre",
    "seller": "seller",
    "other_cadre": "cadre",
    "other_seller": "seller",
    "provider": "provider",
}
OF_SOMEBODY = {
    "batch_id",
    "producer_id",
    "offer_id",
    "order_id",
    "complaint_id",
    "customer_id",
    "code",
}
"""Path parameters of things that belong to a village or a shop."""


@pytest.fixture(scope="module", autouse=True)
def provider() -> Iterator[None]:
    """The payment provider has its access while these tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHANHUO_PAYMENT_TOKEN", PROVIDER_TOKEN)
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def known(shared: World) -> Known:
    return Known(shared)


def client(known: Known, who: str) -> Client:
    if who == "provider":
        return Client(known.world.url, PROVIDER_TOKEN)
    found: Client = getattr(known.world, who)
    return found


def call(known: Known, route: Route, by: Client) -> requests.Response:
    if route.html and route.method == "POST":
        return by.call(route.method, known.path(route), data={"csrf": "?"})
    body = known.body(route) if route.body else None
    return by.call(route.method, known.path(route), json=body)


def owned(route: Route) -> bool:
    return bool(OF_SOMEBODY & set(re.findall(r"{(\w+)}", route.path)))


def of(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("who", ROLE)
@pytest.mark.parametrize("route", ROUTES, ids=of)
def test_a_route_opens_for_whom_the_table_names(route: Route, who: str, known: Known) -> None:
    answer = call(known, route, client(known, who))
    assert answer.status_code < 500, answer.text
    if route.permission == "public":
        assert answer.status_code != 401
        return
    if ROLE[who] is None:
        if route.html:
            assert answer.status_code == 303
            assert answer.headers["Location"].startswith("/login?next=")
        else:
            refused(answer, 401, "unauthenticated")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    elif ROLE[who] not in PERMISSIONS[route.permission]:
        assert answer.status_code == 403
        if not route.html:
            refused(answer, 403, "forbidden")
    elif who.startswith("other") and owned(route):
        if route.html and route.method == "POST":  # an empty form may be refused first
            assert answer.status_code in {404, 422}
        else:
            assert answer.status_code == 404, answer.text
    else:
        assert answer.status_code not in {401, 403}, answer.text
        if who != "provider" and not route.html:
            assert answer.status_code != 404, answer.text


def test_every_route_with_a_body_has_one_here(known: Known) -> None:
    assert {route.body for route in ROUTES if route.body} <= set(known.bodies)


# --- lists show what is one's own ----------------------------------------------------------------

LISTS = [
    route
    for route in ROUTES
    if route.method == "GET"
    and issubclass(route.query, ListQuery)
    and "{" not in route.path
    and route.permission not in {"village:read", "product:read"}  # open to every account
]


@pytest.mark.parametrize("who", ["other_cadre", "other_seller"])
@pytest.mark.parametrize("route", LISTS, ids=of)
def test_a_list_shows_nothing_of_others(route: Route, who: str, known: Known) -> None:
    answer = client(known, who).get(route.path, limit=100)
    if ROLE[who] in PERMISSIONS[route.permission]:
        assert answer.status_code == 200, answer.text
        for name in OF_SOMEBODY:
            assert known.ids[name] not in answer.text


@pytest.mark.parametrize("path", ["/v1/batches", "/v1/producers"])
def test_a_filter_does_not_open_another_village(path: str, known: Known) -> None:
    other = known.world.other_cadre.get(path, village_id=known.world.village_id)
    refused(other, 404, "not_found")


def test_what_is_out_of_scope_reads_like_what_does_not_exist(known: Known) -> None:
    """The same answer, word for word, so that ids cannot be probed."""
    for path in ("/v1/batches/{}", "/v1/batches/{}/inspections", "/v1/batches/{}/changes"):
        other = known.world.other_cadre
        theirs = other.get(path.format(known.ids["batch_id"]))
        nowhere = other.get(path.format(new_id()))
        assert (theirs.status_code, theirs.json()) == (nowhere.status_code, nowhere.json())


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/v1/batches/{batch_id}", {"lot", "quantity"}),
        ("/v1/producers/{producer_id}", {"display_name"}),
    ],
)
def test_an_id_that_is_taken_elsewhere_reveals_nothing(
    path: str, fields: set[str], known: Known
) -> None:
    world = known.world
    own = world.producer(by=world.other_cadre, village_id=world.other_village_id)
    bodies = {
        "/v1/batches/{batch_id}": world.batch_body(producer_id=own["id"]),
        "/v1/producers/{producer_id}": {
            "village_id": world.other_village_id,
            "kind": "farm",
            "display_name": "别家",
        },
    }
    answer = world.other_cadre.put(path.format(**known.ids), bodies[path])
    found = refused(answer, 409, "different_content")
    assert not fields & set(found)


def test_two_shops_of_one_village_see_only_their_own_parcels(known: Known) -> None:
    world = known.world
    shop = new_id()
    ok(world.county.put(f"/v1/shops/{shop}", {"name": "二店", "village_ids": [world.village_id]}))
    neighbour = world.account("seller", "seller3", shop_id=shop)
    path = f"/v1/batches/{known.ids['batch_id']}/parcels"
    assert ok(neighbour.get(path))["items"] == []
    assert [one["code"] for one in ok(world.seller.get(path))["items"]] == [known.ids["code"]]
    refused(neighbour.get(f"/v1/orders/{known.ids['order_id']}"), 404, "not_found")


# --- tokens --------------------------------------------------------------------------------------


def ended_token() -> str:
    long_ago = Call(PUBLIC, datetime.now(UTC) - timedelta(hours=12, seconds=1))
    credentials = Credentials(username="seller", password=SecretStr(PASSWORD))
    return accounts.sign_in(long_ago, credentials, "127.0.0.1")[0]


def wrong_tokens(world: World) -> dict[str, str]:
    right = world.seller.token or ""
    payload, _, signature = right.rpartition(".")
    return {
        "garbage": "garbage",
        "empty": "",
        "no signature": payload,
        "another signature": f"{payload}.{signature[::-1]}",
        "another payload": f"{payload[::-1]}.{signature}",
        "one letter more": right + "x",
        "ended": ended_token(),
        "unicode": "tökén",
        "control": "a\x01b",
        "a thousand": "x" * 1000,
        "json": '["x"]',
    }


@pytest.mark.parametrize("route", ROUTES, ids=of)
def test_a_wrong_token_opens_nothing(route: Route, known: Known) -> None:
    for kind, token in wrong_tokens(known.world).items():
        headers = {"Authorization": f"Bearer {token}".encode("latin-1").decode("latin-1")}
        answer = known.world.nobody.call(
            route.method, known.path(route), headers=headers, json=known.body(route)
        )
        assert answer.status_code < 500, kind
        if route.permission != "public":
            assert answer.status_code == (303 if route.html else 401), (kind, answer.text)


@pytest.mark.parametrize("scheme", ["Basic dXNlcjpwYXNz", "Bearer", "bearer", "Digest x", "x"])
def test_another_scheme_opens_nothing(scheme: str, known: Known) -> None:
    answer = known.world.nobody.call("GET", "/v1/me", headers={"Authorization": scheme})
    refused(answer, 401, "unauthenticated")


def test_a_wrong_token_is_told_even_where_the_public_may(known: Known) -> None:
    """Whoever sends one thinks to be someone: the order would not be theirs."""
    answer = known.world.nobody.call(
        "POST",
        "/v1/orders",
        headers={"Authorization": "Bearer ended"},
        json=known.world.order_body({"id": known.ids["offer_id"], "shop_id": known.ids["shop_id"]}),
    )
    refused(answer, 401, "unauthenticated")


def test_a_removed_account_is_out_at_once(known: Known) -> None:
    leaver = known.world.account("county", "leaver")
    account_id = ok(leaver.get("/v1/me"))["id"]
    store.call(
        "DeleteItem",
        TableName=settings().table,
        Key={"pk": {"S": f"ACCOUNT#{account_id}"}, "sk": {"S": "ACCOUNT"}},
    )
    assert tables.reachable()
    refused(leaver.get("/v1/me"), 401, "unauthenticated")


def test_me_says_who_one_is(known: Known) -> None:
    world = known.world
    assert ok(world.seller.get("/v1/me"))["shop_id"] == world.shop_id
    assert ok(world.seller.get("/v1/me"))["village_ids"] == [world.village_id]
    assert ok(world.cadre.get("/v1/me"))["role"] == "cadre"


# --- cookies and CSRF ----------------------------------------------------------------------------


def with_cookie(world: World, method: str, path: str, **headers: str) -> requests.Response:
    given = {"Cookie": f"session={world.cadre.token}", **headers}
    return world.nobody.call(method, path, headers=given, json={"reason": "抽检"})


def test_a_cookie_reads_but_writes_only_with_its_own_csrf_token(known: Known) -> None:
    from chalicelib.api.routing import csrf_of

    world = known.world
    batch = world.passed_batch()
    assert world.cadre.token
    assert world.seller.token
    hold = f"/v1/batches/{batch['id']}/hold"
    ok(with_cookie(world, "GET", f"/v1/batches/{batch['id']}"), 200)
    refused(with_cookie(world, "POST", hold), 403, "csrf")
    for wrong in ("", "x", "ü", csrf_of(world.seller.token)):
        refused(with_cookie(world, "POST", hold, **{"X-CSRF-Token": wrong}), 403, "csrf")
    right = csrf_of(world.cadre.token)
    ok(with_cookie(world, "POST", hold, **{"X-CSRF-Token": right}), 200)


def test_a_wrong_cookie_is_nobody(known: Known) -> None:
    path = f"/v1/batches/{known.ids['batch_id']}"
    for value in ("", "garbage", "a=b=c", '"', "x" * 3000):
        answer = known.world.nobody.call("GET", path, headers={"Cookie": f"session={value}"})
        refused(answer, 401, "unauthenticated")


# --- the buyer's key -----------------------------------------------------------------------------


def buyers_paths(known: Known) -> dict[str, str]:
    return {
        f"/v1/orders/{known.ids['order_id']}": known.order_key,
        f"/v1/complaints/{known.ids['complaint_id']}": known.complaint_key,
    }


def test_a_buyer_opens_what_is_theirs_by_its_key(known: Known) -> None:
    for path, key in buyers_paths(known).items():
        ok(known.world.nobody.get(path, key=key), 200)
        ok(known.world.cadre.get(path, key=key), 200)


@pytest.mark.parametrize("key", ["", "x", "a" * 26, "ключ", "a" * 100])
@pytest.mark.parametrize("who", ["nobody", "cadre", "other_cadre", "other_seller", "provider"])
def test_a_wrong_key_opens_nothing_for_anyone(key: str, who: str, known: Known) -> None:
    for path in buyers_paths(known):
        refused(client(known, who).get(path, key=key), 404, "not_found")


def test_a_wrong_key_does_not_lend_the_county_a_sellers_permission(known: Known) -> None:
    path = f"/v1/orders/{known.ids['order_id']}"
    refused(known.world.county.get(path), 403, "forbidden")
    refused(known.world.county.get(path, key="x"), 404, "not_found")
    cancel = known.world.county.post(f"{path}/cancel?key=x", {"reason": "试"})
    refused(cancel, 404, "not_found")


def test_the_key_of_one_thing_opens_no_other(known: Known) -> None:
    order, complaint = buyers_paths(known)
    refused(known.world.nobody.get(order, key=known.complaint_key), 404, "not_found")
    refused(known.world.nobody.get(complaint, key=known.order_key), 404, "not_found")
    another = known.world.order({"id": known.ids["offer_id"], "shop_id": known.ids["shop_id"]})
    refused(known.world.nobody.get(order, key=another["access_key"]), 404, "not_found")


def test_the_seller_needs_no_key(known: Known) -> None:
    found = ok(known.world.seller.get(f"/v1/orders/{known.ids['order_id']}", key="x"), 200)
    assert found["buyer"]["name"] == BUYER["name"]


def test_the_county_does_not_see_the_buyer_in_a_list(known: Known) -> None:
    assert all(one["buyer"] is None for one in ok(known.world.county.get("/v1/orders"))["items"])
    assert any(one["buyer"] for one in ok(known.world.seller.get("/v1/orders"))["items"])


# --- the payment provider ------------------------------------------------------------------------


def test_the_payment_provider_pays_in_any_shop_and_does_nothing_else(known: Known) -> None:
    offer = {"id": known.ids["offer_id"], "shop_id": known.ids["shop_id"]}
    order = known.world.order(offer)
    path = f"/v1/orders/{order['id']}"
    body = {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()}
    provider = client(known, "provider")
    paid = ok(provider.post(f"{path}/payment", body, new_id()), 200)
    assert paid["state"] == "paid"
    assert paid["buyer"] is None
    refused(provider.get(path), 403, "forbidden")
    refused(provider.get("/v1/orders"), 403, "forbidden")
    refused(provider.get("/v1/me"), 403, "forbidden")
