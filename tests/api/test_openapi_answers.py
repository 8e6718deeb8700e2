"""What is answered when all goes well is what the OpenAPI document says, route by route.

test_openapi.py sends made-up content, which is mostly refused; here every write succeeds.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import schemathesis

from chalicelib.api.edge.index import declared
from chalicelib.api.edge.openapi import document
from chalicelib.api.edge.routing import Route
from chalicelib.domain.access import PERMISSIONS, Actor, Call
from chalicelib.domain.book_months import BookMonth
from chalicelib.domain.fields import china_date
from chalicelib.repositories.tables import BookMonthItem
from chalicelib.repositories.transaction import UnitOfWork
from tests.api import test_contract_idempotency as posts
from tests.api import test_contract_puts as puts
from tests.api.known import Known
from tests.provider import FakeProvider, answering, enter_merchant, kept_day
from tests.world import Client, World, merchant_body, new_id, ok, photo_body, product_body, today

ROUTES = declared()

SCHEMA: Any = schemathesis.openapi.from_dict(document())


def described(path: str) -> str:
    """The path of the document that a request's path is an instance of."""
    path = path.partition("?")[0]
    if path in document()["paths"]:
        return path
    for pattern in document()["paths"]:
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", pattern), path):
            return str(pattern)
    raise AssertionError(path)


def check(answer: requests.Response, method: str, path: str) -> None:
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
    SCHEMA[described(path)][method].validate_response(answer)


@pytest.mark.parametrize("kind", posts.KINDS, ids=lambda kind: kind.__name__)
def test_a_post_answers_as_described(kind: Callable[[World], posts.Post], world: World) -> None:
    by, path, body, _ = kind(world)
    check(by.post(path, body), "POST", path)


@pytest.mark.parametrize("kind", puts.KINDS, ids=lambda kind: kind.__name__)
def test_a_put_answers_as_described(kind: Callable[[World], puts.Put], world: World) -> None:
    by, path, body, _ = kind(world)
    for _ in range(2):
        check(by.put(path, body), "PUT", path)


def test_the_rest_answers_as_described(world: World) -> None:
    parcel = world.parcel()
    path = f"/t/{parcel['code']}"
    check(world.nobody.post(f"{path}/scans", {"device": "device-0001"}), "POST", f"{path}/scans")
    check(world.nobody.post(f"{path}/photos", photo_body()), "POST", f"{path}/photos")
    check(world.cadre.post("/v1/photos", photo_body()), "POST", "/v1/photos")
    where = f"/v1/photos/{new_id()}"
    for _ in range(2):
        check(world.cadre.put(where, photo_body()), "PUT", where)
    body = {"username": "seller", "password": "correct horse"}
    check(world.nobody.post("/v1/sessions", body), "POST", "/v1/sessions")
    where = f"/v1/shops/{world.shop_id}/merchants/wechatpay"
    for body in (merchant_body(), merchant_body(), merchant_body(appid="wx0123456789abcdef")):
        check(world.county.put(where, body), "PUT", where)
    where = f"/v1/customers/{world.customer()['id']}/consent"
    check(world.seller.put(where, {"given": False}), "PUT", where)
    where = f"/v1/replies/{new_id()}"
    ok(world.seller.put(where, reply := {"title": "坏果", "text": "抱歉，这就退款"}))
    check(world.seller.post(where, reply | {"title": "坏果包赔"}), "POST", where)
    batch = world.passed_batch()
    code = world.delivered(world.pack(world.paid_order(world.offer(batch))))["code"]
    world.move(batch, "hold")
    where = f"/v1/batches/{batch['id']}/parcels/{code}/notice"
    for _ in range(2):
        check(world.seller.put(where, {"notified": True}), "PUT", where)
    where = f"/v1/products/{world.product_id}"
    check(world.county.put(where, product_body(name="笨鸡蛋", gtin="95200002")), "PUT", where)


def test_payments_answer_as_described(world: World) -> None:
    with answering(FakeProvider()) as provider:
        enter_merchant(world)
        order = world.order(world.offer())
        where = f"/v1/orders/{order['id']}/pay"
        for way in ("native", "h5"):
            body = {"provider": "wechatpay", "way": way}
            check(world.seller.post(where, body), "POST", where)
        number = next(iter(provider.charges))
        heard = provider.notify(world.nobody, provider.pay(number))
        check(heard, "POST", "/v1/payments/wechatpay/notify")
        listed = f"/v1/orders/{order['id']}/payments"
        check(world.seller.get(listed), "GET", listed)
        where = f"/v1/orders/{order['id']}/refunds/{new_id()}"
        check(world.seller.put(where, {"amount_fen": 1, "reason": "坏果"}), "PUT", where)
        closed = provider.give_back(next(iter(provider.refunds)), "closed")
        check(provider.notify(world.nobody, closed), "POST", "/v1/payments/wechatpay/refund-notify")
        check(world.seller.post(f"{where}/retry"), "POST", f"{where}/retry")
        listed = f"/v1/orders/{order['id']}/refunds"
        check(world.seller.get(listed), "GET", listed)


def test_books_answer_as_described(world: World) -> None:
    """A day before the merchant came has nothing in it, and such a month closes."""
    with answering(FakeProvider()) as provider:
        enter_merchant(world)
        number = kept_day(provider, world)
        where = f"/v1/reconciliations/wechatpay/{today()}/notes/{number}"
        for _ in range(2):
            check(world.seller.put(where, {"note": "退了"}), "PUT", where)
        where = f"/v1/reconciliations/wechatpay/{today(-1)}"
        check(world.county.put(where, {}), "PUT", where)
        before = china_date(datetime.now(UTC)).replace(day=1) - timedelta(days=1)
        month = f"{before:%Y-%m}"
        call = Call(Actor(id="clock"), datetime.now(UTC))
        empty = BookMonth(provider="wechatpay", month=month)
        UnitOfWork(call).create(BookMonthItem.of(empty)).commit()
        where = f"/v1/months/wechatpay/{month}"
        check(world.county.post(f"{where}/close"), "POST", f"{where}/close")
        body = {"why": "补一笔"}
        check(world.county.post(f"{where}/reopen", body), "POST", f"{where}/reopen")


def test_a_refund_that_was_sent_by_hand_answers_as_described(world: World) -> None:
    where = f"/v1/orders/{world.paid_order(world.offer())['id']}/refunds/{new_id()}"
    ok(world.seller.put(where, {"amount_fen": 1, "reason": "坏果"}))
    by = {"method": "现金", "reference": "现金 12-01"}
    check(world.seller.put(f"{where}/sent", by), "PUT", f"{where}/sent")


READS = [route for route in ROUTES if route.method == "GET" and route.answer is not None]


@pytest.fixture
def known(world: World) -> Known:
    return Known(world)


def test_everything_that_is_read_answers_as_described(known: Known) -> None:
    """Of a world in which every optional field is filled somewhere."""
    world = known.world
    world.certify({"id": known.ids["batch_id"], "quantity": 10})
    world.settle({"id": known.ids["complaint_id"]}, refund_fen=100)
    for route in READS:
        path = known.path(route)
        headers = {"Accept": "application/json"}
        for by in who(route, world):
            check(by.call("GET", path, headers=headers), "GET", path)


def who(route: Route, world: World) -> list[Client]:
    if route.permission == "public":
        return [world.nobody]
    return [getattr(world, role) for role in sorted(PERMISSIONS[route.permission])]


def test_every_write_was_sent(world: World) -> None:
    sent = {("PUT", described(kind(world)[1])) for kind in puts.KINDS}
    sent |= {("POST", described(kind(world)[1])) for kind in posts.KINDS}
    sent |= {
        ("POST", "/t/{code}/scans"),
        ("POST", "/t/{code}/photos"),
        ("POST", "/v1/photos"),
        ("POST", "/v1/sessions"),
        ("POST", "/v1/codes"),
        ("POST", "/codes"),
        ("POST", "/v1/shops/{shop_id}/contact"),
        ("PUT", "/v1/customers/{customer_id}/consent"),
        ("PUT", "/v1/batches/{batch_id}/parcels/{code}/notice"),
        ("POST", "/v1/imports/{import_id}/read"),
        ("POST", "/v1/orders/{order_id}/send-anyway"),
        ("POST", "/v1/waybills/read"),
        ("POST", "/v1/deliveries/read"),
        ("POST", "/v1/replies/{reply_id}"),
        ("POST", "/v1/accounts/{account_id}/password"),
        ("PUT", "/v1/products/{product_id}"),
        ("PUT", "/v1/photos/{photo_id}"),
        ("PUT", "/v1/shops/{shop_id}/merchants/{provider}"),
        ("POST", "/v1/orders/{order_id}/pay"),
        ("PUT", "/v1/reconciliations/{provider}/{date}"),
        ("PUT", "/v1/reconciliations/{provider}/{date}/notes/{number}"),
        ("POST", "/v1/months/{provider}/{month}/close"),
        ("POST", "/v1/months/{provider}/{month}/reopen"),
        ("PUT", "/v1/orders/{order_id}/refunds/{refund_id}/sent"),
        ("POST", "/v1/orders/{order_id}/refunds/{refund_id}/retry"),
        ("POST", "/v1/payments/wechatpay/notify"),
        ("POST", "/v1/payments/wechatpay/refund-notify"),
    }
    writes = {
        (route.method, route.path)
        for route in ROUTES
        if route.method in {"POST", "PUT"} and route.answer is not None
    }
    assert writes <= sent
