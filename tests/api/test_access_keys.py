"""Tokens, cookies, a buyer's key, the payment provider: what each opens, and what it does not."""

from collections.abc import Iterator

import pytest
import requests

from chalicelib.api.edge.routing import csrf_of
from chalicelib.config import ring, settings
from chalicelib.repositories import store
from tests.api.known import Known
from tests.world import BUYER, Client, World, new_id, ok, refused

PROVIDER_TOKEN = "a-token-of-the-payment-provider"


@pytest.fixture(scope="module", autouse=True)
def provider_token() -> Iterator[None]:
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


# --- tokens --------------------------------------------------------------------------------------


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
    """But an order's opens the complaints about its parcels."""
    order, complaint = buyers_paths(known)
    refused(known.world.nobody.get(order, key=known.complaint_key), 404, "not_found")
    ok(known.world.nobody.get(complaint, key=known.order_key), 200)
    another = known.world.order({"id": known.ids["offer_id"], "shop_id": known.ids["shop_id"]})
    for path in (order, complaint):
        refused(known.world.nobody.get(path, key=another["access_key"]), 404, "not_found")


def test_the_seller_needs_no_key(known: Known) -> None:
    order = ok(known.world.seller.get(f"/v1/orders/{known.ids['order_id']}", key="x"), 200)
    assert order["buyer"]["name"] == BUYER["name"]


def test_the_county_does_not_see_the_buyer_in_a_list(known: Known) -> None:
    assert all(
        order["buyer"] is None for order in ok(known.world.county.get("/v1/orders"))["items"]
    )
    assert any(order["buyer"] for order in ok(known.world.seller.get("/v1/orders"))["items"])


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
