"""Coupons over HTTP: issued, used once, given back, and refused for what they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.coupons import Coupon
from chalicelib.repositories.tables import CouponItem, key_of
from chalicelib.services import payments
from tests.books import Books
from tests.world import BUYER, Json, World, new_id, ok, refused, today

OTHER = BUYER | {"phone": "13900000000", "name": "王二"}


@pytest.fixture
def customer(world: World) -> Json:
    world.paid_order(world.offer())
    return world.customer()


def unused(world: World, customer: Json) -> list[str]:
    coupons = ok(world.seller.get(f"/v1/customers/{customer['id']}/coupons"))["items"]
    return [coupon["code"] for coupon in coupons if coupon["state"] == "unused"]


def store(coupon: Json, **fields: Any) -> None:
    """The coupon with other fields, written past the app."""
    item = Books.read().get(CouponItem, key_of("coupon", coupon["code"]))
    assert item is not None
    doc: Coupon = item.doc.model_copy(update=fields)
    CouponItem.of(doc, version=int(item.version)).save()


def test_a_coupon_comes_off_one_order_of_its_customer(world: World, customer: Json) -> None:
    coupon = world.coupon(customer, min_total_fen=3000)
    assert (coupon["state"], coupon["off_fen"], coupon["percent"]) == ("unused", 500, None)
    placed = world.order(world.offer(), 2, coupon=coupon["display_code"].lower())
    assert (placed["total_fen"], placed["discount_fen"]) == (5500, 500)
    paid = world.pay(placed)
    assert (paid["paid_fen"], paid["discount_fen"], paid["coupon"]) == (5500, 500, coupon["code"])
    [listed] = ok(world.seller.get(f"/v1/customers/{customer['id']}/coupons"))["items"]
    assert (listed["state"], listed["order_id"]) == ("used", placed["id"])
    again = world.nobody.post(
        "/v1/orders", world.order_body(world.offer(), coupon=coupon["code"]), new_id()
    )
    refused(again, 409, "coupon_used")
    assert world.customer()["spent_fen"] == 3000 + 5500
    Books.read().check()


def test_a_share_off_is_a_share_of_the_goods(world: World, customer: Json) -> None:
    coupon = world.coupon(customer, percent=15)
    placed = world.order(world.offer(price_fen=2999), 3, coupon=coupon["code"])
    assert (placed["total_fen"], placed["discount_fen"]) == (8997 - 1349, 1349)


def test_no_order_is_for_nothing(world: World, customer: Json) -> None:
    coupon = world.coupon(customer, off_fen=1_000_000)
    placed = world.order(world.offer(), coupon=coupon["code"])
    assert (placed["total_fen"], placed["discount_fen"]) == (1, 2999)
    assert world.pay(placed)["paid_fen"] == 1
    Books.read().check()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_coupon_that_does_not_fit_says_why_and_nothing_is_taken(
    world: World, customer: Json, language: str
) -> None:
    offer = world.offer(packs_total=5)
    good, used, over, dear, void = (world.coupon(customer) for _ in range(5))
    world.order(world.offer(), coupon=used["code"])
    store(over, expires_on=datetime(2020, 1, 1, tzinfo=UTC).date())
    store(dear, min_total_fen=3001)
    store(void, state="void")
    for code, coupon, buyer in (
        ("coupon_unknown", "ZZZZ-ZZZZ", BUYER),
        ("coupon_unknown", "送我一张", BUYER),
        ("coupon_not_yours", good["code"], OTHER),
        *(
            (reason, coupon["code"], buyer)
            for reason, coupon in (
                ("coupon_unknown", void),
                ("coupon_used", used),
                ("coupon_expired", over),
                ("coupon_below_minimum", dear),
            )
            for buyer in (BUYER, OTHER)
        ),
    ):
        body = world.order_body(offer, coupon=coupon, buyer=buyer)
        answer = world.nobody.call(
            "POST", "/v1/orders", json=body, headers={"Accept-Language": language}
        )
        refusal = refused(answer, 409, code)
        assert any("\u4e00" <= char <= "\u9fff" for char in refusal["detail"]) == (language != "en")
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"] == 5


def test_a_coupon_of_another_shop_is_not_for_here(world: World, customer: Json) -> None:
    coupon = world.coupon(customer)
    own = world.producer(by=world.other_cadre, village_id=world.other_village_id)
    batch = world.batch(by=world.other_cadre, producer_id=own["id"])
    offer = world.offer(batch, by=world.other_seller)
    body = world.order_body(offer, coupon=coupon["code"])
    refused(world.nobody.post("/v1/orders", body), 409, "coupon_not_yours")


def test_an_order_that_ends_unpaid_gives_its_coupon_back(world: World, customer: Json) -> None:
    coupon = world.coupon(customer)
    offer = world.offer()
    first = world.order(offer, coupon=coupon["code"])
    assert unused(world, customer) == []
    path = f"/v1/orders/{first['id']}/cancel?key={first['access_key']}"
    ok(world.nobody.post(path, {"reason": "不要了"}, new_id()), 200)
    assert unused(world, customer) == [coupon["code"]]
    second = world.order(offer, coupon=coupon["code"])
    clock = Call(Actor(id="clock"), datetime.now(UTC) + timedelta(hours=1))
    assert payments.expire(clock, second["id"]).state == "expired"
    assert unused(world, customer) == [coupon["code"]]
    third = world.paid_order(offer, coupon=coupon["code"])
    ok(world.seller.post(f"/v1/orders/{third['id']}/cancel", {"reason": "缺货"}, new_id()), 200)
    assert unused(world, customer) == [coupon["code"]], "what was paid back whole was not bought"
    Books.read().check()


def test_the_same_order_again_is_the_same_although_its_coupon_is_used(
    world: World, customer: Json
) -> None:
    coupon, key = world.coupon(customer), new_id()
    body = world.order_body(world.offer(), coupon=coupon["code"])
    first = ok(world.nobody.post("/v1/orders", body, key), 201)
    again = world.nobody.post("/v1/orders", body, key)
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", first)


def test_refunds_follow_what_was_paid(world: World, customer: Json) -> None:
    """3000 of goods for 2500: the parcel is worth 2500, half of it bad gives 1250 back."""
    coupon = world.coupon(customer)
    paid = world.paid_order(world.offer(), coupon=coupon["code"])
    parcel = world.delivered(world.pack(paid))
    assert parcel["amount_fen"] == 2500
    complaint = world.complain(parcel, damaged_percent=50)
    settled = world.settle(complaint)
    assert (settled["amount_fen"], settled["refund_fen"]) == (2500, 1250)
    path = f"/v1/orders/{paid['id']}/refunds/{new_id()}"
    more = world.seller.put(path, {"amount_fen": 1251, "reason": "再退"})
    assert refused(more, 409, "exceeds_refundable")["refundable_fen"] == 1250
    Books.read().check()


def test_a_settlement_can_come_with_a_coupon(world: World) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    settled = world.settle(complaint, coupon=world.coupon_body(percent=10))
    assert settled["coupon"]
    [coupon] = ok(world.seller.get(f"/v1/customers/{world.customer()['id']}/coupons"))["items"]
    assert (coupon["code"], coupon["complaint_id"]) == (settled["coupon"], complaint["id"])
    placed = world.order(world.offer(), coupon=settled["coupon"])
    assert placed["total_fen"] == 2700
    path = f"/complaints/{complaint['id']}"
    page = world.nobody.get(path, key=complaint["access_key"], lang="en")
    assert coupon["display_code"] not in page.text, "it is used"


def test_the_county_settles_without_spending_the_shops_money(world: World) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    body = {"remedy": "full_refund", "message": "退", "coupon": world.coupon_body()}
    path = f"/v1/complaints/{complaint['id']}/settle"
    refused(world.county.post(path, body), 403, "forbidden")
    ok(world.county.post(path, {"remedy": "full_refund", "message": "退"}), 200)


def test_a_customer_holds_at_most_twenty_unused_coupons(world: World, customer: Json) -> None:
    first, *_ = [world.coupon(customer) for _ in range(20)]
    path = f"/v1/customers/{customer['id']}/coupons"
    refused(world.seller.post(path, world.coupon_body()), 409, "too_many_coupons")
    world.order(world.offer(), coupon=first["code"])
    world.coupon(customer)
    assert len(unused(world, customer)) == 20


@pytest.mark.parametrize(
    "change",
    [
        {"percent": 5},
        {"off_fen": None},
        {"off_fen": 0},
        {"off_fen": 1.5},
        {"expires_on": "2020-01-01"},
        {"expires_on": "9999-12-31"},
        {"min_total_fen": -1},
        {"code": "MINE"},
    ],
)
def test_a_coupon_that_makes_no_sense_is_refused(
    world: World, customer: Json, change: Json
) -> None:
    path = f"/v1/customers/{customer['id']}/coupons"
    refused(world.seller.post(path, world.coupon_body() | change), 422, "invalid")
    assert unused(world, customer) == []


def test_an_erased_persons_coupons_are_void(world: World, customer: Json) -> None:
    last_day = today(1)
    coupon, in_use = (world.coupon(customer, expires_on=last_day) for _ in range(2))
    offer = world.offer()
    world.order(offer, coupon=in_use["code"])
    assert world.county.delete(f"/v1/customers/{customer['id']}").status_code == 204
    Books.read().check()
    path = f"/v1/customers/{customer['id']}/coupons"
    assert ok(world.seller.get(path))["items"] == []
    refused(world.seller.post(path, world.coupon_body()), 409, "customer_erased")
    for void_coupon in (coupon, in_use):
        body = world.order_body(offer, coupon=void_coupon["code"])
        refused(world.nobody.post("/v1/orders", body), 409, "coupon_unknown")
    world.paid_order(offer)
    refused(
        world.nobody.post("/v1/orders", world.order_body(offer, coupon=coupon["code"])),
        409,
        "coupon_unknown",
    )
    assert coupon["expires_on"] == last_day
