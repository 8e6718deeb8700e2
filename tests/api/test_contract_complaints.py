"""Complaints: opened by the buyer, answered in time, settled with money, reopened once."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.services import complaints
from tests.world import Json, World, new_id, ok, refused


def delivered(world: World, packs: int = 1) -> Json:
    return world.delivered(world.parcel(packs))


def seen_by_buyer(world: World, complaint: Json) -> Json:
    path = f"/v1/complaints/{complaint['id']}"
    found: Json = ok(world.nobody.get(path, key=complaint["access_key"]), 200)
    return found


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
    assert [(one["by"], one["text"]) for one in shown["messages"]] == [("buyer", "坏了\n两个")]


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
    told = [(one["by"], one["text"]) for one in seen_by_buyer(world, complaint)["messages"]]
    assert told == [("seller", "马上处理"), ("county", "补寄")]


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
    found = refused(world.seller.post(f"{path}/settle", body), 409, "exceeds_refundable")
    assert found["refundable_fen"] == 3000
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
        found = refused(world.seller.post(f"{path}/{what}", given), 409, "not_allowed_now")
        assert (found["state"], found["allowed"]) == ("settled", ["open"])


def test_overdue_is_what_nobody_answered_in_time(world: World) -> None:
    """Seen by a clock of two days later."""
    offer = world.offer()
    one, two = (
        world.complain(world.delivered(world.pack(world.paid_order(offer)))) for _ in range(2)
    )
    ok(world.seller.post(f"/v1/complaints/{two['id']}/answer", {"message": "在办"}), 200)
    county = Actor(id="county", role="county")
    for hours, overdue in ((47, set[str]()), (49, {one["id"]})):
        call = Call(county, datetime.now(UTC) + timedelta(hours=hours))
        late = complaints.complaints(call, None, True, 100, None).items
        in_time = complaints.complaints(call, None, False, 100, None).items
        assert {item.doc.id for item in late} == overdue
        assert {item.doc.id for item in in_time} == {one["id"]} - overdue
    listed = ok(world.seller.get("/v1/complaints", overdue="true"), 200)
    assert listed["items"] == []


def test_complaints_about_one_parcel_are_limited(world: World) -> None:
    """Each has to be over before the next; hammering is told to wait."""
    parcel = delivered(world)
    path = f"/t/{parcel['code']}/complaints"
    body = {"reason": "other", "photos": [new_id()]}
    codes = [world.nobody.post(path, body).status_code for _ in range(61)]
    assert codes == [422] * 60 + [429]
