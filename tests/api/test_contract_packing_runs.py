"""Packing runs: what one tap packed can be taken back until a label is printed."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.visitor import Visitor
from tests.world import Json, World, new_id, ok, refused, stored


@pytest.fixture
def seller(world: World) -> Visitor:
    return Visitor(world.url).signed_in("seller")


def packed(w: World, *orders: Json, key: str | None = None) -> Json:
    body = {"order_ids": [order["id"] for order in orders]}
    answer: Json = ok(w.seller.post("/v1/packing", body, key or new_id()), 200)
    return answer


def taken_back(w: World, run_id: str, key: str | None = None) -> list[Json]:
    path = f"/v1/packing-runs/{run_id}/take-back"
    items: list[Json] = ok(w.seller.post(path, {}, key or new_id()), 200)["items"]
    return items


def mark_printed(seller: Visitor, code: str) -> None:
    seller.send(seller.get(f"/v1/parcels/{code}/label").form("printed"))


def state_of(w: World, order: Json) -> str:
    return str(ok(w.seller.get(f"/v1/orders/{order['id']}"))["state"])


def test_a_run_that_is_taken_back_leaves_its_orders_as_they_were(world: World) -> None:
    """Also of an offer of several batches, of which one gave more than was set aside from it."""
    young = world.passed_batch(harvested_on="2026-10-01")
    old = world.passed_batch(harvested_on="2026-09-01", quantity=30)
    offer = world.offer(young, old)
    orders = [world.paid_order(offer, packs=2) for _ in range(3)]
    plans = ok(world.seller.get("/v1/packing"))["items"]
    run = packed(world, *orders)
    assert [state_of(world, order) for order in orders] == ["packed"] * 3
    assert [box["problem"] for box in taken_back(world, run["run_id"])] == [None] * 3
    assert [state_of(world, order) for order in orders] == ["paid"] * 3
    assert ok(world.seller.get("/v1/packing"))["items"] == plans
    for item in run["items"]:
        assert world.nobody.get(f"/t/{item['code']}").status_code == 404
    Books.read().check()
    again = packed(world, *orders)
    assert not {item["code"] for item in run["items"]} & {item["code"] for item in again["items"]}
    for order in orders:
        changes = ok(world.seller.get(f"/v1/orders/{order['id']}/changes"))["items"]
        assert [change["new"] for change in changes][-3:] == ["packed", "paid", "packed"]
    Books.read().check()


def test_a_box_of_a_rest_is_taken_back_and_bears_the_same_again(world: World) -> None:
    """An order of three packs for 100 fen, of which one was packed by hand before."""
    batch = world.passed_batch()
    order = world.paid_order(world.offer(batch, price_fen=100), packs=3)
    world.pack(order, (0, batch, 1))
    [first] = packed(world, order)["items"]
    run_id = ok(world.seller.get("/v1/packing-runs"))["items"][0]["id"]
    taken_back(world, run_id)
    [second] = packed(world, order)["items"]
    amounts = [
        ok(world.seller.get(f"/v1/parcels/{item['code']}"))["amount_fen"]
        for item in (first, second)
    ]
    assert amounts[0] == amounts[1] == 200
    Books.read().check()


def test_what_has_a_label_or_left_or_was_complained_about_stays(
    world: World, seller: Visitor
) -> None:
    offer = world.offer()
    orders = [world.paid_order(offer) for _ in range(5)]
    run = packed(world, *orders)
    codes = {item["order_id"]: item["code"] for item in run["items"]}
    printed, shipped, seen, ended, free = orders
    mark_printed(seller, codes[printed["id"]])
    world.shipped({"code": codes[shipped["id"]]})
    world.complain({"code": codes[seen["id"]]})
    reason = {"reason": "不要了"}
    ok(world.seller.post(f"/v1/orders/{ended['id']}/cancel", reason, new_id()))
    why = {
        box["order_id"]: box["problem"] and box["problem"]["code"]
        for box in taken_back(world, run["run_id"])
    }
    assert why == {
        printed["id"]: "label_printed",
        shipped["id"]: "has_left",
        seen["id"]: "complained_about",
        ended["id"]: "order_ended",
        free["id"]: None,
    }
    assert state_of(world, printed) == "packed"
    boxes = ok(world.seller.get(f"/v1/packing-runs/{run['run_id']}"))["boxes"]
    assert {box["order_id"]: box["stays"] and box["stays"]["code"] for box in boxes} == why
    [entry] = ok(world.seller.get("/v1/packing-runs"))["items"]
    assert (entry["boxes"], entry["taken_back"]) == (5, 1)
    Books.read().check()


def test_taking_back_races_with_printing_and_with_itself(world: World, seller: Visitor) -> None:
    """Whoever comes first decides about each box: it is voided, or its label was printed."""
    offer = world.offer()
    orders = [world.paid_order(offer) for _ in range(6)]
    run = packed(world, *orders)
    codes = [item["code"] for item in run["items"]]
    pages = [seller.get(f"/v1/parcels/{code}/label").form("printed") for code in codes]
    who = SharedClient(world.seller)
    path = f"/v1/packing-runs/{run['run_id']}/take-back"
    acts: list[Callable[[], object]] = [partial(who.post, path, {}, new_id()) for _ in range(3)]
    acts.append(partial(seller.send, pages[0]))
    at_once(acts, len(acts))
    for order, code in zip(orders, codes, strict=True):
        parcel = ok(world.seller.get(f"/v1/parcels/{code}"))
        assert (state_of(world, order), parcel["state"]) in {
            ("paid", "voided"),
            ("packed", "packed"),
        }
    Books.read().check()


def test_a_label_page_from_before_prints_nothing_of_what_was_taken_back(
    world: World, seller: Visitor
) -> None:
    offer = world.offer()
    run = packed(world, *(world.paid_order(offer) for _ in range(2)))
    code = run["items"][0]["code"]
    form = seller.get(f"/seller/labels?codes={code}").form("printed")
    taken_back(world, run["run_id"])
    page = seller.send(form)
    assert "有 1 张不能打印" in page.words
    assert "已记下打印过" not in page.words


def test_a_packed_order_is_not_paid_again(world: World) -> None:
    order = world.paid_order(world.offer())
    packed(world, order)
    body = {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()}
    again = world.seller.post(f"/v1/orders/{order['id']}/payment", body, new_id())
    problem = refused(again, 409, "not_allowed_now")
    assert problem["allowed"] == ["cancelled", "shipped"]


def test_another_shop_sees_and_takes_back_nothing(world: World) -> None:
    run_id = packed(world, world.paid_order(world.offer()))["run_id"]
    path = f"/v1/packing-runs/{run_id}"
    refused(world.other_seller.get(path), 404, "not_found")
    refused(world.other_seller.post(f"{path}/take-back", {}, new_id()), 404, "not_found")
    assert ok(world.other_seller.get("/v1/packing-runs"))["items"] == []
    assert stored("parcel") == 1


def test_what_packs_nothing_is_no_run(world: World) -> None:
    batch = world.passed_batch()
    order = world.paid_order(world.offer(batch))
    world.move(batch, "hold")
    assert packed(world, order)["run_id"] is None
    assert ok(world.seller.get("/v1/packing-runs"))["items"] == []


# --- the page -------------------------------------------------------------------------------------


def test_the_picking_list_outlives_packing_and_leads_back(world: World, seller: Visitor) -> None:
    batch = world.passed_batch()
    orders = [world.paid_order(world.offer(batch), packs=packs) for packs in (1, 2)]
    page = seller.send(seller.get("/seller/packing").form("pack"), do="all")
    run = page.link("/seller/packing/")
    page = seller.get(run)
    assert batch["lot"] in page.words
    assert "30 个" in page.words
    code = ok(world.seller.get(f"/v1/orders/{orders[0]['id']}"))["parcels"][0]
    mark_printed(seller, code)
    page = seller.get(run)
    form = page.form("take-back")
    page = seller.send(form)
    assert "已撤回 1 箱；1 箱不撤回" in page.words
    assert "标签已打印" in page.words
    assert "10 个" in page.words
    before = stored()
    assert "已撤回 1 箱" in seller.send(form).words  # a double tap
    assert stored() == before
    listed = seller.get("/seller/packing")
    assert "装好 1 箱" in listed.words
    assert "撤回 1 箱" in listed.words
    Books.read().check()
