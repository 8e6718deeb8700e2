"""Imports over real HTTP: from a platform's file to paid orders, each once, each row told."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.config import settings
from chalicelib.domain.imports import MOST_COLUMNS
from chalicelib.repositories import imports as files
from tests.books import Books
from tests.platform_files import (
    PLATFORMS,
    TITLES,
    FileRows,
    as_csv,
    as_xlsx,
    douyin,
    import_body,
    imported,
    jd,
    kuaituantuan,
    mapped,
    pinduoduo,
    read,
    run,
    taobao,
    uploaded,
)
from tests.world import BUYER, Json, World, new_id, ok, raw_items, refused


@pytest.fixture
def offers(world: World) -> dict[str, Json]:
    return {"土鸡蛋": world.offer(), "沃柑": world.offer(title="沃柑 5 斤", pack_quantity=5)}


def orders(world: World) -> dict[str, Json]:
    """By the platform's number."""
    return {order["external_ref"]: order for order in world.seller.everything("/v1/orders")}


def changed(table: FileRows, row: int, **columns: str) -> FileRows:
    """The table with some cells of a row replaced, by heading."""
    at = next(n for n, cells in enumerate(table) if len(cells) > 3)
    copy = [list(cells) for cells in table]
    for heading, value in columns.items():
        copy[row][table[at].index(heading)] = value
    return copy


# --- the platforms --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["gb18030", "utf-8-sig", "xlsx"])
@pytest.mark.parametrize("name", PLATFORMS)
def test_an_export_becomes_paid_orders(
    name: str, form: str, world: World, offers: dict[str, Json]
) -> None:
    table = PLATFORMS[name]()
    content = as_xlsx(table) if form == "xlsx" else as_csv(table, form)
    import_id = uploaded(world.seller, content)
    seen = mapped(world.seller, import_id, offers)
    assert seen["platform"] == name
    assert (seen["preview"]["new"], seen["preview"]["refused"]) == (3, 0)
    assert orders(world) == {}, "looking writes nothing"
    answer = run(world.seller, import_id)
    assert answer == {
        "done": 3, "total": 3, "created": 3, "already": 0, "refused": 0, "finished": True,
    }  # fmt: skip
    made = orders(world)
    assert len(made) == 3
    for order in made.values():
        group = name in {"kuaituantuan", "qunjielong"}
        assert order["channel"] == ("wechat_group" if group else "platform")
        assert (order["state"], order["paid_fen"]) == ("paid", order["total_fen"])
        assert order["paid_at"].startswith("2026-11-20T12:05") or name == "xiaohongshu"
        journal = ok(world.seller.get(f"/v1/orders/{order['id']}/changes"))["items"]
        assert [(entry["old"], entry["new"]) for entry in journal] == [(None, "paid")]
    Books.read().check()


def test_an_imported_order_is_packed_shipped_and_refunded_like_any_other(
    world: World, offers: dict[str, Json]
) -> None:
    imported(world, pinduoduo(2), offers)
    first, second = orders(world).values()
    world.delivered(world.pack(first))
    path = f"/v1/orders/{second['id']}/cancel"
    cancelled = ok(world.seller.post(path, {"reason": "没货了"}, new_id()))
    assert cancelled["state"] == "cancelled"
    Books.read().check()


def test_prices_are_those_that_were_paid(world: World, offers: dict[str, Json]) -> None:
    table = changed(taobao(2), 2, 买家实付金额="28.01")
    imported(world, table, offers)
    order = orders(world)[table[2][0]]
    assert order["total_fen"] == 2801 + 3000
    assert sorted(line["price_fen"] for line in order["lines"]) == [2801, 3000]


def test_one_piece_of_a_platform_may_be_several_packs(world: World) -> None:
    offer = world.offer()
    import_id = uploaded(world.seller, as_csv(douyin(1)))
    [item] = read(world.seller, import_id)["items"]
    choice = {"title": item["title"], "sku": item["sku"], "offer_id": offer["id"], "packs": 3}
    read(world.seller, import_id, items=[choice])
    run(world.seller, import_id)
    [line] = next(iter(orders(world).values()))["lines"]
    assert (line["packs"], line["price_fen"]) == (6, 1000)


# --- once -------------------------------------------------------------------------------------


def test_the_same_file_and_overlapping_files_make_each_order_once(
    world: World, offers: dict[str, Json]
) -> None:
    imported(world, jd(3), offers)
    again = imported(world, jd(3), offers)
    assert (again["created"], again["already"]) == (0, 3)
    more = imported(world, jd(3, start=2), offers)
    assert (more["created"], more["already"]) == (2, 1)
    assert len(orders(world)) == 5
    Books.read().check()


def test_an_order_that_differs_is_left_as_it_is(world: World, offers: dict[str, Json]) -> None:
    table = jd(3)
    imported(world, table, offers)
    before = orders(world)
    other = changed(table, 1, 应付金额="25.00")
    other = changed(other, 2, 客户姓名="吴十")
    other = changed(other, 3, 订购数量="2")
    answer = imported(world, other, offers)
    assert (answer["created"], answer["already"], answer["refused"]) == (0, 0, 3)
    rows = ok(world.seller.get(f"/v1/imports/{answer['id']}/rows"))["items"]
    assert [(row["what"], row["code"]) for row in rows] == [("different", "different")] * 3
    for row, what in zip(rows, ("金额", "收货人", "商品"), strict=True):
        assert what in row["reason"]
    assert orders(world) == before


def test_an_order_split_over_two_files_is_told(world: World, offers: dict[str, Json]) -> None:
    table = taobao(2)
    imported(world, table[:3], offers)
    answer = imported(world, [table[0], table[3]], offers)
    assert (answer["created"], answer["refused"]) == (0, 1)
    assert len(orders(world)) == 2


def test_a_double_tap_registers_one_import(world: World) -> None:
    key = new_id()
    first, two = (
        ok(world.seller.post("/v1/imports", import_body(b"x"), key), 201)["id"] for _ in range(2)
    )
    assert first == two
    assert len(world.seller.everything("/v1/imports")) == 1


def test_what_was_mapped_is_known_next_time(world: World, offers: dict[str, Json]) -> None:
    imported(world, taobao(2), offers)
    seen = read(world.seller, uploaded(world.seller, as_xlsx(taobao(4))))
    assert seen["preview"]["new"] == 2
    assert {item["offer_id"] for item in seen["items"]} == {
        offer["id"] for offer in offers.values()
    }


def test_an_unknown_file_is_mapped_by_hand_and_known_next_time(world: World) -> None:
    offer = world.offer()
    table: FileRows = [
        ["编号", "货", "几件", "收款", "谁", "手机", "地方"],
        ["N1", "蛋", "1", "30", "张三", "13800000001", "安徽省黄山市徽州区呈坎镇"],
    ]
    import_id = uploaded(world.seller, as_csv(table))
    seen = read(world.seller, import_id)
    assert (seen["platform"], seen["state"]) == (None, "waiting")
    fields = {"number", "item", "quantity", "amount", "name", "address", "status"}
    assert set(seen["missing"]) == fields
    refused(world.seller.post(f"/v1/imports/{import_id}/run"), 409, "not_allowed_now")
    chosen = ["number", "item", "quantity", "order_amount", "name", "phone", "address"]
    columns = dict(zip(table[0], chosen, strict=True))
    item = {"title": "蛋", "offer_id": offer["id"]}
    read(world.seller, import_id, columns=columns, items=[item], paid_only=True)
    assert run(world.seller, import_id)["created"] == 1
    table[1][0] = "N2"
    seen = read(world.seller, uploaded(world.seller, as_csv(table)))
    assert (seen["platform"], seen["preview"]["new"]) == ("other", 1)


# --- what cannot be -------------------------------------------------------------------------------


def test_a_bad_row_comes_back_and_stops_no_other(world: World, offers: dict[str, Json]) -> None:
    table = changed(pinduoduo(5), 2, 手机="无")
    table = changed(table, 3, 订单状态="已发货，待收货")
    table = changed(table, 4, **{"商品数量(件)": "=1+1"})
    answer = imported(world, table, offers)
    assert (answer["created"], answer["refused"]) == (2, 3)
    file = world.seller.call(
        "GET", f"/v1/imports/{answer['id']}/refused.csv", headers={"Accept-Language": "en"}
    )
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in file.headers["Content-Disposition"]
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("why it was not imported")
    assert "phone number cannot be read" in lines[1]
    assert "Not for shipping; the file says “已发货,待收货”" in lines[2]
    assert ",'=1+1," in lines[3]
    fixed = file.content.replace("无".encode(), b"13800000009", 1)
    import_id = uploaded(world.seller, fixed)
    assert read(world.seller, import_id)["preview"]["new"] == 1, "mended, it goes in again"


def test_an_item_without_an_offer_waits(world: World) -> None:
    import_id = uploaded(world.seller, as_csv(pinduoduo(2)))
    seen = read(world.seller, import_id)
    assert [row["code"] for row in seen["rows"]] == ["item_unmapped"] * 2
    assert TITLES[0] in seen["rows"][0]["reason"]


def test_nothing_is_oversold_and_nothing_half_made(world: World) -> None:
    offer = world.offer(packs_total=5)
    answer = imported(world, pinduoduo(8), {"土鸡蛋": offer})
    assert (answer["created"], answer["refused"]) == (5, 3)
    rows = ok(world.seller.get(f"/v1/imports/{answer['id']}/rows"))["items"]
    assert [row["code"] for row in rows] == [None] * 5 + ["out_of_stock"] * 3
    assert "只剩 0 份" in rows[-1]["reason"]
    Books.read().check()


def test_a_held_batch_and_a_closed_offer_sell_nothing(world: World) -> None:
    batch = world.passed_batch()
    held, closed = world.offer(batch), world.offer(pack_quantity=5)
    world.move(batch, "hold")
    ok(world.seller.post(f"/v1/offers/{closed['id']}/close", {"reason": "卖完"}, new_id()))
    answer = imported(world, taobao(2), {"土鸡蛋": held, "沃柑": closed})
    rows = ok(world.seller.get(f"/v1/imports/{answer['id']}/rows"))["items"]
    assert {row["code"] for row in rows} <= {"batch_held", "no_open_offer"}
    assert answer["created"] == 0


def test_an_offers_hours_and_limits_are_the_platforms_business(world: World) -> None:
    """It was sold there, and is paid."""
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    offer = world.offer(closes_at=past, limit_per_customer=1)
    assert imported(world, douyin(2), {"土鸡蛋": offer})["created"] == 2
    Books.read().check()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "file_unreadable"),
        (b"PK\x03\x04", "file_unreadable"),
        (b"\n\n", "file_without_rows"),
        ("订单号,商品,数量,收货人\n".encode(), "file_without_rows"),
        (as_csv([["a"] * (MOST_COLUMNS + 1)]), "file_too_large"),
    ],
)
def test_a_broken_file_is_told_in_a_sentence(world: World, content: bytes, code: str) -> None:
    import_id = uploaded(world.seller, content)
    body = {"platform": "pinduoduo"} if code == "file_without_rows" else {}
    answer = world.seller.post(f"/v1/imports/{import_id}/read", body)
    if b"," in content and code == "file_without_rows":
        assert answer.status_code in {200, 422}, answer.text
    else:
        refused(answer, 422, code)


def test_a_file_must_be_there_and_be_what_was_registered(world: World) -> None:
    answer = ok(world.seller.post("/v1/imports", import_body(b"orders")), 201)
    path = f"/v1/imports/{answer['id']}"
    refused(world.seller.post(f"{path}/read"), 409, "file_not_uploaded")
    sent = world.nobody.call("PUT", answer["upload"]["url"], data=b"others")
    refused(sent, 422, "file_differs")
    sent = world.nobody.call("PUT", f"/uploads/{answer['id']}?signature=1.2", data=b"orders")
    refused(sent, 403, "link_expired")
    refused(world.seller.get(f"{path}/refused.csv"), 409, "not_allowed_now")


@pytest.mark.parametrize(
    "fields",
    [{"size": 20 * 1024 * 1024 + 1}, {"size": 0}, {"sha256": "x"}, {"filename": ""}, {"x": 1}],
)
def test_a_wrong_registration_is_refused(world: World, fields: Json) -> None:
    refused(world.seller.post("/v1/imports", import_body(b"x") | fields), 422, "invalid")


def test_another_shops_offer_and_import_do_not_exist(world: World) -> None:
    import_id = uploaded(world.seller, as_csv(pinduoduo(1)))
    theirs = world.offer(
        world.passed_batch(),
        by=world.seller,
    )
    refused(world.other_seller.get(f"/v1/imports/{import_id}"), 404, "not_found")
    own = uploaded(world.other_seller, as_csv(pinduoduo(1)))
    item = {"title": TITLES[0], "sku": "10枚", "offer_id": theirs["id"]}
    body = {"items": [item]}
    refused(world.other_seller.post(f"/v1/imports/{own}/read", body), 404, "not_found")


def test_a_finished_import_is_not_read_again(world: World, offers: dict[str, Json]) -> None:
    answer = imported(world, jd(1), offers)
    path = f"/v1/imports/{answer['id']}"
    refused(world.seller.post(f"{path}/read"), 409, "not_allowed_now")
    assert ok(world.seller.post(f"{path}/run"))["finished"]
    assert ok(world.seller.get(path))["state"] == "finished"


# --- people ---------------------------------------------------------------------------------------


def test_a_whole_phone_is_the_same_customer_everywhere(
    world: World, offers: dict[str, Json]
) -> None:
    ours = world.paid_order(offers["土鸡蛋"], buyer=BUYER | {"phone": "13800010000"})
    imported(world, jd(1), offers)
    [customer] = world.seller.everything("/v1/customers")
    assert (customer["id"], customer["paid_orders"]) == (ours["customer_id"], 2)
    assert customer["spent_fen"] == 6000


def test_a_masked_phone_is_never_a_real_person(world: World, offers: dict[str, Json]) -> None:
    world.paid_order(offers["土鸡蛋"], buyer=BUYER | {"phone": "13800000000"})
    imported(world, pinduoduo(1), offers)
    imported(world, douyin(1), offers)
    customers = world.seller.everything("/v1/customers")
    assert [customer["paid_orders"] for customer in customers] == [1, 1, 1]
    bought = orders(world)
    phones = {order["buyer"]["phone"] for order in bought.values()}
    assert phones == {"13800000000", "138****0000", "13800000000-0000"}


def test_a_fully_masked_phone_is_known_by_name_and_address_or_by_nothing(
    world: World, offers: dict[str, Json]
) -> None:
    table = changed(changed(pinduoduo(4), 1, 手机="1**********", 收货人="赵大"), 2, 手机="*" * 11)
    # the rest of the address still tells the first and the second apart, a mask of it nobody
    for row in (3, 4):
        table = changed(table, row, 手机="1**********", 详细地址="****")
    imported(world, table, offers)
    customers = world.seller.everything("/v1/customers")
    assert [customer["paid_orders"] for customer in customers] == [1, 1, 1, 1]
    again = changed(changed(pinduoduo(2), 1, 手机="1**********", 收货人="赵大"), 1, 订单号="99")
    imported(world, [again[0], again[1]], offers)
    bought = sorted(
        customer["paid_orders"] for customer in world.seller.everything("/v1/customers")
    )
    assert bought == [1, 1, 1, 2]


def test_a_platforms_nickname_is_a_customer(world: World, offers: dict[str, Json]) -> None:
    table = changed(changed(taobao(1), 1, 联系手机="138****0001"), 1, 收货人姓名="张*")
    imported(world, table, offers)
    table = changed(changed(table, 1, 主订单编号="99"), 1, 收货人姓名="李*")
    imported(world, table, offers)
    [customer] = world.seller.everything("/v1/customers")
    assert customer["paid_orders"] == 2


def test_a_masked_phone_is_refused_where_a_buyer_types_it(world: World) -> None:
    body = world.order_body(world.offer(), buyer=BUYER | {"phone": "138****5678"})
    refused(world.nobody.post("/v1/orders", body), 422, "invalid")


def test_an_imported_person_can_be_erased(world: World, offers: dict[str, Json]) -> None:
    imported(world, pinduoduo(1), offers)
    [customer] = world.seller.everything("/v1/customers")
    ok(world.county.delete(f"/v1/customers/{customer['id']}"), 200, 204)
    [order] = orders(world).values()
    assert order["buyer"] is None
    again = imported(world, pinduoduo(1), offers)
    assert (again["already"], next(iter(orders(world).values()))["buyer"]) == (1, None)


# --- privacy ------------------------------------------------------------------------------------


def kept(import_id: str) -> list[str]:
    folder = settings().data / files.FOLDER
    return sorted(path.name for path in folder.glob(f"{import_id}*"))


def test_buyers_are_shown_masked_and_never_stored_in_the_clear(
    world: World, offers: dict[str, Json]
) -> None:
    import_id = uploaded(world.seller, as_csv(jd(2)))
    seen = mapped(world.seller, import_id, offers)
    assert seen["rows"][0]["buyer"] == {
        "name": "赵**", "phone": "138****0000", "province": "安徽省", "city": "黄山市",
    }  # fmt: skip
    rows = world.seller.get(f"/v1/imports/{import_id}/rows").text
    secrets = ["赵六0", "13800010000", "呈坎镇"]
    stored = b"".join(
        path.read_bytes() for path in (settings().data / files.FOLDER).glob(f"{import_id}*")
    )
    run(world.seller, import_id)
    items = str(list(raw_items()))
    for secret in secrets:
        assert secret not in str(seen)
        assert secret not in rows
        assert secret.encode() not in stored
        assert secret not in items


def test_the_file_goes_when_the_import_is_finished(world: World, offers: dict[str, Json]) -> None:
    import_id = uploaded(world.seller, as_csv(jd(2)))
    assert kept(import_id) == [f"{import_id}.file"]
    mapped(world.seller, import_id, offers)
    assert f"{import_id}.file" not in kept(import_id)
    run(world.seller, import_id)
    assert kept(import_id) == [f"{import_id}.refused"]
    rows = ok(world.seller.get(f"/v1/imports/{import_id}/rows"))["items"]
    assert [(row["what"], row["buyer"]) for row in rows] == [("created", None)] * 2


def test_the_file_goes_after_a_day_whatever_became_of_it(
    world: World, offers: dict[str, Json]
) -> None:
    import_id = uploaded(world.seller, as_csv(jd(2)))
    mapped(world.seller, import_id, offers)
    assert files.sweep(datetime.now(UTC) + timedelta(hours=23)) == 0 or kept(import_id)
    files.sweep(datetime.now(UTC) + timedelta(hours=25))
    assert kept(import_id) == []
    refused(world.seller.post(f"/v1/imports/{import_id}/run"), 410, "file_gone")


# --- lists ----------------------------------------------------------------------------------------


def test_rows_come_page_by_page_before_and_after(world: World) -> None:
    offer = world.offer(world.passed_batch(quantity=10_000), packs_total=120)
    import_id = uploaded(world.seller, as_csv(kuaituantuan(130)))
    path = f"/v1/imports/{import_id}/rows"
    mapped(world.seller, import_id, {"土鸡蛋": offer, "沃柑": offer})
    before = world.seller.everything(path, limit=37)
    run(world.seller, import_id)
    after = world.seller.everything(path, limit=37)
    numbers = [f"KTT{n:012d}" for n in range(130)]
    assert [row["number"] for row in before] == [row["number"] for row in after] == numbers
    assert [row["what"] for row in before] == [
        row["what"].replace("created", "new") for row in after
    ], "the preview was right"
    assert {re.sub(r"\d", "", row["what"]) for row in after} == {"created", "cannot"}
    Books.read().check()
