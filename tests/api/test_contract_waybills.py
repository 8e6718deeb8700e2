"""Waybills: out as a file, back as the carrier's, and each parcel shipped once."""

from functools import partial

import pytest

from chalicelib.domain.codes import display_code
from tests.books import Books
from tests.crowd import Shared, at_once
from tests.platform_files import as_csv, as_xlsx
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
    found: list[Json] = ok(w.seller.post("/v1/waybills", body, key or new_id()), 200)["rows"]
    return found


def packed(w: World, n: int) -> list[tuple[Json, Json]]:
    offer = w.offer()
    orders = [w.paid_order(offer) for _ in range(n)]
    return [(one, w.pack(one)) for one in orders]


@pytest.mark.parametrize("form", ["gb18030", "utf-8", "utf-8-sig", "xlsx"])
def test_a_file_ships_each_row_once(world: World, form: str) -> None:
    some = packed(world, 3)
    rows = [HEAD] + [
        [order["number"], "" if at else display_code(one["code"]), "顾小满", "中通快递", f"ZT{at}"]
        for at, (order, one) in enumerate(some)
    ]
    content = as_xlsx(rows) if form == "xlsx" else as_csv(rows, form)
    found = read(world, content)
    assert [one["what"] for one in found] == ["ready"] * 3
    assert [one["row"] for one in found] == [2, 3, 4]
    assert [one["what"] for one in ship(world, *found)] == ["shipped"] * 3
    parcel = ok(world.seller.get(f"/v1/parcels/{some[1][1]['code']}"))
    assert (parcel["state"], parcel["carrier"], parcel["waybill"]) == ("shipped", "中通快递", "ZT1")
    before = Books.read().items.keys()
    again = read(world, content)  # repeating the file changes nothing
    assert [one["what"] for one in again] == ["already"] * 3
    assert [one["what"] for one in ship(world, *again)] == ["already"] * 3
    books = Books.read()
    assert books.items.keys() == before
    books.check()


def test_what_cannot_be_shipped_says_why(world: World) -> None:
    (order, one), (_, sent), (_, held) = packed(world, 3)
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
    found = read(world, as_csv(rows))
    assert [row["problem"] for row in found] == [
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
    assert all(row["detail"] for row in found if row["problem"])
    result = ship(world, *found)
    assert [row["what"] for row in result].count("shipped") == 1
    assert ok(world.seller.get(f"/v1/parcels/{one['code']}"))["state"] == "packed"
    Books.read().check()


def test_eight_at_once_ship_each_parcel_once(world: World) -> None:
    rows = [
        {"row": at + 1, "parcel": one["code"], "carrier": "顺丰", "waybill": f"SF{at}"}
        for at, (_, one) in enumerate(packed(world, 4))
    ]
    who = Shared(world.seller)
    answers = at_once(
        [partial(who.post, "/v1/waybills", {"rows": rows}, new_id()) for _ in range(8)], 8
    )
    told = [row["what"] for answer in answers for row in ok(answer)["rows"]]
    assert (told.count("shipped"), told.count("already")) == (4, 28)
    Books.read().check()


def test_another_shops_parcels_are_unknown(world: World) -> None:
    [(order, one)] = packed(world, 1)
    rows = [
        {"row": at, "parcel": ref, "carrier": "顺丰", "waybill": "SF1"}
        for at, ref in ((1, order["number"]), (2, one["code"]))
    ]
    found = ok(world.other_seller.post("/v1/waybills", {"rows": rows}, new_id()))["rows"]
    assert {row["problem"] for row in found} == {"unknown_parcel"}
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
