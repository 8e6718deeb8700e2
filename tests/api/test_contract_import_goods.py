"""Imports over real HTTP: as many pieces are sent as were bought, and each of its own kind."""

from typing import Any

import pytest

from tests.books import Books
from tests.platform_files import (
    PLATFORMS,
    FileRows,
    as_csv,
    as_xlsx,
    pinduoduo,
    read,
    run,
    uploaded,
)
from tests.world import Json, World, new_id, ok

BUYER_OF = {
    "收货人": "农户 12",
    "联系电话": "13800000012",
    "详细地址": "安徽省黄山市徽州区测试路 1 号",
}


def table_of(*rows: dict[str, Any]) -> FileRows:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    return [headings, *([row.get(name, "") for name in headings] for row in rows)]


def group_order(number: str = "KTT26112300061", **fields: Any) -> dict[str, Any]:
    """A row of 快团团."""
    return {
        "跟团号": "1",
        "订单号": number,
        "下单人": "团员",
        "商品": "测试鸡蛋",
        "规格": "10枚",
        "数量": "1",
        "商品金额": "30.00",
        "订单状态": "待发货",
        **BUYER_OF,
        "支付时间": "2026-11-20 20:05:01",
        "团员备注": "",
    } | fields


def taken(world: World, content: bytes, packs: dict[str, int] | None = None) -> list[Json]:
    """What the rows became, every new item mapped to an offer of its own; packs of a piece."""
    import_id = uploaded(world.seller, content)
    seen = read(world.seller, import_id)
    items = [
        {
            "title": item["title"],
            "sku": item["sku"],
            "offer_id": world.offer(packs_total=100, title=item["title"] or "其他")["id"],
            "packs": (packs or {}).get(item["title"], 1),
        }
        for item in seen["items"]
        if item["offer_id"] is None
    ]
    if items:
        read(world.seller, import_id, items=items)
    if seen["missing"]:
        return [{"code": "missing", "missing": seen["missing"]}]
    run(world.seller, import_id)
    rows: list[Json] = ok(world.seller.get(f"/v1/imports/{import_id}/rows"))["items"]
    return rows


def bought(world: World) -> dict[str, tuple[dict[str, int], int]]:
    """By the platform's number: packs of each title, and what was paid."""
    purchases = {}
    for order in world.seller.everything("/v1/orders"):
        packs: dict[str, int] = {}
        for line in order["lines"]:
            packs[line["title"]] = packs.get(line["title"], 0) + line["packs"]
        assert sum(line["sum_fen"] for line in order["lines"]) == order["total_fen"]
        purchases[order["external_ref"]] = packs, order["paid_fen"]
    return purchases


# --- equal rows -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "packs", "paid"),
    [
        ([{"订单实付金额": "60.00"}] * 2, 2, 6000),
        ([{"订单实付金额": "90.00"}] * 3, 3, 9000),
        ([{"订单实付金额": "30.00"}] * 2, 1, 3000),
        ([{"团员备注": ""}, {"团员备注": "送邻居一份"}], 2, 6000),
    ],
)
def test_the_same_goods_twice_in_an_order_are_sent_twice(
    world: World, rows: list[dict[str, str]], packs: int, paid: int
) -> None:
    table = table_of(*(group_order(**row) for row in rows))
    taken(world, as_csv(table, "utf-8-sig"))
    assert bought(world) == {"KTT26112300061": ({"测试鸡蛋": packs}, paid)}
    Books.read().check()


def test_equal_rows_that_nothing_tells_apart_are_asked_about(world: World) -> None:
    rows = [group_order(), group_order(), group_order("KTT26112300062")]
    first, second = taken(world, as_csv(table_of(*rows)))
    assert (first["what"], first["code"]) == ("cannot", "equal_rows")
    assert "第 2、3 行相同" in first["reason"]
    assert second["what"] == "created"
    assert list(bought(world)) == ["KTT26112300062"]


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_file_that_holds_all_its_rows_twice_is_one(name: str, world: World) -> None:
    table = PLATFORMS[name]()
    at = next(n for n, row in enumerate(table) if len(row) > 3) + 1
    rows = [row for row in table[at:] if row and row[0] != "合计"]
    twice = [*table[:at], *rows, *rows]
    once = taken(world, as_csv(table[:at] + rows))
    assert [outcome["what"] for outcome in once] == ["created"] * 3
    assert [outcome["what"] for outcome in taken(world, as_csv(twice))] == ["already"] * 3


# --- several goods in one cell ----------------------------------------------------------------


@pytest.mark.parametrize("form", ["utf-8-sig", "gb18030", "xlsx"])
@pytest.mark.parametrize(
    "cell",
    ["测试鸡蛋(10枚)+2\n测试沃柑(5斤)+1", "测试鸡蛋（10枚）＋2；测试沃柑（5斤）＋1",
     "测试鸡蛋(10枚)*2\r\n测试沃柑(5斤)*1"],
)  # fmt: skip
def test_goods_and_their_counts_in_one_cell_are_lines(world: World, cell: str, form: str) -> None:
    rows = [
        group_order("20261120-0000000082", 商品=cell, 规格="", 数量="3", 商品金额="110"),
        group_order(
            "20261120-0000000083", 商品="测试鸡蛋(10枚)+2", 规格="", 数量="2", 商品金额="60"
        ),
    ]
    table = table_of(*rows)
    taken(world, as_xlsx(table) if form == "xlsx" else as_csv(table, form))
    assert bought(world) == {
        "20261120-0000000082": ({"测试鸡蛋(10枚)": 2, "测试沃柑(5斤)": 1}, 11_000),
        "20261120-0000000083": ({"测试鸡蛋(10枚)": 2}, 6000),
    }
    Books.read().check()


@pytest.mark.parametrize(
    ("cell", "quantity", "code", "reason"),
    [
        ("测试鸡蛋(10枚)+2\n测试沃柑(5斤)+1", "4", "counts_differ", "合计 3，数量一栏是 4"),
        ("测试鸡蛋(10枚)+2", "3", "counts_differ", "合计 2"),
        ("测试鸡蛋\n测试沃柑", "3", "goods_in_one_cell", "测试鸡蛋 测试沃柑"),
        ("测试鸡蛋+2\n测试沃柑", "3", "goods_in_one_cell", "几种商品"),
    ],
)
def test_goods_whose_counts_are_not_known_are_refused(
    world: World, cell: str, quantity: str, code: str, reason: str
) -> None:
    rows = taken(world, as_csv(table_of(group_order(商品=cell, 规格="", 数量=quantity))))
    assert [(row["what"], row["code"]) for row in rows] == [("cannot", code)]
    assert reason in rows[0]["reason"]
    assert bought(world) == {}


def test_a_name_with_signs_and_numbers_is_one_kind(world: World) -> None:
    rows = [group_order(商品="金*奖沃柑 5斤*2", 数量="3", 商品金额="90")]
    taken(world, as_csv(table_of(*rows)), packs={"金*奖沃柑 5斤*2": 2})
    assert bought(world) == {"KTT26112300061": ({"金*奖沃柑 5斤*2": 6}, 9000)}


# --- orders of nothing ------------------------------------------------------------------------


def test_a_sample_for_nothing_is_packed_cancelled_and_refunded_as_nothing(world: World) -> None:
    table = pinduoduo(2)
    for row in table[1:]:
        row[table[0].index("用户实付金额(元)")] = "0.00"
    rows = taken(world, as_csv(table))
    assert [(outcome["what"], outcome["total_fen"]) for outcome in rows] == [("created", None)] * 2
    first, second = world.seller.everything("/v1/orders")
    assert [order["paid_fen"] for order in (first, second)] == [0, 0]
    box = world.delivered(world.pack(first))
    assert box["amount_fen"] == 0
    complaint = world.complain(box)
    path = f"/v1/complaints/{complaint['id']}/settle"
    body = {"remedy": "full_refund", "message": "退款"}
    refused = world.seller.post(path, body, new_id())
    assert (refused.status_code, refused.json()["code"]) == (409, "exceeds_refundable")
    world.settle(complaint, remedy="replacement")
    path = f"/v1/orders/{second['id']}/cancel"
    assert ok(world.seller.post(path, {"reason": "没货了"}, new_id()))["refunded_fen"] == 0
    Books.read().check()


def test_a_preview_shows_that_nothing_was_paid(world: World) -> None:
    table = table_of(group_order(商品金额="0.00"))
    seen = read(world.seller, uploaded(world.seller, as_csv(table)))
    assert seen["rows"][0]["total_fen"] == 0


# --- kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kinds", [("鲜蛋 10枚", "咸蛋 10枚"), ("10枚", "30枚")])
def test_two_kinds_of_one_title_are_two(world: World, kinds: tuple[str, str]) -> None:
    rows = [group_order(规格=kind, 订单实付金额="60.00") for kind in kinds]
    import_id = uploaded(world.seller, as_csv(table_of(*rows)))
    seen = read(world.seller, import_id)
    assert sorted(item["sku"] for item in seen["items"]) == sorted(kinds)
