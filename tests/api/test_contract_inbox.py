"""What complaints lead to: patterns, replacements, returns, escalation, figures, saved replies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.complaints import NewComplaint
from chalicelib.domain.replies import MOST_REPLIES
from chalicelib.services import complaints
from tests.books import Books
from tests.visitor import Visitor
from tests.world import BUYER, Json, World, new_id, ok, refused


def delivered(world: World, offer: Json | None = None, **fields: Any) -> Json:
    return world.delivered(world.pack(world.paid_order(offer or world.offer(), **fields)))


def settle(world: World, complaint: Json, remedy: str, **fields: Any) -> Any:
    body = {"remedy": remedy, "message": "抱歉"} | fields
    return world.seller.post(f"/v1/complaints/{complaint['id']}/settle", body, new_id())


def pattern(world: World, batch: Json) -> Json:
    figures: Json = ok(world.seller.get(f"/v1/batches/{batch['id']}/pattern"), 200)
    return figures


def proposals(world: World, who: str = "cadre") -> list[Json]:
    return getattr(world, who).everything("/v1/proposals")  # type: ignore[no-any-return]


# --- patterns -------------------------------------------------------------------------------------


def test_a_seller_learns_nothing_of_what_another_shop_sold_of_a_batch(world: World) -> None:
    """Two shops sell from one village: the county adds up, each shop sees its own."""
    shop = {"name": "石屋鲜货", "village_ids": [world.village_id, world.other_village_id]}
    batch = world.passed_batch()
    own = delivered(world, world.offer(batch))
    complaint = world.complain(own, reason="damaged")
    second_id = new_id()
    ok(world.county.put(f"/v1/shops/{second_id}", shop), 201)
    rival = world.account("seller", "seller3", shop_id=second_id)
    path = f"/v1/batches/{batch['id']}/pattern"
    seen = {"packed": 1, "complained": 1, "reasons": {"damaged": 1}}
    for who, counts in ((world.seller, seen), (world.cadre, seen), (world.county, seen)):
        assert counts.items() <= ok(who.get(path), 200).items()
    assert {"packed": 0, "complained": 0, "reasons": {}}.items() <= ok(rival.get(path), 200).items()
    assert refused(rival.get(f"/v1/complaints/{complaint['id']}"), 404, "not_found")


def test_the_third_bad_parcel_proposes_its_batch_to_village_and_county(world: World) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    boxes = [delivered(world, offer) for _ in range(4)]
    for box, reason in zip(boxes, ("rotten", "wrong_item", "damaged"), strict=False):
        world.complain(box, reason=reason)
    assert pattern(world, batch)["complained"] == 2
    assert proposals(world) == []
    world.complain(boxes[3], reason="rotten")
    figures = pattern(world, batch)
    assert (figures["packed"], figures["complained"], figures["alarming"]) == (4, 3, True)
    assert figures["reasons"] == {"rotten": 2, "damaged": 1}
    [proposal] = proposals(world)
    assert (proposal["batch_id"], proposal["most_reason"], proposal["most"]) == (
        batch["id"],
        "rotten",
        2,
    )
    assert proposals(world, "county") == [proposal]
    assert proposals(world, "other_cadre") == []
    assert ok(world.cadre.get(f"/v1/batches/{batch['id']}"))["state"] == "passed"
    world.move(batch, "hold")
    assert proposals(world) == []
    Books.read().check()


def test_one_parcel_counts_once_however_often_it_is_complained_about(world: World) -> None:
    batch = world.passed_batch()
    box = delivered(world, world.offer(batch))
    world.settle(world.complain(box, reason="other"), refund_fen=1)
    world.settle(world.complain(box, reason="rotten"), refund_fen=1)
    world.complain(box, reason="damaged")
    figures = pattern(world, batch)
    assert (figures["complained"], figures["reasons"]) == (1, {"rotten": 1})
    Books.read().check()


def test_a_dismissed_proposal_comes_again_when_twice_as_many_complain(world: World) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    boxes = [delivered(world, offer) for _ in range(6)]
    for box in boxes[:3]:
        world.complain(box)
    path = f"/v1/batches/{batch['id']}/proposal/dismiss"
    refused(world.other_cadre.post(path, {"reason": "查过"}), 404, "not_found")
    assert ok(world.cadre.post(path, {"reason": "快递压的"}), 200)["state"] == "dismissed"
    refused(world.county.post(path, {"reason": "再查"}), 409, "not_allowed_now")
    for box in boxes[3:5]:
        world.complain(box)
    assert proposals(world) == []
    world.complain(boxes[5])
    assert [proposal["complained"] for proposal in proposals(world)] == [6]
    Books.read().check()


# --- replacements ---------------------------------------------------------------------------------


def test_a_replacement_is_an_order_of_nothing_that_ships_like_any_other(world: World) -> None:
    offer = world.offer(packs_total=5)
    bought = world.paid_order(offer, packs=2, channel="livestream")
    box = world.delivered(world.pack(bought))
    settled = ok(settle(world, world.complain(box), "replacement"), 200)
    [order_id] = settled["replacements"]
    order = ok(world.seller.get(f"/v1/orders/{order_id}"), 200)
    facts = (order["state"], order["total_fen"], order["channel"], order["replaces"])
    assert facts == ("paid", 0, "livestream", bought["id"])
    assert order["complaint_id"] == settled["id"]
    assert ok(world.seller.get(f"/v1/orders/{bought['id']}"))["replacements"] == [order_id]
    assert order["buyer"]["name"] == BUYER["name"]
    left = ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"]
    assert left == 1
    customer = world.customer()
    assert (customer["paid_orders"], customer["spent_fen"]) == (1, 6000)
    payment = {"paid_fen": 0, "method": "wechat", "reference": "x"}
    assert world.seller.post(f"/v1/orders/{order_id}/payment", payment).status_code in {409, 422}
    refund = {"amount_fen": 1, "reason": "x"}
    path = f"/v1/orders/{order_id}/refunds/{new_id()}"
    assert refused(world.seller.put(path, refund), 409, "exceeds_refundable")["refundable_fen"] == 0
    assert world.delivered(world.pack(order))["state"] == "delivered"
    Books.read().check()


def test_what_was_sent_again_is_not_owed_in_money_too(world: World) -> None:
    bought = world.paid_order(world.offer(packs_total=5))
    complaint = world.complain(world.delivered(world.pack(bought)))
    path = f"/v1/complaints/{complaint['id']}"
    [order_id] = ok(settle(world, complaint, "replacement"), 200)["replacements"]
    reopen = f"{path}/reopen?key={complaint['access_key']}"
    ok(world.nobody.post(reopen, {"message": "又坏了"}, new_id()), 200)
    assert ok(world.seller.get(path))["suggested_refund_fen"] == 0
    refusal = refused(settle(world, complaint, "partial_refund"), 422, "invalid")
    assert "补寄" in refusal["errors"][0]["message"]
    page = Visitor(world.url).signed_in("seller").get(f"/seller/complaints/{complaint['id']}")
    assert "这一箱已经补寄过" in page.words
    assert "全额退款：补寄之外再退 ¥30.00" in page.words
    assert "checked" not in page.source.partition('name="remedy"')[2].partition("</fieldset>")[0]
    # Cancelled, it is owed in money again.
    cancel = {"reason": "没货了"}
    ok(world.seller.post(f"/v1/orders/{order_id}/cancel", cancel, new_id()), 200)
    assert ok(world.seller.get(path))["suggested_refund_fen"] == bought["total_fen"]
    Books.read().check()


def test_without_stock_a_replacement_is_refused_and_a_refund_proposed(world: World) -> None:
    complaint = world.complain(delivered(world, world.offer(packs_total=1)))
    refusal = refused(settle(world, complaint, "replacement"), 409, "no_replacement")
    assert "退款" in refusal["detail"]
    assert ok(world.seller.get(f"/v1/complaints/{complaint['id']}"))["state"] == "open"
    assert ok(settle(world, complaint, "full_refund"))["refund_fen"] == 3000
    Books.read().check()


def test_a_replacement_that_is_bad_too_is_refunded_from_the_order_that_was_paid(
    world: World,
) -> None:
    bought = world.paid_order(world.offer())
    first = world.complain(world.delivered(world.pack(bought)))
    [order_id] = ok(settle(world, first, "replacement"))["replacements"]
    again = world.delivered(world.pack(ok(world.seller.get(f"/v1/orders/{order_id}"))))
    second = world.complain(again, damaged_percent=50)
    assert ok(settle(world, second, "replacement"), 200)["order_id"] == bought["id"]
    third = world.complain(again, damaged_percent=50)
    refused(settle(world, third, "partial_refund"), 422, "invalid")  # it was sent again once more
    assert world.settle(third, refund_fen=1500)["refund_fen"] == 1500
    ledger = ok(world.seller.get(f"/v1/orders/{bought['id']}/refunds"))
    assert [entry["amount_fen"] for entry in ledger["items"]] == [1500]
    Books.read().check()


def test_a_cancelled_replacement_gives_its_packs_back_and_no_money(world: World) -> None:
    offer = world.offer(packs_total=2)
    complaint = world.complain(delivered(world, offer))
    [order_id] = ok(settle(world, complaint, "replacement"))["replacements"]
    ok(world.seller.post(f"/v1/orders/{order_id}/cancel", {"reason": "不用了"}, new_id()), 200)
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"] == 1
    assert world.customer()["paid_orders"] == 1
    Books.read().check()


def test_an_erased_buyer_has_no_address_and_their_replacements_none_either(world: World) -> None:
    offer = world.offer()
    first, two = world.complain(delivered(world, offer)), world.complain(delivered(world, offer))
    [order_id] = ok(settle(world, first, "replacement"))["replacements"]
    ok(world.county.delete(f"/v1/customers/{world.customer()['id']}"), 204)
    assert ok(world.seller.get(f"/v1/orders/{order_id}"))["buyer"] is None
    refused(settle(world, two, "replacement"), 409, "buyer_erased")


# --- returns --------------------------------------------------------------------------------------


def test_a_return_is_refunded_at_once_and_awaited_under_its_own_code(world: World) -> None:
    box = delivered(world)
    complaint = world.complain(box)
    settled = ok(settle(world, complaint, "return"), 200)
    assert settled["refund_fen"] == 3000
    back = settled["return_parcel"]
    assert (back["state"], back["parcel_code"], back["waybill"]) == ("awaited", box["code"], None)
    path = f"/v1/complaints/{complaint['id']}/return"
    sent = {"carrier": "中国邮政", "waybill": "EA1"}
    refused(world.nobody.call("POST", f"{path}?key=wrong", json=sent), 404, "not_found")
    by_key = world.nobody.call("POST", f"{path}?key={complaint['access_key']}", json=sent)
    assert ok(by_key, 200)["waybill"] == "EA1"
    ok(world.seller.post(path, sent | {"waybill": "EA2"}), 200)
    refused(world.other_seller.post(f"{path}/receive"), 404, "not_found")
    assert ok(world.seller.post(f"{path}/receive"), 200)["state"] == "received"
    assert world.seller.post(path, sent).status_code == 409
    shown = ok(world.seller.get(f"/v1/complaints/{complaint['id']}"))
    assert shown["return_parcel"]["waybill"] == "EA2"
    parcels = world.seller.everything(f"/v1/batches/{shown['batch_ids'][0]}/parcels")
    assert [parcel["state"] for parcel in parcels] == ["returned"]
    Books.read().check()


def test_a_parcel_that_came_back_by_its_code_ends_the_return_too(world: World) -> None:
    box = delivered(world)
    complaint = world.complain(box)
    ok(settle(world, complaint, "return"))
    ok(world.seller.post(f"/v1/parcels/{box['code']}/return", {}, new_id()), 200)
    return_parcel = ok(world.seller.get(f"/v1/complaints/{complaint['id']}"))["return_parcel"]
    assert return_parcel["state"] == "received"
    refused(
        world.seller.post(f"/v1/complaints/{complaint['id']}/return/close"), 409, "not_allowed_now"
    )
    Books.read().check()


def test_a_return_that_never_came_is_closed_and_the_parcel_stays(world: World) -> None:
    complaint = world.complain(delivered(world))
    ok(settle(world, complaint, "return"))
    path = f"/v1/complaints/{complaint['id']}/return"
    assert ok(world.seller.post(f"{path}/close"), 200)["state"] == "closed"
    refused(world.seller.post(f"{path}/receive"), 409, "not_allowed_now")
    Books.read().check()


def test_what_is_recalled_or_has_not_left_is_never_asked_back(world: World) -> None:
    batch = world.passed_batch()
    recalled = world.complain(delivered(world, world.offer(batch)))
    world.move(batch, "recall")
    still_here = world.complain(world.parcel())
    for complaint in (recalled, still_here):
        settled = ok(settle(world, complaint, "return"), 200)
        assert (settled["refund_fen"], settled["return_parcel"]) == (3000, None)
        path = f"/v1/complaints/{complaint['id']}/return/receive"
        refused(world.seller.post(path), 404, "not_found")
    Books.read().check()


# --- late, and how soon ---------------------------------------------------------------------------


def report_ago(world: World, hours: float) -> str:
    """The reply is due 48 hours after it."""
    at = Call(PUBLIC, datetime.now(UTC) - timedelta(hours=hours))
    body = NewComplaint(reason="rotten")
    return complaints.report(at, delivered(world)["code"], body, "192.0.2.1").id


def test_the_village_sees_what_is_late_at_once_and_the_county_a_day_later(world: World) -> None:
    for hours in (47, 49, 73):
        report_ago(world, hours)

    def late(who: str) -> list[str]:
        return [
            complaint["id"]
            for complaint in getattr(world, who).everything("/v1/complaints/late", limit=1)
        ]

    by_village = late("cadre")
    assert len(by_village) == 2
    assert late("county") == by_village[:1]
    assert late("other_cadre") == []
    ok(world.seller.post(f"/v1/complaints/{by_village[0]}/answer", {"message": "抱歉"}), 200)
    assert late("cadre") == by_village[1:]
    assert late("county") == []


def test_the_village_is_told_which_late_complaints_the_county_has_by_now(world: World) -> None:
    cadre = Visitor(world.url).signed_in("cadre")
    report_ago(world, 49)
    assert "已转县办督办" not in cadre.get("/cadre/batches").words
    report_ago(world, 73)
    assert cadre.get("/cadre/batches").words.count("已转县办督办") == 1


@pytest.mark.parametrize("who", ["seller", "county"])
def test_the_page_counts_what_is_due_and_not_what_may_still_be_answered(
    world: World, who: str
) -> None:
    for hours in (49, 2):
        report_ago(world, hours)
    words = Visitor(world.url).signed_in(who).get("/seller/complaints").words
    assert "（1 件里 0 件）" in words
    assert "答复了或到期的 1 件" in words


def test_figures_state_their_period_moment_and_number(world: World) -> None:
    late, soon = report_ago(world, 50), report_ago(world, 2)
    for complaint_id in (late, soon):
        ok(settle(world, {"id": complaint_id}, "full_refund"))
    report_ago(world, 49)
    figures = ok(world.seller.get("/v1/complaints/figures", days=7), 200)
    counted = {
        name: figures[name] for name in ("complaints", "due", "in_time", "answered", "settled")
    }
    assert counted == {"complaints": 3, "due": 3, "in_time": 1, "answered": 2, "settled": 2}
    assert figures["in_time_rate"] == 0.333
    assert (figures["median_hours_to_answer"], figures["p90_hours_to_answer"]) == (2.0, 50.0)
    assert figures["complete"] is True
    assert figures["period"]["until"] == figures["as_of"]
    county = ok(world.county.get("/v1/complaints/figures", shop_id=world.shop_id, days=7))
    assert county["complaints"] == 3
    other = world.other_seller.get("/v1/complaints/figures", shop_id=world.shop_id)
    refused(other, 404, "not_found")
    assert ok(world.other_seller.get("/v1/complaints/figures"))["in_time_rate"] is None


# --- saved replies --------------------------------------------------------------------------------


def test_replies_are_saved_changed_and_deleted_by_their_shop_alone(world: World) -> None:
    path, body = f"/v1/replies/{new_id()}", {"title": "抱歉", "text": "抱歉，马上处理。"}
    ok(world.seller.put(path, body), 201)
    ok(world.seller.put(path, body), 200)
    refused(world.seller.put(path, body | {"text": "别的"}), 409, "different_content")
    assert ok(world.seller.post(path, body | {"text": "改了"}), 200)["text"] == "改了"
    assert ok(world.seller.put(path, body), 200)["text"] == "改了", "a late retry undoes nothing"
    assert [reply["text"] for reply in world.seller.everything("/v1/replies")] == ["改了"]
    assert world.other_seller.everything("/v1/replies") == []
    refused(world.other_seller.get(path), 404, "not_found")
    refused(world.other_seller.delete(path), 404, "not_found")
    ok(world.seller.delete(path), 204)
    refused(world.seller.get(path), 404, "not_found")


@pytest.mark.parametrize("text", ["", "长" * 501])
def test_a_reply_has_between_one_and_500_characters(text: str, world: World) -> None:
    refused(
        world.seller.put(f"/v1/replies/{new_id()}", {"title": "a", "text": text}), 422, "invalid"
    )


def test_a_shop_keeps_thirty_replies(world: World) -> None:
    for n in range(MOST_REPLIES):
        ok(world.seller.put(f"/v1/replies/{new_id()}", {"title": str(n + 1), "text": "好"}), 201)
    more = world.seller.put(f"/v1/replies/{new_id()}", {"title": "x", "text": "好"})
    refused(more, 409, "too_many_replies")
