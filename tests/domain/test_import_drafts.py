"""From rows to orders: in any order of rows, in any number of files, each order is there once."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.cells import clean
from chalicelib.domain.fields import CHINA
from chalicelib.domain.import_drafts import (
    Draft,
    ItemRule,
    RefusalReason,
    drafts,
    seen_name,
    wanted,
)
from chalicelib.domain.import_reasons import FACTS, REASONS
from chalicelib.domain.order_goods import DraftLine, item_key
from chalicelib.domain.platforms import mapping, missing, recognise
from chalicelib.domain.profiles import PROFILES
from chalicelib.domain.rows import header_at, places
from tests.platform_files import PLACE, PLATFORMS, TITLES, FileRows

HEAD = [
    *("订单号", "商品", "规格", "数量", "商品实付金额", "订单状态", "售后状态", "收货人"),
    *("联系电话", "收货地址", "支付时间", "下单人"),
]
PAID = "待发货"


def rows_of(table: Sequence[Sequence[Any]]) -> list[tuple[int, list[str]]]:
    cells = [["" if cell is None else clean(str(cell)) for cell in row] for row in table]
    return [(at, row) for at, row in enumerate(cells, 1) if any(row)]


def read(table: Sequence[Sequence[Any]], platform: str = "kuaituantuan") -> list[Draft]:
    rows = rows_of(table)
    at = header_at(rows)
    assert at is not None
    headings = rows[at][1]
    columns = places(headings, mapping(platform, {}))  # type: ignore[arg-type]
    return drafts(headings, rows[at + 1 :], columns)


def row(number: str, item: str = "蛋", **other: str) -> list[str]:
    fields = {
        **{"sku": "", "quantity": "1", "amount": "30.00", "status": PAID, "refund": "无"},
        **{"name": "张三", "phone": "13800000000", "place": "".join(PLACE)},
        **{"paid": "2026-11-20 20:05:01", "nick": "团员"},
        **other,
    }
    return [number, item, *fields.values()]


def content(draft: Draft) -> tuple[object, ...]:
    """What makes it the same order, wherever its rows stood."""
    code = draft.reason.code if draft.reason else None
    return draft.number, draft.lines, draft.buyer, draft.nick, draft.total_fen, draft.paid_at, code


@st.composite
def tables(draw: st.DrawFn) -> list[list[list[str]]]:
    """Orders of one to four rows; some are closed, some cannot be read."""
    orders = []
    for n in range(draw(st.integers(1, 6))):
        items = draw(st.lists(st.sampled_from("蛋梨桃瓜"), min_size=1, max_size=4, unique=True))
        status = draw(st.sampled_from([PAID, PAID, PAID, "已关闭"]))
        phone = draw(st.sampled_from(["13800000000", "138****0000", "?"]))
        orders.append(
            [
                row(
                    f"N{n:04d}",
                    item,
                    quantity=str(draw(st.integers(1, 9))),
                    amount=f"{draw(st.integers(1, 9999)) / 100:.2f}",
                    status=status,
                    phone=phone,
                )
                for item in items
            ]
        )
    return orders


class Imported:
    """What importing files one after the other makes: number -> its content."""

    def __init__(self) -> None:
        self.orders: dict[str, tuple[object, ...]] = {}
        self.counts: Counter[str] = Counter()

    def take(self, *rows: list[str]) -> "Imported":
        for draft in read([HEAD, *rows]):
            if draft.reason:
                self.counts["cannot"] += 1
            elif draft.number not in self.orders:
                self.orders[draft.number] = content(draft)
                self.counts["created"] += 1
            else:
                same = self.orders[draft.number] == content(draft)
                self.counts["already" if same else "different"] += 1
        return self


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    orders: list[list[list[str]]], rng: random.Random
) -> None:
    rows = [row for order in orders for row in order]
    shuffled = rng.sample(rows, len(rows))
    expected = sorted(map(content, read([HEAD, *rows])), key=str)
    assert sorted(map(content, read([HEAD, *shuffled])), key=str) == expected


@given(tables(), st.randoms(use_true_random=False))
def test_files_may_overlap_repeat_and_come_in_any_order(
    orders: list[list[list[str]]], rng: random.Random
) -> None:
    """Files that hold whole orders: the same orders as of one file, and nothing differs."""
    whole = Imported().take(*(row for order in orders for row in order))
    files = [rng.sample(orders, rng.randint(1, len(orders))) for _ in range(3)] + [orders]
    rng.shuffle(files)
    books = Imported()
    for file in files:
        rows = [row for order in file for row in order]
        books.take(*rng.sample(rows, len(rows)))
    assert books.orders == whole.orders
    assert books.counts["created"] == whole.counts["created"]
    assert books.counts["different"] == 0


@given(tables(), st.integers(2, 3), st.randoms(use_true_random=False))
def test_a_file_that_holds_all_its_rows_again_is_one_file(
    orders: list[list[list[str]]], times: int, rng: random.Random
) -> None:
    rows = [row for order in orders for row in order]
    assume(len(rows) > 1)
    again = rng.sample(rows * times, len(rows) * times)
    assert Imported().take(*again).orders == Imported().take(*rows).orders


@given(tables(), st.randoms(use_true_random=False))
def test_a_row_that_comes_twice_is_asked_about_where_no_sum_tells(
    orders: list[list[list[str]]], rng: random.Random
) -> None:
    """Neither sent twice nor once by a guess."""
    rows = [row for order in orders for row in order]
    doubled = [*rows, *rng.sample(rows, rng.randint(1, len(rows)))]
    whole = {draft.number: content(draft) for draft in read([HEAD, *rows])}
    for draft in read([HEAD, *rng.sample(doubled, len(doubled))]):
        if draft.reason and draft.reason.code == "equal_rows":
            assert len(draft.rows) > len(orders[int(draft.number[1:])])
        else:
            assert content(draft) == whole[draft.number]


@given(tables(), st.integers(0, 20))
def test_an_order_split_over_two_files_is_never_doubled(
    orders: list[list[list[str]]], cut: int
) -> None:
    """The part that comes first is the order; the other part is told to differ."""
    rows = [row for order in orders for row in order]
    at = min(cut, len(rows))
    first = Imported().take(*rows[:at])
    both = Imported().take(*rows[:at]).take(*rows[at:])
    for number, kept in first.orders.items():
        assert both.orders[number] == kept
    split = {row[0] for row in rows[:at]} & {row[0] for row in rows[at:]} & set(first.orders)
    assert both.counts["different"] == len(split)
    assert both.counts["created"] == len(both.orders)


@given(st.lists(st.lists(st.text(max_size=12), max_size=14), max_size=12))
def test_whatever_stands_in_the_cells_becomes_orders_or_reasons(table: FileRows) -> None:
    for draft in read([HEAD, *table]):
        assert bool(draft.lines) != bool(draft.reason)
        if draft.reason:
            assert draft.reason.code in REASONS
            for facts in REASONS[draft.reason.code]:
                facts.format(**draft.reason.facts)


# --- what exports look like ---------------------------------------------------------------------


@pytest.mark.parametrize("name", PLATFORMS)
def test_each_platform_is_known_by_its_headings(name: str) -> None:
    rows = rows_of(PLATFORMS[name]())
    at = header_at(rows)
    assert at is not None
    assert recognise(rows[at][1]) == name
    columns = places(rows[at][1], mapping(name, {}))
    assert missing(name, rows[at][1], columns) == []
    drafts = read(PLATFORMS[name](), name)
    assert [draft.reason for draft in drafts] == [None] * 3
    assert all(draft.total_fen >= 3000 and draft.buyer for draft in drafts)
    assert all(draft.paid_at for draft in drafts) or name == "xiaohongshu"


def test_every_profile_has_a_file_here() -> None:
    assert set(PROFILES) == set(PLATFORMS)


def test_unknown_headings_are_nobodys() -> None:
    assert recognise(["编号", "货", "几件"]) is None
    assert recognise(["订单号", "收货人", "数量"]) is None


def test_merged_cells_titles_empty_rows_and_sums() -> None:
    drafts = read(PLATFORMS["kuaituantuan"](2))
    assert [draft.number for draft in drafts] == ["KTT000000000000", "KTT000000000001"]
    for draft in drafts:
        assert [(line.item, line.quantity, line.amount_fen) for line in draft.lines] == [
            (TITLES[0], 1, 3000),
            (TITLES[1], 2, 5050),
        ]
        assert draft.total_fen == 8050


def test_headings_may_be_repeated() -> None:
    drafts = read([HEAD, row("A"), HEAD, row("B")])
    assert [draft.number for draft in drafts] == ["A", "B"]


def test_an_item_that_is_merged_over_its_variants_carries_down() -> None:
    second = ["", "", "大", "2", "9.00", *[""] * 7]
    [draft] = read([HEAD, row("A", sku="小"), second])
    assert [(line.item, line.sku) for line in draft.lines] == [("蛋", "大"), ("蛋", "小")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"quantity": "半"}, "quantity"),
        ({"amount": "很多"}, "amount"),
        ({"amount": ""}, "no_amount"),
        ({"phone": "无"}, "phone"),
        ({"phone": "1.38E+10"}, "phone_lost"),
        ({"place": "村口"}, "address"),
        ({"name": ""}, "name"),
        ({"paid": "昨天"}, "paid_at"),
        ({"paid": "", "status": ""}, "no_status"),
        ({"status": "已关闭"}, "not_for_shipping"),
        ({"status": "待付款"}, "not_for_shipping"),
        ({"status": "已发货"}, "not_for_shipping"),
        ({"status": "新状态"}, "unknown_state"),
        ({"refund": "新状态"}, "unknown_state"),
        ({"refund": "退款成功"}, "not_for_shipping"),
        ({"refund": "退款中"}, "not_for_shipping"),
    ],
)
def test_a_bad_row_says_why_and_stops_nothing(changed: dict[str, str], code: str) -> None:
    good, bad = read([HEAD, row("A"), row("B", **changed)])
    assert good.reason is None
    assert bad.reason is not None
    assert (bad.number, bad.rows, bad.reason.code) == ("B", (3,), code)


def test_nothing_is_paid_after_its_import() -> None:
    """A day and a month that changed places; a day of grace, as clocks differ."""
    now = datetime(2026, 11, 30, 20, tzinfo=CHINA)
    rows = rows_of([HEAD, row("A", paid="2026-12-01 19:59:59"), row("B", paid="2026-12-11 08:00")])
    columns = places(HEAD, mapping("kuaituantuan", {}))
    soon, late = drafts(HEAD, rows[1:], columns, now=now)
    assert (soon.reason, soon.paid_at) == (None, datetime(2026, 12, 1, 19, 59, 59, tzinfo=CHINA))
    assert late.reason == RefusalReason(code="paid_ahead", facts={"value": "2026-12-11 08:00"})
    assert (late.number, late.rows, late.buyer) == ("B", (3,), None)


def test_an_empty_state_beside_those_of_others_is_not_guessed() -> None:
    """... also where the file knows no time of payment."""
    at = HEAD.index("支付时间")
    table = [HEAD, row("A"), row("B", status="")]
    good, bad = read([cells[:at] + cells[at + 1 :] for cells in table])
    assert (good.reason, bad.reason and bad.reason.code) == (None, "no_status")


def test_a_number_that_excel_lost_is_refused_row_by_row() -> None:
    lost = [row("1.23457E+17"), row("1.23457E+17")]
    assert [draft.reason and draft.reason.code for draft in read([HEAD, *lost])] == [
        "number_lost"
    ] * 2
    rounded = [row("123456789012345000"), row("123456789012346000")]
    assert [draft.reason and draft.reason.code for draft in read([HEAD, *rounded])] == [
        "number_lost"
    ] * 2


def test_rows_of_an_order_must_not_disagree() -> None:
    for changed in ({"name": "李四"}, {"phone": "13800000001"}, {"place": "上海市静安区一路"}):
        [draft] = read([HEAD, row("A"), row("A", "梨", **changed)])
        assert draft.reason is not None
        assert draft.reason.code == "contradiction"
        assert draft.reason.facts["what"] in FACTS


def test_a_refunded_row_leaves_the_rest_of_its_order() -> None:
    [draft] = read([HEAD, row("A"), row("A", "梨", refund="退款成功")])
    assert [line.item for line in draft.lines] == ["蛋"]
    assert draft.total_fen == 3000


def test_what_a_part_cost_is_not_guessed() -> None:
    head = [*HEAD[:4], "订单实付金额", *HEAD[5:]]
    [draft] = read([head, row("A"), row("A", "梨", refund="退款成功")])
    assert draft.reason == RefusalReason(code="part_amount")


def test_freight_and_discounts_are_shared_by_what_the_items_cost() -> None:
    head = [*HEAD, "订单实付金额"]
    [draft] = read([head, [*row("A"), "25.01"], [*row("A", "梨", amount="10.00"), "25.01"]])
    assert draft.total_fen == 2501
    assert sorted(line.amount_fen or 0 for line in draft.lines) == [625, 1876]


# --- items and offers -----------------------------------------------------------------------------


def test_an_item_is_its_title_and_variant() -> None:
    line = DraftLine(item="蛋 10 枚", sku="大", quantity=2, amount_fen=100)
    draft = Draft(number="A", rows=(1,), lines=(line,))
    rule = ItemRule(title="蛋10枚", sku="大", offer_id="o", packs=3)
    assert wanted(draft, {rule.key: rule}) == [("o", 6, 100)]
    other = ItemRule(title="蛋10枚", sku="小", offer_id="o")
    unmapped = wanted(draft, {other.key: other})
    assert isinstance(unmapped, RefusalReason)
    assert unmapped.code == "item_unmapped"
    assert item_key("ＡＢ", "") == item_key("ab", "")


def test_a_buyer_is_shown_masked() -> None:
    assert (seen_name("张三丰"), seen_name("张")) == ("张**", "张*")


def test_reasons_have_both_languages() -> None:
    assert all(chinese and english for chinese, english in REASONS.values())


@pytest.mark.parametrize("number", ["无", "暂无", "无订单号", "0", "-", "（空）", "未知"])
def test_a_word_for_nothing_is_no_orders_number(number: str) -> None:
    good, bad = read([HEAD, row("1001"), row(number, name="李四", phone="13800000001")])
    assert (good.number, good.reason, good.rows) == ("1001", None, (2,))
    assert bad.reason is not None
    assert (bad.reason.code, bad.rows) == ("number", (3,))


@pytest.mark.parametrize("number", ["null", "undefined", ""])
def test_a_row_without_number_for_another_receiver_takes_no_order_with_it(number: str) -> None:
    good, bad = read([HEAD, row("1001"), row(number, name="李四", phone="13800000001")])
    assert (good.reason, good.rows) == (None, (2,))
    assert bad.reason is not None
    assert (bad.reason.code, bad.rows) == ("no_number", (3,))


def test_headings_are_known_with_what_a_template_writes_around_them() -> None:
    marked = [f"*{title}（必填）" for title in HEAD]
    [draft] = read([marked, row("1001")])
    assert draft.reason is None
