"""Which offer an item of a platform surely is; in doubt none, and a person chooses."""

import pytest

from chalicelib.domain.likeness import surely
from tests.domain.samples import batch, offer

OFFERED = [
    "香菇 5 斤", "梨 5 斤", "土鸡蛋 10 枚", "土鸡蛋 30 枚", "酱菜 2 瓶", "芒果 5 斤", "苹果 10 斤",
    "沃柑 5 斤", "武鸣沃柑 5 斤", "砂糖橘 2.5 公斤",
]  # fmt: skip


def matched_offer(
    item: str, sku: str = "", offered: list[str] = OFFERED, left: int = 5
) -> str | None:
    some = [
        (offer(batch("passed"), title=title).model_copy(update={"id": title}), left)
        for title in offered
    ]
    return surely(item, sku, some)


@pytest.mark.parametrize(
    ("item", "sku", "title"),
    [
        ("土鸡蛋 10枚", "10枚", "土鸡蛋 10 枚"),
        ("【助农】新鲜农家土鸡蛋 顺丰包邮", "30枚装", "土鸡蛋 30 枚"),
        ("惠民县香菇5斤", "", "香菇 5 斤"),
        ("当季 沃柑", "2.5kg", "沃柑 5 斤"),
        ("武鸣沃柑 5斤", "", "武鸣沃柑 5 斤"),
        ("砂糖橘5斤整箱", "普通装", "砂糖橘 2.5 公斤"),
        ("酱菜2瓶", "", "酱菜 2 瓶"),
    ],
)
def test_the_same_goods_in_the_same_pack_are_sure(item: str, sku: str, title: str) -> None:
    assert matched_offer(item, sku) == title


@pytest.mark.parametrize(
    ("item", "sku"),
    [
        ("土鸡蛋", ""),  # no pack
        ("土鸡蛋", "15枚"),  # another pack
        ("土鸡蛋 10枚", "30枚"),  # title and variant differ
        ("鸡蛋 10枚", ""),  # other goods
        ("干香菇 5斤", ""),
        ("沃柑 5斤 非砂糖橘", ""),
        ("芒果苹果 5斤", ""),
        ("芒果 5斤x2", ""),  # how many packs is it?
        ("芒果 4.5-5斤", ""),
        ("芒果 5斤 两箱", ""),
        ("苹果10斤 送梨", ""),
        ("【买一送一】土鸡蛋 10枚", ""),
        ("土鸡蛋 1", "0枚"),
        ("象州沃柑 5斤", ""),  # from another place than 武鸣, or the one without a place
        ("5斤", ""),
    ],
)
def test_what_a_person_would_look_at_twice_is_not(item: str, sku: str) -> None:
    assert matched_offer(item, sku) is None


def test_of_two_offers_equally_near_none_is_chosen() -> None:
    assert matched_offer("梨 5斤", offered=["梨 5 斤", "新鲜梨5斤"]) is None
    assert matched_offer("惠民县梨 5斤", offered=["梨 5 斤", "惠民县梨5斤"]) == "惠民县梨5斤", (
        "one is nearer"
    )


def test_an_offer_that_is_sold_out_is_not_chosen() -> None:
    assert matched_offer("梨 5斤", left=0) is None
