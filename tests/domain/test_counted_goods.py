"""Several goods in one cell: read where each has its count, refused where it is not known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cells import Unreadable, clean
from chalicelib.domain.counted_goods import goods_in, has_count
from chalicelib.domain.rows import DraftRefused

EGGS, FRUIT = "测试鸡蛋(10枚)", "测试沃柑(5斤)"


@pytest.mark.parametrize(
    "cell",
    [
        f"{EGGS}+2\n{FRUIT}+1",
        f"{EGGS}+2\r\n{FRUIT}+1\r\n",
        f"{EGGS} + 2\n{FRUIT} + 1",
        f"{EGGS}+2 {FRUIT}+1",
        f"{EGGS}*2;{FRUIT}*1",
        f"{EGGS}＊２；{FRUIT}＊１",
        f"{EGGS}x2，{FRUIT}x1",
        f"{EGGS}X2、{FRUIT}X1",
        f"{EGGS}×2\n{FRUIT}×1",
        f"{EGGS}＋2件；{FRUIT}＋1件",
        f"{EGGS}+2 + {FRUIT}+1",
        f"{EGGS}*2 + {FRUIT}*1",
        f"{EGGS}*2+{FRUIT}*1",
        f"{EGGS}+2<br>{FRUIT}+1",
        f"{EGGS}*2<BR/>{FRUIT}*1",
    ],
)
@pytest.mark.parametrize("quantity", [3, None])
def test_goods_with_their_counts_are_each_a_line(cell: str, quantity: int | None) -> None:
    assert goods_in(clean(cell), quantity) == [(EGGS, 2), (FRUIT, 1)]


@pytest.mark.parametrize(
    "cell", [f"{EGGS}+2", f"{EGGS} + 2", f"{EGGS}*2", f"{EGGS}×2", f"{EGGS}x2"]
)
@pytest.mark.parametrize("quantity", [2, None])
def test_a_count_beside_the_quantity_is_not_counted_again(cell: str, quantity: int | None) -> None:
    assert goods_in(clean(cell), quantity) == [(EGGS, 2)]


@pytest.mark.parametrize(
    "title",
    [
        "测试鸡蛋", "金*奖土鸡蛋", "鸡蛋+鸭蛋礼盒", "沃柑 5斤*2", "250ml*12", "买5+1", "Box2",
        "3x3", "土鸡蛋,散养", "土鸡蛋/30枚", "A+", "5+1 沃柑", "C++",
    ],
)  # fmt: skip
@pytest.mark.parametrize("quantity", [1, 2, 7])
def test_signs_and_numbers_of_a_name_stay_in_it(title: str, quantity: int) -> None:
    assert goods_in(clean(title), quantity) == [(title, quantity)]


@pytest.mark.parametrize(
    ("cell", "quantity", "code"),
    [
        (f"{EGGS}+2\n{FRUIT}+1", 4, "counts_differ"),
        (f"{EGGS}*2，{FRUIT}*1", 5, "counts_differ"),
        (f"{EGGS}+2", 3, "counts_differ"),
        (f"{EGGS}+2\n{FRUIT}", 3, "goods_in_one_cell"),
        (f"{EGGS}\n{FRUIT}", 2, "goods_in_one_cell"),
        (f"{EGGS};{FRUIT}", 3, "goods_in_one_cell"),
        (f"{EGGS}\n{FRUIT}", None, "goods_in_one_cell"),
        (EGGS, None, "quantity"),
        (f"{EGGS}+0", None, "quantity"),
        ("5+1", None, "quantity"),
    ],
)
def test_what_is_not_known_is_refused(cell: str, quantity: int | None, code: str) -> None:
    with pytest.raises((DraftRefused, Unreadable), match=f"^{code}$"):
        goods_in(clean(cell), quantity)


def test_a_title_that_a_line_break_parts_is_one_when_one_was_bought() -> None:
    assert goods_in("土鸡蛋\n10枚", 1) == [("土鸡蛋 10枚", 1)]


NAMES = st.text("蛋梨桃瓜(10枚)大", min_size=1, max_size=8).map(lambda name: f"果{name}装")
COUNTS = st.integers(1, 999)


@given(
    st.lists(st.tuples(NAMES, COUNTS), min_size=1, max_size=6),
    st.sampled_from(["+", "*", "x", "×", " + "]),
    st.sampled_from(["\n", ";", ",", "、"]),
    st.booleans(),
)
def test_no_piece_of_goods_is_lost_or_doubled(
    goods: list[tuple[str, int]], mark: str, between: str, with_quantity: bool
) -> None:
    cell = between.join(f"{name}{mark}{n}" for name, n in goods)
    quantity = sum(n for _, n in goods)
    items = goods_in(cell, quantity if with_quantity else None)
    assert sum(item.pieces for item in items) == quantity
    if len(goods) > 1 or not with_quantity:
        assert items == goods


@given(st.text(max_size=60), st.one_of(st.none(), st.integers(1, 99)))
def test_whatever_stands_in_a_cell_counts_as_the_quantity_or_is_refused(
    text: str, quantity: int | None
) -> None:
    try:
        items = goods_in(clean(text), quantity)
    except (DraftRefused, Unreadable):
        return
    assert quantity is None or sum(item.pieces for item in items) == quantity


def test_a_cell_with_a_count_is_told_from_one_without() -> None:
    assert has_count(f"{EGGS}+2")
    assert has_count(f"{EGGS}\n{FRUIT}+1")
    assert not has_count(EGGS)
    assert not has_count(f"{EGGS}\n{FRUIT}")
    assert not has_count("")


@pytest.mark.parametrize(
    ("cell", "quantity", "expected"),
    [
        ("测试鸡蛋(10枚)+2/测试沃柑(5斤)+1", None, [("测试鸡蛋(10枚)", 2), ("测试沃柑(5斤)", 1)]),
        ("测试鸡蛋(10枚)+2/测试沃柑(5斤)+1", 3, [("测试鸡蛋(10枚)", 2), ("测试沃柑(5斤)", 1)]),
        ("测试鸡蛋*2|测试沃柑*1", 3, [("测试鸡蛋", 2), ("测试沃柑", 1)]),
        ("测试鸡蛋2件,测试沃柑1件", 3, [("测试鸡蛋", 2), ("测试沃柑", 1)]),
        ("测试鸡蛋(2),测试沃柑(1)", 3, [("测试鸡蛋", 2), ("测试沃柑", 1)]),
        ("测试鸡蛋 2 份、测试沃柑 1 份", 3, [("测试鸡蛋", 2), ("测试沃柑", 1)]),
        ("测试鸡蛋2件,测试沃柑1件", None, "goods_in_one_cell"),
        ("测试鸡蛋2件,测试沃柑1件", 4, "goods_in_one_cell"),
        ("测试鸡蛋(2),测试沃柑(1)", 2, "goods_in_one_cell"),
        ("测试鸡蛋2件\n测试沃柑1件", 4, "goods_in_one_cell"),
        # one pack of both, and what is no count
        ("测试鸡蛋10个,测试鸭蛋10个", 1, [("测试鸡蛋10个,测试鸭蛋10个", 1)]),
        ("测试鸡蛋30个,包邮", 3, [("测试鸡蛋30个,包邮", 3)]),
        ("测试鸡蛋/农家 10枚", 2, [("测试鸡蛋/农家 10枚", 2)]),
        ("测试鸡蛋2件", 1, [("测试鸡蛋2件", 1)]),
    ],
)
def test_goods_whose_counts_are_written_otherwise_are_never_one(
    cell: str, quantity: int | None, expected: list[tuple[str, int]] | str
) -> None:
    if isinstance(expected, str):
        with pytest.raises(DraftRefused) as refused:
            goods_in(cell, quantity)
        assert refused.value.code == expected
    else:
        assert goods_in(cell, quantity) == expected
