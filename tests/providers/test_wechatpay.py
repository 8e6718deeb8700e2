"""WeChat Pay through the interface, against the sandbox, over real HTTP."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from unittest.mock import patch

import pytest
import urllib3

from chalicelib import providers
from chalicelib.domain.fields import china_date
from chalicelib.providers import Away, Charge, Merchant, NotYet, Refunding, Refused
from infra.sandbox import Sandbox
from infra.sandbox.ledger import Mood
from tests.waits import until

NOTIFY = "http://127.0.0.1:9/notify"
"""Where nobody listens."""


@pytest.fixture
def merchant(sandbox: Sandbox) -> Merchant:
    return Merchant(provider="wechatpay", **sandbox.entered())


def charge(number: str, **given: object) -> Charge:
    end = datetime.now(UTC) + timedelta(minutes=30)
    return replace(
        Charge(
            number=number,
            amount_fen=1234,
            title="沙田柚 5 斤",
            until=end,
            notify_url=NOTIFY,
            address="127.0.0.1",
            openid="oBuyer",
        ),
        **given,  # type: ignore[arg-type]
    )


def refunding(number: str, paid: str, amount_fen: int = 1234) -> Refunding:
    return Refunding(number, paid, amount_fen, 1234, "坏果", NOTIFY)


# --- charges ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "name"), [("native", "code_url"), ("h5", "h5_url")])
def test_a_charge_is_started_and_the_same_again_gives_the_same_answer(
    merchant: Merchant, way: providers.Way, name: str
) -> None:
    first = providers.start(merchant, charge("order0001"), way)
    assert list(first) == [name]
    assert providers.start(merchant, charge("order0001"), way) == first


def test_what_opens_the_payment_in_wechat_is_signed_by_the_merchant(
    merchant: Merchant, sandbox: Sandbox
) -> None:
    import base64

    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    from infra.sandbox.seals import _key

    params = providers.start(merchant, charge("order0001"), "jsapi")["params"]
    text = "".join(f"{params[name]}\n" for name in ("appId", "timeStamp", "nonceStr", "package"))
    own = _key(sandbox.merchant().own).public_key()
    own.verify(base64.b64decode(params["paySign"]), text.encode(), PKCS1v15(), SHA256())
    assert params["package"].startswith("prepay_id=wx")


def test_a_charge_is_open_then_paid_and_cannot_be_closed(
    merchant: Merchant, sandbox: Sandbox
) -> None:
    providers.start(merchant, charge("order0001"), "native")
    assert providers.query(merchant, "order0001").state == "open"
    sandbox.pay("order0001", times=0)
    report = providers.query(merchant, "order0001")
    assert (report.state, report.amount_fen, report.mchid) == ("succeeded", 1234, merchant.mchid)
    assert report.transaction_id
    assert report.at
    assert report.at.tzinfo is UTC
    assert not providers.close(merchant, "order0001")


def test_a_closed_charge_stays_closed(merchant: Merchant) -> None:
    providers.start(merchant, charge("order0001"), "native")
    assert providers.close(merchant, "order0001")
    assert providers.close(merchant, "order0001")
    assert providers.query(merchant, "order0001").state == "closed"
    with pytest.raises(Refused, match="ORDER_CLOSED"):
        providers.start(merchant, charge("order0001"), "native")


def test_what_the_provider_never_heard_of_is_unknown_and_cannot_be_paid(
    merchant: Merchant,
) -> None:
    assert providers.query(merchant, "order0404").state == "unknown"
    assert providers.query_refund(merchant, "refund0404").state == "unknown"
    assert providers.close(merchant, "order0404")


def test_another_sum_under_the_same_number_is_refused(merchant: Merchant) -> None:
    providers.start(merchant, charge("order0001"), "native")
    with pytest.raises(Refused, match="INVALID_REQUEST"):
        providers.start(merchant, charge("order0001", amount_fen=1), "native")


def test_a_long_title_of_wide_letters_is_cut_to_what_the_provider_takes(
    merchant: Merchant,
) -> None:
    assert providers.start(merchant, charge("order0001", title="🍊" * 60), "native")


# --- refunds ------------------------------------------------------------------------------------


def test_a_refund_is_taken_in_and_arrives_and_its_repeat_is_the_same_refund(
    merchant: Merchant, sandbox: Sandbox
) -> None:
    providers.start(merchant, charge("order0001"), "native")
    sandbox.pay("order0001", times=0)
    report = providers.refund(merchant, refunding("refund1", "order0001", 234))
    assert (report.state, report.charge, report.amount_fen) == ("processing", "order0001", 234)
    until(lambda: providers.query_refund(merchant, "refund1").state == "returned")
    again = providers.refund(merchant, refunding("refund1", "order0001", 234))
    assert (again.state, again.amount_fen) == ("returned", 234)
    assert again.at is not None
    assert providers.query(merchant, "order0001").state == "succeeded"


@pytest.mark.parametrize("outcome", ["abnormal", "closed"])
def test_a_refund_that_does_not_arrive_says_how(
    merchant: Merchant, sandbox: Sandbox, outcome: str
) -> None:
    with sandbox.book.opened() as ledger:
        ledger.becomes = outcome  # type: ignore[assignment]
    providers.start(merchant, charge("order0001"), "native")
    sandbox.pay("order0001", times=0)
    providers.refund(merchant, refunding("refund1", "order0001"))
    until(lambda: providers.query_refund(merchant, "refund1").state == outcome)


def test_a_refund_without_balance_is_refused_and_works_later_by_the_same_number(
    merchant: Merchant, sandbox: Sandbox
) -> None:
    providers.start(merchant, charge("order0001"), "native")
    sandbox.pay("order0001", times=0)
    with sandbox.book.opened() as ledger:
        ledger.becomes = "no_balance"
    with pytest.raises(Refused, match="NOT_ENOUGH"):
        providers.refund(merchant, refunding("refund1", "order0001"))
    assert providers.query_refund(merchant, "refund1").state == "unknown"
    with sandbox.book.opened() as ledger:
        ledger.becomes = "return"
    assert providers.refund(merchant, refunding("refund1", "order0001")).state == "processing"


# --- when it is not well ------------------------------------------------------------------------

QUESTIONS: dict[str, Callable[[Merchant], object]] = {
    "start": lambda merchant: providers.start(merchant, charge("order0001"), "native"),
    "query": lambda merchant: providers.query(merchant, "order0001"),
    "close": lambda merchant: providers.close(merchant, "order0001"),
    "refund": lambda merchant: providers.refund(merchant, refunding("refund1", "order0001")),
    "query_refund": lambda merchant: providers.query_refund(merchant, "refund1"),
    "bill": lambda merchant: providers.bill(merchant, china_date(datetime.now(UTC))),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("mood", ["away", "html", "busy", "failing", "tampering", "unsigned"])
def test_an_answer_that_cannot_be_believed_is_none(
    merchant: Merchant, sandbox: Sandbox, mood: Mood, question: str
) -> None:
    providers.start(merchant, charge("order0001"), "native")
    if question != "close":
        sandbox.pay("order0001", times=0)
    if question == "query_refund":
        providers.refund(merchant, refunding("refund1", "order0001"))
    if question == "start":
        sandbox_forgets(sandbox)
    with sandbox.book.opened() as ledger:
        ledger.mood = mood
    with pytest.raises(Away):
        QUESTIONS[question](merchant)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_refusal_that_is_nested_without_end_is_no_answer(
    merchant: Merchant, question: str
) -> None:
    """It comes unsigned, from whatever stands before the provider."""
    endless = urllib3.HTTPResponse(BytesIO(b"[" * 100_000), status=400, preload_content=False)
    answered = patch.object(urllib3.PoolManager, "request", lambda *_, **__: endless)
    with answered, pytest.raises(Away):
        QUESTIONS[question](merchant)


def sandbox_forgets(sandbox: Sandbox) -> None:
    with sandbox.book.opened() as ledger:
        ledger.charges.clear()


def test_a_provider_that_is_slow_is_not_waited_for(merchant: Merchant, sandbox: Sandbox) -> None:
    with sandbox.book.opened() as ledger:
        ledger.mood, ledger.mood_left = "slow", 1
    began = time.monotonic()
    with pytest.raises(Away):
        providers.query(merchant, "order0001")
    assert time.monotonic() - began < providers.CONNECT_SECONDS + providers.READ_SECONDS + 1


def test_a_provider_that_nobody_reaches_is_away(merchant: Merchant) -> None:
    with pytest.raises(Away):
        providers.query(replace(merchant, base_url="http://127.0.0.1:9"), "order0001")


def test_an_answer_for_another_key_is_not_believed(merchant: Merchant, sandbox: Sandbox) -> None:
    other = sandbox.entered("1900000999")
    mixed = replace(merchant, public_key=other["public_key"])
    with pytest.raises(Away):
        providers.start(mixed, charge("order0001"), "native")


def test_a_key_of_ours_that_the_provider_does_not_know_is_refused(
    merchant: Merchant, sandbox: Sandbox
) -> None:
    other = sandbox.entered("1900000999")
    mixed = replace(merchant, private_key=other["private_key"])
    with pytest.raises(Refused, match="SIGN_ERROR"):
        providers.start(mixed, charge("order0001"), "native")


# --- bills --------------------------------------------------------------------------------------


def test_the_bill_of_a_day_lists_payments_and_refunds_with_their_fees(
    merchant: Merchant, sandbox: Sandbox
) -> None:
    providers.start(merchant, charge("order0001", title="柚子,「大」"), "native")
    sandbox.pay("order0001", times=0)
    providers.refund(merchant, refunding("refund1", "order0001", 234))
    until(lambda: providers.query_refund(merchant, "refund1").state == "returned")
    payment, refund = providers.bill(merchant, china_date(datetime.now(UTC)))
    assert (payment.kind, payment.number, payment.state) == ("payment", "order0001", "succeeded")
    assert (payment.amount_fen, payment.fee_fen, payment.refund_number) == (1234, 7, None)
    assert (refund.kind, refund.number, refund.refund_number) == ("refund", "order0001", "refund1")
    assert (refund.amount_fen, refund.fee_fen, refund.state) == (234, -1, "returned")
    assert abs((payment.at - datetime.now(UTC)).total_seconds()) < 60


def test_a_day_without_a_bill_is_empty_once_it_is_over_and_before_that_not_yet(
    merchant: Merchant, sandbox: Sandbox
) -> None:
    today = china_date(datetime.now(UTC))
    with pytest.raises(NotYet):
        providers.bill(merchant, today)
    assert list(providers.bill(merchant, today - timedelta(days=3))) == []
    with sandbox.book.opened() as ledger:
        ledger.bill_ready = False
    with pytest.raises(NotYet):
        providers.bill(merchant, today - timedelta(days=3))
