"""Days of the books as county and shops see them: whose they are, what mends itself, when a month
closes. The days here are today's, looked at later, as only then their bills are there."""

import io
import time as clock
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.book_months import Reopening, days_of
from chalicelib.domain.charges import number_of, order_in
from chalicelib.domain.day_books import NewOutside
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.fields import CHINA, china_date
from chalicelib.pages.drawing.workbooks import XLSX
from chalicelib.providers import BillRow
from chalicelib.repositories.books import day_item, month_item
from chalicelib.services import book_months, charges, reconciliations
from chalicelib.services.reconciliations import Reconciled, reconcile_days
from tests.provider import KEY_ID, MCHID, FakeProvider, enter_merchant, fee_of, paid_by
from tests.world import World, new_id, ok, refused

OTHER = {"mchid": "1900000002", "public_key_id": "PUB_KEY_ID_OTHER0000000001"}


def today() -> date:
    return china_date(datetime.now(UTC))


def morning(days: int = 1) -> datetime:
    """10:20 in China, so many days on."""
    return datetime.combine(today() + timedelta(days=days), time(10, 20), CHINA).astimezone(UTC)


def county(now: datetime | None = None) -> Call:
    return Call(Actor(id="county", role="county"), now or morning())


def seller(shop_id: str) -> Call:
    return Call(Actor(id="seller", role="seller", shop_id=shop_id), morning())


def reconciled(call: Call, day: date | None = None) -> Reconciled:
    return reconciliations.reconcile(call, "wechatpay", str(day or today()))[0]


def kinds(outcome: Reconciled) -> list[str]:
    return [difference.kind for difference, _ in outcome.differences]


def refund(world: World, number: str, fen: int = 100) -> str:
    """The number of a refund that the provider has taken."""
    order_id = order_in(number)
    path = f"/v1/orders/{order_id}/refunds/{new_id()}"
    answer = ok(world.seller.put(path, {"amount_fen": fen, "reason": "坏了"}), 201)
    out_refund_no: str = answer["out_refund_no"]
    return out_refund_no


# --- whose it is ---------------------------------------------------------------------------------


def test_shops_of_one_merchant_see_their_own(world: World, provider: FakeProvider) -> None:
    """The bill is fetched once for both, and what is nobody's is for the county to look at."""
    enter_merchant(world, world.other_shop_id)
    mine = paid_by(provider, world)
    foreign = BillRow("payment", "SOMEBODY0001", None, 500, 3, "succeeded", datetime.now(UTC))
    provider.falsified = lambda rows: [foreign]  # and mine is not in it
    assert kinds(reconciled(county())) == ["not_ours", "not_theirs"]
    assert provider.asked["bill"] == 1
    own = reconciled(seller(world.shop_id))
    assert [d.out_trade_no for d, _ in own.differences] == [mine]
    assert {sums.shop_id for sums in own.sums} == {world.shop_id}
    assert kinds(reconciled(seller(world.other_shop_id))) == []


def test_a_shop_that_is_alone_sees_what_is_nobodys(world: World, provider: FakeProvider) -> None:
    foreign = BillRow("payment", "SOMEBODY0001", None, 500, 3, "succeeded", datetime.now(UTC))
    provider.falsified = lambda rows: [foreign]
    assert kinds(reconciled(seller(world.shop_id))) == ["not_ours"]
    with pytest.raises(Refusal, match="no_merchant"):
        reconciled(seller(world.other_shop_id))


def test_a_merchant_that_a_shop_had_until_today_is_looked_at_too(
    world: World, provider: FakeProvider
) -> None:
    paid_by(provider, world)
    enter_merchant(world, **OTHER)
    outcome = reconciled(county())
    assert sorted(book.mchid for book in outcome.books) == [MCHID, OTHER["mchid"]]
    assert kinds(outcome) == []
    assert sum(sums.matched for sums in outcome.sums) == 1


# --- what mends itself ---------------------------------------------------------------------------


def test_a_refund_nobody_told_of_is_asked_about(world: World, provider: FakeProvider) -> None:
    number = paid_by(provider, world)
    returned = refund(world, number)
    provider.give_back(returned)
    outcome = reconciled(county())
    assert kinds(outcome) == []
    (sums,) = outcome.sums
    assert (sums.matched, sums.refunded_fen, sums.waiting) == (2, 100, 0)
    assert sums.fee_fen == fee_of(sums.received_fen) - fee_of(100)


def test_a_refund_under_way_waits_and_is_looked_at_again(
    world: World, provider: FakeProvider
) -> None:
    number = paid_by(provider, world)
    returned = refund(world, number)
    assert reconcile_days(morning()) == 1, "it is not done"
    provider.give_back(returned)
    charges.ask_payments(morning(2))
    assert reconcile_days(morning(2)) == 0


def test_an_unanswered_refund_that_the_provider_booked_the_day_before_is_no_difference(
    world: World, provider: FakeProvider
) -> None:
    """It was taken at 23:59, and we heard of it the next day."""
    number = paid_by(provider, world)
    provider.deaf.add("refund")
    out_refund_no = refund(world, number)
    provider.deaf.clear()
    charges.ask_payments(morning())
    provider.give_back(out_refund_no)
    charges.ask_payments(morning() + timedelta(hours=1))
    tomorrow = today() + timedelta(days=1)
    assert kinds(reconciled(county(morning(2)), tomorrow)) == []
    assert kinds(reconciled(county(morning(2)))) == []
    assert provider.asked["bill"] == 3, "the bill of the day before was looked into"


def test_what_may_be_in_the_next_bill_waits_for_it(world: World, provider: FakeProvider) -> None:
    """Paid a second before midnight, and booked a second after it."""
    last = datetime.combine(today(), time(23, 59, 59), CHINA).astimezone(UTC)
    known = provider.charges[paid_at(provider, world, last)]
    known.report = replace(known.report, at=last + timedelta(seconds=2))
    outcome = reconciled(county())
    assert kinds(outcome) == []
    assert sum(sums.waiting for sums in outcome.sums) == 1
    outcome = reconciled(county(morning(2)))
    assert (kinds(outcome), sum(sums.waiting for sums in outcome.sums)) == ([], 0)


def paid_at(provider: FakeProvider, world: World, at: datetime) -> str:
    """The number of a payment that the provider says came then."""
    order = world.order(world.offer())
    path = f"/v1/orders/{order['id']}/pay?key={order['access_key']}"
    number: str = ok(world.nobody.post(path, {"provider": "wechatpay", "way": "h5"}))[
        "out_trade_no"
    ]
    provider.pay(number)
    provider.charges[number].report = replace(provider.charges[number].report, at=at)
    ok(provider.notify(world.nobody, provider.charges[number].report))
    return number


# --- when ----------------------------------------------------------------------------------------


def test_a_bill_is_there_from_ten_of_the_next_day_on(world: World, provider: FakeProvider) -> None:
    path = f"/v1/reconciliations/wechatpay/{today()}"
    problem = refused(world.county.put(path, {}), 409, "bill_not_yet")
    assert problem["at"] == f"{today() + timedelta(days=1)} 10:00"
    tomorrow = str(today() + timedelta(days=1))
    refused(world.county.put(f"/v1/reconciliations/wechatpay/{tomorrow}", {}), 422, "invalid")
    assert not provider.asked["bill"], "nobody outside is asked in vain"


def test_a_bill_that_is_late_says_when_to_try(world: World, provider: FakeProvider) -> None:
    provider.unready.add(today())
    with pytest.raises(Refusal) as refusal:
        reconciled(county())
    assert refusal.value.facts["at"].endswith("10:50")


@pytest.mark.parametrize("wrong", ["alipay", "WECHATPAY", "wechatpay "])
def test_only_known_providers_have_bills(world: World, wrong: str) -> None:
    with pytest.raises(Invalid):
        reconciliations.reconcile(county(), wrong, str(today()))


# --- the clock -----------------------------------------------------------------------------------


def test_each_morning_the_clock_fetches_what_is_not_done(
    world: World, provider: FakeProvider
) -> None:
    paid_by(provider, world)
    assert reconcile_days(morning()) == 0
    asked = provider.asked["bill"]
    assert reconcile_days(morning() + timedelta(hours=1)) == 0
    assert provider.asked["bill"] == asked, "once is enough"
    item = day_item("wechatpay", MCHID, today())
    assert item is not None
    assert item.doc.sums[0].matched == 1


def test_a_merchant_that_does_not_answer_stops_no_other(
    world: World, provider: FakeProvider
) -> None:
    enter_merchant(world, world.other_shop_id, **OTHER)
    provider.refuses["bill"] = "NO_AUTH"
    assert reconcile_days(morning()) == 2
    provider.refuses.clear()
    bills = provider.bill

    def of_one(merchant: object, day: date) -> Iterator[BillRow]:
        if getattr(merchant, "mchid", "") == MCHID:
            provider.away.add("bill")
        try:
            return bills(merchant, day)  # type: ignore[arg-type]
        finally:
            provider.away.clear()

    provider.bill = of_one  # type: ignore[method-assign]
    assert reconcile_days(morning() + timedelta(minutes=30)) == 1
    item = day_item("wechatpay", MCHID, today())
    assert item is not None
    assert item.doc.failure == "away"
    provider.bill = bills  # type: ignore[method-assign]
    assert reconcile_days(morning() + timedelta(minutes=60)) == 0


# --- months --------------------------------------------------------------------------------------


def after_month() -> datetime:
    last = days_of(f"{today():%Y-%m}")[-1]
    return datetime.combine(last + timedelta(days=1), time(11), CHINA).astimezone(UTC)


def month() -> str:
    return f"{today():%Y-%m}"


def all_days(provider: FakeProvider) -> None:
    now = after_month()
    for day in days_of(month()):
        if day >= today():
            reconciled(county(now), day)


def test_a_month_closes_once_nothing_differs(world: World, provider: FakeProvider) -> None:
    number = paid_by(provider, world)
    with pytest.raises(Refusal, match="month_not_over"):
        book_months.close(county(), "wechatpay", month())
    now = county(after_month())
    reconciled(now)
    if today() != days_of(month())[-1]:
        with pytest.raises(Refusal, match="month_not_done"):
            book_months.close(now, "wechatpay", month())
    all_days(provider)
    closed = book_months.close(now, "wechatpay", month())
    (totals,) = closed.totals
    fen = provider.charges[number].report.amount_fen or 0
    assert (totals.shop_id, totals.received_fen) == (world.shop_id, fen)
    assert totals.net_fen == fen - fee_of(fen)
    with pytest.raises(Refusal, match="month_closed"):
        reconciled(now)
    with pytest.raises(Refusal, match="not_allowed_now"):
        book_months.close(now, "wechatpay", month())
    assert reconcile_days(after_month()) == 0
    book_months.reopen(now, "wechatpay", month(), Reopening(why="补一笔"))
    reconciled(now)
    shown = book_months.view(now, "wechatpay", month())
    assert [(change.old, change.new, change.why) for change in shown.history] == [
        ("closed", "open", "补一笔"),
        ("open", "closed", ""),
    ]


def test_what_differs_keeps_a_month_open_until_somebody_says_what_became_of_it(
    world: World, provider: FakeProvider
) -> None:
    number = paid_by(provider, world)
    provider.falsified = lambda rows: [replace(row, amount_fen=row.amount_fen + 1) for row in rows]
    all_days(provider)
    now = county(after_month())
    with pytest.raises(Refusal, match="month_not_done") as refusal:
        book_months.close(now, "wechatpay", month())
    assert refusal.value.facts["numbers"] == f"{today():%m-%d}"
    note = NewOutside(note="商户平台退了 1 分")
    with pytest.raises(Refusal, match="not_found"):
        reconciliations.note(now, "wechatpay", str(today()), "another", note)
    outcome, is_new = reconciliations.note(now, "wechatpay", str(today()), number, note)
    assert is_new
    ((_, settled),) = outcome.differences
    assert settled is not None
    assert settled.note == note.note
    reconciled(now)
    assert book_months.close(now, "wechatpay", month()).state == "closed"


def test_a_note_is_of_what_differed_then(world: World, provider: FakeProvider) -> None:
    number = paid_by(provider, world)
    provider.falsified = lambda rows: [replace(row, amount_fen=row.amount_fen + 1) for row in rows]
    reconciled(county())
    body = NewOutside(note="退了 1 分")
    reconciliations.note(county(), "wechatpay", str(today()), number, body)
    provider.falsified = lambda rows: [replace(row, amount_fen=row.amount_fen + 9) for row in rows]
    ((_, settled),) = reconciled(county()).differences
    assert settled is None


def test_a_day_without_a_bill_for_good_can_be_noted_by_the_county(
    world: World, provider: FakeProvider
) -> None:
    provider.refuses["bill"] = "NO_AUTH"
    with pytest.raises(Refusal, match="bill_refused"):
        reconciled(county())
    body = NewOutside(note="商户已注销，按银行流水核过")
    with pytest.raises(Refusal, match="not_found"):
        reconciliations.note(seller(world.shop_id), "wechatpay", str(today()), "bill", body)
    reconciliations.note(county(), "wechatpay", str(today()), "bill", body)
    item = day_item("wechatpay", MCHID, today())
    assert item is not None
    assert item.doc.is_done


def test_a_day_that_is_written_while_its_month_closes_stops_the_close(
    world: World, provider: FakeProvider
) -> None:
    """It is looked at again, and what has changed meanwhile counts."""
    paid_by(provider, world)
    all_days(provider)
    provider.falsified = lambda rows: []
    real = book_months._days
    raced: list[Reconciled] = []

    def slow(*args: object) -> object:
        days = real(*args)  # type: ignore[arg-type]
        if not raced:
            raced.append(reconciled(county(after_month())))
        return days

    book_months._days = slow  # type: ignore[assignment]
    try:
        with pytest.raises(Refusal, match="month_not_done"):
            book_months.close(county(after_month()), "wechatpay", month())
    finally:
        book_months._days = real
    item = month_item("wechatpay", month())
    assert item is not None
    assert item.doc.state == "open"


def test_a_seller_may_not_close_and_sees_only_own_totals(
    world: World, provider: FakeProvider
) -> None:
    enter_merchant(world, world.other_shop_id)
    paid_by(provider, world)
    reconciled(county())
    path = f"/v1/months/wechatpay/{month()}"
    assert ok(world.other_seller.get(path))["totals"] == []
    (totals,) = ok(world.seller.get(path))["totals"]
    assert totals["shop_id"] == world.shop_id
    refused(world.seller.post(f"{path}/close"), 403, "forbidden")
    refused(world.county.post(f"{path}/close"), 409, "month_not_over")
    refused(world.county.get("/v1/months/wechatpay/2026-13"), 422, "invalid")
    assert KEY_ID not in str(ok(world.county.get(path)))


# --- files and sizes -----------------------------------------------------------------------------


def test_a_day_and_a_month_come_as_workbooks(world: World, provider: FakeProvider) -> None:
    number = paid_by(provider, world)
    reconciled(county())
    visitor = {"Accept": "*/*"}
    for path in (f"books/{today()}/bill.xlsx", f"books.xlsx?month={month()}"):
        answer = world.seller.call("GET", f"/seller/{path}", headers=visitor)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == XLSX
        book = load_workbook(io.BytesIO(answer.content))
        received: Any = book["合计"]["B2"]
        fen = provider.charges[number].report.amount_fen or 0
        assert round(received.value * 100) == fen
        assert received.number_format == "#,##0.00"


def test_a_bill_of_ten_thousand_rows_is_compared_in_time(
    world: World, provider: FakeProvider
) -> None:
    number = paid_by(provider, world)
    rows = [
        BillRow("payment", number_of(new_id(), 0), None, 100, 1, "succeeded", datetime.now(UTC))
        for _ in range(10_000)
    ]
    provider.falsified = lambda own: [*own, *rows]
    tracemalloc.start()
    began = clock.monotonic()
    (book,) = reconciled(county()).books
    took, (_, peak) = clock.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sums.matched for sums in book.sums) == 1
    assert (len(book.differences), book.left_out) == (500, 9_500)
    assert peak < 100 << 20
    assert took < 60, number
