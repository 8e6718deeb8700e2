"""What has arrived, many at once: by codes, order numbers and waybills, told row by row."""

from functools import partial

import pytest

from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.platform_files import as_csv
from tests.visitor import Visitor
from tests.world import Json, World, new_id, ok, stored


def shipped(w: World, n: int) -> list[tuple[Json, Json]]:
    offer = w.offer()
    orders = [w.paid_order(offer) for _ in range(n)]
    return [(order, w.shipped(w.pack(order))) for order in orders]


def deliver(w: World, *rows: Json, key: str | None = None) -> list[Json]:
    body = {"rows": [{"row": at, **row} for at, row in enumerate(rows, 1)]}
    answered: list[Json] = ok(w.seller.post("/v1/deliveries", body, key or new_id()), 200)["rows"]
    return answered


def test_each_way_to_name_a_parcel_marks_it_once(world: World) -> None:
    sent = shipped(world, 4)
    numbers = [
        {"waybill": sent[0][1]["waybill"].lower()},
        {"parcel": sent[1][0]["number"]},
        {"parcel": sent[2][1]["display_code"]},
        {"parcel": sent[3][1]["waybill"], "state": "已签收"},
    ]
    assert [row["what"] for row in deliver(world, *numbers)] == ["delivered"] * 4
    before = stored()
    assert [row["what"] for row in deliver(world, *numbers)] == ["already"] * 4
    assert stored() == before
    states = {ok(world.seller.get(f"/v1/orders/{order['id']}"))["state"] for order, _ in sent}
    assert states == {"delivered"}
    Books.read().check()


def test_what_cannot_be_marked_says_why_and_the_rest_is(world: World) -> None:
    [(_, fine), (_, waits), (other, elsewhere), (_, back)] = shipped(world, 4)
    here = world.parcel()
    ok(world.seller.post(f"/v1/parcels/{back['code']}/return", {}, new_id()))
    done = deliver(
        world,
        {"waybill": fine["waybill"]},
        {"waybill": waits["waybill"], "state": "派送中"},
        {"parcel": other["number"], "waybill": "SF999"},
        {"parcel": here["code"]},
        {"parcel": back["code"]},
        {"waybill": "SF000"},
    )
    assert [(row["what"], row["problem"]) for row in done] == [
        ("delivered", None),
        ("waiting", None),
        ("wrong", "other_waybill"),
        ("wrong", "not_shipped"),
        ("wrong", "came_back"),
        ("wrong", "unknown_parcel"),
    ]
    assert all(row["detail"] for row in done if row["problem"])
    assert ok(world.seller.get(f"/v1/parcels/{elsewhere['code']}"))["state"] == "shipped"
    Books.read().check()


def test_an_order_of_several_boxes_is_asked_about_and_a_shared_waybill_is_not(world: World) -> None:
    order = world.paid_order(world.offer(), packs=2)
    batch = {"id": order["lines"][0]["batch_ids"][0]}
    boxes = [world.pack(order, (0, batch, 1)) for _ in range(2)]
    body = {"carrier": "顺丰", "waybill": "SF7"}
    for box in boxes:
        ok(world.seller.post(f"/v1/parcels/{box['code']}/ship", body, new_id()))
    [row] = deliver(world, {"parcel": order["number"]})
    assert row["problem"] == "several_parcels"
    both = deliver(world, {"parcel": order["number"], "waybill": "SF7"})
    assert [row["what"] for row in both] == ["delivered"] * 2
    Books.read().check()


def test_eight_at_once_mark_each_parcel_once(world: World) -> None:
    rows = [
        {"row": at, "parcel": parcel["code"]} for at, (_, parcel) in enumerate(shipped(world, 3), 1)
    ]
    who = SharedClient(world.seller)
    send = [partial(who.post, "/v1/deliveries", {"rows": rows}, new_id()) for _ in range(8)]
    results = [row["what"] for answer in at_once(send, 8) for row in ok(answer)["rows"]]
    assert (results.count("delivered"), results.count("already")) == (3, 21)
    Books.read().check()


def test_another_shops_parcels_are_unknown(world: World) -> None:
    [(order, parcel)] = shipped(world, 1)
    rows = [
        {"row": 1, "parcel": order["number"]},
        {"row": 2, "parcel": parcel["code"]},
        {"row": 3, "waybill": parcel["waybill"]},
    ]
    done = ok(world.other_seller.post("/v1/deliveries", {"rows": rows}, new_id()))["rows"]
    assert {row["problem"] for row in done} == {"unknown_parcel"}


def test_a_file_is_read_and_marks_nothing_by_itself(world: World) -> None:
    [(_, first), (_, second)] = shipped(world, 2)
    content = as_csv(
        [["运单号", "状态"], [first["waybill"], "已签收"], [second["waybill"], "运输中"]]
    )
    answer = ok(world.seller.call("POST", "/v1/deliveries/read", data=content))
    assert [row["what"] for row in answer["rows"]] == ["ready", "waiting"]
    assert ok(world.seller.get(f"/v1/parcels/{first['code']}"))["state"] == "shipped"


# --- the page -------------------------------------------------------------------------------------


@pytest.fixture
def seller(world: World) -> Visitor:
    return Visitor(world.url).signed_in("seller")


def test_the_page_checks_then_marks_and_gives_the_rest_back(world: World, seller: Visitor) -> None:
    [(_, parcel), (_, chosen)] = shipped(world, 2)
    form = seller.get(seller.get("/seller/packing").link("/seller/deliveries")).form("list")
    page = seller.send(form, do="check", rows=f"{parcel['waybill']}\nSF000")
    assert "将标记 1 箱" in page.words
    page = seller.send(page.form("list"), do="deliver")
    assert "已签收 1 箱" in page.words
    assert "有问题 1 行" in page.words
    assert page.form("list").fields["rows"].split() == ["SF000"]
    page = seller.send(page.form("chosen"), do="chosen", **{f"pick-{chosen['code']}": "1"})
    assert "已签收 1 箱" in page.words
    assert "没有在路上的包裹" in page.words
    Books.read().check()
