"""Customers: who came back, and who is forgotten."""

import pytest

from chalicelib.domain.consents import CURRENT
from chalicelib.steps import purchases
from tests.world import BUYER, Json, World, new_id, ok, refused

TICKED: Json = {"consent": {"text_version": CURRENT}}


def customers(world: World, query: str = "") -> list[Json]:
    return world.seller.everything(f"/v1/customers{query}")


def test_a_customer_is_whoever_paid(world: World) -> None:
    offer = world.offer()
    world.order(offer)
    assert customers(world) == []
    world.paid_order(offer, packs=2)
    [customer] = customers(world)
    assert set(customer) >= {
        "id",
        "name",
        "phone_tail",
        "paid_orders",
        "spent_fen",
        "last_order_at",
        "complaints",
        "came_back_after_complaint",
    }
    assert (customer["name"], customer["phone_tail"]) == (BUYER["name"], "0001")
    assert (customer["paid_orders"], customer["spent_fen"], customer["complaints"]) == (1, 6000, 0)
    assert customer["came_back_after_complaint"] is False
    assert ok(world.seller.get(f"/v1/customers/{customer['id']}"), 200) == customer


def test_a_repeat_customer_has_a_second_paid_order(world: World) -> None:
    offer = world.offer()
    other = BUYER | {"phone": "13900000000", "name": "王一次"}
    world.paid_order(offer, buyer=other)
    world.paid_order(offer)
    assert customers(world, "?repeat=true") == []
    assert len(customers(world, "?repeat=false")) == 2
    world.paid_order(offer, buyer=BUYER | {"phone": "+86 138 1234 0001"})
    [back] = customers(world, "?repeat=true")
    assert (back["paid_orders"], back["spent_fen"]) == (2, 6000)
    assert [customer["name"] for customer in customers(world, "?repeat=false")] == ["王一次"]


def test_whoever_buys_again_after_a_settled_case_came_back(world: World) -> None:
    offer = world.offer()
    complaint = world.complain(world.delivered(world.pack(world.paid_order(offer))))
    assert customers(world)[0]["complaints"] == 1
    world.paid_order(offer)
    assert customers(world)[0]["came_back_after_complaint"] is False, "it was not settled yet"
    world.settle(complaint, refund_fen=300)
    world.paid_order(offer)
    [customer] = customers(world)
    assert customer["came_back_after_complaint"] is True
    assert (customer["paid_orders"], customer["complaints"]) == (3, 1)


def test_each_shop_knows_its_own_customers(world: World) -> None:
    own = world.producer(by=world.other_cadre, village_id=world.other_village_id)
    batch = world.batch(by=world.other_cadre, producer_id=own["id"])
    offer = world.offer(batch, by=world.other_seller)
    order = world.order(offer)
    body = {"paid_fen": order["total_fen"], "method": "wechat", "reference": "1"}
    ok(world.other_seller.post(f"/v1/orders/{order['id']}/payment", body), 200)
    world.paid_order(world.offer())
    [theirs] = ok(world.other_seller.get("/v1/customers"), 200)["items"]
    [ours] = customers(world)
    assert ours["id"] != theirs["id"]
    refused(world.seller.get(f"/v1/customers/{theirs['id']}"), 404, "not_found")


def test_an_erased_customer_leaves_the_ledger(world: World) -> None:
    offer = world.offer()
    parcel = world.delivered(world.pack(world.paid_order(offer)))
    complaint = world.complain(parcel, description="坏了两个", photos=[world.photo(parcel["code"])])
    world.settle(complaint, refund_fen=300)
    [customer] = customers(world)
    erase = world.county.delete(f"/v1/customers/{customer['id']}")
    assert (erase.status_code, erase.content) == (204, b"")
    assert world.county.delete(f"/v1/customers/{customer['id']}").status_code == 204, (
        "again is fine"
    )
    gone = ok(world.seller.get(f"/v1/customers/{customer['id']}"), 200)
    assert (gone["name"], gone["phone_tail"]) == (None, None)
    assert (gone["paid_orders"], gone["spent_fen"], gone["complaints"]) == (1, 3000, 1)
    order = ok(world.seller.get(f"/v1/orders/{parcel['order_id']}"), 200)
    assert (order["buyer"], order["paid_fen"], order["refunded_fen"]) == (None, 3000, 300)
    ledger = ok(world.seller.get(f"/v1/orders/{parcel['order_id']}/refunds"), 200)
    assert [entry["amount_fen"] for entry in ledger["items"]] == [300]
    case = ok(world.seller.get(f"/v1/complaints/{complaint['id']}"), 200)
    assert [message["text"] for message in case["messages"]] == [None, None]
    assert case["photos"] == []
    assert len(world.seller.everything(f"/v1/orders/{parcel['order_id']}/changes")) == 5


def test_an_erased_persons_unpaid_orders_are_cancelled(world: World) -> None:
    offer = world.offer(packs_total=10)
    world.paid_order(offer)
    unpaid, other = world.order(offer), world.order(offer, buyer=BUYER | {"phone": "13900000000"})
    [erased] = [customer for customer in customers(world) if customer["name"] == BUYER["name"]]
    assert world.county.delete(f"/v1/customers/{erased['id']}").status_code == 204
    after = ok(world.seller.get(f"/v1/orders/{unpaid['id']}"))
    assert (after["state"], after["buyer"]) == ("cancelled", None)
    assert ok(world.seller.get(f"/v1/orders/{other['id']}"))["state"] == "pending_payment"
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"] == 8
    payment = {"paid_fen": 3000, "method": "wechat", "reference": "again"}
    refused(
        world.seller.post(f"/v1/orders/{unpaid['id']}/payment", payment), 409, "not_allowed_now"
    )
    [erased] = customers(world)
    assert erased["name"] is None


def test_whoever_was_erased_and_buys_again_begins_anew(world: World) -> None:
    """Whatever still becomes of the orders of before, and as often as it comes to that."""
    offer = world.offer()
    complaint = world.complain(world.delivered(world.pack(world.paid_order(offer))))
    unsent = world.paid_order(offer)
    path = f"/v1/customers/{world.customer()['id']}"
    for _ in range(2):
        ok(world.county.delete(path), 204)
        ok(world.county.delete(path), 204)
        world.paid_order(offer)
    world.settle(complaint, refund_fen=300)
    ok(world.seller.post(f"/v1/orders/{unsent['id']}/cancel", {"reason": "退款"}, new_id()), 200)
    [again] = customers(world)
    assert path.endswith(again["id"])
    assert again["name"] == BUYER["name"]
    counts = [again[field] for field in ("paid_orders", "spent_fen", "complaints")]
    assert (counts, again["came_back_after_complaint"]) == ([1, 3000, 0], False)
    assert not ok(world.seller.get("/v1/customers?repeat=true"))["items"]
    parcel = world.delivered(world.pack(world.paid_order(offer)))
    world.complain(parcel)
    [again] = customers(world)
    assert [again[field] for field in ("paid_orders", "complaints")] == [2, 1]
    assert again["came_back_after_complaint"] is False


def test_nobody_unknown_is_erased(world: World) -> None:
    refused(world.county.delete(f"/v1/customers/{new_id()}"), 404, "not_found")


def test_an_order_that_was_cancelled_and_paid_back_does_not_count(world: World) -> None:
    order = world.paid_order(world.offer())
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "缺货"}, new_id()), 200)
    [customer] = ok(world.seller.get("/v1/customers"), 200)["items"]
    assert (customer["paid_orders"], customer["spent_fen"]) == (0, 0)


def test_a_cancelled_order_leaves_nothing_that_it_brought(world: World) -> None:
    """Whoever knows a phone number can pay in its owner's name and be paid back."""
    offer = world.offer()
    world.paid_order(offer)
    before = world.customer()
    placed = world.order(offer, buyer=BUYER | {"name": "陌生人"}, **TICKED)
    world.pay(placed)
    assert world.customer()["name"] == "陌生人"
    assert world.customer()["may_message"]
    path = f"/v1/orders/{placed['id']}/cancel?key={placed['access_key']}"
    ok(world.nobody.post(path, {"reason": "不要了"}))
    assert world.customer() == before
    consent = ok(world.seller.get(f"/v1/customers/{before['id']}/consent"))
    assert (consent["given"], consent["given_at"]) == (False, None)


def test_of_several_orders_the_name_is_that_of_the_last_that_stands(world: World) -> None:
    offer = world.offer()
    first, second, third = (
        world.paid_order(offer, buyer=BUYER | {"name": name}) for name in ("甲", "乙", "丙")
    )
    for order, name, last in ((second, "丙", third), (third, "甲", first)):
        ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "不要了"}, new_id()))
        customer = world.customer()
        assert (customer["name"], customer["last_order_at"]) == (name, last["paid_at"])


def test_a_consent_falls_back_to_the_one_before_and_never_behind_a_withdrawal(
    world: World,
) -> None:
    offer = world.offer()
    first, second = (world.paid_order(offer, **TICKED) for _ in range(2))
    path = f"/v1/customers/{world.customer()['id']}/consent"

    def cancelled(order: Json) -> Json:
        ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "不要了"}, new_id()))
        customer: Json = ok(world.seller.get(path))
        return customer

    customer = cancelled(second)
    assert (customer["given"], customer["given_at"]) == (True, first["created_at"])
    withdrawn = ok(world.seller.put(path, {"given": False}))
    third = world.paid_order(offer, **TICKED)
    assert ok(world.seller.get(path))["given"]
    assert cancelled(third) == withdrawn
    assert cancelled(first) == withdrawn, "that it was withdrawn stays on record"


def test_whose_customer_has_too_many_orders_to_look_at_loses_the_consent_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purchases, "MOST_LOOKED_AT", 1)
    offer = world.offer()
    world.paid_order(offer)
    second = world.paid_order(offer, buyer=BUYER | {"name": "陌生人"}, **TICKED)
    ok(world.seller.post(f"/v1/orders/{second['id']}/cancel", {"reason": "不要了"}, new_id()))
    customer = world.customer()
    assert (customer["name"], customer["may_message"]) == ("陌生人", False)
