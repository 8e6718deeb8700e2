"""Figures, groups, consent and exports of customers over HTTP."""

import csv
import io

from chalicelib.domain.consents import CURRENT, TEXTS
from tests.world import BUYER, Json, World, new_id, ok, refused

TICKED: Json = {"consent": {"text_version": CURRENT}}


def buyer(number: int, name: str = "顾客") -> Json:
    return BUYER | {"phone": f"1390000{number:04}", "name": name}


def rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def export(world: World, **body: object) -> Json:
    answer: Json = ok(world.seller.post("/v1/customers/exports", body, new_id()), 201)
    return answer


# --- figures and groups --------------------------------------------------------------------------


def test_the_figures_tell_who_came_back_and_of_when_they_are(world: World) -> None:
    offer = world.offer(packs_total=50)
    empty = ok(world.seller.get("/v1/customers/figures"))
    assert (empty["customers"], empty["repeat_rate"], empty["median_days_to_return"]) == (
        0,
        None,
        None,
    )
    for number in range(3):
        world.paid_order(offer, buyer=buyer(number))
    world.paid_order(offer, buyer=buyer(0))
    complaint = world.complain(world.delivered(world.pack(world.paid_order(offer, buyer=buyer(3)))))
    world.settle(complaint, refund_fen=100)
    world.paid_order(offer, buyer=buyer(3))
    figures = ok(world.seller.get("/v1/customers/figures"))
    assert figures["complete"] is True
    assert figures["period"]["until"] == figures["as_of"]
    assert (figures["customers"], figures["repeat"], figures["repeat_rate"]) == (4, 2, 0.5)
    assert (figures["settled"], figures["after_complaint"]) == (1, 1)
    assert (figures["untroubled"], figures["untroubled_repeat"]) == (3, 1)
    assert figures["median_days_to_return"] == 0
    assert figures["segments"]["returning"] == 2
    assert figures["segments"]["new"] == 2
    other = ok(world.other_seller.get("/v1/customers/figures"))
    assert other["customers"] == 0
    refused(world.seller.get("/v1/customers/figures", days=0), 422, "invalid")


def test_a_customer_says_its_group_and_a_group_lists_its_customers(world: World) -> None:
    offer = world.offer(packs_total=100)
    for number, orders in ((0, 1), (1, 2), (2, 3), (3, 3)):
        for _ in range(orders):
            world.paid_order(offer, packs=4 if number == 3 else 1, buyer=buyer(number))
    segments = {
        name: [
            customer["phone_tail"]
            for customer in world.seller.everything(f"/v1/customers?segment={name}")
        ]
        for name in ("new", "returning", "loyal", "best", "cooling", "at_risk", "lost", "none")
    }
    assert segments == {
        "new": ["0000"],
        "returning": ["0001"],
        "loyal": ["0002"],
        "best": ["0003"],
        "cooling": [],
        "at_risk": [],
        "lost": [],
        "none": [],
    }
    everyone = {
        customer["phone_tail"]: customer for customer in world.seller.everything("/v1/customers")
    }
    assert [everyone[f"000{n}"]["segment"] for n in range(4)] == [
        "new",
        "returning",
        "loyal",
        "best",
    ]
    assert [everyone[f"000{n}"]["days_between"] for n in range(2)] == [None, 0]
    refused(world.seller.get("/v1/customers", segment="rich"), 422, "invalid")


# --- consent -------------------------------------------------------------------------------------


def test_consent_is_kept_with_its_time_wording_and_channel_once_the_order_is_paid(
    world: World,
) -> None:
    offer = world.offer()
    world.paid_order(offer)
    path = f"/v1/customers/{world.customer()['id']}/consent"
    nothing = ok(world.seller.get(path))
    assert (nothing["given"], nothing["given_at"], nothing["text"]) == (False, None, None)
    placed = world.order(offer, channel="wechat_group", **TICKED)
    assert ok(world.seller.get(path))["given"] is False, "anyone can order in anyone's name"
    world.pay(placed)
    given = ok(world.seller.get(path))
    assert (given["given"], given["text_version"]) == (True, CURRENT)
    assert given["channel"] == "wechat_group"
    assert given["given_at"]
    assert given["text"] == TEXTS[CURRENT][0]
    assert world.customer()["may_message"] is True
    world.paid_order(offer)
    assert ok(world.seller.get(path)) == given, "not ticking again withdraws nothing"


def test_the_seller_withdraws_it_on_request_and_cannot_give_it(world: World) -> None:
    offer = world.offer()
    world.paid_order(offer, **TICKED)
    path = f"/v1/customers/{world.customer()['id']}/consent"
    refused(world.seller.put(path, {"given": True}), 422, "invalid")
    refused(world.other_seller.put(path, {"given": False}), 404, "not_found")
    gone = ok(world.seller.put(path, {"given": False}), 200)
    assert (gone["given"], gone["text_version"]) == (False, CURRENT)
    assert gone["withdrawn_at"] > gone["given_at"]
    assert ok(world.seller.put(path, {"given": False}), 200) == gone
    world.paid_order(offer, **TICKED)
    assert ok(world.seller.get(path))["given"] is True, "a new tick is a new consent"


def test_an_unknown_wording_is_no_consent(world: World) -> None:
    body = world.order_body(world.offer(), consent={"text_version": "1999-01"})
    refused(world.nobody.post("/v1/orders", body), 422, "invalid")


# --- exports -------------------------------------------------------------------------------------


def test_an_export_holds_only_who_consented_and_only_what_it_needs(world: World) -> None:
    offer = world.offer(packs_total=50)
    world.paid_order(offer, buyer=buyer(0, "没同意"))
    world.paid_order(offer, buyer=buyer(1, "同意了"), **TICKED)
    world.paid_order(offer, buyer=buyer(2, "又停了"), **TICKED)
    world.paid_order(offer, buyer=buyer(3, "抹去了"), **TICKED)
    path = f"/v1/customers/{world.customer(name='又停了')['id']}/consent"
    ok(world.seller.put(path, {"given": False}), 200)
    erased = world.customer(name="抹去了")["id"]
    assert world.county.delete(f"/v1/customers/{erased}").status_code == 204
    taken = export(world, purpose="message", segment="new")
    assert taken["people"] == 1
    assert rows(taken["csv"]) == [["name", "phone"], ["同意了", "13900000001"]]
    counted = export(world, purpose="count")
    assert rows(counted["csv"]) == [["count"], ["1"]]
    assert export(world, purpose="message", segment="best")["people"] == 0
    journal = world.seller.everything("/v1/customers/exports")
    assert [(entry["purpose"], entry["segment"], entry["people"]) for entry in journal] == [
        ("message", "best", 0),
        ("count", None, 1),
        ("message", "new", 1),
    ]
    me = ok(world.seller.get("/v1/me"))["id"]
    assert {entry["by"] for entry in journal} == {me}
    assert "13900000001" not in str(journal)
    assert ok(world.other_seller.get("/v1/customers/exports"))["items"] == []


def test_no_cell_of_an_export_acts(world: World) -> None:
    """A name and a phone number that a spreadsheet would take for a formula."""
    offer = world.offer()
    for number, name in enumerate(('=HYPERLINK("//x")', "+1", "-1", "@SUM(1)")):
        world.paid_order(offer, buyer=buyer(number, name), **TICKED)
    world.paid_order(offer, buyer=BUYER | {"phone": "+4917012345678"}, **TICKED)
    cells = [cell for row in rows(export(world, purpose="message")["csv"]) for cell in row]
    assert len(cells) == 12
    assert [cell for cell in cells if cell[0] in "=+-@\t\r"] == []
    assert "'+4917012345678" in cells


def test_a_repeated_export_is_one_and_gives_nobody_new_away(world: World) -> None:
    offer = world.offer()
    world.paid_order(offer, buyer=buyer(1), **TICKED)
    key = new_id()
    first = ok(world.seller.post("/v1/customers/exports", {"purpose": "message"}, key), 201)
    world.paid_order(offer, buyer=buyer(2), **TICKED)
    again = world.seller.post("/v1/customers/exports", {"purpose": "message"}, key)
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", first)
    other = world.seller.post("/v1/customers/exports", {"purpose": "count"}, key)
    refused(other, 422, "idempotency_key_reused")
    assert len(world.seller.everything("/v1/customers/exports")) == 1


def test_a_shop_exports_ten_times_a_day(world: World) -> None:
    for _ in range(10):
        export(world, purpose="count")
    answer = world.seller.post("/v1/customers/exports", {"purpose": "count"}, new_id())
    refused(answer, 429, "too_many")
    assert int(answer.headers["Retry-After"]) > 0
    assert len(world.seller.everything("/v1/customers/exports")) == 10


def test_an_erased_persons_consent_is_gone(world: World) -> None:
    order = world.paid_order(world.offer(), **TICKED)
    customer = world.customer()
    assert world.county.delete(f"/v1/customers/{customer['id']}").status_code == 204
    gone = ok(world.seller.get(f"/v1/customers/{customer['id']}/consent"))
    assert (gone["given"], gone["given_at"]) == (False, None)
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["buyer"] is None
