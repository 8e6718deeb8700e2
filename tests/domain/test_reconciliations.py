"""Whatever a bill gets wrong is found, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.book_refusals import advice
from chalicelib.domain.day_books import (
    KINDS,
    DayBook,
    Difference,
    SettledOutside,
    ShopSums,
    ends,
    is_due,
    last_days,
    read_day,
    refuse_before_ready,
)
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.reconciliations import Key, Ours, compared, joined, other_days

DAY = date(2026, 11, 3)
NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    kind: Literal["payment", "refund"]
    number: str
    refund_number: str | None
    amount_fen: int
    fee_fen: int
    state: str


@dataclass(frozen=True)
class Case:
    """What we know of a number, and the row that a right bill has of it; None: it has none."""

    key: Key
    ours: Ours
    row: Row | None


def _payment(n: int, fen: int, shop: str, *, is_received: bool = True) -> Case:
    number = f"P{n}"
    ours = Ours(
        "payment",
        number,
        fen if is_received else 0,
        "received" if is_received else "unpaid",
        shop,
        f"order {n}",
        NOON,
        NOON,
        NOON,
    )
    fee = (fen * 6 + 500) // 1000
    row = Row("payment", number, None, fen, fee, "succeeded") if is_received else None
    return Case(Key("payment", number), ours, row)


# how we know a refund, and how a bill of its day may tell it
_TOLD = [
    ("returned", "returned"),
    ("returned", "processing"),
    ("requested", "processing"),
    ("requested", "abnormal"),  # asked for once more since
    ("failed", "processing"),
    ("failed", "abnormal"),
    ("failed", None),
    ("not_taken", None),
    ("former", "abnormal"),
    ("former", None),
]


def _refund(n: int, fen: int, shop: str, how: tuple[str, str | None]) -> Case:
    state, booked_as = how
    number, charge = f"R{n}", f"C{n}"
    ours = Ours("refund", charge, fen, state, shop, f"order {n}", NOON, NOON, NOON)  # type: ignore[arg-type]
    row = Row("refund", charge, number, fen, -(fen * 6 // 1000), booked_as) if booked_as else None
    return Case(Key("refund", number), ours, row)


@st.composite
def days(draw: st.DrawFn) -> list[Case]:
    fen = st.integers(1, 10**9)
    shop = st.sampled_from(["a", "b", "c"])
    cases = []
    for n in range(draw(st.integers(0, 12))):
        if draw(st.booleans()):
            cases.append(_payment(n, draw(fen), draw(shop), is_received=draw(st.booleans())))
        else:
            cases.append(_refund(n, draw(fen), draw(shop), draw(st.sampled_from(_TOLD))))
    return cases


def _taken_out(row: Row, case: Case) -> list[Row]:
    return []


def _more(row: Row, case: Case) -> list[Row]:
    return [replace(row, amount_fen=row.amount_fen + 1)]


def _twice(row: Row, case: Case) -> list[Row]:
    return [row, row]


def _otherwise(row: Row, case: Case) -> list[Row]:
    """The one state that cannot be true beside what we know."""
    if row.kind == "payment":
        return [replace(row, state="closed")]
    return [replace(row, state="abnormal" if case.ours.state == "returned" else "returned")]


def _renamed(row: Row, case: Case) -> list[Row]:
    if row.refund_number:
        return [replace(row, refund_number=f"X{row.refund_number}")]
    return [replace(row, number=f"X{row.number}")]


CORRUPTIONS: list[Callable[[Row, Case], list[Row]]] = [
    _taken_out,
    _more,
    _twice,
    _otherwise,
    _renamed,
]


def _expected_of(case: Case, corruption: Callable[[Row, Case], list[Row]]) -> list[str]:
    """Which kinds it makes."""
    must_be_there = case.ours.state in {"received", "returned", "requested"}
    lacks = ["not_theirs"] if must_be_there else []
    if corruption is _taken_out:
        return lacks
    if corruption is _renamed:
        return ["not_ours", *lacks]
    if corruption is _otherwise:
        return ["state"]
    return [] if case.ours.state == "former" else ["amount"]


def _compare(cases: list[Case], rows: list[Row]) -> tuple[tuple[ShopSums, ...], list[Difference]]:
    ours = {case.key: case.ours for case in cases}
    result = compared(joined(rows), ours, list(ours), ends(DAY))
    return result.sums, list(result.differences)


@given(days())
def test_a_right_bill_differs_in_nothing(cases: list[Case]) -> None:
    rows = [case.row for case in cases if case.row]
    sums, differences = _compare(cases, rows)
    assert differences == []
    assert sum(shop.matched + shop.waiting for shop in sums) == len(rows)
    assert sum(shop.fee_fen for shop in sums) == sum(row.fee_fen for row in rows)
    received = sum(row.amount_fen for row in rows if row.kind == "payment")
    assert sum(shop.received_fen for shop in sums) == received
    for shop in sums:
        own = [case for case in cases if case.ours.shop_id == shop.shop_id and case.row]
        refunded = sum(
            case.ours.amount_fen
            for case in own
            if case.ours.what == "refund" and case.ours.state in {"returned", "requested"}
        )
        assert shop.refunded_fen == refunded


@given(days(), st.data())
def test_exactly_what_was_corrupted_is_found(cases: list[Case], data: st.DataObject) -> None:
    rows: list[Row] = []
    wanted: list[tuple[str, str]] = []
    for case in cases:
        if case.row is None:
            continue
        corruption = data.draw(st.none() | st.sampled_from(CORRUPTIONS))
        if corruption is None:
            rows.append(case.row)
            continue
        rows += corruption(case.row, case)
        for kind in _expected_of(case, corruption):
            wanted.append((kind, f"X{case.key.number}" if kind == "not_ours" else case.key.number))
    data.draw(st.randoms()).shuffle(rows)
    sums, differences = _compare(cases, rows)
    assert sorted((d.kind, d.number) for d in differences) == sorted(wanted)
    assert sum(shop.differing for shop in sums) == len(wanted)
    for difference in differences:
        sides = {"not_ours": (True, False), "not_theirs": (False, True)}
        assert (difference.ours_fen is None, difference.theirs_fen is None) == sides.get(
            difference.kind, (False, False)
        )
        assert all(advice(difference))


def test_the_bill_of_a_merchant_that_is_used_elsewhere_is_nobodys() -> None:
    row = Row("payment", "else", None, 500, 3, "succeeded")
    result = compared(joined([row]), {}, [], ends(DAY))
    (sums,) = result.sums
    assert (sums.shop_id, sums.received_fen, sums.net_fen) == (None, 500, 497)


def test_a_refund_that_was_set_right_after_its_day_agrees_with_a_bill_that_calls_it_failed() -> (
    None
):
    case = _refund(1, 500, "a", ("returned", "abnormal"))
    assert [d.kind for d in _compare([case], [case.row])[1]] == ["state"]  # type: ignore[list-item]
    late = replace(case, ours=replace(case.ours, at=ends(DAY)))
    sums, differences = _compare([late], [case.row])  # type: ignore[list-item]
    assert differences == []
    assert sums[0].refunded_fen == 500


def test_a_number_that_was_given_up_and_paid_out_is_found() -> None:
    """Its refund has another number now: the buyer may have been paid twice."""
    case = _refund(1, 500, "a", ("former", "returned"))
    assert [d.kind for d in _compare([case], [case.row])[1]] == ["state"]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("since", "heard", "days_beside"),
    [
        # clock times in UTC: the day in China ends at 16:00
        ("15:59:59", "15:59:59", {4}),
        ("12:00:00", "12:00:00", set()),
        ("16:00:01", "16:00:01", set()),
    ],
)
def test_around_midnight_the_bill_beside_is_looked_into(
    since: str, heard: str, days_beside: set[int]
) -> None:
    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-03T{clock}+00:00")

    ours = replace(_payment(1, 5, "a").ours, since=at(since), heard=at(heard))
    day = DAY if since < "16" else DAY + timedelta(days=1)
    wanted = {date(2026, 11, n) for n in days_beside} or ({DAY} if day != DAY else set())
    assert other_days(ours, day) == wanted


def test_a_refund_that_was_heard_of_late_is_looked_for_where_it_was_asked_for() -> None:
    ours = replace(_refund(1, 5, "a", ("returned", "returned")).ours, since=NOON)
    heard = replace(ours, heard=NOON + timedelta(days=3))
    assert other_days(heard, DAY + timedelta(days=3)) == {DAY, DAY + timedelta(days=2)}


def test_what_lies_in_another_bill_or_may_is_no_difference() -> None:
    cases = [_payment(n, 100, "a") for n in range(3)]
    ours = {case.key: case.ours for case in cases}
    keys = list(ours)
    result = compared({}, ours, keys, ends(DAY), elsewhere=keys[:1], later=keys[1:2])
    assert [d.number for d in result.differences] == ["P2"]
    assert result.sums[0].waiting == 1


# --- days ----------------------------------------------------------------------------------------


def _book(**fields: object) -> DayBook:
    given: dict[str, object] = {
        "provider": "wechatpay",
        "mchid": "1900000001",
        "day": DAY,
        "made_at": ends(DAY) + timedelta(hours=11),
        "shops": ("a", "b"),
        **fields,
    }
    return DayBook.model_validate(given)


def test_a_shop_sees_its_own_and_what_is_nobodys_only_where_it_is_alone() -> None:
    sums = tuple(ShopSums(shop_id=shop, matched=1, differing=1) for shop in (None, "a", "b"))
    differences = tuple(
        Difference(kind="not_ours", out_trade_no=str(shop), shop_id=shop)
        for shop in (None, "a", "b")
    )
    book = _book(sums=sums, differences=differences)
    assert [d.shop_id for d in book.of_shop("a").differences] == ["a"]
    alone = _book(sums=sums[:2], differences=differences[:2], shops=("a",))
    assert {d.shop_id for d in alone.of_shop("a").differences} == {None, "a"}


def test_a_day_is_done_once_nothing_is_open_or_somebody_said_why() -> None:
    assert _book().is_done
    assert not _book(failure="away").is_done
    assert not _book(made_at=ends(DAY) - timedelta(seconds=1)).is_done
    assert not _book(sums=(ShopSums(shop_id="a", waiting=1),)).is_done
    differing = {
        "sums": (ShopSums(shop_id="a", differing=1),),
        "differences": (Difference(kind="amount", out_trade_no="P", ours_fen=1, theirs_fen=2),),
    }
    assert not _book(**differing).is_done
    settled = SettledOutside(kind="amount", ours_fen=1, theirs_fen=2, note="退了", by="x", at=NOON)
    assert _book(**differing, notes={"P": settled}).is_done
    other = settled.model_copy(update={"theirs_fen": 3})
    assert not _book(**differing, notes={"P": other}).is_done, "it differs in another way now"


def test_the_clock_looks_again_each_morning_while_something_is_open() -> None:
    morning = datetime(2026, 11, 5, 2, 15, tzinfo=UTC)  # 10:15 in China
    assert last_days(morning)[0] == DAY + timedelta(days=1)
    assert last_days(morning - timedelta(seconds=1))[0] == DAY
    assert is_due(None, morning)
    assert is_due(_book(failure="away", made_at=morning), morning)
    open_book = _book(sums=(ShopSums(shop_id="a", waiting=1),))
    assert is_due(open_book, morning)
    assert not is_due(open_book.model_copy(update={"made_at": morning}), morning)
    assert not is_due(_book(), morning)


@pytest.mark.parametrize(
    ("day", "is_good"),
    [
        ("2026-11-03", True),
        ("2026-11-04", False),
        ("2026-08-03", True),
        ("2026-08-02", False),
        ("2026-11-3", False),
        ("20261103", False),
        ("2026-W45-2", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_a_bill_is_of_the_last_three_months(day: str, is_good: bool) -> None:
    if is_good:
        assert str(read_day(day, NOON)) == day
    else:
        with pytest.raises(Invalid):
            read_day(day, NOON)


def test_before_ten_of_the_next_day_it_says_when() -> None:
    ready = datetime(2026, 11, 4, 2, tzinfo=UTC)
    refuse_before_ready(DAY, ready)
    with pytest.raises(Refusal) as refusal:
        refuse_before_ready(DAY, ready - timedelta(seconds=1))
    assert refusal.value.facts["at"] == "2026-11-04 10:00"


def test_differences_are_told_by_kind() -> None:
    cases = [_payment(n, 100, "a") for n in (1, 2)]
    foreign = Row("payment", "x", None, 5, 0, "succeeded")
    other = Row("payment", "P2", None, 7, 0, "succeeded")
    kinds = [d.kind for d in _compare(cases, [other, foreign])[1]]
    assert kinds == sorted(kinds, key=KINDS.index) == ["not_ours", "not_theirs", "amount"]
