"""Who may call what: every route of the app, as everyone, by the permission table alone.

The routes come from ROUTES, so a new one is tested without anybody thinking of it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from pydantic import SecretStr

from chalicelib.api.edge.index import declared
from chalicelib.api.edge.queries import ListQuery
from chalicelib.api.edge.routing import Route
from chalicelib.config import ring
from chalicelib.domain.access import PERMISSIONS, PUBLIC, Call
from chalicelib.domain.accounts import Credentials
from chalicelib.services import accounts
from tests.api.known import Known
from tests.world import PASSWORD, Client, World, new_id, ok, refused

ROUTES = declared()

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
SIGN_IN = {
    "/login",
    "/v1/sessions",
    "/v1/payments/wechatpay/notify",
    "/v1/payments/wechatpay/refund-notify",
}
"""Where 401 means a wrong password, or a notification that its provider did not sign."""
OF_SOMEBODY = {
    "batch_id",
    "producer_id",
    "offer_id",
    "order_id",
    "complaint_id",
    "customer_id",
    "code",
    "import_id",
    "run_id",
    "reply_id",
}
"""Path parameters of things that belong to a village or a shop."""


@pytest.fixture(scope="module", autouse=True)
def provider() -> Iterator[None]:
    """The payment provider has its access while these tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHANHUO_PAYMENT_TOKEN", PROVIDER_TOKEN)
        ring.cache_clear()
        yield
    ring.cache_clear()


@pytest.fixture(scope="module")
def known(shared: World) -> Known:
    return Known(shared)


def client(known: Known, who: str) -> Client:
    if who == "provider":
        return Client(known.world.url, PROVIDER_TOKEN)
    caller: Client = getattr(known.world, who)
    return caller


def call(known: Known, route: Route, by: Client) -> requests.Response:
    if route.html and route.method == "POST":
        return by.call(route.method, known.path(route), data={"csrf": "?"})
    body = known.body(route) if route.body else None
    return by.call(route.method, known.path(route), json=body)


def owned(route: Route) -> bool:
    """A PUT of a saved reply makes one's own, under a new id; a shop is its seller's."""
    if (route.method, route.path) == ("PUT", "/v1/replies/{reply_id}"):
        return False
    if route.path == "/v1/shops/{shop_id}/contact":
        return True
    return bool(OF_SOMEBODY & set(re.findall(r"{(\w+)}", route.path)))


def of(route: Route) -> str:
    return f"{route.method} {route.path}"


def is_for_people(route: Route) -> bool:
    """A page leads to the login; a route of the contract says 401, also when it answers a page."""
    return route.html and not route.path.startswith("/v1/")


@pytest.mark.parametrize("who", ROLE)
@pytest.mark.parametrize("route", ROUTES, ids=of)
def test_a_route_opens_for_whom_the_table_names(route: Route, who: str, known: Known) -> None:
    answer = call(known, route, client(known, who))
    assert answer.status_code < 500, answer.text
    if route.permission == "public":
        assert answer.status_code != 401 or route.path in SIGN_IN
        return
    if ROLE[who] is None:
        if is_for_people(route):
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


COUNTY, CADRE, SELLER = {"county"}, {"cadre"}, {"seller"}
STAFF = COUNTY | CADRE | SELLER
CONTRACT = {
    # the contract's own words, beside the table that the code goes by: one slip is not both's
    "GET /v1/me": STAFF,
    "PUT /v1/accounts/{account_id}": COUNTY,
    "PUT /v1/villages/{village_id}": COUNTY,
    "GET /v1/villages": STAFF,
    "PUT /v1/producers/{producer_id}": COUNTY | CADRE,
    "PUT /v1/products/{product_id}": COUNTY | CADRE,
    "PUT /v1/shops/{shop_id}": COUNTY,
    "PUT /v1/shops/{shop_id}/merchants/{provider}": COUNTY,
    "PUT /v1/batches/{batch_id}": CADRE,
    "GET /v1/batches/{batch_id}": STAFF,
    "PUT /v1/batches/{batch_id}/inspections/{inspection_id}": CADRE,
    "PUT /v1/batches/{batch_id}/certificates/{certificate_id}": CADRE,
    "POST /v1/batches/{batch_id}/hold": COUNTY | CADRE,
    "POST /v1/batches/{batch_id}/release": COUNTY | CADRE,
    "POST /v1/batches/{batch_id}/recall": COUNTY | CADRE,
    "POST /v1/batches/{batch_id}/quantity": COUNTY | CADRE,
    "GET /v1/batches/{batch_id}/parcels": STAFF,
    "GET /v1/batches/{batch_id}/changes": STAFF,
    "POST /v1/shops/{shop_id}/contact": COUNTY | SELLER,
    "PUT /v1/offers/{offer_id}": SELLER,
    "GET /v1/orders": COUNTY | SELLER,
    "POST /v1/orders/{order_id}/payment": SELLER | {"provider"},
    "POST /v1/orders/{order_id}/parcels": SELLER,
    "POST /v1/parcels/{code}/ship": SELLER,
    "POST /v1/parcels/{code}/deliver": SELLER,
    "GET /v1/parcels/{code}/label": SELLER,
    "PUT /v1/orders/{order_id}/refunds/{refund_id}": COUNTY | SELLER,
    "GET /v1/orders/{order_id}/refunds": COUNTY | SELLER,
    "PUT /v1/orders/{order_id}/refunds/{refund_id}/sent": SELLER,
    "GET /v1/orders/{order_id}/changes": COUNTY | SELLER,
    "GET /v1/complaints": COUNTY | SELLER,
    "POST /v1/complaints/{complaint_id}/answer": COUNTY | SELLER,
    "POST /v1/complaints/{complaint_id}/settle": COUNTY | SELLER,
    "POST /v1/complaints/{complaint_id}/reject": COUNTY | SELLER,
    "GET /v1/customers": SELLER,
    "DELETE /v1/customers/{customer_id}": COUNTY,
}
IN_PUBLIC = (
    *("GET /healthz", "GET /t/{code}", "POST /t/{code}/scans", "POST /t/{code}/photos"),
    *("POST /t/{code}/complaints", "GET /v1/shops/{shop_id}/offers", "POST /v1/orders"),
    *("GET /v1/parcels/{code}/qr.svg", "GET /v1/parcels/{code}/qr.png", "POST /v1/sessions"),
)


def test_routes_open_for_whom_the_contract_names() -> None:
    permissions = {f"{route.method} {route.path}": route.permission for route in ROUTES}
    assert {path: set(PERMISSIONS[permissions[path]]) for path in CONTRACT} == CONTRACT
    assert {permissions[path] for path in IN_PUBLIC} == {"public"}


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


@pytest.mark.parametrize("path", ["/v1/batches/{batch_id}", "/v1/producers/{producer_id}"])
def test_an_id_that_is_taken_elsewhere_is_not_found(path: str, known: Known) -> None:
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
    refused(answer, 404, "not_found")


def test_two_shops_of_one_village_see_only_their_own_parcels(known: Known) -> None:
    world = known.world
    shop = new_id()
    ok(world.county.put(f"/v1/shops/{shop}", {"name": "二店", "village_ids": [world.village_id]}))
    neighbour = world.account("seller", "seller3", shop_id=shop)
    path = f"/v1/batches/{known.ids['batch_id']}/parcels"
    assert ok(neighbour.get(path))["items"] == []
    assert known.ids["code"] in [parcel["code"] for parcel in ok(world.seller.get(path))["items"]]
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
            assert answer.status_code == (303 if is_for_people(route) else 401), (kind, answer.text)
