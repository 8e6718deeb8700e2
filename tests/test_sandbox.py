"""The sandbox plays the provider to the letter, tells what happened, and remembers it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib import providers
from chalicelib.providers import Charge, Forged, Merchant, Report
from chalicelib.steps.merchants import read_notification
from infra.gateway import Answer
from infra.sandbox import Sandbox
from infra.sandbox.courier import PAUSES, notification
from tests.beginnings import begun
from tests.waits import until
from tests.world import World


class Shop:
    """Whoever is notified. refuses: how many tries it does not take."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.refuses = 0
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                refused = shop.refuses > 0
                shop.refuses -= 1
                if not refused:
                    shop.taken.append((dict(self.headers), body))
                self.send_response(500 if refused else 200)
                self.end_headers()

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notify"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


@pytest.fixture
def merchant(sandbox: Sandbox) -> Merchant:
    return Merchant(provider="wechatpay", **sandbox.entered())


def started(merchant: Merchant, notify_url: str, number: str = "order0001") -> str:
    end = datetime.now(UTC) + timedelta(minutes=30)
    asked = Charge(number, 1234, "沙田柚", end, notify_url, address="127.0.0.1")
    (link,) = providers.start(merchant, asked, "h5").values()
    return str(link)


def pay(server: str, **body: Any) -> requests.Response:
    return requests.post(f"{server}/sandbox/wechatpay/pay", json=body, timeout=10)


def test_a_payment_is_told_as_often_as_asked_and_each_telling_is_believed(
    http_server: str, sandbox: Sandbox, merchant: Merchant, shop: Shop
) -> None:
    started(merchant, shop.url)
    assert pay(http_server, out_trade_no="order0001", times=3).status_code == 200
    until(lambda: len(shop.taken) == 3)
    for headers, body in shop.taken:
        report = providers.read_notification(merchant, headers, body, datetime.now(UTC))
        assert isinstance(report, Report)
        assert (report.number, report.amount_fen) == ("order0001", 1234)


def test_a_telling_that_nobody_took_comes_again(
    sandbox: Sandbox, merchant: Merchant, shop: Shop
) -> None:
    started(merchant, shop.url)
    shop.refuses = 1
    sandbox.pay("order0001")
    until(lambda: len(shop.taken) == 1)
    assert PAUSES[0] == 1


def test_a_buyer_may_pay_another_sum_later_and_what_was_closed(
    http_server: str, sandbox: Sandbox, merchant: Merchant, shop: Shop
) -> None:
    started(merchant, shop.url)
    assert providers.close(merchant, "order0001")
    body = {"out_trade_no": "order0001", "amount_fen": 1, "times": 0, "delay_seconds": 0.2}
    assert pay(http_server, **body).json()["trade_state"] == "CLOSED"
    until(lambda: providers.query(merchant, "order0001").amount_fen == 1)
    assert shop.taken == []


@pytest.mark.parametrize(
    "body",
    [{}, {"out_trade_no": 1}, {"out_trade_no": "x", "times": -1}, {"out_trade_no": "x", "y": 1}],
)
def test_a_wrong_play_is_refused(http_server: str, sandbox: Sandbox, body: dict[str, Any]) -> None:
    assert pay(http_server, **body).status_code == 422


def test_what_nobody_was_asked_for_is_not_paid(http_server: str, sandbox: Sandbox) -> None:
    assert pay(http_server, out_trade_no="order0404").status_code == 404


def test_a_page_of_another_site_plays_nothing(http_server: str, sandbox: Sandbox) -> None:
    for path in ("play", "wechatpay/pay"):
        answer = requests.post(
            f"{http_server}/sandbox/{path}", headers={"Origin": "https://example.com"}, timeout=10
        )
        assert answer.status_code == 403


def test_a_buyer_pays_on_the_page_that_the_link_leads_to_and_comes_back(
    http_server: str, sandbox: Sandbox, merchant: Merchant, shop: Shop
) -> None:
    link = started(merchant, shop.url)
    page = requests.get(link, timeout=10)
    assert "¥12.34" in page.text
    back = f"{http_server}/orders/1"
    paid = requests.post(link, params={"redirect_url": back}, allow_redirects=False, timeout=10)
    assert (paid.status_code, paid.headers["Location"]) == (303, back)
    elsewhere = requests.get(link, params={"redirect_url": "https://example.com"}, timeout=10)
    assert "example.com" not in elsewhere.text
    assert "已付" in elsewhere.text


def test_the_page_plays_each_case(
    http_server: str, sandbox: Sandbox, merchant: Merchant, shop: Shop
) -> None:
    started(merchant, shop.url)
    page = requests.get(f"{http_server}/sandbox", timeout=10).text
    assert "order0001" in page
    for fields in (
        {"do": "mood", "value": "html"},
        {"do": "refunds", "value": "abnormal"},
        {"do": "notifies", "value": "0"},
        {"do": "less", "number": "order0001"},
    ):
        answer = requests.post(f"{http_server}/sandbox/play", data=fields, timeout=10)
        assert answer.status_code == 200
    with sandbox.book.read() as ledger:
        assert (ledger.mood, ledger.becomes, ledger.notifies) == ("html", "abnormal", False)
        assert ledger.charges["order0001"].paid_fen == 1233


def test_it_remembers_all_after_a_restart(tmp_path: Path) -> None:
    first = Sandbox(tmp_path, "http://127.0.0.1:1")
    entered = first.entered()
    with first.book.opened() as ledger:
        ledger.mood = "busy"
    again = Sandbox(tmp_path, "http://127.0.0.1:1")
    assert again.entered() == entered
    with again.book.read() as ledger:
        assert ledger.mood == "busy"
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_what_is_not_the_sandboxs_is_the_apps(sandbox: Sandbox) -> None:
    for path in ("/", "/sandboxes", "/v1/sandbox", "/healthz"):
        assert sandbox.answer("GET", path, {}, b"") is None
    assert isinstance(sandbox.answer("GET", "/sandbox/nothing", {}, b""), Answer)


def test_a_request_that_the_merchant_did_not_sign_is_refused(
    http_server: str, sandbox: Sandbox
) -> None:
    path = "/sandbox/wechatpay/v3/pay/transactions/out-trade-no/order0001?mchid=1900000109"
    answer = requests.get(http_server + path, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


# --- whose a notification is, among the shops -----------------------------------------------------


def test_a_notification_finds_its_merchant_by_the_key_that_it_names(
    server: str, sandbox: Sandbox
) -> None:
    world = begun(World, server)
    old = sandbox.merchant()
    world.merchant(sandbox.entered())
    world.merchant(sandbox.entered(), shop_id=world.other_shop_id)
    content = {
        "mchid": old.mchid,
        "out_trade_no": "order0001",
        "trade_state": "SUCCESS",
        "transaction_id": "42",
        "success_time": "2026-11-30T12:00:00+08:00",
        "amount": {"total": 1234, "currency": "CNY"},
    }
    given = notification(old, "TRANSACTION.SUCCESS", content)
    now = datetime.now(UTC)
    report, merchant = read_notification("wechatpay", *given, now)
    assert (report.number, merchant.mchid) == ("order0001", old.mchid)
    changed = replace(old, apiv3_key="b" * 32)
    world.merchant({**sandbox.entered(), "apiv3_key": "b" * 32})
    for keys in (old, changed):
        given = notification(keys, "TRANSACTION.SUCCESS", content)
        assert read_notification("wechatpay", *given, now)[0].number == "order0001"
    stranger = sandbox.merchant("1900000999")
    given = notification(stranger, "TRANSACTION.SUCCESS", content | {"mchid": stranger.mchid})
    with pytest.raises(Forged):
        read_notification("wechatpay", *given, now)
