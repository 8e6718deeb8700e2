"""What a shop said of its goods is kept in one record, which stays small enough to be written."""

import pytest

from chalicelib.domain.fields import Model
from chalicelib.domain.imports import (
    MOST_ITEMS,
    MOST_MAPPING_BYTES,
    ItemChoice,
    Mapping,
    ReadImport,
)
from tests.domain.samples import batch, offer

EGGS = offer(batch("passed"))
OFFER = EGGS.id
HEADINGS = {f"{at:02}" + "列" * 198: "item" for at in range(60)}


def choices(first: int, sku: str = "", glyph: str = "蛋") -> ReadImport:
    """As many goods as one body may name, each with a title of 200 characters."""
    goods = [
        ItemChoice(title=f"{at:04}" + glyph * 196, sku=sku, offer_id=OFFER)
        for at in range(first, first + MOST_ITEMS)
    ]
    return ReadImport(items=goods)


def mapping_with(*bodies: ReadImport, **fields: object) -> Mapping:
    mapping = Mapping.model_validate({"shop_id": OFFER, "platform": "taobao", **fields})
    for body in bodies:
        mapping = mapping.with_choices(body, {OFFER: EGGS})
    return mapping


def record_bytes(part: Model) -> int:
    return len(part.model_dump_json(exclude_none=True).encode())


def numbers(mapping: Mapping) -> list[int]:
    return [int(rule.title[:4]) for rule in mapping.items]


def test_three_hundred_titles_in_chinese_are_all_kept() -> None:
    mapping = mapping_with(choices(0))
    assert numbers(mapping) == list(range(MOST_ITEMS))
    assert record_bytes(mapping) < MOST_MAPPING_BYTES


@pytest.mark.parametrize("sku", ["规" * 200, "\U00020000" * 200, "\x01" * 200, '"' * 200])
@pytest.mark.parametrize("columns", [{}, HEADINGS])
def test_the_oldest_fall_out_past_what_the_record_can_hold(
    sku: str, columns: dict[str, str]
) -> None:
    mapping = mapping_with(choices(0, sku, glyph="\U00020000"), columns=columns)
    kept = numbers(mapping)
    assert kept == list(range(MOST_ITEMS - len(kept), MOST_ITEMS)), "the newest, in their order"
    assert 0 < len(kept) < MOST_ITEMS
    next_rule = record_bytes(mapping.items[0]) + len(",")
    assert MOST_MAPPING_BYTES - next_rule <= record_bytes(mapping) < MOST_MAPPING_BYTES
    assert mapping.columns == columns


def test_what_is_said_later_takes_the_place_of_what_was_said_before() -> None:
    sku = "规" * 200
    mapping = mapping_with(choices(0, sku), choices(1000, sku))
    assert min(numbers(mapping)) >= 1000
    again = mapping_with(choices(0), ReadImport(items=[choices(0).items[0]]))  # type: ignore[index]
    assert numbers(again) == [*range(1, MOST_ITEMS), 0]
    small = mapping_with(choices(0), choices(1000))
    assert numbers(small) == list(range(1000, 1000 + MOST_ITEMS))
