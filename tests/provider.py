"""A payment provider in this process, which does what a test tells it: it is away, is slow,
forgets, repeats itself, says one thing and then another. It speaks the house's own interface
(chalicelib/providers); how WeChat Pay is spoken to is tested against the sandbox (tests/providers).
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from chalicelib import providers
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.fields import china_date
from chalicelib.domain.merchants import Verdict
from chalicelib.providers import (
    Away,
    BillRow,
    Charge,
    Forged,
    Merchant,
    NotYet,
    Refunding,
    RefundReport,
    Refused,
    Report,
    Way,
)
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.services import reconciliations
from tests.world import Client, Json, World, ok

MCHID = "1900000001"
KEY_ID = "PUB_KEY_ID_0119000000012026"


@dataclass
class AtProvider:
    """What the provider knows of a charge."""

    asked: Charge
    mchid: str
    report: Report
    starts: int = 1


@dataclass
class Refunded:
    asked: Refunding
    mchid: str
    report: RefundReport
    requests: int = 1
    made_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class FakeProvider:
    """charges and refunds: as the provider holds them, by number. asked: how often what was asked.

    away: kinds of questions that get no answer and are not done. deaf: those that are done and get
    no answer either. refuses: kinds of questions that are refused, with the code. unready: days
    without a bill. falsified: what becomes of the rows of one.
    """

    charges: dict[str, AtProvider] = field(default_factory=dict)
    refunds: dict[str, Refunded] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    away: set[str] = field(default_factory=set)
    deaf: set[str] = field(default_factory=set)
    refuses: dict[str, str] = field(default_factory=dict)
    unready: set[date] = field(default_factory=set)
    falsified: Callable[[list[BillRow]], list[BillRow]] = lambda rows: rows
    before: Callable[[str], None] = lambda kind: None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def _question(self, kind: str) -> Iterator[None]:
        self.before(kind)
        with self.lock:
            self.asked[kind] += 1
            if kind in self.away:
                raise Away("away")
            if kind in self.refuses:
                raise Refused(self.refuses[kind])
            yield
            if kind in self.deaf:
                raise Away("it is done, and nobody hears of it")

    # --- the interface ---------------------------------------------------------------------------

    def checked(self, merchant: Merchant) -> Merchant:
        return merchant

    def verdict(self, merchant: Merchant) -> Verdict:
        try:
            self.query(merchant, "check")
        except Away:
            return "away"
        except Refused:
            return "refused"
        return "ok"

    def start(self, merchant: Merchant, charge: Charge, way: Way) -> dict[str, Any]:
        with self._question("start"):
            known = self.charges.get(charge.number)
            if known is None:
                report = Report(charge.number, "open", mchid=merchant.mchid)
                self.charges[charge.number] = AtProvider(charge, merchant.mchid, report)
            elif known.report.state == "succeeded":
                raise Refused("ORDERPAID")
            elif known.report.state == "closed":
                raise Refused("ORDER_CLOSED")
            else:
                known.starts += 1
        if way == "jsapi":
            return {"params": {"package": charge.number}}
        return {"code_url" if way == "native" else "h5_url": f"weixin://{charge.number}"}

    def payer_page(self, merchant: Merchant, back: str, state: str) -> str:
        return f"https://provider.example/authorize?{urlencode({'to': back, 'state': state})}"

    def payer(self, merchant: Merchant, code: str) -> str:
        with self._question("payer"):
            return f"openid-{code}"
        raise AssertionError

    def query(self, merchant: Merchant, number: str) -> Report:
        with self._question("query"):
            known = self.charges.get(number)
            return known.report if known else Report(number, "unknown", mchid=merchant.mchid)
        raise AssertionError

    def close(self, merchant: Merchant, number: str) -> bool:
        with self._question("close"):
            known = self.charges.get(number)
            if known is None:
                return True
            if known.report.state == "succeeded":
                return False
            known.report = replace(known.report, state="closed")
        return True

    def refund(self, merchant: Merchant, refunding: Refunding) -> RefundReport:
        with self._question("refund"):
            known = self.refunds.get(refunding.number)
            if known is None and refunding.charge not in self.charges:
                raise Refused("RESOURCE_NOT_EXISTS")
            if known is None:
                paid = self.charges[refunding.charge].report.amount_fen or 0
                before = sum(
                    other.asked.amount_fen
                    for other in self.refunds.values()
                    if other.asked.charge == refunding.charge and other.report.state != "closed"
                )
                if before + refunding.amount_fen > paid:
                    raise Refused("INVALID_REQUEST")
                report = RefundReport(
                    refunding.number, refunding.charge, "processing", refunding.amount_fen
                )
                known = Refunded(refunding, merchant.mchid, report)
                self.refunds[refunding.number] = known
            else:
                assert known.asked == refunding, "one number, two refunds"
                known.requests += 1
            return known.report
        raise AssertionError

    def query_refund(self, merchant: Merchant, number: str) -> RefundReport:
        with self._question("query_refund"):
            known = self.refunds.get(number)
            return known.report if known else RefundReport(number, "", "unknown")
        raise AssertionError

    def notified_key(self, headers: Mapping[str, str], body: bytes) -> str:
        if "wechatpay-serial" not in headers:
            raise Forged("no serial")
        return headers["wechatpay-serial"]

    def read_notification(
        self, merchant: Merchant, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Report | RefundReport:
        if headers.get("wechatpay-signature") != _signed(body):
            raise Forged("not signed")
        content = json.loads(body)
        if content["mchid"] != merchant.mchid:
            raise Forged("another merchant's")
        at = content["at"] and datetime.fromisoformat(content["at"])
        if "charge" in content:
            named = {key: content[key] for key in ("number", "charge", "state", "amount_fen")}
            return RefundReport(**named, at=at)
        named = {key: content[key] for key in ("number", "state", "amount_fen", "transaction_id")}
        return Report(**named, at=at, mchid=content["mchid"])

    def bill(self, merchant: Merchant, day: date) -> Iterator[BillRow]:
        with self._question("bill"):
            if day in self.unready:
                raise NotYet
            rows = [
                _paid_row(known.report)
                for known in self.charges.values()
                if known.mchid == merchant.mchid and known.report.state == "succeeded"
            ]
            rows += [
                _refund_row(known)
                for known in self.refunds.values()
                if known.mchid == merchant.mchid and known.report.state != "closed"
            ]
            return iter(self.falsified([row for row in rows if china_date(row.at) == day]))
        raise AssertionError

    # --- what a test plays -----------------------------------------------------------------------

    def pay(self, number: str, amount_fen: int | None = None) -> Report:
        """The buyer pays. Who has paid cannot pay again; what was closed can, as it was open on a
        phone that was slow."""
        with self.lock:
            known = self.charges[number]
            if known.report.state != "succeeded":
                known.report = Report(
                    number,
                    "succeeded",
                    known.asked.amount_fen if amount_fen is None else amount_fen,
                    f"4200{number}",
                    datetime.now(UTC).replace(microsecond=0),
                    known.mchid,
                )
            return known.report

    def give_back(self, number: str, state: providers.RefundState = "returned") -> RefundReport:
        with self.lock:
            known = self.refunds[number]
            at = datetime.now(UTC).replace(microsecond=0) if state == "returned" else None
            known.report = replace(known.report, state=state, at=at)
            return known.report

    def notify(
        self,
        client: Client,
        report: Report | RefundReport,
        mchid: str = MCHID,
        key_id: str = KEY_ID,
    ) -> Any:
        """Tell the app over HTTP; its answer."""
        body, headers = self.notification(report, mchid, key_id)
        what = "refund-notify" if isinstance(report, RefundReport) else "notify"
        path = f"/v1/payments/wechatpay/{what}"
        return client.call("POST", path, data=body, headers=headers)

    def notification(
        self, report: Report | RefundReport, mchid: str = MCHID, key_id: str = KEY_ID
    ) -> tuple[bytes, dict[str, str]]:
        """The body of a notification, and the headers that sign it."""
        content = {**report.__dict__, "at": report.at and report.at.isoformat(), "mchid": mchid}
        body = json.dumps(content).encode()
        headers = signed(body, key_id)
        return body, {name.lower(): text for name, text in headers.items()}

    @property
    def received_fen(self) -> int:
        return sum(known.report.amount_fen or 0 for known in self.charges.values())

    @property
    def returned_fen(self) -> int:
        return sum(
            known.report.amount_fen or 0
            for known in self.refunds.values()
            if known.report.state == "returned"
        )


def _paid_row(report: Report) -> BillRow:
    assert report.amount_fen is not None
    assert report.at is not None
    fen = report.amount_fen
    return BillRow("payment", report.number, None, fen, fee_of(fen), "succeeded", report.at)


def _refund_row(refund: Refunded) -> BillRow:
    fen, state = refund.asked.amount_fen, refund.report.state
    fee = -fee_of(fen)
    number, charge = refund.asked.number, refund.asked.charge
    return BillRow("refund", charge, number, fen, fee, state, refund.made_at)


def fee_of(fen: int) -> int:
    """Of six per mille."""
    return (fen * 6 + 500) // 1000


def _signed(body: bytes) -> str:
    return keyed_hash("fake provider", body.decode()).hex()


def signed(body: bytes, key_id: str = KEY_ID) -> dict[str, str]:
    return {"Wechatpay-Serial": key_id, "Wechatpay-Signature": _signed(body)}


def merchant_body(**fields: Any) -> Json:
    return {
        "mchid": MCHID,
        "appid": "wx0123456789abcdef",
        "serial_no": "0123456789ABCDEF",
        "private_key": "private",
        "apiv3_key": "k" * 32,
        "public_key_id": KEY_ID,
        "public_key": "public",
    } | fields


def enter_merchant(world: World, shop_id: str | None = None, **fields: Any) -> None:
    path = f"/v1/shops/{shop_id or world.shop_id}/merchants/wechatpay"
    ok(world.county.put(path, merchant_body(**fields)))


def paid_by(provider: FakeProvider, world: World, order: Json | None = None) -> str:
    """The number by which an order was paid, and the shop heard of it."""
    order = order or world.order(world.offer())
    path = f"/v1/orders/{order['id']}/pay?key={order['access_key']}"
    body = {"provider": "wechatpay", "way": "native"}
    number: str = ok(world.nobody.post(path, body))["out_trade_no"]
    ok(provider.notify(world.nobody, provider.pay(number)))
    return number


def kept_day(provider: FakeProvider, world: World) -> str:
    """The number of a payment that today's bill lacks, as it is fetched tomorrow."""
    number = paid_by(provider, world)
    provider.falsified = lambda rows: [row for row in rows if row.number != number]
    now = datetime.now(UTC)
    call = Call(Actor(id="county", role="county"), now + timedelta(days=1, hours=12))
    reconciliations.reconcile(call, "wechatpay", str(china_date(now)))
    return number


@contextmanager
def answering(fake: FakeProvider) -> Iterator[FakeProvider]:
    """It stands in for whichever provider is asked by name."""
    with patch.object(providers, "_adapter", lambda name: fake):
        yield fake
