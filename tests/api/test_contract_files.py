"""Files as people really have them: nothing in them is lost in silence, and nothing is guessed."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.platform_files import (
    PLACE,
    TITLES,
    FileRows,
    as_csv,
    as_xlsx,
    import_body,
    kuaituantuan,
    mapped,
    pinduoduo,
    qunjielong,
    read,
    run,
    taobao,
    uploaded,
    workbook,
)
from tests.world import Json, World, ok, refused


@pytest.fixture
def offers(world: World) -> dict[str, Json]:
    return {"土鸡蛋": world.offer(), "沃柑": world.offer(title="沃柑 5 斤")}


def orders(world: World) -> dict[str, Json]:
    """By the platform's number."""
    return {order["external_ref"]: order for order in world.seller.everything("/v1/orders")}


def buyers(world: World) -> dict[str, str]:
    """The platform's number -> the street to which the order goes."""
    return {
        number: ok(world.seller.get(f"/v1/orders/{order['id']}"))["buyer"]["address"]["detail"]
        for number, order in orders(world).items()
    }


def unquoted(table: FileRows, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """As exporters write that quote nothing."""
    rows = [separator.join("" if cell is None else str(cell) for cell in row) for row in table]
    return "\n".join(rows).encode(encoding)


def read_rows(world: World, content: bytes) -> list[Json]:
    """What is said of each order."""
    rows: list[Json] = read(world.seller, uploaded(world.seller, content))["rows"]
    return rows


def with_cell(table: FileRows, row: int, heading: str, value: Any) -> FileRows:
    at = next(n for n, cells in enumerate(table) if len(cells) > 3)
    copy = [list(cells) for cells in table]
    copy[row][table[at].index(heading)] = value
    return copy


# --- quote marks ------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("rows", [(2,), (1, 3), (1, 2), (3, 4), (4,), (1, 2, 3, 4)])
@pytest.mark.parametrize("heading", ["下单人", "团员备注", "详细地址"])
def test_a_cell_that_begins_with_a_quote_mark_takes_no_other_order_along(
    heading: str, rows: tuple[int, ...], separator: str, world: World, offers: dict[str, Json]
) -> None:
    table = [row for row in kuaituantuan(4)[2:-2] if row[0]]
    at = table[0].index(heading)
    street = table[0].index("详细地址")
    for row in range(1, 5):
        table[row][street] = f"测试路 {row} 号"
    for row in rows:
        table[row][at] = f'"{table[row][at]}'
    import_id = uploaded(world.seller, unquoted(table, separator))
    seen = mapped(world.seller, import_id, offers)
    assert [outcome["what"] for outcome in seen["rows"]] == ["new"] * 4
    run(world.seller, import_id)
    goes = {number: street.strip('"') for number, street in buyers(world).items()}
    assert goes == {f"KTT{n:012d}": f"测试路 {n + 1} 号" for n in range(4)}


def test_two_marks_that_look_like_a_pair_join_nothing(world: World) -> None:
    """One nick begins with a mark and another, rows below, ends with one."""
    table = qunjielong(4)
    table[1][2], table[3][2] = '"小明', '小红"'
    assert [(row["number"], row["what"]) for row in read_rows(world, unquoted(table))] == [
        (f"QJL{n:012d}", "cannot") for n in range(4)
    ], "each alone, to be mapped"


def test_what_cannot_be_told_apart_is_refused_with_its_row(world: World) -> None:
    """The text of a cell, or orders of their own: nobody can say."""
    table = [["订单号", "快递公司", "运单号"], ["A1", '"顺丰', "1"], ["A2", '中通"', "2"]]
    answer = world.seller.call("POST", "/v1/waybills/read", data=unquoted(table))
    assert refused(answer, 422, "file_quote")["row"] == 2
    torn = unquoted(pinduoduo(3)) + b'\n"torn,here'
    import_id = uploaded(world.seller, torn)
    answer = world.seller.post(f"/v1/imports/{import_id}/read", {})
    assert refused(answer, 422, "file_quote")["row"] == 5


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("heading", ["跟团号", "商品", "团员备注"])
def test_a_quoted_cell_of_several_lines_is_one_cell(
    heading: str, line_end: str, world: World
) -> None:
    """In the first column, in the midst, in the last one."""
    table = [row for row in kuaituantuan(3)[2:-2] if row[0]]
    at = table[0].index(heading)
    for row in table[1:]:
        row[at] = f'{row[at]}{line_end}"甜", 大'
    rows = read_rows(world, as_csv(table, "utf-8"))
    assert [outcome["number"] for outcome in rows] == [f"KTT{n:012d}" for n in range(3)]
    assert [outcome["rows"] for outcome in rows] == [[2], [3], [4]]


# --- error values and words for nothing ---------------------------------------------------------

ERRORS = [
    "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#FIELD!", "#GETTING_DATA", "#BUSY!", "#CONNECT!", "###", "########", "＃Ｎ／Ａ", "Err:502",
]  # fmt: skip
KEPT_COLUMNS = [
    "收货人",
    "联系电话",
    "省",
    "市",
    "区",
    "详细地址",
    "商品",
    "规格",
    "数量",
    "支付时间",
]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_value_is_no_number_name_or_address(error: str, world: World) -> None:
    table = [row for row in kuaituantuan(len(KEPT_COLUMNS) + 1)[2:-2] if row[0]]
    for row, heading in enumerate(KEPT_COLUMNS, 1):
        table[row][table[0].index(heading)] = error
    table[len(KEPT_COLUMNS) + 1][1] = error
    for content in (as_csv(table, "utf-8"), as_xlsx(table)):
        rows = read_rows(world, content)
        assert {outcome["what"] for outcome in rows} == {"cannot"}
        assert {outcome["code"] for outcome in rows[:-1]} <= {"error_value", "paid_at"}
        assert rows[-1]["code"] == "number"
        assert all(f"{row} 行" in outcome["reason"] for row, outcome in enumerate(rows[:-1], 2))


def test_an_error_value_of_a_workbook_is_read_as_one(world: World) -> None:
    """Kept by its kind, not as text."""
    content = as_xlsx(with_cell(pinduoduo(2), 1, "收货人", "#N/A"))
    part = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b't="e"><v>#N/A' in part.replace(b" ", b" ").replace(b"><v />", b">")
    rows = read_rows(world, content)
    assert [row["code"] for row in rows] == ["error_value", "item_unmapped"]
    assert "#N/A" in rows[0]["reason"]


@pytest.mark.parametrize(
    "word", ["null", "NULL", "Null", "None", "undefined", "NaN", "(null)", "\\N", "ｎｕｌｌ"]
)
def test_a_word_for_nothing_is_nothing(word: str, world: World) -> None:
    table = [row for row in kuaituantuan(4)[2:-2] if row[0]]
    for row, heading in enumerate(("订单号", "收货人", "详细地址", "规格"), 1):
        table[row][table[0].index(heading)] = word
    outcomes = {outcome["rows"][0]: outcome for outcome in read_rows(world, as_csv(table, "utf-8"))}
    assert [outcomes[row]["code"] for row in (2, 3, 4)] == ["no_number", "name", "address"]
    assert word not in {outcome["number"] for outcome in outcomes.values()}
    assert outcomes[5]["items"] == [f"{TITLES[0]} × 1"], "no kind of that name"


@pytest.mark.parametrize("name", ["#1 农户", "Null 先生", "农户 # 12", "Nan", "陈 nullson"])
def test_a_name_may_hold_such_text(name: str, world: World, offers: dict[str, Json]) -> None:
    import_id = uploaded(world.seller, as_csv(with_cell(pinduoduo(1), 1, "收货人", name)))
    mapped(world.seller, import_id, offers)
    run(world.seller, import_id)
    [order] = orders(world).values()
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["buyer"]["name"] == name


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
@pytest.mark.parametrize("wrong", ["#N/A", "null", "########"])
def test_neither_is_a_carrier_or_a_waybill(
    wrong: str, form: Callable[[FileRows], bytes], world: World
) -> None:
    order = world.paid_order(world.offer())
    world.pack(order)
    table: FileRows = [
        ["订单号", "快递公司", "快递单号"],
        [order["number"], "顺丰速运", wrong],
        [order["number"], wrong, "SF1234567890123"],
        [wrong, "顺丰速运", "SF1234567890124"],
    ]
    answer = ok(world.seller.call("POST", "/v1/waybills/read", data=form(table)), 200)
    assert [row["what"] for row in answer["rows"]] == ["wrong"] * 3


# --- sheets -----------------------------------------------------------------------------------


SUMS: FileRows = [
    ["团购标题", "所属团长", "商品", "商品ID", "规格", "销售数量", "商品总金额"],
    ["测试团", "团长1", TITLES[0], "1", "10枚", 4, 120],
]
NOTE: FileRows = [["本表由平台导出"], ["请勿修改"]]


def test_sheets_with_the_same_headings_are_read_as_one_table(
    world: World, offers: dict[str, Json]
) -> None:
    first, second = pinduoduo(2), pinduoduo(2, start=5)
    moved = [[row[-1], *row[:-1]] for row in second]
    content = workbook(十一月=first, 说明=NOTE, 十二月=[["标题"], *moved])
    import_id = uploaded(world.seller, content)
    seen = mapped(world.seller, import_id, offers)
    assert [outcome["what"] for outcome in seen["rows"]] == ["new"] * 4
    assert [outcome["rows"] for outcome in seen["rows"]] == [[2], [3], [6], [7]]
    assert [(sheet["name"], sheet["read"], sheet["counted_from"]) for sheet in seen["sheets"]] == [
        ("十一月", True, 0), ("说明", False, 0), ("十二月", True, 3),
    ]  # fmt: skip
    assert "说明" in seen["notes"][0]
    assert "“十二月”的第 1 行，这里叫第 4 行" in seen["notes"][1]
    assert run(world.seller, import_id)["created"] == 4


def test_a_row_without_a_number_at_the_top_of_a_sheet_joins_no_order_of_another(
    world: World,
) -> None:
    second = with_cell(pinduoduo(1, start=5), 1, "订单号", "")
    rows = read_rows(world, workbook(a=pinduoduo(1), b=second))
    assert [row["code"] for row in rows] == ["item_unmapped", "no_number"]


@pytest.mark.parametrize(
    "before", [{"商品汇总": SUMS}, {"说明": NOTE}, {"汇总": SUMS, "说明": NOTE}]
)
def test_sums_and_notes_do_not_hide_the_orders(
    before: dict[str, FileRows], world: World, offers: dict[str, Json]
) -> None:
    import_id = uploaded(world.seller, workbook(frozenset(), **before, 订单=pinduoduo(2)))
    seen = mapped(world.seller, import_id, offers)
    assert (seen["missing"], seen["preview"]["new"]) == ([], 2)
    assert all(name in seen["notes"][0] for name in before)


def test_other_sheets_and_hidden_ones_are_named_and_can_be_chosen(
    world: World, offers: dict[str, Json]
) -> None:
    content = workbook(
        frozenset({"旧"}), 拼多多=pinduoduo(2), 淘宝=taobao(1), 旧=pinduoduo(1, start=8)
    )
    import_id = uploaded(world.seller, content)
    seen = mapped(world.seller, import_id, offers)
    assert seen["preview"]["new"] == 2
    assert "“淘宝”" in seen["notes"][0]
    assert "隐藏" in seen["notes"][1]
    assert "“旧”" in seen["notes"][1]
    chosen = read(world.seller, import_id, sheets=["旧"])
    assert [row["number"] for row in chosen["rows"]] == [pinduoduo(1, start=8)[1][1].strip()]
    again = read(world.seller, import_id)
    assert again["rows"] == chosen["rows"], "what was chosen holds"
    path = f"/v1/imports/{import_id}/read"
    refused(world.seller.post(path, {"sheets": ["拼多多", "淘宝"]}), 422, "sheets_differ")
    assert (
        "“淘宝”"
        in refused(world.seller.post(path, {"sheets": ["无"]}), 422, "no_such_sheet")["names"]
    )
    both = read(world.seller, import_id, sheets=["拼多多", "旧"])
    assert both["total"] == 3
    assert run(world.seller, import_id)["created"] == 3


def test_a_workbook_with_hidden_sheets_alone_says_so(world: World) -> None:
    content = workbook(frozenset({"订单"}), 订单=pinduoduo(1), 空=[])
    import_id = uploaded(world.seller, content)
    answer = world.seller.post(f"/v1/imports/{import_id}/read", {})
    assert "订单" in refused(answer, 422, "sheets_hidden")["names"]


def test_waybills_are_found_behind_a_note_and_on_two_sheets(world: World) -> None:
    head = ["订单号", "快递公司", "快递单号"]
    some = [world.paid_order(world.offer()) for _ in range(2)]
    for order in some:
        world.pack(order)
    rows = [[order["number"], "顺丰速运", f"SF123456789012{n}"] for n, order in enumerate(some)]
    content = workbook(
        说明=NOTE, 一=[head, rows[0]], 二=[head, rows[1]], 费用=[["月份", "金额"], [1, 2]]
    )
    answer = ok(world.seller.call("POST", "/v1/waybills/read", data=content), 200)
    assert [row["what"] for row in answer["rows"]] == ["ready"] * 2
    assert "“说明”、“费用”" in answer["notes"][0]
    english = world.seller.call(
        "POST", "/v1/waybills/read", data=content, headers={"Accept-Language": "en"}
    )
    assert "“说明”, “费用”" in ok(english, 200)["notes"][0]
    one_sheet = world.seller.call("POST", "/v1/waybills/read?sheet=%E4%BA%8C", data=content)
    assert [row["parcel"] for row in ok(one_sheet, 200)["rows"]] == [some[1]["number"]]


# --- workbooks that spreadsheet programs open --------------------------------------------------

STRICT = (
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
)  # fmt: skip


def rewritten(content: bytes, how: Callable[[str, str], tuple[str | None, str]]) -> bytes:
    """A workbook with each of its parts as `how` has it; left out without a name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            new_name, text = how(name, given.read(name).decode())
            if new_name is not None:
                made.writestr(new_name, text)
    return out.getvalue()


def _strict(name: str, text: str) -> tuple[str | None, str]:
    for old, new in STRICT:
        text = text.replace(old, new)
    return name, text


def _within(part: str, pattern: str, new: str) -> Callable[[str, str], tuple[str | None, str]]:
    def how(name: str, text: str) -> tuple[str | None, str]:
        if name != part:
            return name, text
        changed = re.sub(pattern, new, text, count=1)
        assert changed != text, name
        return name, changed

    return how


def _prefixed(name: str, text: str) -> tuple[str | None, str]:
    if "worksheets/" in name:
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")
    return name, text


def _rows_reversed(name: str, text: str) -> tuple[str | None, str]:
    if "worksheets/" in name:
        begin, rows, end = re.split(r"(?<=<sheetData>)|(?=</sheetData>)", text)
        text = begin + "".join(reversed(re.findall(r"<row.*?</row>", rows))) + end
    return name, text


def _without_references(name: str, text: str) -> tuple[str | None, str]:
    return name, re.sub(
        r'(<(?:row|c)\b[^>]*?) r="\w+"', r"\1", text
    ) if "worksheets/" in name else text


STYLES = "xl/styles.xml"
BROKEN_NAME = '</sheets><definedNames><definedName name="x">#REF!</definedName></definedNames>'
ODD: dict[str, Callable[[str, str], tuple[str | None, str]]] = {
    "strict namespaces": _strict,
    "backslashes": lambda name, text: (name.replace("/", "\\"), text),
    "another case": lambda name, text: (name.upper() if "sharedStrings" in name else name, text),
    "no properties": lambda name, text: (None if name.startswith("docProps") else name, text),
    "no styles": lambda name, text: (None if name == STYLES else name, text),
    "no theme": lambda name, text: (None if "theme" in name else name, text),
    "properties of no date": _within("docProps/core.xml", r"20\d\d-[^<]*", "today"),
    "an empty fill": _within(STYLES, r"<patternFill[^>]*/>", ""),
    "a font of family 34": _within(STYLES, r'<family val="\d+"', '<family val="34"'),
    "a colour of no colour": _within(STYLES, r"<color [^>]*/>", '<color rgb="red"/>'),
    "a size of no number": _within(STYLES, r'<sz val="[^"]*"', '<sz val="big"'),
    "prefixes": _prefixed,
    "rows from below": _rows_reversed,
    "cells without references": _without_references,
    "targets from here": _within("xl/_rels/workbook.xml.rels", 'Target="/xl/', 'Target="./'),
    "a name that is broken": _within("xl/workbook.xml", "</sheets>", BROKEN_NAME),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_spreadsheet_programs_forgive_is_forgiven(
    name: str, world: World, offers: dict[str, Json]
) -> None:
    content = rewritten(as_xlsx(pinduoduo(2)), ODD[name])
    import_id = uploaded(world.seller, content)
    seen = mapped(world.seller, import_id, offers)
    assert [(row["what"], row["rows"]) for row in seen["rows"]] == [("new", [2]), ("new", [3])]


@pytest.mark.parametrize("sign", ["_x000D_", "_x000d_\n", "_x0009_", "_x000A_"])
def test_the_signs_for_line_breaks_go_out_of_cells(
    sign: str, world: World, offers: dict[str, Json]
) -> None:
    table = with_cell(pinduoduo(1), 1, "详细地址", f"1 号{sign}二楼")
    for content in (as_xlsx(table), as_csv(table)):
        import_id = uploaded(world.seller, content)
        mapped(world.seller, import_id, offers)
        run(world.seller, import_id)
    [street] = buyers(world).values()
    assert street == f"{PLACE[3].split()[0]} 1 号 二楼"


# --- characters that cannot be read -------------------------------------------------------------


@pytest.mark.parametrize("cut", ["gb18030", "utf-8", "utf-8-sig", "0x80"])
def test_a_broken_character_costs_no_order_and_names_its_row(
    cut: str, world: World, offers: dict[str, Json]
) -> None:
    encoding = "gb18030" if cut == "0x80" else cut
    table = with_cell(qunjielong(3), 1, "接龙人", "群友@@")
    broken = b"\x80" if cut == "0x80" else "团".encode(encoding.removesuffix("-sig"))[:-1]
    content = as_csv(table, encoding).replace(b"@@", broken)
    import_id = uploaded(world.seller, content)
    seen = mapped(world.seller, import_id, offers)
    assert [row["what"] for row in seen["rows"]] == ["new"] * 3
    assert "第 2 行" in seen["notes"][0]
    assert (
        "row 2"
        in ok(
            world.seller.call(
                "POST", f"/v1/imports/{import_id}/read", json={}, headers={"Accept-Language": "en"}
            )
        )["notes"][0]
    )


@pytest.mark.parametrize("heading", ["收货人", "手机号", "收货地址", "商品名称", "商品规格"])
def test_where_it_counts_the_row_is_refused(heading: str, world: World) -> None:
    table = with_cell(
        qunjielong(3), 2, heading, f"{qunjielong(3)[2][qunjielong()[0].index(heading)]}@@"
    )
    rows = read_rows(world, as_csv(table).replace(b"@@", b"\xcd"))
    assert [row["code"] for row in rows] == ["item_unmapped", "lost_character", "item_unmapped"]
    assert "第 3 行" in rows[1]["reason"]


def test_a_broken_number_is_none(world: World) -> None:
    table = with_cell(qunjielong(2), 1, "订单号", "QJL@@")
    rows = read_rows(world, as_csv(table).replace(b"@@", b"\xcd"))
    assert [row["code"] for row in rows] == ["number", "item_unmapped"]


def test_a_filename_says_nothing_of_what_is_inside(world: World) -> None:
    """A workbook called .csv is one."""
    content = as_xlsx(pinduoduo(1))
    ok(world.seller.post("/v1/imports", import_body(content, "orders.csv")), 201)
    assert len(read_rows(world, content)) == 1
