"""Complaints: opened by the buyer, answered in time, settled with money, reopened once."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.services import complaints
from tests.world import Json, World, new_id, ok, refused


def delivered(world: World, packs: int = 1) -> Json:
    return world.delivered(world.parcel(packs))


def seen_by_buyer(world: World, complaint: Json) -> Json:
    """All of it as the seller knows it; by the complaint's key, the same without the order."""
    path = f"/v1/complaints/{complaint['id']}"
    buyer_view: Json = ok(world.nobody.get(path, key=complaint["access_key"]), 200)
    whole: Json = ok(world.seller.get(path), 200)
    assert buyer_view.keys() <= whole.keys()
    for name in buyer_view.keys() - {"photos", "replacements", "refund_fen", "refund_id"}:
        assert buyer_view[name] == whole[name]
    return whole


def test_a_buyer_complains_and_follows_it(world: World) -> None:
    parcel = delivered(world)
    opened = world.complain(parcel, damaged_percent=20, description="坏了\r\n两个", wanted="refund")
    assert set(opened) == {"id", "state", "reply_due_at", "late", "access_key"}
    assert (opened["state"], opened["late"]) == ("open", False)
    due = datetime.fromisoformat(opened["reply_due_at"]) - datetime.now(UTC)
    assert timedelta(hours=47) < due <= timedelta(hours=48)
    shown = seen_by_buyer(world, opened)
    assert (shown["parcel_code"], shown["reason"]) == (parcel["code"], "rotten")
    assert (shown["amount_fen"], shown["suggested_refund_fen"]) == (3000, 600)
    assert [(message["by"], message["text"]) for message in shown["messages"]] == [
        ("buyer", "坏了\n两个")
    ]


@pytest.mark.parametrize("state", ["packed", "shipped", "delivered"])
def test_a_parcel_is_complained_about_wherever_it_is(state: str, world: World) -> None:
    parcel = world.parcel()
    if state != "packed":
        parcel = world.shipped(parcel)
    if state == "delivered":
        parcel = world.delivered(parcel)
    assert world.complain(parcel)["late"] is False


def test_one_complaint_is_open_for_one_parcel(world: World) -> None:
    parcel = delivered(world)
    first = world.complain(parcel)
    path = f"/t/{parcel['code']}/complaints"
    again = world.nobody.post(path, {"reason": "damaged"}, new_id())
    assert refused(again, 409, "complaint_open")["reply_due_at"] == first["reply_due_at"]
    assert world.trace(parcel["code"])["complaint"] == {"reply_due_at": first["reply_due_at"]}
    world.settle(first, refund_fen=1)
    assert world.trace(parcel["code"])["complaint"] is None
    second = world.complain(parcel)
    assert second["id"] != first["id"]


def test_the_seller_answers_and_the_buyer_reads_it(world: World) -> None:
    complaint = world.complain(delivered(world))
    path = f"/v1/complaints/{complaint['id']}"
    answered = ok(world.seller.post(f"{path}/answer", {"message": "马上处理"}), 200)
    assert (answered["state"], bool(answered["answered_at"])) == ("answered", True)
    ok(world.county.post(f"{path}/settle", {"remedy": "replacement", "message": "补寄"}), 200)
    messages = [
        (message["by"], message["text"]) for message in seen_by_buyer(world, complaint)["messages"]
    ]
    assert messages == [("seller", "马上处理"), ("county", "补寄")]


@pytest.mark.parametrize(
    ("settlement", "refund"),
    [
        ({"remedy": "partial_refund"}, 600),
        ({"remedy": "partial_refund", "refund_fen": 555}, 555),
        ({"remedy": "full_refund"}, 6000),
        ({"remedy": "return"}, 6000),
        ({"remedy": "replacement"}, None),
    ],
)
def test_a_settlement_writes_its_refund(settlement: Json, refund: int | None, world: World) -> None:
    parcel = delivered(world, packs=2)
    complaint = world.complain(parcel, damaged_percent=10)
    settled = world.settle(complaint, **settlement)
    assert (settled["state"], settled["refund_fen"]) == ("settled", refund)
    ledger = ok(world.seller.get(f"/v1/orders/{parcel['order_id']}/refunds"), 200)
    if refund is None:
        assert ledger["items"] == []
    else:
        [entry] = ledger["items"]
        assert (entry["amount_fen"], entry["complaint_id"]) == (refund, complaint["id"])
        assert entry["id"] == settled["refund_id"]
        assert ledger["refundable_fen"] == 6000 - refund


def test_a_settlement_that_is_too_much_changes_nothing(world: World) -> None:
    complaint = world.complain(delivered(world))
    path = f"/v1/complaints/{complaint['id']}"
    body = {"remedy": "partial_refund", "refund_fen": 3001, "message": "x"}
    refusal = refused(world.seller.post(f"{path}/settle", body), 409, "exceeds_refundable")
    assert refusal["refundable_fen"] == 3000
    assert ok(world.seller.get(path), 200)["state"] == "open"


def test_a_recalled_parcel_is_refunded_in_full_on_a_photo(world: World) -> None:
    batch = world.passed_batch()
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch))))
    world.move(batch, "recall")
    photo = world.photo(parcel["code"])
    complaint = world.complain(parcel, reason="other", damaged_percent=1, photos=[photo])
    assert seen_by_buyer(world, complaint)["recalled"] is True
    assert world.settle(complaint)["refund_fen"] == 3000


@pytest.mark.parametrize("end", ["settle", "reject"])
def test_a_buyer_reopens_once(end: str, world: World) -> None:
    complaint = world.complain(delivered(world))
    path = f"/v1/complaints/{complaint['id']}"

    def finish() -> None:
        if end == "settle":
            world.settle(complaint, refund_fen=1)
        else:
            ok(world.seller.post(f"{path}/reject", {"message": "证据不足"}), 200)

    def reopen(key: str) -> object:
        return world.nobody.post(f"{path}/reopen?key={key}", {"message": "不同意"})

    key = complaint["access_key"]
    refused(world.nobody.post(f"{path}/reopen?key={key}", {"message": "x"}), 409, "not_allowed_now")
    finish()
    for wrong in ("", "x", "a" * 26):
        answer = world.nobody.post(f"{path}/reopen?key={wrong}", {"message": "x"})
        refused(answer, 404, "not_found")
    again = ok(world.nobody.post(f"{path}/reopen?key={key}", {"message": "不同意"}), 200)
    assert (again["state"], bool(again["reopened_at"])) == ("open", True)
    finish()
    last = world.nobody.post(f"{path}/reopen?key={key}", {"message": "还不同意"})
    assert "12315" in refused(last, 409, "reopened_already")["detail"]


def test_a_seller_does_not_reopen(world: World) -> None:
    complaint = world.complain(delivered(world))
    world.settle(complaint, refund_fen=1)
    path = f"/v1/complaints/{complaint['id']}/reopen"
    refused(world.seller.post(path, {"message": "x"}), 404, "not_found")


def test_what_is_settled_is_not_settled_again(world: World) -> None:
    complaint = world.complain(delivered(world))
    world.settle(complaint, refund_fen=1)
    path = f"/v1/complaints/{complaint['id']}"
    body = {"remedy": "partial_refund", "refund_fen": 1, "message": "再退"}
    for what, given in (
        ("settle", body),
        ("answer", {"message": "x"}),
        ("reject", {"message": "x"}),
    ):
        refusal = refused(world.seller.post(f"{path}/{what}", given), 409, "not_allowed_now")
        assert (refusal["state"], refusal["allowed"]) == ("settled", ["open"])


def test_overdue_is_what_nobody_answered_in_time(world: World) -> None:
    """Seen by a clock of two days later."""
    offer = world.offer()
    first, two = (
        world.complain(world.delivered(world.pack(world.paid_order(offer)))) for _ in range(2)
    )
    ok(world.seller.post(f"/v1/complaints/{two['id']}/answer", {"message": "在办"}), 200)
    county = Actor(id="county", role="county")
    for hours, overdue in ((47, set[str]()), (49, {first["id"]})):
        call = Call(county, datetime.now(UTC) + timedelta(hours=hours))
        late = complaints.complaints(call, None, True, 100, None).items
        in_time = complaints.complaints(call, None, False, 100, None).items
        assert {item.doc.id for item in late} == overdue
        assert {item.doc.id for item in in_time} == {first["id"]} - overdue
    listed = ok(world.seller.get("/v1/complaints", overdue="true"), 200)
    assert listed["items"] == []


def test_complaints_about_one_parcel_are_limited(world: World) -> None:
    """Each has to be over before the next; hammering is told to wait."""
    parcel = delivered(world)
    path = f"/t/{parcel['code']}/complaints"
    body = {"reason": "other", "photos": [new_id()]}
    codes = [world.nobody.post(path, body).status_code for _ in range(61)]
    assert codes == [422] * 60 + [429]


# --- a recall, and what was refunded before ------------------------------------------------------


def reopened(world: World, complaint: Json) -> Json:
    path = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
    assert ok(world.nobody.post(path, {"message": "不同意"}), 200)["state"] == "open"
    return seen_by_buyer(world, complaint)


def ledger(world: World, order_id: str) -> list[int]:
    answer = ok(world.seller.get(f"/v1/orders/{order_id}/refunds"), 200)
    return [entry["amount_fen"] for entry in answer["items"]]


@pytest.mark.parametrize("remedy", ["partial_refund", "full_refund", "return"])
def test_a_recall_after_the_complaint_counts_as_one_before(remedy: str, world: World) -> None:
    batch = world.passed_batch()
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch))))
    complaint = world.complain(parcel, damaged_percent=10)
    before = seen_by_buyer(world, complaint)
    assert (before["recalled"], before["suggested_refund_fen"]) == (False, 300)
    world.move(batch, "recall")
    path = f"/v1/complaints/{complaint['id']}"
    [listed] = ok(world.county.get("/v1/complaints"), 200)["items"]
    answered = ok(world.seller.post(f"{path}/answer", {"message": "正在召回"}), 200)
    for seen in (seen_by_buyer(world, complaint), ok(world.seller.get(path)), listed, answered):
        assert (seen["recalled"], seen["suggested_refund_fen"]) == (True, 3000)
    settled = world.settle(complaint, remedy=remedy)
    assert (settled["recalled"], settled["refund_fen"]) == (True, 3000)


def test_a_recall_of_one_batch_in_the_parcel_is_enough(world: World) -> None:
    first, second = world.passed_batch(), world.passed_batch()
    order = world.paid_order(world.offer(first, second), packs=2)
    parcel = world.delivered(world.pack(order, (0, first, 1), (0, second, 1)))
    complaint = world.complain(parcel, damaged_percent=1)
    world.move(second, "recall")
    seen = seen_by_buyer(world, complaint)
    assert (seen["recalled"], seen["suggested_refund_fen"]) == (True, 6000)


def test_a_recall_suggests_what_is_still_refundable(world: World) -> None:
    batch = world.passed_batch()
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch))))
    complaint = world.complain(parcel, damaged_percent=10)
    refund = {"amount_fen": 1000, "reason": "少发"}
    ok(world.seller.put(f"/v1/orders/{parcel['order_id']}/refunds/{new_id()}", refund), 201)
    world.move(batch, "recall")
    seen = seen_by_buyer(world, complaint)
    assert (seen["suggested_refund_fen"], seen["refunded_fen"]) == (2000, 0)
    assert world.settle(complaint)["refund_fen"] == 2000


@pytest.mark.parametrize("remedy", ["partial_refund", "full_refund", "return"])
def test_nothing_is_no_refund(remedy: str, world: World) -> None:
    """All that was paid went back already: only a remedy without money is possible."""
    parcel = delivered(world)
    complaint = world.complain(parcel)
    world.settle(complaint, remedy="full_refund")
    assert reopened(world, complaint)["suggested_refund_fen"] == 0
    path = f"/v1/complaints/{complaint['id']}"
    body = {"remedy": remedy, "message": "m"}
    refusal = refused(world.seller.post(f"{path}/settle", body), 409, "exceeds_refundable")
    assert refusal["refundable_fen"] == 0
    seen = seen_by_buyer(world, complaint)
    assert (seen["state"], seen["refunded_fen"]) == ("open", 3000)
    settled = world.settle(complaint, remedy="replacement")
    assert (settled["refund_fen"], settled["refunded_fen"]) == (None, 3000)
    assert ledger(world, parcel["order_id"]) == [3000]


@pytest.mark.parametrize("remedy", ["partial_refund", "full_refund", "return"])
def test_more_than_the_parcels_price_is_a_refund_of_the_order(remedy: str, world: World) -> None:
    """This parcel was paid back, its order has another, whose money no complaint about this one
    gets; who means to give more says so beside the complaint."""
    order = world.paid_order(world.offer(), packs=2)
    batch = {"id": order["lines"][0]["batch_ids"][0]}
    parcels = [world.pack(order, (0, batch, 1)) for _ in range(2)]
    complaint = world.complain(world.delivered(parcels[0]))
    world.settle(complaint, remedy="full_refund")
    reopened(world, complaint)
    path = f"/v1/complaints/{complaint['id']}/settle"
    body = {"remedy": remedy, "message": "m"}
    for named in ({}, {"refund_fen": 200}):
        refusal = refused(world.seller.post(path, body | named), 409, "exceeds_refundable")
        assert refusal["refundable_fen"] == 0
    assert ledger(world, order["id"]) == [3000]
    more = {"amount_fen": 200, "reason": "好意", "complaint_id": complaint["id"]}
    ok(world.seller.put(f"/v1/orders/{order['id']}/refunds/{new_id()}", more), 201)
    assert seen_by_buyer(world, complaint)["refunded_fen"] == 3200


def test_more_than_the_rule_gives_is_named(world: World) -> None:
    """The share was paid back, the rest of the price is left: nobody can guess how much."""
    complaint = world.complain(delivered(world), damaged_percent=50)
    world.settle(complaint)
    reopened(world, complaint)
    body = {"remedy": "partial_refund", "message": "m"}
    path = f"/v1/complaints/{complaint['id']}/settle"
    refusal = refused(world.seller.post(path, body), 422, "invalid")
    assert [error["field"] for error in refusal["errors"]] == ["refund_fen"]
    assert "1500" in refusal["errors"][0]["message"]
    settled = ok(world.seller.post(path, body | {"refund_fen": 200}), 200)
    assert (settled["refund_fen"], settled["refunded_fen"]) == (200, 1700)


def test_a_reopened_complaint_is_not_paid_the_same_again(world: World) -> None:
    parcel = delivered(world)
    complaint = world.complain(parcel, damaged_percent=50)
    world.settle(complaint, refund_fen=777)
    again = reopened(world, complaint)
    assert (again["suggested_refund_fen"], again["refunded_fen"]) == (1500 - 777, 777)
    settled = world.settle(complaint)
    assert (settled["refund_fen"], settled["refunded_fen"]) == (723, 1500)
    assert sorted(ledger(world, parcel["order_id"])) == [723, 777]


def test_a_full_refund_after_a_partial_one_is_the_rest(world: World) -> None:
    """Also where the order has more: the other parcel was not complained about."""
    order = world.paid_order(world.offer(), packs=2)
    batch = {"id": order["lines"][0]["batch_ids"][0]}
    parcel, _ = (world.pack(order, (0, batch, 1)) for _ in range(2))
    complaint = world.complain(world.delivered(parcel), damaged_percent=50)
    world.settle(complaint)
    reopened(world, complaint)
    assert world.settle(complaint, remedy="full_refund")["refund_fen"] == 1500
    assert sorted(ledger(world, order["id"])) == [1500, 1500]


def test_a_refund_that_names_the_complaint_counts(world: World) -> None:
    parcel = delivered(world)
    complaint = world.complain(parcel, damaged_percent=50)
    path = f"/v1/orders/{parcel['order_id']}/refunds"
    refund = {"amount_fen": 400, "reason": "先退一些", "complaint_id": complaint["id"]}
    refund_id = new_id()
    for status in (201, 200):  # the repeat is not counted
        ok(world.seller.put(f"{path}/{refund_id}", refund), status)
    seen = seen_by_buyer(world, complaint)
    assert (seen["suggested_refund_fen"], seen["refunded_fen"]) == (1100, 400)
    assert world.settle(complaint)["refunded_fen"] == 1500
