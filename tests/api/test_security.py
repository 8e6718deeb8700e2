"""What an attacker tries from outside. Who may what is in test_access.py, bad input in its own."""

import http.client
from urllib.parse import urlsplit

import pytest
from chalice.app import Response

from chalicelib.api.edge.answers import secured
from chalicelib.config import ring
from chalicelib.services import catalogue
from chalicelib.services.accounts import MOST_FROM_ONE_ADDRESS
from tests.visitor import Visitor
from tests.waits import LONG_WAIT
from tests.world import PASSWORD, World, new_id, refused


def raw(world: World, method: str, target: str) -> tuple[int, bytes]:
    """As it is written: other clients tidy a path before they send it."""
    place = urlsplit(world.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=LONG_WAIT)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_no_other_origin_reads_an_answer(method: str, shared: World) -> None:
    asks = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    for path in ("/v1/me", "/v1/orders", "/v1/openapi.json", "/login", "/healthz"):
        answer = shared.seller.call(method, path, headers=asks)
        assert not [
            header for header in answer.headers if header.lower().startswith("access-control")
        ]


def test_a_host_that_is_claimed_leads_nowhere(shared: World) -> None:
    """Not in redirects, not in what a label or a page prints."""
    claims = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    for path in ("/", "/cadre/batches", "/login", f"/shops/{shared.shop_id}"):
        answer = shared.nobody.call("GET", path, headers=claims)
        assert "evil" not in answer.text + str(answer.headers)


def test_a_forwarded_address_is_not_believed(shared: World) -> None:
    """Else each try would come from elsewhere."""
    body = {"username": "someone", "password": "a wrong one"}
    answers = [
        shared.nobody.call(
            "POST",
            "/v1/sessions",
            headers={"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}"},
            json=body,
        )
        for n in range(MOST_FROM_ONE_ADDRESS + 1)
    ]
    refused(answers[-1], 429, "too_many")


@pytest.mark.parametrize(
    "up", ["../", "..%2f", "%2e%2e%2f", "..%5c", "....//", "%252e%252e%252f", "/etc/../"]
)
def test_no_path_leads_out_of_a_folder(up: str, shared: World) -> None:
    for folder in ("photos", "uploads", "field", "t"):
        for method in ("GET", "PUT"):
            status, body = raw(shared, method, f"/{folder}/{up * 3}secret.key?signature=9.x")
            assert status in {403, 404, 405, 415, 422}, (folder, method, status)
            assert ring().keys[0].hex() not in body.hex()


def test_trace_is_refused(shared: World) -> None:
    status, body = raw(shared, "TRACE", "/login")
    assert status == 405
    assert b"TRACE /login" not in body


def test_no_shared_cache_keeps_a_page(shared: World) -> None:
    visitor = Visitor(shared.url).signed_in("seller")
    for path in ("/seller", "/seller/customers", "/login", f"/shops/{shared.shop_id}"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store"


def test_no_browser_keeps_a_buyers_page(shared: World) -> None:
    """A phone goes from hand to hand, and Back would show the last buyer's address."""
    offer = shared.offer()
    order = shared.order(offer)
    parcel = shared.delivered(shared.pack(shared.paid_order(offer)))
    complaint = shared.complain(parcel)
    buyer = Visitor(shared.url)
    for path in (
        f"/orders/{order['id']}?key={order['access_key']}",
        f"/complaints/{complaint['id']}?key={complaint['access_key']}",
        f"/t/{parcel['code']}",
        f"/shops/{shared.shop_id}",
        f"/shops/{shared.shop_id}/offers/{offer['id']}",
        f"/orders/{order['id']}?key=wrong",
    ):
        page = buyer.get(path)
        assert page.headers["Content-Type"].startswith("text/html"), path
        assert page.headers["Cache-Control"] == "no-store", path
    form = buyer.get(f"/shops/{shared.shop_id}/offers/{offer['id']}").form("form")
    again = buyer.send(form, name="农户 12", phone="no phone")
    assert again.status == 422
    assert again.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/v1/accounts/{}", {"password_hash": "x"}),
        ("/v1/accounts/{}", {"signed_out": []}),
        ("/v1/accounts/{}", {"created_at": "2020-01-01T00:00:00Z"}),
    ],
)
def test_a_field_that_is_not_asked_for_is_refused(path: str, more: object, shared: World) -> None:
    body = {"username": "abc", "password": PASSWORD, "role": "county", "name": "x"}
    assert isinstance(more, dict)
    refusal = refused(shared.county.put(path.format(new_id()), body | more), 422, "invalid")
    assert [error["field"] for error in refusal["errors"]] == list(more)


def test_an_order_takes_neither_its_price_nor_its_state_from_the_buyer(shared: World) -> None:
    body = shared.order_body(shared.offer())
    for name, value in {"total_fen": 1, "state": "paid", "paid_fen": 1, "discount_fen": 1}.items():
        refusal = refused(shared.nobody.post("/v1/orders", body | {name: value}), 422, "invalid")
        assert [error["field"] for error in refusal["errors"]] == [name]


def test_a_fault_tells_nothing_of_itself(
    shared: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the words of a fault")

    monkeypatch.setattr(catalogue, "villages", broken)
    answer = shared.county.get("/v1/villages")
    assert answer.status_code == 500
    assert "words" not in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "the words of a fault" in caplog.text, "who runs it has to see it"


BEHIND_A_TOKEN = [
    "==",
    "==\n",
    "==; Path=/; Max-Age=99",
    "==\rSet-Cookie: x=y\rA: b",
    "==\x00",
    " ",
]


@pytest.mark.parametrize("more", BEHIND_A_TOKEN)
def test_nothing_behind_a_token_comes_into_a_cookie(more: str, shared: World) -> None:
    """Base64 may end with signs that its reader passes over."""
    order = shared.order(shared.offer())
    page = shared.nobody.get(f"/orders/{order['id']}", key=order["access_key"])
    token = page.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    path = f"/shops/{shared.shop_id}/again"
    for candidate, sets in ((token, True), (token + more, False)):
        answer = shared.nobody.call("GET", path, params={"token": candidate}, allow_redirects=False)
        assert answer.status_code == 303
        assert ("Set-Cookie" in answer.headers) is sets


def test_a_header_is_one_line_whatever_it_holds() -> None:
    answer = Response("", headers={"A": "b\rc\nd\x00", "E": ["f\r\ng", "h"]})
    headers = secured(answer).headers
    assert (headers["A"], headers["E"]) == ("b c d ", ["f g", "h"])
