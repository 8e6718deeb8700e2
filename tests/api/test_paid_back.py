"""What was paid back in full is on no list of what to ship; who ships it all the same is told."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from chalicelib.api.seller import home
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.codes import display_code
from chalicelib.domain.waybill_files import WaybillRow
from chalicelib.services import labels, waybills
from tests.crowd import meanwhile
from tests.visitor import Visitor
from tests.world import Json, World, new_id, ok, refused


def paid_back(world: World, order: Json) -> None:
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    body = {"amount_fen": order["paid_fen"], "reason": "不发了"}
    ok(world.seller.put(path, body), 201)


def lists(world: World, order: Json, box: Json) -> dict[str, bool]:
    csv = world.seller.get("/v1/waybills.csv").text
    desk = Visitor(world.url).signed_in("seller").get("/seller").words
    return {
        "to do": order["number"] in desk.partition("最新的订单")[0],
        "waybills": order["number"] in csv,
        "labels": box["code"] in labels.not_printed(of_shop(world)),
    }


def of_shop(world: World) -> Call:
    return Call(Actor(id=new_id(), role="seller", shop_id=world.shop_id), datetime.now(UTC))


def test_what_was_paid_back_in_full_is_on_no_list_of_what_to_ship(world: World) -> None:
    order = world.paid_order(world.offer())
    box = world.pack(order)
    assert all(lists(world, order, box).values())
    part = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    ok(world.seller.put(part, {"amount_fen": 1, "reason": "小坏"}), 201)
    assert all(lists(world, order, box).values()), "of a part the rest is sent"
    body = {"amount_fen": order["paid_fen"] - 1, "reason": "不发了"}
    ok(world.seller.put(f"/v1/orders/{order['id']}/refunds/{new_id()}", body), 201)
    assert not any(lists(world, order, box).values())


def test_a_file_of_waybills_ships_nothing_that_was_paid_back_and_a_hand_may(world: World) -> None:
    """It may have left before; its waybill is then entered for this box alone."""
    order = world.paid_order(world.offer())
    box = world.pack(order)
    paid_back(world, order)
    row = WaybillRow(row=1, parcel=box["code"], carrier="顺丰", waybill="SF1000000000017")
    for what in (waybills.preview, waybills.ship):
        [outcome] = what(of_shop(world), [row])
        assert (outcome.what, outcome.problem) == ("wrong", "paid_back")
    page = Visitor(world.url).signed_in("seller").get(f"/seller/orders/{order['id']}")
    assert "钱已全部退回，不用再发货" in page.words
    assert world.shipped(box)["state"] == "shipped"


def test_a_packing_run_prints_no_label_of_what_was_paid_back(world: World) -> None:
    offer = world.offer()
    orders = [world.paid_order(offer) for _ in range(2)]
    body = {"order_ids": [order["id"] for order in orders]}
    run = ok(world.seller.post("/v1/packing", body, new_id()), 200)
    paid_back(world, orders[0])
    page = Visitor(world.url).signed_in("seller").get(f"/seller/packing/{run['run_id']}")
    labels_link = page.link("/seller/labels")
    printed = [display_code(box["code"]) in labels_link for box in run["items"]]
    assert printed == [False, True]


def test_lists_of_orders_say_which_were_paid_back(world: World) -> None:
    order = world.paid_order(world.offer())
    world.pack(order)
    paid_back(world, order)
    customer = f"/seller/customers/{world.customer()['id']}"
    seller = Visitor(world.url).signed_in("seller")
    for path in ("/seller", "/seller/orders", customer):
        assert "钱已退" in seller.get(path).words


def test_what_was_paid_back_hides_nothing_that_waits_behind_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "WAITING", 2)
    offer = world.offer()
    placed = [world.paid_order(offer) for _ in range(5)]
    for order in placed[:2]:
        paid_back(world, order)
    page = Visitor(world.url).signed_in("seller").get("/seller").words
    to_do = page.partition("最新的订单")[0]
    listed = [order["number"] in to_do for order in placed]
    assert listed == [False, False, True, True, False]


@pytest.mark.parametrize("boxes", [1, 2])
def test_a_file_ships_nothing_that_is_paid_back_at_that_moment(world: World, boxes: int) -> None:
    offer = world.offer(packs_total=100)
    batch = {"id": offer["batch_ids"][0]}
    for n in range(1, 30):
        order = world.paid_order(offer, boxes)
        box, *_ = [world.pack(order, (0, batch, 1)) for _ in range(boxes)]
        row = WaybillRow(row=1, parcel=box["code"], carrier="顺丰", waybill=f"SF{n:012d}")
        with meanwhile(n, partial(paid_back, world, order)) as moves:
            [outcome] = waybills.ship(of_shop(world), [row])
        if len(moves.operations) < n:
            assert outcome.what == "shipped"
            break
        assert (outcome.what, outcome.problem) == ("wrong", "paid_back"), n
    assert n > 3


def test_what_was_paid_back_before_it_was_packed_is_proposed_to_nobody(world: World) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    first, second = world.paid_order(offer), world.paid_order(offer)
    paid_back(world, first)
    done: Any = ok(
        world.seller.post("/v1/packing", {"order_ids": [first["id"], second["id"]]}, new_id()), 200
    )
    problems = [item["problem"] and item["problem"]["code"] for item in done["items"]]
    assert problems == ["paid_back", None]
    answer = world.seller.post(f"/v1/orders/{first['id']}/cancel", {"reason": "退了"}, new_id())
    assert ok(answer, 200)["state"] == "cancelled"


def test_a_replacement_for_which_nothing_was_paid_is_still_to_be_shipped(world: World) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    again = world.settle(complaint, remedy="replacement")["replacements"][-1]
    order = ok(world.seller.get(f"/v1/orders/{again}"))
    box = world.pack(order)
    assert all(lists(world, order, box).values())


def test_a_seen_box_that_was_never_sent_is_settled_and_shipped_by_nobody(world: World) -> None:
    placed = world.order(world.offer())
    order = world.pay(placed)
    box = world.pack(order)
    path = f"/t/{box['code']}/complaints?key={placed['access_key']}"
    complaint = ok(world.nobody.post(path, {"reason": "rotten"}, new_id()), 201)
    cancel = world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "没发"}, new_id())
    problem = refused(cancel, 409, "box_was_seen")
    assert "全额退款" in str(problem), "it says what to do"
    world.settle(complaint, remedy="full_refund")
    assert not any(lists(world, order, box).values())
