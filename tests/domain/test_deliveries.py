"""What has arrived: a carrier's word is taken as it is meant, and nothing is marked on a doubt."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.deliveries import says_arrived
from chalicelib.domain.delivery_files import read_rows
from chalicelib.domain.errors import Refusal


@pytest.mark.parametrize(
    "state",
    [
        *("已签收", "签收", "本人签收", "妥投", "快件已由驿站代签收", "派送成功", "已送达"),
        *("Delivered", "DELIVERED", "signed for"),
        *("2026-11-30", "2026/11/30 10:42:05", "2026年11月30日"),
    ],
)
def test_words_and_times_of_an_arrival(state: str) -> None:
    assert says_arrived(state)


@pytest.mark.parametrize(
    "state",
    [
        *("", "—", "未签收", "待签收", "拒签收", "拒收", "退回签收", "退件已签收", "没有签收"),
        *(
            "派送中，请准备签收",
            "运输中",
            "已揽收",
            "签收异常",
            "out for delivery",
            "Not delivered",
        ),
        *("undelivered", "delivery attempted", "returned to sender, delivered"),
    ],
)
def test_words_of_no_arrival(state: str) -> None:
    assert not says_arrived(state)


def rows(*lines: list[str]) -> list[tuple[str, str, str | None]]:
    read = read_rows(list(enumerate(lines, 1)))
    return [(row.parcel, row.waybill, row.state) for row in read]


def test_a_carriers_table_is_read_by_its_headings() -> None:
    assert rows(
        ["11 月对账单"],
        ["运单号码", "收件人", "快件状态", "客户订单号"],
        ["SF1", "张三", "已签收", "A1"],
        ["SF2", "李四", "", ""],
    ) == [("A1", "SF1", "已签收"), ("", "SF2", "")]


def test_a_column_of_times_says_it_too() -> None:
    assert rows(["运单号", "签收时间"], ["SF1", "2026-11-30"], ["SF2", ""]) == [
        ("", "SF1", "2026-11-30"),
        ("", "SF2", ""),
    ]


def test_of_numbers_alone_all_have_arrived_and_what_stands_behind_one_is_the_carriers_word() -> (
    None
):
    assert rows(["SF1001"], ["SF1002 派送中"], ["SF1003", "已签收"], ["合计"]) == [
        ("SF1001", "", None),
        ("SF1002", "", "派送中"),
        ("SF1003", "", "已签收"),
    ]


def test_a_list_without_a_number_is_refused() -> None:
    with pytest.raises(Refusal, match="file_without_rows"):
        rows(["运单号"], [""])


@given(st.lists(st.lists(st.text(max_size=20), max_size=5), max_size=12))
def test_no_table_breaks_the_reader(lines: list[list[str]]) -> None:
    with suppress(Refusal):  # a table without a number
        assert all(row.named for row in read_rows(list(enumerate(lines, 1))))
