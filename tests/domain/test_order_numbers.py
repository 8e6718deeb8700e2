"""A number that starts again with each group is no order's: none is taken for another."""

import pytest

from chalicelib.domain.columns import Field
from chalicelib.domain.import_drafts import Draft, drafts
from chalicelib.domain.order_numbers import needs_group
from chalicelib.domain.platforms import mapping
from chalicelib.domain.rows import places

HEAD = [
    "跟团号",
    "下单人",
    "商品",
    "数量",
    "商品金额",
    "运费",
    "优惠",
    "订单金额",
    "订单状态",
    "收货人",
    "联系电话",
    "详细地址",
    "支付时间",
]
MONDAY, SUNDAY = "2026-11-16 20:05:01", "2026-11-22 20:05:01"


def row(number: str, paid_at: str = MONDAY, **other: str) -> list[str]:
    fields = {
        "number": number, "nick": "团员12", "item": "蛋", "quantity": "1", "amount": "30",
        "freight": "0", "discount": "0", "sum": "30", "state": "已支付", "name": "农户 12",
        "phone": "13800000012", "place": "安徽省黄山市徽州区测试路 1 号", "paid": paid_at,
    }  # fmt: skip
    return list((fields | other).values())


def joined(number: str, amount: str) -> list[str]:
    """As merged cells leave a row: of the block's first row alone."""
    return [number, "", "蛋", "1", amount, *[""] * 8]


def read(
    *rows: list[str],
    head: list[str] = HEAD,
    group: str = "",
    kept: dict[str, Field] | None = None,
) -> list[Draft]:
    columns = places(head, mapping("kuaituantuan", kept or {}))
    return drafts(head, list(enumerate(rows, 2)), columns, group)


def keys(drafts: list[Draft]) -> list[tuple[str, str]]:
    return [(draft.number, draft.group) for draft in drafts]


def codes(drafts: list[Draft]) -> list[str | None]:
    return [draft.reason.code if draft.reason else None for draft in drafts]


def test_next_weeks_group_has_orders_of_its_own() -> None:
    """The same buyer, number, goods and sum; the same file again is the same orders."""
    first, again, later = (read(row("1", at)) for at in (MONDAY, MONDAY, SUNDAY))
    assert keys(first) == keys(again) == [("1", "2026-11-16 20:05")]
    assert keys(later) == [("1", "2026-11-22 20:05")]
    assert first[0].reference != later[0].reference


def test_two_groups_in_one_file_are_told_apart() -> None:
    assert len(read(row("1"), row("2"), row("1", SUNDAY))) == 3


def test_a_file_that_excel_saved_without_seconds_is_the_same_orders() -> None:
    assert keys(read(row("1", "2026/11/16 20:05"))) == keys(read(row("1")))


@pytest.mark.parametrize("paid_at", ["", "2026-11-16", "2026-11-16 00:00:00"])
def test_a_row_without_a_time_of_day_is_not_guessed(paid_at: str) -> None:
    drafts = read(row("1"), row("2", paid_at))
    assert codes(drafts) == [None, "group_number"]


def test_a_number_mapped_by_hand_counts_after_the_platforms_own() -> None:
    head = [*HEAD, "订单号"]
    kept: dict[str, Field] = {"跟团号": "number"}
    rows = [[*row("1"), "20261116-0000000001"], [*row("2"), "20261116-0000000002"]]
    drafts = read(*rows, head=head, kept=kept)
    assert keys(drafts) == [("20261116-0000000001", ""), ("20261116-0000000002", "")]
    own: dict[str, Field] = {"单据": "number"}
    drafts = read([*rows[0], "A1"], head=[*head, "单据"], kept=own)
    assert keys(drafts) == [("20261116-0000000001", "")]


def test_whoever_maps_a_groups_number_as_the_orders_gets_no_other_order() -> None:
    kept: dict[str, Field] = {"跟团号": "number"}
    assert keys(read(row("1"), kept=kept)) == [("1", "2026-11-16 20:05")]
    head = ["号", *HEAD[1:]]
    kept = {"号": "number"}
    assert keys(read(row("1"), head=head, kept=kept)) == [("1", "2026-11-16 20:05")]
    assert keys(read(row("KTT0001"), head=head, kept=kept)) == [("KTT0001", "")]


def test_a_row_that_has_a_groups_number_alone_is_not_of_the_order_above() -> None:
    head = [*HEAD, "订单号"]
    drafts = read([*row("1"), "20261116-0000000001"], [*row("2"), ""], head=head)
    assert codes(drafts) == [None, "no_number"]


def test_without_times_the_group_has_a_name() -> None:
    head, rows = HEAD[:-1], [row("1")[:-1], row("2")[:-1]]
    columns = places(head, mapping("kuaituantuan", {}))
    assert needs_group(list(enumerate(rows, 2)), columns)
    assert not needs_group([(2, row("1"))], places(HEAD, mapping("kuaituantuan", {})))
    drafts = read(*rows, head=head, group="周一的团")
    assert keys(drafts) == [("1", "周一的团"), ("2", "周一的团")]
    assert drafts[0].reference == "1 (周一的团)"


def test_a_long_number_under_a_groups_heading_has_not_been_counted_up_to() -> None:
    head = HEAD[:-1]
    assert keys(read(row("20261116000012")[:-1], head=head)) == [("20261116000012", "")]


# --- one buyer's orders joined over several numbers -----------------------------------------------


def test_rows_that_share_receiver_and_sum_are_one_order() -> None:
    drafts = read(row("3", sum="90"), joined("7", "60"), row("4"))
    assert [(draft.number, draft.rows, draft.total_fen) for draft in drafts] == [
        ("3", (2, 3), 9000),
        ("4", (4,), 3000),
    ]
    assert sum(line.quantity for line in drafts[0].lines) == 2


def test_freight_and_discount_of_the_block_belong_to_its_sum() -> None:
    [draft] = read(row("3", sum="93", freight="5", discount="2"), joined("7", "60"))
    assert (draft.reason, draft.total_fen) == (None, 9300)


def test_rows_that_do_not_come_to_the_sum_are_refused_together() -> None:
    [draft] = read(row("3", sum="95"), joined("7", "60"))
    assert (codes([draft]), draft.rows) == (["joined"], (2, 3))
    [draft] = read(row("3", sum="95", amount=""), joined("7", "60"))
    assert codes([draft]) == ["joined"]


def test_a_row_without_a_receiver_does_not_spoil_the_order_above() -> None:
    """Whose own goods come to its sum."""
    drafts = read(row("3"), joined("7", "60"))
    assert codes(drafts) == [None, "name"]
    assert drafts[0].total_fen == 3000
