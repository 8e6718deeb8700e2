"""The goods of an order: equal rows are bought again or given again, as its sum says."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.import_drafts import Draft, drafts

HEADINGS = [
    *("number", "item", "sku", "quantity", "amount", "order_amount", "unit_price", "sub_number"),
    *("freight", "discount", "memo", "status", "name", "phone", "address", "kinds"),
]
COLUMNS = {name: [at] for at, name in enumerate(HEADINGS) if name != "memo"}


def row(number: str = "N0001", **fields: str) -> list[str]:
    given = {
        "number": number,
        "item": "蛋",
        "quantity": "1",
        "amount": "30.00",
        "status": "待发货",
        "name": "农户 12",
        "phone": "13800000012",
        "address": "安徽省黄山市徽州区测试路 1 号",
    } | fields
    return [given.get(name, "") for name in HEADINGS]


def read(rows: Sequence[list[str]]) -> list[Draft]:
    return drafts(HEADINGS, list(enumerate(rows, 2)), COLUMNS)


def pieces(draft: Draft) -> int | str:
    """How many of its goods are sent; or why none."""
    return draft.reason.code if draft.reason else sum(line.quantity for line in draft.lines)


OTHER = [row("N0002", item="桃"), row("N0003", item="瓜")]
"""Orders of the same file, each of one row."""


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"order_amount": "60.00"}] * 2, 2),
        ([{"order_amount": "90.00"}] * 3, 3),
        ([{"order_amount": "30.00"}] * 2, 1),
        ([{"order_amount": "60.00"}] * 4, 2),
        ([{"amount": "", "unit_price": "30.00", "order_amount": "60.00"}] * 2, 2),
        ([{"quantity": "2", "order_amount": "60.00"}] * 2, 4),
        ([{"order_amount": "65.00", "freight": "5.00"}] * 2, 2),
        ([{"order_amount": "55.00", "discount": "5"}] * 2, 2),
        ([{"order_amount": "35.00", "freight": "5.00"}] * 2, 1),
        # the sum of the order stands in its first row alone
        ([{"order_amount": "60.00"}, {}], 2),
        # the sum fits neither, or there is none
        ([{"order_amount": "47.00"}] * 2, "equal_rows"),
        ([{}] * 2, "equal_rows"),
        ([{"amount": "", "order_amount": "60.00"}] * 2, "equal_rows"),
        ([{"amount": "0", "order_amount": "0"}] * 2, "equal_rows"),
        # a memo makes two rows of them, unless the sum says that one was changed
        ([{"memo": ""}, {"memo": "送邻居一份"}], 2),
        ([{"memo": "", "order_amount": "60"}, {"memo": "送邻居", "order_amount": "60"}], 2),
        ([{"memo": "", "order_amount": "30"}, {"memo": "送邻居", "order_amount": "30"}], 1),
        ([{"memo": "", "order_amount": "47"}, {"memo": "x", "order_amount": "47"}], "equal_rows"),
        # numbers of their own say what a row is
        ([{"sub_number": "S1"}, {"sub_number": "S2"}], 2),
        ([{"sub_number": "S1", "order_amount": "30"}] * 2, 1),
        # more was paid than the rows come to, so others are missing; less, as there are coupons
        ([{"sub_number": "S1", "order_amount": "60"}] * 2, "rows_missing"),
        ([{"order_amount": "110"}], "rows_missing"),
        ([{"order_amount": "36", "freight": "5"}], "rows_missing"),
        ([{"order_amount": "35", "freight": "¥5.00"}], 1),
        ([{"order_amount": "20"}], 1),
        ([{"sub_number": "S1"}, {"sub_number": "S1", "quantity": "2"}], "contradiction"),
        # kinds of one title are kinds
        ([{"sku": "鲜蛋"}, {"sku": "咸蛋"}], 2),
        ([{"sku": "鲜蛋", "order_amount": "60"}, {"sku": "咸蛋", "order_amount": "60"}], 2),
    ],
)
def test_equal_rows_are_what_the_sum_says(rows: list[dict[str, str]], expected: int | str) -> None:
    for table in (
        [row(**fields) for fields in rows],
        [*OTHER, *(row(**fields) for fields in rows)],
    ):
        [draft] = [draft for draft in read(table) if draft.number == "N0001"]
        assert pieces(draft) == expected
        if draft.reason is None:
            paid = sum(line.amount_fen or 0 for line in draft.lines)
            assert paid == draft.total_fen


def test_a_file_put_together_from_two_is_one() -> None:
    """Where no sum tells, every row comes twice."""
    rows = [*OTHER, row(), row("N0004"), row("N0004", item="梨")]
    for table in (rows * 2, rows * 3):
        assert [pieces(draft) for draft in read(table)] == [1, 1, 1, 2]
    half = read([*rows, *rows[:3]])
    assert [pieces(draft) for draft in half] == ["equal_rows"] * 3 + [2]


def test_goods_bought_twice_are_so_in_a_file_that_comes_twice() -> None:
    rows = [*OTHER, *[row(order_amount="60.00")] * 2]
    assert [pieces(draft) for draft in read(rows * 2)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("fields", "lines", "total"),
    [
        ({"item": "蛋+2\n果+1", "quantity": "3", "amount": "110"}, [("果", 1), ("蛋", 2)], 11_000),
        ({"item": "蛋+2\n果+1", "quantity": "", "amount": "", "order_amount": "110"},
         [("果", 1), ("蛋", 2)], 11_000),
        ({"item": "蛋(10枚)+2", "quantity": "2", "amount": "60"}, [("蛋(10枚)", 2)], 6000),
        ({"item": "蛋*2", "quantity": "", "amount": "", "unit_price": "30"}, [("蛋", 2)], 6000),
    ],
)  # fmt: skip
def test_goods_of_one_cell_are_lines(
    fields: dict[str, str], lines: list[tuple[str, int]], total: int
) -> None:
    [draft] = read([row(**fields)])
    assert draft.reason is None
    assert sorted((line.item, line.quantity) for line in draft.lines) == sorted(lines)
    assert draft.total_fen == total
    amounts = [line.amount_fen for line in draft.lines]
    assert amounts == ([total] if len(lines) == 1 else [None, None]), "known of the order alone"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"item": "蛋，果", "quantity": "3", "kinds": "2"}, "goods_in_one_cell"),
        ({"item": "蛋+2\n果+1", "quantity": "3", "sku": "大"}, "goods_in_one_cell"),
        ({"item": "蛋+2\n果+1", "quantity": "3", "kinds": "3"}, "goods_in_one_cell"),
        ({"item": "蛋+2\n果+1", "quantity": "4"}, "counts_differ"),
        ({"item": "蛋", "quantity": ""}, "quantity"),
        ({"amount": ""}, "no_amount"),
        ({"item": "+".join(f"果{n}+1\n" for n in range(11)), "quantity": ""}, "too_many_lines"),
    ],
)
def test_goods_that_are_not_known_are_refused(fields: dict[str, str], code: str) -> None:
    [draft] = read([row(**fields)])
    assert pieces(draft) == code


@pytest.mark.parametrize(
    "fields", [{"kinds": "1"}, {"kinds": ""}, {"kinds": "0"}, {"item": "蛋+1;果+2", "kinds": "2"}]
)
def test_goods_that_are_as_many_as_the_file_counts_are_read(fields: dict[str, str]) -> None:
    [draft] = read([row(**{"quantity": "3"} | fields)])
    assert pieces(draft) == 3


def test_kinds_on_rows_of_their_own_are_counted_together() -> None:
    [draft] = read([row(kinds="2"), row(item="果", kinds="2")])
    assert pieces(draft) == 2


@pytest.mark.parametrize(
    "fields", [{"amount": "0.00"}, {"amount": "", "order_amount": "0"}, {"order_amount": "0.00"}]
)
def test_a_sample_for_nothing_is_an_order_of_nothing(fields: dict[str, str]) -> None:
    [draft] = read([row(**fields)])
    assert (pieces(draft), draft.total_fen) == (1, 0)
    assert {line.amount_fen for line in draft.lines} <= {0, None}


@st.composite
def bought(draw: st.DrawFn) -> tuple[list[list[str]], dict[str, int]]:
    """Rows with the sum of their order, some of them equal; and the pieces of each number."""
    rows, expected = [], {}
    for n in range(draw(st.integers(1, 4))):
        goods = draw(
            st.lists(
                st.tuples(st.sampled_from("蛋桃"), st.integers(1, 9), st.integers(1, 3000)),
                min_size=1,
                max_size=4,
            )
        )
        whole = f"{sum(fen for *_, fen in goods) / 100:.2f}"
        number = f"N{n:04d}"
        expected[number] = sum(quantity for _, quantity, _ in goods)
        rows += [
            row(number, item=item, quantity=str(quantity), amount=f"{fen / 100:.2f}",
                order_amount=whole)
            for item, quantity, fen in goods
        ]  # fmt: skip
    return rows, expected


@given(bought(), st.integers(1, 2), st.randoms(use_true_random=False))
def test_no_piece_is_lost_or_doubled_where_sums_stand(
    file: tuple[list[list[str]], dict[str, int]], times: int, rng: random.Random
) -> None:
    rows, expected = file
    shuffled = rng.sample(rows * times, len(rows) * times)
    drafts = {draft.number: draft for draft in read(shuffled)}
    for number, quantity in expected.items():
        assert pieces(drafts[number]) == quantity
        paid = [line.amount_fen or 0 for line in drafts[number].lines]
        assert sum(paid) == drafts[number].total_fen


def test_empty_cells_at_the_end_make_no_other_row() -> None:
    """A sheet that follows another is filled up to its width."""
    short = row("N0001", order_amount="30.00")
    while not short[-1]:
        short.pop()
    [draft] = read([short, row("N0001", order_amount="30.00")])
    assert (pieces(draft), draft.total_fen) == (1, 3000)
