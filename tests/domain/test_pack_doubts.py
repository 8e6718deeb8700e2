"""A preview warns where a platform's goods look like other goods, or another pack, than ours."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.offers import Offer
from chalicelib.domain.pack_doubts import doubts
from chalicelib.domain.sizes import GRAMS, PIECES, amount_of, sizes_in
from tests.domain.samples import batch, offer


def ours(title: str, product: str, unit: str, pack_quantity: int) -> Offer:
    named = {"title": title, "product": product, "unit": unit, "pack_quantity": pack_quantity}
    return offer(batch("passed")).model_copy(update=named)


EGGS = ours("黄山土鸡蛋 30 枚", "土鸡蛋", "piece", 30)
ORANGES = ours("沃柑 5 斤装", "沃柑", "g", 2500)


@pytest.mark.parametrize(
    ("title", "sku", "packed", "packs"),
    [
        ("黄山土鸡蛋 30 枚", "", EGGS, 1),
        ("【助农】正宗农家土鸡蛋", "三十枚装", EGGS, 1),
        ("土鸡蛋", "2盒60枚", EGGS, 2),
        ("土鸡蛋 10枚*3", "", EGGS, 1),
        ("土鸡蛋 10枚/30枚 可选", "30枚", EGGS, 1),
        ("黄山土鸡蛋", "净重3斤", EGGS, 1),  # grams say nothing of a pack that is counted
        ("广西武鸣沃柑", "5斤", ORANGES, 1),
        ("沃柑", "2.5KG", ORANGES, 1),
        ("沃柑 4.5-5斤", "", ORANGES, 1),
        ("沃柑 五斤 大果 12个", "", ORANGES, 1),
        ("沃柑 10斤", "", ORANGES, 2),
        ("顺丰包邮", "默认", ORANGES, 1),  # no name and no size
    ],
)
def test_the_same_goods_in_the_same_pack_do_not_warn(
    title: str, sku: str, packed: Offer, packs: int
) -> None:
    assert doubts(title, sku, packed, packs) == []


@pytest.mark.parametrize(
    ("title", "sku", "packed", "packs", "what"),
    [
        ("新鲜咸鸭蛋", "30枚", EGGS, 1, ["name"]),
        ("土鸡蛋", "10枚", EGGS, 1, ["size"]),
        ("土鸡蛋 30枚", "", EGGS, 2, ["size"]),  # one would be sent as two
        ("砂糖橘", "10斤", ORANGES, 1, ["name", "size"]),
        ("沃柑 5斤", "3斤", ORANGES, 1, ["size"]),  # what the buyer chose is the variant
        ("沃柑", "5公斤", ORANGES, 1, ["size"]),
    ],
)
def test_other_goods_and_other_packs_warn(
    title: str, sku: str, packed: Offer, packs: int, what: list[str]
) -> None:
    assert [doubt.what for doubt in doubts(title, sku, packed, packs)] == what


titles = st.text(
    st.one_of(
        st.sampled_from("0123456789.-~xX*×一十百半两斤枚个箱装公斤kKgG（）()ＫＧ１５ "),
        st.characters(),
    ),
    min_size=1,
    max_size=60,
)


@given(titles, st.sampled_from(["g", "piece"]), st.integers(1, 100_000))
def test_equal_names_never_warn(title: str, unit: str, pack_quantity: int) -> None:
    assert doubts(title, "", ours(title, "别的", unit, pack_quantity), 1) == []
    assert doubts(title, "", ours("别的", title, unit, pack_quantity), 1) == []


@given(titles, titles, st.integers(1, 1000))
def test_any_text_can_be_looked_at(title: str, sku: str, packs: int) -> None:
    for unit in ("g", "piece"):
        assert len(doubts(title, sku, ours("蛋", "蛋", unit, 5), packs)) <= 2


@given(st.decimals(Decimal("0.001"), 99_999, places=3), st.sampled_from(sorted(GRAMS)))
def test_weights_are_exact(number: Decimal, unit: str) -> None:
    [size] = sizes_in(f"沃柑 {number} {unit.upper()} 装", "g")
    assert size.least == size.most == number * GRAMS[unit]
    assert not sizes_in(f"沃柑{number}{unit}装", "piece")


@given(st.integers(1, 999_999), st.sampled_from(PIECES))
def test_pieces_are_counted(number: int, unit: str) -> None:
    [size] = sizes_in(f"土鸡蛋{number}{unit}", "piece")
    assert size.least == size.most == number
    assert size.written == f"{number}{unit}"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("三十", 30),
        ("十", 10),
        ("十二", 12),
        ("两", 2),
        ("一百二十", 120),
        ("半", "0.5"),
    ],
)
def test_chinese_numbers_are_read(text: str, amount: object) -> None:
    assert amount_of(text) == Decimal(str(amount))
