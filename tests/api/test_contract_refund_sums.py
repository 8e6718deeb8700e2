"""Refunds over real HTTP: all that was paid comes back, to the fen, however it was split."""

import pytest
from requests import Response

from chalicelib.repositories.orders import key_for
from tests.platform_files import FileRows, as_csv, mapped, pinduoduo, run, taobao, uploaded
from tests.visitor import Visitor
from tests.world import Json, World, new_id, ok, refused


def orders_of(world: World, table: FileRows, packs: int = 1) -> list[Json]:
    """Imported; one pack of the offer is one piece of the item."""
    offers = {title: world.offer(packs_total=50) for title in ("土鸡蛋", "沃柑")}
    import_id = uploaded(world.seller, as_csv(table))
    seen = mapped(world.seller, import_id, offers)
    if packs > 1:
        items = [{**item, "packs": packs} for item in seen["items"]]
        items = [{k: item[k] for k in ("title", "sku", "offer_id", "packs")} for item in items]
        ok(world.seller.post(f"/v1/imports/{import_id}/read", {"items": items}))
    answer = run(world.seller, import_id)
    assert answer["refused"] == 0
    return world.seller.everything("/v1/orders")


def paid(pieces: int, amount: str) -> FileRows:
    table = pinduoduo(1)
    for heading, value in {"商品数量(件)": str(pieces), "用户实付金额(元)": amount}.items():
        table[1][table[0].index(heading)] = value
    return table


def boxes(world: World, order: Json, *parcels: int) -> list[Json]:
    """Its first line in parcels of so many packs, each delivered."""
    batch = {"id": order["lines"][0]["batch_ids"][0]}
    return [world.delivered(world.pack(order, (0, batch, n))) for n in parcels]


def full_refund(world: World, parcel: Json) -> int:
    settled = world.settle(world.complain(parcel), remedy="full_refund")
    refund_fen: int = settled["refund_fen"]
    return refund_fen


@pytest.mark.parametrize(
    ("pieces", "amount", "parcels", "refunds"),
    [
        (3, "100.00", (3,), [10_000]),
        (7, "50.00", (7,), [5000]),
        (2, "29.99", (2,), [2999]),
        (3, "100.00", (1, 2), [3333, 6667]),
        (3, "100.00", (1, 1, 1), [3333, 3334, 3333]),
    ],
)
def test_a_platforms_sum_comes_back_to_the_fen(
    world: World, pieces: int, amount: str, parcels: tuple[int, ...], refunds: list[int]
) -> None:
    [order] = orders_of(world, paid(pieces, amount))
    sent = boxes(world, order, *parcels)
    assert [box["amount_fen"] for box in sent] == refunds
    assert [full_refund(world, box) for box in sent] == refunds
    after = ok(world.seller.get(f"/v1/orders/{order['id']}"))
    assert after["refunded_fen"] == after["paid_fen"] == sum(refunds)


def test_several_lines_and_packs_of_a_piece_come_back_to_the_fen(world: World) -> None:
    table = taobao(2)
    table[2][6], table[3][6] = "19.99", "33.35"
    order = next(order for order in orders_of(world, table, packs=3) if len(order["lines"]) == 2)
    sums = [line["sum_fen"] for line in order["lines"]]
    assert sorted(sums) == [1999, 3335]
    assert [line["price_fen"] for line in order["lines"]] == [sum_fen // 3 for sum_fen in sums]
    assert order["goods_fen"] == order["total_fen"] == 5334
    batches = [{"id": line["batch_ids"][0]} for line in order["lines"]]
    sent = [
        world.delivered(world.pack(order, *some))
        for some in (
            [(0, batches[0], 2), (1, batches[1], 1)],
            [(0, batches[0], 1)],
            [(1, batches[1], 2)],
        )
    ]
    assert sum(full_refund(world, box) for box in sent) == 5334


def test_with_a_coupon_all_that_was_paid_comes_back(world: World) -> None:
    world.paid_order(world.offer())
    coupon = world.coupon(world.customer(), percent=33)
    order = world.paid_order(world.offer(price_fen=3333), packs=3, coupon=coupon["code"])
    assert (order["goods_fen"], order["paid_fen"]) == (9999, 9999 - 3299)
    sent = boxes(world, order, 2, 1)
    assert sum(full_refund(world, box) for box in sent) == order["paid_fen"]


def test_a_damaged_share_follows_what_was_paid(world: World) -> None:
    [order] = orders_of(world, paid(3, "100.00"))
    [box] = boxes(world, order, 3)
    complaint = world.complain(box, damaged_percent=50)
    seen = ok(world.seller.get(f"/v1/complaints/{complaint['id']}"))
    assert (seen["amount_fen"], seen["suggested_refund_fen"]) == (10_000, 5000)
    assert world.settle(complaint)["refund_fen"] == 5000


def test_what_was_sent_again_is_refunded_as_what_it_replaces(world: World) -> None:
    [order] = orders_of(world, paid(3, "100.00"))
    first, second = boxes(world, order, 1, 2)
    settled = world.settle(world.complain(second), remedy="replacement")
    [replacement_id] = settled["replacements"]
    again = ok(world.seller.get(f"/v1/orders/{replacement_id}"))
    assert (again["total_fen"], again["goods_fen"], again["discount_fen"]) == (0, 6667, 6667)
    sent = boxes(world, again, 1, 1)
    assert [full_refund(world, box) for box in (first, *sent)] == [3333, 3334, 3333]
    after = ok(world.seller.get(f"/v1/orders/{order['id']}"))
    assert after["refunded_fen"] == 10_000


def seen(world: World, complaint: Json) -> Json:
    answer: Json = ok(world.seller.get(f"/v1/complaints/{complaint['id']}"), 200)
    return answer


def settle(world: World, complaint: Json, **body: object) -> Response:
    path = f"/v1/complaints/{complaint['id']}/settle"
    return world.seller.post(path, {"message": "抱歉"} | body, new_id())


def refunded(world: World, order: Json) -> int:
    fen: int = ok(world.seller.get(f"/v1/orders/{order['id']}"))["refunded_fen"]
    return fen


def replaced(world: World, box: Json, **body: object) -> Json:
    """The box that was sent in its place, delivered."""
    settled = world.settle(world.complain(box, **body), remedy="replacement")
    again = ok(world.seller.get(f"/v1/orders/{settled['replacements'][-1]}"))
    return world.delivered(world.pack(again))


def test_a_further_complaint_gets_nothing_of_another_boxs_price(world: World) -> None:
    order = world.order(world.offer(), packs=2)
    box, _ = boxes(world, world.pay(order), 1, 1)
    assert full_refund(world, box) == 3000
    second = world.complain(box)
    assert seen(world, second)["suggested_refund_fen"] == 0
    for body in ({}, {"refund_fen": 1}):
        answer = settle(world, second, remedy="full_refund", **body)
        assert refused(answer, 409, "exceeds_refundable")["refundable_fen"] == 0
    assert refunded(world, order) == 3000


def test_a_share_that_was_refunded_is_not_suggested_by_the_next_complaint(world: World) -> None:
    order = world.paid_order(world.offer(), packs=2)
    box, _ = boxes(world, order, 1, 1)
    world.settle(world.complain(box, damaged_percent=30))
    again, more = world.complain(box, damaged_percent=30), {"refund_fen": 2101}
    assert seen(world, again)["suggested_refund_fen"] == 0
    refused(settle(world, again, remedy="partial_refund"), 422, "invalid")
    answer = settle(world, again, remedy="partial_refund", **more)
    assert refused(answer, 409, "exceeds_refundable")["refundable_fen"] == 2100
    assert world.settle(again, refund_fen=2100)["refund_fen"] == 2100
    assert refunded(world, order) == 3000


def test_of_a_box_that_was_sent_again_no_further_complaint_is_owed_money(world: World) -> None:
    order = world.order(world.offer())
    [box] = boxes(world, world.pay(order), 1)
    settled = world.settle(world.complain(box), remedy="replacement")
    path = f"/t/{box['code']}/complaints?key={order['access_key']}"
    second = ok(world.nobody.post(path, {"reason": "rotten"}, new_id()), 201)
    assert seen(world, second)["suggested_refund_fen"] == 0
    refused(settle(world, second, remedy="partial_refund"), 422, "invalid")
    cancel = {"reason": "没货了"}
    ok(world.seller.post(f"/v1/orders/{settled['replacements'][0]}/cancel", cancel, new_id()), 200)
    assert seen(world, second)["suggested_refund_fen"] == 3000, "nothing is sent, so money is owed"


def test_what_was_refunded_before_it_was_sent_again_counts(world: World) -> None:
    """Also over several boxes, each sent for the one before."""
    order = world.paid_order(world.offer(), packs=2)
    box, _ = boxes(world, order, 1, 1)
    world.settle(world.complain(box, damaged_percent=60))
    third = replaced(world, replaced(world, box))
    complaint = world.complain(third)
    assert seen(world, complaint)["suggested_refund_fen"] == 1200
    assert world.settle(complaint, remedy="full_refund")["refund_fen"] == 1200
    assert seen(world, world.complain(box))["suggested_refund_fen"] == 0
    assert refunded(world, order) == 3000


def test_a_refund_of_the_order_that_names_a_complaint_counts_for_its_box(world: World) -> None:
    """And it may go beyond the box's price, as whoever makes it says so."""
    order = world.paid_order(world.offer(), packs=2)
    box, _ = boxes(world, order, 1, 1)
    first = world.complain(box)
    refund = {"amount_fen": 3500, "reason": "好意", "complaint_id": first["id"]}
    ok(world.seller.put(f"/v1/orders/{order['id']}/refunds/{new_id()}", refund), 201)
    ok(world.seller.post(f"/v1/complaints/{first['id']}/reject", {"message": "已退"}), 200)
    assert seen(world, world.complain(box))["suggested_refund_fen"] == 0


def test_pages_show_the_sum_where_the_price_of_a_pack_is_rounded(world: World) -> None:
    [order] = orders_of(world, paid(3, "100.00"))
    seller = Visitor(world.url).signed_in("seller")
    assert "¥33.33 共 ¥100.00" in seller.get(f"/seller/orders/{order['id']}").words
    own = Visitor(world.url).get(f"/orders/{order['id']}?key={key_for(order['id'])}")
    assert "¥100.00" in own.words
    assert "¥99.99" not in own.words
