"""Files as the outside platforms export them, made for tests: no real people in them."""

import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from chalicelib.domain.platforms import heading, mapping
from tests.platform_forms import FORMS
from tests.world import Client, Json, World, ok

FileRows = list[list[Any]]

TITLES = ("土鸡蛋 10枚", "沃柑 5斤")
PLACE = ("安徽省", "黄山市", "徽州区", "呈坎镇 1 号")


def taobao(n: int = 3, start: int = 0) -> FileRows:
    """One row for each item; the address in one cell; masked nicks."""
    rows: FileRows = [
        ["主订单编号", "子订单编号", "买家昵称", "商品标题", "商品属性", "购买数量", "买家实付金额",
         "订单状态", "退款状态", "收货人姓名", "收货地址", "联系手机", "订单付款时间"],
    ]  # fmt: skip
    for i in range(start, start + n):
        for item in range(1 + i % 2):
            rows.append(
                [f"20261123{i:09d}1", f"20261123{i:09d}1{item}", f"nick{i}", TITLES[item], "普通装",
                 "1", "¥30.00", "买家已付款，等待卖家发货", "没有申请退款", f"张三{i}",
                 "".join(PLACE), f"1380000{i:04d}", "2026-11-20 20:05:01"]
            )  # fmt: skip
    return rows


def pinduoduo(n: int = 3, start: int = 0) -> FileRows:
    """One row for each order; masked phones; tabs before long numbers."""
    rows: FileRows = [
        ["商品", "订单号", "订单状态", "商品总价(元)", "用户实付金额(元)", "商品数量(件)", "收货人",
         "手机", "省", "市", "区", "街道", "详细地址", "支付时间", "商品规格", "售后状态"],
    ]  # fmt: skip
    for i in range(start, start + n):
        rows.append(
            [TITLES[0], f"\t261123-{i:015d}", "待发货", "33.00", "30.00", "1", "李*",
             f"138****{i:04d}", *PLACE[:3], "呈坎镇", f"{i} 号", "2026/11/20 20:05", "10枚",
             "无售后或售后取消"]
        )  # fmt: skip
    return rows


def douyin(n: int = 3, start: int = 0) -> FileRows:
    """Stand-in phones with an extension."""
    rows: FileRows = [
        ["主订单编号", "子订单编号", "选购商品", "商品规格", "商品数量", "商品单价", "订单应付金额",
         "收件人", "收件人手机号", "省", "市", "区", "街道", "详细地址", "订单提交时间",
         "支付完成时间", "订单状态", "售后状态"],
    ]  # fmt: skip
    for i in range(start, start + n):
        rows.append(
            [f"'69{i:016d}1", f"'69{i:016d}11", TITLES[0], "10枚", "2", "30", "60.00", f"王五{i}",
             f"13800000000-{i:04d}", *PLACE[:3], "", f"{i} 号", "2026-11-20 20:00:00",
             "2026-11-20 20:05:01", "待发货", "-"]
        )  # fmt: skip
    return rows


def jd(n: int = 3, start: int = 0) -> FileRows:
    rows: FileRows = [
        ["订单号", "商品ID", "商品名称", "订购数量", "支付方式", "下单时间", "京东价", "应付金额",
         "订单状态", "下单帐号", "客户姓名", "客户地址", "联系电话", "付款确认时间"],
    ]  # fmt: skip
    for i in range(start, start + n):
        rows.append(
            [f'="30{i:010d}"', "100", TITLES[0], "1", "在线支付", "2026-11-20 20:00:00", "30.00",
             "30.00", "等待出库", f"jd_{i}", f"赵六{i}", " ".join(PLACE), f"1380001{i:04d}",
             "2026-11-20 20:05:01"]
        )  # fmt: skip
    return rows


def kuaituantuan(n: int = 3, start: int = 0) -> FileRows:
    """A title above, an order's own cells merged over its items, empty rows and a sum below."""
    rows: FileRows = [
        ["快团团 山里鲜货团 订单明细"],
        [],
        ["跟团号", "订单号", "下单人", "团购标题", "商品", "规格", "数量", "商品金额", "订单状态",
         "收货人", "联系电话", "省", "市", "区", "详细地址", "支付时间", "团员备注"],
    ]  # fmt: skip
    for i in range(start, start + n):
        rows.append(
            [str(i + 1), f"KTT{i:012d}", f"团员{i}", "山里鲜货团", TITLES[0], "10枚", 1, 30.0,
             "待发货", f"钱七{i}", f"1380002{i:04d}", *PLACE, datetime(2026, 11, 20, 20, 5, 1),
             ""]
        )  # fmt: skip
        rows.append([None] * 4 + [TITLES[1], "5斤", 2, 50.5] + [None] * 9)
    return [*rows, [], ["合计", *[None] * 5, n * 3, n * 80.5]]


def qunjielong(n: int = 3, start: int = 0) -> FileRows:
    rows: FileRows = [
        ["接龙号", "订单号", "接龙人", "商品名称", "商品规格", "商品数量", "实付金额", "订单状态",
         "收货人", "手机号", "收货地址", "接龙时间"],
    ]  # fmt: skip
    for i in range(start, start + n):
        rows.append(
            [str(i + 1), f"QJL{i:012d}", f"群友{i}", TITLES[0], "10枚", "1件", "30元", "已支付",
             f"孙八{i}", f"1380003{i:04d}", "".join(PLACE), "2026年11月20日 20:05:01"]
        )  # fmt: skip
    return rows


def weidian(n: int = 3, start: int = 0) -> FileRows:
    rows: FileRows = [
        ["订单编号", "订单状态", "订单描述", "商品型号", "数量", "商品单价", "订单实际收款金额",
         "收件人", "手机", "收货地址", "付款时间", "买家微信"],
    ]  # fmt: skip
    for i in range(start, start + n):
        rows.append(
            [f"8{i:014d}", "待发货", TITLES[0], "10枚", "1", "30.00", "30.00", f"周九{i}",
             f"1380004{i:04d}", "".join(PLACE), "2026-11-20 20:05:01", f"wx{i}"]
        )  # fmt: skip
    return rows


def of_form(name: str) -> Callable[..., FileRows]:
    """Orders of platform_forms.FORMS, one row each."""

    def table(n: int = 3, start: int = 0) -> FileRows:
        row = FORMS[name].row
        columns = mapping(FORMS[name].platform, {})
        of = {column: field for field, names in columns.items() for column in names}
        rows: FileRows = [list(row)]
        for i in range(start, start + n):
            changed = {"number": f"{i:05d}7", "phone": f"1380005{i:04d}", "name": f"吴十{i}"}
            fields = {column: of.get(heading(column), "") for column in row}
            rows.append(
                [
                    row[column] + changed["number"]
                    if field == "number"
                    else TITLES[0]
                    if field == "item"
                    else changed.get(field, row[column])
                    for column, field in fields.items()
                ]
            )
        return rows

    return table


PLATFORMS: dict[str, Callable[..., FileRows]] = {
    "taobao": taobao,
    "pinduoduo": pinduoduo,
    "douyin": douyin,
    "jd": jd,
    "kuaituantuan": kuaituantuan,
    "qunjielong": qunjielong,
    "weidian": weidian,
    "weixin_shop": of_form("weixin_shop"),
    "youzan": of_form("youzan orders"),
    "xiaohongshu": of_form("xiaohongshu"),
    "1688": of_form("1688"),
}


def as_csv(table: FileRows, encoding: str = "gb18030", separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    rows = [["" if cell is None else str(cell) for cell in row] for row in table]
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(table: FileRows, merged: Sequence[str] = ()) -> bytes:
    """merged: ranges like A4:A5, whose value then stands in their first cell alone."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table:
        # as text, what would be a formula here and has been one in a CSV
        sheet.append([cell[2:-1] if str(cell).startswith('="') else cell for cell in row])
    for span in merged:
        sheet.merge_cells(span)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(hidden: frozenset[str] = frozenset(), /, **sheets: FileRows) -> bytes:
    """A sheet of each name; hidden: names of those that are."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- over HTTP ------------------------------------------------------------------------------------


def import_body(content: bytes, filename: str = "orders.csv") -> Json:
    return {
        "filename": filename,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def uploaded(by: Client, content: bytes) -> str:
    """The id of an import whose file is there."""
    answer = ok(by.post("/v1/imports", import_body(content)), 201)
    sent = by.call(
        "PUT", answer["upload"]["url"], data=content, headers=answer["upload"]["headers"]
    )
    assert sent.status_code == 204, sent.text
    import_id: str = answer["id"]
    return import_id


def read(by: Client, import_id: str, **body: Any) -> Json:
    answer: Json = ok(by.post(f"/v1/imports/{import_id}/read", body), 200)
    return answer


def mapped(by: Client, import_id: str, offers: dict[str, Json]) -> Json:
    """Read again, with an offer for each item that starts so."""
    first = read(by, import_id)
    items = [
        {"title": item["title"], "sku": item["sku"], "offer_id": offer["id"], "packs": 1}
        for item in first["items"]
        for title, offer in offers.items()
        if item["title"].startswith(title)
    ]
    return read(by, import_id, items=items)


def run(by: Client, import_id: str) -> Json:
    """Until it is finished."""
    for _ in range(100):
        answer: Json = ok(by.post(f"/v1/imports/{import_id}/run"), 200)
        if answer["finished"]:
            return answer
    raise AssertionError(f"import {import_id} never ends")


def imported(world: World, table: FileRows, offers: dict[str, Json]) -> Json:
    """All of it: the last answer, with the import's id."""
    import_id = uploaded(world.seller, as_csv(table))
    mapped(world.seller, import_id, offers)
    return run(world.seller, import_id) | {"id": import_id}
