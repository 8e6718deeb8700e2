"""An order is here, and a later file of its platform speaks against sending it: it is not sent in
silence, whatever races."""

from collections.abc import Callable

import pytest

from chalicelib.domain.import_reasons import REASONS
from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.platform_files import FileRows, as_csv, imported, mapped, pinduoduo, run, uploaded
from tests.visitor import Visitor
from tests.world import Json, World, new_id, ok, refused

STATE, AFTER_SALE, PAID, QUANTITY, PLACE = 2, 15, 4, 5, slice(8, 13)
"""Columns of the file."""


@pytest.fixture
def offers(world: World) -> dict[str, Json]:
    return {"土鸡蛋": world.offer(world.passed_batch(quantity=10_000), packs_total=500)}


def saying(table: FileRows, state: str, after_sale: str = "无售后或售后取消") -> FileRows:
    later = [list(row) for row in table]
    for row in later[1:]:
        row[STATE], row[AFTER_SALE] = state, after_sale
    return later


def orders(world: World) -> dict[str, Json]:
    return {order["external_ref"]: order for order in world.seller.everything("/v1/orders")}


def rows(world: World, answer: Json) -> list[Json]:
    items: list[Json] = ok(world.seller.get(f"/v1/imports/{answer['id']}/rows"))["items"]
    return items


def why(world: World, order_id: str) -> list[str]:
    return [entry["why"] for entry in world.seller.everything(f"/v1/orders/{order_id}/changes")]


def pack(world: World, order: Json, offer: Json, status: int = 201) -> Json:
    body = {"allocations": [{"line": 0, "batch_id": offer["batch_ids"][0], "packs": 1}]}
    answer = world.seller.post(f"/v1/orders/{order['id']}/parcels", body)
    return ok(answer, 201) if status == 201 else refused(answer, status, "stopped")


AGAINST = [
    ("交易关闭", "退款成功"),
    ("待发货", "退款中"),
    ("待发货", "退款成功"),
    ("待发货", "部分退款"),
    ("已作废", "无售后或售后取消"),
    ("已发货", "无售后或售后取消"),
]


@pytest.mark.parametrize(("state", "after_sale"), AGAINST)
def test_what_a_later_file_speaks_against_waits_for_its_shop(
    state: str, after_sale: str, world: World, offers: dict[str, Json]
) -> None:
    table = pinduoduo(1)
    imported(world, table, offers)
    [order] = orders(world).values()
    import_id = uploaded(world.seller, as_csv(saying(table, state, after_sale)))
    preview = mapped(world.seller, import_id, offers)
    assert preview["preview"]["stopped"] == preview["preview"]["different"] == 1
    [row] = preview["rows"]
    assert (row["order_id"], row["code"]) == (order["id"], "here_waits")
    assert after_sale in row["reason"] or state in row["reason"]
    assert "手工录入。" not in row["reason"].replace("不要再手工录入。", "")
    assert "stopped_by" not in ok(world.seller.get(f"/v1/orders/{order['id']}"))  # only looked at

    answer = run(world.seller, import_id)
    assert (answer["stopped"], answer["refused"]) == (1, 1)
    seen = ok(world.seller.get(f"/v1/orders/{order['id']}"))
    assert (seen["state"], seen["stopped_by"]) == ("paid", import_id)
    pack(world, order, offers["土鸡蛋"], 409)
    [plan] = ok(world.seller.get("/v1/packing"))["items"]
    assert plan["problem"]["code"] == "stopped"
    tried = ok(world.seller.post("/v1/packing", {"order_ids": [order["id"]]}))["items"]
    assert [entry["problem"]["code"] for entry in tried] == ["stopped"]

    decision = {"import_id": import_id}
    ok(world.seller.post(f"/v1/orders/{order['id']}/send-anyway", decision))
    ok(world.seller.post(f"/v1/orders/{order['id']}/send-anyway", decision))
    world.shipped(pack(world, order, offers["土鸡蛋"]))
    assert len(why(world, order["id"])) == 5  # born, stopped, decided, packed, shipped
    Books.read().check()


def test_a_box_that_was_packed_before_stays_here(world: World, offers: dict[str, Json]) -> None:
    table = pinduoduo(1)
    imported(world, table, offers)
    [order] = orders(world).values()
    parcel = pack(world, order, offers["土鸡蛋"])
    sent_there = imported(world, saying(table, "已发货"), offers)
    assert rows(world, sent_there)[0]["code"] == "here_packed"  # a platform is told first
    imported(world, saying(table, "待发货", "退款成功"), offers)
    shipment = {"carrier": "顺丰", "waybill": "SF1234567890"}
    refused(world.seller.post(f"/v1/parcels/{parcel['code']}/ship", shipment), 409, "stopped")
    assert order["number"] not in world.seller.get("/v1/waybills.csv").text  # the carrier's list
    back = as_csv([["订单号", "快递公司", "运单号"], [order["number"], *shipment.values()]])
    sent = world.seller.call("POST", "/v1/waybills/read", data=back)
    assert [row["problem"] for row in ok(sent)["rows"]] == ["stopped"]  # before it is tried
    by_list = {"rows": [{"row": 1, "parcel": order["number"]} | shipment]}
    [outcome] = ok(world.seller.post("/v1/waybills", by_list, new_id()))["rows"]
    assert outcome["problem"] == "stopped"
    assert ok(world.seller.get(f"/v1/parcels/{parcel['code']}"))["state"] == "packed"
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "平台已退款"}))
    ended = imported(world, saying(table, "待发货", "退款成功"), offers)
    assert rows(world, ended)[0]["code"] == "here_ended"
    Books.read().check()


def test_what_has_left_is_told_as_such(world: World, offers: dict[str, Json]) -> None:
    table = pinduoduo(1)
    imported(world, table, offers)
    [order] = orders(world).values()
    world.shipped(pack(world, order, offers["土鸡蛋"]))
    later = imported(world, saying(table, "已发货", "退款成功"), offers)
    [row] = rows(world, later)
    assert (row["what"], row["code"]) == ("not_for_shipping", "here_sent")
    assert "stopped" not in later


def test_a_decision_holds_for_what_was_seen(world: World, offers: dict[str, Json]) -> None:
    table = pinduoduo(1)
    imported(world, table, offers)
    [order] = orders(world).values()
    first = imported(world, saying(table, "待发货", "退款中"), offers)
    path = f"/v1/orders/{order['id']}/send-anyway"
    ok(world.seller.post(path, {"import_id": first["id"]}))
    again = imported(world, saying(table, "待发货", "退款中"), offers)
    assert rows(world, again)[0]["code"] == "here_decided"  # not asked twice
    other = imported(world, saying(table, "交易关闭", "退款成功"), offers)
    assert other["stopped"] == 1
    refused(world.seller.post(path, {"import_id": first["id"]}), 409, "stopped")
    pack(world, order, offers["土鸡蛋"], 409)
    refused(world.other_seller.post(path, {"import_id": other["id"]}), 404, "not_found")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_its_page_asks_and_packs_once_that_is_answered(
    language: str, world: World, offers: dict[str, Json]
) -> None:
    table = pinduoduo(1)
    imported(world, table, offers)
    [order] = orders(world).values()
    imported(world, saying(table, "交易关闭", "退款成功"), offers)
    seller = Visitor(world.url).signed_in("seller")
    chip = {"en": "Look first", "zh-CN": "先别发"}[language]
    for path in ("/seller", "/seller/orders"):
        assert chip in seller.get(f"{path}?lang={language}").words
    page = seller.get(f"/seller/orders/{order['id']}?lang={language}")
    says = {"en": "It is neither packed nor sent", "zh-CN": "先不装箱、不发货"}
    assert says[language] in page.words
    assert "pack" not in {form.id for form in page.forms}
    page = seller.send(page.form("send_anyway"))
    seller.send(page.form("pack"))
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["state"] == "packed"


def test_what_cannot_be_read_of_an_order_that_is_here_is_never_entered_again(
    world: World, offers: dict[str, Json]
) -> None:
    table = pinduoduo(2)
    imported(world, table, offers)
    later = [list(row) for row in table]
    later[1][PAID] = "三十"
    later[2][PLACE] = [""] * 5
    answer = imported(world, later, offers)
    assert [row["code"] for row in rows(world, answer)] == ["here_unread"] * 2
    assert all(row["order_id"] for row in rows(world, answer))
    assert "stopped" not in answer


def test_a_part_that_is_no_longer_in_the_file_stops_the_rest(
    world: World, offers: dict[str, Json]
) -> None:
    table = pinduoduo(1)
    table[1][QUANTITY] = "3"
    imported(world, table, offers)
    [order] = orders(world).values()
    for left, paid in (("2", "20.00"), ("1", "10.00")):  # what was decided was of the first part
        table[1][QUANTITY], table[1][PAID] = left, paid
        less = imported(world, table, offers)
        assert rows(world, less)[0]["code"] == "here_waits"
        decision = {"import_id": less["id"]}
        ok(world.seller.post(f"/v1/orders/{order['id']}/send-anyway", decision))
        again = imported(world, table, offers)
        assert rows(world, again)[0]["code"] == "here_decided"


def test_no_reason_for_an_order_that_is_here_says_to_enter_it() -> None:
    here = [texts for code, texts in REASONS.items() if code.startswith("here_")]
    assert len(here) == 6
    for chinese, english in here:
        assert "手工录入" not in chinese.replace("不要再手工录入", "")
        assert "by hand" not in english


def test_eight_who_run_it_stop_each_order_once_and_no_packer_slips_through(
    world: World, offers: dict[str, Json]
) -> None:
    table = pinduoduo(60)
    imported(world, table, offers)
    before = orders(world)
    import_id = uploaded(world.seller, as_csv(saying(table, "交易关闭", "退款成功")))
    mapped(world.seller, import_id, offers)
    seller = SharedClient(world.seller)
    some = [order["id"] for order in before.values()][:20]

    def packing() -> Json:
        answer: Json = ok(seller.post("/v1/packing", {"order_ids": some}, key=new_id()))
        return answer

    acts: list[Callable[[], Json]] = [lambda: run(seller, import_id)] * 8
    answers = at_once([*acts, packing, packing])
    assert {answer["stopped"] for answer in answers[:8]} == {60}
    for order in orders(world).values():
        assert order["stopped_by"] == import_id
        for code in order["parcels"]:  # packed a moment before: it does not leave
            shipment = {"carrier": "顺丰", "waybill": f"SF{code[:10]}"}
            refused(world.seller.post(f"/v1/parcels/{code}/ship", shipment), 409, "stopped")
        stops = [text for text in why(world, order["id"]) if "平台的文件" in text]
        assert len(stops) == 1
    Books.read().check()


def test_shipping_and_stopping_at_once_come_one_after_the_other(
    world: World, offers: dict[str, Json]
) -> None:
    table = pinduoduo(8)
    imported(world, table, offers)
    boxes = [pack(world, order, offers["土鸡蛋"]) for order in orders(world).values()]
    import_id = uploaded(world.seller, as_csv(saying(table, "交易关闭", "退款成功")))
    mapped(world.seller, import_id, offers)
    seller = SharedClient(world.seller)

    def shipping(code: str) -> Callable[[], object]:
        shipment = {"carrier": "顺丰", "waybill": f"SF{code[:10]}"}
        return lambda: seller.post(f"/v1/parcels/{code}/ship", shipment)

    at_once([lambda: run(seller, import_id), *(shipping(box["code"]) for box in boxes)])
    codes = {row["order_id"]: row["code"] for row in rows(world, {"id": import_id})}
    for order in orders(world).values():
        left = order["state"] == "shipped"
        assert codes[order["id"]] == ("here_sent" if left else "here_waits")
        assert left == ("stopped_by" not in order)
