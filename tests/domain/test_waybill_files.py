"""Which column of a carrier's file is which: by its headings or by who was asked, never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Refusal
from chalicelib.domain.waybill_files import (
    MOST_ROWS,
    FileChoice,
    WaybillRow,
    WaybillTable,
    read_table,
)
from chalicelib.domain.waybills import WaybillOutcome

ORDER = "SH20261130-778FA7A9"


def table(*lines: list[str], **choice: object) -> WaybillTable:
    return read_table(list(enumerate(lines, 1)), FileChoice(**choice))  # type: ignore[arg-type]


def only(waybills: WaybillTable) -> tuple[str, str, str]:
    [row] = waybills.rows
    return row.parcel, row.carrier, row.waybill


def around(heading: str) -> list[str]:
    return [
        heading, f"{heading}(必填)", f"{heading}（必填）", f"*{heading}", f"＊{heading}",
        f"{heading}*",
        f"{heading}【必填】", f"[必填]{heading}", f" {heading} ", f"{heading}：", f"必填{heading}",
        f"{heading}(勿删)",
    ]  # fmt: skip


NUMBERS = ["订单号", "订单编号", "商家订单号", "线上订单号", "原始单号", "子单原始单号", "业务单号",
           "用户订单号", "商城订单号", "主订单编号", "平台单号", "客户订单号", "外部订单号",
           "Order Number",
           "order no.", "包裹码", "溯源码"]  # fmt: skip
CARRIERS = ["快递公司", "物流公司", "快递名称", "配送公司", "承运商", "商品发货物流公司",
            "快递公司名称",
            "快递", "Carrier", "物流商"]  # fmt: skip
WAYBILLS = ["运单号", "快递单号", "物流单号", "物流编号", "商品发货物流单号", "配送单号",
            "运单号码",
            "运单编号", "快递运单号", "面单号", "电子面单号", "单号", "邮件号",
            "Tracking Number", "waybill"]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("waybill", WAYBILLS)
def test_headings_are_known_wherever_they_stand(number: str, waybill: str) -> None:
    head = ["收件人", waybill, "重量kg", "快递公司", number]
    waybills = table(head, ["农户 12", "YT2000000001", "2.5", "圆通速递", ORDER])
    assert (only(waybills), waybills.asks) == ((ORDER, "圆通速递", "YT2000000001"), ())


@pytest.mark.parametrize("carrier", CARRIERS)
def test_so_are_those_of_the_carrier(carrier: str) -> None:
    waybills = table(
        ["订单号", "件数", carrier, "运单号"], [ORDER, "1", "圆通速递", "YT2000000001"]
    )
    assert only(waybills) == (ORDER, "圆通速递", "YT2000000001")


@pytest.mark.parametrize("at", range(12))
def test_what_stands_around_a_heading_is_no_part_of_it(at: int) -> None:
    head = [around(heading)[at] for heading in ("订单号", "收件人", "快递公司", "快递单号")]
    assert only(table(head, [ORDER, "农户 12", "圆通速递", "YT1"])) == (ORDER, "圆通速递", "YT1")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (["内部订单号", "线上订单号"], "B"),
        (["订单编号", "原始单号"], "B"),
        (["子订单编号", "主订单编号"], "B"),
        (["订单编号", "子单原始单号"], "B"),
        (["系统单号", "订单号"], "B"),
        (["订单号", "包裹码"], "B"),
    ],
)
def test_of_several_numbers_the_platforms_goes_first(head: list[str], expected: str) -> None:
    waybills = table([*head, "快递公司", "快递单号"], ["A", "B", "中通快递", "ZT1"])
    assert only(waybills)[0] == expected
    empty = table([*head, "快递公司", "快递单号"], ["A", "", "中通快递", "ZT1"])
    assert only(empty)[0] == "A"


@pytest.mark.parametrize(
    "heading",
    [
        "子单号",
        "签回单号",
        "退回件关联运单号",
        "订单状态",
        "交易单号",
        "支付单号",
        "快递费",
        "收件人",
    ],
)
def test_other_numbers_are_no_waybill_and_no_order(heading: str) -> None:
    waybills = table(["订单号", heading, "快递公司", "运单号"], [ORDER, "X9", "中通快递", "ZT1"])
    assert only(waybills) == (ORDER, "中通快递", "ZT1")
    assert "X9" not in {only(waybills)[0], only(waybills)[2]}


def test_headings_in_two_rows_are_read_from_both() -> None:
    groups = ["", "订单信息", "", "运单号", "收件方信息"]
    below = ["序号", "订单号", "快递公司", "", "收方姓名"]
    waybills = table(["运单明细"], groups, below, ["1", ORDER, "顺丰", "SF1", "农户 12"])
    assert only(waybills) == (ORDER, "顺丰", "SF1")
    assert waybills.rows[0].row == 4


def test_a_list_of_one_carrier_is_known_by_its_shape_or_asked() -> None:
    head = ["序号", "订单号", "运单号", "子单号", "签回单号", "收方姓名", "月结卡号"]
    row = ["1", ORDER, "SF1000000000012", "", "", "农户 12", "1000"]
    waybills = table(["", "", "", "寄件方信息"], head, row)
    assert (only(waybills), waybills.asks) == ((ORDER, "顺丰", "SF1000000000012"), ())
    other = table(["订单号", "运单号"], [ORDER, "SF1000000000012"])
    assert (only(other), other.asks) == ((ORDER, "", "SF1000000000012"), ("carrier",))
    chosen = table(["订单号", "运单号"], [ORDER, "SF1000000000012"], carrier="顺丰")
    assert (only(chosen), chosen.asks) == ((ORDER, "顺丰", "SF1000000000012"), ())


@pytest.mark.parametrize(
    ("head", "asks"),
    [
        (["甲", "收件人", "重量", "乙", "丙"], ("parcel", "waybill")),
        (["订单号", "收件人", "件数", "快递公司", "丙"], ("waybill",)),
        (["甲", "收件人", "件数", "快递公司", "快递单号"], ("parcel",)),
    ],
)
def test_a_first_row_of_words_is_never_read_by_place(
    head: list[str], asks: tuple[str, ...]
) -> None:
    row = [ORDER, "农户 12", "2.5", "圆通速递", "YT2000000001"]
    waybills = table(head, row)
    assert (waybills.rows, waybills.asks) == ([], asks)
    assert [(column.column, column.heading, column.example) for column in waybills.columns] == [
        (at, head[at - 1], row[at - 1]) for at in range(1, 6)
    ]
    chosen = table(head, row, columns={"parcel": 1, "carrier": 4, "waybill": 5})
    assert (only(chosen), chosen.asks) == ((ORDER, "圆通速递", "YT2000000001"), ())


def test_a_bare_table_is_read_by_place_only_in_the_form_of_the_page() -> None:
    assert only(table([ORDER, "顺丰", "SF1"])) == (ORDER, "顺丰", "SF1")
    assert only(table([ORDER, "", "SF1"])) == (ORDER, "", "SF1")
    for row in ([ORDER, "农户 12", "SF1"], [ORDER, "SF1"], [ORDER, "农户 12", "1", "顺丰", "SF1"]):
        waybills = table(row)
        assert (waybills.rows, waybills.asks) == ([], ("parcel", "waybill"))
        assert waybills.columns[0].example == ORDER  # its first row is no heading
    chosen = table([ORDER, "农户 12", "1", "顺丰", "SF1"], columns={"parcel": 1, "waybill": 5})
    assert only(chosen) == (ORDER, "", "SF1")


def test_a_file_of_headings_alone_and_one_too_long_are_refused() -> None:
    with pytest.raises(Refusal, match="file_without_rows"):
        table(["订单号", "快递公司", "运单号"])
    with pytest.raises(Refusal, match="too_many_rows"):
        table(*[[ORDER, "顺丰", f"SF{n}"] for n in range(MOST_ROWS + 1)])


CELLS = st.sampled_from(
    ["", "订单号", "运单号", "快递公司", "农户 12", ORDER, "顺丰", "SF1000000000012", "1"]
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=6))
def test_no_table_breaks_the_reader(lines: list[list[str]]) -> None:
    try:
        waybills = table(*lines)
    except Refusal:
        return
    assert waybills.rows or waybills.asks


@pytest.mark.parametrize("heading", ["承运单位", "Shipping carrier", "物流单位名称"])
def test_who_carries_is_known_by_other_words_too(heading: str) -> None:
    waybills = table(["订单号", heading, "运单号"], [ORDER, "圆通速递", "YT2000000001"])
    assert only(waybills) == (ORDER, "圆通速递", "YT2000000001")


@pytest.mark.parametrize("second", ["快递信息", "物流信息", "快递", "包裹说明"])
def test_a_first_row_of_words_is_never_data(second: str) -> None:
    waybills = table(["订单号", second], [ORDER, "中通快递 78000000000012"])
    assert waybills.columns[0].heading == "订单号"
    assert "waybill" in waybills.asks
    assert waybills.rows == []


@pytest.mark.parametrize(
    ("written", "shown"),
    [("773123456789012.0", "773123456789012"), ("sf1000000000012", "SF1000000000012"),
     ("13800000012", "13800000012")],
)  # fmt: skip
def test_a_waybill_is_shown_as_it_is_kept(written: str, shown: str) -> None:
    row = WaybillRow(row=1, parcel=ORDER, carrier="中通", waybill=written)
    assert WaybillOutcome(row=row, what="ready").waybill == shown
