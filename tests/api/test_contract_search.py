"""GET /v1/search: one box for all that people have in their hands."""

import re
from datetime import UTC, datetime

import pytest

from chalicelib.domain import search as rules
from chalicelib.domain.access import CLOCK, Call
from chalicelib.services import payments
from tests.world import BUYER, Client, Json, World, new_id, ok, raw_items, refused


def hits_of(by: Client, typed: str) -> list[tuple[str, str]]:
    return [(hit["kind"], hit["id"]) for hit in ok(by.get("/v1/search", q=typed))["items"]]


@pytest.fixture(scope="module")
def sold(shared: World) -> Json:
    """An order whose parcel is on its way, and all that it can be found by."""
    lot = f"L{new_id()[:8]}"
    buyer = BUYER | {"name": "欧阳试查", "phone": "13912345677"}
    ref = f"TB-{new_id()[:13]}"
    offer = shared.offer(shared.passed_batch(lot=lot))
    body = shared.order_body(offer, buyer=buyer, channel="platform", external_ref=ref)
    placed = ok(shared.seller.post("/v1/orders", body, new_id()))
    order = shared.pay(placed)
    parcel = shared.pack(order)
    waybill = f"SF{new_id()[:8].upper()}"
    ok(
        shared.seller.post(
            f"/v1/parcels/{parcel['code']}/ship", {"carrier": "顺丰", "waybill": waybill}, new_id()
        )
    )
    return {
        "order": order,
        "parcel": parcel,
        "waybill": waybill,
        "lot": lot,
        "buyer": buyer,
        "ref": ref,
        "batch": offer["batch_ids"][0],
    }


def test_a_shop_finds_an_order_by_whatever_names_it(shared: World, sold: Json) -> None:
    order = ("order", sold["order"]["id"])
    number = sold["order"]["number"]
    for typed in (
        number,
        number.lower(),
        number[-8:],
        sold["ref"],
        "5677",
        "139 1234 5677",
        "欧阳 试查",
    ):
        assert order in hits_of(shared.seller, typed), typed


def test_a_parcel_is_found_by_code_label_and_waybill(shared: World, sold: Json) -> None:
    parcel = sold["parcel"]
    for by in (shared.seller, shared.county):
        for typed in (
            parcel["code"].lower(),
            parcel["display_code"],
            parcel["url"],
            sold["waybill"].lower(),
        ):
            assert hits_of(by, typed) == [("parcel", parcel["code"])], typed


def test_a_lot_is_found_by_shop_and_county(shared: World, sold: Json) -> None:
    for by in (shared.seller, shared.county):
        assert hits_of(by, sold["lot"].lower()) == [("batch", sold["batch"])]


def test_no_village_hides_the_lots_of_another(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST", 3)
    lot = f"D{new_id()[:8]}"
    theirs = shared.producer(by=shared.other_cadre, village_id=shared.other_village_id)
    own = [("batch", shared.batch(lot=lot)["id"]) for _ in range(3)]
    others = [
        ("batch", shared.batch(shared.other_cadre, lot=lot, producer_id=theirs["id"])["id"])
        for _ in range(3)
    ]
    assert sorted(hits_of(shared.seller, lot)) == sorted(own)
    assert sorted(hits_of(shared.other_seller, lot)) == sorted(others)


def test_the_county_finds_orders_of_all_shops_and_no_buyers(shared: World, sold: Json) -> None:
    assert hits_of(shared.county, sold["order"]["number"]) == [("order", sold["order"]["id"])]
    assert hits_of(shared.county, "5677") == []
    for typed in ("13912345677", "欧阳试查"):
        assert ("order", sold["order"]["id"]) not in (
            hits_of(shared.county, typed) if typed.isdigit() else []
        )
    refused(shared.county.get("/v1/search", q="欧阳试查"), 422, "invalid")


def test_another_shop_finds_nothing_of_it(shared: World, sold: Json) -> None:
    order, parcel = sold["order"], sold["parcel"]
    for typed in (
        order["number"],
        parcel["code"],
        sold["waybill"],
        "5677",
        "13912345677",
        "欧阳试查",
        sold["ref"],
        sold["lot"],
    ):
        assert hits_of(shared.other_seller, typed) == [], typed


def test_an_unpaid_order_is_found_until_its_buyer_is_forgotten(shared: World) -> None:
    buyer = BUYER | {"name": "未付甲", "phone": "13912345688"}
    order = shared.order(shared.offer(), buyer=buyer)
    assert hits_of(shared.seller, "未付甲") == [("order", order["id"])]
    path = f"/v1/orders/{order['id']}/cancel"
    ok(shared.seller.post(path, {"reason": "不要了"}, new_id()))
    assert hits_of(shared.seller, "未付甲") == hits_of(shared.seller, "5688") == []
    assert hits_of(shared.seller, order["number"]) == [("order", order["id"])]


def test_erasing_a_person_leaves_nothing_to_find_them_by(shared: World) -> None:
    buyer = BUYER | {"name": "抹去乙", "phone": "13912345699"}
    order = shared.paid_order(shared.offer(), buyer=buyer)
    assert ("order", order["id"]) in hits_of(shared.seller, "13912345699")
    ok(shared.county.delete(f"/v1/customers/{order['customer_id']}"), 204)
    for typed in ("抹去乙", "5699", "13912345699"):
        assert hits_of(shared.seller, typed) == []
    assert hits_of(shared.seller, order["number"]) == [("order", order["id"])]


def marks_of(order: Json) -> list[str]:
    """Under what the store lists an order for the search box."""
    finding = [raw for raw in raw_items() if raw["kind"]["S"] == "find"]
    [item] = [raw for raw in finding if raw["sk"]["S"] == f"ORDER#{order['id']}"]
    return [name for name in ("scope", "office") if name in item]


def test_the_marks_of_a_buyer_go_with_the_buyer(shared: World) -> None:
    """Whether erased, or never a customer; and nothing of them was ever readable."""
    paid, unpaid, late = (
        shared.order(shared.offer(), buyer=BUYER | {"phone": f"1391234570{at}"}) for at in range(3)
    )
    shared.pay(paid)
    assert marks_of(paid) == marks_of(unpaid) == marks_of(late) == ["scope", "office"]
    customer = ok(shared.seller.get(f"/v1/orders/{paid['id']}"))["customer_id"]
    ok(shared.county.delete(f"/v1/customers/{customer}"), 204)
    ok(shared.seller.post(f"/v1/orders/{unpaid['id']}/cancel", {"reason": "x"}, new_id()))
    payments.expire(Call(CLOCK, datetime(2099, 1, 1, tzinfo=UTC)), late["id"])
    assert marks_of(paid) == marks_of(unpaid) == marks_of(late) == []


def test_what_can_be_nothing_is_told_what_can_be_typed(shared: World) -> None:
    for typed in ("", "  ", "https://example.com/"):
        problem = refused(shared.seller.get("/v1/search", q=typed), 422, "invalid")
        assert problem["errors"][0]["field"] == "q"
    assert hits_of(shared.seller, "no-such-thing-1") == []


def test_the_box_leads_at_once_to_the_only_thing(shared: World, sold: Json) -> None:
    page = shared.seller.call(
        "GET",
        "/seller/search",
        params={"q": sold["parcel"]["url"]},
        headers={"Accept": "text/html"},
        allow_redirects=False,
    )
    assert page.status_code == 303
    assert re.match(rf"/seller/orders/{sold['order']['id']}\?", page.headers["Location"])
