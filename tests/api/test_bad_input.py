"""Whatever is sent: a 4xx problem that says what to do, in the caller's language, nothing stored.

Each case changes one thing in a body that would be taken as it is (`test_the_bodies_are_right`).
"""

import base64
import copy
import json
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from chalicelib.api.edge.bounds import LARGEST_BODY, LARGEST_PUBLIC
from chalicelib.config import settings
from chalicelib.domain.fields import CHINA
from chalicelib.domain.photos import LARGEST_BYTES, Photo
from chalicelib.repositories import photos
from tests.waits import LONG_WAIT
from tests.world import (
    BUYER,
    PASSWORD,
    PNG,
    RATE,
    Client,
    Json,
    World,
    inspection_body,
    instant,
    new_id,
    ok,
    photo_body,
    product_body,
    refused,
    stored,
    training_body,
)

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_PROSE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
MISSING = object()
BIG = 10**400
NOWHERE = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
LANGUAGES = ("zh-CN", "en")


class Counter:
    """Where each kind of body is sent, by whom, and a right one."""

    def __init__(self, world: World) -> None:
        self.world = world
        two = [
            product_body()["inspection_plan"]["metrics"][0],
            {**product_body()["inspection_plan"]["metrics"][0], "key": "lead", "name": "铅"},
        ]
        self.product = world.product(inspection_plan={"metrics": two})
        self.batch = world.passed_batch()
        self.two_metrics = world.batch(product_id=self.product["id"])
        self.recalled = world.move(world.passed_batch(), "recall")
        self.offer = world.offer(self.batch)
        self.unpaid = world.order(self.offer)
        self.paid = world.paid_order(self.offer, packs=2)
        self.parcel = world.delivered(world.pack(world.paid_order(self.offer)))
        self.complained = world.delivered(world.pack(world.paid_order(self.offer)))
        self.complaint = world.complain(self.complained)

    def target(self, kind: str) -> tuple[Client, str, str, Json]:
        """By whom, method, path, body."""
        w, code = self.world, self.parcel["code"]
        measured = [{"metric": RATE, "value": 1}, {"metric": "lead", "value": 1}]
        batch = f"/v1/batches/{self.batch['id']}"
        two = f"/v1/batches/{self.two_metrics['id']}/inspections/{new_id()}"
        recalled = f"/v1/batches/{self.recalled['id']}"
        paid = f"/v1/orders/{self.paid['id']}"
        case = f"/v1/complaints/{self.complaint['id']}"
        person = f"/v1/accounts/{ok(w.cadre.get('/v1/me'))['id']}"
        scope = {"role": "cadre", "village_ids": [w.village_id]}
        account = {"username": "new.cadre", "password": PASSWORD, "name": "李", **scope}
        producer = {"village_id": w.village_id, "kind": "farm", "display_name": "农户 1"}
        targets: dict[str, tuple[Client, str, str, Json]] = {
            "session": (w.nobody, "POST", "/v1/sessions", {"username": "x", "password": "y"}),
            "account": (w.county, "PUT", f"/v1/accounts/{new_id()}", account),
            "training": (w.county, "PUT", f"{person}/trainings/{new_id()}", training_body()),
            "own photo": (w.cadre, "PUT", f"/v1/photos/{new_id()}", photo_body()),
            "producer": (w.cadre, "PUT", f"/v1/producers/{new_id()}", producer),
            "product": (w.cadre, "PUT", f"/v1/products/{new_id()}", product_body()),
            "batch": (w.cadre, "PUT", f"/v1/batches/{new_id()}", w.batch_body()),
            "inspection": (
                w.cadre,
                "PUT",
                f"{batch}/inspections/{new_id()}",
                inspection_body(),
            ),
            "two metrics": (w.cadre, "PUT", two, inspection_body(measurements=measured)),
            "recalled": (
                w.cadre,
                "PUT",
                f"{recalled}/inspections/{new_id()}",
                inspection_body(),
            ),
            "certificate": (
                w.cadre,
                "PUT",
                f"{batch}/certificates/{new_id()}",
                {"basis": "self_tested", "quantity": 10, "contact": "0559-1"},
            ),
            "hold": (w.cadre, "POST", f"{batch}/hold", {"reason": "抽检"}),
            "quantity": (w.cadre, "POST", f"{batch}/quantity", {"quantity": 9, "reason": "多打"}),
            "offer": (
                w.seller,
                "PUT",
                f"/v1/offers/{new_id()}",
                w.offer_body(self.batch, packs_total=1),
            ),
            "order": (w.nobody, "POST", "/v1/orders", w.order_body(self.offer)),
            "payment": (
                w.seller,
                "POST",
                f"/v1/orders/{self.unpaid['id']}/payment",
                {"paid_fen": 3000, "method": "wechat", "reference": "1"},
            ),
            "parcel": (
                w.seller,
                "POST",
                f"{paid}/parcels",
                {"allocations": [{"line": 0, "batch_id": self.batch["id"], "packs": 1}]},
            ),
            "refund": (
                w.seller,
                "PUT",
                f"{paid}/refunds/{new_id()}",
                {"amount_fen": 1, "reason": "坏果"},
            ),
            "scan": (w.nobody, "POST", f"/t/{code}/scans", {"device": "device-0001"}),
            "photo": (w.nobody, "POST", f"/t/{code}/photos", photo_body()),
            "complaint": (w.nobody, "POST", f"/t/{code}/complaints", {"reason": "rotten"}),
            "message": (
                w.nobody,
                "POST",
                f"{case}/messages?key={self.complaint['access_key']}",
                {"message": "又坏了两个"},
            ),
            "settle": (
                w.seller,
                "POST",
                f"{case}/settle",
                {"remedy": "partial_refund", "refund_fen": 1, "message": "好"},
            ),
        }
        return targets[kind]


@pytest.fixture(scope="module")
def desk(shared: World) -> Counter:
    return Counter(shared)


def changed(body: Json, where: str, value: Any) -> Json:
    """A copy of the body with one place changed; MISSING takes it away."""
    body = copy.deepcopy(body)
    if not where:
        return value  # type: ignore[no-any-return]
    *way, last = [int(part) if part.isdigit() else part for part in where.split(".")]
    place: Any = body
    for step in way:
        place = place[step]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return body


def sentences_are(language: str, problem: Json) -> None:
    """In one language; what people typed, in quotes, may be in any."""
    sentences = [problem["detail"], *(error["message"] for error in problem.get("errors", []))]
    for sentence in sentences:
        own = re.sub(r"“[^”]*”|「[^」]*」", "", sentence)
        if language == "en":
            assert not HAN.search(own), sentence
        else:
            assert HAN.search(own), sentence
            assert not ENGLISH_PROSE.search(own), sentence
        for internal in ("Traceback", "pydantic", "botocore", "Exception", "chalicelib"):
            assert internal not in sentence


def rejected(send: Callable[[dict[str, str]], requests.Response]) -> Json:
    """What is sent is refused in both languages, and leaves nothing behind."""
    before = stored()
    refusal: Json = {}
    for language in LANGUAGES:
        answer = send({"Accept-Language": language})
        assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text[:300]}"
        refusal = refused(answer, answer.status_code, answer.json()["code"])
        sentences_are(language, refusal)
    assert stored() == before
    return refusal


def sent(desk: Counter, kind: str, raw: bytes, **headers: str) -> Json:
    by, method, path, _ = desk.target(kind)
    kinds = {"Content-Type": "application/json", **headers}
    return rejected(lambda language: by.call(method, path, data=raw, headers=kinds | language))


# --- one wrong thing -----------------------------------------------------------------------------


def day_after_tomorrow() -> str:
    """Of when the cases are made: it lies ahead also where midnight comes before they are sent."""
    return (datetime.now(CHINA) + timedelta(days=2)).date().isoformat()


CASES: list[tuple[str, str, Any, int, str]] = [
    # body, place in it, what stands there, status, the field that is named or the code
    ("batch", "lot", "批次一", 422, "lot"),
    ("batch", "lot", "A 1", 422, "lot"),
    ("batch", "lot", "A" * 21, 422, "lot"),
    ("batch", "lot", "", 422, "lot"),
    ("batch", "lot", "١٢٣", 422, "lot"),
    ("batch", "lot", "A-1\n", 422, "lot"),
    ("batch", "lot", 7, 422, "lot"),
    ("batch", "lot", MISSING, 422, "lot"),
    ("batch", "harvested_on", day_after_tomorrow(), 422, "harvested_on"),
    ("batch", "harvested_on", "2026-02-30", 422, "harvested_on"),
    ("batch", "harvested_on", "0001-01-01", 422, "harvested_on"),
    ("batch", "harvested_on", "9999-12-31", 422, "harvested_on"),
    ("batch", "harvested_on", "2026-2-3", 422, "harvested_on"),
    ("batch", "harvested_on", "2026-02-03T00:00:00Z", 422, "harvested_on"),
    ("batch", "harvested_on", 20260203, 422, "harvested_on"),
    ("batch", "harvested_on", None, 422, "harvested_on"),
    ("batch", "quantity", 0, 422, "quantity"),
    ("batch", "quantity", -1, 422, "quantity"),
    ("batch", "quantity", 10**12 + 1, 422, "quantity"),
    ("batch", "quantity", BIG, 422, "quantity"),
    ("batch", "quantity", -BIG, 422, "quantity"),
    ("batch", "quantity", 1.0, 422, "quantity"),
    ("batch", "quantity", 1e300, 422, "quantity"),
    ("batch", "quantity", "100", 422, "quantity"),
    ("batch", "quantity", True, 422, "quantity"),
    ("batch", "quantity", [], 422, "quantity"),
    ("batch", "plot", "x" * 61, 422, "plot"),
    ("batch", "plot", "a\0b", 422, "plot"),
    ("batch", "plot", "   ", 422, "plot"),
    ("batch", "note", "x" * 201, 422, "note"),
    ("batch", "product_id", "1", 422, "product_id"),
    ("batch", "product_id", NOWHERE, 404, "not_found"),
    ("batch", "producer_id", NOWHERE, 404, "not_found"),
    ("batch", "device_at", "2026-02-24T12:00:00", 422, "device_at"),
    ("batch", "device_at", 1771934400, 422, "device_at"),
    ("batch", "clock_gap_seconds", 0, 422, "clock_gap_seconds"),
    ("batch", "state", "passed", 422, "state"),
    ("batch", "Lot", "A-1", 422, "Lot"),
    ("inspection", "measurements.0.metric", "taste", 422, "measurements.0.metric"),
    ("inspection", "measurements.0.value", "12.5", 422, "measurements.0.value"),
    ("inspection", "measurements.0.value", True, 422, "measurements.0.value"),
    ("inspection", "measurements.0.value", BIG, 422, "measurements.0.value"),
    ("inspection", "measurements.0.value", 1_000_000, 422, "measurements.0.value"),
    ("inspection", "measurements.0.value", 0.1234567, 422, "measurements.0.value"),
    ("inspection", "measurements.0.value", None, 422, "measurements.0"),
    ("inspection", "measurements.0.below_detection", True, 422, "measurements.0"),
    ("inspection", "measurements.0.verdict", "pass", 422, "measurements.0.verdict"),
    ("inspection", "measurements", [], 422, "measurements"),
    ("inspection", "measurements", {}, 422, "measurements"),
    ("inspection", "measurements", [{"metric": RATE, "value": 1}] * 13, 422, "measurements"),
    ("inspection", "verdict", "pass", 422, "verdict"),
    ("inspection", "stage", "kitchen", 422, "stage"),
    ("inspection", "tested_at", instant(hours=-30), 422, "tested_at"),
    ("inspection", "sampled_at", instant(hours=-30), 422, "sampled_at"),
    ("inspection", "tested_at", "0001-01-01T00:00:00+08:00", 422, "tested_at"),
    ("inspection", "tested_at", "9999-12-31T23:59:59-08:00", 422, "tested_at"),
    ("inspection", "tested_at", "2026-02-24T12:00:00", 422, "tested_at"),
    ("inspection", "tested_at", "2026-02-24", 422, "tested_at"),
    ("inspection", "tested_at", "2026-02-30T12:00:00Z", 422, "tested_at"),
    ("inspection", "tested_at", "2026-02-24T12:00:60Z", 422, "tested_at"),
    ("inspection", "tested_at", "2026-02-24T12:00:00+99:99", 422, "tested_at"),
    ("inspection", "tested_at", 1771934400, 422, "tested_at"),
    ("inspection", "tested_at", True, 422, "tested_at"),
    ("inspection", "device_at", "yesterday", 422, "device_at"),
    ("inspection", "training_gaps", [], 422, "training_gaps"),
    ("inspection", "photos_waiting", [], 422, "photos_waiting"),
    ("inspection", "photos", [NOWHERE], 422, "photo_unknown"),
    ("inspection", "photos", [NOWHERE] * 10, 422, "photos"),
    ("inspection", "photos", ["x"], 422, "photos.0"),
    ("inspection", "supersedes", NOWHERE, 422, "supersedes"),
    ("inspection", "quantity_covered", 0, 422, "quantity_covered"),
    ("two metrics", "measurements.1", MISSING, 422, "measurements"),
    ("two metrics", "measurements.1.metric", RATE, 422, "measurements.1.metric"),
    ("recalled", "", inspection_body(), 409, "not_allowed_now"),
    ("certificate", "quantity", 1001, 422, "quantity"),
    ("certificate", "basis", "trust me", 422, "basis"),
    ("certificate", "contact", "", 422, "contact"),
    ("quantity", "quantity", 0, 422, "quantity"),
    ("quantity", "reason", "", 422, "reason"),
    ("hold", "reason", "", 422, "reason"),
    ("hold", "reason", "x" * 1001, 422, "reason"),
    ("hold", "reason", "a\x1b[2J", 422, "reason"),
    ("offer", "price_fen", 0, 422, "price_fen"),
    ("offer", "price_fen", -100, 422, "price_fen"),
    ("offer", "price_fen", 29.9, 422, "price_fen"),
    ("offer", "price_fen", BIG, 422, "price_fen"),
    ("offer", "packs_total", 1_000_001, 422, "packs_total"),
    ("offer", "packs_total", 100, 409, "not_enough_in_batch"),
    ("offer", "pack_quantity", 10**12, 409, "not_enough_in_batch"),
    ("offer", "batch_ids", [], 422, "batch_ids"),
    ("offer", "batch_ids", [NOWHERE], 404, "not_found"),
    ("offer", "product_id", NOWHERE, 404, "not_found"),
    ("offer", "closes_at", "yesterday", 422, "closes_at"),
    ("offer", "limit_per_customer", 0, 422, "limit_per_customer"),
    ("order", "lines", [], 422, "lines"),
    ("order", "lines.0.packs", 0, 422, "lines.0.packs"),
    ("order", "lines.0.packs", -1, 422, "lines.0.packs"),
    ("order", "lines.0.packs", 1.0, 422, "lines.0.packs"),
    ("order", "lines.0.packs", "1", 422, "lines.0.packs"),
    ("order", "lines.0.packs", True, 422, "lines.0.packs"),
    ("order", "lines.0.packs", BIG, 422, "lines.0.packs"),
    ("order", "lines.0.packs", 100_000, 409, "out_of_stock"),
    ("order", "lines.0.price_fen", 1, 422, "lines.0.price_fen"),
    ("order", "lines.0.offer_id", NOWHERE, 404, "not_found"),
    ("order", "lines.0.offer_id", "1' OR '1'='1", 422, "lines.0.offer_id"),
    ("order", "shop_id", NOWHERE, 404, "not_found"),
    ("order", "buyer.name", "", 422, "buyer.name"),
    ("order", "buyer.name", "a\0b", 422, "buyer.name"),
    ("order", "buyer.name", "顾\n小满", 422, "buyer.name"),
    ("order", "buyer.phone", "abc", 422, "buyer.phone"),
    ("order", "buyer.phone", "١٣٨١٢٣٤٠٠٠١", 422, "buyer.phone"),
    ("order", "buyer.phone", 13812340001, 422, "buyer.phone"),
    ("order", "buyer.email", "a@b.cn", 422, "buyer.email"),
    ("order", "buyer.address.detail", MISSING, 422, "buyer.address.detail"),
    ("order", "buyer.address", "上海", 422, "buyer.address"),
    ("order", "channel", "telepathy", 422, "channel"),
    ("order", "total_fen", 1, 422, "total_fen"),
    ("order", "__proto__", {}, 422, "__proto__"),
    ("payment", "paid_fen", -1, 422, "paid_fen"),
    ("payment", "paid_fen", 3000.0, 422, "paid_fen"),
    ("payment", "paid_fen", BIG, 422, "paid_fen"),
    ("payment", "paid_fen", 2999, 409, "wrong_amount"),
    ("payment", "reference", "", 422, "reference"),
    ("parcel", "allocations", [], 422, "allocations"),
    ("parcel", "allocations.0.line", 10, 422, "allocations.0.line"),
    ("parcel", "allocations.0.line", 5, 422, "allocations.0.line"),
    ("parcel", "allocations.0.line", -1, 422, "allocations.0.line"),
    ("parcel", "allocations.0.packs", 0, 422, "allocations.0.packs"),
    ("parcel", "allocations.0.packs", 3, 409, "over_packed"),
    ("parcel", "allocations.0.batch_id", NOWHERE, 422, "wrong_batch"),
    ("refund", "amount_fen", 0, 422, "amount_fen"),
    ("refund", "amount_fen", -1, 422, "amount_fen"),
    ("refund", "amount_fen", 6001, 409, "exceeds_refundable"),
    ("refund", "amount_fen", BIG, 422, "amount_fen"),
    ("refund", "complaint_id", NOWHERE, 404, "not_found"),
    ("scan", "device", "short", 422, "device"),
    ("scan", "device", "x" * 65, 422, "device"),
    ("scan", "device", "<script>", 422, "device"),
    ("photo", "content_type", "image/gif", 422, "content_type"),
    ("photo", "content_type", "image/heic", 422, "content_type"),
    ("photo", "size", LARGEST_BYTES + 1, 422, "size"),
    ("photo", "size", 0, 422, "size"),
    ("photo", "sha256", "x" * 64, 422, "sha256"),
    ("complaint", "reason", "bored", 422, "reason"),
    ("complaint", "damaged_percent", 0, 422, "damaged_percent"),
    ("complaint", "damaged_percent", 101, 422, "damaged_percent"),
    ("complaint", "damaged_percent", "10", 422, "damaged_percent"),
    ("complaint", "description", "x" * 1001, 422, "description"),
    ("complaint", "photos", [NOWHERE], 422, "photo_unknown"),
    ("message", "message", "", 422, "message"),
    ("message", "message", "x" * 501, 422, "message"),
    ("message", "photos", [NOWHERE], 422, "photo_unknown"),
    ("message", "photos", [NOWHERE] * 4, 422, "photos"),
    ("complaint", "photos", [NOWHERE] * 10, 422, "photos"),
    ("settle", "remedy", "apology", 422, "remedy"),
    ("settle", "refund_fen", 0, 422, "refund_fen"),
    ("settle", "refund_fen", 10**11, 409, "exceeds_refundable"),
    ("settle", "remedy", "replacement", 422, "body"),
    ("account", "role", "provider", 422, "role"),
    ("account", "username", "李干部", 422, "username"),
    ("account", "username", "cadre", 409, "taken"),
    ("account", "password", "short", 422, "password"),
    ("account", "village_ids", [], 422, "body"),
    ("account", "village_ids", [NOWHERE], 404, "not_found"),
    ("account", "shop_id", NOWHERE, 422, "body"),
    ("training", "method", "", 422, "method"),
    ("training", "method", "x" * 121, 422, "method"),
    ("training", "method", MISSING, 422, "method"),
    ("training", "valid_until", "2026-01-14", 422, "valid_until"),
    ("training", "valid_until", "9999-12-31", 422, "valid_until"),
    ("training", "trained_on", "1999-12-31", 422, "trained_on"),
    ("training", "trained_on", "2026-01-15T00:00:00Z", 422, "trained_on"),
    ("training", "trained_on", 20260115, 422, "trained_on"),
    ("training", "trainer", "a\0b", 422, "trainer"),
    ("training", "certificate_no", 17, 422, "certificate_no"),
    ("training", "recorded_at", instant(), 422, "recorded_at"),
    ("own photo", "content_type", "image/gif", 422, "content_type"),
    ("own photo", "size", LARGEST_BYTES + 1, 422, "size"),
    ("own photo", "sha256", "x" * 64, 422, "sha256"),
    ("own photo", "uploaded", True, 422, "uploaded"),
    ("producer", "kind", "robot", 422, "kind"),
    ("producer", "credit_code", "x", 422, "credit_code"),
    ("producer", "village_id", NOWHERE, 404, "not_found"),
    ("product", "gtin", "9520000000001", 422, "body"),
    ("product", "gtin", "٩٥٢٠٠٠٠٠", 422, "gtin"),
    ("product", "unit", "kg", 422, "unit"),
    ("product", "inspection_plan.metrics", [], 422, "inspection_plan.metrics"),
    ("product", "inspection_plan.metrics.0.limit", MISSING, 422, "inspection_plan.metrics.0"),
    (
        "product",
        "inspection_plan.metrics.0.operator",
        "eq",
        422,
        "inspection_plan.metrics.0.operator",
    ),
    ("product", "inspection_plan.metrics.0.key", "Größe", 422, "inspection_plan.metrics.0.key"),
    ("product", "after_sales.reply_hours", 0, 422, "after_sales.reply_hours"),
    ("product", "after_sales.reply_hours", 721, 422, "after_sales.reply_hours"),
    ("session", "password", "y", 401, "bad_credentials"),
    ("session", "username", None, 422, "username"),
    ("session", "username", "x" * 201, 422, "username"),
]


@pytest.mark.parametrize(
    ("kind", "where", "value", "status", "named"),
    CASES,
    ids=[f"{number} {kind} {where}" for number, (kind, where, *_) in enumerate(CASES)],
)
def test_one_wrong_thing_is_named_and_nothing_is_stored(
    kind: str, where: str, value: Any, status: int, named: str, desk: Counter
) -> None:
    by, method, path, body = desk.target(kind)
    wrong = changed(body, where, value)
    refusal = rejected(lambda language: by.call(method, path, json=wrong, headers=language))
    assert refusal["status"] == status
    assert named in {refusal["code"], *(error["field"] for error in refusal.get("errors", []))}


def test_every_field_that_is_wrong_is_named_at_once(desk: Counter) -> None:
    by, method, path, body = desk.target("batch")
    wrong = body | {"lot": "批", "quantity": -1, "colour": "red"}
    del wrong["product_id"]
    refusal = rejected(lambda language: by.call(method, path, json=wrong, headers=language))
    assert {error["field"] for error in refusal["errors"]} == {
        "lot",
        "quantity",
        "colour",
        "product_id",
    }


# --- what is no body at all ----------------------------------------------------------------------


def right(desk: Counter, kind: str) -> bytes:
    return json.dumps(desk.target(kind)[3]).encode()


RAW: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda body: b"",
    "a brace": lambda body: b"{",
    "half": lambda body: body[: len(body) // 2],
    "one too many": lambda body: body + b"}",
    "two": lambda body: body + body,
    "a comma at the end": lambda body: body[:-1] + b",}",
    "a comment": lambda body: b"/* */" + body,
    "single quotes": lambda body: body.replace(b'"', b"'"),
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "GB18030": lambda body: '{"lot": "批次"}'.encode("gb18030"),
    "broken UTF-8": lambda body: b'{"lot": "\xff\xfe"}',
    "a NUL byte": lambda body: body.replace(b"{", b"{\0", 1),
    "half a surrogate pair": lambda body: b'{"lot": "\\ud800"}',
    "half a surrogate pair as a name": lambda body: b'{"\\udfff": 1}',
    "deep lists": lambda body: b"[" * 30_000,
    "deep objects": lambda body: b'{"lot":' * 4000,
    "deep and closed": lambda body: b'{"lot":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "null": lambda body: b"null",
    "a list": lambda body: b"[" + body + b"]",
    "a text": lambda body: b'"x"',
    "a number": lambda body: b"1",
    "true": lambda body: b"true",
    "NaN": lambda body: b"NaN",
    "white space": lambda body: b" \n\t ",
    "XML": lambda body: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    "a form": lambda body: b"lot=A-1&quantity=1",
    "a huge number": lambda body: b'{"quantity": ' + b"9" * 30_000 + b"}",
    "a huge exponent": lambda body: b'{"quantity": 1e999999999}',
    "many fields": lambda body: json.dumps({f"f{n}": n for n in range(2000)}).encode(),
}


@pytest.mark.parametrize("kind", ["batch", "order", "complaint"])
@pytest.mark.parametrize("raw", RAW)
def test_what_is_no_body_is_refused(raw: str, kind: str, desk: Counter) -> None:
    refusal = sent(desk, kind, RAW[raw](right(desk, kind)))
    assert refusal["code"] in {"bad_request", "invalid"}


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "01", "+1", ".5"]
)
def test_what_is_no_number_is_refused(value: str, desk: Counter) -> None:
    raw = right(desk, "inspection").replace(b"12.5", value.encode())
    assert value.encode() in raw
    assert sent(desk, "inspection", raw)["code"] in {"bad_request", "invalid"}


def test_of_a_name_given_twice_the_last_counts(desk: Counter) -> None:
    """RFC 8259 leaves it open; all our readers are the same one."""
    by, method, path, _ = desk.target("batch")
    raw = right(desk, "batch").replace(b'"quantity": 1000', b'"quantity": 1, "quantity": 2')
    answer = by.call(method, path, data=raw, headers={"Content-Type": "application/json"})
    assert ok(answer, 201)["quantity"] == 2


def test_ten_megabytes_are_refused(desk: Counter) -> None:
    refusal = sent(desk, "order", b"x" * 10_000_000)
    assert (refusal["code"], refusal["limit_bytes"]) == ("body_too_large", 1024 * 1024)


@pytest.mark.parametrize(
    ("kind", "largest"),
    [
        *((kind, LARGEST_PUBLIC) for kind in ("session", "scan", "photo", "complaint", "order")),
        *((kind, LARGEST_BODY) for kind in ("offer", "parcel", "settle", "product")),
    ],
)
def test_a_body_at_the_limit_of_whoever_may_send_it_is_read(
    kind: str, largest: int, desk: Counter
) -> None:
    assert sent(desk, kind, b" " * largest)["code"] == "bad_request"
    if largest < LARGEST_BODY:  # the connection's own, which test_ten_megabytes_are_refused asks
        refusal = sent(desk, kind, b" " * (largest + 1))
        assert (refusal["code"], refusal["limit_bytes"]) == ("body_too_large", largest)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/html",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json-patch+json",
        "application/jsonx",
        "json",
        "*/*",
        "",
        "application/json, text/plain",
        "x" * 5000,
    ],
)
def test_another_content_type_is_refused(content_type: str, desk: Counter) -> None:
    refusal = sent(desk, "order", right(desk, "order"), **{"Content-Type": content_type})
    assert (refusal["status"], refusal["code"]) == (415, "unsupported_media_type")
    assert refusal["expected"] == "application/json"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", None],
)
def test_json_is_taken_by_any_spelling_of_its_type(content_type: str | None, desk: Counter) -> None:
    by, method, path, _ = desk.target("batch")
    headers = {"Content-Type": content_type} if content_type else {}
    assert by.call(method, path, data=right(desk, "batch"), headers=headers).status_code == 201


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "identity",
    [
        "1",
        "null",
        "undefined",
        "%00",
        "%0d%0aX-Evil:%201",
        "%2e%2e%2f%2e%2e",
        "%E6%89%B9",
        "%F0%9F%98%80",
        "%ff%fe",
        "%",
        "%zz",
        "批",
        "😀",
        "%27%20OR%20%271%27=%271",
        "<script>",
        "a" * 40_000,
        "{id}%2Fparcels",
        "{id}%20",
    ],
)
def test_what_is_no_id_is_not_found(identity: str, desk: Counter) -> None:
    path = f"/v1/batches/{identity.replace('{id}', desk.batch['id'])}"
    refusal = rejected(lambda language: desk.world.cadre.call("GET", path, headers=language))
    assert (refusal["status"], refusal["code"]) == (404, "not_found")


@pytest.mark.parametrize("identity", ["1", "x" * 36, "%00", "%E6%89%B9", "00000000-0000"])
def test_nothing_is_put_under_what_is_no_uuid(identity: str, desk: Counter) -> None:
    by, method, _, body = desk.target("batch")
    path = f"/v1/batches/{identity}"
    refusal = rejected(lambda language: by.call(method, path, json=body, headers=language))
    assert (refusal["code"], refusal["errors"][0]["field"]) == ("invalid", "batch_id")


def test_an_address_too_long_to_read_is_refused(desk: Counter) -> None:
    """In Chinese: the wish for a language comes after the address."""
    answer = desk.world.cadre.call("GET", "/v1/batches/" + "a" * 70_000)
    refused(answer, 400, "bad_request")


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v2/orders", "/v1/order", "/.env", "/t/a/b/c"])
def test_an_address_of_nothing_is_not_found(path: str, desk: Counter) -> None:
    refused(desk.world.county.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "POST", "TRACE", "BREW"])
def test_another_method_is_told_which_are_possible(method: str, desk: Counter) -> None:
    path = f"/v1/batches/{desk.batch['id']}"
    refusal = rejected(lambda language: desk.world.cadre.call(method, path, headers=language))
    assert refusal["code"] == "method_not_allowed"
    assert set(refusal["allowed"]) >= {"GET", "PUT"}


def wrong_codes(code: str) -> list[str]:
    other = "A" if code[-1] != "A" else "B"
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else code[::-1]
    return [code[:-1] + other, swapped, code[:-1], code + "0", "0" * 13, "💥", "%00", "U" * 13]


@pytest.mark.parametrize("what", ["scans", "photos", "complaints"])
def test_a_code_with_a_wrong_check_character_is_not_found(what: str, desk: Counter) -> None:
    kind = {"scans": "scan", "photos": "photo", "complaints": "complaint"}[what]
    body = desk.target(kind)[3]
    for code in wrong_codes(desk.parcel["code"]):
        path = f"/t/{code}/{what}"
        refusal = rejected(
            lambda language, path=path: desk.world.nobody.call(  # type: ignore[misc]
                "POST", path, json=body, headers=language
            )
        )
        assert (refusal["code"], refusal["what"]) == ("not_found", "code")


def test_a_wrong_code_opens_no_page_and_no_parcel(desk: Counter) -> None:
    w = desk.world
    for code in wrong_codes(desk.parcel["code"]):
        asked = w.nobody.call("GET", f"/t/{code}", headers={"Accept": "application/json"})
        refused(asked, 404, "not_found")
        page = w.nobody.call("GET", f"/t/{code}", headers={"Accept": "text/html"})
        assert page.status_code == 404
        assert page.headers["Content-Type"].startswith("text/html")
        refused(w.seller.get(f"/v1/parcels/{code}"), 404, "not_found")
        assert w.nobody.get(f"/v1/parcels/{code}/qr.svg").status_code == 404


# --- queries and headers -------------------------------------------------------------------------


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


LISTS = ["/v1/orders", "/v1/batches", "/v1/complaints", "/v1/customers", "/v1/villages"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "", "1.5", "1e1", "１", "9" * 50, "NaN"])
def test_a_limit_is_1_to_100(limit: str, path: str, desk: Counter) -> None:
    by = desk.world.seller
    refusal = rejected(
        lambda language: by.call("GET", path, params={"limit": limit}, headers=language)
    )
    assert [error["field"] for error in refusal["errors"]] == ["limit"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("text", ["", "a", "====", "!!!!", "%ff", "x" * 401, cursor("x" * 201)])
def test_a_cursor_that_no_page_gave_is_refused(text: str, path: str, desk: Counter) -> None:
    by = desk.world.seller
    refusal = rejected(
        lambda language: by.call("GET", path, params={"cursor": text}, headers=language)
    )
    assert [error["field"] for error in refusal["errors"]] == ["cursor"]


@pytest.mark.parametrize("text", ["\0", "~~~~", "\uffff", "\U0001f600", " ", "2026", "' OR 1=1"])
def test_a_made_up_cursor_breaks_nothing(text: str, desk: Counter) -> None:
    w = desk.world
    paths = [
        *LISTS,
        f"/v1/orders/{desk.paid['id']}/changes",
        f"/v1/orders/{desk.paid['id']}/refunds",
        f"/v1/batches/{desk.batch['id']}/parcels",
        f"/v1/batches/{desk.batch['id']}/inspections",
    ]
    for path in paths:
        answer = w.seller.get(path, cursor=cursor(text))
        assert answer.status_code in {200, 422}, (path, answer.text)


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/orders", "state", "lost"),
        ("/v1/orders", "state", ""),
        ("/v1/batches", "state", "paid"),
        ("/v1/batches", "village_id", "x"),
        ("/v1/complaints", "state", "open "),
        ("/v1/complaints", "overdue", "maybe"),
        ("/v1/customers", "repeat", "2"),
    ],
)
def test_a_filter_has_its_values(path: str, name: str, value: str, desk: Counter) -> None:
    by = desk.world.seller
    refusal = rejected(
        lambda language: by.call("GET", path, params={name: value}, headers=language)
    )
    assert [error["field"] for error in refusal["errors"]] == [name]


@pytest.mark.parametrize("key", ["", "a b", "a\tb", "é", "中", "x" * 256])
def test_an_idempotency_key_is_visible_ascii(key: str, desk: Counter) -> None:
    by, method, path, body = desk.target("order")
    headers: Any = {"Idempotency-Key": key.encode()}
    refusal = rejected(
        lambda language: by.call(method, path, json=body, headers=headers | language)
    )
    assert [error["field"] for error in refusal["errors"]] == ["Idempotency-Key"]


@pytest.mark.parametrize(
    "line",
    [
        b"Idempotency-Key: a\r\n X-Evil: 1",
        b"Idempotency-Key: a\r\n\tb",
        b"Idempotency-Key: a\rb",
        b"Idempotency-Key : a",
        b"No colon",
        b"X: \x00",
    ],
)
def test_a_header_does_not_carry_another(line: bytes, desk: Counter) -> None:
    where = urlsplit(desk.world.url)
    body = right(desk, "order")
    request = b"\r\n".join(
        [
            b"POST /v1/orders HTTP/1.1",
            b"Host: x",
            b"Content-Type: application/json",
            b"Connection: close",
            b"Content-Length: %d" % len(body),
            line,
            b"",
            body,
        ]
    )
    before = stored("order")
    with socket.create_connection(
        (where.hostname or "", where.port or 0), timeout=LONG_WAIT
    ) as link:
        link.sendall(request)
        answer = b""
        while part := link.recv(65_536):
            answer += part
    head = answer.partition(b"\r\n\r\n")[0]
    assert b"Evil" not in head
    assert head.split()[1] in {b"400", b"422", b"201"}
    if head.split()[1] != b"201":
        assert stored("order") == before


@pytest.mark.parametrize(
    "language", ["", "*", "xx", "en;q=0", "zh;q=x,en;q=9", "en-GB,zh;q=0.1", ",;,;", "é" * 100]
)
def test_any_wish_for_a_language_is_answered(language: str, desk: Counter) -> None:
    answer = desk.world.nobody.call("GET", "/v1/me", headers={"Accept-Language": language})
    refused(answer, 401, "unauthenticated")


# --- photos --------------------------------------------------------------------------------------


def registered(desk: Counter, content: bytes, kind: str = "image/png") -> Json:
    path = f"/t/{desk.parcel['code']}/photos"
    answer: Json = ok(desk.world.nobody.post(path, photo_body(content, kind)), 201)
    return answer


def upload(desk: Counter, photo: Json, content: bytes, url: str | None = None) -> Json:
    """The refusal; nothing lies in the photo's place afterwards."""
    by = desk.world.nobody
    refusal = rejected(
        lambda language: by.call(
            "PUT",
            url or photo["upload"]["url"],
            data=content,
            headers=photo["upload"]["headers"] | language,
        )
    )
    assert not (settings().data / "photos" / photo["photo_id"]).exists()
    return refusal


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>" + bytes(50),
        b"<!doctype html><script>" + bytes(50),
        b"MZ" + bytes(100),
        b"\xff\xd8\xff" + bytes(100),  # a jpeg, but registered as a png
        b"\x89PNG" + bytes(100),
    ],
)
def test_a_photo_that_is_not_its_kind_of_picture_is_refused(content: bytes, desk: Counter) -> None:
    assert upload(desk, registered(desk, content), content)["code"] == "not_a_picture"


def test_a_heic_photo_is_refused_with_what_to_do(desk: Counter) -> None:
    content = b"\x00\x00\x00\x18ftypheic" + bytes(100)
    refusal = upload(desk, registered(desk, content), content)
    assert refusal["code"] == "photo_heic"
    assert "screenshot" in refusal["detail"]


@pytest.mark.parametrize("content", [PNG[:-1], PNG + b"x", PNG[:-1] + b"x", b""])
def test_a_photo_differs_from_what_was_registered(content: bytes, desk: Counter) -> None:
    assert upload(desk, registered(desk, PNG), content)["code"] == "photo_differs"


def test_a_photo_too_large_is_refused(desk: Counter) -> None:
    refusal = upload(desk, registered(desk, PNG), PNG + bytes(LARGEST_BYTES))
    assert refusal["code"] == "body_too_large"


def test_a_photo_of_the_largest_size_is_taken(desk: Counter) -> None:
    content = PNG + bytes(LARGEST_BYTES - len(PNG))
    photo = registered(desk, content)
    answer = desk.world.nobody.call("PUT", photo["upload"]["url"], data=content)
    assert answer.status_code == 204


def test_a_link_that_is_over_or_of_another_photo_opens_nothing(desk: Counter) -> None:
    photo, other = registered(desk, PNG), registered(desk, PNG)
    record = Photo(
        id=photo["photo_id"],
        owner=desk.parcel["code"],
        content_type="image/png",
        size=len(PNG),
        sha256=photo_body()["sha256"],
        created_at=datetime.now(UTC),
    )
    over = photos.upload_link(record, datetime.now(UTC) - timedelta(minutes=16)).url
    borrowed = other["upload"]["url"].replace(other["photo_id"], photo["photo_id"])
    download = photos.download_url(record.id, datetime.now(UTC))
    longer = re.sub(r"=(\d)", lambda matched: f"={int(matched[1]) + 1}", photo["upload"]["url"])
    bare = f"/photos/{photo['photo_id']}"
    for url in (
        over,
        borrowed,
        download,
        longer,
        bare,
        f"{bare}?signature=",
        f"{bare}?signature=².",
    ):
        assert upload(desk, photo, PNG, url)["code"] == "link_expired"


def test_a_photo_that_never_arrived_is_no_evidence(desk: Counter) -> None:
    photo = registered(desk, PNG)
    by, method, path, body = desk.target("complaint")
    wrong = body | {"photos": [photo["photo_id"]]}
    refusal = rejected(lambda language: by.call(method, path, json=wrong, headers=language))
    assert refusal["code"] == "photo_not_uploaded"


def test_a_photo_of_another_parcel_is_no_evidence(desk: Counter) -> None:
    theirs = desk.world.photo(desk.complained["code"])
    by, method, path, body = desk.target("complaint")
    wrong = body | {"photos": [theirs]}
    refusal = rejected(lambda language: by.call(method, path, json=wrong, headers=language))
    assert refusal["code"] == "photo_unknown"


# --- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"reason": "bored"},
        {"reason": "rotten", "damaged_percent": "0"},
        {"reason": "rotten", "damaged_percent": "101"},
        {"reason": "rotten", "damaged_percent": "999"},
        {"reason": "rotten", "description": "a\0b"},
        {"reason": "rotten", "description": "x" * 2000},
        {"reason": "rotten", "photos": "x"},
        {"reason": "rotten", "photos": new_id()},
        {"reason": "rotten", "photos": ",".join(new_id() for _ in range(20))},
        {"reason": "rotten", "wanted": "everything"},
    ],
)
def test_a_form_that_is_wrong_comes_back_with_what_is_wrong(form: Json, desk: Counter) -> None:
    before = stored()
    path = f"/t/{desk.parcel['code']}/complaint"
    answer = desk.world.nobody.call("POST", path, data=form | {"form_key": new_id()})
    assert 400 <= answer.status_code < 500, answer.text[:500]
    assert answer.headers["Content-Type"].startswith("text/html")
    assert stored() == before


@pytest.mark.parametrize("percent", ["²", "９", "9" * 5000, "-1", "1e1", " 5", "x"])
def test_a_share_that_is_no_number_breaks_nothing(percent: str, desk: Counter) -> None:
    form = {"reason": "bored", "damaged_percent": percent, "form_key": new_id()}
    path = f"/t/{desk.parcel['code']}/complaint"
    assert desk.world.nobody.call("POST", path, data=form).status_code == 422


@pytest.mark.parametrize("raw", [b"\xff=\xff", b"&&&===", b"a=" * 5000, b"%zz=%"])
def test_what_is_no_form_breaks_nothing(raw: bytes, desk: Counter) -> None:
    path = f"/t/{desk.parcel['code']}/complaint"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = desk.world.nobody.call("POST", path, data=raw, headers=headers)
    assert 400 <= answer.status_code < 500


# --- and what is right ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "account",
        "training",
        "own photo",
        "producer",
        "product",
        "batch",
        "inspection",
        "certificate",
        "offer",
        "order",
        "parcel",
        "refund",
        "scan",
        "photo",
        "payment",
    ],
)
def test_the_bodies_are_right(kind: str, desk: Counter) -> None:
    """Or else the cases above would be refused for another reason."""
    by, method, path, body = desk.target(kind)
    ok(by.call(method, path, json=body))


@pytest.mark.parametrize(
    "name", ["顾😀满", "👨‍👩‍👧‍👦", "𠮷野家", "Zoë O'Brien <b>", "阿卜杜拉·买买提"]
)
def test_a_name_with_an_emoji_is_data_and_comes_back_as_it_was(name: str, desk: Counter) -> None:
    w = desk.world
    order = w.order(desk.offer, buyer=BUYER | {"name": name})
    order_seen = ok(w.nobody.get(f"/v1/orders/{order['id']}", key=order["access_key"]), 200)
    assert order_seen["buyer"]["name"] == name


def test_a_list_of_errors_ends_and_says_how_many_there_are(desk: Counter) -> None:
    body = {f"field{n}": n for n in range(60)}
    answer = desk.world.nobody.post("/v1/orders", body)
    refusal = refused(answer, 422, "invalid")
    assert len(refusal["errors"]) == 50
    assert refusal["errors_left_out"] == 60 + 4 - 50  # and four fields that are missing
    assert len(answer.content) < 10_000
    few = refused(desk.world.nobody.post("/v1/orders", {"x": 1}), 422, "invalid")
    assert len(few["errors"]) == 5
    assert "errors_left_out" not in few


@pytest.mark.parametrize(("kind", "most"), [("order", 46), ("offer", 26)])
def test_of_more_fields_than_a_body_has_only_their_number_is_told(
    kind: str, most: int, desk: Counter
) -> None:
    """Of public and signed-in routes alike; such a body is not read."""
    refusal = sent(desk, kind, json.dumps(dict.fromkeys(map(str, range(1000)), 1)).encode())
    assert refusal["code"] == "invalid"
    [error] = refusal["errors"]
    assert error["field"] == "body"
    assert str(most) in error["message"]
