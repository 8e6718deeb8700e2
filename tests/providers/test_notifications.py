"""Which notifications are believed: those of this merchant, signed by its provider just now."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import urllib3

from chalicelib import providers
from chalicelib.providers import Forged, Merchant, RefundReport, Report
from infra.sandbox import Sandbox
from infra.sandbox.courier import notification
from infra.sandbox.seals import Keys, signed

Notification = tuple[dict[str, str], bytes]


@pytest.fixture
def keys(sandbox: Sandbox) -> Keys:
    return sandbox.merchant()


@pytest.fixture
def merchant(sandbox: Sandbox) -> Merchant:
    return Merchant(provider="wechatpay", **sandbox.entered())


@pytest.fixture(autouse=True)
def _asks_nobody(merchant: Merchant) -> Any:
    """Whatever a notification holds, nobody outside is asked because of it."""

    def refuse(*args: object, **rest: object) -> None:
        raise AssertionError(f"asked {args}")

    with (
        patch.object(urllib3.PoolManager, "request", refuse),
        patch("requests.api.request", refuse),
    ):
        yield


def paid(keys: Keys, **changes: Any) -> dict[str, Any]:
    return {
        "mchid": keys.mchid,
        "appid": keys.appid,
        "out_trade_no": "order0001",
        "trade_state": "SUCCESS",
        "transaction_id": "4200001",
        "success_time": "2026-11-30T12:00:00+08:00",
        "amount": {"total": 1234, "payer_total": 1200, "currency": "CNY"},
    } | changes


def refunded(keys: Keys, status: str) -> dict[str, Any]:
    """Without a currency, as the provider's are."""
    return {
        "mchid": keys.mchid,
        "out_trade_no": "order0001",
        "out_refund_no": "refund1",
        "refund_status": status,
        "success_time": "2026-11-30T12:00:00+08:00",
        "amount": {"total": 1234, "refund": 234, "payer_total": 1234, "payer_refund": 234},
    }


def read(merchant: Merchant, given: Notification) -> Report | RefundReport:
    return providers.read_notification(merchant, *given, datetime.now(UTC))


def test_a_payment_is_told_with_its_sum_its_number_and_its_time(
    merchant: Merchant, keys: Keys
) -> None:
    report = read(merchant, notification(keys, "TRANSACTION.SUCCESS", paid(keys)))
    at = datetime(2026, 11, 30, 4, tzinfo=UTC)
    assert report == Report("order0001", "succeeded", 1234, "4200001", at, keys.mchid)


@pytest.mark.parametrize(
    ("status", "state"), [("SUCCESS", "returned"), ("CLOSED", "closed"), ("ABNORMAL", "abnormal")]
)
def test_a_refund_is_told_with_what_became_of_it(
    merchant: Merchant, keys: Keys, status: str, state: str
) -> None:
    report = read(merchant, notification(keys, f"REFUND.{status}", refunded(keys, status)))
    assert isinstance(report, RefundReport)
    assert (report.number, report.charge, report.state) == ("refund1", "order0001", state)
    assert report.amount_fen == 234


def test_headers_are_read_in_any_case(merchant: Merchant, keys: Keys) -> None:
    headers, body = notification(keys, "TRANSACTION.SUCCESS", paid(keys))
    for cased in (str.lower, str.upper):
        given = {cased(name): text for name, text in headers.items()}
        assert read(merchant, (given, body)).number == "order0001"
        assert providers.notified_key("wechatpay", given, body) == keys.public_key_id


@pytest.mark.parametrize("seconds", [-299, 299])
def test_a_notification_of_the_last_five_minutes_is_read(
    merchant: Merchant, keys: Keys, seconds: int
) -> None:
    now = datetime.now(UTC)
    given = notification(keys, "TRANSACTION.SUCCESS", paid(keys), at=now.timestamp() + seconds)
    assert providers.read_notification(merchant, *given, now).number == "order0001"


@pytest.mark.parametrize("seconds", [-360, -302, 302])
def test_an_older_one_or_one_of_the_future_is_forged(
    merchant: Merchant, keys: Keys, seconds: int
) -> None:
    now = datetime.now(UTC)
    given = notification(keys, "TRANSACTION.SUCCESS", paid(keys), at=now.timestamp() + seconds)
    with pytest.raises(Forged):
        providers.read_notification(merchant, *given, now)


def test_one_that_was_right_is_forged_when_it_is_sent_again_later(
    merchant: Merchant, keys: Keys
) -> None:
    given, now = notification(keys, "TRANSACTION.SUCCESS", paid(keys)), datetime.now(UTC)
    assert providers.read_notification(merchant, *given, now).number == "order0001"
    with pytest.raises(Forged):
        providers.read_notification(merchant, *given, now + timedelta(minutes=6))


SIGNING = ("Signature", "Timestamp", "Nonce", "Serial", "Signature-Type")


@pytest.mark.parametrize("name", SIGNING)
@pytest.mark.parametrize("text", [None, "", "x", "密", "9" * 5000])
def test_a_header_that_is_missing_or_wrong_is_forged(
    merchant: Merchant, keys: Keys, name: str, text: str | None
) -> None:
    headers, body = notification(keys, "TRANSACTION.SUCCESS", paid(keys))
    headers.pop(f"Wechatpay-{name}")
    if text is not None:
        headers[f"Wechatpay-{name}"] = text
    with pytest.raises(Forged):
        read(merchant, (headers, body))


@pytest.mark.parametrize("serial", ["7132D72A03E93CDDF8C03BBD1F37EEDF", "PUB_KEY_ID_01", "../x"])
def test_one_that_names_another_key_is_forged(merchant: Merchant, keys: Keys, serial: str) -> None:
    headers, body = notification(keys, "TRANSACTION.SUCCESS", paid(keys))
    with pytest.raises(Forged):
        read(merchant, ({**headers, "Wechatpay-Serial": serial}, body))


def change_body(given: Notification) -> Notification:
    return given[0], given[1].replace(b"TRANSACTION", b"REFUND")


def change_nonce(given: Notification) -> Notification:
    return {**given[0], "Wechatpay-Nonce": "another"}, given[1]


def change_signature(given: Notification) -> Notification:
    signature = bytearray(base64.b64decode(given[0]["Wechatpay-Signature"]))
    signature[7] ^= 1
    changed = base64.b64encode(bytes(signature)).decode()
    return {**given[0], "Wechatpay-Signature": changed}, given[1]


def probe(given: Notification) -> Notification:
    """What the provider itself sends, to see whether signatures are looked at."""
    probing = "WECHATPAY/SIGNTEST/" + given[0]["Wechatpay-Signature"]
    return {**given[0], "Wechatpay-Signature": probing}, given[1]


@pytest.mark.parametrize("change", [change_body, change_nonce, change_signature, probe])
def test_one_that_was_changed_is_forged(
    merchant: Merchant, keys: Keys, change: Callable[[Notification], Notification]
) -> None:
    given = notification(keys, "TRANSACTION.SUCCESS", paid(keys))
    with pytest.raises(Forged):
        read(merchant, change(given))


def test_one_that_another_merchants_key_signed_is_forged(
    merchant: Merchant, sandbox: Sandbox, keys: Keys
) -> None:
    foreign = replace(sandbox.merchant("1900000999"), public_key_id=keys.public_key_id)
    with pytest.raises(Forged):
        read(merchant, notification(foreign, "TRANSACTION.SUCCESS", paid(keys)))


@pytest.mark.parametrize("event", ["TRANSACTION.SUCCESS", "REFUND.SUCCESS"])
def test_one_about_another_merchant_is_forged_though_the_key_is_right(
    merchant: Merchant, keys: Keys, event: str
) -> None:
    content = paid(keys) if event.startswith("T") else refunded(keys, "SUCCESS")
    for whose in ({"mchid": "1900000999"}, {"mchid": None}):
        with pytest.raises(Forged):
            read(merchant, notification(keys, event, {**content, **whose}))


def test_one_that_is_sealed_with_another_key_is_forged(merchant: Merchant, keys: Keys) -> None:
    other = replace(keys, apiv3_key="0" * 32)
    with pytest.raises(Forged):
        read(merchant, notification(other, "TRANSACTION.SUCCESS", paid(keys)))


BODIES = [
    b"", b"{}", b"[]", b"null", b"\xff\xfe", b"<html></html>", b'{"event_type": 1}',
    b'{"event_type": "TRANSACTION.SUCCESS", "resource_type": "encrypt-resource", "resource": {}}',
    json.dumps({
        "event_type": "TRANSACTION.SUCCESS",
        "resource_type": "encrypt-resource",
        "resource": {"algorithm": "AES", "ciphertext": "x", "nonce": "y"},
    }).encode(),
    json.dumps({
        "event_type": "TRANSACTION.SUCCESS",
        "resource_type": "encrypt-resource",
        "resource": {"algorithm": "AEAD_AES_256_GCM", "ciphertext": "x", "nonce": "y"},
    }).encode(),
    json.dumps({
        "event_type": "TRANSACTION.SUCCESS",
        "resource_type": "encrypt-resource",
        "resource": {"algorithm": "AEAD_AES_256_GCM", "ciphertext": "AAAA", "nonce": "n" * 12},
    }).encode(),
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_a_signed_body_of_another_form_is_forged(
    merchant: Merchant, keys: Keys, body: bytes
) -> None:
    with pytest.raises(Forged):
        read(merchant, (signed(keys, body), body))


@pytest.mark.parametrize(
    "changes",
    [
        {"trade_state": "WHATEVER"},
        {"amount": None},
        {"amount": {"total": "lots"}},
        {"amount": {"total": 1234, "currency": "USD"}},
        {"success_time": None},
        {"success_time": "2026-11-30T12:00:00"},
        {"transaction_id": None},
        {"out_trade_no": None},
    ],
)
def test_a_payment_that_does_not_say_all_is_not_taken(
    merchant: Merchant, keys: Keys, changes: dict[str, Any]
) -> None:
    with pytest.raises(Forged):
        read(merchant, notification(keys, "TRANSACTION.SUCCESS", paid(keys, **changes)))


def test_an_event_that_nobody_asked_for_is_forged(merchant: Merchant, keys: Keys) -> None:
    with pytest.raises(Forged):
        read(merchant, notification(keys, "COUPON.USE", paid(keys)))
