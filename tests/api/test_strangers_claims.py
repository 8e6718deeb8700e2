"""Who saw a box may complain with its code; its buyer has the order's key, and goes first."""

import json
from collections.abc import Iterator

import pytest

from chalicelib.domain.complaints import NewComplaint
from chalicelib.domain.coupons import display_code
from tests.books import Books
from tests.world import Json, World, new_id, ok, photo_body, refused


@pytest.fixture(autouse=True)
def _books(world: World) -> Iterator[None]:
    yield
    Books.read().check()


def bought(world: World, packs: int = 1) -> tuple[Json, Json]:
    """An order as its buyer has it, with the key, and its delivered parcel."""
    order = world.order(world.offer(), packs=packs)
    return order, world.delivered(world.pack(world.pay(order)))


def by_key(world: World, complaint: Json, key: str) -> Json:
    buyer_view: Json = ok(world.nobody.get(f"/v1/complaints/{complaint['id']}", key=key), 200)
    return buyer_view


def claim_of_buyer(world: World, order: Json, parcel: Json, **fields: object) -> Json:
    path = f"/t/{parcel['code']}/complaints?key={order['access_key']}"
    answer: Json = ok(world.nobody.post(path, {"reason": "damaged"} | fields, new_id()), 201)
    return answer


@pytest.mark.parametrize("remedy", ["partial_refund", "full_refund", "return", "replacement"])
def test_the_complaints_key_shows_nothing_of_the_order(remedy: str, world: World) -> None:
    order, parcel = bought(world, packs=2)
    complaint = world.complain(parcel, damaged_percent=50)
    sold = ok(world.seller.get(f"/v1/orders/{order['id']}"))
    key = complaint["access_key"]
    texts = [json.dumps(by_key(world, complaint, key))]
    settled = world.settle(complaint, remedy=remedy, message="处理好了")
    texts.append(json.dumps(by_key(world, complaint, key)))
    pages = [
        world.nobody.get(f"/complaints/{complaint['id']}", key=key, lang=language).text
        for language in ("zh-CN", "en")
    ]
    path = f"/v1/complaints/{complaint['id']}/reopen?key={key}"
    texts.append(json.dumps(ok(world.nobody.post(path, {"message": "不行"}), 200)))
    hidden = [order["id"], order["number"], sold["customer_id"], *settled["replacements"]]
    hidden += [refund_id for refund_id in (settled["refund_id"],) if refund_id]
    for text in [*texts, *pages]:
        for secret in hidden:
            assert secret not in text
    for text in texts:
        for name in ("order_id", "customer_id", "amount_fen", "suggested_refund_fen"):
            assert name not in json.loads(text)
        assert json.loads(text)["refund_fen"] is None
        assert json.loads(text)["replacements"] == []
    for text in pages:
        assert "60.00" not in text
        assert "30.00" not in text


def test_the_orders_key_shows_what_was_paid_back(world: World) -> None:
    order, parcel = bought(world)
    complaint = world.complain(parcel)
    world.settle(complaint, refund_fen=1234)
    seen = by_key(world, complaint, order["access_key"])
    assert (seen["order_id"], seen["refund_fen"], seen["refunded_fen"]) == (order["id"], 1234, 1234)
    page = world.nobody.get(f"/complaints/{complaint['id']}", key=order["access_key"])
    assert "12.34" in page.text
    other, _ = bought(world)
    path = f"/v1/complaints/{complaint['id']}"
    refused(world.nobody.get(path, key=other["access_key"]), 404, "not_found")


def test_two_boxes_of_one_buyer_have_nothing_in_common(world: World) -> None:
    """Nor of one order: all that is the same is what every box of the batch says."""
    batch = world.passed_batch()
    offer, other = world.offer(batch), world.offer(batch)
    first = world.paid_order(offer, packs=2)
    boxes = [world.pack(first, (0, batch, 1)), world.pack(first, (0, batch, 1))]
    boxes += [world.pack(world.paid_order(other))]
    seen = []
    for box in boxes:
        complaint = world.complain(world.delivered(box))
        world.settle(complaint, refund_fen=1)
        seen.append(by_key(world, complaint, complaint["access_key"]))
    common = {
        value
        for value in seen[0].values()
        if isinstance(value, str) and all(value in view.values() for view in seen)
    }
    assert common == {"rotten", "settled", "partial_refund", "code", world.shop_id}


def test_the_orders_key_answers_what_a_stranger_opened(world: World) -> None:
    order, parcel = bought(world)
    complaint = world.complain(parcel)
    path = f"/v1/complaints/{complaint['id']}"
    ok(world.seller.post(f"{path}/reject", {"message": "照片不清楚"}), 200)
    key = order["access_key"]
    reopened = ok(world.nobody.post(f"{path}/reopen?key={key}", {"message": "我是买家"}), 200)
    assert (reopened["state"], reopened["amount_fen"]) == ("open", 3000)
    world.settle(complaint, remedy="return")
    sent = {"carrier": "顺丰", "waybill": "SF0000000001"}
    ok(world.nobody.post(f"{path}/return?key={key}", sent), 200)


def test_a_strangers_claim_does_not_block_the_buyer(world: World) -> None:
    order, parcel = bought(world)
    strangers = world.complain(parcel, reason="other", description="我没有收到")
    own = claim_of_buyer(world, order, parcel, damaged_percent=50)
    assert own["id"] != strangers["id"]
    seen = by_key(world, own, own["access_key"])
    assert (seen["state"], seen["reported_with"]) == ("open", "order")
    claim = ok(world.seller.get(f"/v1/complaints/{strangers['id']}"), 200)
    assert (claim["state"], claim["taken_over"], claim["reported_with"]) == (
        "rejected",
        True,
        "code",
    )
    path = f"/v1/complaints/{strangers['id']}/reopen?key={strangers['access_key']}"
    refused(world.nobody.post(path, {"message": "不行"}), 409, "taken_over")
    waiting = ok(world.seller.get("/v1/complaints?state=open"))["items"]
    assert [complaint["id"] for complaint in waiting] == [own["id"]]
    for language, words in (("zh-CN", "买家已凭订单自己登记"), ("en", "The buyer has reported it")):
        page = world.nobody.get(
            f"/complaints/{strangers['id']}", key=strangers["access_key"], lang=language
        )
        assert words in page.text
        assert 'id="reopen"' not in page.text
    assert world.settle(own)["refund_fen"] == 1500


def test_nor_does_it_keep_the_buyer_from_coming_back(world: World) -> None:
    order, parcel = bought(world)
    own = claim_of_buyer(world, order, parcel)
    ok(world.seller.post(f"/v1/complaints/{own['id']}/reject", {"message": "看不出"}), 200)
    strangers = world.complain(parcel)
    path = f"/v1/complaints/{own['id']}/reopen?key={order['access_key']}"
    assert ok(world.nobody.post(path, {"message": "再看看"}), 200)["state"] == "open"
    claim = ok(world.seller.get(f"/v1/complaints/{strangers['id']}"), 200)
    assert (claim["state"], claim["taken_over"]) == ("rejected", True)


def test_the_buyers_own_is_still_one(world: World) -> None:
    order, parcel = bought(world)
    own = claim_of_buyer(world, order, parcel)
    path = f"/t/{parcel['code']}/complaints"
    key = order["access_key"]
    answer = world.nobody.post(f"{path}?key={key}", {"reason": "rotten"}, new_id())
    assert refused(answer, 409, "complaint_open")["complaint_id"] == own["id"]
    answer = world.nobody.post(path, {"reason": "rotten"}, new_id())
    assert "complaint_id" not in refused(answer, 409, "complaint_open")
    form = world.nobody.get(f"/t/{parcel['code']}/complaint", key=key)
    assert form.status_code == 303
    assert form.headers["Location"].startswith(f"/complaints/{own['id']}?")


def test_the_same_report_sent_twice_is_one(world: World) -> None:
    order, parcel = bought(world)
    world.complain(parcel)
    path, once = f"/t/{parcel['code']}/complaints?key={order['access_key']}", new_id()
    first, again = (world.nobody.post(path, {"reason": "rotten"}, once) for _ in range(2))
    assert (first.json(), again.status_code) == (again.json(), 201)


def test_another_orders_key_takes_nothing_over(world: World) -> None:
    _, parcel = bought(world)
    other, _ = bought(world)
    strangers = world.complain(parcel)
    for key in (other["access_key"], "", strangers["access_key"], "x" * 26):
        for path in ("complaints", "photos"):
            body = {"reason": "rotten"} if path == "complaints" else photo_body()
            answer = world.nobody.post(f"/t/{parcel['code']}/{path}?key={key}", body)
            refused(answer, 404, "not_found")
    claim = ok(world.seller.get(f"/v1/complaints/{strangers['id']}"), 200)
    assert claim["state"] == "open"


def test_strangers_use_up_neither_the_photos_nor_the_tries_of_the_buyer(world: World) -> None:
    order, parcel = bought(world)
    path, key = f"/t/{parcel['code']}", order["access_key"]
    codes = [world.nobody.post(f"{path}/photos", photo_body()).status_code for _ in range(31)]
    assert codes[-1] == 429
    wrong = {"reason": "rotten", "photos": [new_id()]}
    codes = [world.nobody.post(f"{path}/complaints", wrong).status_code for _ in range(61)]
    assert codes[-1] == 429
    ok(world.nobody.post(f"{path}/photos?key={key}", photo_body()), 201)
    claim_of_buyer(world, order, parcel)


def test_the_orders_own_page_leads_to_the_report(world: World) -> None:
    order, parcel = bought(world)
    page = world.nobody.get(f"/orders/{order['id']}", key=order["access_key"]).text
    assert f"/t/{parcel['code']}/complaint?" in page
    strangers = world.complain(parcel)
    page = world.nobody.get(f"/orders/{order['id']}", key=order["access_key"]).text
    assert f"/complaints/{strangers['id']}?" in page
    for language, words in (("zh-CN", "有人凭箱上的码登记过"), ("en", "Somebody has reported")):
        form = world.nobody.get(
            f"/t/{parcel['code']}/complaint", key=order["access_key"], lang=language
        ).text
        assert words in form
        assert f'name="key" value="{order["access_key"]}"' in form
        assert f"/photos?key={order['access_key']}" in form
    sent = world.nobody.call(
        "POST",
        f"/t/{parcel['code']}/complaint",
        data={"form_key": new_id(), "key": order["access_key"], "reason": "rotten"},
    )
    assert sent.status_code == 303, sent.text
    own = sent.headers["Location"]
    assert order["access_key"] in own
    assert strangers["id"] not in own
    assert "坏" in world.nobody.get(own).text


def test_a_seller_of_elsewhere_sees_by_the_complaints_key_what_anybody_does(world: World) -> None:
    _, parcel = bought(world)
    complaint = world.complain(parcel)
    path, key = f"/v1/complaints/{complaint['id']}", complaint["access_key"]
    seen = ok(world.other_seller.get(path, key=key), 200)
    assert seen == by_key(world, complaint, key)
    assert "customer_id" not in seen
    refused(world.other_seller.get(path), 404, "not_found")


SENT = {"carrier": "顺丰", "waybill": "SF0000000001"}


@pytest.mark.parametrize("first", ["stranger", "buyer"])
def test_the_way_back_is_the_buyers_once_they_have_one(first: str, world: World) -> None:
    order, parcel = bought(world)
    strangers = own = None
    for who in ("stranger", "buyer") if first == "stranger" else ("buyer", "stranger"):
        if who == "stranger":
            strangers = world.complain(parcel)
            world.settle(strangers, remedy="return", refund_fen=1)
        else:
            own = claim_of_buyer(world, order, parcel)
            world.settle(own, remedy="return", refund_fen=1)
    assert strangers
    assert own
    path = f"/v1/complaints/{own['id']}/return?key={own['access_key']}"
    ok(world.nobody.post(path, SENT, new_id()), 200)
    assert by_key(world, strangers, strangers["access_key"])["return_parcel"] is None
    page = world.nobody.get(f"/complaints/{strangers['id']}", key=strangers["access_key"])
    assert SENT["waybill"] not in page.text
    path = f"/v1/complaints/{strangers['id']}/return?key={strangers['access_key']}"
    refused(world.nobody.post(path, SENT | {"waybill": "SF2"}, new_id()), 404, "not_found")
    assert by_key(world, own, order["access_key"])["return_parcel"]["waybill"] == SENT["waybill"]
    [waiting] = ok(world.seller.get("/v1/complaints?state=settled"))["items"][:1]
    assert waiting["return_parcel"]["waybill"] == SENT["waybill"]


def at_the_box(world: World, complaint: Json) -> tuple[Json, str]:
    """What a stranger's key shows, and its page in both languages."""
    key = complaint["access_key"]
    pages = [
        world.nobody.get(f"/complaints/{complaint['id']}", key=key, lang=language)
        for language in ("zh-CN", "en")
    ]
    assert [page.status_code for page in pages] == [200, 200]
    return by_key(world, complaint, key), "".join(page.text for page in pages)


def refuses_the_box(world: World, complaint: Json) -> None:
    """The stranger's key changes nothing any more."""
    path, key = f"/v1/complaints/{complaint['id']}", complaint["access_key"]
    answer = world.nobody.post(f"{path}/return?key={key}", SENT | {"waybill": "SF2"}, new_id())
    refused(answer, 404, "not_found")
    answer = world.nobody.post(f"{path}/reopen?key={key}", {"message": "不行"}, new_id())
    refused(answer, 409, "taken_over")


def test_what_the_orders_key_reopened_is_the_buyers(world: World) -> None:
    order, parcel = bought(world)
    complaint = world.complain(parcel, description="箱子破了")
    path, key = f"/v1/complaints/{complaint['id']}", order["access_key"]
    ok(world.seller.post(f"{path}/reject", {"message": "照片不清楚"}), 200)
    ok(world.nobody.post(f"{path}/reopen?key={key}", {"message": "我是买家"}), 200)
    ok(world.seller.post(f"{path}/answer", {"message": "这就处理"}), 200)
    settled = world.settle(complaint, remedy="return", coupon=world.coupon_body())
    ok(world.nobody.post(f"{path}/return?key={key}", SENT, new_id()), 200)
    seen, pages = at_the_box(world, complaint)
    assert [message["text"] for message in seen["messages"]] == ["箱子破了", "照片不清楚"]
    ended = {"state": "rejected", "taken_over": True, "reopened_at": None, "return_parcel": None}
    assert ended.items() <= seen.items()
    for hidden in ("我是买家", "这就处理", "给您退款", SENT["waybill"], settled["coupon"]):
        assert hidden not in json.dumps(seen, ensure_ascii=False)
        assert hidden not in pages
    assert 'id="return"' not in pages
    refuses_the_box(world, complaint)
    whole = by_key(world, complaint, key)
    assert (whole["state"], whole["taken_over"]) == ("settled", False)
    assert whole["return_parcel"]["waybill"] == SENT["waybill"]
    assert len(whole["messages"]) == 5


def test_a_way_back_that_the_orders_key_filled_in_is_the_buyers(world: World) -> None:
    order, parcel = bought(world)
    first = world.complain(parcel)
    world.settle(first, remedy="return", refund_fen=1)
    second = world.complain(parcel)  # of the same parcel, which is awaited already
    world.settle(second, remedy="return", refund_fen=1)
    own, once = f"/v1/complaints/{first['id']}/return?key={first['access_key']}", new_id()
    ok(world.nobody.post(own, SENT | {"waybill": "SF2"}, once), 200)
    path = f"/v1/complaints/{second['id']}/return?key={order['access_key']}"
    ok(world.nobody.post(path, SENT, new_id()), 200)
    refused(world.nobody.post(own, SENT | {"waybill": "SF2"}, once), 404, "not_found")
    for complaint in (first, second):
        seen, pages = at_the_box(world, complaint)
        assert seen["return_parcel"] is None
        assert SENT["waybill"] not in pages
    refuses_the_box(world, second)
    assert by_key(world, first, order["access_key"])["return_parcel"]["waybill"] == SENT["waybill"]


def test_what_a_stranger_reopened_first_tells_nothing_later_when_sent_again(world: World) -> None:
    order, parcel = bought(world)
    complaint = world.complain(parcel)
    path, once = f"/v1/complaints/{complaint['id']}", new_id()
    world.settle(complaint, remedy="return", refund_fen=1)
    reopening = f"{path}/reopen?key={complaint['access_key']}"
    ok(world.nobody.post(reopening, {"message": "不行"}, once), 200)
    sent = f"{path}/return?key={order['access_key']}"
    ok(world.nobody.post(sent, SENT, new_id()), 200)
    again = ok(world.nobody.post(reopening, {"message": "不行"}, once), 200)
    assert (again["state"], again["taken_over"]) == ("rejected", True)
    assert again["return_parcel"] is None


def test_the_buyer_is_led_to_what_they_go_on_with(world: World) -> None:
    order, parcel = bought(world)
    complaint = world.complain(parcel)
    path, key = f"/v1/complaints/{complaint['id']}", order["access_key"]
    ok(world.seller.post(f"{path}/reject", {"message": "照片不清楚"}), 200)
    ok(world.nobody.post(f"{path}/reopen?key={key}", {"message": "我是买家"}), 200)
    form = world.nobody.get(f"/t/{parcel['code']}/complaint", key=key)
    assert form.headers["Location"].startswith(f"/complaints/{complaint['id']}?")
    answer = world.nobody.post(f"/t/{parcel['code']}/complaints?key={key}", {"reason": "rotten"})
    assert refused(answer, 409, "complaint_open")["complaint_id"] == complaint["id"]


def test_the_coupon_is_the_buyers(world: World) -> None:
    order, parcel = bought(world)
    complaint = world.complain(parcel)
    code = world.settle(complaint, coupon=world.coupon_body())["coupon"]
    seen, pages = at_the_box(world, complaint)
    assert seen["coupon"] is None
    shown = world.nobody.get(f"/complaints/{complaint['id']}", key=order["access_key"]).text
    for text in (code, display_code(code)):
        assert text not in pages
        assert text in shown
    assert by_key(world, complaint, order["access_key"])["coupon"] == code


def test_a_body_names_no_key() -> None:
    assert "key" not in NewComplaint.model_fields
