"""Waybills: out as a file, back as the carrier's, and each parcel shipped once."""

from functools import partial
from urllib.parse import urlencode

import pytest

from chalicelib.domain.codes import display_code
from chalicelib.services import waybills
from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.platform_files import TITLES, as_csv, as_xlsx, mapped, qunjielong, run, uploaded
from tests.visitor import Visitor
from tests.world import BUYER, Json, World, new_id, ok, refused

HEAD = ["订单号", "包裹码", "收货人", "快递公司", "运单号"]


def read(w: World, content: bytes) -> list[Json]:
    sent = w.seller.call("POST", "/v1/waybills/read", data=content)
    rows: list[Json] = ok(sent, 200)["rows"]
    return rows


def ship(w: World, *rows: Json, key: str | None = None) -> list[Json]:
    names = ("row", "parcel", "carrier", "waybill")
    body = {"rows": [{name: row[name] for name in names} for row in rows]}
    results: list[Json] = ok(w.seller.post("/v1/waybills", body, key or new_id()), 200)["rows"]
    return results


def packed(w: World, n: int) -> list[tuple[Json, Json]]:
    offer = w.offer()
    orders = [w.paid_order(offer) for _ in range(n)]
    return [(order, w.pack(order)) for order in orders]


@pytest.mark.parametrize("form", ["gb18030", "utf-8", "utf-8-sig", "xlsx"])
def test_a_file_ships_each_row_once(world: World, form: str) -> None:
    some = packed(world, 3)
    rows = [HEAD] + [
        [order["number"], "" if at else display_code(box["code"]), "顾小满", "中通快递", f"ZT{at}"]
        for at, (order, box) in enumerate(some)
    ]
    content = as_xlsx(rows) if form == "xlsx" else as_csv(rows, form)
    read_rows = read(world, content)
    assert [row["what"] for row in read_rows] == ["ready"] * 3
    assert [row["row"] for row in read_rows] == [2, 3, 4]
    assert [row["what"] for row in ship(world, *read_rows)] == ["shipped"] * 3
    parcel = ok(world.seller.get(f"/v1/parcels/{some[1][1]['code']}"))
    assert (parcel["state"], parcel["carrier"], parcel["waybill"]) == ("shipped", "中通快递", "ZT1")
    before = Books.read().items.keys()
    again = read(world, content)  # repeating the file changes nothing
    assert [row["what"] for row in again] == ["already"] * 3
    assert [row["what"] for row in ship(world, *again)] == ["already"] * 3
    books = Books.read()
    assert books.items.keys() == before
    books.check()


def test_what_cannot_be_shipped_says_why(world: World) -> None:
    (order, parcel), (_, sent), (_, held) = packed(world, 3)
    world.shipped(sent)
    bad = world.passed_batch()
    risky = world.pack(world.paid_order(world.offer(bad)))
    two = world.paid_order(world.offer(), packs=2)
    batch = {"id": two["lines"][0]["batch_ids"][0]}
    for _ in range(2):
        world.pack(two, (0, batch, 1))
    unpacked = world.paid_order(world.offer())
    world.move(bad, "hold")
    rows = [
        [order["number"], "顺丰", ""],
        [order["number"], "", "SF1"],
        ["SH20261015-ABCDEF12", "顺丰", "SF1"],
        ["K7Q2-M9XW-4B3C-T", "顺丰", "SF1"],
        [sent["code"], "顺丰", "SF9"],
        [risky["code"], "顺丰", "SF2"],
        [two["number"], "顺丰", "SF3"],
        [unpacked["number"], "顺丰", "SF4"],
        [held["code"], "顺丰", "SF5"],
        [held["code"], "顺丰", "SF6"],
    ]
    read_rows = read(world, as_csv(rows))
    assert [row["problem"] for row in read_rows] == [
        "no_waybill",
        "no_carrier",
        "unknown_parcel",
        "unknown_parcel",
        "other_waybill",
        "batch_held",
        "several_parcels",
        "nothing_packed",
        None,
        "given_twice",
    ]
    assert all(row["detail"] for row in read_rows if row["problem"])
    result = ship(world, *read_rows)
    assert [row["what"] for row in result].count("shipped") == 1
    assert ok(world.seller.get(f"/v1/parcels/{parcel['code']}"))["state"] == "packed"
    Books.read().check()


def test_eight_at_once_ship_each_parcel_once(world: World) -> None:
    rows = [
        {"row": at + 1, "parcel": parcel["code"], "carrier": "顺丰", "waybill": f"SF{at}"}
        for at, (_, parcel) in enumerate(packed(world, 4))
    ]
    who = SharedClient(world.seller)
    answers = at_once(
        [partial(who.post, "/v1/waybills", {"rows": rows}, new_id()) for _ in range(8)], 8
    )
    results = [row["what"] for answer in answers for row in ok(answer)["rows"]]
    assert (results.count("shipped"), results.count("already")) == (4, 28)
    Books.read().check()


def test_another_shops_parcels_are_unknown(world: World) -> None:
    [(order, parcel)] = packed(world, 1)
    rows = [
        {"row": at, "parcel": ref, "carrier": "顺丰", "waybill": "SF1"}
        for at, ref in ((1, order["number"]), (2, parcel["code"]))
    ]
    results = ok(world.other_seller.post("/v1/waybills", {"rows": rows}, new_id()))["rows"]
    assert {row["problem"] for row in results} == {"unknown_parcel"}
    assert BUYER["name"] not in world.other_seller.get("/v1/waybills.csv").text


def test_the_list_goes_out_with_receivers_and_comes_back(world: World) -> None:
    evil = BUYER | {"name": "=cmd|'/c calc'!A1"}
    order = world.paid_order(world.offer(), buyer=evil)
    world.pack(order)
    sent = world.seller.get("/v1/waybills.csv")
    assert sent.headers["Cache-Control"] == "no-store"
    assert "'=cmd" in sent.text
    assert BUYER["phone"] in sent.text
    assert BUYER["address"]["detail"] in sent.text
    filled = sent.content.decode("utf-8-sig").rstrip().removesuffix(",,") + ",顺丰,SF1\r\n"
    [row] = read(world, filled.encode("utf-8-sig"))
    assert (row["what"], row["carrier"], row["waybill"]) == ("ready", "顺丰", "SF1")
    refused(world.county.get("/v1/waybills.csv"), 403, "forbidden")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04broken", "file_unreadable"), (b"", "file_without_rows")],
)
def test_a_broken_file_is_told(world: World, content: bytes, code: str) -> None:
    refused(world.seller.call("POST", "/v1/waybills/read", data=content), 422, code)


def test_files_are_read_so_often_in_an_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waybills, "MOST_OF_ONE_ACCOUNT", 2)
    content = as_csv([HEAD, ["A1", "", "农户 12", "中通快递", "ZT1"]])
    for _ in range(2):
        read(world, content)
    waiting = world.seller.call("POST", "/v1/waybills/read", data=content)
    problem = refused(waiting, 429, "too_many")
    assert str(problem["retry_after"]) == waiting.headers["Retry-After"]
    assert waiting.headers["Retry-After"] in problem["detail"]
    another = world.other_seller.call("POST", "/v1/waybills/read", data=content)
    assert another.status_code == 200, "each account has its own"


def test_a_mark_that_makes_a_number_text_is_no_part_of_it(world: World) -> None:
    [(order, _)] = packed(world, 1)
    row = {"row": 1, "parcel": f"’{order['number']}", "carrier": "中通快递", "waybill": "'ZT12"}
    [shipped] = ship(world, row)
    assert shipped["what"] == "shipped"
    assert ok(world.seller.get(f"/v1/parcels/{shipped['code']}"))["waybill"] == "ZT12"


def test_too_many_rows_are_refused(world: World) -> None:
    rows = as_csv([["X", "顺丰", f"SF{n}"] for n in range(501)])
    refused(world.seller.call("POST", "/v1/waybills/read", data=rows), 422, "too_many_rows")


def test_the_page_checks_then_ships_and_gives_the_rest_back(world: World) -> None:
    seller = Visitor(world.url).signed_in("seller")
    [(order, _)] = packed(world, 1)
    page = seller.get("/seller/waybills")
    table = f"{order['number']}\t顺丰\tSF1\nX-1\t顺丰\tSF2\n"
    page = seller.send(page.form("waybills"), rows=table, do="check")
    assert "将要发货 1 箱 · 已发过 0 箱 · 不能发 1 行" in page.words
    page = seller.send(page.form("waybills"), do="ship")
    assert "发货 1 箱 · 已发过 0 箱 · 没发 1 行" in page.words
    assert page.form("waybills").fields["rows"] == "X-1\t顺丰\tSF2\n"
    page = seller.send(page.form("waybills"), rows="", do="check")
    assert page.status == 422


# --- files as carriers and shipping tools give them -----------------------------------------------


def answer(w: World, content: bytes, **query: str | int) -> Json:
    names = urlencode(query)
    reading: Json = ok(w.seller.call("POST", f"/v1/waybills/read?{names}", data=content), 200)
    return reading


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            ["订单号(必填)", "收件人", "重量kg", "快递公司(必填)", "快递单号(必填)"],
            ["{}", "农户 12", "2.5", "圆通速递(YTO)", "YT2000000001"],
        ),
        (
            ["*订单号", "*收件人", "数量", "*快递公司", "*快递单号"],
            ["{}", "农户 12", "1", "圆通速递", "YT2000000001"],
        ),
        (
            ["内部订单号", "线上订单号", "店铺", "快递名称", "物流编号"],
            ["1001", "{}", "测试店", "圆通速递", "YT2000000001"],
        ),
        (
            ["订单号", "商品名称", "商品发货物流公司", "商品发货物流单号"],
            ["{}", "测试鸡蛋", "圆通速递", "YT2000000001"],
        ),
    ],
)
def test_known_headings_ship_by_the_right_columns(
    head: list[str], row: list[str], world: World
) -> None:
    [(order, box)] = packed(world, 1)
    [read_row] = read(world, as_csv([head, [cell.format(order["number"]) for cell in row]]))
    assert (read_row["what"], read_row["waybill"]) == ("ready", "YT2000000001")
    assert [result["what"] for result in ship(world, read_row)] == ["shipped"]
    parcel = ok(world.seller.get(f"/v1/parcels/{box['code']}"))
    assert (parcel["carrier"], parcel["waybill"]) == ("圆通速递", "YT2000000001")


def test_unknown_headings_are_asked_about(world: World) -> None:
    [(order, _)] = packed(world, 1)
    content = as_csv(
        [["甲", "收件人", "件数", "乙", "丙"], [order["number"], "农户 12", "1", "圆通", "YT1"]]
    )
    asked = answer(world, content)
    assert (asked["rows"], asked["asks"]) == ([], ["parcel", "waybill"])
    assert asked["columns"][1] == {
        "column": 2,
        "heading": "收件人",
        "example": "农户 12",
        "means": None,
    }
    reading = answer(world, content, parcel_column=1, carrier_column=4, waybill_column=5)
    assert [(row["what"], row["carrier"]) for row in reading["rows"]] == [("ready", "圆通")]
    wrong = answer(world, content, parcel_column=1, carrier_column=2, waybill_column=3)
    assert [row["problem"] for row in wrong["rows"]] == ["not_a_carrier"]
    refused(
        world.seller.call("POST", "/v1/waybills/read?parcel_column=0", data=content), 422, "invalid"
    )


def test_one_carrier_is_said_for_the_whole_file(world: World) -> None:
    [(order, _)] = packed(world, 1)
    content = as_csv([["订单号", "运单号"], [order["number"], "ZT1"]])
    asked = answer(world, content)
    assert (asked["asks"], asked["rows"][0]["problem"]) == (["carrier"], "no_carrier")
    reading = answer(world, content, carrier="中通快递")
    assert (reading["asks"], reading["rows"][0]["what"]) == ([], "ready")
    path = f"/v1/waybills/read?{urlencode({'carrier': '农户 12'})}"
    refused(world.seller.call("POST", path, data=content), 422, "invalid")
    bare = {"row": 2, "parcel": order["number"], "carrier": "", "waybill": "ZT1"}
    refused(
        world.seller.post("/v1/waybills", {"rows": [bare], "carrier": "农户 12"}), 422, "invalid"
    )
    body = {"rows": [bare], "carrier": "中通快递"}
    [row] = ok(world.seller.post("/v1/waybills", body, new_id()))["rows"]
    assert (row["what"], row["carrier"]) == ("shipped", "中通快递")


def test_a_person_never_becomes_the_carrier(world: World) -> None:
    [(order, parcel)] = packed(world, 1)
    row = {"row": 1, "parcel": order["number"], "carrier": "农户 12", "waybill": "SF1"}
    assert [result["problem"] for result in ship(world, row)] == ["not_a_carrier"]
    body = {"carrier": "农户 12", "waybill": "SF1"}
    refused(world.seller.post(f"/v1/parcels/{parcel['code']}/ship", body), 422, "invalid")


@pytest.mark.parametrize(
    ("waybills", "problems"),
    [
        (["987654321098765000", "987654321098766000"], ["waybill_lost"] * 2),
        (["987654321098765000"], ["waybill_lost"]),
        (["9.87654E+17"], ["waybill_lost"]),
        (["987654321098765000", "987654321098765123"], ["waybill_lost", None]),
        (["78000000000012\n78000000000013"], ["several_waybills"]),
        (["78000000000012,78000000000013"], ["several_waybills"]),
        (["773123456789012.0"], [None]),
        (["987654321098765123", "987654321098765432"], [None, None]),
    ],
)
def test_damaged_and_doubled_waybills_are_refused(
    waybills: list[str], problems: list[str | None], world: World
) -> None:
    rows = [
        [order["number"], "邮政", waybill]
        for (order, _), waybill in zip(packed(world, len(waybills)), waybills, strict=True)
    ]
    read_rows = read(world, as_csv([["订单号", "快递公司", "运单号"], *rows]))
    assert [row["problem"] for row in read_rows] == problems
    shipped = ship(world, *read_rows)
    assert [row["problem"] for row in shipped] == problems
    if waybills == ["773123456789012.0"]:
        code = shipped[0]["code"]
        assert ok(world.seller.get(f"/v1/parcels/{code}"))["waybill"] == "773123456789012"


def typed_in(w: World, offer: Json) -> Json:
    """An order of a platform that the seller typed in, paid."""
    body = w.order_body(offer, external_ref="TYPED-1")
    return w.pay(ok(w.seller.post("/v1/orders", body, new_id()), 201))


def test_a_platforms_number_and_a_labels_address_find_the_parcel(world: World) -> None:
    offer = world.offer(packs_total=9)
    content = as_csv(qunjielong(1))
    import_id = uploaded(world.seller, content)
    mapped(world.seller, import_id, dict.fromkeys(TITLES, offer))
    run(world.seller, import_id)
    [imported] = world.seller.everything("/v1/orders")
    typed = typed_in(world, offer)
    stranger = world.paid_order(offer, external_ref="STRANGER-1")
    batch = {"id": imported["lines"][0]["batch_ids"][0]}
    boxes = [world.pack(order, (0, batch, 1)) for order in (imported, typed, stranger)]
    scanned = packed(world, 1)[0][1]
    rows = [
        [imported["external_ref"], "极兔", "JT1"],
        ["TYPED-1", "极兔", "JT2"],
        [scanned["url"], "极兔", "JT3"],
        ["STRANGER-1", "极兔", "JT4"],
    ]
    read_rows = read(world, as_csv([["订单号", "快递公司", "运单号"], *rows]))
    codes = [*(box["display_code"] for box in boxes[:2]), scanned["display_code"], None]
    assert [row["code"] for row in read_rows] == codes
    assert [row["what"] for row in ship(world, *read_rows)] == ["shipped"] * 3 + ["wrong"]
    again = read(world, as_csv([["订单号", "快递公司", "运单号"], *rows]))
    assert [row["what"] for row in again] == ["already"] * 3 + ["wrong"]
    theirs = [
        {"row": at, "parcel": row[0], "carrier": "极兔", "waybill": row[2]}
        for at, row in enumerate(rows[:2], 1)
    ]
    hidden = ok(world.other_seller.post("/v1/waybills", {"rows": theirs}))["rows"]
    assert [row["problem"] for row in hidden] == ["unknown_parcel"] * 2


def test_two_orders_of_one_platform_number_are_told(world: World) -> None:
    offer = world.offer()
    for _ in range(2):
        world.pack(typed_in(world, offer))
    [row] = read(world, as_csv([["订单号", "快递公司", "运单号"], ["TYPED-1", "极兔", "JT1"]]))
    assert row["problem"] == "several_orders"


def test_the_page_asks_for_columns_and_for_the_carrier(world: World) -> None:
    seller = Visitor(world.url).signed_in("seller")
    [(order, _)] = packed(world, 1)
    table = f"甲\t收件人\t件数\t丙\n{order['number']}\t农户 12\t1\tSF1000000000012\n"
    page = seller.get("/seller/waybills")
    page = seller.send(page.form("waybills"), rows=table, do="check")
    assert "表头认不出" in page.words
    assert "第 4 列 丙：SF1000000000012" in page.words
    page = seller.send(page.form("waybills"), parcel_column="1", waybill_column="4", do="check")
    assert "表里没有写快递公司" in page.words
    page = seller.send(page.form("waybills"), carrier="顺丰", do="check")
    assert "将要发货 1 箱" in page.words
    page = seller.send(page.form("waybills"), do="ship")
    assert "发货 1 箱" in page.words
