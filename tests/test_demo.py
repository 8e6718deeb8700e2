"""The demo tells the story of MISSION.md, loads fast, and survives being killed.

All tests look at one load, which was killed again and again in the middle of its writes.
"""

import importlib
import json
import re
import stat
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from chalicelib.config import settings
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.accounts import Credentials
from chalicelib.domain.fields import china_date
from chalicelib.domain.lifecycle import COMPLAINT, OFFER, ORDER, PARCEL
from chalicelib.repositories import connection, store, tables
from chalicelib.services import (
    accounts,
    complaints,
    customers,
    inspections,
    offers,
    orders,
    traces,
)
from infra import demo
from infra.demo.accounts import CAST
from infra.demo.acts import BY_THEMSELVES
from infra.demo.cases import all_cases
from infra.demo.catalogue import SHOP
from infra.demo.clock import TenDays, uid
from infra.demo.harvest import all_lots
from infra.demo.offers import all_offers
from infra.demo.sales import all_sales
from infra.engine import Engine
from infra.sandbox import FOLDER, Sandbox
from infra.server import HOST, Server
from tests.books import Books
from tests.paying_clients import check_money
from tests.world import drop_table

JIN = 500
TILL = settings().data / "till"
NOW = datetime.now(UTC)
KILLED_AFTER = (30, 90, 400, 401, 900, 1400, 2200, 2900, 3300)
"""Requests to the store, counted over all tries."""


class PowerCutError(BaseException):
    """Nobody catches it, like a kill."""


@dataclass
class Stored:
    """Everything in the table, by kind; `raw` by key, to compare."""

    raw: dict[tuple[str, str], Any] = field(default_factory=dict)
    docs: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))


def stored() -> Stored:
    contents = Stored()
    start: dict[str, Any] = {}
    while True:
        page = store.call("Scan", TableName=settings().table, **start)
        for raw in page["Items"]:
            item = tables.item_of(raw)
            assert item is not None
            contents.raw[item.key] = raw
            contents.docs[raw["kind"]["S"]].append(getattr(item, "doc", item))
        if "LastEvaluatedKey" not in page:
            return contents
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def nothing(done: int, total: int) -> None:
    """No bar."""


@pytest.fixture(scope="module")
def till(engine: Engine) -> Iterator[Sandbox]:
    """A sandbox that nobody else is paid by, on a port of its own, as `make run` has it."""
    server = Server(HOST, 0)
    sandbox = Sandbox(TILL / FOLDER, f"http://{HOST}:{server.port}")
    with server.running(importlib.import_module("app").app, beside=sandbox.answer):
        yield sandbox


@pytest.fixture(scope="module")
def requests(till: Sandbox) -> int:
    """The load, killed after some requests; how many all its tries made."""
    connection.create_table()  # there is none to drop in a fresh engine
    drop_table()
    connection.create_table()
    real, count, kills = store.call, 0, list(KILLED_AFTER)

    def call(operation: str, **parameters: Any) -> dict[str, Any]:
        nonlocal count
        answer = real(operation, **parameters)
        count += 1
        if kills and count >= kills[0]:
            kills.pop(0)
            raise PowerCutError  # what was written is written; who wrote it never learns of it
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "call", call)
        for later in range(len(KILLED_AFTER) + 1):
            try:
                demo.load(nothing, till, NOW + timedelta(hours=later))
                break
            except PowerCutError:
                continue
    assert not kills, "it was killed as often as it should be"
    return count


@pytest.fixture(scope="module")
def story(requests: int) -> Stored:
    return stored()


def named(story: Stored, kind: str, name: str) -> Any:
    return next(record for record in story.docs[kind] if record.id == uid(name))


def sold(story: Stored, offer: str) -> int:
    """In the product's unit, over all orders that were paid and not called off."""
    return sum(
        line.packs * line.pack_quantity
        for order in story.docs["order"]
        if order.state in {"paid", "packed", "shipped", "delivered"}
        for line in order.lines
        if line.offer_id == uid(f"offer/{offer}")
    )


def codes(story: Stored) -> dict[str, str]:
    """The trace links by the last part of their label."""
    links = json.loads((settings().data / "demo-links.json").read_text(encoding="utf-8"))
    return {link["label"]: link["path"].removeprefix("/t/") for link in links["trace"]}


def traced(story: Stored, label: str) -> Any:
    return traces.trace(next(code for shown, code in codes(story).items() if label in shown))


def test_it_makes_few_requests(requests: int) -> None:
    """A few milliseconds each: under 20 seconds on a small machine, kills and repeats included."""
    assert requests < 12_000


def test_who_ordered_for_themselves_paid_by_the_provider(story: Stored) -> None:
    """And what they got back has arrived: what stands here is what the provider's bills say."""
    paid = [order for order in story.docs["order"] if order.paid_at]
    for order in paid:
        by_themselves = order.channel in BY_THEMSELVES and order.replaces is None
        assert (order.paid_by_charge is not None) == by_themselves
    refunds = [refund for refund in story.docs["refund"] if refund.charge_id]
    assert {refund.money for refund in refunds} == {"returned"}
    assert all(refund.at < refund.returned_at <= datetime.now(UTC) for refund in refunds)
    received = check_money(Books(story.raw.values()), TILL)
    through = [order.paid_fen for order in paid if order.paid_by_charge]
    assert received == sum(through) > 0


def test_it_tells_of_its_progress_until_all_is_done(story: Stored, till: Sandbox) -> None:
    steps: list[tuple[int, int]] = []
    demo.load(lambda done, total: steps.append((done, total)), till)
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1] == len(steps) - 1


def test_loading_again_changes_nothing(story: Stored, till: Sandbox) -> None:
    demo.load(nothing, till, NOW + timedelta(days=3))
    assert stored().raw == story.raw


@pytest.mark.parametrize(
    ("offer", "quantity"),
    [
        ("huimin-mushroom", 20_000 * JIN),
        ("huimin-pear", 20_000 * JIN),
        ("huimin-egg", 15_000),
        ("huimin-pickle", 10_000),
        ("sanya-mango", 60_000 * JIN),
        ("qingyang-apple", 20_000 * JIN),
        ("xiangzhou-orah", 100_000 * JIN),
    ],
)
def test_a_stream_sold_what_the_reports_say(story: Stored, offer: str, quantity: int) -> None:
    sold_offer, packs_left = offers.offer(uid(f"offer/{offer}"))
    assert sold_offer.packs_total * sold_offer.pack_quantity == quantity
    assert packs_left == 0
    assert sold(story, offer) == quantity
    of_batches = [batch for batch in story.docs["batch"] if batch.id in sold_offer.batch_ids]
    assert sum(batch.quantity for batch in of_batches) == quantity
    assert all(batch.available_quantity == 0 for batch in of_batches)


def test_yongfu_sold_3200_tonnes(story: Stored) -> None:
    tonnes = sum(sold(story, f"yongfu-{back}") for back in (9, 7, 5, 3)) // 1_000_000
    assert tonnes == 3_200


def test_rongxi_is_sold_out_every_day_but_today(story: Stored) -> None:
    left = {back: offers.offer(uid(f"offer/rongxi-{back}"))[1] for back in range(10)}
    assert left.pop(0) > 0
    assert set(left.values()) == {0}


def test_mohe_sells_ten_yuan_sets_in_five_groups(story: Stored) -> None:
    groups = [order for order in story.docs["order"] if order.channel == "wechat_group"]
    assert {order.external_ref for order in groups} == {f"微信群 {n}" for n in range(1, 6)}
    assert {line.price_fen for order in groups for line in order.lines} == {1000}


def test_there_are_about_200_orders_from_every_channel_but_none_twice(story: Stored) -> None:
    placed = story.docs["order"]
    assert 190 <= len(placed) <= 210
    assert {order.channel for order in placed} == {
        "direct",
        "livestream",
        "wechat_group",
        "storefront",
        "platform",
        "same_city",
        "bulk",
    }
    assert all(len(order.parcels) <= 1 for order in placed)
    on_the_books = {code for order in placed for code in order.parcels}
    assert {parcel.code for parcel in story.docs["parcel"]} == on_the_books
    span = max(order.created_at for order in placed) - min(order.created_at for order in placed)
    assert timedelta(days=8) < span < timedelta(days=10)


def test_one_batch_failed_and_was_never_offered(story: Stored) -> None:
    [held] = [batch for batch in story.docs["batch"] if batch.state == "held"]
    assert held.last_verdict == "fail"
    assert held.available_quantity == held.quantity


def test_one_false_alarm_was_cleared_by_the_laboratory(story: Stored) -> None:
    cleared = named(story, "batch", "lot/huimin-mushroom-2")
    assert cleared.state == "passed"
    assert cleared.held_at is not None


def test_one_inspection_was_corrected(story: Stored) -> None:
    [wrong] = [inspection for inspection in story.docs["inspection"] if inspection.superseded_by]
    right = named(story, "inspection", "inspection/qingyang-apple/2")
    assert (wrong.verdict, right.verdict) == ("fail", "pass")
    assert right.supersedes == wrong.id


def test_the_county_has_some_tests_to_look_at_and_most_are_in_order(story: Stored) -> None:
    """A lapsed course, and methods without any."""
    held = named(story, "account", "account/cadre").trainings
    assert sorted(training.covers(china_date(NOW)) for training in held) == [
        False,
        True,
        True,
        True,
    ]
    flagged = {item.doc.id for item in inspections.flagged(100, None).items}
    gaps = [gap for inspection in story.docs["inspection"] for gap in inspection.training_gaps]
    assert {
        inspection.id for inspection in story.docs["inspection"] if inspection.training_gaps
    } == flagged
    assert 4 <= len(flagged) <= len(story.docs["inspection"]) // 3
    assert {gap.valid_until is None for gap in gaps} == {True, False}


def test_one_batch_was_recalled_after_it_was_sold(story: Stored) -> None:
    [recalled] = [batch for batch in story.docs["batch"] if batch.state == "recalled"]
    assert recalled.last_pass_id is not None, "its rapid test saw nothing"
    hit = [parcel for parcel in story.docs["parcel"] if recalled.id in parcel.batch_ids]
    assert len(hit) >= 10
    assert all(parcel.state in {"shipped", "delivered"} for parcel in hit)


@pytest.mark.parametrize(
    ("kind", "states"),
    [("offer", OFFER), ("order", ORDER), ("parcel", PARCEL), ("complaint", COMPLAINT)],
)
def test_every_state_occurs(story: Stored, kind: str, states: dict[str, object]) -> None:
    assert {record.state for record in story.docs[kind]} == set(states)


def test_complaints_are_overdue_in_time_reopened_late_and_of_a_recall(story: Stored) -> None:
    waiting = [complaint for complaint in story.docs["complaint"] if complaint.state == "open"]
    assert [complaint.is_overdue(NOW) for complaint in waiting].count(True) == 1
    assert len([complaint for complaint in waiting if not complaint.is_overdue(NOW)]) >= 3
    assert any(complaint.reopened_at for complaint in waiting)
    assert any(complaint.recalled for complaint in waiting)
    assert any(complaint.late for complaint in story.docs["complaint"])


def test_every_remedy_and_every_cause_occurs(story: Stored) -> None:
    remedies = {complaint.remedy for complaint in story.docs["complaint"]} - {None}
    assert remedies == {"partial_refund", "full_refund", "replacement", "return"}
    causes = {refund.cause for refund in story.docs["refund"] if refund.complaint_id}
    assert causes == {"grower", "packer", "carrier"}


def test_customers_come_back_and_one_of_them_after_a_complaint(story: Stored) -> None:
    call = Call(CAST.seller, NOW)
    repeat = [item.doc for item in customers.customers(call, True, 100, None).items]
    assert len(repeat) >= 20
    assert any(customer.came_back_after_complaint for customer in repeat)


def test_no_private_person_appears(story: Stored) -> None:
    for producer in story.docs["producer"]:
        pattern = r"农户 \d+" if producer.kind == "household" else r".+演示(合作社|养殖场|农场)"
        assert re.fullmatch(pattern, producer.display_name)
    buyers = {sale.buyer.name: sale.buyer for sale in plan(NOW)[2]}
    for buyer in buyers.values():
        assert re.fullmatch(r"(顾客|群友|采购单位) \d+", buyer.name)
        assert re.fullmatch(r"1380000\d{4}", buyer.phone)
        assert "示例" in buyer.address.detail
    assert len({buyer.phone for buyer in buyers.values()}) == len(buyers)


def test_every_limit_names_its_method_and_source(story: Stored) -> None:
    for product in story.docs["product"]:
        assert product.name_en
        for metric in product.inspection_plan.metrics:
            assert re.search(r"GB|NY/T|SN/T|SB/T|称重", metric.method)
            if metric.limit is not None or metric.operator == "absent":
                assert re.search(r"GB|SB/T|承诺", metric.source)


def test_gtins_are_of_the_demo_prefix(story: Stored) -> None:
    gtins = [product.gtin for product in story.docs["product"] if product.gtin]
    assert gtins
    assert all(gtin.startswith("952") for gtin in gtins)


def test_the_links_lead_to_every_trace_state(story: Stored) -> None:
    assert len(codes(story)) == 7
    normal = traced(story, "normal")
    assert (normal.state, normal.scans.count, normal.complaint) == ("normal", 0, None)
    assert normal.batches[0].verdict == "pass"
    assert normal.batches[0].certificate is not None
    recalled = traced(story, "recalled")
    assert recalled.state == "recalled"
    assert "噻虫胺" in recalled.batches[0].recall_reason
    suspect = traced(story, "suspect")
    assert (suspect.scans.count, suspect.scans.level) == (27, "suspect")
    assert traced(story, "complaint").complaint.reply_due_at > NOW
    assert traced(story, "not yet tested").batches[0].verdict is None
    assert traced(story, "corrected").batches[0].inspections[0].corrects
    assert len(traced(story, "two batches").batches) == 2


def test_the_shop_has_open_offers(story: Stored) -> None:
    links = json.loads((settings().data / "demo-links.json").read_text(encoding="utf-8"))
    assert links["shop"]["path"] == f"/shops/{SHOP}"
    listed, _ = offers.of_shop(Call(Actor(id="public"), NOW), SHOP, 100, None)
    assert len([offer for offer, left in listed if left and not offer.held_batch_ids]) >= 4


def test_the_three_accounts_can_sign_in_and_see_it_all(story: Stored) -> None:
    path = settings().data / "demo-accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert list(kept) == ["county", "cadre", "seller"]
    actors = {}
    for role, account in kept.items():
        assert len(account["password"]) >= 16
        given = Credentials(username=account["username"], password=SecretStr(account["password"]))
        _, _, actors[role] = accounts.sign_in(Call(Actor(id="public"), NOW), given, "192.0.2.1")
        assert actors[role].role == role
    assert len(actors["cadre"].village_ids) == len(actors["seller"].village_ids) == 9
    seen = orders.orders(actors["seller"], None, 100, None)
    assert len(seen.items) == 100
    late = complaints.complaints(Call(actors["seller"], NOW), None, True, 100, None)
    assert len(late.items) == 1


def plan(end: datetime) -> tuple[Any, Any, Any]:
    days = TenDays(end)
    lots, offered = all_lots(days), all_offers(days)
    return lots, offered, all_sales(days, offered, lots)


@pytest.mark.parametrize("hour", range(24))
def test_the_plan_holds_at_any_hour_of_loading(hour: int) -> None:
    end = NOW.replace(hour=hour, minute=7)
    lots, offered, sales = plan(end)
    by_name = {offer.name: offer for offer in offered}
    harvested = {lot.name: lot for lot in lots}
    taken: Counter[str] = Counter()
    for sale in sales:
        assert sale.at < end
        for place, (name, packs) in enumerate(sale.lines):
            offer = by_name[name]
            assert offer.opens <= sale.at < (offer.closes or end)
            picked = [n for line, _, n in sale.allocations if line == place]
            if sale.fate == "ordinary":
                assert sum(picked) == packs
        for line, lot, packs in sale.allocations:
            if sale.fate == "ordinary":
                taken[lot] += packs * by_name[sale.lines[line][0]].pack_quantity
    assert all(taken[name] <= harvested[name].quantity for name in taken)
    placed = {sale.name: sale for sale in sales}
    for case in all_cases(TenDays(end)):
        sale = placed[case.sale]
        assert sale.at + timedelta(hours=sale.pace.delivered) < case.at
        moments = [case.at, *(reply.at for reply in case.replies), end]
        assert moments == sorted(moments)
    for lot in lots:
        assert lot.harvested_on <= china_date(lot.at)
        if lot.offer in by_name:
            ready = lot.certified[0] if lot.certified else lot.at
            assert ready < by_name[lot.offer].opens - timedelta(minutes=10)
